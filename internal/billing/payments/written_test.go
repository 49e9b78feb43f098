package payments_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"reserva/internal/billing/ledger"
	"reserva/internal/testkit"
	"reserva/internal/testkit/printed"
)

// What is paid for an appointment counts for its invoice, so both have one currency,
// whatever the business has.
func TestAnAppointmentIsBilledInItsOwnCurrency(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pesos := w.newSalon("PHP", 150_050)
	booked := w.book(pesos)
	w.Exec(`UPDATE tenants SET currency = 'IDR' WHERE id = $1`, pesos.tenant)
	body := testkit.Object{"invoice_type": "APPOINTMENT", "appointment_id": booked, "line_items": []any{testkit.Object{"description": "Massage", "unit_price": 1500.5}}}
	w.call("in rupiah", pesos.admin, "POST", "/invoices", with(body, "currency", "IDR"), 422, "currency")
	delete(body, "currency")
	path := "/invoices/" + w.call("in pesos", pesos.admin, "POST", "/invoices", body, 201, `{"currency": "PHP", "total_amount": 1500.5}`).Text("id")
	w.Do(pesos.admin, "POST", "/appointments/"+string(booked)+"/record-payment", testkit.Object{"amount": 500.5, "payment_method": "cash"}, 200)
	w.call("a part is paid", pesos.admin, "GET", path, nil, 200, `{"amount_paid": 500.5, "amount_due": 1000}`)
	w.call("the rest", pesos.admin, "POST", path+"/mark-paid", testkit.Object{"payment_method": "cash"}, 200, `{"status": "PAID", "amount_paid": 1500.5}`)
	if got := w.balances(pesos)[ledger.Takings]; got != 150_050 {
		t.Errorf("%d taken", got)
	}
}

// The platform takes no fee of money that the desk took for a link, and what was billed is
// what was paid.
func TestTheDeskPaysNoPlatformFee(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	online, desk := w.link(w.book(w.salon)), w.link(w.book(w.salon))
	w.pay(online)
	w.RunJobs()
	w.call("both billed", w.admin, "GET", "/invoices/statistics", nil, 200, `{"currencies": [{"total_platform_fee": 24000}]}`)
	w.Do(w.admin, "POST", "/invoices/"+desk.Text("invoice.id")+"/mark-paid", testkit.Object{"payment_method": "cash"}, 200)
	w.call("one at the desk", w.admin, "GET", "/invoices/statistics", nil, 200, `{"currencies": [{"invoices": 2, "total_platform_fee": 12000,
		"total_billed": 312000, "total_paid": 312000, "total_outstanding": 0}]}`)
	if got := w.balances(w.salon)[ledger.Platform]; got != 12_000 {
		t.Errorf("the platform has %d", got)
	}
}

// The platform's own bills go to the business, and say so.
func TestThePlatformBillsTheBusiness(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.call("sent", w.admin, "POST", "/invoices", testkit.Object{
		"invoice_type": "SETUP_FEE", "send_email": true, "line_items": []any{testkit.Object{"description": "Setup", "unit_price": 2999000}},
	}, 201, `{"status": "SENT", "customer_id": null}`)
	if n := w.count(`SELECT count(*) FROM messages WHERE recipient = 'contact@bellavista.com' AND subject = 'Invoice INV-2026-0001 from Reserva'`); n != 1 {
		t.Errorf("%d messages to the business", n)
	}
	page := printed.Read(t, w.Do(w.admin, "GET", "/invoices/"+made.Text("id")+"/download", nil, 200).Body).Text()
	head, billed, found := strings.Cut(page, "Billed to")
	if !found || !strings.Contains(head, "Reserva") || strings.Contains(head, "Bella Vista") || !strings.Contains(billed, "Bella Vista Spa") {
		t.Errorf("printed %q", page)
	}
}

// Over HTTP, in currencies of no, two and three decimals: lines, discounts and taxes add
// up to the total, and what is paid at the desk is what the ledger has.
func TestBillsAddUpOverHTTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	taken := map[string]*big.Rat{}
	rapid.Check(t, func(rt *rapid.T) {
		currency := rapid.SampledFrom([]string{"IDR", "PHP", "KWD"}).Draw(rt, "currency")
		var lines []any
		for range rapid.IntRange(1, 5).Draw(rt, "lines") {
			lines = append(lines, testkit.Object{
				"description": "x", "quantity": rapid.IntRange(1, 9).Draw(rt, "quantity"),
				"unit_price": fmt.Sprintf("%d.%03d", rapid.IntRange(1, 99_999).Draw(rt, "price"), rapid.IntRange(0, 999).Draw(rt, "finer")),
				"discount":   fmt.Sprintf("0.%03d", rapid.IntRange(0, 999).Draw(rt, "discount")),
				"tax_rate":   fmt.Sprintf("0.%06d", rapid.IntRange(0, 999_999).Draw(rt, "rate")),
			})
		}
		body := with(with(bill(w.customer.ID), "currency", currency), "line_items", lines)
		made := w.Do(w.admin, "POST", "/invoices", body, 201)
		number := func(path string) *big.Rat {
			r, ok := new(big.Rat).SetString(made.Text(path))
			if !ok {
				rt.Fatalf("%s is %q", path, made.Text(path))
			}
			return r
		}
		sum := new(big.Rat)
		for i := range lines {
			at := fmt.Sprintf("line_items.%d.", i)
			sum.Add(sum, number(at+"amount"))
			sum.Sub(sum, number(at+"discount"))
			sum.Add(sum, number(at+"tax_amount"))
		}
		total := number("total_amount")
		if sum.Cmp(total) != 0 || total.Cmp(new(big.Rat).Add(new(big.Rat).Sub(number("subtotal"), number("discount_amount")), number("tax_amount"))) != 0 {
			rt.Fatalf("%s", made.Body)
		}
		w.Do(w.admin, "POST", "/invoices/"+made.Text("id")+"/mark-paid", testkit.Object{"payment_method": "cash"}, 200)
		if taken[currency] == nil {
			taken[currency] = new(big.Rat)
		}
		taken[currency].Add(taken[currency], total)
	})
	summary := w.Do(w.admin, "GET", "/invoices/statistics", nil, 200)
	for i := range len(taken) {
		at := fmt.Sprintf("currencies.%d.", i)
		paid, _ := new(big.Rat).SetString(summary.Text(at + "total_paid"))
		if want := taken[summary.Text(at+"currency")]; paid == nil || want == nil || paid.Cmp(want) != 0 {
			t.Errorf("paid %v, want %v", summary.Text(at+"total_paid"), want)
		}
	}
	if _, err := ledger.Verify(t.Context(), w.DB, "salon-"+string(w.tenant), func(f ledger.Finding) error { return fmt.Errorf("%s", f) }); err != nil {
		t.Error(err)
	}
}

// A business that bears the fee has none to bear of what it takes itself, and what the
// wallet pays of a link counts beside what the desk takes.
func TestTheDeskTakesWhatTheWalletLeft(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"customer", "merchant"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Exec(`UPDATE tenants SET settings = settings || jsonb_build_object('fee_mode', $2::text) WHERE id = $1`, w.tenant, mode)
			w.credit(30_000)
			booked := w.book(w.salon)
			link := w.link(booked, object{"use_wallet": true})
			w.call("at the desk", w.admin, "POST", "/invoices/"+link.Text("invoice.id")+"/mark-paid", object{"payment_method": "cash"}, 200,
				`{"status": "PAID", "subtotal": 150000, "discount_amount": 30000, "platform_fee": 0, "total_amount": 120000, "amount_paid": 120000, "amount_due": 0}`)
			w.call("its payment", w.admin, "GET", "/payments/history/"+link.Text("payment.id"), nil, 200,
				`{"base_amount": "150000.00", "platform_fee": "0.00", "total_amount": "120000.00", "merchant_amount": "150000.00"}`)
			if got := w.appointment(booked); got != "paid 150000 confirmed" {
				t.Error(got)
			}
			want := map[ledger.Account]int64{ledger.Gateway: -30_000, ledger.Merchant: 30_000, ledger.Cash: -120_000, ledger.Takings: 120_000}
			if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
				t.Error(diff)
			}
			give := "/payments/" + link.Text("payment.id") + "/refund"
			w.call("a part back", w.admin, "POST", give, object{"reason": "ill", "method": "manual", "amount": 50_000}, 201, `{"fee_amount": 0}`)
			if got := w.appointment(booked); got != "partially_paid 100000 confirmed" {
				t.Error(got)
			}
			w.call("the rest", w.admin, "POST", give, object{"reason": "ill", "method": "manual"}, 201, `{"amount": 100000, "fee_amount": 0}`)
			if got := w.appointment(booked); got != "refunded 0 confirmed" {
				t.Error(got)
			}
		})
	}
}

// A written invoice that its customer has, or has paid of, is not ended by who would pay in
// another way: only the business cancels it. A draft gives way.
func TestALinkBesideAWrittenInvoice(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		paid   int
		send   bool
		change string // of its status
		want   string
	}{
		"a draft":      {},
		"paid in part": {paid: 50_000, want: `{"status": "DRAFT", "amount_paid": 50000, "amount_due": 116500}`},
		"sent":         {send: true, want: `{"status": "SENT", "amount_paid": 0, "amount_due": 166500}`},
		"both":         {paid: 50_000, send: true, want: `{"status": "SENT", "amount_paid": 50000, "amount_due": 116500}`},
		"overdue":      {send: true, change: "OVERDUE", want: `{"status": "OVERDUE", "amount_due": 166500}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.credit(150_000)
			booked := w.book(w.salon)
			made := w.Do(w.admin, "POST", "/invoices", testkit.Object{
				"invoice_type": "APPOINTMENT", "appointment_id": booked, "send_email": tt.send,
				"line_items": []any{testkit.Object{"description": "Massage", "unit_price": 150000, "tax_rate": 0.11}},
			}, 201)
			path := "/invoices/" + made.Text("id")
			if tt.paid > 0 {
				w.Do(w.admin, "POST", "/appointments/"+string(booked)+"/record-payment", object{"amount": tt.paid, "payment_method": "cash"}, 200)
			}
			if tt.change != "" {
				w.Exec(`UPDATE invoices SET status = $2 WHERE id = $1`, made.Text("id"), tt.change)
			}
			if tt.want == "" {
				w.link(booked)
				w.call("gives way", w.admin, "GET", path, nil, 200, `{"status": "CANCELLED"}`)
				return
			}
			refused := `{"code": "payment.invoice_open", "invoice": {"id": "` + made.Text("id") + `", "invoice_number": "INV-2026-0001"}}`
			w.call("the customer", w.who, "POST", process, object{"appointment_id": booked}, 409, refused)
			w.call("from the wallet", w.who, "POST", process, object{"appointment_id": booked, "use_wallet": true}, 409, refused)
			w.call("the desk", w.admin, "POST", "/appointments/"+string(booked)+"/create-payment-link", object{}, 409, refused)
			w.call("as it was", w.admin, "GET", path, nil, 200, tt.want)
			if tt.paid == 0 {
				w.call("the business ends it", w.admin, "POST", path+"/cancel", nil, 200, `{"status": "CANCELLED"}`)
				w.link(booked)
			}
		})
	}
}
