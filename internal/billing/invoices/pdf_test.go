package invoices

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/money"
)

func printed(t *testing.T, change func(*paper)) []byte {
	t.Helper()
	lines, err := json.Marshal([]Line{
		{Description: "Hot stone massage", Quantity: 1, UnitPrice: 150_000, Amount: 150_000, StaffName: "Ayu Lestari"},
		{Description: strings.Repeat("A long name of a service ", 6), Quantity: 2, UnitPrice: 25_000, Amount: 50_000},
	})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC)
	link := "https://paper.example.com/pay/4f1c2d"
	p := paper{
		Stored: Stored{
			Number: "INV-2026-0001", ProviderNumber: "APT-65f1e2a0c3b4d5e6f7a8b9c0-20260410090000", Status: Sent, LineItems: lines,
			Currency: money.IDR, Subtotal: 200_000, Fee: 16_000, Total: 216_000,
			IssueDate: civil.Date{Year: 2026, Month: 4, Day: 10}, DueDate: civil.Date{Year: 2026, Month: 4, Day: 17},
			PaperPaymentURL: &link, Notes: "Please come ten minutes early.", CreatedAt: at, UpdatedAt: at,
		},
		BusinessName: "Bella Vista Spa", BusinessEmail: "contact@bellavista.com", BusinessPhone: "+62 21 555 0100",
		OutletName: "Kemang", OutletAddress: "Jl. Kemang Raya 10, 12730 Jakarta, Indonesia", CustomerName: "Siti Rahma",
	}
	if change != nil {
		change(&p)
	}
	body, err := p.print()
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestPrintIsThePDFOfTheInvoiceAlone(t *testing.T) {
	t.Parallel()
	first := printed(t, nil)
	if !bytes.HasPrefix(first, []byte("%PDF-")) || !bytes.HasSuffix(bytes.TrimSpace(first), []byte("%%EOF")) {
		t.Fatal("not a PDF")
	}
	if !bytes.Equal(first, printed(t, nil)) {
		t.Error("the same invoice is printed differently")
	}
	changes := map[string]func(*paper){
		"status": func(p *paper) { p.Status = Paid },
		"number": func(p *paper) { p.Number = "INV-2026-0002" },
		"total":  func(p *paper) { p.Total++ },
		"name":   func(p *paper) { p.CustomerName = "Budi" },
	}
	for name, change := range changes {
		if bytes.Equal(first, printed(t, change)) {
			t.Errorf("the print does not show the %s", name)
		}
	}
}

func TestPrintTakesWhateverPeopleType(t *testing.T) {
	t.Parallel()
	printed(t, func(p *paper) {
		p.BusinessName = "💇 Salon \x00\ufeff\uffff <b>\"&\\(" + strings.Repeat("長", 200)
		p.CustomerName, p.Notes = "סיטי ₱ ñ", strings.Repeat("word\n", 900)
		p.OutletName, p.OutletAddress, p.BusinessPhone = "", "", ""
		p.PaperPaymentURL = nil
		p.Currency = "PHP"
	})
	many := make([]Line, 120)
	for i := range many {
		many[i] = Line{Description: "Service", Quantity: 1, UnitPrice: 1, Amount: 1}
	}
	lines, err := json.Marshal(many)
	if err != nil {
		t.Fatal(err)
	}
	body := printed(t, func(p *paper) { p.LineItems = lines })
	if pages := bytes.Count(body, []byte("/Type /Page\n")); pages < 3 {
		t.Errorf("120 lines on %d pages", pages)
	}
	printed(t, func(p *paper) { p.LineItems = json.RawMessage("[]"); p.Total, p.Subtotal, p.Fee = 0, 0, 0 })
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	want := map[Status][]Status{
		Draft:     {Sent, Paid, Cancelled},
		Sent:      {Paid, Overdue, Cancelled},
		Overdue:   {Paid, Cancelled},
		Cancelled: {Paid},
		Paid:      {},
	}
	for _, from := range Statuses() {
		for _, to := range Statuses() {
			wanted := false
			for _, next := range want[from] {
				wanted = wanted || next == to
			}
			if from.CanBecome(to) != wanted {
				t.Errorf("%s to %s: %t", from, to, !wanted)
			}
		}
	}
}
