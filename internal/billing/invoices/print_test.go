package invoices

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/money"
	"reserva/internal/kit/pdf"
	"reserva/internal/testkit/printed"
)

// fonts are the built-in ones, and with scripts those of the test data.
func fonts(t testing.TB, scripts bool) *pdf.Library {
	t.Helper()
	var paths []string
	if scripts {
		paths = []string{"../../kit/pdf/testdata/fonts"}
	}
	return pdf.NewLibrary(paths, false)
}

func asLines(t testing.TB, lines ...Line) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(lines)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// sample is an invoice that was sent and is not paid.
func sample(t testing.TB, changes ...func(*paper)) paper {
	t.Helper()
	at := time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC)
	link := "https://paper.example.com/pay/4f1c2d"
	p := paper{
		Stored: Stored{
			Number: "INV-2026-0001", ProviderNumber: "APT-65f1e2a0c3b4d5e6f7a8b9c0-20260410090000", Status: Sent,
			LineItems: asLines(t,
				Line{Description: "Hot stone massage", Quantity: 1, UnitPrice: 150_000, Amount: 150_000, StaffName: "Ayu Lestari"},
				Line{Description: strings.Repeat("A long name of a service ", 6), Quantity: 2, UnitPrice: 25_000, Amount: 50_000, Discount: 5_000, TaxRate: 110_000, Tax: 4_950}),
			Currency: money.IDR, Subtotal: 200_000, Discount: 5_000, Tax: 4_950, Fee: 16_000, Total: 215_950, Written: true,
			IssueDate: civil.Date{Year: 2026, Month: 4, Day: 10}, DueDate: civil.Date{Year: 2026, Month: 4, Day: 17},
			PaperPaymentURL: &link, Notes: "Please come ten minutes early.", CreatedAt: at, UpdatedAt: at,
		},
		BusinessName: "Bella Vista Spa", BusinessEmail: "contact@bellavista.com", BusinessPhone: "+62 21 555 0100",
		Timezone: "Asia/Jakarta", Language: "en", ThemeColor: "#7c3aed",
		OutletName: "Kemang", OutletAddress: "Jl. Kemang Raya 10, 12730 Jakarta, Indonesia", CustomerName: "Siti Rahma",
	}
	for _, change := range changes {
		change(&p)
	}
	return p
}

func printOf(t testing.TB, l *pdf.Library, p paper) []byte {
	t.Helper()
	body, err := p.print(l)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestPrintShowsTheInvoice(t *testing.T) {
	t.Parallel()
	l := fonts(t, false)
	p := sample(t)
	got := printed.Read(t, printOf(t, l, p))
	for _, want := range []string{
		"Bella Vista Spa", "contact@bellavista.com", "Kemang", "INVOICE", "INV-2026-0001", "AWAITING PAYMENT", "Siti Rahma", "10 April 2026", "17 April 2026",
		p.ProviderNumber, "Hot stone massage", "with Ayu Lestari", "Rp 150,000", "Discount -Rp 5,000", "Tax 11 %: Rp 4,950", "Subtotal", "Rp 200,000",
		"Service fee", "Rp 16,000", "To pay", "Rp 215,950", "Pay online", *p.PaperPaymentURL, "ten minutes early", "Page 1 of 1",
	} {
		if !strings.Contains(got.Text(), want) {
			t.Errorf("%q is not printed", want)
		}
	}
	if got.Boxes > 0 || got.Mute > 0 || len(got.Links) < 2 {
		t.Errorf("%d boxes, %d mute, links %v", got.Boxes, got.Mute, got.Links)
	}
	if !bytes.Equal(printOf(t, l, p), printOf(t, l, p)) {
		t.Error("the same invoice is printed differently")
	}
}

func TestStampsAndThePaymentLink(t *testing.T) {
	t.Parallel()
	l := fonts(t, false)
	at := time.Date(2026, 4, 12, 20, 30, 0, 0, time.UTC)
	for status, want := range map[Status]struct {
		stamp, more string
		payable     bool
	}{
		Draft: {"DRAFT", "", true}, Sent: {"AWAITING PAYMENT", "", true}, Overdue: {"OVERDUE", "", true}, Cancelled: {"CANCELLED", "", false},
		Paid: {"PAID", "13 April 2026, 03:30 WIB", false},
	} {
		got := printed.Read(t, printOf(t, l, sample(t, func(p *paper) {
			p.Status = status
			if status == Paid {
				p.PaidAt, p.AmountPaid = &at, p.Total
			}
		})))
		if !strings.Contains(got.Text(), "\n"+want.stamp) || !strings.Contains(got.Text(), want.more) {
			t.Errorf("%s: %q", status, got.Text())
		}
		if payable := strings.Contains(got.Text(), "Pay online") && len(got.Links) > 0; payable != want.payable {
			t.Errorf("%s: payable %t, links %v", status, payable, got.Links)
		}
	}
}

func TestPrintTakesWhateverPeopleType(t *testing.T) {
	t.Parallel()
	l := fonts(t, false)
	got := printed.Read(t, printOf(t, l, sample(t, func(p *paper) {
		p.BusinessName = "💇 Salon \x00\ufeff\uffff <b>\"&\\(" + strings.Repeat("長", 200)
		p.CustomerName, p.Notes = "สมชาย ₱ ñ", strings.Repeat("word\n", 900)
		p.OutletName, p.OutletAddress, p.BusinessPhone, p.ThemeColor = "", "", "", "#ff"
		p.PaperPaymentURL = nil
		p.Currency = "PHP"
	})))
	if !strings.Contains(got.Text(), "₱ ñ") || !strings.Contains(got.Text(), pdf.Missing+" stands for characters") || got.Boxes > 0 {
		t.Errorf("%d boxes in %q", got.Boxes, got.Pages[0])
	}
	printOf(t, l, sample(t, func(p *paper) { p.LineItems = json.RawMessage("[]"); p.Total, p.Subtotal, p.Fee = 0, 0, 0 }))
}

func TestManyLinesRunOverPages(t *testing.T) {
	t.Parallel()
	many := make([]Line, 120)
	for i := range many {
		many[i] = Line{Description: fmt.Sprintf("Service %03d", i), Quantity: 1, UnitPrice: 1, Amount: 1}
	}
	got := printed.Read(t, printOf(t, fonts(t, false), sample(t, func(p *paper) { p.LineItems = asLines(t, many...) })))
	if len(got.Pages) < 3 {
		t.Fatalf("120 lines on %d pages", len(got.Pages))
	}
	for i, page := range got.Pages {
		foot := fmt.Sprintf("Page %d of %d", i+1, len(got.Pages))
		if !strings.Contains(page, foot) || i < len(got.Pages)-1 && !strings.Contains(page, "Description") {
			t.Errorf("page %d: %q", i+1, page)
		}
	}
	for _, l := range many {
		if strings.Count(got.Text(), l.Description) != 1 {
			t.Errorf("%s is not there once", l.Description)
		}
	}
}

func TestScriptsOnInvoices(t *testing.T) {
	t.Parallel()
	l := fonts(t, true)
	for _, name := range []string{"สมชาย ใจดี", "山田太郎", "王小明", "Nguyễn Thị Ánh", "Łukasz Żółć", "Ağrı Şırnak", "Þórður"} {
		got := printed.Read(t, printOf(t, l, sample(t, func(p *paper) { p.CustomerName = name })))
		if !strings.Contains(got.Text(), name) || got.Boxes > 0 || got.Mute > 0 || strings.Contains(got.Text(), pdf.Missing) {
			t.Errorf("%s: %d boxes, %d mute in %q", name, got.Boxes, got.Mute, got.Text())
		}
	}
	got := printed.Read(t, printOf(t, l, sample(t, func(p *paper) { p.CustomerName = "محمد علي" })))
	if !strings.Contains(got.Text(), "يلع دمحم") || got.Boxes > 0 {
		t.Errorf("Arabic, from left to right: %q", got.Text())
	}
}

func TestAmountsInAnyCurrency(t *testing.T) {
	t.Parallel()
	l := fonts(t, false)
	for currency, want := range map[money.Currency]string{
		"IDR": "Rp 215,950", "JPY": "¥215,950", "KWD": "KWD 215.950", "PHP": "₱2,159.50", "THB": "฿2,159.50", "VND": "₫215,950", "EUR": "€2,159.50",
		"GBP": "£2,159.50", "KRW": "₩215,950", "INR": "₹2,159.50", "MYR": "RM 2,159.50", "SGD": "S$2,159.50", "TRY": "₺2,159.50", "USD": "$2,159.50",
		"ISK": "ISK 215,950", "PLN": "zł 2,159.50", "GEL": "₾2,159.50", "AZN": "₼2,159.50", "BDT": "৳2,159.50", "KHR": "៛2,159.50", "BHD": "BHD 215.950",
	} {
		got := printed.Read(t, printOf(t, l, sample(t, func(p *paper) { p.Currency = currency })))
		if !strings.Contains(got.Text(), want) || got.Boxes > 0 || strings.Contains(got.Text(), pdf.Missing) {
			t.Errorf("%s: no %s in %q", currency, want, got.Text())
		}
	}
}

func TestThePrintStaysSmall(t *testing.T) {
	t.Parallel()
	l := fonts(t, true)
	body := printOf(t, l, sample(t, func(p *paper) {
		p.Logo, p.LogoDigest = logo(t, 2000), "0123456789abcdef"
		p.CustomerName = "山田太郎 สมชาย محمد"
	}))
	if len(body) > 1<<20 {
		t.Errorf("%d bytes", len(body))
	}
	if !bytes.Contains(body, []byte("/Subtype /Image")) {
		t.Error("no logo")
	}
	printOf(t, l, sample(t, func(p *paper) { p.Logo, p.LogoDigest = []byte("no picture"), "1123456789abcdef" }))
}

func TestInkCanBeRead(t *testing.T) {
	t.Parallel()
	for theme, want := range map[string]pdf.Color{
		"#7c3aed": {R: 0x7c, G: 0x3a, B: 0xed}, "#0A5": {G: 0xAA, B: 0x55}, "#ffff00": pdf.Grey(40), "": pdf.Grey(40), "#zzzzzz": pdf.Grey(40),
	} {
		if got := inkOf(theme); got != want {
			t.Errorf("%s: %v", theme, got)
		}
	}
}

// logo is a picture that does not pack well.
func logo(t testing.TB, side int) []byte {
	t.Helper()
	picture := image.NewNRGBA(image.Rect(0, 0, side, side/2))
	for y := range side / 2 {
		for x := range side {
			picture.Set(x, y, color.NRGBA{R: uint8(x * y), G: uint8(x + 3*y), B: uint8(x ^ y), A: uint8(255 - x%7)})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func BenchmarkPrint(b *testing.B) {
	l := fonts(b, true)
	for name, change := range map[string]func(*paper){
		"latin":   func(*paper) {},
		"logo":    func(p *paper) { p.Logo, p.LogoDigest = logo(b, 1000), "0123456789abcdef" },
		"scripts": func(p *paper) { p.CustomerName = "山田太郎 สมชาย محمد" },
	} {
		p := sample(b, change)
		b.Run(name, func(b *testing.B) {
			size := 0
			for b.Loop() {
				size = len(printOf(b, l, p))
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
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
