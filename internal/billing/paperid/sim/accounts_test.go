package sim_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reserva/internal/billing/paperid"
	"reserva/internal/billing/paperid/sim"
)

// An account that was added later is known after a restart before anybody adds it again: its pages take money and its
// callbacks are sent. What asks for its secret has to wait.
func TestAccountsOutliveARestart(t *testing.T) {
	in, file := newInbox(t), filepath.Join(t.TempDir(), "paperid.json")
	cfg := sim.Config{Accounts: []sim.Account{{ClientID: "platform", ClientSecret: "x"}}, File: file}
	first := newWorld(t, cfg)
	own := account(in)
	own.CompanyID = "c-9"
	first.SetAccount(own)
	created := first.invoice("INV-1")
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}

	second := newWorld(t, cfg)
	page := second.url + strings.TrimPrefix(created.PaymentURL, first.url)
	if status, text, _ := browse(t, page, form("success", "qris:qris")); status != http.StatusOK || !strings.Contains(text, "Paid. Thank you") {
		t.Errorf("the page answers %d: %s", status, text)
	}
	second.flush()
	if got := in.kinds(); got != "payment_in PAID, invoice_paid PAID" || in.headers[0].Get(paperid.CompanyHeader) != "c-9" {
		t.Errorf("callbacks %q, headers %v", got, in.headers)
	}
	for _, with := range []string{"", secret} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, second.url+"/api/v1/payment/balance", nil)
		req.Header.Set("client_id", clientID)
		req.Header.Set("client_secret", with)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusUnauthorized {
			t.Errorf("with secret %q: %d", with, res.StatusCode)
		}
	}
	second.SetAccount(own)
	if balance, err := second.client.Balance(t.Context()); err != nil || balance.Available != created108 {
		t.Errorf("balance %+v, %v", balance, err)
	}
}

// created108 is what world.invoice comes to.
const created108 = 108_000

func TestKnobsOfHeadersAndOrder(t *testing.T) {
	in := newInbox(t)
	own := account(in)
	own.WebhookSecret, own.CompanyID = "hook-secret", "c-9"
	w := newWorld(t, sim.Config{Accounts: []sim.Account{own}})
	for i, tt := range []struct {
		knobs   sim.Knobs
		kinds   string
		signed  bool
		company string
	}{
		{sim.Knobs{}, "payment_in PAID, invoice_paid PAID", true, "c-9"},
		{sim.Knobs{Reverse: true, Unsigned: true}, "invoice_paid PAID, payment_in PAID", false, "c-9"},
		{sim.Knobs{CompanyID: "another"}, "payment_in PAID, invoice_paid PAID", true, "another"},
		{sim.Knobs{CompanyID: "-"}, "payment_in PAID, invoice_paid PAID", true, ""},
	} {
		in.got, in.headers = nil, nil
		w.SetKnobs(tt.knobs)
		number := "INV-" + string(rune('a'+i))
		w.invoice(number)
		if err := w.Pay(clientID, number, 0); err != nil {
			t.Fatal(err)
		}
		w.flush()
		h := in.headers[0]
		if in.kinds() != tt.kinds || (h.Get(paperid.SignatureHeader) != "") != tt.signed || h.Get(paperid.CompanyHeader) != tt.company {
			t.Errorf("%+v: %q, %v", tt.knobs, in.kinds(), h)
		}
	}
}

func TestProfiles(t *testing.T) {
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(nil)}, Control: true})
	for body, want := range map[string]int{`{"profile":"staging"}`: 200, `{"profile":"none"}`: 200, `{"profile":"holiday"}`: 400} {
		if status := send(t, "PUT", w.url+"/sim/profile", body, nil); status != want {
			t.Errorf("%s: %d", body, status)
		}
	}
	if k := sim.Staging(); k.WriteLatency != 6*time.Second || k.WriteLatency+k.Spread != 30*time.Second {
		t.Errorf("staging %+v", k)
	}
	w.SetKnobs(sim.Knobs{Spread: 2 * time.Millisecond})
	w.invoice("INV-1")
}
