package money

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCurrency(t *testing.T) {
	for in, want := range map[string]Currency{"IDR": IDR, "php": PHP, "Usd": USD} {
		if got, err := ParseCurrency(in); err != nil || got != want {
			t.Errorf("ParseCurrency(%q) = %q, %v", in, got, err)
		}
	}
	for _, bad := range []string{"", "ID", "IDRX", "XXX", "XAU", "HRK", "€"} {
		if got, err := ParseCurrency(bad); !errors.Is(err, ErrCurrency) || got != "" {
			t.Errorf("ParseCurrency(%q) = %q, %v; want ErrCurrency", bad, got, err)
		}
	}
	for c, want := range map[Currency]int{IDR: 0, "JPY": 0, "VND": 0, PHP: 2, USD: 2, "KWD": 3, "CLF": 4, "???": 2} {
		if got := c.Exponent(); got != want {
			t.Errorf("%s has %d digits, want %d", c, got, want)
		}
	}
	for c := range exponents {
		if len(c) != 3 || strings.ToUpper(string(c)) != string(c) {
			t.Errorf("%q is in the table", c)
		}
	}
}

func TestAmountsOnTheWire(t *testing.T) {
	tests := []struct {
		minor        int64
		currency     Currency
		number, text string
		people       string
	}{
		{150000, IDR, `150000`, `"150000.00"`, "IDR 150,000"},
		{108000, IDR, `108000`, `"108000.00"`, "IDR 108,000"},
		{0, IDR, `0`, `"0.00"`, "IDR 0"},
		{0, PHP, `0`, `"0.00"`, "PHP 0.00"},
		{8640, PHP, `86.4`, `"86.40"`, "PHP 86.40"},
		{125050, PHP, `1250.5`, `"1250.50"`, "PHP 1,250.50"},
		{100, PHP, `1`, `"1.00"`, "PHP 1.00"},
		{5, PHP, `0.05`, `"0.05"`, "PHP 0.05"},
		{-300, PHP, `-3`, `"-3.00"`, "-PHP 3.00"},
		{-5, PHP, `-0.05`, `"-0.05"`, "-PHP 0.05"},
		{1250, "KWD", `1.25`, `"1.250"`, "KWD 1.250"},
		{999, IDR, `999`, `"999.00"`, "IDR 999"},
		{1234567, IDR, `1234567`, `"1234567.00"`, "IDR 1,234,567"},
		{math.MinInt64, USD, `-92233720368547758.08`, `"-92233720368547758.08"`, "-USD 92,233,720,368,547,758.08"},
	}
	for _, tt := range tests {
		number, err := json.Marshal(Number{tt.minor, tt.currency})
		if err != nil || string(number) != tt.number {
			t.Errorf("Number %d %s = %s, %v; want %s", tt.minor, tt.currency, number, err, tt.number)
		}
		text, err := json.Marshal(Text{tt.minor, tt.currency})
		if err != nil || string(text) != tt.text {
			t.Errorf("Text %d %s = %s, %v; want %s", tt.minor, tt.currency, text, err, tt.text)
		}
		if got := Format(tt.minor, tt.currency); got != tt.people {
			t.Errorf("Format(%d, %s) = %q, want %q", tt.minor, tt.currency, got, tt.people)
		}
	}
}

// What goes out as a number or a text and comes back as a Decimal is the same amount.
func TestAmountsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64Range(-1e15, 1e15).Draw(t, "minor")
		currency := rapid.SampledFrom([]Currency{IDR, PHP, "KWD", "CLF"}).Draw(t, "currency")
		for _, amount := range []any{Number{minor, currency}, Text{minor, currency}} {
			text, err := json.Marshal(amount)
			if err != nil {
				t.Fatal(err)
			}
			var d Decimal
			if err := json.Unmarshal(text, &d); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if back, err := d.Minor(currency); err != nil || back != minor {
				t.Fatalf("%d %s goes out as %s and comes back as %d, %v", minor, currency, text, back, err)
			}
		}
	})
}

func TestParseRate(t *testing.T) {
	tests := []struct {
		in               string
		want             Rate
		decimal, percent string
		err              error
	}{
		{"0.08", 80_000, "0.08", "8", nil},
		{"0.025", 25_000, "0.025", "2.5", nil},
		{"0.123456", 123_456, "0.123456", "12.3456", nil},
		{"0", 0, "0", "0", nil},
		{"1", 1_000_000, "1", "100", nil},
		{"1.000001", 0, "", "", ErrRange},
		{"8", 0, "", "", ErrRange},
		{"0.1234567", 0, "", "", ErrRange},
		{"-0.01", 0, "", "", ErrNegative},
		{"8%", 0, "", "", ErrSyntax},
	}
	for _, tt := range tests {
		got, err := ParseRate(tt.in)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("ParseRate(%s) = %d, %v; want %d, %v", tt.in, got, err, tt.want, tt.err)
			continue
		}
		if err == nil && (got.String() != tt.decimal || got.Percent() != tt.percent) {
			t.Errorf("%s is written %s, %s %%", tt.in, got, got.Percent())
		}
	}
}

func TestRateJSON(t *testing.T) {
	rates := []Rate{1, 2, 3}
	if err := json.Unmarshal([]byte(`[0.08, "0.05", null]`), &rates); err != nil {
		t.Fatal(err)
	}
	if text, err := json.Marshal(rates); err != nil || string(text) != `[0.08,0.05,0.000003]` {
		t.Errorf("encoded %s, %v", text, err)
	}
	for _, bad := range []string{`8`, `"8%"`, `-0.1`, `true`} {
		if err := json.Unmarshal([]byte(bad), new(Rate)); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}

func TestFee(t *testing.T) {
	tests := []struct {
		base int64
		rate Rate
		want int64
		err  error
	}{
		{100_000, 80_000, 8_000, nil},
		{150_000, 50_000, 7_500, nil},
		{6, 80_000, 0, nil},
		{7, 80_000, 1, nil},
		{25, 20_000, 1, nil}, // exactly a half
		{-25, 20_000, -1, nil},
		{math.MaxInt64, 1_000_000, math.MaxInt64, nil},
		{math.MaxInt64, 1_000_001, 0, ErrRange},
		{math.MaxInt64, math.MaxInt64, 0, ErrRange},
		{1, -1, 0, ErrNegative},
	}
	for _, tt := range tests {
		if got, err := Fee(tt.base, tt.rate); got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("Fee(%d, %d) = %d, %v; want %d, %v", tt.base, tt.rate, got, err, tt.want, tt.err)
		}
	}
}

func TestFeeRoundsAsSpecified(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.Int64Range(-math.MaxInt64, math.MaxInt64).Draw(t, "base")
		rate := Rate(rapid.Int64Range(0, int64(wholeRate)).Draw(t, "rate"))
		exact := new(big.Rat).SetFrac64(int64(rate), int64(wholeRate))
		want := halfUp(exact.Mul(exact, new(big.Rat).SetInt64(base)))
		if got, err := Fee(base, rate); err != nil || got != want.Int64() {
			t.Fatalf("Fee(%d, %v) = %d, %v; want %v", base, rate, got, err, want)
		}
	})
}
