package payments_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/billing/ledger"
	"reserva/internal/billing/paperid/sim"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

const topUp = "/customer/wallet/topup"

// toppedUp are the books after IDR 100,000 were put into the wallet, for a fee of 8 %.
func (w *world) toppedUp() map[ledger.Account]int64 {
	return map[ledger.Account]int64{ledger.Gateway: -108_000, ledger.Platform: 8_000, ledger.Wallet(w.customer.ID): 100_000}
}

func (w *world) holds(want map[ledger.Account]int64) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		w.t.Error(diff)
	}
}

func TestToppingUpTheWallet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := w.call("top up", w.who, "POST", topUp, object{"amount": "100000"}, 201, `{
		"status": "payment_link_created", "invoice": {"status": "SENT", "amount": 108000, "subtotal": 100000, "platform_fee": 8000, "currency": "IDR"},
		"payment_link": {"url": "*"}, "payment": {"status": "pending", "awaiting_customer_payment": true}, "amounts": {"base_amount": 100000, "total_amount": 108000}}`)
	w.call("nothing yet", w.who, "GET", "/customer/wallet", nil, 200, `{"available_balance": 0}`)
	w.pay(link)
	w.RunJobs()
	w.holds(w.toppedUp())
	// The callback comes again, and nobody's does.
	w.flush()
	w.Advance(11 * time.Minute)
	w.Every("payments.reconcile")
	w.RunJobs()
	w.holds(w.toppedUp())
	w.call("the wallet", w.who, "GET", "/customer/wallet", nil, 200, `{"available_balance": 100000, "on_hold": 0, "currency": "IDR"}`)
	w.call("the payment", w.admin, "GET", "/payments/history/"+link.Text("payment.id"), nil, 200,
		`{"payment_type": "wallet_topup", "status": "completed", "amount": "100000.00", "platform_fee": "8000.00", "merchant_amount": "0.00", "appointment_id": null}`)
	w.call("the invoice", w.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200, `{"invoice_type": "WALLET_TOPUP", "status": "PAID"}`)
	mails := w.Outbox(w.email())
	if len(mails) != 1 || !strings.Contains(mails[0].Text, "IDR 100,000 is in your wallet") {
		t.Errorf("mails %+v", mails)
	}

	// Spending it bears no fee again.
	w.link(w.book(w.salon), object{"use_wallet": true, "wallet_amount": 100_000})
	w.call("put aside", w.who, "GET", "/customer/wallet", nil, 200, `{"available_balance": 0, "on_hold": 100000}`)
	w.call("transactions", w.who, "GET", "/customer/wallet/transactions", nil, 200, `{"total": 2, "items": [
		{"type": "payment", "amount": -100000, "balance_after": 0, "payment_id": "*"},
		{"type": "topup", "amount": 100000, "balance_after": 100000, "description": "Wallet top-up", "payment_id": "`+link.Text("payment.id")+`"}]}`)
	at := "/customers/" + string(w.customer.ID) + "/wallet"
	w.call("the desk sees it", w.admin, "GET", at, nil, 200, `{"available_balance": 0, "on_hold": 100000}`)
	w.call("and its transactions", w.admin, "GET", at+"/transactions?size=1", nil, 200, `{"total": 2, "pages": 2, "items": [{"type": "payment"}]}`)
	nobody := "/customers/" + string(id.Random()) + "/wallet"
	w.call("of nobody", w.admin, "GET", nobody, nil, 404, `{"code": "customer.not_found"}`)
	w.call("transactions of nobody", w.admin, "GET", nobody+"/transactions", nil, 404, `{"code": "customer.not_found"}`)
	w.call("another tenant's", w.newSalon("IDR", 1).admin, "GET", at, nil, 404, `{"code": "customer.not_found"}`)
}

func TestTopUpsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, amount := range []any{0, -1, "0.4", "100.555", "much"} {
		w.call("amount", w.who, "POST", topUp, object{"amount": amount}, 422, "")
	}
	w.call("too much", w.who, "POST", topUp, object{"amount": 20_000_001}, 400, `{"code": "wallet.limit", "limit": 20000000, "available_balance": 0}`)
	w.credit(19_950_000)
	w.call("too much with what is there", w.who, "POST", topUp, object{"amount": 50_001}, 400, `{"code": "wallet.limit", "available_balance": 19950000}`)
	w.call("another currency", w.who, "POST", topUp, object{"amount": 10_000, "currency": "PHP"}, 400, `{"code": "payment.currency"}`)
	w.call("another tenant", w.who, "POST", topUp, object{"amount": 10_000, "tenant_id": id.Random()}, 403, `{"code": "tenant.foreign"}`)
	w.call("the desk", w.admin, "POST", topUp, object{"amount": 10_000}, 403, "")
	pesos := w.newSalon("PHP", 500_00)
	w.call("nobody takes pesos here", pesos.who, "POST", topUp, object{"amount": 100}, 400, `{"code": "payment.currency"}`)
	off := newWorld(t, func(s *setup) { s.off = true })
	off.call("no provider", off.who, "POST", topUp, object{"amount": 10_000}, 503, `{"code": "payment.no_provider"}`)

	w.paper.SetKnobs(sim.Knobs{FailNext: 1000})
	refused := w.Send(testkit.Request{As: w.who, Method: "POST", Path: topUp, Body: object{"amount": 10_000}})
	if refused.Status != 502 {
		t.Errorf("%d %s", refused.Status, refused.Body)
	}
}

// A second top-up replaces the first; who pays the first all the same gets both.
func TestATopUpReplacesTheOpenOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one := w.call("one", w.who, "POST", topUp, object{"amount": 60_000}, 201, "")
	two := w.call("two", w.who, "POST", topUp, object{"amount": 40_000}, 201, "")
	w.call("replaced", w.who, "GET", "/invoices/"+one.Text("invoice.id"), nil, 200, `{"status": "CANCELLED"}`)
	w.pay(one) // before the job has withdrawn its page
	w.pay(two)
	w.RunJobs()
	w.holds(w.toppedUp())
}

// The server is cut off between the draft and the provider's answer: a job finishes the
// link, and the payment counts once.
func TestATopUpThatWasCutOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.paper.Knobs = sim.Knobs{Drop: -1} })
	link := w.call("top up", w.who, "POST", topUp, object{"amount": 100_000}, 201, "")
	w.Exec(`UPDATE invoices SET status = 'DRAFT', paper_invoice_id = NULL, paper_payment_url = NULL WHERE id = $1`, link.Text("invoice.id"))
	w.call("while it is made", w.who, "POST", topUp, object{"amount": 1_000}, 409, `{"code": "payment.link_in_progress"}`)
	w.Advance(2 * time.Minute)
	w.RunJobs()
	w.call("finished", w.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200, `{"status": "SENT", "paper_invoice_id": "`+link.Text("invoice.paper_invoice_id")+`"}`)
	w.pay(link)
	w.Advance(10 * time.Minute)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() { w.Every("payments.reconcile") })
	}
	wait.Wait()
	w.RunJobs()
	w.holds(w.toppedUp())
}
