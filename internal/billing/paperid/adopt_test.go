package paperid_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"reserva/internal/billing/paperid"
	"reserva/internal/billing/paperid/sim"
)

func TestLostAnswersAreAdopted(t *testing.T) {
	tests := map[string]sim.Knobs{
		"cut connection":     {LoseNext: 1},
		"500 after the work": {LoseNext: 1, LoseStatus: 500},
		"504 after the work": {LoseNext: 1, LoseStatus: 504},
		"timeout":            {WriteLatency: time.Hour},
	}
	for name, knobs := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(c *paperid.Config) { c.Timeout = time.Second })
			must(w.CreateInvoice(t.Context(), invoice("INV-0")))(t)
			w.sim.SetKnobs(knobs)

			got, err := w.CreateInvoice(t.Context(), invoice("INV-1"))
			if err != nil {
				t.Fatal(err)
			}
			detail := must(w.GetInvoice(t.Context(), got.ID))(t)
			if !got.Adopted || got.Number != "INV-1" || detail.Number != "INV-1" || got.PaymentURL != detail.PaymentURL ||
				got.PaymentURL == "" {
				t.Errorf("adopted %+v, detail %+v", got, detail)
			}
			if page := must(w.ListInvoices(t.Context(), paperid.InvoiceQuery{}))(t); page.Total != 2 {
				t.Errorf("%d invoices", page.Total)
			}
		})
	}
}

func TestTheCallersDeadlineLeavesTimeToAdopt(t *testing.T) {
	w := newWorld(t)
	w.sim.SetKnobs(sim.Knobs{WriteLatency: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	got, err := w.CreateInvoice(ctx, invoice("INV-1"))
	if err != nil || !got.Adopted {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestNothingToAdoptIsUncertain(t *testing.T) {
	w := newWorld(t)
	w.sim.SetKnobs(sim.Knobs{FailNext: 1})
	_, err := w.CreateInvoice(t.Context(), invoice("INV-1"))
	if !errors.Is(err, paperid.ErrUncertain) || !errors.Is(err, paperid.ErrUnavailable) ||
		errors.Is(err, paperid.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	// The way out that the documentation promises.
	if got, err := w.EnsureInvoice(t.Context(), invoice("INV-1")); err != nil || got.Adopted {
		t.Errorf("then %+v, %v", got, err)
	}
	if got, err := w.EnsureInvoice(t.Context(), invoice("INV-1")); err != nil || !got.Adopted {
		t.Errorf("and again %+v, %v", got, err)
	}
}

func TestAnUnreachableLookUpIsUncertain(t *testing.T) {
	w := newWorld(t)
	w.sim.SetKnobs(sim.Knobs{FailNext: 1000})
	if _, err := w.CreateInvoice(t.Context(), invoice("INV-1")); !errors.Is(err, paperid.ErrUncertain) {
		t.Errorf("got %v", err)
	}
}

func TestGivingUpIsUncertainAndNotAnOutage(t *testing.T) {
	w := newWorld(t)
	w.sim.SetKnobs(sim.Knobs{WriteLatency: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	timer := time.AfterFunc(50*time.Millisecond, cancel)
	defer timer.Stop()
	_, err := w.CreateInvoice(ctx, invoice("INV-1"))
	if !errors.Is(err, paperid.ErrUncertain) || !errors.Is(err, context.Canceled) || errors.Is(err, paperid.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestAnotherInvoiceIsNotAdopted(t *testing.T) {
	w := newWorld(t)
	must(w.CreateInvoice(t.Context(), invoice("INV-1")))(t)
	other := invoice("INV-1")
	other.Items[0].Price = 1_000_000
	if _, err := w.AdoptInvoice(t.Context(), other); !errors.Is(err, paperid.ErrOtherInvoice) {
		t.Errorf("adopting: %v", err)
	}
	if _, err := w.EnsureInvoice(t.Context(), other); !errors.Is(err, paperid.ErrOtherInvoice) {
		t.Errorf("ensuring: %v", err)
	}
	if _, err := w.AdoptInvoice(t.Context(), invoice("INV-2")); !errors.Is(err, paperid.ErrNotFound) {
		t.Errorf("an unused number: %v", err)
	}
}

// A number that is taken, by an invoice that cannot be looked up, may have been taken by us: nobody is to take it for
// refused.
func TestATakenNumberThatCannotBeLookedUpIsUncertain(t *testing.T) {
	c := fake(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":{"status_code":400,"message":"number sudah dipakai."}}`)
	})
	if _, err := c.EnsureInvoice(t.Context(), invoice("INV-1")); !errors.Is(err, paperid.ErrUncertain) {
		t.Errorf("got %v", err)
	}
}

func TestLostPartnersAreAdopted(t *testing.T) {
	w := newWorld(t)
	in := paperid.PartnerInput{Name: "Salon Melati", Number: "T-1", Type: paperid.PartnerClient, Phone: "+62812"}
	w.sim.SetKnobs(sim.Knobs{LoseNext: 1})
	if got, err := w.CreatePartner(t.Context(), in); err != nil || !got.Adopted || got.Number != "T-1" {
		t.Errorf("got %+v, %v", got, err)
	}
	in.Number = "T-2"
	w.sim.SetKnobs(sim.Knobs{FailNext: 1})
	if _, err := w.CreatePartner(t.Context(), in); !errors.Is(err, paperid.ErrUncertain) {
		t.Errorf("got %v", err)
	}
}

// Whichever way the list is sorted and wherever in it the number stands, it is found.
func TestFindInvoiceByNumberInALongList(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	const n = 345
	for i := range n {
		must(w.CreateInvoice(ctx, invoice(fmt.Sprintf("INV-%03d", i))))(t)
	}
	for _, oldestFirst := range []bool{false, true} {
		w.sim.SetKnobs(sim.Knobs{OldestFirst: oldestFirst})
		for _, i := range []int{0, 1, 99, 100, 101, 150, 172, 200, 244, 245, 246, 343, 344} {
			number := fmt.Sprintf("INV-%03d", i)
			entry, err := w.FindInvoiceByNumber(ctx, number)
			if err != nil || entry.Number != number {
				t.Errorf("%s, oldest first %v: %+v, %v", number, oldestFirst, entry, err)
			}
		}
		if _, err := w.FindInvoiceByNumber(ctx, "INV-999"); !errors.Is(err, paperid.ErrNotFound) {
			t.Errorf("an absent number: %v", err)
		}
	}
	page := must(w.ListInvoices(ctx, paperid.InvoiceQuery{Status: "unpaid", Limit: 7, Offset: 340}))(t)
	if page.Total != n || len(page.Invoices) != 5 || page.Limit != 7 || page.Offset != 340 {
		t.Errorf("page %+v", page)
	}
	if page := must(w.ListInvoices(ctx, paperid.InvoiceQuery{Status: "paid"}))(t); page.Total != 0 {
		t.Errorf("%d paid", page.Total)
	}
}
