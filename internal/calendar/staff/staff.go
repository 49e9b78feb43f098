package staff

import (
	"encoding/json"
	"slices"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// Faults of this package.
var (
	ErrNotFound   = fault.New(fault.NotFound, "staff.not_found", "There is no such staff member.")
	ErrOwnProfile = fault.New(fault.Forbidden, "staff.own_profile", "Of your own profile you may change the bio, the picture and the Instagram handle.")
	ErrManagers   = fault.New(fault.Forbidden, "staff.managers_only", "Only those who manage the staff member's outlet may do this.")

	ErrEmailTaken = fault.New(fault.Conflict, "staff.email_taken", "Another staff member has this e-mail address.")
	ErrUserTaken  = fault.New(fault.Conflict, "staff.user_taken", "Another staff member is linked to this user.")
	ErrUpcoming   = fault.New(fault.Conflict, "staff.has_appointments",
		"The staff member has upcoming appointments. Cancel or move them first.").WithExtra(map[string]any{"affected_appointments": []Affected{}})
	ErrNotRemoved = fault.New(fault.Conflict, "staff.not_removed", "The staff member was not removed.")

	ErrUnknownService = fault.New(fault.BadRequest, "staff.unknown_service", "One of the services does not exist or is not active.")
	ErrUnknownUser    = fault.New(fault.BadRequest, "staff.unknown_user", "The user does not belong to this business.")
)

// Status is what became of somebody's employment.
type Status string

// The statuses.
const (
	Active     Status = "active"
	Inactive   Status = "inactive"
	Terminated Status = "terminated"
	OnLeave    Status = "on_leave"
)

// employed tells whether a status counts as active.
func (s Status) employed() bool { return s == Active || s == OnLeave }

// Member is a staff member: the documented object.
type Member struct {
	ID        id.ID   `json:"id"`
	AlsoID    id.ID   `json:"_id" doc:"The same as id."`
	TenantID  id.ID   `json:"tenant_id"`
	OutletID  id.ID   `json:"outlet_id" doc:"The primary outlet."`
	OutletIDs []id.ID `json:"outlet_ids" doc:"All outlets, the primary one included."`
	UserID    *id.ID  `json:"user_id" doc:"The linked user of the staff portal."`

	FirstName   string `json:"first_name" example:"Ayu"`
	LastName    string `json:"last_name" example:"Lestari"`
	DisplayName string `json:"display_name" example:"Ayu L." doc:"What customers see; the full name where none was given."`
	Email       string `json:"email" example:"ayu@bellavista.com"`
	Phone       string `json:"phone" example:"+628123456789"`

	Position       string      `json:"position" example:"Senior Hair Stylist"`
	EmploymentType string      `json:"employment_type" enum:"full_time,part_time,contract,freelance,intern"`
	EmployeeID     string      `json:"employee_id" example:"EMP-007"`
	HireDate       *civil.Date `json:"hire_date"`
	BirthDate      *civil.Date `json:"birth_date" example:"1994-08-21"`

	HourlyRate opt.Field[money.Number] `json:"hourly_rate,omitzero" doc:"In the business's currency; for managers only."`
	Salary     opt.Field[money.Number] `json:"salary,omitzero" doc:"As hourly_rate."`
	Commission *Commission             `json:"commission,omitempty" doc:"For managers only."`

	IsBookable            bool    `json:"is_bookable" doc:"May be booked."`
	AcceptsOnlineBooking  bool    `json:"accepts_online_booking" doc:"May be booked by customers themselves."`
	MaxAdvanceBookingDays *int    `json:"max_advance_booking_days" doc:"How far ahead customers may book; null sets no limit of its own."`
	Bio                   string  `json:"bio"`
	ProfileImageURL       *string `json:"profile_image_url" example:"https://bellavista.com/ayu.jpg"`
	InstagramHandle       *string `json:"instagram_handle" example:"ayu.hair"`
	Skills                Skills  `json:"skills"`

	Status            Status     `json:"status" enum:"active,inactive,terminated,on_leave"`
	IsActive          bool       `json:"is_active" doc:"True while the status is active or on_leave."`
	IsDeleted         bool       `json:"is_deleted" doc:"Such staff members are listed only with include_deleted, and can be restored."`
	AverageRating     *float64   `json:"average_rating" doc:"Null without ratings."`
	RatingCount       int        `json:"rating_count"`
	TotalBookings     int        `json:"total_bookings" doc:"Of all times, cancelled ones left out."`
	NextAvailableSlot *time.Time `json:"next_available_slot" doc:"Where one member is read: the next start that can be booked within two weeks; null in lists."`
	CreatedAt         time.Time  `json:"created_at"`
	UpdatedAt         time.Time  `json:"updated_at"`

	AffectedAppointments []Affected `json:"affected_appointments,omitempty" doc:"Where the member was just put on leave: the first hundred upcoming appointments with them. They stand."`
}

// Skills are what a staff member can be booked for and is good at.
type Skills struct {
	ServiceIDs      []id.ID  `json:"service_ids" doc:"The services that the member can be booked for."`
	Services        []Skill  `json:"services" doc:"The same services, with what the member takes for each."`
	Specialties     []string `json:"specialties" example:"[\"balayage\"]"`
	Certifications  []string `json:"certifications" example:"[\"L'Oreal Colour Specialist\"]"`
	YearsExperience int      `json:"years_experience" minimum:"0" maximum:"80"`
}

// Commission is a staff member's share of what they sell.
type Commission struct {
	BaseCommissionRate money.Rate            `json:"base_commission_rate,omitzero" example:"0.15" doc:"A fraction of the price."`
	ServiceRates       map[string]money.Rate `json:"service_rates,omitempty" doc:"Service id to a rate of its own."`
	PerformanceTiers   []Tier                `json:"performance_tiers,omitempty" maxItems:"20" doc:"Rates that begin at a month's revenue."`
}

// services are those that have a rate of their own, in order.
func (c Commission) services() []id.ID {
	ids := make([]id.ID, 0, len(c.ServiceRates))
	for service := range c.ServiceRates {
		ids = append(ids, id.ID(service))
	}
	slices.Sort(ids)
	return ids
}

// Tier is a rate from a revenue on.
type Tier struct {
	MinRevenue money.Decimal `json:"min_revenue" example:"10000000"`
	Rate       money.Rate    `json:"rate" example:"0.2"`
}

// MarshalJSON writes every key, the empty ones as well.
func (c Commission) MarshalJSON() ([]byte, error) {
	out := struct {
		Base  money.Rate            `json:"base_commission_rate"`
		Rates map[string]money.Rate `json:"service_rates"`
		Tiers []Tier                `json:"performance_tiers"`
	}{c.BaseCommissionRate, c.ServiceRates, c.PerformanceTiers}
	if out.Rates == nil {
		out.Rates = map[string]money.Rate{}
	}
	if out.Tiers == nil {
		out.Tiers = []Tier{}
	}
	return json.Marshal(out)
}

// Name is how a staff member is shown where no display name was given.
func Name(display, first, last string) string {
	switch {
	case display != "":
		return display
	case last == "":
		return first
	default:
		return first + " " + last
	}
}

// seesPay tells who is shown what staff members earn.
func seesPay(who access.Staff) bool { return who.Meets(access.StaffWrite) }
