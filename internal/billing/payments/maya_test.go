package payments_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"reserva/internal/billing/ledger"
	"reserva/internal/billing/maya"
	mayasim "reserva/internal/billing/maya/sim"
	"reserva/internal/billing/payments"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

const (
	mayaPublic = "pk-platform"
	mayaSecret = "sk-platform"
)

// simulateMaya starts the other provider, with the platform's account.
func (w *world) simulateMaya(now func() time.Time) {
	w.t.Helper()
	s, err := mayasim.New(w.t.Context(), mayasim.Config{
		Clock: now, Accounts: []mayasim.Account{{PublicKey: mayaPublic, SecretKey: mayaSecret, Business: "Platform"}},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	server := httptest.NewServer(s)
	w.t.Cleanup(func() {
		server.Close()
		if err := s.Close(context.WithoutCancel(w.t.Context())); err != nil {
			w.t.Error(err)
		}
	})
	w.maya, w.mayaURL = s, server.URL
	w.mayaClient = w.mayaClientOf(mayaPublic, mayaSecret)
}

func (w *world) mayaClientOf(public, secret string) *maya.Client {
	w.t.Helper()
	c, err := maya.New(maya.Config{
		BaseURL: w.mayaURL, PagesURL: w.mayaURL, PublicKey: public, SecretKey: secret, Backoff: time.Millisecond, Timeout: 5 * time.Second,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// manila is a world whose salon sells an hour for 1,500 pesos, and whose platform has
// an account at Maya that calls back.
func manila(t *testing.T, changes ...func(*setup)) *world {
	t.Helper()
	w := newWorld(t, append(changes, func(s *setup) { s.maya = true })...)
	w.salon = w.newSalon("PHP", 1_500_00)
	if err := w.hooks.RegisterAtMaya(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// act does something on the page of a link; the callbacks have arrived when it
// returns, and wait as jobs.
func (w *world) act(link testkit.Answer, outcome maya.Status) {
	w.Helper()
	if err := w.maya.Act(mayaPublic, link.Text("invoice.paper_invoice_id"), outcome); err != nil {
		w.Fatalf("act: %v", err)
	}
	w.flushMaya()
}

func (w *world) flushMaya() {
	w.Helper()
	if err := w.maya.Flush(w.t.Context()); err != nil {
		w.Fatal(err)
	}
}

func TestMayaPayment(t *testing.T) {
	t.Parallel()
	w := manila(t)
	appointment := w.book(w.salon, held)
	link := w.link(appointment)
	for member, want := range map[string]string{"payment_provider": "maya", "currency": "PHP", "amount": "1620", "platform_fee": "120"} {
		if got := link.Text("invoice." + member); got != want {
			t.Errorf("%s is %s, want %s", member, got, want)
		}
	}
	if url := link.Text("payment_link.url"); url != w.mayaURL+"/v2/checkout?id="+link.Text("invoice.paper_invoice_id") {
		t.Errorf("page %s", url)
	}
	expires, err := time.Parse(time.RFC3339, link.Text("payment_link.expires_at"))
	if err != nil || !expires.Equal(w.Clock.Now().Add(time.Hour)) {
		t.Errorf("expires at %s, %v", expires, err)
	}
	w.Do(w.who, "POST", "/customer/payments/process-appointment", testkit.Object{"appointment_id": appointment}, http.StatusConflict)

	w.act(link, maya.Success)
	w.RunJobs()
	if got := w.appointment(appointment); got != "paid 1500 confirmed" {
		t.Errorf("appointment %s", got)
	}
	if got := w.balances(w.salon); got[ledger.Merchant] != 1_500_00 || got[ledger.Platform] != 120_00 || got[ledger.Gateway] != -1_620_00 {
		t.Errorf("balances %v", got)
	}
	status := w.Do(w.admin, "GET", "/appointments/"+string(appointment)+"/payment-status", nil, http.StatusOK)
	if got := status.Text("payment_history.0.provider") + " " + status.Text("payment_history.0.method"); got != "maya maya_wallet" {
		t.Errorf("history %s", got)
	}
}

// Rupiah go to Paper.id and pesos to Maya; dollars nowhere. Without an account there,
// pesos are paid at the venue.
func TestCurrencyChoosesTheProvider(t *testing.T) {
	t.Parallel()
	w := manila(t)
	for currency, want := range map[string]string{"IDR": "paper_id", "PHP": "maya"} {
		w.salon = w.newSalon(currency, 150_000)
		if got := w.link(w.book(w.salon)).Text("invoice.payment_provider"); got != want {
			t.Errorf("%s goes to %s", currency, got)
		}
	}
	w.salon = w.newSalon("USD", 100_00)
	body := testkit.Object{"appointment_id": w.book(w.salon)}
	if a := w.Do(w.who, "POST", "/customer/payments/process-appointment", body, http.StatusBadRequest); a.Text("code") != "payment.currency" {
		t.Errorf("dollars: %s", a.Body)
	}
}

// What comes twice, late, never or out of order ends in the same books.
func TestMayaCallbacksInEveryOrder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		knobs mayasim.Knobs
		after func(w *world)
	}{
		"once":           {},
		"twice":          {knobs: mayasim.Knobs{Duplicates: 2}},
		"a late expiry":  {knobs: mayasim.Knobs{LateExpiry: true}},
		"never":          {knobs: mayasim.Knobs{Drop: -1}, after: func(w *world) { w.reconcile(6 * time.Minute) }},
		"after the poll": {knobs: mayasim.Knobs{Duplicates: 1}, after: func(w *world) { w.reconcile(6 * time.Minute) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := manila(t)
			w.maya.SetKnobs(c.knobs)
			appointment := w.book(w.salon, held)
			link := w.link(appointment)
			w.act(link, maya.Success)
			if c.after != nil {
				c.after(w)
			}
			w.RunJobs()
			w.RunJobs()
			if got := w.appointment(appointment); got != "paid 1500 confirmed" {
				t.Errorf("appointment %s", got)
			}
			if got := w.balances(w.salon)[ledger.Merchant]; got != 1_500_00 {
				t.Errorf("merchant %d", got)
			}
			if n := w.count(`SELECT count(*) FROM ledger_movements WHERE tenant_id = $1`, w.tenant); n != 1 {
				t.Errorf("%d movements", n)
			}
		})
	}
}

func (w *world) reconcile(later time.Duration) {
	w.Helper()
	w.Advance(later)
	if err := w.payments.Reconcile(w.t.Context()); err != nil {
		w.Fatal(err)
	}
}

// A checkout that ends unpaid takes its link with it, and another can be made.
func TestMayaCheckoutEnds(t *testing.T) {
	t.Parallel()
	for _, outcome := range []maya.Status{maya.Failed, maya.Cancelled, maya.Expired} {
		t.Run(string(outcome), func(t *testing.T) {
			t.Parallel()
			w := manila(t)
			appointment := w.book(w.salon)
			link := w.link(appointment)
			w.act(link, outcome)
			w.RunJobs()
			invoice := w.Do(w.admin, "GET", "/invoices/"+link.Text("invoice.id"), nil, http.StatusOK)
			if got := invoice.Text("status"); got != "CANCELLED" {
				t.Errorf("invoice %s", got)
			}
			if n := w.count(`SELECT count(*) FROM payments WHERE invoice_id = $1 AND status = 'failed'`, link.Text("invoice.id")); n != 1 {
				t.Error("the payment did not fail")
			}
			next := w.link(appointment)
			w.act(next, maya.Success)
			w.RunJobs()
			if got := w.appointment(appointment); !strings.HasPrefix(got, "paid 1500") {
				t.Errorf("appointment %s", got)
			}
		})
	}
	// A page whose hour is over is replaced, even before the provider says so.
	w := manila(t)
	w.maya.SetKnobs(mayasim.Knobs{Drop: -1})
	appointment := w.book(w.salon)
	w.link(appointment)
	w.Advance(time.Hour)
	if again := w.link(appointment); again.Text("invoice.status") != "SENT" {
		t.Errorf("again: %s", again.Body)
	}
}

// What the provider took otherwise than was asked changes nothing but the payment's state.
func TestMayaTookAnotherAmount(t *testing.T) {
	t.Parallel()
	w := manila(t)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	w.maya.Forge(mayaPublic, link.Text("invoice.paper_invoice_id"), 1_00)
	w.act(link, maya.Success)
	w.RunJobs()
	if got := w.appointment(appointment); !strings.HasPrefix(got, "pending 0") {
		t.Errorf("appointment %s", got)
	}
	if n := w.count(`SELECT count(*) FROM payments WHERE invoice_id = $1 AND status = 'needs_review'`, link.Text("invoice.id")); n != 1 {
		t.Error("nobody is told to look")
	}
}

// Paid after it was cancelled: the page is ended with the appointment, and what came
// first goes to the wallet.
func TestMayaAndACancelledAppointment(t *testing.T) {
	t.Parallel()
	w := manila(t)
	unpaid := w.book(w.salon)
	link := w.link(unpaid)
	w.Do(w.admin, "POST", "/appointments/"+string(unpaid)+"/record-payment", testkit.Object{"amount": 1500, "payment_method": "cash"}, http.StatusOK)
	w.RunJobs()
	if got := w.maya.Status(mayaPublic, link.Text("invoice.paper_invoice_id")); got != maya.Cancelled {
		t.Errorf("the page is %s", got)
	}
	paid := w.book(w.salon)
	link = w.link(paid)
	w.maya.SetKnobs(mayasim.Knobs{Drop: -1})
	w.act(link, maya.Success)
	if _, err := w.booking.Cancel(t.Context(), w.tokens.staff[string(w.admin)], paid, "ill"); err != nil {
		t.Fatal(err)
	}
	w.RunJobs()
	w.RunJobs()
	if got := w.balances(w.salon)[ledger.Wallet(w.customer.ID)]; got != 1_620_00 {
		t.Errorf("wallet %d", got)
	}
}

// The answer to the create is lost: the checkout is found by its reference, at once or
// by the job, and is not made twice.
func TestMayaLostAnswers(t *testing.T) {
	t.Parallel()
	for name, knobs := range map[string]mayasim.Knobs{
		"cut": {LoseNext: 1}, "a system behind": {LoseNext: 1, LoseCode: "PY0016"},
	} {
		w := manila(t)
		w.maya.SetKnobs(knobs)
		link := w.link(w.book(w.salon))
		if n := w.maya.Count(mayaPublic, reference(link)); n != 1 || link.Text("payment_link.url") == "" {
			t.Errorf("%s: %d checkouts, %s", name, n, link.Body)
		}
	}
	w := manila(t)
	appointment := w.book(w.salon)
	w.maya.SetKnobs(mayasim.Knobs{FailNext: 5})
	w.Do(w.who, "POST", "/customer/payments/process-appointment", testkit.Object{"appointment_id": appointment}, http.StatusBadGateway)
	w.Advance(2 * time.Minute)
	w.RunJobs()
	status := w.Do(w.admin, "GET", "/appointments/"+string(appointment)+"/payment-status", nil, http.StatusOK)
	if got := status.Text("pending_invoice.status"); got != "SENT" {
		t.Errorf("after the job: %s", status.Body)
	}
	if n := w.maya.Count(mayaPublic, "INV-"+status.Text("pending_invoice.id")); n != 1 {
		t.Errorf("%d checkouts", n)
	}
}

func reference(link testkit.Answer) string { return "INV-" + link.Text("invoice.id") }

// A business's own account: without a fee, at its own keys, with callbacks of its own
// that the server registers.
func TestOwnMayaAccount(t *testing.T) {
	t.Parallel()
	w := manila(t)
	w.Do(w.admin, "PUT", "/tenants/"+string(w.tenant)+"/maya-config", testkit.Object{"public_key": "pk-own", "secret_key": "sk-own"}, http.StatusOK)
	w.maya.SetAccount(mayasim.Account{PublicKey: "pk-own", SecretKey: "sk-own"})
	w.RunJobs()
	registered, err := w.mayaClientOf("pk-own", "sk-own").ListWebhooks(t.Context())
	if err != nil || len(registered) != len(maya.Events()) || !strings.HasSuffix(registered[0].CallbackURL, "/api/v1/maya/webhook/tenant/"+string(w.tenant)) {
		t.Errorf("registered %+v, %v", registered, err)
	}
	appointment := w.book(w.salon, held)
	link := w.link(appointment)
	if got := link.Text("invoice.amount"); got != "1500" {
		t.Errorf("amount %s", got)
	}
	if err := w.maya.Act("pk-own", link.Text("invoice.paper_invoice_id"), maya.Success); err != nil {
		t.Fatal(err)
	}
	w.flushMaya()
	w.Do(w.admin, "DELETE", "/tenants/"+string(w.tenant)+"/maya-config", nil, http.StatusOK) // it settles where it was asked for
	w.RunJobs()
	if got := w.appointment(appointment); got != "paid 1500 confirmed" {
		t.Errorf("appointment %s", got)
	}
	if got := w.balances(w.salon); got[ledger.Takings] != 1_500_00 || got[ledger.Merchant] != 0 {
		t.Errorf("balances %v", got)
	}
	if got := w.link(w.book(w.salon)).Text("invoice.amount"); got != "1620" {
		t.Errorf("then at the platform's: %s", got)
	}
}

// Registrations that are missing are made, ours that lead elsewhere are changed, and
// those of others are left alone.
func TestMayaRegistrations(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.maya = true })
	foreign := map[string]string{
		"PAYMENT_FAILED": "https://shop.example.com/hooks", "PAYMENT_EXPIRED": "https://old.example.com/api/v1/maya/webhook",
		"AUTHORIZED": "https://shop.example.com/hooks",
	}
	for name, url := range foreign {
		if _, err := w.mayaClient.CreateWebhook(t.Context(), name, url); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := w.hooks.RegisterAtMaya(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	here := w.BaseURL + "/api/v1/maya/webhook"
	want := map[string]string{
		"PAYMENT_SUCCESS": here, "PAYMENT_CANCELLED": here, "PAYMENT_EXPIRED": here,
		"PAYMENT_FAILED": "https://shop.example.com/hooks", "AUTHORIZED": "https://shop.example.com/hooks",
	}
	all, err := w.mayaClient.ListWebhooks(t.Context())
	if err != nil || len(all) != len(want) {
		t.Errorf("%+v, %v", all, err)
	}
	for _, h := range all {
		if h.CallbackURL != want[h.Name] {
			t.Errorf("%s goes to %s", h.Name, h.CallbackURL)
		}
	}
}

// Forged callbacks are refused or start a question that changes nothing.
func TestForgedMayaCallbacks(t *testing.T) {
	t.Parallel()
	w := manila(t)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	other := w.newSalon("PHP", 1_00)
	body := testkit.Object{
		"id": link.Text("invoice.paper_invoice_id"), "status": "PAYMENT_SUCCESS", "requestReferenceNumber": reference(link), "amount": "1620", "currency": "PHP",
	}
	w.Do("", "POST", "/maya/webhook", body, http.StatusUnauthorized)
	signed := testkit.Request{Method: "POST", Path: "/maya/webhook", Body: body, Header: testkit.Object{
		maya.SignatureHeader: "nonce=1,v1=00", maya.TimestampHeader: fmt.Sprint(w.Clock.Now().UnixMilli()),
	}}
	if a := w.Send(signed); a.Status != http.StatusUnauthorized {
		t.Errorf("a made-up signature: %d", a.Status)
	}

	// Where signatures are not asked for, the question is.
	open := manila(t, func(s *setup) { s.unsigned = true })
	link = open.link(open.book(open.salon))
	body["id"], body["requestReferenceNumber"] = link.Text("invoice.paper_invoice_id"), reference(link)
	open.maya.SetKnobs(mayasim.Knobs{Unsigned: true})
	if a := open.Do("", "POST", "/maya/webhook", body, http.StatusOK); a.Text("status") != "accepted" {
		t.Errorf("forged: %s", a.Body)
	}
	open.RunJobs()
	if n := open.count(`SELECT count(*) FROM payments WHERE tenant_id = $1 AND status = 'completed'`, open.tenant); n != 0 {
		t.Error("a forged callback moved money")
	}
	// The real one has the same key, and is heard all the same.
	open.act(link, maya.Success)
	open.RunJobs()
	if n := open.count(`SELECT count(*) FROM payments WHERE tenant_id = $1 AND status = 'completed'`, open.tenant); n != 1 {
		t.Error("the real one was not heard")
	}
	for path, want := range map[string]int{
		"/maya/webhook/tenant/" + string(other.tenant): http.StatusNotFound, // known in the other world only
		"/maya/webhook/tenant/" + string(open.tenant):  http.StatusOK,
		"/maya/webhook/tenant/" + string(id.New()):     http.StatusNotFound,
	} {
		open.Do("", "POST", path, body, want)
	}
	stranger := open.newSalon("PHP", 1_00)
	body["status"] = "PAYMENT_FAILED"
	if a := open.Do("", "POST", "/maya/webhook/tenant/"+string(stranger.tenant), body, http.StatusOK); a.Text("status") != "ignored" {
		t.Errorf("on the route of another business: %s", a.Body)
	}
	open.Do("", "POST", "/maya/webhook", `{"broken`, http.StatusBadRequest)
}

// The gateway alone: what it makes of the provider's answers.
func TestMayaGateway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.maya = true })
	gateway := payments.NewMaya(w.mayaClient)
	request := payments.Request{Number: "INV-" + string(id.New()), Currency: "IDR", Lines: []payments.RequestLine{{Name: "Cut", Quantity: 1, Price: 100}}}
	if _, err := gateway.Open(t.Context(), request); err == nil {
		t.Error("rupiah were taken")
	}
	request.Currency = "PHP"
	if _, err := gateway.Find(t.Context(), request); !errors.Is(err, payments.ErrNothingThere) {
		t.Errorf("find: %v", err)
	}
	request.Again = true
	first, err := gateway.Open(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := gateway.Open(t.Context(), request); err != nil || again.ID != first.ID || again.URL != first.URL {
		t.Errorf("again %+v, %v", again, err)
	}
	// Two pages under one number, and the payment on the other one: it is found.
	request.Again = false
	second, err := gateway.Open(t.Context(), request)
	if err != nil || second.ID == first.ID {
		t.Fatalf("%+v, %v", second, err)
	}
	for id, outcome := range map[string]maya.Status{first.ID: maya.Expired, second.ID: maya.Success} {
		if err := w.maya.Act(mayaPublic, id, outcome); err != nil {
			t.Fatal(err)
		}
	}
	if state, err := gateway.Look(t.Context(), "", first.ID); err != nil || state.Progress != payments.FullyPaid || state.PaymentID != second.ID {
		t.Errorf("%+v, %v", state, err)
	}
	if err := gateway.Withdraw(t.Context(), "", second.ID); !errors.Is(err, payments.ErrPaidAlready) {
		t.Errorf("withdraw what is paid: %v", err)
	}
	if err := errors.Join(gateway.Withdraw(t.Context(), "", first.ID), gateway.Withdraw(t.Context(), "", "nobody")); err != nil {
		t.Errorf("withdraw what is over: %v", err)
	}
	if _, err := gateway.Look(t.Context(), "", "nobody"); !errors.Is(err, payments.ErrNothingThere) {
		t.Errorf("look: %v", err)
	}
}
