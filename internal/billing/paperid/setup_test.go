package paperid_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"reserva/internal/billing/paperid"
	"reserva/internal/billing/paperid/sim"
)

const (
	clientID = "client-1"
	secret   = "s3cret-s3cret"
)

// world is a simulator behind a real listener on loopback, and a client that talks to it.
type world struct {
	*paperid.Client
	sim *sim.Simulator
	url string
}

func newWorld(t *testing.T, changes ...func(*paperid.Config)) *world {
	t.Helper()
	s, err := sim.New(t.Context(), sim.Config{
		Accounts: []sim.Account{
			{ClientID: clientID, ClientSecret: secret, Business: "Salon Melati"},
			{ClientID: "client-2", ClientSecret: "other-secret"},
		},
		Clock: func() time.Time { return time.Date(2026, 3, 10, 3, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		if err := s.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return &world{Client: connect(t, server.URL, changes...), sim: s, url: server.URL}
}

func connect(t *testing.T, url string, changes ...func(*paperid.Config)) *paperid.Client {
	t.Helper()
	cfg := paperid.Config{
		BaseURL: url, ClientID: clientID, ClientSecret: secret, Backoff: time.Millisecond,
		HTTP: &http.Client{Transport: &http.Transport{}}, // no connections shared between tests
	}
	for _, change := range changes {
		change(&cfg)
	}
	c, err := paperid.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fake serves one handler, for what the simulator has no reason to do.
func fake(t *testing.T, h http.HandlerFunc, changes ...func(*paperid.Config)) *paperid.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return connect(t, server.URL, changes...)
}

func invoice(number string) paperid.InvoiceInput {
	return paperid.InvoiceInput{
		Number:      number,
		InvoiceDate: paperid.Date{Year: 2026, Month: time.March, Day: 10},
		DueDate:     paperid.Date{Year: 2026, Month: time.March, Day: 17},
		Customer:    paperid.Customer{ID: "c-1", Name: "Siti Aminah", Phone: "+6281234567890", Email: "siti@example.com"},
		Items: []paperid.Item{
			{Name: "Hair spa", Description: "60 minutes", Quantity: 1, Price: 100_000},
			{Name: "Platform fee", Quantity: 1, Price: 8_000},
		},
		Notes: "Thank you",
	}
}

func payRequest(ref string) paperid.PaymentRequestInput {
	return paperid.PaymentRequestInput{
		RefID: ref, Amount: 50_000, BuyerFee: 4_000,
		Partner: paperid.PaymentPartner{Number: "P-1", Name: "Siti Aminah", Email: "siti@example.com", Phone: "+62812"},
		Invoices: []paperid.PaymentInvoice{{
			Number: "INV-" + ref, Amount: 50_000,
			Date:    paperid.Date{Year: 2026, Month: time.March, Day: 10},
			DueDate: paperid.Date{Year: 2026, Month: time.March, Day: 17},
			Items:   []paperid.Item{{Name: "Hair spa", Quantity: 1, Price: 50_000}},
		}},
		Method: paperid.MethodBankTransfer, Channel: "bni", RedirectURL: "https://salon.example/done",
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
