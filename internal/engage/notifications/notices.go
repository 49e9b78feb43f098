package notifications

import (
	"context"
	"errors"
	"fmt"
	"time"

	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/outbox"
)

// Notices writes the mails.
type Notices struct {
	db        *db.DB
	publicURL string
}

// New returns Notices for a database. At publicURL, without a slash at its end,
// customers reach the server.
func New(d *db.DB, publicURL string) *Notices { return &Notices{db: d, publicURL: publicURL} }

const subscriber = "notifications"

// Subscribe has notices written for the events of appointments, and reminders when
// their time has come.
func (n *Notices) Subscribe(r *jobs.Registry) {
	held, confirmed, cancelled := kinds()
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e appointments.HeldEvent) error {
		return n.tell(ctx, tenant, e.AppointmentID, held)
	})
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e appointments.ConfirmedEvent) error {
		return n.tell(ctx, tenant, e.AppointmentID, confirmed)
	})
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e appointments.CancelledEvent) error {
		return n.tell(ctx, tenant, e.AppointmentID, cancelled)
	})
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e appointments.RescheduledEvent) error {
		return n.tell(ctx, tenant, e.AppointmentID, rescheduled(e.At))
	})
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e appointments.ReassignedEvent) error {
		return n.tell(ctx, tenant, e.AppointmentID, reassigned(e.Version))
	})
	n.subscribeOffers(r)
	r.Every("reminders.send", time.Minute, n.Remind)
	r.Every("reminders.tidy", time.Hour, n.TidyReminders)
}

// notice is one kind of mail: what it says, and whether it still is true.
type notice struct {
	name    string
	subject string
	text    string
	holds   func(*visit) bool
	// fits, where there is one, makes the notice fit this visit.
	fits func(*notice, *visit)
}

func kinds() (held, confirmed, cancelled notice) {
	held = notice{
		name: "booked", subject: "We are holding your appointment at %s",
		text:  "we are holding this time for you until your booking is confirmed.",
		holds: func(v *visit) bool { return v.Status == "pending" && v.Source != "booki_guest" },
		fits: func(_ *notice, v *visit) {
			if v.HoldUntil != nil {
				v.more = append(v.more, [2]string{"Held until", v.moment(*v.HoldUntil)})
			}
		},
	}
	confirmed = notice{
		name: "confirmed", subject: "Your appointment at %s is confirmed",
		text:  "your appointment is confirmed. We look forward to seeing you.",
		holds: func(v *visit) bool { return v.Status == "confirmed" },
	}
	cancelled = notice{
		name: "cancelled", subject: "Your appointment at %s was cancelled",
		text: "this appointment was cancelled:",
		// A guest who never answered has not shown that the address is theirs, and what
		// the waitlist offered in vain was never theirs.
		holds: func(v *visit) bool {
			return v.Status == "cancelled" && v.Reason != appointments.ReasonVerificationExpired && (v.Source != "waitlist" || v.AcceptedAt != nil)
		},
		fits: func(n *notice, v *visit) {
			if v.Reason == appointments.ReasonPaymentExpired {
				n.text = "we held this time for you, but the booking was not paid or confirmed in time, so it was cancelled:"
			}
		},
	}
	return held, confirmed, cancelled
}

// rescheduled tells of one move, unless the appointment was moved again since.
func rescheduled(at time.Time) notice {
	return notice{
		name: "rescheduled." + at.UTC().Format("20060102150405.000000"), subject: "Your appointment at %s was moved",
		text:  "your appointment was moved. This is when we see you now:",
		holds: func(v *visit) bool { return v.stands() && v.RescheduledAt != nil && v.RescheduledAt.Equal(at) },
	}
}

// reassigned tells who will serve now.
func reassigned(version int64) notice {
	return notice{
		name: fmt.Sprintf("reassigned.%d", version), subject: "A change to your appointment at %s",
		text:  "somebody else will take care of you. Everything else stays:",
		holds: (*visit).stands,
	}
}

func (n *Notices) tell(ctx context.Context, tenant, appointment id.ID, what notice) error {
	return n.db.Update(ctx, tenant, func(tx *db.Tx) error {
		v, err := findVisit(ctx, tx, appointment)
		if errors.Is(err, db.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if !what.holds(&v) {
			return nil
		}
		if what.fits != nil {
			what.fits(&what, &v)
		}
		v.write(tx, what, time.Time{})
		return nil
	})
}

// write queues the mail of a notice, for those who have an address and want mail; until
// is when there is no use in it any more, the zero time never.
func (v *visit) write(tx *db.Tx, what notice, until time.Time) {
	if v.Email == nil || !v.wantsMail() {
		return
	}
	outbox.Queue(tx, outbox.Message{
		Channel: outbox.Email, To: *v.Email, Subject: fmt.Sprintf(what.subject, v.Business),
		Text: v.text(what), HTML: v.html(what), Entry: v.entry(tx.Now()), Until: until,
		Reference: "appointment:" + what.name + ":" + string(v.ID),
	})
}
