package app

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reserva/internal/billing/paperid"
	"reserva/internal/config"
	"reserva/internal/testkit"
)

// The client talks to the simulator at the loopback address, and a browser opens
// the page at the public one.
func TestSimulatedPaper(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	c, err := config.Flags{Data: data, Addr: "127.0.0.1:0", PublicURL: "http://book.example.com:81"}.Parse()
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), c, Options{DatabaseURL: testkit.URL(t), NoWorkers: true})
	if err != nil {
		t.Fatal(err)
	}
	client, err := a.paper()
	if a.Config.Paper.ClientID == "" || err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	today := time.Now()
	invoice, err := client.CreateInvoice(t.Context(), paperid.InvoiceInput{
		Number: "glow-1", InvoiceDate: paperid.DateOf(today), DueDate: paperid.DateOf(today.AddDate(0, 0, 3)),
		Customer: paperid.Customer{ID: "c-1", Name: "Sari", Phone: "+628123456789", Email: "sari@example.com"},
		Items:    []paperid.Item{{Name: "Haircut", Quantity: 1, Price: 150_000}},
	})
	if err != nil {
		t.Fatal(err)
	}
	path, ok := strings.CutPrefix(invoice.PaymentURL, "http://book.example.com:81"+paperSimulator+"/")
	if !ok {
		t.Fatalf("the payment page is at %s", invoice.PaymentURL)
	}
	resp, err := http.Get(a.BaseURL + paperSimulator + "/" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(page), "IDR 150,000") {
		t.Errorf("payment page: %d %v\n%s", resp.StatusCode, err, page)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := a.Stop(ctx); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(data, "paper-simulator.json")); err != nil {
		t.Errorf("the simulated payments were not kept: %v", err)
	}
}

func TestNoPaperInProduction(t *testing.T) {
	t.Parallel()
	c, err := config.Flags{Data: "data", Env: "production"}.Parse()
	if err != nil {
		t.Fatal(err)
	}
	a := &App{Config: c}
	if client, err := a.paper(); client != nil || err != nil {
		t.Errorf("got %v, %v", client, err)
	}
}
