package money

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// Number is an amount that is a JSON number of major units on the wire, exact and in its shortest form: 150000, 86.4.
type Number struct {
	Minor    int64
	Currency Currency
}

// String returns the amount in major units: "150000", "86.4".
func (n Number) String() string {
	return string(appendDecimal(nil, n.Minor, n.Currency.Exponent(), 0))
}

// MarshalJSON returns a JSON number of major units.
func (n Number) MarshalJSON() ([]byte, error) { return []byte(n.String()), nil }

// Text is an amount that is a JSON string of major units on the wire, with at least two digits after the point whatever
// the currency: "175000.00", "86.40", "1.250".
type Text struct {
	Minor    int64
	Currency Currency
}

// String returns the amount in major units: "175000.00", "86.40".
func (t Text) String() string {
	exponent := t.Currency.Exponent()
	return string(appendDecimal(nil, t.Minor, exponent, max(2, exponent)))
}

// MarshalJSON returns a JSON string of major units.
func (t Text) MarshalJSON() ([]byte, error) {
	return strconv.AppendQuote(nil, t.String()), nil
}

// Format returns the amount for people to read, in mails and pages: "IDR 108,000", "PHP 1,250.50", "-PHP 3.00".
func Format(minor int64, c Currency) string { return FormatAs(minor, c, string(c)) }

// FormatAs is Format with a sign in place of the code. One that ends in a letter stands apart: "Rp 108,000",
// "₱1,250.50", "-€3.00".
func FormatAs(minor int64, c Currency, mark string) string {
	exponent := c.Exponent()
	digits := string(appendDecimal(nil, minor, exponent, exponent))
	sign := ""
	if minor < 0 {
		sign, digits = "-", digits[1:]
	}
	whole := len(digits)
	if exponent > 0 {
		whole -= exponent + 1
	}
	b := []byte(sign + mark)
	if last, _ := utf8.DecodeLastRuneInString(mark); unicode.IsLetter(last) {
		b = append(b, ' ')
	}
	for i := range whole {
		if i > 0 && (whole-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, digits[i])
	}
	return string(append(b, digits[whole:]...))
}
