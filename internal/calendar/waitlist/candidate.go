package waitlist

import (
	"time"

	"reserva/internal/calendar/appointments"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

// candidate is a wish that may be offered something.
type candidate struct {
	ID       id.ID       `db:"id"`
	Customer id.ID       `db:"customer_id"`
	Service  id.ID       `db:"service_id"`
	Staff    *id.ID      `db:"staff_id"`
	From     civil.Date  `db:"date_from"`
	To       civil.Date  `db:"date_to"`
	After    civil.Clock `db:"time_from"`
	Before   civil.Clock `db:"time_to"`
	Source   string      `db:"source"`
	Joined   time.Time   `db:"created_at"`

	fit fit `db:"-"`
}

func (c *candidate) staff() id.ID {
	if c.Staff == nil {
		return ""
	}
	return *c.Staff
}

// giver is who has to give what is offered; empty for anybody.
func (c *candidate) giver() id.ID {
	if c.Staff == nil {
		return c.fit.staff
	}
	return *c.Staff
}

// overBy tells whether an appointment is over in time: a member may take longer for the
// service than others do.
func (c *candidate) overBy(made *appointments.Appointment) bool {
	return c.Before == civil.EndOfDay || made.StartTime < made.EndTime && made.EndTime <= c.Before
}

func (c *candidate) digest(outlet id.ID, status string) digest {
	return digest{
		Status: status, Outlet: outlet, Customer: c.Customer, Service: c.Service, Staff: c.staff(),
		From: c.From, To: c.To, After: c.After, Before: c.Before,
	}
}

// key is what wishes have in common that are looked up in one diary.
type key struct {
	service  id.ID
	audience availability.Audience
}

func (c *candidate) key() key { return key{c.Service, audience(c.Source)} }
