package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

// slot is a time at which a staff member can be booked.
type slot struct {
	salon    *salon
	member   member
	day      int
	start    civil.Clock
	customer id.ID
}

func (s slot) date() civil.Date { return s.salon.first.AddDays(s.day) }

// agenda hands out all slots of some staff members, each once, in the order of the
// seed. It is safe for several clients at once.
type agenda struct {
	slots []slot
	next  atomic.Int64
}

// newAgenda takes the first half of each salon's staff, or the second.
func newAgenda(salons []*salon, random *rand.Rand, second bool) *agenda {
	a := &agenda{}
	for _, s := range salons {
		half := len(s.staff) / 2
		staff := s.staff[:half]
		if second {
			staff = s.staff[half:]
		}
		for _, m := range staff {
			for day := range s.days {
				for start := opens; start < s.closes; start += s.services[0].minutes {
					a.slots = append(a.slots, slot{s, m, day, civil.Clock(start), s.customers[random.IntN(len(s.customers))]})
				}
			}
		}
	}
	random.Shuffle(len(a.slots), func(i, j int) { a.slots[i], a.slots[j] = a.slots[j], a.slots[i] })
	return a
}

func (a *agenda) take() (slot, error) {
	n := a.next.Add(1)
	if n > int64(len(a.slots)) {
		return slot{}, errOver
	}
	return a.slots[n-1], nil
}

// book asks the server for the next slot, as the desk does.
func (r *run) book(ctx context.Context, from *agenda) error {
	s, err := from.take()
	if err != nil {
		return err
	}
	status, err := r.api.call(ctx, s.salon.token, http.MethodPost, "/appointments", s.request(), nil)
	return expecting(http.StatusCreated, status, err)
}

func (s slot) request() map[string]any {
	return map[string]any{
		"customer_id": s.customer, "outlet_id": s.salon.outlet, "appointment_date": s.date(), "start_time": s.start,
		"services": []map[string]any{{"service_id": s.salon.services[0].id, "staff_id": s.member.id}},
	}
}

// side is one of the loads that take turns.
type side struct {
	work  func(ctx context.Context) error
	tally tally
}

// measureBookings has the server and the driver take turns, on one tenant and on
// ten.
func (r *run) measureBookings(ctx context.Context, one, ten []*salon) error {
	oneServed, oneDriven := newAgenda(one, r.random, false), newAgenda(one, r.random, true)
	tenServed, tenDriven := newAgenda(ten, r.random, false), newAgenda(ten, r.random, true)
	limit, err := r.newLimit(ctx, oneServed, oneDriven)
	if err != nil {
		return err
	}
	served := func(from *agenda) *side {
		return &side{work: func(ctx context.Context) error { return r.book(ctx, from) }}
	}
	driven := func(from *agenda) *side {
		return &side{work: func(ctx context.Context) error { return limit.book(ctx, from) }}
	}
	create, createLimit := served(oneServed), driven(oneDriven)
	many, manyLimit := served(tenServed), driven(tenDriven)
	selects := &side{work: limit.read}
	sides := []*side{create, createLimit, many, manyLimit, selects}
	for _, s := range sides {
		drive(ctx, clients, warmUp, s.work)
	}
	for range rounds {
		for _, s := range sides {
			s.tally.add(drive(ctx, clients, roundTime, s.work))
		}
	}
	for _, s := range []*side{createLimit, manyLimit, selects} {
		if s.tally.firstErr != nil {
			return fmt.Errorf("limit: %w", s.tally.firstErr)
		}
	}
	r.report.Create = bookings(create.tally, createLimit.tally)
	r.report.CreateTen = bookings(many.tally, manyLimit.tally)
	r.report.Limit = Limit{
		InsertsPerSecond:    round(createLimit.tally.perSecond(), 1),
		InsertsTenPerSecond: round(manyLimit.tally.perSecond(), 1),
		RowsPerInsert:       limit.rows,
		SelectsPerSecond:    round(selects.tally.perSecond(), 1),
	}
	r.report.Create.Conflicts, r.report.CreateTen.Conflicts = create.tally.conflicts, many.tally.conflicts
	if err := r.settle(ctx, "bookings, one tenant", create.tally); err != nil {
		return err
	}
	return r.settle(ctx, "bookings, ten tenants", many.tally)
}

func bookings(server, limit tally) Bookings {
	b := Bookings{Latency: latency(clients, server)}
	if most := limit.perSecond(); most > 0 {
		b.Ratio = round(server.perSecond()/most, 3)
	}
	return b
}

// times are when the appointment begins and ends.
func (s slot) times() (from, to time.Time, err error) {
	loc, err := civil.Zone(zone)
	if err != nil {
		return from, to, err
	}
	from = s.date().Start(loc).Add(time.Duration(s.start) * time.Minute)
	return from, from.Add(time.Duration(s.salon.services[0].minutes) * time.Minute), nil
}
