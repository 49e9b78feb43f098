package payments_test

import (
	"context"
	"encoding/json"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/billing/invoices"
	"reserva/internal/billing/ledger"
	"reserva/internal/billing/paperid"
	"reserva/internal/billing/paperid/sim"
	"reserva/internal/billing/payments"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

const (
	signedRoute = "/webhooks/paper-id"
	openRoute   = "/webhooks/paper-invoice"
)

// paidCallback is what the provider sends once an invoice is paid.
func paidCallback(t *testing.T, paperID, number string) string {
	t.Helper()
	body, err := json.Marshal(object{"message": "invoice has been paid", "data": object{"invoice": object{
		"id": paperID, "number": number, "partner_id": "p", "status": "paid", "amount_due": 0, "total_amount": 162000,
		"updated_at": "2026-03-02 08:00:00.5 +0700 WIB",
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func (w *world) callback(route, body string, header object) testkit.Answer {
	w.Helper()
	return w.Send(testkit.Request{Method: "POST", Path: route, Body: body, Header: header})
}

func sign(body string) object {
	return object{paperid.SignatureHeader: paperid.Sign(webhookSecret, []byte(body))}
}

func paidOnce() map[ledger.Account]int64 {
	return map[ledger.Account]int64{ledger.Gateway: -162_000, ledger.Merchant: 150_000, ledger.Platform: 12_000}
}

func TestForgedCallbacksMoveNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	body := paidCallback(t, link.Text("invoice.paper_invoice_id"), link.Text("payment.reference_id"))

	for name, header := range map[string]object{
		"unsigned": nil, "signed by another": {paperid.SignatureHeader: paperid.Sign("other", []byte(body))},
		"signature of another body": sign(body + " "), "company alone": {paperid.CompanyHeader: "company-1"},
	} {
		if answer := w.callback(signedRoute, body, header); answer.Status != 401 {
			t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
		}
	}
	if answer := w.callback(openRoute, body, object{paperid.SignatureHeader: "sha256=00"}); answer.Status != 401 {
		t.Errorf("wrong signature on the open route: %d", answer.Status)
	}
	answer := w.callback(openRoute, body, nil)
	if answer.Status != 200 || answer.Text("status") != "accepted" {
		t.Fatalf("open route: %d %s", answer.Status, answer.Body)
	}
	w.RunJobs()
	w.Advance(time.Minute)
	w.RunJobs()
	if got := w.appointment(appointment); got != "pending 0 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
	if diff := cmp.Diff(map[ledger.Account]int64{}, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	if n := w.count(`SELECT count(*) FROM webhook_events WHERE outcome = 'not_paid'`); n != 1 {
		t.Errorf("%d events noted", n)
	}

	// The real one says the same, and is heard.
	w.pay(link)
	if answer := w.callback(openRoute, body, nil); answer.Text("status") != "duplicate" {
		t.Errorf("again: %s", answer.Body)
	}
	w.RunJobs()
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
}

func TestCallbacksNamingAnotherInvoiceProveNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid, unpaid := w.link(w.book(w.salon)), w.link(w.book(w.salon))
	w.pay(paid)
	w.RunJobs()
	// Our number of the unpaid one with the provider's id of the one that is paid.
	body := paidCallback(t, paid.Text("invoice.paper_invoice_id"), unpaid.Text("payment.reference_id"))
	w.callback(openRoute, body, nil)
	w.RunJobs()
	w.call("unpaid", w.who, "GET", "/invoices/"+unpaid.Text("invoice.id"), nil, 200, `{"status": "SENT"}`)

	// Nor where we have no id of our own yet: a draft.
	draft := w.cutOff(w.book(w.salon))
	var number string
	if err := w.DB.Pool().QueryRow(t.Context(), `SELECT provider_number FROM invoices WHERE id = $1`, draft).Scan(&number); err != nil {
		t.Fatal(err)
	}
	w.callback(openRoute, paidCallback(t, paid.Text("invoice.paper_invoice_id"), number), nil)
	w.RunJobs()
	w.call("draft", w.admin, "GET", "/invoices/"+string(draft), nil, 200, `{"status": "DRAFT"}`)
	if diff := cmp.Diff(paidOnce(), w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}

func TestDuplicateCallbacksAtOnceMoveMoneyOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.paper.Knobs = sim.Knobs{Duplicates: 3} })
	appointment := w.book(w.salon, held)
	link := w.link(appointment)
	w.pay(link)
	body := paidCallback(t, link.Text("invoice.paper_invoice_id"), link.Text("payment.reference_id"))
	var wait sync.WaitGroup
	for i := range 12 {
		wait.Go(func() {
			if i%2 == 0 {
				w.callback(signedRoute, body, sign(body))
				return
			}
			if _, err := w.payments.Settle(t.Context(), w.tenant, id.ID(link.Text("invoice.id")), payments.Hint{}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	w.RunJobs()
	if diff := cmp.Diff(paidOnce(), w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
	if n := w.count(`SELECT count(*) FROM ledger_movements`); n != 1 {
		t.Errorf("%d movements", n)
	}
	if n := w.count(`SELECT count(*) FROM messages`); n != 1 {
		t.Errorf("%d receipts", n)
	}
	if n := w.count(`SELECT count(*) FROM audit_log WHERE action = 'payment.completed'`); n != 1 {
		t.Errorf("%d audit entries", n)
	}
}

func TestDroppedCallbacksAreMadeUpFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.paper.Knobs = sim.Knobs{Drop: -1} })
	appointment := w.book(w.salon)
	w.pay(w.link(appointment))
	w.Every("payments.reconcile") // too early to ask
	if got := w.appointment(appointment); got != "pending 0 confirmed" {
		t.Errorf("at once the appointment is %s", got)
	}
	w.Advance(6 * time.Minute)
	w.Every("payments.reconcile")
	w.Every("payments.reconcile")
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
	if diff := cmp.Diff(paidOnce(), w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}

func TestACallbackMayComeBeforeTheProvidersOwnBooksShowIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.paper.Knobs = sim.Knobs{Drop: -1} })
	appointment := w.book(w.salon)
	link := w.link(appointment)
	w.callback(openRoute, paidCallback(t, link.Text("invoice.paper_invoice_id"), link.Text("payment.reference_id")), nil)
	w.RunJobs()
	w.pay(link)
	w.Advance(31 * time.Second)
	w.RunJobs()
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
}

func TestACallbackMayComeBeforeOurOwnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	invoice := w.cutOff(appointment)
	// The request had reached the provider after all, and somebody has paid.
	created := w.makeAtProvider(invoice)
	if err := w.paper.Pay(clientID, created.ID, 0); err != nil {
		t.Fatal(err)
	}
	w.flush()
	w.RunJobs()
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
	w.Advance(2 * time.Minute)
	w.RunJobs()
	w.call("paid", w.who, "GET", "/invoices/"+string(invoice), nil, 200, `{"status": "PAID", "paper_invoice_id": "`+created.ID+`"}`)
	if diff := cmp.Diff(paidOnce(), w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}

// makeAtProvider does what the request of a draft was to do.
func (w *world) makeAtProvider(invoice id.ID) paperid.CreatedInvoice {
	w.Helper()
	var number string
	var total int64
	if err := w.DB.Pool().QueryRow(w.t.Context(), `SELECT provider_number, total_amount FROM invoices WHERE id = $1`, invoice).Scan(&number, &total); err != nil {
		w.Fatal(err)
	}
	created, err := w.paperClient.CreateInvoice(w.t.Context(), paperid.InvoiceInput{
		Number: number, InvoiceDate: paperid.Date{Year: 2026, Month: 3, Day: 2}, DueDate: paperid.Date{Year: 2026, Month: 3, Day: 9},
		Customer: paperid.Customer{ID: string(id.New()), Name: "Siti", Phone: "+62"}, Items: []paperid.Item{{Name: "All", Quantity: 1, Price: total}},
	})
	if err != nil {
		w.Fatal(err)
	}
	return created
}

func TestAnotherAmountThanWasDueIsReviewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	inPart := w.link(w.book(w.salon))
	if err := w.paper.Pay(clientID, inPart.Text("invoice.paper_invoice_id"), 100_000); err != nil {
		t.Fatal(err)
	}
	w.flush()
	w.RunJobs()
	payment := "/payments/history/" + inPart.Text("payment.id")
	w.call("in part", w.admin, "GET", payment, nil, 200, `{"status": "needs_review"}`)
	w.Advance(11 * time.Minute)
	w.Every("payments.reconcile")
	w.RunJobs()
	if mails := w.Outbox("contact@bellavista.com"); len(mails) != 1 || !contains(mails[0].Text, "IDR 162,000", "paid in part") {
		t.Errorf("mails %+v", mails)
	}
	if diff := cmp.Diff(map[ledger.Account]int64{}, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	// The rest follows.
	w.pay(inPart)
	w.RunJobs()
	w.call("in full", w.admin, "GET", payment, nil, 200, `{"status": "completed"}`)

	appointment := w.book(w.salon)
	other := w.link(appointment)
	w.Exec(`UPDATE invoices SET total_amount = 170000 WHERE id = $1`, other.Text("invoice.id"))
	w.pay(other)
	w.RunJobs()
	w.call("another total", w.admin, "GET", "/payments/history/"+other.Text("payment.id"), nil, 200, `{"status": "needs_review"}`)
	if got := w.appointment(appointment); got != "pending 0 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
}

// Of what was paid in part nobody can take the page away, so the rest may come at any time,
// and its callbacks may be lost like others.
func TestTheRestIsFoundWithoutACallback(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	kept, ended := w.book(w.salon), w.book(w.salon)
	for appointment, want := range map[id.ID]string{kept: "paid 150000 confirmed", ended: "pending 0 cancelled"} {
		link := w.link(appointment)
		paperID := link.Text("invoice.paper_invoice_id")
		if err := w.paper.Pay(clientID, paperID, 100_000); err != nil {
			t.Fatal(err)
		}
		w.flush()
		w.RunJobs()
		if appointment == ended {
			if _, err := w.booking.Cancel(t.Context(), w.tokens.staff[string(w.admin)], appointment, "ill"); err != nil {
				t.Fatal(err)
			}
			w.RunJobs()
		}
		w.paper.SetKnobs(sim.Knobs{Drop: -1})
		if err := w.paper.Pay(clientID, paperID, 0); err != nil {
			t.Fatal(err)
		}
		w.flush()
		w.paper.SetKnobs(sim.Knobs{})
		w.Advance(11 * time.Minute)
		w.Every("payments.reconcile")
		w.RunJobs()
		w.call("the payment", w.admin, "GET", "/payments/history/"+link.Text("payment.id"), nil, 200, `{"status": "completed"}`)
		if got := w.appointment(appointment); got != want {
			t.Errorf("the appointment is %s, want %s", got, want)
		}
	}
	want := map[ledger.Account]int64{ledger.Gateway: -324_000, ledger.Merchant: 150_000, ledger.Platform: 12_000, ledger.Wallet(w.customer.ID): 162_000}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}

func TestPaymentsThatFailLeaveTheLinkOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	body := strings.ReplaceAll(paidCallback(t, link.Text("invoice.paper_invoice_id"), link.Text("payment.reference_id")), `"paid"`, `"failed"`)
	if answer := w.callback(openRoute, body, nil); answer.Text("status") != "ignored" {
		t.Errorf("%s", answer.Body)
	}
	w.RunJobs()
	w.call("pending", w.admin, "GET", "/appointments/"+string(appointment)+"/payment-status", nil, 200, `{"payment_status": "pending", "pending_invoice": {"status": "SENT"}}`)
}

func TestWhatCallbacksAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.newSalon("IDR", 150_000)
	link := w.link(w.book(w.salon))
	known := paidCallback(t, link.Text("invoice.paper_invoice_id"), link.Text("payment.reference_id"))
	unknown := paidCallback(t, "0b9d3c1e", "INV-1")
	tests := []struct {
		name, route, body string
		status            int
		want              string
	}{
		{"unknown invoice", openRoute, unknown, 200, "ignored"},
		{"unknown invoice again", openRoute, unknown, 200, "duplicate"},
		{"unknown kind", openRoute, `{"hello": "world"}`, 200, "ignored"},
		{"no JSON", openRoute, `paid=1`, 400, ""},
		{"a list", openRoute, `[]`, 400, ""},
		{"nothing", openRoute, ``, 400, ""},
		{"no such tenant", openRoute + "/tenant/" + string(id.New()), known, 404, ""},
		{"no tenant at all", openRoute + "/tenant/me", known, 404, ""},
		{"another tenant", openRoute + "/tenant/" + string(other.tenant), unknown + " ", 200, "duplicate"},
		{"its own tenant", openRoute + "/tenant/" + string(w.tenant), known, 200, "accepted"},
		{"withdrawal", "/webhooks/paper-id-withdrawal", `{"transaction_detail": {"ref_id": "WD-1"}, "transaction_status": "PAID"}`, 200, "ignored"},
		{"invoice", "/webhooks/paper-id-invoice", known, 200, "duplicate"},
	}
	for _, tt := range tests {
		header := object{}
		if strings.HasPrefix(tt.route, "/webhooks/paper-id") {
			header = sign(tt.body)
		}
		answer := w.callback(tt.route, tt.body, header)
		if answer.Status != tt.status || tt.want != "" && answer.Text("status") != tt.want {
			t.Errorf("%s: %d %s", tt.name, answer.Status, answer.Body)
		}
	}
	w.call("another tenant's invoice is not settled", w.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200, `{"status": "SENT"}`)
	w.RunJobs()
}

func TestRoutesAskForWhatIsConfigured(t *testing.T) {
	t.Parallel()
	networks := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	body := `{"hello": "world"}`
	tests := []struct {
		name   string
		change func(*setup)
		route  string
		header object
		status int
	}{
		{"nothing configured, signed", func(s *setup) { s.hooks.Secret = "" }, signedRoute, nil, 401},
		{"nothing configured, open", func(s *setup) { s.hooks.Secret = "" }, openRoute, nil, 200},
		{"token", func(s *setup) { s.hooks.Secret, s.hooks.Token = "", "t0ken" }, signedRoute + "?token=t0ken", nil, 200},
		{"wrong token", func(s *setup) { s.hooks.Secret, s.hooks.Token = "", "t0ken" }, signedRoute + "?token=token", nil, 401},
		{"token on the open route", func(s *setup) { s.hooks.Token = "t0ken" }, openRoute, nil, 401},
		{"network", func(s *setup) { s.hooks.Secret, s.hooks.Networks = "", networks }, signedRoute, nil, 200},
		{"other network", func(s *setup) {
			s.hooks.Secret, s.hooks.Networks = "", []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
		}, openRoute, nil, 401},
		{"company", func(s *setup) { s.hooks.Secret, s.hooks.CompanyID = "", "c1" }, signedRoute, object{paperid.CompanyHeader: "c1"}, 200},
		{"other company", func(s *setup) { s.hooks.CompanyID = "c1" }, openRoute, object{paperid.CompanyHeader: "c2"}, 401},
		{"company and signature", func(s *setup) { s.hooks.CompanyID = "c1" }, signedRoute, object{paperid.CompanyHeader: "c1"}, 401},
	}
	for _, tt := range tests {
		w := newWorld(t, tt.change)
		if answer := w.callback(tt.route, body, tt.header); answer.Status != tt.status {
			t.Errorf("%s: %d, want %d", tt.name, answer.Status, tt.status)
		}
	}
}

func TestAnInvoiceThatTheProviderHasNoMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	if err := w.paperClient.DeleteInvoice(t.Context(), link.Text("invoice.paper_invoice_id")); err != nil {
		t.Fatal(err)
	}
	w.Advance(6 * time.Minute)
	w.Every("payments.reconcile")
	w.RunJobs()
	w.call("cancelled", w.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200, `{"status": "CANCELLED"}`)
	w.link(appointment)
}

// What is paid may belong to another feature, which says how much of it was wanted.
func TestPaymentsOfOtherFeatures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := 0
	w.payments.HandleKind(payments.ForPackage, func(_ context.Context, _ *db.Tx, s invoices.Stored) (func(int64) (int64, error), error) {
		return func(base int64) (int64, error) { asked++; return base, nil }, nil
	})
	invoice, payment, number := id.New(), id.New(), "PKG-"+string(id.New())
	err := w.DB.Update(t.Context(), w.tenant, func(tx *db.Tx) error {
		day := civil.Of(tx.Now(), time.UTC)
		invoices.Create(tx, invoices.New{
			ID: invoice, Type: invoices.ForPackage, ProviderNumber: number, Customer: &w.customer.ID, Currency: "IDR",
			Lines: []invoices.Line{{Description: "Ten massages", Quantity: 1, UnitPrice: 900_000, Amount: 900_000}}, Subtotal: 900_000, Total: 900_000,
			IssueDate: day, DueDate: day.AddDays(5), Metadata: map[string]any{"customer_package_id": invoice},
		})
		tx.Exec(`INSERT INTO payments (tenant_id, id, payment_type, status, invoice_id, customer_id, reference_id, currency, base_amount, total_amount,
				merchant_amount, payment_provider, created_at, updated_at)
			VALUES ($1, $2, 'package', 'pending', $3, $4, $5, 'IDR', 900000, 900000, 900000, 'paper_id', $6, $6)`,
			w.tenant, payment, invoice, w.customer.ID, number, tx.Now())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.paper.Pay(clientID, w.makeAtProvider(invoice).ID, 0); err != nil {
		t.Fatal(err)
	}
	w.flush()
	w.RunJobs()
	w.call("paid", w.who, "GET", "/invoices/"+string(invoice), nil, 200, `{"status": "PAID", "invoice_type": "PACKAGE", "customer_package_id": "`+string(invoice)+`"}`)
	want := map[ledger.Account]int64{ledger.Gateway: -900_000, ledger.Merchant: 900_000}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" || asked != 1 {
		t.Errorf("asked %d times\n%s", asked, diff)
	}
}

func TestAForgedCallbackDoesNotSilenceTheRealOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.paper.Knobs = sim.Knobs{Drop: -1} })
	appointment := w.book(w.salon)
	link := w.link(appointment)
	body := paidCallback(t, link.Text("invoice.paper_invoice_id"), link.Text("payment.reference_id"))
	w.callback(openRoute, body, nil)
	w.RunJobs()
	w.Advance(time.Minute)
	w.RunJobs()
	w.pay(link)
	if answer := w.callback(openRoute, body, nil); answer.Text("status") != "duplicate" {
		t.Errorf("again: %s", answer.Body)
	}
	w.RunJobs()
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
}
