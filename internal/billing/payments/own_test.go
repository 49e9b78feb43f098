package payments_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/billing/ledger"
	"reserva/internal/billing/paperid/sim"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// ownAccount gives the salon an account of its own at the provider.
func (w *world) ownAccount(client, secret string) {
	w.Helper()
	w.paper.SetAccount(sim.Account{
		ClientID: client, ClientSecret: secret,
		Callbacks: sim.ToOne(w.BaseURL + "/api/v1/webhooks/paper-invoice/tenant/" + string(w.tenant)),
	})
	w.Do(w.admin, "PUT", "/tenants/"+string(w.tenant)+"/paper-id-config", object{"client_id": client, "client_secret": secret}, 200)
}

// payAt pays a link at an account.
func (w *world) payAt(client string, link testkit.Answer) {
	w.Helper()
	if err := w.paper.Pay(client, link.Text("invoice.paper_invoice_id"), 0); err != nil {
		w.Fatalf("pay: %v", err)
	}
	w.flush()
	w.RunJobs()
}

func TestABusinessCollectsAtItsOwnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ownAccount("own-1", "own-secret")
	appointment := w.book(w.salon, held)
	w.call("no fee", w.admin, "GET", "/appointments/"+string(appointment)+"/payment-status", nil, 200,
		`{"platform_fee": 0, "platform_fee_percentage": 0}`)
	link := w.link(appointment)
	if link.Text("amounts.platform_fee") != "0" || link.Text("amounts.total_amount") != "150000" {
		t.Errorf("amounts %s", link.Body)
	}
	if err := w.paper.Pay(clientID, link.Text("invoice.paper_invoice_id"), 0); err == nil {
		t.Error("the platform's account has the invoice")
	}
	w.payAt("own-1", link)
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
	want := map[ledger.Account]int64{ledger.Gateway: -150_000, ledger.Takings: 150_000}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	w.Advance(25 * time.Hour)
	w.call("nothing to withdraw", w.admin, "GET", "/withdrawals/balance", nil, 200, `{"available_balance": 0, "pending_balance": 0}`)
}

// What an account was asked to collect is settled there, whatever the business
// changes meanwhile.
func TestLinksStayAtTheirAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := "/tenants/" + string(w.tenant) + "/paper-id-config"
	before, first, second, off := w.book(w.salon), w.book(w.salon), w.book(w.salon), w.book(w.salon)
	platform := w.link(before)
	w.ownAccount("own-1", "own-secret")
	atFirst := w.link(first)
	w.ownAccount("own-2", "other-secret")
	atSecond := w.link(second)
	w.Do(w.admin, "DELETE", config, nil, 200)
	again := w.link(off)

	w.payAt(clientID, platform)
	w.payAt("own-1", atFirst)
	w.payAt("own-2", atSecond)
	w.payAt(clientID, again)
	for _, appointment := range []id.ID{before, first, second, off} {
		if got := w.appointment(appointment); !strings.HasPrefix(got, "paid 150000") {
			t.Errorf("an appointment is %s", got)
		}
	}
	want := map[ledger.Account]int64{
		ledger.Gateway: -2*162_000 - 2*150_000, ledger.Merchant: 300_000, ledger.Platform: 24_000, ledger.Takings: 300_000,
	}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}

// Without the platform's account, a business with its own collects all the same.
func TestAnOwnAccountNeedsNoPlatform(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.off = true })
	appointment := w.book(w.salon)
	w.call("nobody collects", w.who, "POST", process, object{"appointment_id": appointment}, 503, `{"code": "payment.no_provider"}`)
	w.ownAccount("own-1", "own-secret")
	link := w.link(appointment)
	w.Every("payments.reconcile")
	w.payAt("own-1", link)
	if got := w.appointment(appointment); !strings.HasPrefix(got, "paid 150000") {
		t.Errorf("the appointment is %s", got)
	}
}

func TestAWrongSecretIsTheProvidersRefusal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ownAccount("own-1", "own-secret")
	w.Do(w.admin, "PUT", "/tenants/"+string(w.tenant)+"/paper-id-config", object{"client_secret": "mistyped"}, 200)
	appointment := w.book(w.salon)
	w.call("refused", w.who, "POST", process, object{"appointment_id": appointment}, http.StatusBadGateway, `{"code": "payment.provider"}`)
	w.Do(w.admin, "PUT", "/tenants/"+string(w.tenant)+"/paper-id-config", object{"client_secret": "own-secret"}, 200)
	w.payAt("own-1", w.link(appointment))
	if got := w.appointment(appointment); !strings.HasPrefix(got, "paid 150000") {
		t.Errorf("the appointment is %s", got)
	}
}

// A payment that nobody waits for is at the business, not at the platform: only the
// wallet's part can go back to the wallet.
func TestTheBusinessGivesBackWhatItCollected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	late := w.link(w.book(w.salon, held)) // at the platform, to fill the wallet
	w.Advance(61 * time.Minute)
	w.Every("appointments.expire")
	w.RunJobs()
	w.payAt(clientID, late)
	wallet := ledger.Wallet(w.customer.ID)
	if w.balances(w.salon)[wallet] != 162_000 {
		t.Fatalf("balances %v", w.balances(w.salon))
	}

	w.ownAccount("own-1", "own-secret")
	appointment := w.book(w.salon)
	link := w.link(appointment, object{"use_wallet": true, "wallet_amount": 50_000})
	w.paper.SetKnobs(sim.Knobs{FailNext: 1000})
	w.record(appointment, 150_000, 200, "") // at the desk, while the provider is away
	w.TryJobs()
	w.paper.SetKnobs(sim.Knobs{})
	w.payAt("own-1", link)
	want := map[ledger.Account]int64{
		ledger.Gateway: -162_000 - 100_000, wallet: 162_000, ledger.Takings: 100_000 + 150_000, ledger.Cash: -150_000,
	}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	w.call("invoice", w.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200, `{"status": "PAID", "metadata": {"to_give_back": "100000.00"}}`)
	asked := w.call("the business is asked", w.admin, "GET", "/refunds", nil, 200,
		`{"total": 1, "items": [{"payment_id": "`+link.Text("payment.id")+`", "status": "requested", "requested_by": "system", "amount": 100000}]}`)
	w.call("and gives it", w.admin, "POST", "/refunds/"+asked.Text("items.0.id")+"/approve", object{"method": "manual"}, 200, `{"status": "completed"}`)
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
	mails := w.Outbox(w.email())
	if !slices.ContainsFunc(mails, func(m testkit.Message) bool { return contains(m.Text, "give you back IDR 100,000") }) {
		t.Errorf("mails %+v", mails)
	}
}

// The operator's own rate counts in place of the plan's, from the next link on.
func TestTheOperatorSetsTheFee(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tokens.staff["super"] = access.Staff{UserID: id.New(), Tenant: w.tenant, Role: access.SuperAdmin}
	path := "/tenants/" + string(w.tenant) + "/platform-fee"
	open := w.book(w.salon)
	w.link(open)
	w.call("set", "super", "PUT", path, object{"override_rate": "0.02", "fee_bearer": "merchant"}, 200,
		`{"fee_bearer": "merchant", "override_rate": 0.02, "plan_rate": 0.08, "effective_rate": 0.02}`)
	w.call("kept", w.admin, "GET", "/appointments/"+string(open)+"/payment-status", nil, 200, `{"platform_fee": 12000}`)
	link := w.link(w.book(w.salon))
	w.pay(link)
	w.RunJobs()
	want := map[ledger.Account]int64{ledger.Gateway: -150_000, ledger.Merchant: 147_000, ledger.Platform: 3_000}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	w.call("back", "super", "PUT", path, object{"override_rate": nil, "fee_bearer": "customer"}, 200, `{"override_rate": null, "effective_rate": 0.08}`)
	w.call("not the business", w.admin, "PUT", path, object{"override_rate": 0}, 403, "")
	w.call("above the whole", "super", "PUT", path, object{"override_rate": 1.5}, 422, "")
	w.call("nobody", "super", "PUT", path, object{"fee_bearer": nil}, 422, "")
}
