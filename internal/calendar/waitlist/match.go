package waitlist

import (
	"context"
	"errors"
	"time"

	"reserva/internal/audit"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// dates are a stretch of dates of an outlet, both included.
type dates struct{ from, to civil.Date }

// maxLost bounds how often a match begins anew for a wish because others were faster;
// then it is the next one's turn.
const maxLost = 5

// errNobody ends a match: nobody waits for what is free.
var errNobody = errors.New("waitlist: nobody waits for what is free")

// Match offers what is free on some dates of an outlet, wish by wish, until nobody
// waits for what is left. Running it twice, or on two servers at once, offers nothing
// twice.
func (o *Operations) Match(ctx context.Context, tenant, outlet id.ID, on dates) error {
	lost := map[id.ID]int{} // by wish
	for {
		wish, err := o.offerFirst(ctx, tenant, outlet, on, lost)
		switch {
		case errors.Is(err, errNobody):
			return nil
		case err != nil && !overtaken(err):
			return err
		case err != nil:
			lost[wish]++
		}
	}
}

// overtaken tells whether somebody else was faster: took the time, left the list, or
// deleted what was wished for.
func overtaken(err error) bool {
	_, refused := fault.As(err)
	return refused || db.IsConflict(err, guard)
}

// offerFirst holds the first start for the first wish, in one transaction, and returns
// the wish.
func (o *Operations) offerFirst(ctx context.Context, tenant, outlet id.ID, on dates, lost map[id.ID]int) (id.ID, error) {
	var first *candidate
	_, err := o.appointments.Book(ctx, tenant, appointments.Booking{
		Outlet: outlet, Source: "waitlist", Offer: true, By: offering(),
		Prepare: func(ctx context.Context, tx *db.Tx, b *appointments.Booking) (err error) {
			m := &match{outlet: outlet, on: on, lost: lost}
			if first, err = m.first(ctx, tx); err != nil {
				return err
			}
			if first == nil {
				return errNobody
			}
			b.Customer, b.Date, b.Start, b.HoldFor = first.Customer, first.fit.date, first.fit.start, m.hold
			b.Lines = []appointments.BookingLine{{Service: first.Service, Staff: first.giver()}}
			b.Audience, b.Type = audience(first.Source), "online"
			if first.Source == theDesk {
				b.Type = "scheduled"
			}
			return nil
		},
		Finish: func(tx *db.Tx, made *appointments.Appointment) error {
			if !first.overBy(made) {
				return errRead
			}
			offer := id.NewAt(tx.Now())
			insertOffer(tx, offer, first.ID, made.ID)
			setWish(tx, first.ID, Waiting, Offered)
			was, is := first.digest(outlet, Waiting), first.digest(outlet, Offered)
			is.Appointment = made.ID
			audit.Record(tx, offering(), "waitlist.offered", "waitlist_wish", first.ID, was, is)
			jobs.Publish(tx, OfferedEvent{OfferID: offer})
			return nil
		},
	})
	if first == nil {
		return "", err
	}
	return first.ID, err
}

// match is one look for the first wish.
type match struct {
	outlet id.ID
	on     dates
	lost   map[id.ID]int // races, by wish
	hold   time.Duration
	busy   map[id.ID][]span // by customer
	no     map[id.ID][]span // declined, by wish
}

// first returns the first wish for which there is a start, and nil where there is
// none. It locks the outlet, so that offers of one outlet follow one another whoever
// makes them; bookings do not wait for that.
func (m *match) first(ctx context.Context, tx *db.Tx) (*candidate, error) {
	can, err := m.begin(ctx, tx)
	if err != nil || !can {
		return nil, err
	}
	if err := m.readDeclined(ctx, tx); err != nil {
		return nil, err
	}
	// However many wait ahead for what is not free, whom it suits is found.
	var last *candidate
	for {
		waiting, err := m.waiting(ctx, tx, last)
		if err != nil || len(waiting) == 0 {
			return nil, err
		}
		found, err := m.firstOf(ctx, tx, waiting)
		if err != nil || found != nil || len(waiting) < pageOfWishes {
			return found, err
		}
		last = &waiting[len(waiting)-1]
	}
}

// pageOfWishes is how many wishes are looked at together.
const pageOfWishes = 500

// firstOf returns the first of some wishes for which there is a start, or nil.
func (m *match) firstOf(ctx context.Context, tx *db.Tx, waiting []candidate) (*candidate, error) {
	diaries, err := m.read(ctx, tx, waiting)
	if err != nil {
		return nil, err
	}
	for i := range waiting {
		c := &waiting[i]
		d := diaries[c.key()]
		if d == nil || m.lost[c.ID] >= maxLost {
			continue // what is wished for cannot be booked at present
		}
		w := want{
			service: c.Service, staff: c.staff(), window: window{c.From, c.To, c.After, c.Before}, source: c.Source,
			avoid: append(m.busy[c.Customer], m.no[c.ID]...), room: shortest,
		}
		found, err := w.fits(d, 1)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			c.fit = found[0]
			return c, nil
		}
	}
	return nil, nil
}

// begin locks the outlet and tells whether offers can be made at all: not for a
// business or an outlet that is closed, nor where the plan allows no more
// appointments.
func (m *match) begin(ctx context.Context, tx *db.Tx) (bool, error) {
	minutes := db.QueueOne[int](tx, `
		SELECT coalesce((t.settings ->> 'waitlist_hold_minutes')::int, $3)
		FROM outlets o JOIN tenants t ON t.id = o.tenant_id
		WHERE o.tenant_id = $1 AND o.id = $2 AND o.deleted_at IS NULL AND o.status = 'active' AND t.is_active AND t.deleted_at IS NULL
		FOR NO KEY UPDATE OF o`, tx.Tenant(), m.outlet, tenants.DefaultWaitlistHold)
	current := subscriptions.Queue(tx)
	if err := tx.Flush(ctx); err != nil || !minutes.Found {
		return false, err
	}
	m.hold = time.Duration(minutes.Value) * time.Minute
	limit := current.Value.Limits().AppointmentsPerMonth
	if limit == subscriptions.Unlimited {
		return true, nil
	}
	used, err := db.One[int](ctx, tx, `
		SELECT coalesce(sum(appointments), 0)::int FROM plan_usage WHERE tenant_id = $1 AND month = $2`, tx.Tenant(), current.Value.Month(tx.Now()))
	return used < limit, err
}
