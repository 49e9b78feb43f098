package services

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/audit"
	"reserva/internal/business/outlets"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// instant is a moment of a body, in UTC where it names no offset.
type instant = api.Instant

// Change is a partial update of a service: what is absent stays, and null brings
// back the default. Pricing is merged key by key.
type Change struct {
	TenantID    id.ID             `json:"tenant_id,omitempty" doc:"Redundant: must be your own."`
	Name        opt.Field[string] `json:"name,omitzero" maxLength:"200" example:"Haircut"`
	Slug        opt.Field[string] `json:"slug,omitzero" maxLength:"60" example:"haircut"`
	Description opt.Field[string] `json:"description,omitzero" maxLength:"5000"`
	Category    opt.Field[string] `json:"category,omitzero" maxLength:"100" example:"hair_styling" doc:"Kept in lower snake case: Hair Styling is hair_styling."`

	Duration       opt.Field[int]   `json:"duration_minutes,omitzero" minimum:"5" maximum:"1440" multipleOf:"5" example:"60"`
	Preparation    opt.Field[int]   `json:"preparation_minutes,omitzero" minimum:"0" maximum:"480" multipleOf:"5" example:"0"`
	Cleanup        opt.Field[int]   `json:"cleanup_minutes,omitzero" minimum:"0" maximum:"480" multipleOf:"5" example:"10"`
	ProcessingGaps opt.Field[[]Gap] `json:"processing_gaps,omitzero" maxItems:"20"`

	MaxAdvanceDays  opt.Field[int]  `json:"max_advance_booking_days,omitzero" minimum:"0" maximum:"730"`
	MinAdvanceHours opt.Field[int]  `json:"min_advance_booking_hours,omitzero" minimum:"0" maximum:"8760"`
	RequiresStaff   opt.Field[bool] `json:"requires_staff,omitzero"`
	StaffCount      opt.Field[int]  `json:"required_staff_count,omitzero" minimum:"1" maximum:"20"`
	AllowParallel   opt.Field[bool] `json:"allow_parallel_bookings,omitzero"`
	MaxParallel     opt.Field[int]  `json:"max_parallel_bookings,omitzero" minimum:"1" maximum:"1000"`

	Resources opt.Field[[]ResourceNeed] `json:"required_resources,omitzero" maxItems:"10" doc:"Replaces the list; empty for none."`

	Pricing PricingChange `json:"pricing,omitzero"`

	Prepayment          opt.Field[outlets.PricePart] `json:"prepayment,omitzero" doc:"What of the price is to be paid before a booking stands; null for what the outlet says."`
	NoShowFee           opt.Field[outlets.PricePart] `json:"no_show_fee,omitzero" doc:"What is kept of the price, or charged, where the customer does not come; null for what the outlet says."`
	LateCancellationFee opt.Field[outlets.PricePart] `json:"late_cancellation_fee,omitzero" doc:"The same where the customer cancels too late; null for what the outlet says."`

	Tags          opt.Field[[]string] `json:"tags,omitzero" maxItems:"50"`
	ImageURL      opt.Field[string]   `json:"image_url,omitzero" maxLength:"500"`
	IsActive      opt.Field[bool]     `json:"is_active,omitzero"`
	Status        opt.Field[Status]   `json:"status,omitzero" enum:"active,inactive,archived"`
	OutletIDs     opt.Field[[]id.ID]  `json:"outlet_ids,omitzero" maxItems:"500" doc:"Replaces the list; empty for everywhere."`
	AssignedStaff opt.Field[[]id.ID]  `json:"assigned_staff,omitzero" maxItems:"1000" doc:"Replaces the list."`
}

// PricingChange is a partial update of what a service costs.
type PricingChange struct {
	BasePrice             opt.Field[money.Decimal]            `json:"base_price,omitzero"`
	Currency              opt.Field[string]                   `json:"currency,omitzero" maxLength:"3" example:"IDR" doc:"Prices that are not sent with it keep their numbers."`
	OutletPrices          opt.Field[map[string]money.Decimal] `json:"outlet_prices,omitzero" doc:"Replaces them all; needs PRO."`
	PromotionalPrice      opt.Field[money.Decimal]            `json:"promotional_price,omitzero" example:"120000" doc:"Null ends the promotion."`
	PromotionalValidUntil opt.Field[instant]                  `json:"promotional_valid_until,omitzero"`
}

// Update changes a service. It fails with tenants.ErrOther, outlets.ErrOutOfScope,
// ErrNotFound, ErrOutletPricePlan, ErrSlugTaken and ErrStaffUnknown.
func (o *Operations) Update(ctx context.Context, who access.Staff, service id.ID, c Change) (Service, error) {
	if err := ownTenant(who, c.TenantID); err != nil {
		return Service{}, err
	}
	if err := c.check(); err != nil {
		return Service{}, err
	}
	out, err := o.change(ctx, who, service, "service.updated", c, func(r record) (record, error) {
		return c.apply(c.Pricing.forgetEnded(r, o.db.Now()))
	})
	if db.IsConflict(err, slugConstraint) {
		return Service{}, ErrSlugTaken
	}
	return out, err
}

// change runs one change of a service under its lock and records it; c says which
// of its lists to write.
func (o *Operations) change(
	ctx context.Context, who access.Staff, service id.ID, action string, c Change, apply func(record) (record, error),
) (Service, error) {
	var out Service
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		plan := subscriptions.Queue(tx)
		old, err := lock(ctx, tx, service)
		if err != nil {
			return err
		}
		next, err := apply(old)
		if err != nil {
			return err
		}
		if err := allow(ctx, tx, who, plan.Value.Plan, old, next); err != nil {
			return err
		}
		update(tx, next)
		recordPrices(tx, who, service, priceChanges(&old.prices, next.prices))
		if out, err = o.finish(ctx, tx, who, c, next); err != nil {
			return err
		}
		audit.Record(tx, who, action, "service", service, old.service("", tx.Now()), out)
		return nil
	})
	return out, err
}

// finish writes the lists of a service that a change has set, and reads it back.
func (o *Operations) finish(ctx context.Context, tx *db.Tx, who access.Staff, c Change, next record) (Service, error) {
	if c.OutletIDs.Set {
		replaceOutlets(tx, next.ID, next.OutletIDs)
	}
	if c.Pricing.OutletPrices.Set || c.Pricing.Currency.Set {
		replacePrices(tx, next.ID, next.Outlets)
	}
	if c.AssignedStaff.Set {
		if err := o.assign(ctx, tx, who, next.ID, c.AssignedStaff.Value); err != nil {
			return Service{}, err
		}
	}
	r, err := load(ctx, tx, next.ID)
	return r.service("", tx.Now()), err
}

func (o *Operations) assign(ctx context.Context, tx *db.Tx, who access.Staff, service id.ID, staff []id.ID) error {
	if o.links.Staff == nil {
		return ErrStaffUnknown
	}
	return o.links.Staff.AssignService(ctx, tx, who, service, staff)
}

// allow refuses outlets that are not there, what changes the offer or the prices of
// others' outlets, and outlet prices beyond the plan. What a service already had is let be.
func allow(ctx context.Context, tx *db.Tx, who access.Staff, plan subscriptions.Plan, old, next record) error {
	changed, named := changedPrices(old.Outlets, next.Outlets), added(old.OutletIDs, next.OutletIDs)
	set := []id.ID{}
	for _, outlet := range changed {
		if _, ok := next.Outlets[outlet]; ok {
			set = append(set, outlet)
		}
	}
	if len(set) > 0 && !plan.Limits().OutletPrices {
		return ErrOutletPricePlan
	}
	if err := knownKinds(ctx, tx, old.Resources, next.Resources); err != nil {
		return err
	}
	if asked := append(append([]id.ID{}, named...), set...); len(asked) > 0 {
		known := queueOutlets(tx, asked)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if len(added(known.Rows, named)) > 0 {
			return fault.InvalidField("outlet_ids", "names an outlet that is not there")
		}
		if len(added(known.Rows, set)) > 0 {
			return fault.InvalidField("pricing.outlet_prices", "names an outlet that is not there")
		}
	}
	for _, outlet := range slices.Concat(changed, named, added(next.OutletIDs, old.OutletIDs)) {
		if err := reach(who, outlet); err != nil {
			return err
		}
	}
	return nil
}
