package services

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/outlets"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
	"reserva/internal/kit/text"
)

// Input is a new service.
type Input struct {
	TenantID    id.ID  `json:"tenant_id,omitempty" doc:"Redundant: must be your own."`
	Name        string `json:"name" minLength:"1" maxLength:"200" example:"Haircut"`
	Slug        string `json:"slug,omitempty" maxLength:"60" example:"haircut" doc:"Made of the name where absent."`
	Description string `json:"description,omitempty" maxLength:"5000"`
	Category    string `json:"category,omitempty" maxLength:"100" example:"hair_styling" doc:"Kept in lower snake case: Hair Styling is hair_styling."`

	Duration       int   `json:"duration_minutes" minimum:"5" maximum:"1440" multipleOf:"5" example:"60"`
	Preparation    int   `json:"preparation_minutes,omitempty" minimum:"0" maximum:"480" multipleOf:"5" example:"0"`
	Cleanup        int   `json:"cleanup_minutes,omitempty" minimum:"0" maximum:"480" multipleOf:"5" example:"10"`
	ProcessingGaps []Gap `json:"processing_gaps,omitempty" maxItems:"20" doc:"Stretches of the duration in which the staff member is free for others."`

	MaxAdvanceDays  opt.Field[int]  `json:"max_advance_booking_days,omitzero" minimum:"0" maximum:"730" doc:"Where absent, 30."`
	MinAdvanceHours int             `json:"min_advance_booking_hours,omitempty" minimum:"0" maximum:"8760"`
	RequiresStaff   opt.Field[bool] `json:"requires_staff,omitzero" doc:"Where absent, true."`
	StaffCount      opt.Field[int]  `json:"required_staff_count,omitzero" minimum:"1" maximum:"20" doc:"Where absent, 1."`
	AllowParallel   bool            `json:"allow_parallel_bookings,omitempty"`
	MaxParallel     opt.Field[int]  `json:"max_parallel_bookings,omitzero" minimum:"1" maximum:"1000" doc:"At least 2 with allow_parallel_bookings."`

	Resources []ResourceNeed `json:"required_resources,omitempty" maxItems:"10" doc:"The rooms, chairs and machines that it takes, each kind once."`

	Pricing PricingInput `json:"pricing"`

	Prepayment          opt.Field[outlets.PricePart] `json:"prepayment,omitzero" doc:"What of the price is to be paid before a booking stands; null for what the outlet says."`
	NoShowFee           opt.Field[outlets.PricePart] `json:"no_show_fee,omitzero" doc:"What is kept of the price, or charged, where the customer does not come; null for what the outlet says."`
	LateCancellationFee opt.Field[outlets.PricePart] `json:"late_cancellation_fee,omitzero" doc:"The same where the customer cancels too late; null for what the outlet says."`

	Tags          []string          `json:"tags,omitempty" maxItems:"50"`
	ImageURL      string            `json:"image_url,omitempty" maxLength:"500" example:"https://bellavista.com/haircut.jpg"`
	IsActive      opt.Field[bool]   `json:"is_active,omitzero" doc:"Where absent, true."`
	Status        opt.Field[Status] `json:"status,omitzero" enum:"active,inactive,archived" doc:"Where absent, as is_active says."`
	OutletIDs     []id.ID           `json:"outlet_ids,omitempty" maxItems:"500" doc:"Where it is offered; empty for everywhere."`
	AssignedStaff []id.ID           `json:"assigned_staff,omitempty" maxItems:"1000" doc:"Who gives it."`
}

// PricingInput is what a new service costs.
type PricingInput struct {
	BasePrice             money.Decimal            `json:"base_price"`
	Currency              opt.Field[string]        `json:"currency,omitzero" maxLength:"3" example:"IDR" doc:"Where absent, the business's."`
	OutletPrices          map[string]money.Decimal `json:"outlet_prices,omitempty" doc:"Prices by outlet; needs PRO."`
	PromotionalPrice      opt.Field[money.Decimal] `json:"promotional_price,omitzero" example:"120000" doc:"Below base_price."`
	PromotionalValidUntil opt.Field[instant]       `json:"promotional_valid_until,omitzero" doc:"Without it there is no promotion."`
}

// change is the input as a change of a blank service, so that both are read by the
// same rules.
func (in Input) change() Change {
	c := Change{
		TenantID: in.TenantID, Name: opt.Some(in.Name), Description: opt.Some(in.Description), Category: opt.Some(in.Category),
		Duration: opt.Some(in.Duration), Preparation: opt.Some(in.Preparation), Cleanup: opt.Some(in.Cleanup),
		ProcessingGaps: opt.Some(in.ProcessingGaps), MaxAdvanceDays: in.MaxAdvanceDays, MinAdvanceHours: opt.Some(in.MinAdvanceHours),
		RequiresStaff: in.RequiresStaff, StaffCount: in.StaffCount, AllowParallel: opt.Some(in.AllowParallel), MaxParallel: in.MaxParallel,
		Resources: opt.Some(in.Resources), Prepayment: in.Prepayment, NoShowFee: in.NoShowFee, LateCancellationFee: in.LateCancellationFee,
		Pricing: PricingChange{
			BasePrice: opt.Some(in.Pricing.BasePrice), Currency: in.Pricing.Currency, OutletPrices: opt.Some(in.Pricing.OutletPrices),
			PromotionalPrice: in.Pricing.PromotionalPrice, PromotionalValidUntil: in.Pricing.PromotionalValidUntil,
		},
		Tags: opt.Some(in.Tags), ImageURL: opt.Some(in.ImageURL), IsActive: in.IsActive, Status: in.Status,
		OutletIDs: opt.Some(in.OutletIDs),
	}
	if in.Slug != "" {
		c.Slug = opt.Some(in.Slug)
	}
	if len(in.AssignedStaff) > 0 {
		c.AssignedStaff = opt.Some(in.AssignedStaff)
	}
	return c
}

// maxSlug is the longest slug that is created.
const maxSlug = 60

// Add adds a service. It fails with tenants.ErrOther, outlets.ErrOutOfScope,
// subscriptions.ErrServiceLimit, ErrOutletPricePlan, ErrSlugTaken and
// ErrStaffUnknown.
func (o *Operations) Add(ctx context.Context, who access.Staff, in Input) (Service, error) {
	if err := ownTenant(who, in.TenantID); err != nil {
		return Service{}, err
	}
	c := in.change()
	if err := c.check(); err != nil {
		return Service{}, err
	}
	var out Service
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		old, plan, err := draft(ctx, tx, c)
		if err != nil {
			return err
		}
		next, err := c.apply(old)
		if err != nil {
			return err
		}
		if err := allow(ctx, tx, who, plan.Plan, old, next); err != nil {
			return err
		}
		insert(tx, next)
		recordPrices(tx, who, next.ID, priceChanges(nil, next.prices))
		if out, err = o.finish(ctx, tx, who, c, next); err != nil {
			return err
		}
		audit.Record(tx, who, "service.created", "service", out.ID, nil, out)
		return nil
	})
	if db.IsConflict(err, slugConstraint) {
		return Service{}, ErrSlugTaken
	}
	return out, err
}

// draft is the blank that a new service is made of, with a slug that is free. The
// lock on the subscription keeps two from passing the limit together.
func draft(ctx context.Context, tx *db.Tx, c Change) (record, subscriptions.Current, error) {
	candidates := []string{c.Slug.Value}
	if !c.Slug.Set {
		base := text.Slug(c.Name.Value, maxSlug)
		if base == "" {
			base = "service"
		}
		candidates = text.Slugs(base, maxSlug)
	}
	plan, brand := subscriptions.QueueLocked(tx), tenants.Queue(tx)
	used, taken := queueUsed(tx), queueTaken(tx, candidates)
	if err := tx.Flush(ctx); err != nil {
		return record{}, plan.Value, err
	}
	if !subscriptions.Allows(plan.Value.Limits().Services, used.Value) {
		return record{}, plan.Value, plan.Value.Plan.ServiceLimit()
	}
	free := slices.IndexFunc(candidates, func(slug string) bool { return !slices.Contains(taken.Rows, slug) })
	if free < 0 {
		return record{}, plan.Value, ErrSlugTaken
	}
	r := blank(tx.Tenant(), brand.Value.Currency)
	r.Slug = candidates[free]
	return r, plan.Value, nil
}
