package tenants

import (
	"strings"
	"time"

	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Faults of this package.
var (
	ErrUnknown = fault.New(fault.NotFound, "tenant.not_found", "There is no such business.")
	ErrOther   = fault.New(fault.Forbidden, "tenant.other", "You may only use your own business.")

	ErrSlugFixed     = fault.New(fault.BadRequest, "tenant.slug_fixed", "The slug of a business cannot be changed.")
	ErrPlanElsewhere = fault.New(fault.BadRequest, "tenant.plan_elsewhere", "Plan and status are changed through /subscriptions.")

	ErrOwnCategories = fault.New(fault.PaymentRequired, "plan.category_templates",
		"Subscription limit reached. Category templates of your own need the PRO plan.")
	ErrPaidPlan = fault.New(fault.Conflict, "tenant.paid_plan",
		"The business has an active paid subscription. Cancel it first, or say force=true.")
)

// Tenant is the documented object.
type Tenant struct {
	ID              id.ID        `json:"id"`
	Name            string       `json:"name" example:"Bella Vista Spa"`
	Slug            string       `json:"slug" example:"bella-vista-spa"`
	Email           string       `json:"email" example:"contact@bellavista.com"`
	Phone           string       `json:"phone" example:"+15559876543" doc:"E.164 where the number could be read."`
	Description     string       `json:"description"`
	Website         string       `json:"website" example:"https://bellavista.com"`
	LogoURL         *string      `json:"logo_url"`
	ThemeColor      *string      `json:"theme_color" example:"#7c3aed" doc:"The setting of the same name."`
	IsActive        bool         `json:"is_active"`
	Subscription    Subscription `json:"subscription"`
	Settings        Settings     `json:"settings"`
	ClientPartnerID *string      `json:"client_partner_id" doc:"The payment gateway's name of this business, null until it answered."`
	CreatedAt       time.Time    `json:"created_at"`
	UpdatedAt       time.Time    `json:"updated_at"`

	fee *money.Rate // in place of the plan's; nil for the plan's
}

// Subscription is what a tenant's profile shows of its plan.
type Subscription struct {
	Plan               string     `json:"plan" enum:"free,pro,enterprise"`
	PlanType           string     `json:"plan_type" enum:"FREE,PRO,ENTERPRISE"`
	Status             string     `json:"status" example:"active"`
	TrialEndsAt        *time.Time `json:"trial_ends_at"`
	CurrentPeriodStart time.Time  `json:"current_period_start"`
	CurrentPeriodEnd   time.Time  `json:"current_period_end"`
}

// Card is what anybody may know of a business: no settings, no subscription.
type Card struct {
	Name         string  `json:"name" db:"name" example:"Bella Vista Spa"`
	Slug         string  `json:"slug" db:"slug" example:"bella-vista-spa"`
	Description  string  `json:"description" db:"description"`
	Website      string  `json:"website" db:"website" example:"https://bellavista.com"`
	BusinessType string  `json:"business_type" db:"business_type" example:"spa"`
	LogoURL      *string `json:"logo_url" db:"logo_url"`
	OutletsCount int     `json:"outlets_count" db:"outlets_count" doc:"How many outlets are open for business."`
	SupportEmail string  `json:"support_email" db:"support_email" example:"contact@bellavista.com"`
	SupportPhone string  `json:"support_phone" db:"support_phone" example:"+15559876543"`
}

// Registered is published by registration, to be worked half a minute later: by
// then the registration itself is over.
type Registered struct {
	TenantID id.ID `json:"tenant_id"`
}

// EventName implements jobs.Event.
func (Registered) EventName() string { return "tenant.registered" }

// businessTypes are the documented kinds of business.
var businessTypes = []string{
	"beauty_salon", "hair_salon", "spa", "nail_salon", "barber_shop", "medical_spa", "aesthetic_clinic",
	"wellness_center", "makeup_studio", "tattoo_studio", "other",
}

// ParseBusinessType reads a kind of business in any case and with the spellings
// that the guides use beside the documented ones; empty is "other".
func ParseBusinessType(raw string) (string, bool) {
	name := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(raw)))
	switch name {
	case "":
		return "other", true
	case "salon":
		return "beauty_salon", true
	case "barbershop", "barber":
		return "barber_shop", true
	}
	for _, known := range businessTypes {
		if name == known {
			return known, true
		}
	}
	return "", false
}
