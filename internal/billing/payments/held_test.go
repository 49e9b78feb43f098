package payments_test

import (
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/billing/ledger"
	"reserva/internal/billing/paperid/sim"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// A customer pays several appointments from one wallet at the same moment: each gets an
// answer, and the wallet is used once.
func TestOneWalletForManyAppointmentsAtOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name         string
		amount       any // of the wallet; nil: as much as possible
		links, taken int
	}{
		{"parts", 30_000, 3, 90_000},
		{"as much as possible", nil, 1, 100_000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.credit(100_000)
			appointments := make([]id.ID, 8)
			for i := range appointments {
				appointments[i] = w.book(w.salon)
			}
			var lock sync.Mutex
			links, taken := 0, 0
			var wait sync.WaitGroup
			for _, appointment := range appointments {
				wait.Go(func() {
					body := object{"appointment_id": appointment, "use_wallet": true}
					if tt.amount != nil {
						body["wallet_amount"] = tt.amount
					}
					answer := w.Send(testkit.Request{As: w.who, Method: "POST", Path: process, Body: body})
					lock.Lock()
					defer lock.Unlock()
					switch {
					case answer.Status == http.StatusCreated:
						part, err := strconv.Atoi(answer.Text("amounts.wallet_applied"))
						if err != nil {
							t.Error(err)
						}
						links, taken = links+1, taken+part
					case answer.Status != http.StatusBadRequest || answer.Text("code") != "payment.wallet":
						t.Errorf("%d %s", answer.Status, answer.Body)
					}
				})
			}
			wait.Wait()
			if links != tt.links || taken != tt.taken {
				t.Errorf("%d links that take %d", links, taken)
			}
			got := w.balances(w.salon)
			if wallet, held := got[ledger.Wallet(w.customer.ID)], got[ledger.Held(w.customer.ID)]; wallet != int64(100_000-taken) || held != int64(taken) {
				t.Errorf("%d in the wallet, %d put aside", wallet, held)
			}
		})
	}
}

// Nobody can pay the link any more, so what it held of the wallet can be used again.
func TestALinkThatExpiredLetsGoOfTheWallet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.credit(20_000)
	link := w.link(w.book(w.salon), object{"use_wallet": true})
	plain := w.link(w.book(w.salon))
	holds := func(available, held string) {
		t.Helper()
		w.call("wallet", w.who, "GET", "/customer/wallet", nil, 200, `{"available_balance": `+available+`, "on_hold": `+held+`}`)
	}
	w.Advance(7 * 24 * time.Hour)
	w.Every("payments.reconcile")
	holds("0", "20000") // until the end of its last day
	w.Advance(24 * time.Hour)
	w.Every("invoices.overdue")
	w.Every("payments.reconcile")
	w.RunJobs()
	holds("20000", "0")
	w.call("the link", w.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200, `{"status": "CANCELLED"}`)
	w.call("its payment", w.who, "GET", "/customer/payments/history/"+link.Text("payment.id"), nil, 200, `{"status": "cancelled"}`)
	w.call("one without the wallet", w.who, "GET", "/invoices/"+plain.Text("invoice.id"), nil, 200, `{"status": "OVERDUE"}`)
	if n := w.atProvider(); n != 1 {
		t.Errorf("%d invoices at the provider", n)
	}
}

// Who has a link may want to use the wallet after all.
func TestTheWalletMayBeUsedInPlaceOfALink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	w.link(appointment)
	use := object{"appointment_id": appointment, "use_wallet": true}
	w.call("an empty wallet changes nothing", w.who, "POST", process, use, 409, `{"code": "payment.link_exists"}`)
	w.credit(20_000)
	w.call("more than there is", w.who, "POST", process, object{"appointment_id": appointment, "use_wallet": true, "wallet_amount": 20_001}, 400, `{"code": "payment.wallet"}`)
	w.Advance(time.Second)
	w.link(appointment, object{"use_wallet": true})
	w.Advance(time.Second)
	w.call("the same again", w.who, "POST", process, use, 409, `{"code": "payment.link_exists", "invoice": {"amount": 140400}}`)
	w.link(appointment, object{"use_wallet": true, "wallet_amount": 5_000})
	w.call("wallet", w.who, "GET", "/customer/wallet", nil, 200, `{"available_balance": 15000, "on_hold": 5000}`)
	w.RunJobs()
	if n := w.atProvider(); n != 1 {
		t.Errorf("%d invoices at the provider", n)
	}
	w.call("balances follow each other", w.who, "GET", "/customer/wallet/transactions", nil, 200, `{"total": 4, "items": [
		{"amount": -5000, "balance_after": 15000}, {"amount": 20000, "balance_after": 20000},
		{"amount": -20000, "balance_after": 0}, {"amount": 20000, "balance_after": 20000}]}`)
}

// The first page is paid after a second was made, which uses the wallet: the second asks
// for nothing any more, and lets go of the wallet. Paid all the same, it fills the wallet.
func TestTheWalletAndAnOlderLinkPayTwice(t *testing.T) {
	t.Parallel()
	for name, both := range map[string]bool{"the older": false, "both": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.credit(20_000)
			appointment := w.book(w.salon)
			first := w.link(appointment)
			second := w.link(appointment, object{"use_wallet": true})
			links := []testkit.Answer{first}
			if both {
				links = append(links, second)
			}
			for _, link := range links { // before the page of the first is withdrawn
				if err := w.paper.Pay(clientID, link.Text("invoice.paper_invoice_id"), 0); err != nil {
					t.Fatal(err)
				}
			}
			w.flush()
			w.RunJobs()
			if got := w.appointment(appointment); got != "paid 150000 confirmed" {
				t.Errorf("the appointment is %s", got)
			}
			wallet := ledger.Wallet(w.customer.ID)
			want := map[ledger.Account]int64{ledger.Gateway: -20_000 - 162_000, ledger.Merchant: 150_000, ledger.Platform: 12_000, wallet: 20_000}
			got := w.balances(w.salon)
			if both { // whichever came first paid the appointment
				if paid := got[ledger.Merchant]; paid != 150_000 || got[ledger.Held(w.customer.ID)] != 0 ||
					got[wallet]+got[ledger.Platform] != 20_000+162_000+140_400-150_000 {
					t.Errorf("balances %v", got)
				}
			} else if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			status := "CANCELLED"
			if both {
				status = "PAID"
			}
			w.call("the second", w.who, "GET", "/invoices/"+second.Text("invoice.id"), nil, 200, `{"status": "`+status+`"}`)
			w.paymentStatus(appointment, `{"pending_invoice": null, "remaining_balance": 0}`)
		})
	}
}

// The visit was missed before the money came, and what was promised for that is taken apart.
func TestAPaymentUnderWayWhenTheVisitIsMissed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	w.Due(appointment)
	if _, err := w.booking.MarkNoShow(t.Context(), w.tokens.staff[string(w.admin)], appointment, ""); err != nil {
		t.Fatal(err)
	}
	if err := w.paper.Pay(clientID, link.Text("invoice.paper_invoice_id"), 0); err != nil {
		t.Fatal(err)
	}
	w.flush()
	w.RunJobs()
	want := map[ledger.Account]int64{ledger.Gateway: -162_000, ledger.Wallet(w.customer.ID): 162_000}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	if got := w.appointment(appointment); got != "pending 0 no_show" {
		t.Errorf("the appointment is %s", got)
	}
}

// The fee is bounded, and the business bears it: of what is too much the customer gets
// exactly that.
func TestABoundedFeeOfAPriceThatFell(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Exec(`INSERT INTO plan_fees (plan, enabled, rate, max_fee, currency, exempt_types, updated_at) VALUES ('FREE', true, 80000, 5000, 'IDR', '{}', now())`)
	w.Exec(`UPDATE tenants SET settings = settings || '{"fee_mode": "merchant"}' WHERE id = $1`, w.tenant)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	w.Exec(`UPDATE appointments SET total_price = 100000 WHERE id = $1`, appointment)
	w.pay(link)
	w.RunJobs()
	want := map[ledger.Account]int64{ledger.Gateway: -150_000, ledger.Merchant: 95_000, ledger.Platform: 5_000, ledger.Wallet(w.customer.ID): 50_000}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}

// Of top-ups asked for at once, one is open.
func TestTopUpsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			answer := w.Send(testkit.Request{As: w.who, Method: "POST", Path: topUp, Body: object{"amount": 50_000}})
			if answer.Status != http.StatusCreated && (answer.Status != http.StatusConflict || answer.Text("code") != "payment.link_in_progress") {
				t.Errorf("%d %s", answer.Status, answer.Body)
			}
		})
	}
	wait.Wait()
	w.RunJobs()
	if n := w.count(`SELECT count(*) FROM invoices WHERE tenant_id = $1 AND status IN ('DRAFT', 'SENT')`, w.tenant); n != 1 {
		t.Errorf("%d top-ups are open", n)
	}
	if n := w.atProvider(); n != 1 {
		t.Errorf("%d invoices at the provider", n)
	}
}

// The last day may be told by a time, as clients write it.
func TestTheLastDayOfALink(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.paper.Knobs = sim.Knobs{} })
	for raw, day := range map[string]string{
		"2026-03-05": "2026-03-05", "2026-03-05T10:00:00Z": "2026-03-05", "2026-03-05T17:00:00.000Z": "2026-03-06", "2026-03-05T17:00:00": "2026-03-06",
	} {
		w.call(raw, w.admin, "POST", "/appointments/"+string(w.book(w.salon))+"/create-payment-link", object{"due_date": raw}, 201, `{"invoice": {"due_date": "`+day+`"}}`)
	}
	path := "/appointments/" + string(w.book(w.salon)) + "/create-payment-link"
	for _, raw := range []string{"", "tomorrow", "2026-02-30", "05/03/2026"} {
		w.call("bad "+raw, w.admin, "POST", path, object{"due_date": raw}, 422, `{"code": "request.invalid"}`)
	}
	w.call("over", w.admin, "POST", path, object{"due_date": "2026-03-01T10:00:00Z"}, 400, `{"code": "payment.due_date"}`)
	w.call("null is none", w.admin, "POST", path, object{"due_date": nil}, 201, `{"invoice": {"due_date": "2026-03-09"}}`)
}

// What came too late in another currency than that of the business is seen as well.
func TestAWalletInSeveralCurrencies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.credit(20_000)
	err := w.DB.Update(t.Context(), w.tenant, func(tx *db.Tx) error {
		return ledger.Post(tx, ledger.Movement{Kind: ledger.WalletMove, Reference: "pesos", Entries: []ledger.Entry{
			{Account: ledger.Gateway, Currency: "PHP", Amount: -850_50}, {Account: ledger.Wallet(w.customer.ID), Currency: "PHP", Amount: 800_50},
			{Account: ledger.Held(w.customer.ID), Currency: "PHP", Amount: 50_00},
		}})
	})
	if err != nil {
		t.Fatal(err)
	}
	desk := "/customers/" + string(w.customer.ID) + "/wallet"
	for path, as := range map[string]testkit.Token{"/customer/wallet": w.who, desk: w.admin} {
		w.call("its own", as, "GET", path, nil, 200, `{"currency": "IDR", "available_balance": 20000, "on_hold": 0, "other_currencies": ["PHP"]}`)
		w.call("pesos", as, "GET", path+"?currency=php", nil, 200, `{"currency": "PHP", "available_balance": 800.5, "on_hold": 50, "other_currencies": ["IDR"]}`)
		w.call("none", as, "GET", path+"?currency=USD", nil, 200, `{"currency": "USD", "available_balance": 0, "other_currencies": ["IDR", "PHP"]}`)
		w.call("no currency", as, "GET", path+"?currency=XXX", nil, 422, `{"code": "request.invalid"}`)
		w.call("its own list", as, "GET", path+"/transactions", nil, 200, `{"total": 1, "items": [{"currency": "IDR", "amount": 20000}]}`)
		w.call("pesos listed", as, "GET", path+"/transactions?currency=PHP", nil, 200, `{"total": 1, "items": [{"currency": "PHP", "amount": 800.5, "balance_after": 800.5}]}`)
	}
}
