package waitlist

import (
	"context"
	"errors"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Accept makes an appointment of what a wish is offered. Repeating it answers with the
// same appointment. Faults: ErrNotFound, ErrNoOffer, subscriptions.ErrAppointmentLimit.
func (o *Operations) Accept(ctx context.Context, who access.Staff, wish id.ID) (appointments.Appointment, error) {
	return o.accept(ctx, who.Tenant, who, wish)
}

// AcceptOwn is Accept by the customer.
func (o *Operations) AcceptOwn(ctx context.Context, who access.Customer, wish id.ID) (appointments.Appointment, error) {
	return o.accept(ctx, who.Tenant, who, wish)
}

func (o *Operations) accept(ctx context.Context, tenant id.ID, who access.Actor, wish id.ID) (appointments.Appointment, error) {
	var made appointments.Appointment
	_, err := o.settle(ctx, tenant, who, wish, Accepted, func(w Wish) (err error) {
		if w.Offer == nil {
			return w.noOffer()
		}
		made, err = o.acceptOffer(ctx, tenant, who, w)
		return err
	})
	if err != nil || made.ID != "" {
		return made, err
	}
	return o.accepted(ctx, tenant, who, wish)
}

// accepted reads what was accepted before.
func (o *Operations) accepted(ctx context.Context, tenant id.ID, who access.Actor, wish id.ID) (appointments.Appointment, error) {
	w, err := o.read(ctx, tenant, who, wish)
	if err != nil {
		return appointments.Appointment{}, err
	}
	if w.Appointment == nil {
		return appointments.Appointment{}, ErrNoOffer
	}
	return o.appointments.Get(ctx, tenant, who, *w.Appointment)
}

// Decline gives the offered time to the next. The wish keeps its place, and is not
// offered that time again. Repeating it changes nothing. Faults: ErrNotFound,
// ErrNoOffer.
func (o *Operations) Decline(ctx context.Context, who access.Staff, wish id.ID) (Wish, error) {
	return o.decline(ctx, who.Tenant, who, wish)
}

// DeclineOwn is Decline by the customer.
func (o *Operations) DeclineOwn(ctx context.Context, who access.Customer, wish id.ID) (Wish, error) {
	return o.decline(ctx, who.Tenant, who, wish)
}

func (o *Operations) decline(ctx context.Context, tenant id.ID, who access.Actor, wish id.ID) (Wish, error) {
	return o.settle(ctx, tenant, who, wish, Waiting, func(w Wish) error {
		if w.Offer == nil {
			return w.noOffer()
		}
		return o.giveUp(ctx, tenant, who, w, "offer_declined", outcomeDeclined, Waiting)
	})
}

// giveUp ends the open offer of a wish, and gives its time back.
func (o *Operations) giveUp(ctx context.Context, tenant id.ID, who access.Actor, w Wish, reason, outcome, next string) error {
	return o.appointments.EndOffer(ctx, tenant, who, w.Offer.AppointmentID, reason, func(tx *db.Tx) error {
		o.end(tx, who, w, outcome, next)
		return nil
	})
}

// end queues the end of a wish's open offer, and what becomes of the wish.
func (o *Operations) end(tx *db.Tx, who access.Actor, w Wish, outcome, next string) {
	endOffer(tx, w.Offer.ID, outcome, tx.Now())
	setWish(tx, w.ID, Offered, next)
	is := w.digest(next)
	is.Appointment = w.Offer.AppointmentID
	audit.Record(tx, who, "waitlist."+outcome, "waitlist_wish", w.ID, w.digest(Offered), is)
}

// noOffer tells a wish that has none from one that was changed while it was read.
func (w *Wish) noOffer() error {
	if w.Status == Offered {
		return errRead
	}
	return ErrNoOffer
}

// stillThere queues a look at the customer: nothing is booked for one who was deleted.
func stillThere(tx *db.Tx, customer id.ID) {
	tx.Expect(1, guard, `
		SELECT 1 FROM customers WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL`, tx.Tenant(), customer)
}

// errRead is a wish that was changed while it was read.
var errRead = &db.Conflict{Constraint: guard}

// maxTries bounds how often a change is tried while others change the same wish.
const maxTries = 5

// settle runs fn on a wish that who may see, and again where somebody else was faster.
// A wish that is in the wanted state already, and has no offer that could be meant, is
// left as it is.
func (o *Operations) settle(ctx context.Context, tenant id.ID, who access.Actor, wish id.ID, wanted string, fn func(Wish) error) (Wish, error) {
	for tries := 1; ; tries++ {
		w, err := o.read(ctx, tenant, who, wish)
		if err != nil {
			return Wish{}, err
		}
		if w.Status == wanted && (wanted != Waiting || w.declined) {
			return w, nil
		}
		err = fn(w)
		switch {
		case err == nil:
			return o.read(ctx, tenant, who, wish)
		case tries == maxTries && (db.IsConflict(err, guard) || errors.Is(err, appointments.ErrOfferOver)):
			return Wish{}, ErrNoOffer
		case !db.IsConflict(err, guard) && !errors.Is(err, appointments.ErrOfferOver):
			return Wish{}, err
		}
	}
}

func (w *Wish) digest(status string) digest {
	d := digest{
		Status: status, Outlet: w.OutletID, Customer: w.CustomerID, Service: w.ServiceID,
		From: w.DateFrom, To: w.DateTo, After: w.TimeFrom, Before: w.TimeTo,
	}
	if w.StaffID != nil {
		d.Staff = *w.StaffID
	}
	return d
}
