package money

import (
	"math"
	"math/bits"
)

// wholeRate is the Rate 1, which is 100 %.
const wholeRate Rate = 1_000_000

// Rate is a share of an amount, in millionths: 80000 is 0.08, which is 8 %. Fees, taxes and percentage discounts are
// rates; they are stored as this integer and written as a decimal.
type Rate int64

// ParseRate reads a share between 0 and 1, such as "0.08", with at most six digits after the point. It fails with
// ErrSyntax, ErrNegative or ErrRange.
func ParseRate(s string) (Rate, error) {
	d, err := ParseDecimal(s)
	if err != nil {
		return 0, err
	}
	return d.Rate()
}

// Rate returns d as a share of 1, for example of 0.08. It fails with ErrNegative, or with ErrRange above 1 or with more
// than six digits after the point: a rate is never rounded.
func (d Decimal) Rate() (Rate, error) {
	switch {
	case d.Sign() < 0:
		return 0, ErrNegative
	case d.scale > 6:
		return 0, ErrRange
	}
	millionths, err := d.scaled(6)
	if err != nil || Rate(millionths) > wholeRate {
		return 0, ErrRange
	}
	return Rate(millionths), nil
}

// String returns the share as a decimal: "0.08".
func (r Rate) String() string { return string(appendDecimal(nil, int64(r), 6, 0)) }

// Percent returns the share in percent, without the sign: "8", "2.5".
func (r Rate) Percent() string { return string(appendDecimal(nil, int64(r), 4, 0)) }

// MarshalJSON returns a JSON number: 0.08.
func (r Rate) MarshalJSON() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalJSON reads a share between 0 and 1 as a JSON number or a string that holds one; null leaves r as it was.
func (r *Rate) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	var d Decimal
	if err := d.UnmarshalJSON(b); err != nil {
		return err
	}
	parsed, err := d.Rate()
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}

// Fee returns base times rate in minor units, half away from zero, so that the fee on a refund mirrors the fee on its
// payment. It fails with ErrNegative when the rate is below zero and with ErrRange when the fee does not fit, which
// needs a rate above 1.
func Fee(base int64, rate Rate) (int64, error) {
	if rate < 0 {
		return 0, ErrNegative
	}
	high, low := bits.Mul64(magnitude(base), uint64(rate))
	low, carry := bits.Add64(low, uint64(wholeRate)/2, 0)
	high += carry
	if high >= uint64(wholeRate) {
		return 0, ErrRange
	}
	fee, _ := bits.Div64(high, low, uint64(wholeRate))
	if fee > math.MaxInt64 {
		return 0, ErrRange
	}
	if base < 0 {
		return -int64(fee), nil
	}
	return int64(fee), nil
}

// Part is n times part of whole, none of them negative and part at most whole: how
// much of n belongs to part, half up. It is 0 where the whole is nothing.
func Part(n, part, whole int64) int64 {
	if whole <= 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(n), uint64(part))
	low, carry := bits.Add64(low, uint64(whole)/2, 0)
	quotient, _ := bits.Div64(high+carry, low, uint64(whole))
	return int64(quotient)
}
