package appointments

import (
	"context"
	"encoding/json"
	"time"

	"reserva/internal/access"
	"reserva/internal/business/subscriptions"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Operations on appointments.
type Operations struct {
	db     *db.DB
	looked func(ctx context.Context, tenant, appointment id.ID)
}

// New returns the operations.
func New(d *db.DB) *Operations { return &Operations{db: d} }

// OnLook has fn told when somebody looks at an appointment for which a payment link was
// made and that is not paid: the feature that knows the payment provider asks it for news.
// It is called while features are built.
func (o *Operations) OnLook(fn func(ctx context.Context, tenant, appointment id.ID)) { o.looked = fn }

// show is Get for a person, who may be waiting for a payment.
func (o *Operations) show(ctx context.Context, tenant id.ID, who access.Actor, appointment id.ID) (Appointment, error) {
	found, err := o.Get(ctx, tenant, who, appointment)
	if err == nil && o.looked != nil && found.PaperPaymentURL != nil && found.PaymentStatus != PaymentPaid {
		o.looked(ctx, tenant, found.ID)
	}
	return found, err
}

// Booking is what is asked for, by whoever books: the desk, a customer, or the
// guest API. Prices, names and times of the lines are decided here.
type Booking struct {
	Outlet   id.ID
	Customer id.ID
	Date     civil.Date
	Start    civil.Clock
	Lines    []BookingLine
	Notes    string
	Type     string // walk_in, scheduled, online
	Source   string // staff, customer, public, walk_in, booki_guest, waitlist
	Audience availability.Audience
	By       access.Actor

	// Guest bookings.
	Guest             json.RawMessage
	BookingType       string
	PaymentPreference string
	// HoldFor bounds how long a pending booking is held; 0 means a day. A hold
	// never outlasts the start less the notice.
	HoldFor time.Duration
	// AlwaysPending keeps a booking pending whatever the outlet's settings say,
	// until somebody verifies it.
	AlwaysPending bool
	// Offer holds the time for a customer who has not said yes to just this one. It is
	// booked, and counts for the plan, only once it is accepted.
	Offer bool
	// ID of the appointment; a new one when empty.
	ID id.ID
	// Check is asked about the loaded diary before anything is written; it may
	// refuse what only its own audience refuses.
	Check func(d *availability.Diary, start time.Time) error
	// Prepare runs in the booking's transaction before the diary is read, on each
	// attempt; it may fill in Customer.
	Prepare func(ctx context.Context, tx *db.Tx, b *Booking) error
	// without are the lines of an appointment that moves: their seats count as free.
	without []id.ID
	// keepsTime: a line of an appointment goes to other staff and stays where it is.
	keepsTime bool
	// not are staff members whom the line must not go to.
	not []id.ID
	// wholeTeam reads all staff members although each line names one.
	wholeTeam bool
	// lost is how many races the booking has lost so far.
	lost int
	// Finish runs in the booking's transaction after its writes were queued.
	Finish func(tx *db.Tx, made *Appointment) error
}

// BookingLine is one service asked for.
type BookingLine struct {
	Service id.ID
	Staff   id.ID // empty for anybody qualified
	Minutes *int  // what the asker believes it takes; nil where they said nothing
}

func (b *Booking) services() []id.ID {
	out := make([]id.ID, len(b.Lines))
	for i, l := range b.Lines {
		out[i] = l.Service
	}
	return out
}

// timeField is what the request calls the start.
func (b *Booking) timeField() string {
	if b.without != nil {
		return "new_time"
	}
	return "start_time"
}

// ask reads only the named staff members where all lines name one.
func (b *Booking) ask() availability.Ask {
	a := availability.Ask{Outlet: b.Outlet, Services: b.services(), From: b.Date, To: b.Date, Audience: b.Audience, Without: b.without}
	for _, l := range b.Lines {
		if l.Staff == "" || b.wholeTeam {
			a.Only = nil
			break
		}
		a.Only = append(a.Only, l.Staff)
	}
	return a
}

const (
	defaultHold = 24 * time.Hour
	// maxAttempts bounds how often a booking reads again after it lost a race. Rivals
	// part ways after the first, so that nobody loses nearly so often while there is
	// somebody free.
	maxAttempts = 20
	// queueAfter is how many races are lost before those who lose wait for one another:
	// where a class is begun and given up all the time, fewer then are in each one's way.
	queueAfter = 2
)

// Book stores an appointment or refuses it whole. Whoever loses a race for a slot
// reads again: another staff member may be free, or the session that the winner
// began may have a seat. Faults: those of availability.Diary, ErrSlotTaken with
// "reason" and "next_available", ErrPast, ErrOutsideWindow, ErrOutsideHours,
// ErrRaster, ErrCustomerNotFound, ErrAlreadyBooked, and the plan's monthly limit.
func (o *Operations) Book(ctx context.Context, tenant id.ID, b Booking) (Appointment, error) {
	if b.ID == "" {
		b.ID = id.New()
	}
	for ; ; b.lost++ {
		made, err := o.attempt(ctx, tenant, b)
		switch {
		case err == nil:
			return made, nil
		case db.IsConflict(err, "appointment_lines_same_customer"):
			return Appointment{}, ErrAlreadyBooked
		case !lostRace(err):
			return Appointment{}, err
		case b.lost == maxAttempts-1:
			return Appointment{}, ErrSlotTaken.WithExtra(map[string]any{"reason": "booking_conflict"})
		}
	}
}

// lostRace tells whether somebody else was faster between our read and our write.
func lostRace(err error) bool {
	return db.IsConflict(err, "occupancies_no_overlap", "appointment_lines_seat", "sessions_joined", "service_units_pkey", "booking_basis")
}

func (o *Operations) attempt(ctx context.Context, tenant id.ID, b Booking) (made Appointment, err error) {
	var current subscriptions.Current
	err = o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		tx.PlanOnce()
		availability.Keep(tx)
		if b.lost >= queueAfter {
			tx.Alone("lost races at " + string(b.Outlet))
		}
		if b.Prepare != nil {
			if err := b.Prepare(ctx, tx, &b); err != nil {
				return err
			}
		}
		plan, err := o.plan(ctx, tx, &b)
		if err != nil {
			return err
		}
		current = plan.plan
		if err := plan.takeSeats(ctx, tx); err != nil {
			return err
		}
		made = plan.write(tx)
		if b.Finish != nil {
			if err := b.Finish(tx, &made); err != nil {
				return err
			}
		}
		plan.stillThere(tx)
		if !b.Offer {
			plan.count(tx)
		}
		return nil
	})
	if db.IsConflict(err, subscriptions.AppointmentGuard) {
		return made, current.Plan.AppointmentLimit()
	}
	return made, err
}
