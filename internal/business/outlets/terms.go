package outlets

import (
	"reserva/internal/kit/fault"
	"reserva/internal/kit/money"
)

// PartType says how a PricePart is reckoned.
type PartType string

// The types.
const (
	NoPart     PartType = "none"
	Fixed      PartType = "fixed"
	Percentage PartType = "percentage"
	Full       PartType = "full"
)

// PricePart is a part of a service's price. Its JSON is also how it is stored.
type PricePart struct {
	Type  PartType      `json:"type" enum:"none,fixed,percentage,full" example:"percentage" doc:"fixed is an amount of the service's currency, at most its price."`
	Value money.Decimal `json:"value,omitzero" example:"30" doc:"The amount, or the percentage. Nothing with none and full."`
}

// Terms are what customers promise with a booking of a service. A part that is nil is
// the outlet's.
type Terms struct {
	Prepayment          *PricePart `json:"prepayment,omitempty"`
	NoShowFee           *PricePart `json:"no_show_fee,omitempty"`
	LateCancellationFee *PricePart `json:"late_cancellation_fee,omitempty"`
}

// Over returns the terms with what is nil filled in.
func (t Terms) Over(outlet Terms) Terms {
	for _, part := range []struct{ own, outlet **PricePart }{
		{&t.Prepayment, &outlet.Prepayment}, {&t.NoShowFee, &outlet.NoShowFee}, {&t.LateCancellationFee, &outlet.LateCancellationFee},
	} {
		if *part.own == nil {
			*part.own = *part.outlet
		}
	}
	return t
}

// Of is the part of a price in minor units, from 0 to the price. Percentages are
// rounded half up to the minor unit.
func (p *PricePart) Of(price int64, currency money.Currency) int64 {
	if p == nil || price <= 0 {
		return 0
	}
	switch p.Type {
	case Full:
		return price
	case Fixed:
		amount, err := p.Value.NonNegativeMinor(currency)
		if err != nil {
			return 0 // checked when it was stored
		}
		return min(amount, price)
	case Percentage:
		rate, err := p.rate()
		if err != nil {
			return 0
		}
		amount, err := money.Fee(price, rate)
		if err != nil {
			return 0
		}
		return min(amount, price)
	}
	return 0
}

// rate is the percentage as a rate: 30 is 0.3.
func (p *PricePart) rate() (money.Rate, error) {
	hundredths, err := p.Value.NonNegativeMinor(money.PHP) // of a percent: two digits, as a centavo
	if err != nil || hundredths > 100_00 || p.Value.Finer(money.PHP) {
		return 0, money.ErrRange
	}
	return money.Rate(hundredths * 100), nil
}

// maxFixed keeps amounts far from the end of an int64 in any currency.
const maxFixed = 1_000_000_000_000_000

// Check refuses what is no part of a price; path is where it stands in the body.
func (p PricePart) Check(path string) error {
	switch p.Type {
	case NoPart, Full:
		if p.Value.Sign() != 0 {
			return fault.InvalidField(path+".value", "goes with fixed and percentage only")
		}
	case Fixed:
		if amount, err := p.Value.NonNegativeMinor(threeDigits); err != nil || amount == 0 || amount > maxFixed || p.Value.Finer(threeDigits) {
			return fault.InvalidField(path+".value", "must be an amount of more than 0")
		}
	case Percentage:
		if rate, err := p.rate(); err != nil || rate == 0 {
			return fault.InvalidField(path+".value", "must be a percentage of more than 0 and at most 100, with two digits after the point")
		}
	default:
		return fault.InvalidField(path+".type", "must be one of none, fixed, percentage, full")
	}
	return nil
}

// threeDigits is a currency with as many digits after the point as any.
const threeDigits = money.Currency("KWD")
