package services

import (
	"time"

	"reserva/internal/access"
	"reserva/internal/business/outlets"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Faults of this package.
var (
	ErrNotFound        = fault.New(fault.NotFound, "service.not_found", "There is no such service.")
	ErrSlugTaken       = fault.New(fault.Conflict, "service.slug_taken", "Another service has this slug.")
	ErrInPackage       = fault.New(fault.Conflict, "service.in_package", "The service is part of an active package. Archive it instead.")
	ErrUpcoming        = fault.New(fault.Conflict, "service.has_appointments", "The service has upcoming appointments. Archive it instead.")
	ErrNotRetired      = fault.New(fault.Conflict, "service.not_retired", "The service is neither archived nor removed.")
	ErrOutletPricePlan = fault.New(fault.PaymentRequired, "plan.outlet_prices",
		"Prices that differ by outlet need the PRO plan or a higher one.")
	ErrNotGiven      = fault.New(fault.NotFound, "service.not_given", "There is no such staff member who gives the service.")
	ErrPriceNotFound = fault.New(fault.NotFound, "service.price_not_found", "The service has no price of its own at this outlet.")
)

// Status says whether a service can be booked.
type Status string

// The statuses. Only active services can be booked and are shown to customers;
// is_active says the same as a switch.
const (
	Active   Status = "active"
	Inactive Status = "inactive"
	Archived Status = "archived"
)

// Service is the documented object.
type Service struct {
	ID          id.ID  `json:"id"`
	SameID      id.ID  `json:"_id" doc:"The same as id."`
	TenantID    id.ID  `json:"tenant_id"`
	Name        string `json:"name" example:"Haircut"`
	Slug        string `json:"slug" example:"haircut"`
	Description string `json:"description"`
	Category    string `json:"category" example:"hair_styling"`

	Timing
	Booking
	Pricing        Pricing    `json:"pricing"`
	EffectivePrice money.Text `json:"effective_price" doc:"What it costs now, at the outlet that was asked about."`
	PriceSource    string     `json:"price_source" enum:"promotional_price,outlet_override,base_price"`
	Promises

	Tags          []string `json:"tags"`
	ImageURL      *string  `json:"image_url"`
	IsActive      bool     `json:"is_active"`
	Status        Status   `json:"status" enum:"active,inactive,archived"`
	IsDeleted     bool     `json:"is_deleted" doc:"Such services are listed only with include_deleted, and can be restored."`
	OutletIDs     []id.ID  `json:"outlet_ids" doc:"Where it is offered; empty for everywhere."`
	AssignedStaff []id.ID  `json:"assigned_staff" doc:"Who gives it."`

	// Not StaffCount: the document would then leave out the one of Booking.
	StaffIDs      []id.ID `json:"staff_ids,omitempty" doc:"With include_staff: the same as assigned_staff."`
	AssignedCount *int    `json:"staff_count,omitempty" doc:"With include_staff."`

	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Promises are what customers promise with a booking.
type Promises struct {
	Prepayment          *outlets.PricePart `json:"prepayment" doc:"What of the price is to be paid before a booking stands; null for what the outlet says."`
	NoShowFee           *outlets.PricePart `json:"no_show_fee" doc:"What is kept of the price, or charged, where the customer does not come; null for what the outlet says."`
	LateCancellationFee *outlets.PricePart `json:"late_cancellation_fee" doc:"The same where the customer cancels too late; null for what the outlet says."`
}

// Timing is how long a service takes, in minutes.
type Timing struct {
	Duration       int   `json:"duration_minutes" db:"duration_minutes" example:"60"`
	Preparation    int   `json:"preparation_minutes" db:"preparation_minutes" example:"0" doc:"Before it; part of a slot's length."`
	Cleanup        int   `json:"cleanup_minutes" db:"cleanup_minutes" example:"0" doc:"After it; part of a slot's length."`
	ProcessingGaps []Gap `json:"processing_gaps" db:"processing_gaps" doc:"When the staff member is free for others meanwhile."`
}

// Gap is processing time: minutes [From, To) of the duration.
type Gap struct {
	From int `json:"from_minute" minimum:"0" maximum:"1440" example:"20"`
	To   int `json:"to_minute" minimum:"0" maximum:"1440" example:"40"`
}

// Booking is how a service is booked.
type Booking struct {
	MaxAdvanceDays  int  `json:"max_advance_booking_days" db:"max_advance_booking_days" example:"30" doc:"How far ahead customers may book."`
	MinAdvanceHours int  `json:"min_advance_booking_hours" db:"min_advance_booking_hours" example:"0" doc:"How long before its start customers may still book."`
	RequiresStaff   bool `json:"requires_staff" db:"requires_staff" doc:"Otherwise each outlet has one unit of it, or as many as it has of the first required resource."`
	StaffCount      int  `json:"required_staff_count" db:"required_staff_count" example:"1" doc:"How many staff members it takes at once."`
	AllowParallel   bool `json:"allow_parallel_bookings" db:"allow_parallel_bookings" doc:"Several customers share one run of it."`
	MaxParallel     int  `json:"max_parallel_bookings" db:"max_parallel_bookings" example:"1" doc:"How many, where they may."`

	Resources []ResourceNeed `json:"required_resources" db:"required_resources" doc:"The rooms, chairs and machines that it takes, from the preparation to the cleanup."`
}

// ResourceNeed is how many units of one kind of resource a service takes.
type ResourceNeed struct {
	Kind     string `json:"kind" minLength:"1" maxLength:"40" example:"treatment_room"`
	Quantity int    `json:"quantity" minimum:"1" maximum:"20" example:"1"`
}

// Pricing is what a service costs, in its currency.
type Pricing struct {
	BasePrice             money.Text           `json:"base_price"`
	Currency              money.Currency       `json:"currency"`
	OutletPrices          map[id.ID]money.Text `json:"outlet_prices" doc:"By outlet, where it differs from the base price."`
	PromotionalPrice      *money.Text          `json:"promotional_price" doc:"Beats all other prices while it lasts."`
	PromotionalValidUntil *time.Time           `json:"promotional_valid_until" doc:"When the promotion ends. Without it there is none."`
}

// ServicePricing is the answer of the pricing endpoints.
type ServicePricing struct {
	ID      id.ID   `json:"id"`
	SameID  id.ID   `json:"_id" doc:"The same as id."`
	Pricing Pricing `json:"pricing"`
}

// Offer is what customers see of a service.
type Offer struct {
	ID             id.ID      `json:"id"`
	SameID         id.ID      `json:"_id" doc:"The same as id."`
	Name           string     `json:"name" example:"Haircut"`
	Slug           string     `json:"slug" example:"haircut"`
	Description    string     `json:"description"`
	Category       string     `json:"category" example:"hair_styling"`
	Duration       int        `json:"duration_minutes" example:"60"`
	Preparation    int        `json:"preparation_minutes" example:"0"`
	Cleanup        int        `json:"cleanup_minutes" example:"0"`
	TotalMinutes   int        `json:"total_minutes" example:"60" doc:"The length of a slot: all three together."`
	AllowParallel  bool       `json:"allow_parallel_bookings"`
	MaxParallel    int        `json:"max_parallel_bookings" example:"1"`
	Pricing        OfferPrice `json:"pricing"`
	EffectivePrice money.Text `json:"effective_price" doc:"What it costs now, at the outlet that was asked about."`
	PriceSource    string     `json:"price_source" enum:"promotional_price,outlet_override,base_price"`
	Promises
	Tags      []string `json:"tags"`
	ImageURL  *string  `json:"image_url"`
	OutletIDs []id.ID  `json:"outlet_ids" doc:"Where it is offered; empty for everywhere."`
}

// OfferPrice is what customers see of a Pricing.
type OfferPrice struct {
	BasePrice             money.Text     `json:"base_price"`
	Currency              money.Currency `json:"currency"`
	PromotionalPrice      *money.Text    `json:"promotional_price" doc:"Null unless it is valid now."`
	PromotionalValidUntil *time.Time     `json:"promotional_valid_until"`
}

// ownTenant refuses a redundant tenant_id that is not the caller's.
func ownTenant(who access.Staff, tenant id.ID) error {
	if tenant != "" && tenant != who.Tenant {
		return tenants.ErrOther
	}
	return nil
}

// reach keeps users to the prices of their outlets.
func reach(who access.Staff, outlet id.ID) error {
	if !who.CanOutlet(outlet) {
		return outlets.ErrOutOfScope
	}
	return nil
}
