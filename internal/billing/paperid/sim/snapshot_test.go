package sim_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reserva/internal/billing/paperid"
	"reserva/internal/billing/paperid/sim"
)

func TestLinksOutliveARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data", "paperid.json")
	cfg := sim.Config{Accounts: []sim.Account{account(nil)}, File: file}

	first := newWorld(t, cfg)
	created := first.invoice("INV-1")
	if err := first.Pay(clientID, "INV-1", 8_000); err != nil {
		t.Fatal(err)
	}
	first.Advance(time.Hour)
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), secret) {
		t.Error("the snapshot holds the secret")
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, err := filepath.Glob(file + ".*"); err != nil || len(left) != 0 {
		t.Errorf("left over: %v, %v", left, err)
	}

	second := newWorld(t, cfg)
	path := strings.TrimPrefix(created.PaymentURL, first.url)
	status, page, _ := browse(t, second.url+path, nil)
	if status != 200 {
		t.Errorf("the link answers %d", status)
	}
	contains(t, page, "IDR 100,000", "Paid so far")
	if got := second.status(created.ID); got != paperid.StatusPartiallyPaid {
		t.Errorf("invoice is %s", got)
	}
	_, err = second.client.CreateInvoice(t.Context(), paperid.InvoiceInput{
		Number: "INV-1", InvoiceDate: paperid.DateOf(clock()), DueDate: paperid.DateOf(clock()),
		Customer: paperid.Customer{ID: "c-2", Name: "B", Phone: "+62813"},
		Items:    []paperid.Item{{Name: "x", Quantity: 1, Price: 10_000}},
	})
	if !errors.Is(err, paperid.ErrDuplicateNumber) {
		t.Errorf("the number is free again: %v", err)
	}
	if got := second.Advance(0); !got.Equal(clock().Add(time.Hour)) {
		t.Errorf("the clock went back to %v", got)
	}
}

// A simulator that is killed has written what it knew a moment before.
func TestChangesAreSavedInTheBackground(t *testing.T) {
	file := filepath.Join(t.TempDir(), "paperid.json")
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(nil)}, File: file})
	w.invoice("INV-1")
	for {
		raw, err := os.ReadFile(file)
		if err == nil && strings.Contains(string(raw), "INV-1") {
			return
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) || t.Context().Err() != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestABrokenSnapshotIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "paperid.json")
	if err := os.WriteFile(file, []byte(`{"books":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sim.New(t.Context(), sim.Config{Accounts: []sim.Account{account(nil)}, File: file}); err == nil {
		t.Error("accepted")
	}
	if _, err := sim.New(t.Context(), sim.Config{}); err == nil {
		t.Error("no account: accepted")
	}
}
