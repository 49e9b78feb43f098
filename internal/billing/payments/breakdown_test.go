package payments_test

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/billing/ledger"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/testkit"
	"reserva/internal/testkit/printed"
)

// What was paid, what the wallet paid and where both went add up, in the history and its
// file, whatever became of the appointment meanwhile.
func TestTheBreakdownOfAPaymentAddsUp(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		before                 func(w *world, appointment id.ID) // it is paid
		merchantBears, pending bool
		payment, invoice       string
	}{
		"as asked": {
			payment: `{"base_amount": "150000.00", "platform_fee": "10400.00", "total_amount": "140400.00", "wallet_amount": "20000.00", "credited_amount": "0.00"}`,
			invoice: `{"platform_fee": 10400, "total_amount": 140400}`,
		},
		"the business bears the fee": {
			merchantBears: true,
			payment:       `{"base_amount": "150000.00", "platform_fee": "10400.00", "total_amount": "130000.00", "wallet_amount": "20000.00", "credited_amount": "0.00"}`,
			invoice:       `{"platform_fee": 10400, "total_amount": 130000}`,
		},
		"not yet": {
			pending: true,
			payment: `{"base_amount": "150000.00", "platform_fee": "10400.00", "total_amount": "140400.00", "wallet_amount": "20000.00", "credited_amount": "0.00"}`,
			invoice: `{"platform_fee": 10400, "total_amount": 140400}`,
		},
		"cancelled": {
			before: func(w *world, appointment id.ID) {
				if _, err := w.booking.Cancel(w.t.Context(), w.tokens.staff[string(w.admin)], appointment, "ill"); err != nil {
					w.Fatal(err)
				}
			},
			payment: `{"base_amount": "140400.00", "platform_fee": "0.00", "total_amount": "140400.00", "wallet_amount": "0.00", "credited_amount": "140400.00", "merchant_amount": "0.00"}`,
			invoice: `{"status": "PAID", "total_amount": 140400, "metadata": {"platform_fee_returned": "10400.00"}}`,
		},
		"a lower price": {
			before: func(w *world, appointment id.ID) {
				w.Exec(`UPDATE appointments SET total_price = 100000 WHERE id = $1`, appointment)
			},
			payment: `{"base_amount": "132400.00", "platform_fee": "8000.00", "total_amount": "140400.00", "wallet_amount": "0.00", "credited_amount": "32400.00", "merchant_amount": "100000.00"}`,
			invoice: `{"status": "PAID", "metadata": {"platform_fee_returned": "2400.00"}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if tt.merchantBears {
				w.Exec(`UPDATE tenants SET settings = settings || '{"fee_mode": "merchant"}' WHERE id = $1`, w.tenant)
			}
			w.credit(20_000)
			appointment := w.book(w.salon)
			link := w.link(appointment, object{"use_wallet": true})
			if tt.before != nil {
				tt.before(w, appointment)
			}
			if !tt.pending { // before the page is withdrawn
				w.pay(link)
				w.RunJobs()
			}
			path := "/payments/history/" + link.Text("payment.id")
			w.call("payment", w.admin, "GET", path, nil, 200, tt.payment)
			w.call("invoice", w.admin, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200, tt.invoice)
			shown := w.Do(w.admin, "GET", path, nil, 200)
			w.addsUp(shown.Text, tt.merchantBears)
			rows, err := csv.NewReader(strings.NewReader(string(w.Do(w.admin, "GET", "/payments/history/export", nil, 200).Body))).ReadAll()
			if err != nil || len(rows) != 2 {
				t.Fatalf("%v %v", rows, err)
			}
			w.addsUp(func(column string) string {
				for i, name := range rows[0] {
					if name == column {
						return rows[1][i]
					}
				}
				return ""
			}, tt.merchantBears)
		})
	}
}

// addsUp checks the amounts of a payment, wherever they are told.
func (w *world) addsUp(text func(string) string, merchantBears bool) {
	w.Helper()
	amount := func(name string) int64 {
		d, err := money.ParseDecimal(text(name))
		if err != nil {
			w.Fatalf("%s is %q", name, text(name))
		}
		minor, err := d.NonNegativeMinor("IDR")
		if err != nil {
			w.Fatalf("%s is %q", name, text(name))
		}
		return minor
	}
	base, fee, total, wallet := amount("base_amount"), amount("platform_fee"), amount("total_amount"), amount("wallet_amount")
	asked := base + fee - wallet
	if merchantBears {
		asked -= fee
	}
	if asked != total || total+wallet != fee+amount("merchant_amount")+amount("credited_amount") {
		w.Errorf("base %d, fee %d, wallet %d, total %d, merchant %s, credited %s", base, fee, wallet, total, text("merchant_amount"), text("credited_amount"))
	}
}

// The wallet has its part back before the money comes: the invoice, its print and the
// statistics tell where all of it is, and that no fee was taken.
func TestWhatComesAfterTheWalletWasLetGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.credit(20_000)
	appointment := w.book(w.salon, held)
	link := w.link(appointment, object{"use_wallet": true})
	invoice := "/invoices/" + link.Text("invoice.id")
	if err := w.paper.Pay(clientID, link.Text("invoice.paper_invoice_id"), 0); err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	w.call("cancelled first", w.admin, "POST", invoice+"/cancel", nil, 200, `{"status": "CANCELLED"}`)
	if _, err := w.booking.Cancel(t.Context(), w.tokens.staff[string(w.admin)], appointment, "ill"); err != nil {
		t.Fatal(err)
	}
	w.flush()
	w.RunJobs()
	if diff := cmp.Diff(map[ledger.Account]int64{ledger.Gateway: -160_400, ledger.Wallet(w.customer.ID): 160_400}, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	w.call("invoice", w.who, "GET", invoice, nil, 200, `{"status": "PAID", "subtotal": 150000, "discount_amount": 20000, "platform_fee": 10400, "total_amount": 140400,
		"metadata": {"wallet_credit": "140400.00", "wallet_returned": "20000.00", "platform_fee_returned": "10400.00"}}`)
	shown := w.Do(w.admin, "GET", "/payments/history/"+link.Text("payment.id"), nil, 200)
	w.addsUp(shown.Text, false)
	w.call("statistics", w.admin, "GET", "/invoices/statistics", nil, 200, `{"currencies": [{"total_paid": 140400, "total_platform_fee": 0}]}`)
	page := printed.Read(t, w.Do(w.admin, "GET", invoice+"/download", nil, 200).Body).Text()
	for _, want := range []string{"Into the wallet", "Rp 160,400"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not printed in %q", want, page)
		}
	}
	testkit.Scenario{Name: "the customer", As: w.who, Method: "GET", Path: "/customer/payments/history/" + link.Text("payment.id"), Status: 200,
		Want: `{"base_amount": "140400.00", "platform_fee": "0.00", "total_amount": "140400.00", "wallet_amount": "0.00", "credited_amount": "140400.00"}`}.Run(t, w.World)
}
