package waitlist

import (
	"context"
	"errors"
	"time"

	"reserva/internal/audit"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/calendar/appointments"
	"reserva/internal/calendar/availability"
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

// first returns the first wish for which there is a start, and nil where there is
// none. It locks the outlet, so that offers of one outlet follow one another whoever
// makes them; bookings do not wait for that.
func (m *match) first(ctx context.Context, tx *db.Tx) (*candidate, error) {
	can, err := m.begin(ctx, tx)
	if err != nil || !can {
		return nil, err
	}
	waiting, err := m.waiting(ctx, tx)
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
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

// maxWaiting bounds how many wishes one look takes in.
const maxWaiting = 500

// waiting reads the wishes in order, with what their customers cannot be offered. The
// statement is its own: it has to see what was committed before the lock was had.
func (m *match) waiting(ctx context.Context, tx *db.Tx) ([]candidate, error) {
	found := db.QueueAll[candidate](tx, `
		SELECT w.id, w.customer_id, w.service_id, w.staff_id, w.date_from, w.date_to, w.time_from, w.time_to, w.source
		FROM waitlist_wishes w
		JOIN customers c ON c.tenant_id = $1 AND c.id = w.customer_id AND c.deleted_at IS NULL
		WHERE w.tenant_id = $1 AND w.outlet_id = $2 AND w.status = 'waiting' AND w.date_from <= $4 AND w.date_to >= $3
		ORDER BY w.created_at, w.id
		LIMIT $5`, tx.Tenant(), m.outlet, m.on.from, m.on.to, maxWaiting)
	declined := db.QueueAll[declinedRow](tx, `
		SELECT f.wish_id, f.starts_at, f.ends_at
		FROM waitlist_wishes w
		JOIN waitlist_offers f ON f.tenant_id = $1 AND f.wish_id = w.id AND f.outcome IS NOT NULL
		WHERE w.tenant_id = $1 AND w.outlet_id = $2 AND w.status = 'waiting' AND w.date_from <= $4 AND w.date_to >= $3`,
		tx.Tenant(), m.outlet, m.on.from, m.on.to)
	if err := tx.Flush(ctx); err != nil {
		return nil, err
	}
	m.no = map[id.ID][]span{}
	for _, d := range declined.Rows {
		m.no[d.Wish] = append(m.no[d.Wish], span{d.From, d.To})
	}
	return found.Rows, nil
}

type declinedRow struct {
	Wish id.ID     `db:"wish_id"`
	From time.Time `db:"starts_at"`
	To   time.Time `db:"ends_at"`
}

// key is what wishes have in common that are looked up in one diary.
type key struct {
	service  id.ID
	audience availability.Audience
}

func (c *candidate) key() key { return key{c.Service, audience(c.Source)} }

// read reads a diary for each service, over the dates that anybody waits for, in one
// round trip.
func (m *match) read(ctx context.Context, tx *db.Tx, waiting []candidate) (map[key]*availability.Diary, error) {
	spans, customers := map[key]dates{}, []id.ID{}
	earliest := civil.Of(tx.Now().Add(-widest), time.UTC)
	for i := range waiting {
		c := &waiting[i]
		customers = append(customers, c.Customer)
		from, to := latest(c.From, m.on.from, earliest), earliestOf(c.To, m.on.to)
		if to.Before(from) {
			continue
		}
		if s, ok := spans[c.key()]; ok {
			from, to = earliestOf(from, s.from), latest(to, s.to)
		}
		spans[c.key()] = dates{from, to}
	}
	diaries := make(map[key]*availability.Diary, len(spans))
	for k, s := range spans {
		diaries[k] = availability.Queue(tx, availability.Ask{
			Outlet: m.outlet, Services: []id.ID{k.service}, From: s.from, To: s.to, Audience: k.audience,
		})
	}
	busy := queueBusy(tx, customers, m.on.from, m.on.to)
	if err := tx.Flush(ctx); err != nil {
		return nil, err
	}
	m.busy = map[id.ID][]span{}
	for _, b := range busy.Rows {
		m.busy[b.Customer] = append(m.busy[b.Customer], span{b.From, b.To})
	}
	for k, d := range diaries {
		err := d.Build()
		if _, refused := fault.As(err); refused {
			delete(diaries, k)
		} else if err != nil {
			return nil, err
		}
	}
	return diaries, nil
}

func latest(first civil.Date, others ...civil.Date) civil.Date {
	for _, d := range others {
		if d.After(first) {
			first = d
		}
	}
	return first
}

func earliestOf(first civil.Date, others ...civil.Date) civil.Date {
	for _, d := range others {
		if d.Before(first) {
			first = d
		}
	}
	return first
}
