package guestapi

import (
	"context"
	"errors"
	"time"

	"reserva/internal/access"
	"reserva/internal/business/subscriptions"
	"reserva/internal/calendar/appointments"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
	"reserva/internal/people/customers"
)

// Create books a slot for a guest, or for the customer whose token the request
// carried, and writes to the guest's mailbox. The checks are made in the published
// order; faults: those of find, a 422 for the fields, ErrPastDate, ErrPastTime,
// ErrTooFarAhead, ErrTooSoon, ErrPackageNotFound, ErrNotOnline, ErrOutsideHours,
// ErrPaymentMethod, the plan's monthly limit, ErrSlotFull, ErrDuplicate,
// ErrTooManyUnverified; and token.ErrBusy for a password that gets no turn.
func (o *Operations) Create(ctx context.Context, who access.Visitor, linked *access.Customer, w wanted, kind string, body []byte) (*Created, error) {
	s, err := o.find(ctx, w)
	if err != nil {
		return nil, err
	}
	r, err := readRequest(kind, body)
	if err != nil {
		return nil, err
	}
	if err := s.checkDate(r.date, r.time, o.db.Now()); err != nil {
		return nil, err
	}
	g := &guestBooking{salon: s, request: r, config: o.config, by: who, secrets: newSecrets()}
	if linked != nil && linked.Tenant == s.ID {
		g.linked = linked
	}
	if g.asksMaya() {
		if g.maya, err = o.mayaConnected(ctx, s.ID); err != nil {
			return nil, err
		}
	}
	if r.password != "" && g.linked == nil {
		// Whether or not somebody has the address already: the time must not tell.
		if g.password, err = o.hasher.Hash(ctx, r.password); err != nil {
			return nil, err
		}
	}
	made, err := o.appointments.Book(ctx, s.ID, g.booking(id.Random()))
	if err != nil {
		return nil, translate(err, s, r.date, o.db.Now())
	}
	return g.created(made), nil
}

// checkDate refuses what is over and what is beyond the horizon. A time that the
// date does not have, because the clocks go forward, is left to the opening hours.
func (s salon) checkDate(date civil.Date, clock civil.Clock, now time.Time) error {
	today := s.today(now)
	start, err := civil.Resolve(date, clock, s.location)
	gap := errors.Is(err, civil.ErrGap)
	switch {
	case date.Before(today):
		return ErrPastDate
	case !gap && !start.After(now):
		return ErrPastTime
	case date.After(today.AddDays(s.settings.BookingHorizonDays)):
		return ErrTooFarAhead
	}
	return nil
}

// guestBooking is a booking of a guest on its way.
type guestBooking struct {
	salon
	request
	config   Config
	by       access.Visitor
	linked   *access.Customer
	maya     bool   // connected, where anybody asked
	password string // hashed
	secrets  secrets

	// Of the present attempt.
	guest customers.GuestRef
	reads reads
}

// booking is what the calendar is asked for. Its functions may run more than once:
// whoever loses a race for a slot reads again.
func (g *guestBooking) booking(booking id.ID) appointments.Booking {
	b := appointments.Booking{
		ID: booking, Outlet: g.outlet.ID, Date: g.date, Start: g.time,
		Lines: []appointments.BookingLine{{Service: g.service}},
		Type:  "online", Source: source, Audience: availability.Guest, By: g.by,
		BookingType: g.kind, PaymentPreference: g.method(),
		HoldFor: g.holdFor(g.config.VerifyTTL), AlwaysPending: true,
		Prepare: g.prepare, Check: g.check, Finish: g.finish,
	}
	if g.linked != nil {
		b.By = *g.linked
	}
	return b
}

// source marks the appointments that guests booked.
const source = "booki_guest"

// prepare finds or makes the guest's one record, and queues what the checks read.
func (g *guestBooking) prepare(ctx context.Context, tx *db.Tx, b *appointments.Booking) error {
	g.guest = customers.GuestRef{}
	if g.linked != nil {
		g.guest.ID = g.linked.ID
	} else {
		ref, err := customers.MatchOrCreateGuest(ctx, tx, g.by, customers.Guest{
			First: g.first, Middle: g.middle, Last: g.last, Email: g.email, Phone: g.dialled(), PasswordHash: g.password,
		})
		if err != nil {
			return err
		}
		g.guest = ref
	}
	b.Customer, b.Guest = g.guest.ID, g.typed()
	start, err := civil.Resolve(g.date, g.time, g.location)
	if errors.Is(err, civil.ErrGap) {
		start = g.date.End(g.location) // refused before anything is done with it
	}
	g.reads = queueReads(tx, g, start)
	return nil
}

// finish stores the booking's secrets and queues the messages.
func (g *guestBooking) finish(tx *db.Tx, made *appointments.Appointment) error {
	insertSecrets(tx, made, g.secrets)
	g.askToVerify(tx, made)
	if g.guest.WasRegistered {
		g.noticeOwner(tx, made)
	}
	return nil
}

func (g *guestBooking) created(made appointments.Appointment) *Created {
	return &Created{
		Booking: NewGuestBooking{
			GuestBooking: GuestBooking{
				ID: made.ID, OrganizationID: g.ID, PackageID: g.service, CustomerID: made.CustomerID,
				BookingDate: made.AppointmentDate, BookingTime: made.StartTime, Status: string(made.Status),
				PaymentMethod: made.Preference, CreatedAt: shown(made.CreatedAt),
			},
			VerificationToken: g.secrets.creator,
		},
		Message: "Booking created. Please verify via email link.",
	}
}

// translate turns the calendar's refusals into Booki's.
func translate(err error, s salon, date civil.Date, now time.Time) error {
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	var ours *fault.Error
	switch f.Code {
	case availability.ErrOutletNotFound.Code, availability.ErrOutletClosed.Code:
		ours = ErrBranchUndetermined
	case availability.ErrServiceNotFound.Code, availability.ErrServiceNotOffered.Code:
		ours = ErrPackageNotFound
	case appointments.ErrPast.Code:
		// The clock has moved on since the first look at it.
		if ours = ErrPastTime; date.Before(s.today(now)) {
			ours = ErrPastDate
		}
	case appointments.ErrOutsideWindow.Code:
		ours = ErrTooSoon
	case availability.ErrLocalTimeInGap.Code, appointments.ErrOutsideHours.Code, appointments.ErrRaster.Code:
		ours = ErrOutsideHours
	case appointments.ErrSlotTaken.Code:
		ours = ErrSlotFull
	case appointments.ErrAlreadyBooked.Code:
		ours = ErrDuplicate
	default:
		return err // ours already, or the plan's
	}
	return ours.WithCause(err)
}

// createFaults are what a booking may refuse.
func createFaults() []*fault.Error {
	return []*fault.Error{
		ErrTenantUndetermined, ErrTenantsDiffer, ErrOrganizationNotFound, ErrBranchUndetermined, ErrPastDate, ErrPastTime, ErrTooFarAhead,
		ErrTooSoon, ErrPackageNotFound, ErrNotOnline, ErrOutsideHours, ErrPaymentMethod, subscriptions.ErrAppointmentLimit,
		ErrSlotFull, ErrDuplicate, ErrTooManyUnverified, token.ErrBusy,
	}
}
