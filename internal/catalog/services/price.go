package services

import "time"

// Sources of an effective price.
const (
	SourcePromotion = "promotional_price"
	SourceStaff     = "staff_override"
	SourceOutlet    = "outlet_override"
	SourceBase      = "base_price"
)

// EffectivePrice decides what a service costs at an outlet now, in minor units,
// and names the source. A promotion needs both its fields, ends strictly at its
// expiry, and beats outlet prices everywhere; outlet is nil without an outlet or
// an override.
func EffectivePrice(base int64, promotion *int64, until *time.Time, outlet *int64, now time.Time) (int64, string) {
	switch {
	case promotion != nil && until != nil && now.Before(*until):
		return *promotion, SourcePromotion
	case outlet != nil:
		return *outlet, SourceOutlet
	default:
		return base, SourceBase
	}
}

// WithStaff is an effective price with a staff member. A price of their own, nil for
// none, comes after a promotion and before all others.
func WithStaff(own *int64, price int64, source string) (int64, string) {
	if own == nil || source == SourcePromotion {
		return price, source
	}
	return *own, SourceStaff
}
