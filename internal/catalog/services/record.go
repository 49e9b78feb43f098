package services

import (
	"slices"
	"time"

	"reserva/internal/business/outlets"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// record is a service as it is stored, from which each audience sees its part.
type record struct {
	ID          id.ID
	TenantID    id.ID
	Name        string
	Slug        string
	Description string
	Category    string
	Timing
	Booking
	prices
	Terms     outlets.Terms
	Tags      []string
	ImageURL  *string
	Status    Status
	IsDeleted bool
	OutletIDs []id.ID
	Staff     []id.ID
	CreatedAt time.Time
	UpdatedAt time.Time
}

// blank is what a new service begins with.
func blank(tenant id.ID, currency money.Currency) record {
	return record{
		ID: id.New(), TenantID: tenant, Status: Active,
		Timing: Timing{ProcessingGaps: []Gap{}}, Booking: standardBooking(),
		prices: prices{Currency: currency, Outlets: map[id.ID]int64{}},
		Tags:   []string{}, OutletIDs: []id.ID{}, Staff: []id.ID{},
	}
}

func standardBooking() Booking {
	return Booking{MaxAdvanceDays: 30, RequiresStaff: true, StaffCount: 1, MaxParallel: 1, Resources: []ResourceNeed{}}
}

func (r record) service(outlet id.ID, now time.Time) Service {
	price, source := r.at(outlet, now)
	return Service{
		ID: r.ID, SameID: r.ID, TenantID: r.TenantID, Name: r.Name, Slug: r.Slug, Description: r.Description,
		Category: r.Category, Timing: r.Timing, Booking: r.Booking, Pricing: r.pricing(),
		EffectivePrice: r.text(price), PriceSource: source, Promises: Promises(r.Terms), Tags: r.Tags, ImageURL: r.ImageURL,
		IsActive: r.Status == Active, Status: r.Status, IsDeleted: r.IsDeleted, OutletIDs: r.OutletIDs, AssignedStaff: r.Staff,
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}
}

// withStaff repeats the staff in the keys that include_staff asks for.
func (s Service) withStaff() Service {
	count := len(s.AssignedStaff)
	s.StaffIDs, s.AssignedCount = s.AssignedStaff, &count
	return s
}

func (r record) offer(outlet id.ID, now time.Time) Offer {
	price, source := r.at(outlet, now)
	pricing := r.pricing()
	shown := OfferPrice{BasePrice: pricing.BasePrice, Currency: r.Currency}
	if source == SourcePromotion {
		shown.PromotionalPrice, shown.PromotionalValidUntil = pricing.PromotionalPrice, pricing.PromotionalValidUntil
	}
	seats := 1
	if r.AllowParallel {
		seats = r.MaxParallel
	}
	return Offer{
		ID: r.ID, SameID: r.ID, Name: r.Name, Slug: r.Slug, Description: r.Description, Category: r.Category,
		Duration: r.Duration, Preparation: r.Preparation, Cleanup: r.Cleanup, TotalMinutes: r.Preparation + r.Duration + r.Cleanup,
		AllowParallel: r.AllowParallel, MaxParallel: seats, Pricing: shown,
		EffectivePrice: r.text(price), PriceSource: source, Promises: Promises(r.Terms), Tags: r.Tags, ImageURL: r.ImageURL, OutletIDs: r.OutletIDs,
	}
}

// added are the ids of next that old lacks.
func added(old, next []id.ID) []id.ID {
	return slices.DeleteFunc(slices.Clone(next), func(v id.ID) bool { return slices.Contains(old, v) })
}

// changedPrices are the outlets whose price is not the same in both.
func changedPrices(old, next map[id.ID]int64) []id.ID {
	var changed []id.ID
	for outlet, price := range next {
		if was, ok := old[outlet]; !ok || was != price {
			changed = append(changed, outlet)
		}
	}
	for outlet := range old {
		if _, ok := next[outlet]; !ok {
			changed = append(changed, outlet)
		}
	}
	return changed
}
