package sim_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"reserva/internal/billing/paperid"
	"reserva/internal/billing/paperid/sim"
)

func contains(t *testing.T, page string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

func TestPageShowsTheInvoiceEscaped(t *testing.T) {
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(nil)}})
	status, page, header := browse(t, w.invoice("INV-1").PaymentURL, nil)
	if status != 200 {
		t.Fatalf("status %d", status)
	}
	contains(t, page, `<html lang="en">`, "Melati &amp; Co", "Invoice INV-1", "Hair &amp; &lt;i&gt;spa&lt;/i&gt;",
		"Siti &lt;b&gt;&#34;A&#34;&lt;/b&gt;", "IDR 108,000", "17 March 2026", `<form method="post">`,
		`name="outcome" value="success"`, `name="outcome" value="failure"`, `<label for="method">`)
	for _, raw := range []string{"<i>spa", "<b>", "<script"} {
		if strings.Contains(page, raw) {
			t.Errorf("the page holds %q", raw)
		}
	}
	if !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'") ||
		header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", header)
	}
}

func TestPayingOnThePage(t *testing.T) {
	in := newInbox(t)
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(in)}})
	created := w.invoice("INV-1")

	status, page, _ := browse(t, created.PaymentURL, form("success", "qris:qris"))
	if status != 200 {
		t.Errorf("status %d", status)
	}
	contains(t, page, `role="status"`, "Paid. Thank you")
	if strings.Contains(page, "<form") {
		t.Error("a paid invoice still has a form")
	}
	if got := w.status(created.ID); got != paperid.StatusPaid {
		t.Errorf("invoice is %s", got)
	}
	w.flush()
	if got, want := in.kinds(), "payment_in PAID, invoice_paid PAID"; got != want {
		t.Fatalf("callbacks %q, want %q", got, want)
	}
	ref := paperid.InvoiceRef{ID: created.ID, Number: "INV-1"}
	first, second := in.got[0], in.got[1]
	if first.Amount != 108_000 || first.PaidAmount != 108_000 || first.Method != "qris" || first.Channel != "qris" ||
		len(first.Invoices) != 1 || first.Invoices[0] != ref || !first.At.Equal(clock()) {
		t.Errorf("payment %+v", first)
	}
	if second.Amount != 108_000 || len(second.Invoices) != 1 || second.Invoices[0] != ref || second.PartnerID != "c-1" ||
		!second.At.Equal(clock()) {
		t.Errorf("invoice %+v", second)
	}

	status, page, _ = browse(t, created.PaymentURL, form("success", ""))
	if status != http.StatusConflict {
		t.Errorf("paying twice: %d", status)
	}
	contains(t, page, "Paid. Thank you")
	w.flush()
	if len(in.got) != 2 {
		t.Errorf("%d callbacks after paying twice", len(in.got))
	}
}

func TestFailingOnThePage(t *testing.T) {
	in := newInbox(t)
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(in)}})
	created := w.invoice("INV-1")
	status, page, _ := browse(t, created.PaymentURL, form("failure", "credit_card:visa"))
	if status != 200 {
		t.Errorf("status %d", status)
	}
	contains(t, page, `role="alert"`, "nothing was charged", "<form")
	w.flush()
	if got := in.kinds(); got != "payment_in FAILED" || w.status(created.ID) != paperid.StatusUnpaid {
		t.Errorf("callbacks %q, invoice %s", got, w.status(created.ID))
	}
}

func TestPageRedirectsToItself(t *testing.T) {
	s, err := sim.New(t.Context(), sim.Config{Accounts: []sim.Account{account(nil)}, Clock: clock,
		PublicURL: "https://pay.example/paperid/"})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.StripPrefix("/paperid", s))
	defer server.Close()
	client, err := paperid.New(paperid.Config{BaseURL: server.URL + "/paperid/", ClientID: clientID, ClientSecret: secret})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Simulator: s, client: client, url: server.URL, t: t}
	created := w.invoice("INV-1")
	// The link is built from PublicURL and completed with the scheme of the API that the client talks to.
	path, ok := strings.CutPrefix(created.PaymentURL, "http://pay.example")
	if !ok || !strings.HasPrefix(created.PDFURL, "https://pay.example/paperid/pdf/") {
		t.Fatalf("got %s and %s", created.PaymentURL, created.PDFURL)
	}
	status, page, _ := browse(t, server.URL+path, form("success", ""))
	if status != 200 || !strings.Contains(page, "Paid. Thank you") {
		t.Errorf("behind a prefix: %d\n%s", status, page)
	}
}

func TestPageRefuses(t *testing.T) {
	in := newInbox(t)
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(in)}})
	created := w.invoice("INV-1")
	deleted := w.invoice("INV-2")
	if err := w.client.DeleteInvoice(t.Context(), deleted.ID); err != nil {
		t.Fatal(err)
	}
	for name, address := range map[string]string{"unknown": w.url + "/pay/nothing", "deleted": deleted.PaymentURL,
		"unknown document": w.url + "/pdf/nothing"} {
		status, page, header := browse(t, address, nil)
		if status != 404 || !strings.HasPrefix(header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %d %s", name, status, header.Get("Content-Type"))
		}
		contains(t, page, "Page not found")
	}
	if status, _, _ := browse(t, w.url+"/pay/nothing", form("success", "")); status != 404 {
		t.Errorf("paying the unknown: %d", status)
	}
	for _, bad := range []struct{ outcome, method string }{{"", ""}, {"maybe", ""}, {"success", "cash:drawer"}} {
		if status, _, _ := browse(t, created.PaymentURL, form(bad.outcome, bad.method)); status != 400 {
			t.Errorf("%+v: %d", bad, status)
		}
	}

	w.Advance(9 * 24 * time.Hour)
	status, page, _ := browse(t, created.PaymentURL, nil)
	if status != 200 || strings.Contains(page, "<form") {
		t.Errorf("an overdue invoice: %d\n%s", status, page)
	}
	contains(t, page, "can no longer be paid")
	if status, _, _ := browse(t, created.PaymentURL, form("success", "")); status != 409 {
		t.Errorf("paying an overdue invoice: %d", status)
	}
	w.flush()
	if len(in.got) != 0 {
		t.Errorf("callbacks %q", in.kinds())
	}
	w.SetKnobs(sim.Knobs{PayOverdue: true})
	if status, _, _ := browse(t, created.PaymentURL, form("success", "")); status != 200 {
		t.Errorf("paying late: %d", status)
	}
	if got := w.status(created.ID); got != paperid.StatusPaid {
		t.Errorf("paid late: %s", got)
	}
}

func TestAnInvoiceIsPaidOnceHoweverOftenTheButtonIsPressed(t *testing.T) {
	in := newInbox(t)
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(in)}})
	created := w.invoice("INV-1")
	var presses sync.WaitGroup
	for range 20 {
		presses.Go(func() {
			res, err := http.PostForm(created.PaymentURL, form("success", ""))
			if err != nil {
				t.Error(err)
				return
			}
			res.Body.Close()
		})
	}
	presses.Wait()
	w.flush()
	if got, want := in.kinds(), "payment_in PAID, invoice_paid PAID"; got != want {
		t.Errorf("callbacks %q", got)
	}
	if b, err := w.client.Balance(t.Context()); err != nil || b.Available != 108_000 {
		t.Errorf("balance %+v, %v", b, err)
	}
}

func TestPaymentRequestPage(t *testing.T) {
	in := newInbox(t)
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(in)}})
	created, err := w.client.CreatePaymentRequest(t.Context(), paperid.PaymentRequestInput{
		RefID: "R-1", Amount: 50_000, BuyerFee: 4_000, Method: paperid.MethodEWallet, Channel: "ovo",
		Partner:     paperid.PaymentPartner{Number: "P-1", Name: "Siti"},
		Invoices:    []paperid.PaymentInvoice{{Number: "INV-1", Date: paperid.DateOf(clock()), DueDate: paperid.DateOf(clock())}},
		RedirectURL: "https://salon.example/done",
	})
	if err != nil {
		t.Fatal(err)
	}
	state, err := w.client.GetPaymentRequest(t.Context(), created.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, page, _ := browse(t, state.PaymentURL, nil)
	contains(t, page, "Salon Melati", "IDR 54,000", `href="https://salon.example/done"`)
	if strings.Contains(page, "<select") {
		t.Error("the method of a payment request is fixed")
	}
	status, page, _ := browse(t, state.PaymentURL, form("success", ""))
	if status != 200 {
		t.Errorf("status %d", status)
	}
	contains(t, page, "Paid. Thank you")
	w.flush()
	if got := in.kinds(); got != "payment_in PAID" {
		t.Fatalf("callbacks %q", got)
	}
	if c := in.got[0]; c.RefID != "R-1" || c.Source != "open-api" || c.Method != "ewallet" || c.Amount != 50_000 ||
		c.PaidAmount != 54_000 || c.ExternalID != created.ExternalID {
		t.Errorf("callback %+v", c)
	}
	if status, _, _ := browse(t, state.PaymentURL, form("success", "")); status != 409 {
		t.Errorf("paying twice: %d", status)
	}
}

func TestDocument(t *testing.T) {
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(nil)}})
	status, body, header := browse(t, w.invoice("INV-1").PDFURL, nil)
	if status != 200 || header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(body, "%PDF-") ||
		!strings.Contains(body, "IDR 108,000") || !strings.HasSuffix(body, "%%EOF\n") {
		t.Errorf("%d %s\n%s", status, header.Get("Content-Type"), body)
	}
}
