package money

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseDecimal(t *testing.T) {
	tests := []struct {
		in, want string
		err      error
	}{
		{in: "150000", want: "150000"},
		{in: "86.40", want: "86.4"},
		{in: "0", want: "0"},
		{in: "-0.0", want: "0"},
		{in: "0.05", want: "0.05"},
		{in: "-12.5", want: "-12.5"},
		{in: "1.5e3", want: "1500"},
		{in: "1.5E+3", want: "1500"},
		{in: "25e-1", want: "2.5"},
		{in: "100e-2", want: "1"},
		{in: "0e99", want: "0"},
		{in: "999999999999999999", want: "999999999999999999"},
		{in: "0.000000000000000001", want: "0.000000000000000001"},
		{in: "1.00000000000000000000000", want: "1"},
		{in: "1000000000000000000", err: ErrRange},
		{in: "1e18", err: ErrRange},
		{in: "1e999999999999999999999", err: ErrRange},
		{in: "0.0000000000000000001", err: ErrRange},
		{in: strings.Repeat("1", 100_000), err: ErrRange},
		{in: "", err: ErrSyntax},
		{in: "-", err: ErrSyntax},
		{in: "+5", err: ErrSyntax},
		{in: "05", err: ErrSyntax},
		{in: "5.", err: ErrSyntax},
		{in: ".5", err: ErrSyntax},
		{in: "1e", err: ErrSyntax},
		{in: "1e+-2", err: ErrSyntax},
		{in: "1.2.3", err: ErrSyntax},
		{in: "1,000", err: ErrSyntax},
		{in: " 1", err: ErrSyntax},
		{in: "0x10", err: ErrSyntax},
		{in: "NaN", err: ErrSyntax},
		{in: "Infinity", err: ErrSyntax},
		{in: "1_000", err: ErrSyntax},
	}
	for _, tt := range tests {
		got, err := ParseDecimal(tt.in)
		if !errors.Is(err, tt.err) || err == nil && got.String() != tt.want {
			t.Errorf("ParseDecimal(%.40q) = %v, %v; want %s, %v", tt.in, got, err, tt.want, tt.err)
		}
	}
}

func TestEqualDecimalsCompareEqual(t *testing.T) {
	first, _ := ParseDecimal("120")
	for _, s := range []string{"120.0", "1.2e2", "1200e-1"} {
		if d, err := ParseDecimal(s); err != nil || d != first {
			t.Errorf("%s reads as %#v, %v; 120 as %#v", s, d, err, first)
		}
	}
}

func TestDecimalJSON(t *testing.T) {
	var body struct{ A, B, C, D Decimal }
	body.C = Decimal{coefficient: 7}
	if err := json.Unmarshal([]byte(`{"A": 86.40, "B": "175000.00", "C": null}`), &body); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(body)
	if err != nil || string(text) != `{"A":86.4,"B":175000,"C":7,"D":0}` {
		t.Errorf("encoded %s, %v", text, err)
	}
	for _, bad := range []string{`""`, `"abc"`, `true`, `{}`, `[1]`, `"1 000"`, `1e400`} {
		if err := json.Unmarshal([]byte(bad), new(Decimal)); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}

func TestMinor(t *testing.T) {
	tests := []struct {
		in       string
		currency Currency
		want     int64
		err      error
	}{
		{"150000", IDR, 150000, nil},
		{"150000.00", IDR, 150000, nil},
		{"150000.5", IDR, 150001, nil},
		{"150000.49", IDR, 150000, nil},
		{"-0.5", IDR, -1, nil},
		{"-0.4", IDR, 0, nil},
		{"1250.5", PHP, 125050, nil},
		{"0.005", PHP, 1, nil},
		{"0.0049999", PHP, 0, nil},
		{"1.0005", "KWD", 1001, nil},
		{"0.000000000000000001", IDR, 0, nil},
		{"92233720368547758", USD, 9223372036854775800, nil},
		{"92233720368547758.1", USD, 0, ErrRange},
		{"999999999999999999", USD, 0, ErrRange},
		{"1", "XXX", 0, ErrCurrency},
		{"1", "idr", 0, ErrCurrency},
		{"1", "", 0, ErrCurrency},
	}
	for _, tt := range tests {
		d, err := ParseDecimal(tt.in)
		if err != nil {
			if !errors.Is(err, tt.err) {
				t.Errorf("ParseDecimal(%s): %v", tt.in, err)
			}
			continue
		}
		got, err := d.Minor(tt.currency)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s %s = %d, %v; want %d, %v", tt.in, tt.currency, got, err, tt.want, tt.err)
		}
	}
}

func TestNonNegativeMinor(t *testing.T) {
	for in, want := range map[string]error{"-0.001": ErrNegative, "-5": ErrNegative, "0": nil, "-0": nil, "5": nil} {
		d, err := ParseDecimal(in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.NonNegativeMinor(IDR); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", in, err, want)
		}
	}
}

func TestFiner(t *testing.T) {
	for _, tt := range []struct {
		in       string
		currency Currency
		want     bool
	}{
		{"1.999", USD, true},
		{"0.001", IDR, true},
		{"1e-3", PHP, true},
		{"1.990", USD, false},
		{"1000.50", IDR, false},
		{"1.999", "KWD", false},
		{"1.9999", "KWD", true},
		{"150000", IDR, false},
	} {
		d, err := ParseDecimal(tt.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Finer(tt.currency); got != tt.want {
			t.Errorf("%s %s: %v", tt.in, tt.currency, got)
		}
	}
}

// halfUp is the specification of rounding: the integer nearest to r, the one farther from zero where two are.
func halfUp(r *big.Rat) *big.Int {
	double := new(big.Int).Lsh(new(big.Int).Abs(r.Num()), 1)
	double.Add(double, r.Denom())
	n := double.Quo(double, new(big.Int).Lsh(r.Denom(), 1))
	if r.Sign() < 0 {
		n.Neg(n)
	}
	return n
}

func TestMinorRoundsAsSpecified(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coefficient := rapid.Int64Range(-1e18+1, 1e18-1).Draw(t, "coefficient")
		scale := rapid.IntRange(0, maxDigits).Draw(t, "scale")
		currency := rapid.SampledFrom([]Currency{IDR, PHP, "KWD", "CLF"}).Draw(t, "currency")

		d, err := ParseDecimal(string(appendDecimal(nil, coefficient, scale, 0)))
		if err != nil {
			t.Fatal(err)
		}
		exact := new(big.Rat).SetFrac(big.NewInt(coefficient), big.NewInt(pow10(scale)))
		if read, ok := new(big.Rat).SetString(d.String()); !ok || read.Cmp(exact) != 0 {
			t.Fatalf("%d / 10^%d reads back as %v", coefficient, scale, d)
		}
		want := halfUp(exact.Mul(exact, new(big.Rat).SetInt64(pow10(currency.Exponent()))))
		got, err := d.Minor(currency)
		if !want.IsInt64() {
			if !errors.Is(err, ErrRange) {
				t.Fatalf("%v %s = %d, %v; want ErrRange", d, currency, got, err)
			}
			return
		}
		if err != nil || got != want.Int64() {
			t.Fatalf("%v %s = %d, %v; want %v", d, currency, got, err, want)
		}
	})
}

func FuzzParseDecimal(f *testing.F) {
	for _, s := range []string{"150000", "-86.40", "1.5e3", "25E-1", "05", "1e99", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDecimal(s)
		if err != nil {
			return
		}
		if !json.Valid([]byte(s)) {
			t.Fatalf("%q is no JSON number and reads as %v", s, d)
		}
		exact, ok := new(big.Rat).SetString(s)
		if !ok {
			t.Fatalf("%q reads as %v and math/big refuses it", s, d)
		}
		read, ok := new(big.Rat).SetString(d.String())
		if !ok || read.Cmp(exact) != 0 {
			t.Fatalf("%q reads as %v", s, d)
		}
		if again, err := ParseDecimal(d.String()); err != nil || again != d {
			t.Fatalf("%v reads back as %v, %v", d, again, err)
		}
	})
}
