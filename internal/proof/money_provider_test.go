package proof_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"reserva/internal/billing/paperid/sim"
	"reserva/internal/config"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

const (
	paperID     = "money-client"
	paperSecret = "money-client-secret"
	hookSecret  = "money-hook-secret"
)

// letter is a callback that the provider has sent, and that did not arrive yet, or may
// arrive again.
type letter struct {
	path   string // below /api/v1
	header object
	body   string
}

// provider is the simulated Paper.id beside the server, over HTTP. Its callbacks end in a
// postbag, from which the simulation delivers them as it likes.
type provider struct {
	*sim.Simulator
	clock func() time.Time

	mu  sync.Mutex
	bag []letter
	// before is called once, when an invoice was made there and before the server hears it.
	before func()
}

// RoundTrip takes a callback for delivered.
func (p *provider) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	l := letter{path: strings.TrimPrefix(r.URL.Path, "/api/v1"), header: object{}, body: string(body)}
	for name := range r.Header {
		l.header[name] = r.Header.Get(name)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bag = append(p.bag, l)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, nil
}

// ServeHTTP answers the server, after what is to happen before it hears the answer.
func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	before := p.before
	making := r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/store-invoice")
	if before == nil || !making {
		p.mu.Unlock()
		p.Simulator.ServeHTTP(w, r)
		return
	}
	p.before = nil
	p.mu.Unlock()
	answer := httptest.NewRecorder()
	p.Simulator.ServeHTTP(answer, r)
	before()
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// take empties the postbag.
func (p *provider) take() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	bag := p.bag
	p.bag = nil
	return bag
}

// page is an invoice in the provider's own books.
type page struct {
	Number      string
	Total, Paid int64
}

// pages are all invoices that the provider has, by our number.
func (p *provider) pages(w *testkit.World) map[string]page {
	w.Helper()
	answer := httptest.NewRecorder()
	p.Simulator.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/sim/invoices", nil))
	var list []page
	if err := json.Unmarshal(answer.Body.Bytes(), &list); err != nil {
		w.Fatalf("the provider's invoices: %v: %s", err, answer.Body)
	}
	out := map[string]page{}
	for _, one := range list {
		out[one.Number] = one
	}
	return out
}

// withProvider builds a server and its provider, on one clock.
func withProvider(t *testing.T) (*testkit.World, *provider) {
	t.Helper()
	p := &provider{clock: testkit.Beginning}
	var err error
	p.Simulator, err = sim.New(t.Context(), sim.Config{
		Accounts: []sim.Account{{
			ClientID: paperID, ClientSecret: paperSecret, WebhookSecret: hookSecret,
			Callbacks: sim.Callbacks{
				PaymentIn: "http://reserva/api/v1/webhooks/paper-id", InvoicePaid: "http://reserva/api/v1/webhooks/paper-id-invoice",
				PaymentOut: "http://reserva/api/v1/webhooks/paper-id-withdrawal", Disbursement: "http://reserva/api/v1/webhooks/paper-id-withdrawal",
			},
		}},
		Control: true, Delivery: &http.Client{Transport: p}, Clock: func() time.Time { return p.clock() },
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p)
	w := world.Logged(t, io.Discard, func(f *config.Flags) {
		f.PaperURL, f.PaperClientID, f.PaperClientSecret, f.PaperWebhookSecret = server.URL, paperID, paperSecret, hookSecret
	})
	p.clock = w.Clock.Now
	t.Cleanup(func() {
		server.Close()
		if err := p.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return w, p
}
