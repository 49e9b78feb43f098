package appointments

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Line is one service of a booking request. Prices are the server's: what a client
// sends is ignored.
type Line struct {
	ServiceID       id.ID          `json:"service_id"`
	StaffID         *id.ID         `json:"staff_id,omitempty" doc:"Who has to serve; anybody qualified when absent" nullable:"true"`
	DurationMinutes *int           `json:"duration_minutes,omitempty" doc:"Redundant: where it is sent, it has to be what the service takes, in the catalogue or with whoever gives it"`
	Price           *money.Decimal `json:"price,omitempty" doc:"Ignored: the catalogue decides"`
}

// Create is the desk's request.
type Create struct {
	TenantID        *id.ID      `json:"tenant_id,omitempty" doc:"Redundant; has to be the token's"`
	CustomerID      id.ID       `json:"customer_id"`
	OutletID        id.ID       `json:"outlet_id"`
	AppointmentDate civil.Date  `json:"appointment_date" doc:"At the outlet"`
	StartTime       civil.Clock `json:"start_time" doc:"Begin of the preparation, wall clock of the outlet" example:"14:30"`
	Services        []Line      `json:"services" minItems:"1" maxItems:"300" doc:"They follow one another in this order. FREE allows 20 in one appointment, the other plans as many as a day holds."`
	Notes           string      `json:"notes,omitempty" maxLength:"500"`
	Credit
	AppointmentType string `json:"appointment_type,omitempty" enum:"walk_in,scheduled" default:"scheduled" doc:"walk_in is somebody who has come: it begins within 30 minutes, where the outlet allows walk-ins"`
}

// CreateOwn is a customer's request.
type CreateOwn struct {
	TenantID        *id.ID      `json:"tenant_id,omitempty" doc:"Redundant; has to be the token's"`
	OutletID        id.ID       `json:"outlet_id"`
	AppointmentDate civil.Date  `json:"appointment_date" doc:"At the outlet"`
	StartTime       civil.Clock `json:"start_time" doc:"Begin of the preparation, wall clock of the outlet" example:"14:30"`
	Services        []Line      `json:"services" minItems:"1" maxItems:"300" doc:"They follow one another in this order. FREE allows 20 in one appointment, the other plans as many as a day holds."`
	Notes           string      `json:"notes,omitempty" maxLength:"500"`
	Credit
}

// Credit asks for the visit to be paid with a credit of a package.
type Credit struct {
	CreditRedeemed    bool   `json:"credit_redeemed,omitempty" doc:"Pay with a credit; a customer without one is refused" example:"false"`
	CustomerPackageID *id.ID `json:"customer_package_id,omitempty" doc:"The package whose credit to redeem" nullable:"true"`
}

// check refuses credits: nobody has one, since no packages are sold.
func (c Credit) check() error {
	if c.CreditRedeemed || c.CustomerPackageID != nil {
		return ErrNoCredits
	}
	return nil
}

// Faults of the requests.
var (
	ErrForeignTenant = fault.New(fault.Forbidden, "tenant.foreign", "That is another business.")
	ErrNoCredits     = fault.New(fault.BadRequest, "appointment.no_credits", "No available credits for this service.")
	ErrNotYours      = fault.New(fault.Forbidden, "appointment.not_yours", "You can only book yourself.")
	ErrNoWalkIns     = fault.New(fault.Invalid, "appointment.no_walk_ins", "The outlet takes no walk-ins.")
	ErrNotAWalkIn    = fault.New(fault.Invalid, "appointment.not_a_walk_in", "A walk-in begins within 30 minutes; book what is later as scheduled.")
)

// Create books for a customer at the desk.
func (o *Operations) Create(ctx context.Context, who access.Staff, in Create) (Appointment, error) {
	if in.TenantID != nil && *in.TenantID != who.Tenant {
		return Appointment{}, ErrForeignTenant
	}
	if err := in.check(); err != nil {
		return Appointment{}, err
	}
	if !who.CanOutlet(in.OutletID) {
		// Not told apart from an outlet that does not exist.
		return Appointment{}, availability.ErrOutletNotFound
	}
	b := Booking{
		Outlet: in.OutletID, Customer: in.CustomerID, Date: in.AppointmentDate, Start: in.StartTime, Lines: bookingLines(in.Services),
		Notes: in.Notes, Type: "scheduled", Source: "staff", Audience: availability.Desk, By: who,
	}
	if in.AppointmentType == "walk_in" {
		b.Type, b.Source, b.Check = "walk_in", "walk_in", checkWalkIn
	}
	if !who.Can(access.WriteAppointments) && !who.Can(access.WriteAll) {
		b.Prepare = onlySelf(who)
	}
	return o.Book(ctx, who.Tenant, b)
}

// walkInWithin is how soon somebody who has come is served.
const walkInWithin = 30 * time.Minute

// checkWalkIn refuses walk-ins that are none, and all where the outlet takes none.
func checkWalkIn(d *availability.Diary, start time.Time) error {
	refused := ErrNotAWalkIn
	switch {
	case !d.WalkIns():
		refused = ErrNoWalkIns
	case !start.After(d.Now().Add(walkInWithin)):
		return nil
	}
	return refused.WithField("appointment_type", refused.Message, "value_error")
}

// CreateOwn books for the customer who asks.
func (o *Operations) CreateOwn(ctx context.Context, who access.Customer, in CreateOwn) (Appointment, error) {
	if in.TenantID != nil && *in.TenantID != who.Tenant {
		return Appointment{}, ErrForeignTenant
	}
	if err := in.check(); err != nil {
		return Appointment{}, err
	}
	return o.Book(ctx, who.Tenant, Booking{
		Outlet: in.OutletID, Customer: who.ID, Date: in.AppointmentDate, Start: in.StartTime, Lines: bookingLines(in.Services),
		Notes: in.Notes, Type: "online", Source: "customer", Audience: availability.Online, By: who,
	})
}

// onlySelf lets a staff member book only lines that they serve themselves.
func onlySelf(who access.Staff) func(context.Context, *db.Tx, *Booking) error {
	return func(ctx context.Context, tx *db.Tx, b *Booking) error {
		own, err := db.All[id.ID](ctx, tx, `
			SELECT id FROM staff WHERE tenant_id = $1 AND user_id = $2 AND deleted_at IS NULL`, tx.Tenant(), who.UserID)
		if err != nil {
			return err
		}
		for _, l := range b.Lines {
			if len(own) == 0 || l.Staff != own[0] {
				return ErrNotYours
			}
		}
		return nil
	}
}

func bookingLines(in []Line) []BookingLine {
	out := make([]BookingLine, len(in))
	for i, l := range in {
		out[i].Service = l.ServiceID
		if l.StaffID != nil {
			out[i].Staff = *l.StaffID
		}
		out[i].Minutes = l.DurationMinutes
	}
	return out
}
