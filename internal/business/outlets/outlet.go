package outlets

import (
	"time"

	"reserva/internal/access"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// Faults of this package; ErrNotFound stands beside the Router.
var (
	ErrOutOfScope = fault.New(fault.Forbidden, "outlet.out_of_scope", "You do not work at this outlet.")
	ErrSlugTaken  = fault.New(fault.Conflict, "outlet.slug_taken", "Another outlet has this slug.")
	ErrHasFuture  = fault.New(fault.Conflict, "outlet.has_appointments",
		"The outlet has upcoming appointments. Cancel or move them first.")
	ErrClockInUse = fault.New(fault.Conflict, "outlet.timezone_in_use",
		"The outlet has upcoming appointments, whose times another time zone would change.").WithExtra(map[string]any{"upcoming_appointments": 0})
	ErrNotDeleted = fault.New(fault.Conflict, "outlet.not_deleted", "The outlet is not deleted.")
	ErrPurge      = fault.New(fault.Forbidden, "outlet.purge", "Only the operator of the platform may purge outlets.")

	ErrDateNotFound = fault.New(fault.NotFound, "outlet.date_not_found", "The outlet has no special hours on that date.")
)

// Status says whether an outlet takes bookings.
type Status string

// The statuses. Only active outlets are shown to the public and booked at.
const (
	Active            Status = "active"
	Inactive          Status = "inactive"
	TemporarilyClosed Status = "temporarily_closed"
)

// Outlet is the documented object.
type Outlet struct {
	ID            id.ID      `json:"id"`
	TenantID      id.ID      `json:"tenant_id"`
	Name          string     `json:"name" example:"Bella Vista Downtown"`
	Slug          string     `json:"slug" example:"bella-vista-downtown"`
	Description   string     `json:"description"`
	Status        Status     `json:"status" enum:"active,inactive,temporarily_closed"`
	IsDefault     bool       `json:"is_default" doc:"Where bookings go that name no outlet."`
	IsDeleted     bool       `json:"is_deleted" doc:"Such outlets are listed only with include_deleted."`
	Address       Address    `json:"address"`
	Contact       Contact    `json:"contact"`
	BusinessHours []DayHours `json:"business_hours" doc:"Empty until hours were stated."`
	Settings      Settings   `json:"settings"`
	Stats         Stats      `json:"stats"`
	CreatedAt     time.Time  `json:"created_at"`
	UpdatedAt     time.Time  `json:"updated_at"`
}

// Address is where an outlet is.
type Address struct {
	Street     string `json:"street" db:"street" example:"Jl. Sudirman 12"`
	City       string `json:"city" db:"city" example:"Jakarta"`
	State      string `json:"state" db:"state" example:"DKI Jakarta"`
	PostalCode string `json:"postal_code" db:"postal_code" example:"10220"`
	Country    string `json:"country" db:"country" example:"ID" doc:"ISO 3166, two letters."`
}

// Contact is how an outlet is reached.
type Contact struct {
	Phone   string `json:"phone" db:"phone" example:"+622155512345" doc:"E.164 where the number could be read."`
	Email   string `json:"email" db:"email" example:"downtown@bellavista.com"`
	Website string `json:"website" db:"website" example:"https://bellavista.com/downtown"`
}

// Stats are counted when asked.
type Stats struct {
	StaffCount          int `json:"staff_count" db:"staff_count" doc:"Active staff members who work here."`
	ActiveServicesCount int `json:"active_services_count" db:"active_services_count" doc:"Active services that are offered here."`
	TotalAppointments   int `json:"total_appointments" db:"total_appointments" doc:"Of all times and states."`
}

// reach keeps users to their outlets. Ask it about outlets that are there: an
// absent one is ErrNotFound to everybody.
func reach(who access.Staff, outlet id.ID) error {
	if !who.CanOutlet(outlet) {
		return ErrOutOfScope
	}
	return nil
}

// ownTenant refuses a redundant tenant_id that is not the caller's.
func ownTenant(who access.Staff, tenant id.ID) error {
	if tenant != "" && tenant != who.Tenant {
		return tenants.ErrOther
	}
	return nil
}
