package payments_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/billing/ledger"
)

// A deposit carries its part of the tax, the rest the rest; a link for another tax than the
// business now takes makes way for one that is right.
func TestADepositCarriesItsPartOfTheTax(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Exec(`UPDATE tenants SET settings = '{"tax_rate": 0.1}' WHERE id = $1`, w.tenant)
	w.terms(`{"prepayment": {"type": "percentage", "value": 30}}`, `{"auto_confirm_bookings": true}`)
	appointment := w.book(w.salon, online)
	body := object{"appointment_id": appointment, "deposit": true}
	w.call("deposit", w.who, "POST", process, body, 201, `{"amounts": {"base_amount": 45000, "tax_amount": 4500, "total_amount": 53100}}`)
	w.Exec(`UPDATE tenants SET settings = '{"tax_rate": 0.11}' WHERE id = $1`, w.tenant)
	link := w.call("another tax", w.who, "POST", process, body, 201, `{"amounts": {"base_amount": 45000, "tax_amount": 4950, "platform_fee": 3600, "total_amount": 53550}}`)
	w.call("its line", w.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200,
		`{"tax_rate": 0.11, "tax_amount": 4950, "line_items": [{"amount": 45000, "tax_rate": 0.11, "tax_amount": 4950}]}`)
	w.pay(link)
	w.RunJobs()
	w.paymentStatus(appointment, `{"paid_amount": 45000, "remaining_balance": 105000}`)
	w.pay(w.link(appointment))
	w.RunJobs()
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
	want := map[ledger.Account]int64{
		ledger.Gateway: -178_500, ledger.Merchant: 166_500, ledger.Platform: 12_000, ledger.Tax: 16_500, ledger.Taxed: -16_500,
	}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}

// The desk says what it took of the price and what of its tax, which may be as much as the
// price carries; the books note it, and it goes back with the price.
func TestTheDeskTakesTax(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	take := func(name string, amount, tax any, status int, want string) {
		t.Helper()
		w.call(name, w.admin, "POST", "/appointments/"+string(appointment)+"/record-payment",
			object{"amount": amount, "tax_amount": tax, "payment_method": "cash"}, status, want)
	}
	take("no taxes here", 50_000, 1, 422, "tax_amount")
	w.Exec(`UPDATE tenants SET settings = '{"tax_rate": 0.11}' WHERE id = $1`, w.tenant)
	w.paymentStatus(appointment, `{"remaining_balance": 150000, "remaining_tax": 16500}`)
	take("too much", 50_000, 5_501, 422, "which is 5500")
	take("less than nothing", 50_000, -1, 422, "tax_amount")
	take("no number", 50_000, "some", 422, "tax_amount")
	take("with tax", 50_000, 5_500, 200, `{"payment": {"amount": 50000, "tax_amount": 5500, "total_amount": 55500}, "appointment": {"paid_amount": 50000}}`)
	w.paymentStatus(appointment, `{"remaining_balance": 100000, "remaining_tax": 11000, "payment_history": [{"amount": 50000, "tax_amount": 5500}]}`)
	w.Advance(time.Second)
	w.record(appointment, 100_000, 200, `{"payment": {"tax_amount": 0, "total_amount": 100000}, "appointment": {"payment_status": "paid"}}`)
	want := map[ledger.Account]int64{ledger.Cash: -155_500, ledger.Takings: 155_500, ledger.Tax: 5_500, ledger.Taxed: -5_500}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	first := w.Do(w.admin, "GET", "/payments/history", nil, 200).Text("items.1.id")
	w.call("half of it back", w.admin, "POST", "/payments/"+first+"/refund", object{"reason": "ill", "method": "manual", "amount": 27_750}, 201,
		`{"amount": 27750, "tax_amount": 2750}`)
	w.paymentStatus(appointment, `{"paid_amount": 125000}`)
	w.call("summed up", w.admin, "GET", "/payments/history/summary", nil, 200,
		`{"completed": [{"base_amount": "150000.00", "tax_amount": "5500.00", "refunded_tax": "2750.00", "total_amount": "155500.00"}]}`)
	want = map[ledger.Account]int64{ledger.Cash: -127_750, ledger.Takings: 127_750, ledger.Tax: 2_750, ledger.Taxed: -2_750}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	w.verify()
}

// What is paid of a written invoice is tax as far as its tax was not paid at the desk, and
// the rest of it is of the price.
func TestAWrittenInvoiceBringsItsTax(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		billed     int // of a price of 150,000, with 11 % on it
		price, tax int // taken at the desk before
		want       string
		payment    string
		paid       string
		rate       float64 // on the lines; 0.11 where it is not said
	}{
		"all of it":               {150_000, 0, 0, `{"amount_due": 166500}`, `{"base_amount": "150000.00", "tax_amount": "16500.00", "total_amount": "166500.00"}`, `{"paid_amount": 150000}`, 0},
		"for a part":              {100_000, 0, 0, `{"amount_due": 111000}`, `{"base_amount": "100000.00", "tax_amount": "11000.00", "total_amount": "111000.00"}`, `{"paid_amount": 100000}`, 0},
		"after the desk":          {150_000, 50_000, 5_500, `{"amount_paid": 55500, "amount_due": 111000}`, `{"base_amount": "100000.00", "tax_amount": "11000.00", "total_amount": "111000.00"}`, `{"paid_amount": 150000}`, 0},
		"after it, without taxes": {150_000, 50_000, 0, `{"amount_paid": 50000, "amount_due": 116500}`, `{"base_amount": "100000.00", "tax_amount": "16500.00", "total_amount": "116500.00"}`, `{"paid_amount": 150000}`, 0},
		"after all of the price":  {150_000, 150_000, 0, `{"amount_paid": 150000, "amount_due": 16500}`, `{"base_amount": "0.00", "tax_amount": "16500.00", "total_amount": "16500.00"}`, `{"paid_amount": 150000}`, 0},
		"after more than it bills": {
			billed: 100_000, price: 120_000, want: `{"amount_paid": 100000, "amount_due": 11000}`,
			payment: `{"base_amount": "0.00", "tax_amount": "11000.00", "total_amount": "11000.00"}`, paid: `{"paid_amount": 120000}`,
		},
		"less taxed than the desk takes": {
			billed: 150_000, price: 50_000, tax: 5_500, rate: 0.01, want: `{"amount_paid": 51500, "amount_due": 100000}`,
			payment: `{"base_amount": "100000.00", "tax_amount": "0.00", "total_amount": "100000.00"}`, paid: `{"paid_amount": 150000}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Exec(`UPDATE tenants SET settings = '{"tax_rate": 0.11}' WHERE id = $1`, w.tenant)
			rate := 0.11
			if tt.rate > 0 {
				rate = tt.rate
			}
			appointment := w.book(w.salon)
			path := "/invoices/" + w.Do(w.admin, "POST", "/invoices", object{
				"invoice_type": "APPOINTMENT", "appointment_id": appointment, "line_items": []any{object{"description": "Massage", "unit_price": tt.billed, "tax_rate": rate}},
			}, 201).Text("id")
			if tt.price > 0 {
				w.Do(w.admin, "POST", "/appointments/"+string(appointment)+"/record-payment",
					object{"amount": tt.price, "tax_amount": tt.tax, "payment_method": "pos_terminal"}, 200)
			}
			w.Advance(time.Second)
			w.call("left", w.admin, "GET", path, nil, 200, tt.want)
			w.call("paid", w.admin, "POST", path+"/mark-paid", object{"payment_method": "cash"}, 200, `{"status": "PAID", "amount_due": 0}`)
			w.paymentStatus(appointment, tt.paid)
			w.call("its payment", w.admin, "GET", "/payments/history?limit=1", nil, 200, `{"items": [`+tt.payment+`]}`)
			w.verify()
		})
	}
}

// What a written invoice brought goes back with its tax, in proportion, where it is of no
// appointment's price.
func TestAWrittenInvoiceGivesItsTaxBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.Do(w.admin, "POST", "/invoices", object{
		"invoice_type": "APPOINTMENT", "customer_id": w.customer.ID, "line_items": []any{object{"description": "Oil", "unit_price": 100_000, "tax_rate": 0.11}},
	}, 201)
	w.Do(w.admin, "POST", "/invoices/"+made.Text("id")+"/mark-paid", object{"payment_method": "cash"}, 200)
	payment := "/payments/" + w.Do(w.admin, "GET", "/payments/history", nil, 200).Text("items.0.id")
	w.call("half of it", w.admin, "POST", payment+"/refund", object{"reason": "spilled", "method": "manual", "amount": 55_500}, 201, `{"amount": 55500, "tax_amount": 5500}`)
	w.call("the rest", w.admin, "POST", payment+"/refund", object{"reason": "spilled", "method": "manual"}, 201, `{"amount": 55500, "tax_amount": 5500}`)
	if diff := cmp.Diff(map[ledger.Account]int64{}, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	w.verify()
}

// verify fails where the books do not fit one another or the payments.
func (w *world) verify() {
	w.t.Helper()
	if _, err := ledger.Verify(w.t.Context(), w.DB, "", func(f ledger.Finding) error { w.t.Error(f); return nil }); err != nil {
		w.t.Error(err)
	}
}
