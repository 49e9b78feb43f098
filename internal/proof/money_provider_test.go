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

	"reserva/internal/billing/maya"
	mayasim "reserva/internal/billing/maya/sim"
	"reserva/internal/billing/paperid"
	"reserva/internal/billing/paperid/sim"
	"reserva/internal/config"
	"reserva/internal/kit/money"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

const (
	paperID     = "money-client"
	paperSecret = "money-client-secret"
	hookSecret  = "money-hook-secret"
	mayaPublic  = "pk-money"
	mayaSecret  = "sk-money"
)

// letter is a callback that a provider has sent, and that did not arrive yet, or may
// arrive again.
type letter struct {
	path   string // below /api/v1
	header object
	body   string
}

func (l letter) ofMaya() bool { return strings.HasPrefix(l.path, "/maya/") }

// provider is the simulated Paper.id beside the server, and the simulated Maya, over HTTP.
// Their callbacks end in a postbag, from which the simulation delivers them as it likes.
type provider struct {
	*sim.Simulator
	maya  *mayasim.Simulator
	clock func() time.Time

	// The server's own accounts, for looking at the providers' books.
	paperClient *paperid.Client
	mayaClient  *maya.Client

	mu  sync.Mutex
	bag []letter
	// before is called once, when a page was made there and before the server hears it.
	before func()
	death  *death
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

// await has calls not heard by whom a death says so; nil has all of them heard.
func (p *provider) await(d *death) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.death = d
}

// gate is a provider as the server reaches it: it may die at the door, and where it asks
// for a page something may happen before it hears the answer.
func (p *provider) gate(to http.Handler, making string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		before, d := p.before, p.death
		if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, making) {
			before = nil
		}
		p.mu.Unlock()
		if d != nil && d.call() {
			panic(http.ErrAbortHandler)
		}
		if before == nil {
			to.ServeHTTP(w, r)
			return
		}
		p.mu.Lock()
		p.before = nil
		p.mu.Unlock()
		answer := httptest.NewRecorder()
		to.ServeHTTP(answer, r)
		before()
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

// take empties the postbag.
func (p *provider) take() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	bag := p.bag
	p.bag = nil
	return bag
}

// page is an invoice in a provider's own books, in minor units. At Maya it may be several
// checkouts under one number.
type page struct {
	Number      string
	Total, Paid int64

	ofMaya bool
	ids    []string // at Maya
	open   []string // of them, those that can be paid
}

// payable tells whether somebody can pay on it.
func (p page) payable() bool {
	if p.ofMaya {
		return len(p.open) > 0
	}
	return p.Paid < p.Total
}

// id is the newest name of it at Maya; empty where it has none.
func (p page) id() string {
	if len(p.ids) == 0 {
		return ""
	}
	return p.ids[len(p.ids)-1]
}

// paid pays on a page: all that is open, or another amount.
func (p *provider) paid(on page, amount int64) error {
	if !on.ofMaya {
		return p.Pay(paperID, on.Number, amount)
	}
	if amount > 0 {
		p.maya.Forge(mayaPublic, on.open[0], amount)
	}
	return p.maya.Act(mayaPublic, on.open[0], maya.Success)
}

// pages are all invoices that the providers have, by our number.
func (p *provider) pages(w *testkit.World) map[string]page {
	w.Helper()
	var atPaper []page
	ask(w, p.Simulator, "/sim/invoices", &atPaper)
	out := map[string]page{}
	for _, one := range atPaper {
		out[one.Number] = one
	}
	var atMaya []struct {
		ID, Reference string
		Amount        money.Decimal
		Status        maya.Status
	}
	ask(w, p.maya, "/sim/payments", &atMaya)
	for _, one := range atMaya {
		amount, err := one.Amount.NonNegativeMinor(money.PHP)
		if err != nil {
			w.Fatal(err)
		}
		sum := out[one.Reference]
		sum.Number, sum.ofMaya, sum.ids, sum.Total = one.Reference, true, append(sum.ids, one.ID), amount
		switch {
		case one.Status.Paid(), one.Status == maya.Voided, one.Status == maya.Refunded:
			sum.Paid += amount
		case !one.Status.Over():
			sum.open = append(sum.open, one.ID)
		}
		out[one.Reference] = sum
	}
	return out
}

func ask(w *testkit.World, of http.Handler, path string, into any) {
	w.Helper()
	answer := httptest.NewRecorder()
	of.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
	if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil {
		w.Fatalf("%s: %v: %s", path, err, answer.Body)
	}
}

// newProvider starts both providers, and returns how a server is told of them.
func newProvider(t *testing.T) (*provider, world.Option) {
	t.Helper()
	p := &provider{clock: testkit.Beginning}
	now, post := func() time.Time { return p.clock() }, &http.Client{Transport: p}
	var err error
	p.Simulator, err = sim.New(t.Context(), sim.Config{
		Accounts: []sim.Account{{
			ClientID: paperID, ClientSecret: paperSecret, WebhookSecret: hookSecret,
			Callbacks: sim.Callbacks{
				PaymentIn: "http://reserva/api/v1/webhooks/paper-id", InvoicePaid: "http://reserva/api/v1/webhooks/paper-id-invoice",
				PaymentOut: "http://reserva/api/v1/webhooks/paper-id-withdrawal", Disbursement: "http://reserva/api/v1/webhooks/paper-id-withdrawal",
			},
		}},
		Control: true, Delivery: post, Clock: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	p.maya, err = mayasim.New(t.Context(), mayasim.Config{
		Accounts: []mayasim.Account{{PublicKey: mayaPublic, SecretKey: mayaSecret, Business: "Platform"}},
		Control:  true, Delivery: post, Clock: now, Knobs: mayasim.Knobs{LateExpiry: true, Unsigned: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	atPaper, atMaya := httptest.NewServer(p.gate(p.Simulator, "/store-invoice")), httptest.NewServer(p.gate(p.maya, "/checkouts"))
	t.Cleanup(func() {
		atPaper.Close()
		atMaya.Close()
		for _, end := range []func(context.Context) error{p.Close, p.maya.Close} {
			if err := end(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		}
	})
	p.paperClient, err = paperid.New(paperid.Config{BaseURL: atPaper.URL, ClientID: paperID, ClientSecret: paperSecret})
	if err != nil {
		t.Fatal(err)
	}
	p.mayaClient, err = maya.New(maya.Config{BaseURL: atMaya.URL, PagesURL: atMaya.URL, PublicKey: mayaPublic, SecretKey: mayaSecret})
	if err != nil {
		t.Fatal(err)
	}
	return p, func(f *config.Flags) {
		f.PaperURL, f.PaperClientID, f.PaperClientSecret, f.PaperWebhookSecret = atPaper.URL, paperID, paperSecret, hookSecret
		f.MayaURL, f.MayaPagesURL, f.MayaPublicKey, f.MayaSecretKey = atMaya.URL, atMaya.URL, mayaPublic, mayaSecret
		f.PublicURL = "https://reserva.example" // Maya calls no other
		f.Payouts, f.EarningsAfter = "provider", "10m"
	}
}

// withProvider builds a server and its providers, on one clock.
func withProvider(t *testing.T) (*testkit.World, *provider) {
	t.Helper()
	p, known := newProvider(t)
	w := world.Logged(t, io.Discard, known)
	p.clock = w.Clock.Now
	return w, p
}
