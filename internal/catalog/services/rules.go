package services

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// raster is what all lengths are multiples of, in minutes.
const raster = 5

// prices are what a service costs, in minor units of its currency.
type prices struct {
	Currency   money.Currency
	Base       int64
	Promotion  *int64
	ValidUntil *time.Time
	Outlets    map[id.ID]int64
}

// at is the price at an outlet, or at none, at an instant.
func (p prices) at(outlet id.ID, now time.Time) (int64, string) {
	var own *int64
	if price, ok := p.Outlets[outlet]; ok {
		own = &price
	}
	return EffectivePrice(p.Base, p.Promotion, p.ValidUntil, own, now)
}

func (p prices) text(minor int64) money.Text { return money.Text{Minor: minor, Currency: p.Currency} }

func (p prices) pricing() Pricing {
	out := Pricing{BasePrice: p.text(p.Base), Currency: p.Currency, OutletPrices: map[id.ID]money.Text{}, PromotionalValidUntil: utc(p.ValidUntil)}
	for outlet, price := range p.Outlets {
		out.OutletPrices[outlet] = p.text(price)
	}
	if p.Promotion != nil {
		promotion := p.text(*p.Promotion)
		out.PromotionalPrice = &promotion
	}
	return out
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

// check refuses a promotion that is none.
func (p prices) check() error {
	if p.Promotion != nil && *p.Promotion >= p.Base {
		return fault.InvalidField("pricing.promotional_price", "must be below base_price")
	}
	return nil
}

// check holds the timing to the raster and the gaps to the duration.
func (t Timing) check() error {
	for _, length := range []struct {
		field   string
		minutes int
	}{
		{"duration_minutes", t.Duration}, {"preparation_minutes", t.Preparation}, {"cleanup_minutes", t.Cleanup},
	} {
		if length.minutes%raster != 0 {
			return fault.InvalidField(length.field, "must be a multiple of 5")
		}
	}
	gaps, free := slices.Clone(t.ProcessingGaps), 0
	slices.SortFunc(gaps, func(a, b Gap) int { return cmp.Compare(a.From, b.From) })
	for i, g := range gaps {
		switch {
		case g.From < 0 || g.From >= g.To || g.To > t.Duration:
			return fault.InvalidField("processing_gaps", "must lie within the duration, from_minute before to_minute")
		case g.From%raster != 0 || g.To%raster != 0:
			return fault.InvalidField("processing_gaps", "must begin and end at multiples of 5 minutes")
		case i > 0 && g.From < gaps[i-1].To:
			return fault.InvalidField("processing_gaps", "must not overlap")
		}
		free += g.To - g.From
	}
	if len(gaps) > 0 && free == t.Duration {
		return fault.InvalidField("processing_gaps", "must leave some of the duration")
	}
	return nil
}

// check holds the flags together. A limit may stay while parallel bookings are off.
func (b Booking) check() error {
	if b.AllowParallel && b.MaxParallel < 2 {
		return fault.InvalidField("max_parallel_bookings", "must be at least 2 with allow_parallel_bookings")
	}
	if !b.RequiresStaff && b.StaffCount > 1 {
		return fault.InvalidField("required_staff_count", "must be 1 where requires_staff is false")
	}
	for i, need := range b.Resources {
		switch {
		case need.Quantity < 1 || need.Quantity > maxUnits:
			return fault.InvalidField("required_resources", fmt.Sprintf("must have quantities of 1 to %d", maxUnits))
		case slices.ContainsFunc(b.Resources[:i], func(n ResourceNeed) bool { return n.Kind == need.Kind }):
			return fault.InvalidField("required_resources", "must name each kind once")
		}
	}
	return nil
}

// maxUnits bounds the units of one kind that a service takes.
const maxUnits = 20

// settle brings status and switch into agreement, whichever of them was sent.
func settle(old Status, status *Status, active *bool) (Status, error) {
	switch {
	case status != nil && active != nil && *active != (*status == Active):
		return old, fault.InvalidField("is_active", "does not agree with status")
	case status != nil:
		return *status, nil
	case active == nil || *active == (old == Active):
		return old, nil
	case *active:
		return Active, nil
	default:
		return Inactive, nil
	}
}

// minor reads a price; least is 0, or 1 where it has to be positive.
func minor(path string, price money.Decimal, currency money.Currency, least int64) (int64, error) {
	amount, err := price.NonNegativeMinor(currency)
	switch {
	case errors.Is(err, money.ErrRange), amount > maxPrice, price.Finer(currency):
		return 0, fault.InvalidField(path, "has too many digits for a price")
	case err == nil && amount < least:
		return 0, fault.InvalidField(path, "must be more than 0")
	case err != nil:
		return 0, fault.InvalidField(path, "must be a price of 0 or more")
	}
	return amount, nil
}

// maxPrice keeps sums of many prices far from the end of an int64.
const maxPrice = 1_000_000_000_000_000

// outletPrices reads the map of prices by outlet. The client's keys are not
// repeated in what is refused.
func outletPrices(path string, in map[string]money.Decimal, currency money.Currency) (map[id.ID]int64, error) {
	out := make(map[id.ID]int64, len(in))
	for key, price := range in {
		outlet, err := id.Parse(key)
		if err != nil {
			return nil, fault.InvalidField(path, "must have ids of outlets as keys")
		}
		if out[outlet], err = minor(path, price, currency, 1); err != nil {
			return nil, err
		}
	}
	return out, nil
}
