package invoices

import (
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/pdf"
	"reserva/internal/testkit/printed"
)

// However long the names are, what tells the invoice from others is printed whole.
func TestLongNamesHideNoNumber(t *testing.T) {
	t.Parallel()
	reference := strings.Repeat("a-salon-with-a-long-name-", 4) + "INV-2026-0001"
	got := printed.Read(t, printOf(t, fonts(t, false), sample(t, func(p *paper) {
		p.BusinessName, p.ProviderNumber = strings.Repeat("Bella Vista ", 20), reference
	})))
	if !strings.Contains(strings.ReplaceAll(got.Text(), "\n", ""), reference) {
		t.Errorf("the reference is cut: %q", got.Text())
	}
	if !strings.Contains(got.Text(), "INV-2026-0001 · Bella Vista") {
		t.Errorf("the foot has no number: %q", got.Text())
	}
}

// A colour that is too pale for text is still the brand's.
func TestPaleBrandsKeepTheirColour(t *testing.T) {
	t.Parallel()
	for theme, want := range map[string]pdf.Color{"#ffdd33": {R: 0xff, G: 0xdd, B: 0x33}, "#fd3": {R: 0xff, G: 0xdd, B: 0x33}, "": pdf.Grey(40), "red": pdf.Grey(40)} {
		if got := brandOf(theme); got != want {
			t.Errorf("%s: %v", theme, got)
		}
	}
}

// A page that takes money for an hour says so on paper.
func TestThePageThatEndsSoonerIsDated(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 4, 10, 10, 0, 0, 0, time.UTC)
	got := printed.Read(t, printOf(t, fonts(t, false), sample(t, func(p *paper) { p.PageExpiresAt = &until })))
	if !strings.Contains(got.Text(), "until 10 April 2026, 17:00 WIB") {
		t.Errorf("%q", got.Text())
	}
}
