package guestapi

import (
	"slices"
	"time"

	"reserva/internal/business/subscriptions"
	"reserva/internal/calendar/availability"
	"reserva/internal/calendar/slots"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/text"
)

// reads are what the checks of a booking look at, beside the diary.
type reads struct {
	now      time.Time
	types    *db.Results[typeRow]
	plan     *db.Result[subscriptions.Current]
	used     *db.Result[int] // of the plan's month
	guest    *db.Result[guestRow]
	customer id.ID
}

// typeRow is one category of the tenant's services, seen from a path's :type.
type typeRow struct {
	Category string `db:"category"`
	Named    bool   `db:"named"`  // the type is the slug of one of its services
	Holds    bool   `db:"holds"`  // the package is one of its services
	Chosen   bool   `db:"chosen"` // the type is the package's own slug
}

// guestRow is what the guest has booked already.
type guestRow struct {
	Unverified int        `db:"unverified"`
	NextLapse  *time.Time `db:"next_lapse"`
	Duplicate  bool       `db:"duplicate"`
}

// queueReads queues what the checks need; it travels with the diary. The guest's
// record is locked first, so that of several bookings at once each counts the others.
func queueReads(tx *db.Tx, g *guestBooking, start time.Time) reads {
	month := subscriptions.Current{Timezone: g.Timezone}.Month(tx.Now())
	r := reads{now: tx.Now(), customer: g.guest.ID}
	r.types = db.QueueAll[typeRow](tx, `
		SELECT category, bool_or(slug = $2) AS named, bool_or(id = $3) AS holds, bool_or(id = $3 AND slug = $2) AS chosen
		FROM services
		WHERE tenant_id = $1 AND deleted_at IS NULL
		GROUP BY category`, tx.Tenant(), g.kind, g.service)
	r.plan = subscriptions.Queue(tx)
	r.used = db.QueueOne[int](tx, `
		SELECT appointments
		FROM plan_usage
		WHERE tenant_id = $1 AND month = $2`, tx.Tenant(), month)
	tx.Exec(`
		SELECT 1
		FROM customers
		WHERE tenant_id = $1 AND id = $2
		FOR NO KEY UPDATE`, tx.Tenant(), g.guest.ID)
	r.guest = db.QueueOne[guestRow](tx, `
		SELECT count(*) FILTER (WHERE a.source = 'booki_guest' AND a.status = 'pending' AND a.verified_at IS NULL) AS unverified,
			min(a.hold_until) FILTER (WHERE a.source = 'booki_guest' AND a.status = 'pending' AND a.verified_at IS NULL) AS next_lapse,
			coalesce(bool_or(a.starts_at = $4 AND EXISTS (
				SELECT 1
				FROM appointment_lines l
				WHERE l.tenant_id = $1 AND l.appointment_id = a.id AND l.service_id = $5)), false) AS duplicate
		FROM appointments a
		WHERE a.tenant_id = $1 AND a.customer_id = $2 AND a.starts_at > $3
			AND a.status IN ('pending', 'confirmed') AND (a.hold_until IS NULL OR a.hold_until > $3)`,
		tx.Tenant(), g.guest.ID, tx.Now(), start, g.service)
	return r
}

// check refuses in the published order. The calendar decides about the slot again
// when it books: this look at it only puts its refusals in their place among the
// others.
func (g *guestBooking) check(d *availability.Diary, start time.Time) error {
	if !fitsType(g.kind, g.reads.types.Rows, g.settings.StrictBookingType) {
		return ErrPackageNotFound
	}
	if !g.outlet.Online {
		return ErrNotOnline
	}
	leg, err := d.Leg(0, g.service, "")
	if err != nil {
		return err
	}
	board := d.Board(0, g.service)
	verdict := board.Explain(leg, start)
	if err := g.checkHours(d, board, leg, start, verdict); err != nil {
		return err
	}
	if !g.accepts(g.method()) {
		return ErrPaymentMethod
	}
	current := g.reads.plan.Value
	if limit := current.Limits().AppointmentsPerMonth; limit != subscriptions.Unlimited && g.reads.used.Value >= limit {
		return current.Plan.AppointmentLimit()
	}
	mine := g.reads.guest.Value
	switch {
	case g.settings.RejectDuplicateGuestBooking && mine.Duplicate:
		return ErrDuplicate
	case !verdict.OK:
		return ErrSlotFull
	case mine.Unverified >= g.config.MaxUnverified:
		return ErrTooManyUnverified.WithRetryAfter(mine.untilLapse(g.reads.now))
	}
	return nil
}

// checkHours refuses what nobody could book at that start. Where the outlet states
// its hours, bookings begin on its interval, counted from each opening.
func (g *guestBooking) checkHours(d *availability.Diary, board *slots.Board, leg slots.Leg, start time.Time, v slots.Verdict) error {
	if len(v.Reasons) > 0 {
		switch v.Reasons[0] {
		case slots.Past:
			return ErrPastTime
		case slots.OutsideWindow:
			return ErrTooSoon
		case slots.OffRaster, slots.RepeatedTime, slots.Closed, slots.OutsideHours:
			return ErrOutsideHours
		}
	}
	if !d.HoursSet() {
		return nil
	}
	grid := board.Starts(nil, leg, d.SlotInterval())
	if !slices.ContainsFunc(grid, func(s slots.Slot) bool { return s.Start.Equal(start) }) {
		return ErrOutsideHours
	}
	return nil
}

func (r guestRow) untilLapse(now time.Time) time.Duration {
	if r.NextLapse == nil {
		return time.Minute
	}
	return r.NextLapse.Sub(now)
}

// Types that say who books rather than what.
const (
	typeGuest    = "guest"
	typeCustomer = "customer"
)

// fitsType tells whether a package may be booked under a path's :type: a type that
// names a service or a category of the tenant has to be the package's; any other is
// only noted, unless the tenant is strict.
func fitsType(kind string, categories []typeRow, strict bool) bool {
	if kind == typeGuest || kind == typeCustomer {
		return true
	}
	known := false
	for _, c := range categories {
		category := text.Slug(c.Category, longestType) == kind
		if c.Chosen || category && c.Holds {
			return true
		}
		known = known || c.Named || category
	}
	return !known && !strict
}

// Payment methods of guests.
const (
	cash = "cash"
	maya = "maya"
)

// method is what the guest chose, else what the tenant prefers, else the only one
// that it takes, else cash.
func (g *guestBooking) method() string {
	preferred := g.settings.PreferredPaymentMethod
	switch {
	case g.payment != "":
		return g.payment
	case (preferred == cash || preferred == maya) && g.accepts(preferred):
		return preferred
	case g.accepts(maya) && !g.accepts(cash):
		return maya
	}
	return cash
}

// asksMaya tells whether it matters that the tenant takes payments through Maya.
func (g *guestBooking) asksMaya() bool {
	return g.payment == maya || g.payment == "" && (g.settings.PreferredPaymentMethod == maya || !g.settings.CashEnabled)
}

// accepts tells whether the tenant takes the method: cash unless it was switched
// off, Maya where an account is connected.
func (g *guestBooking) accepts(method string) bool {
	if method == maya {
		return g.maya
	}
	return g.settings.CashEnabled
}
