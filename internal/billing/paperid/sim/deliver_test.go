package sim_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"reserva/internal/billing/paperid"
	"reserva/internal/billing/paperid/sim"
)

func TestCallbackKnobs(t *testing.T) {
	tests := []struct {
		name  string
		knobs sim.Knobs
		want  string
	}{
		{"as it should be", sim.Knobs{}, "payment_in PAID, invoice_paid PAID"},
		{"duplicated", sim.Knobs{Duplicates: 1},
			"payment_in PAID, payment_in PAID, invoice_paid PAID, invoice_paid PAID"},
		{"first dropped", sim.Knobs{Drop: 1}, "invoice_paid PAID"},
		{"all dropped", sim.Knobs{Drop: -1}, ""},
		{"delayed", sim.Knobs{CallbackDelay: 10 * time.Millisecond}, "payment_in PAID, invoice_paid PAID"},
		{"old shape", sim.Knobs{OldShape: true}, "payment_in PAID, invoice_paid PAID"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := newInbox(t)
			w := newWorld(t, sim.Config{Accounts: []sim.Account{account(in)}, Knobs: tt.knobs})
			created := w.invoice("INV-1")
			browse(t, created.PaymentURL, form("success", "qris:qris"))
			w.flush()
			if got := in.kinds(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if got := w.status(created.ID); got != paperid.StatusPaid {
				t.Errorf("invoice is %s whatever happens to callbacks", got)
			}
			keys := map[string]bool{}
			for _, c := range in.got {
				keys[c.Key()] = true
				if c.Amount != 108_000 {
					t.Errorf("amount %d in %+v", c.Amount, c)
				}
			}
			if len(keys) > 2 {
				t.Errorf("copies have keys of their own: %v", keys)
			}
		})
	}
}

func TestPartialPayments(t *testing.T) {
	in := newInbox(t)
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(in)}})
	w.invoice("INV-1")
	for range 2 {
		if err := w.Pay(clientID, "INV-1", 54_000); err != nil {
			t.Fatal(err)
		}
		w.flush()
	}
	if got, want := in.kinds(), "payment_in PAID, payment_in PAID, invoice_paid PAID"; got != want {
		t.Fatalf("got %q", got)
	}
	if in.got[0].Key() == in.got[1].Key() {
		t.Error("two payments share a key")
	}
	if err := w.Pay(clientID, "INV-1", 1); err != sim.ErrSettled {
		t.Errorf("paying more: %v", err)
	}
	if err := w.Pay(clientID, "INV-9", 1); err != sim.ErrUnknown {
		t.Errorf("paying the unknown: %v", err)
	}
}

func TestCallbackHeaders(t *testing.T) {
	in := newInbox(t)
	signed := account(in)
	signed.WebhookSecret, signed.CompanyID = "hook", "company-7"
	w := newWorld(t, sim.Config{Accounts: []sim.Account{signed}})
	w.invoice("INV-1")
	if err := w.Pay(clientID, "INV-1", 0); err != nil {
		t.Fatal(err)
	}
	w.flush()
	for i, header := range in.headers {
		if !paperid.VerifySignature("hook", in.bodies[i], header.Get(paperid.SignatureHeader)) ||
			header.Get(paperid.CompanyHeader) != "company-7" || header.Get("Content-Type") != "application/json" {
			t.Errorf("headers %v", header)
		}
	}

	w.SetAccount(account(in)) // no secret, no company id
	w.invoice("INV-2")
	if err := w.Pay(clientID, "INV-2", 0); err != nil {
		t.Fatal(err)
	}
	w.flush()
	last := in.headers[len(in.headers)-1]
	if len(in.headers) != 4 || last.Get(paperid.SignatureHeader) != "" || last.Get(paperid.CompanyHeader) != "" {
		t.Errorf("%d callbacks, headers %v", len(in.headers), last)
	}
}

func TestUnacknowledgedCallbacks(t *testing.T) {
	twice := []time.Duration{time.Millisecond, time.Millisecond}
	tests := []struct {
		name    string
		retries []time.Duration
		status  []int
		want    string
	}{
		{"staging never repeats", nil, []int{500}, "payment_in PAID, invoice_paid PAID"},
		// The invoice's callback does not wait for the repetition.
		{"production repeats until acknowledged", twice[:1], []int{200, 500},
			"payment_in PAID, invoice_paid PAID, invoice_paid PAID"},
		{"only 200 acknowledges", twice[:1], []int{200, 204}, "payment_in PAID, invoice_paid PAID, invoice_paid PAID"},
		{"in the end it gives up", twice, []int{200, 500, 500, 500, 500},
			"payment_in PAID, invoice_paid PAID, invoice_paid PAID, invoice_paid PAID"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := newInbox(t, tt.status...)
			w := newWorld(t, sim.Config{Accounts: []sim.Account{account(in)}, Retries: tt.retries})
			w.invoice("INV-1")
			if err := w.Pay(clientID, "INV-1", 0); err != nil {
				t.Fatal(err)
			}
			w.flush()
			if got := in.kinds(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDeliveriesAreRecorded(t *testing.T) {
	in := newInbox(t, 503)
	half := account(in)
	half.Callbacks.InvoicePaid = ""
	w := newWorld(t, sim.Config{Accounts: []sim.Account{half}})
	w.invoice("INV-1")
	if err := w.Pay(clientID, "INV-1", 0); err != nil {
		t.Fatal(err)
	}
	w.flush()
	got := w.Deliveries()
	if len(got) != 2 || got[0].Status != 503 || got[0].Attempt != 1 || got[0].Error == "" ||
		got[1].Error != "no URL" || got[1].Kind != paperid.InvoicePaid {
		t.Errorf("deliveries %+v", got)
	}
}

func TestDisbursementCallbacks(t *testing.T) {
	for _, fails := range []bool{false, true} {
		in := newInbox(t)
		w := newWorld(t, sim.Config{Accounts: []sim.Account{account(in)}, Knobs: sim.Knobs{FailDisbursements: fails}})
		w.Credit(clientID, 75_000)
		if _, err := w.client.CreateWithdrawal(t.Context(), "WD-1", 75_000); err != nil {
			t.Fatal(err)
		}
		w.flush()
		want := paperid.OutcomePaid
		if fails {
			want = paperid.OutcomeFailed
		}
		if len(in.got) != 1 || in.got[0].Kind != paperid.Disbursement || in.got[0].RefID != "WD-1" ||
			in.got[0].Outcome != want || in.got[0].Amount != 75_000 {
			t.Errorf("got %+v", in.got)
		}
	}
}

func TestCloseStopsWhatIsUnderWay(t *testing.T) {
	in := newInbox(t)
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(in)}, Knobs: sim.Knobs{CallbackDelay: time.Hour},
		Retries: sim.ProductionRetries()})
	w.invoice("INV-1")
	if err := w.Pay(clientID, "INV-1", 0); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Flush(ctx); err != context.Canceled {
		t.Errorf("flushing: %v", err)
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.flush()
	w.invoice("INV-2")
	if err := w.Pay(clientID, "INV-2", 0); err != nil {
		t.Fatal(err)
	}
	w.flush()
	if len(in.got) != 0 {
		t.Errorf("callbacks after Close: %q", in.kinds())
	}
}

func TestControl(t *testing.T) {
	in := newInbox(t)
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(nil)}, Control: true})
	w.invoice("INV-1")
	w.invoice("INV-2")

	var knobs map[string]any
	if status := send(t, "PUT", w.url+"/sim/knobs", `{"callback_delay_ms":5,"duplicates":1}`, &knobs); status != 200 {
		t.Errorf("knobs: %d", status)
	}
	if got := w.Knobs(); got != (sim.Knobs{CallbackDelay: 5 * time.Millisecond, Duplicates: 1}) {
		t.Errorf("knobs %+v", got)
	}
	send(t, "GET", w.url+"/sim/knobs", "", &knobs)
	if knobs["callback_delay_ms"] != 5.0 || knobs["drop"] != 0.0 {
		t.Errorf("knobs %v", knobs)
	}
	urls := `{"client_id":"client-1","payment_in":"` + in.url + `","invoice_paid":"` + in.url + `"}`
	if status := send(t, "PUT", w.url+"/sim/callbacks", urls, nil); status != 200 {
		t.Errorf("callbacks: %d", status)
	}
	steps := []struct {
		method, path, body string
		status             int
	}{
		{"PUT", "/sim/callbacks", `{"client_id":"nobody"}`, 404},
		{"PUT", "/sim/knobs", `{`, 400},
		{"POST", "/sim/invoices/status", `{"client_id":"client-1","invoice":"INV-1","status":"partially paid","amount":8000}`, 200},
		{"POST", "/sim/invoices/status", `{"client_id":"client-1","invoice":"INV-1","status":"paid"}`, 200},
		{"POST", "/sim/invoices/status", `{"client_id":"client-1","invoice":"INV-1","status":"paid"}`, 409},
		{"POST", "/sim/invoices/status", `{"client_id":"client-1","invoice":"INV-2","status":"overdue"}`, 200},
		{"POST", "/sim/invoices/status", `{"client_id":"client-1","invoice":"INV-1","status":"overdue"}`, 409},
		{"POST", "/sim/invoices/status", `{"client_id":"client-1","invoice":"INV-9","status":"overdue"}`, 404},
		{"POST", "/sim/invoices/status", `{"client_id":"client-1","invoice":"INV-1","status":"lost"}`, 400},
		{"POST", "/sim/clock", `{"advance":"72h"}`, 200},
		{"POST", "/sim/clock", `{"advance":"soon"}`, 400},
	}
	for _, step := range steps {
		if status := send(t, step.method, w.url+step.path, step.body, nil); status != step.status {
			t.Errorf("%s %s %s: %d, want %d", step.method, step.path, step.body, status, step.status)
		}
	}
	w.flush()
	var list []struct {
		Number string `json:"number"`
		Status string `json:"payment_status"`
		Pay    string `json:"pay"`
	}
	send(t, "GET", w.url+"/sim/invoices", "", &list)
	if len(list) != 2 || list[0].Status != "paid" || list[1].Status != "overdue" || list[1].Pay == "" {
		t.Errorf("invoices %+v", list)
	}
	var deliveries []sim.Delivery
	send(t, "GET", w.url+"/sim/deliveries", "", &deliveries)
	if len(deliveries) != 6 || slices.ContainsFunc(deliveries, func(d sim.Delivery) bool { return d.Status != 200 }) {
		t.Errorf("deliveries %+v", deliveries)
	}
}

func TestControlIsOffByDefault(t *testing.T) {
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(nil)}})
	if status := send(t, "GET", w.url+"/sim/knobs", "", nil); status != http.StatusNotFound {
		t.Errorf("status %d", status)
	}
}
