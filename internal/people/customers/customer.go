package customers

import (
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Customer is what staff see.
type Customer struct {
	ID                   id.ID        `json:"id"`
	TenantID             id.ID        `json:"tenant_id"`
	Email                *string      `json:"email" example:"amelia.hart@example.com"`
	EmailVerified        bool         `json:"email_verified"`
	Phone                *string      `json:"phone" example:"+628123456789" doc:"E.164."`
	PhoneVerified        bool         `json:"phone_verified"`
	FirstName            string       `json:"first_name" example:"Amelia"`
	MiddleName           string       `json:"middle_name"`
	LastName             string       `json:"last_name" example:"Hart"`
	DateOfBirth          *civil.Date  `json:"date_of_birth" example:"1990-05-17"`
	Gender               *string      `json:"gender" enum:"male,female,other,prefer_not_to_say"`
	Address              Address      `json:"address"`
	Notes                string       `json:"notes"`
	Tags                 []string     `json:"tags"`
	Source               string       `json:"source" example:"staff_portal"`
	IsActive             bool         `json:"is_active"`
	IsGuest              bool         `json:"is_guest" doc:"Booked without an account, and never entered by staff."`
	HasPassword          bool         `json:"has_password" doc:"May sign in to the customer portal."`
	LoyaltyPoints        int64        `json:"loyalty_points"`
	MembershipTier       string       `json:"membership_tier" enum:"basic,silver,gold,platinum"`
	TotalAppointments    int          `json:"total_appointments" doc:"Of all times and states."`
	TotalSpent           money.Number `json:"total_spent" doc:"Paid for appointments, in the currency of the business; what is in another one is not counted"`
	FirstAppointmentDate *civil.Date  `json:"first_appointment_date"`
	LastAppointmentDate  *civil.Date  `json:"last_appointment_date"`
	Preferences          Preferences  `json:"preferences"`
	LastLogin            *time.Time   `json:"last_login"`
	CreatedAt            time.Time    `json:"created_at"`
	UpdatedAt            time.Time    `json:"updated_at"`
}

// Profile is what a customer sees of the own record: no notes and tags of staff.
type Profile struct {
	ID                  id.ID       `json:"id"`
	TenantID            id.ID       `json:"tenant_id"`
	Email               *string     `json:"email" example:"amelia.hart@example.com"`
	FirstName           string      `json:"first_name" example:"Amelia"`
	MiddleName          string      `json:"middle_name"`
	LastName            string      `json:"last_name" example:"Hart"`
	Phone               *string     `json:"phone" example:"+628123456789" doc:"E.164."`
	DateOfBirth         *civil.Date `json:"date_of_birth" example:"1990-05-17"`
	Gender              *string     `json:"gender" enum:"male,female,other,prefer_not_to_say"`
	EmailVerified       bool        `json:"email_verified"`
	PhoneVerified       bool        `json:"phone_verified"`
	Preferences         Preferences `json:"preferences"`
	LoyaltyPoints       int64       `json:"loyalty_points"`
	MembershipTier      string      `json:"membership_tier" enum:"basic,silver,gold,platinum"`
	TotalAppointments   int         `json:"total_appointments" doc:"Of all times and states."`
	LastAppointmentDate *civil.Date `json:"last_appointment_date"`
	CreatedAt           time.Time   `json:"created_at"`
}

// Account is the short form of a customer that sign-in answers with.
type Account struct {
	ID            id.ID     `json:"id" db:"id"`
	TenantID      id.ID     `json:"tenant_id" db:"tenant_id"`
	Email         *string   `json:"email" db:"email" example:"amelia.hart@example.com"`
	Phone         *string   `json:"phone" db:"phone" example:"+628123456789"`
	FirstName     string    `json:"first_name" db:"first_name" example:"Amelia"`
	LastName      string    `json:"last_name" db:"last_name" example:"Hart"`
	EmailVerified bool      `json:"email_verified" db:"email_verified"`
	PhoneVerified bool      `json:"phone_verified" db:"phone_verified"`
	CreatedAt     time.Time `json:"created_at" db:"created_at"`
}

// Address is a postal address; every part may be empty.
type Address struct {
	Street     string `json:"street,omitempty" maxLength:"200"`
	City       string `json:"city,omitempty" maxLength:"100"`
	State      string `json:"state,omitempty" maxLength:"100"`
	PostalCode string `json:"postal_code,omitempty" maxLength:"20"`
	Country    string `json:"country,omitempty" maxLength:"100"`
}

func (a Address) checked(c *checks) Address {
	return Address{
		Street:     c.line("address.street", a.Street, 200),
		City:       c.line("address.city", a.City, 100),
		State:      c.line("address.state", a.State, 100),
		PostalCode: c.line("address.postal_code", a.PostalCode, 20),
		Country:    c.line("address.country", a.Country, 100),
	}
}

// Where a customer came from.
const (
	sourceWebsite = "website"
	sourceStaff   = "staff_portal"
	sourceGuest   = "guest_booking"
)

// tagStaffCreated marks walk-ins that staff entered.
const tagStaffCreated = "staff-created"
