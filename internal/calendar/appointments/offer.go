package appointments

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// sourceWaitlist marks the appointments that began as an offer of the waitlist.
const sourceWaitlist = "waitlist"

// Faults of offers.
var (
	ErrOffered = fault.New(fault.Conflict, "appointment.offered",
		"This time is offered to a customer of the waitlist. It has to be accepted or declined there first.")
	ErrOfferOver = fault.New(fault.Conflict, "appointment.offer_over", "The offer has ended.")
)

// unaccepted tells whether the appointment is an offer, open or not, that nobody
// accepted.
func (r *row) unaccepted() bool { return r.Source == sourceWaitlist && r.AcceptedAt == nil }

// offered tells whether the appointment is an offer that can be accepted at now.
func (r *row) offered(now time.Time) bool {
	return r.unaccepted() && r.Status == Pending && !r.lapsed(now)
}

// AcceptOffer makes an appointment of an offer, in the time that is held for it. From
// then on it is what the customer, or the desk, would have booked: it stands, or waits
// for payment as long as any other. It counts for the plan now. What also does travels
// in the same transaction. Faults: ErrNotFound, ErrOfferOver for one that was accepted,
// declined or lapsed, subscriptions.ErrAppointmentLimit.
func (o *Operations) AcceptOffer(ctx context.Context, tenant id.ID, who access.Actor, appointment id.ID, also func(*db.Tx) error) (Appointment, error) {
	var out Appointment
	var plan subscriptions.Current
	err := o.offer(ctx, tenant, who, appointment, func(ctx context.Context, c *change) error {
		current := subscriptions.Queue(c.tx)
		if err := c.tx.Flush(ctx); err != nil {
			return err
		}
		plan = current.Value
		if err := c.accept(); err != nil {
			return err
		}
		out = c.end("appointment.accepted", BookedEvent{AppointmentID: c.row.ID})
		publishStanding(c.tx, c.row)
		if err := also(c.tx); err != nil {
			return err
		}
		subscriptions.CountAppointment(c.tx, plan.Month(c.tx.Now()), plan.Limits().AppointmentsPerMonth)
		return nil
	})
	if db.IsConflict(err, subscriptions.AppointmentGuard) {
		return Appointment{}, plan.Plan.AppointmentLimit()
	}
	return out, err
}

// EndOffer gives back the time of an offer, for a reason that is kept. Faults:
// ErrNotFound, ErrOfferOver.
func (o *Operations) EndOffer(ctx context.Context, tenant id.ID, who access.Actor, appointment id.ID, reason string, also func(*db.Tx) error) error {
	return o.offer(ctx, tenant, who, appointment, func(ctx context.Context, c *change) error {
		by := BySystem
		switch who.(type) {
		case access.Customer:
			by = ByCustomer
		case access.Staff:
			by = ByStaff
		}
		if _, err := c.cancel(ctx, by, reason); err != nil {
			return err
		}
		return also(c.tx)
	})
}

// offer runs fn on an open offer that who may see, locked.
func (o *Operations) offer(ctx context.Context, tenant id.ID, who access.Actor, appointment id.ID, fn func(context.Context, *change) error) error {
	err := o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		r, lines, err := lock(ctx, tx, appointment)
		if err != nil {
			return err
		}
		if err := visible(ctx, tx, who, r, lines); err != nil {
			return err
		}
		if !r.offered(tx.Now()) {
			return ErrOfferOver
		}
		return fn(ctx, newChange(tx, who, r, lines))
	})
	if db.IsConflict(err, "hold_lapsed", "appointments_version") {
		return ErrOfferOver
	}
	return err
}

// accept decides the status as a booking of this moment would.
func (c *change) accept() error {
	now, promise := c.tx.Now(), c.row.promise()
	c.row.AcceptedAt = &now
	_, desk := c.who.(access.Staff)
	if c.row.TotalPrice == 0 || !promise.Upfront() && (desk || promise.AutoConfirm) {
		return c.confirm()
	}
	until := now.Add(defaultHold)
	latest := c.row.StartsAt.Add(-time.Duration(promise.MinNoticeMinutes) * time.Minute)
	if !latest.After(now) {
		latest = c.row.StartsAt
	}
	if latest.Before(until) {
		until = latest
	}
	c.row.HoldUntil = &until
	holdSeats(c.tx, c.row.ID, len(c.lines), until)
	return nil
}

// holdSeats holds the seats of an appointment until another time. If one was given up
// in the meantime the transaction fails with a Conflict on "hold_lapsed".
func holdSeats(tx *db.Tx, appointment id.ID, lines int, until time.Time) {
	tx.Expect(int64(lines), "hold_lapsed", `
		UPDATE appointment_lines SET lapses_at = $3
		WHERE tenant_id = $1 AND appointment_id = $2 AND seat IS NOT NULL
		RETURNING 1`, tx.Tenant(), appointment, until)
	tx.Exec(`
		UPDATE occupancies SET lapses_at = greatest(lapses_at, $3)
		WHERE tenant_id = $1 AND lapses_at IS NOT NULL
			AND session_id IN (SELECT l.session_id FROM appointment_lines l WHERE l.tenant_id = $1 AND l.appointment_id = $2)`,
		tx.Tenant(), appointment, until)
}
