package money

import (
	"encoding/json"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// maxDigits is how many significant digits a Decimal may have; each such coefficient fits in an int64.
const maxDigits = 18

// Decimal is an exact decimal number as a client wrote it. It decodes from a JSON number and from a string that
// holds one, because clients of both kinds exist, and keeps no floating point between. Equal numbers compare with ==.
// The zero Decimal is 0.
type Decimal struct {
	coefficient int64 // without trailing zeros, unless the number is an integer
	scale       int8  // digits after the point, 0 to maxDigits
}

// ParseDecimal reads a number by the grammar of JSON: "150000", "-0.5", "1.5e3". It fails with ErrSyntax, or with
// ErrRange when the number needs more than 18 digits before and after the point together.
func ParseDecimal(s string) (Decimal, error) {
	whole, fraction, exponent, negative, err := split(s)
	if err != nil {
		return Decimal{}, err
	}
	digits := strings.TrimLeft(whole+fraction, "0")
	scale := len(fraction) - exponent
	for scale > 0 && strings.HasSuffix(digits, "0") {
		digits, scale = digits[:len(digits)-1], scale-1
	}
	if digits == "" {
		return Decimal{}, nil
	}
	if scale < 0 {
		if len(digits)-scale > maxDigits {
			return Decimal{}, ErrRange
		}
		digits, scale = digits+strings.Repeat("0", -scale), 0
	}
	if len(digits) > maxDigits || scale > maxDigits {
		return Decimal{}, ErrRange
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return Decimal{}, ErrRange
	}
	if negative {
		n = -n
	}
	return Decimal{coefficient: n, scale: int8(scale)}, nil
}

// split cuts a JSON number into its parts.
func split(s string) (whole, fraction string, exponent int, negative bool, err error) {
	if len(s) > 64 {
		return "", "", 0, false, ErrRange
	}
	s, negative = strings.CutPrefix(s, "-")
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		if exponent, err = parseExponent(s[i+1:]); err != nil {
			return "", "", 0, false, err
		}
		s = s[:i]
	}
	whole, fraction, point := strings.Cut(s, ".")
	if !allDigits(whole) || point && !allDigits(fraction) || len(whole) > 1 && whole[0] == '0' {
		return "", "", 0, false, ErrSyntax
	}
	return whole, fraction, exponent, negative, nil
}

func parseExponent(s string) (int, error) {
	unsigned := strings.TrimPrefix(s, "+")
	if unsigned == s {
		unsigned = strings.TrimPrefix(s, "-")
	}
	if !allDigits(unsigned) {
		return 0, ErrSyntax
	}
	n, err := strconv.Atoi(s)
	if err != nil || n > 99 || n < -99 {
		return 0, ErrRange
	}
	return n, nil
}

func allDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// Minor returns d in minor units of the currency; what is finer is rounded, half away from zero. It fails with
// ErrCurrency, or with ErrRange when the result does not fit in an int64.
func (d Decimal) Minor(c Currency) (int64, error) {
	if !c.Valid() {
		return 0, ErrCurrency
	}
	return d.scaled(c.Exponent())
}

// NonNegativeMinor is Minor for prices and payments: a number below zero is ErrNegative, even one that rounds to zero.
func (d Decimal) NonNegativeMinor(c Currency) (int64, error) {
	if d.Sign() < 0 {
		return 0, ErrNegative
	}
	return d.Minor(c)
}

// Finer tells whether d has more digits after the point than anybody writes in a price of the currency: those of its
// minor unit, and two at the least.
func (d Decimal) Finer(c Currency) bool { return int(d.scale) > max(2, c.Exponent()) }

// Sign returns -1, 0 or +1.
func (d Decimal) Sign() int {
	switch {
	case d.coefficient < 0:
		return -1
	case d.coefficient > 0:
		return 1
	}
	return 0
}

// String returns the number in its shortest form, without an exponent: "86.4", "-0.5", "150000".
func (d Decimal) String() string { return string(appendDecimal(nil, d.coefficient, int(d.scale), 0)) }

// MarshalJSON returns a JSON number.
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalJSON reads a JSON number or a string that holds one; null leaves d as it was.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	text := string(b)
	if text == "null" {
		return nil
	}
	if len(b) > 0 && b[0] == '"' {
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
	}
	parsed, err := ParseDecimal(text)
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// scaled returns d times 10^digits, rounded half away from zero.
func (d Decimal) scaled(digits int) (int64, error) {
	shift := digits - int(d.scale)
	if shift < 0 {
		return divideHalfUp(d.coefficient, pow10(-shift)), nil
	}
	high, low := bits.Mul64(magnitude(d.coefficient), uint64(pow10(shift)))
	if high != 0 || low > math.MaxInt64 {
		return 0, ErrRange
	}
	if d.coefficient < 0 {
		return -int64(low), nil
	}
	return int64(low), nil
}

// divideHalfUp returns n/by, by > 0, half away from zero.
func divideHalfUp(n, by int64) int64 {
	quotient, rest := n/by, n%by
	switch {
	case rest >= by-rest:
		return quotient + 1
	case -rest >= by+rest:
		return quotient - 1
	}
	return quotient
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// pow10 returns 10^n, 0 <= n <= 18.
func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// appendDecimal appends n / 10^scale with at least minFraction digits after the point and no needless zeros beyond.
func appendDecimal(b []byte, n int64, scale, minFraction int) []byte {
	if n < 0 {
		b = append(b, '-')
	}
	digits := strconv.FormatUint(magnitude(n), 10)
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	whole, fraction := digits[:len(digits)-scale], digits[len(digits)-scale:]
	for len(fraction) > minFraction && fraction[len(fraction)-1] == '0' {
		fraction = fraction[:len(fraction)-1]
	}
	if missing := minFraction - len(fraction); missing > 0 {
		fraction += strings.Repeat("0", missing)
	}
	b = append(b, whole...)
	if fraction != "" {
		b = append(b, '.')
		b = append(b, fraction...)
	}
	return b
}
