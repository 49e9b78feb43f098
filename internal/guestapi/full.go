package guestapi

import (
	"cmp"
	"context"
	"slices"
	"time"

	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// FullSlot is a start at which a package cannot be booked any more.
type FullSlot struct {
	Date      civil.Date  `json:"date"`
	Time      civil.Clock `json:"time" example:"14:30"`
	PackageID id.ID       `json:"packageId"`
}

// FullSlots is the list of them.
type FullSlots struct {
	Slots []FullSlot `json:"fullyBookedSlots"`
	Count int        `json:"count" doc:"How many they are." example:"1"`
}

// period is what a list of full slots was asked for.
type period struct {
	from, to civil.Date // zero: from today on, as far as can be booked
	service  id.ID      // empty for all
}

func readPeriod(from, to, service string) (p period, err error) {
	f := &fields{}
	date := func(name, value string) (d civil.Date) {
		if value != "" {
			if d, err = civil.ParseDate(value); err != nil {
				f.refuse("query:"+name, "must be a date in the form YYYY-MM-DD")
			}
		}
		return d
	}
	p.from, p.to = date("from", from), date("to", to)
	if service != "" {
		if p.service, err = id.Parse(service); err != nil {
			f.refuse("query:packageId", "must be 24 hexadecimal characters")
		}
	}
	return p, f.fault()
}

// within bounds the period by what can be booked at the outlet. It is empty where
// from comes after to.
func (p period) within(today civil.Date, horizon int) (from, to civil.Date, err error) {
	from, to = p.from, p.to
	if from.IsZero() {
		from = today
	}
	last := today.AddDays(horizon)
	if to.IsZero() {
		to = last
	} else if to.Before(from) {
		return from, to, fault.InvalidField("query:to", "must not come before from")
	}
	if from.Before(today) {
		from = today
	}
	if to.After(last) {
		to = last
	}
	return from, to, nil
}

// Full lists the starts of an outlet, on its own interval, that live bookings have
// filled. Faults: those of find, a 422 for the period, ErrPackageNotFound.
func (o *Operations) Full(ctx context.Context, w wanted, from, to, service string) (*FullSlots, error) {
	s, err := o.find(ctx, w)
	if err != nil {
		return nil, err
	}
	p, err := readPeriod(from, to, service)
	if err != nil {
		return nil, err
	}
	first, last, err := p.within(s.today(o.db.Now()), s.settings.BookingHorizonDays)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		list, err := o.full(ctx, s, p.service, first, last)
		if f, refused := fault.As(err); refused && attempt < 3 && isCatalogue(f) {
			continue // the catalogue changed between two reads of it
		}
		return list, err
	}
}

func isCatalogue(f *fault.Error) bool {
	return f.Code == availability.ErrServiceNotFound.Code || f.Code == availability.ErrServiceNotOffered.Code
}

func (o *Operations) full(ctx context.Context, s salon, service id.ID, from, to civil.Date) (*FullSlots, error) {
	list := &FullSlots{Slots: []FullSlot{}}
	offered, last, err := o.occupied(ctx, s, service, from)
	if err != nil {
		return nil, err
	}
	if last != nil && last.Before(to.End(s.location)) {
		to = civil.Of(last.Add(-time.Second), s.location)
	}
	if last == nil || len(offered) == 0 || to.Before(from) {
		return list, nil
	}
	full, err := o.available.Full(ctx, s.ID, availability.Ask{
		Outlet: s.outlet.ID, Services: offered, From: from, To: to, Audience: availability.Guest,
	})
	if err != nil {
		return nil, err
	}
	for service, starts := range full {
		for _, t := range starts {
			list.Slots = append(list.Slots, FullSlot{civil.Of(t, s.location), civil.ClockOf(t, s.location), service})
		}
	}
	slices.SortFunc(list.Slots, func(a, b FullSlot) int {
		return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.Time, b.Time), cmp.Compare(a.PackageID, b.PackageID))
	})
	list.Count = len(list.Slots)
	return list, nil
}

// occupied returns the services in question that the outlet offers, and the instant
// from which on nobody and nothing there is busy any more: nothing is full then, so
// nothing later needs to be read. What occupies one subject never overlaps, so that
// what begins last ends last.
func (o *Operations) occupied(ctx context.Context, s salon, service id.ID, from civil.Date) ([]id.ID, *time.Time, error) {
	var known *db.Result[bool]
	var offered *db.Results[id.ID]
	var last *db.Result[*time.Time]
	err := o.db.View(ctx, s.ID, func(tx *db.Tx) error {
		known = db.QueueOne[bool](tx, `
			SELECT true
			FROM services
			WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL`, tx.Tenant(), service)
		offered = db.QueueAll[id.ID](tx, `
			SELECT s.id
			FROM services s
			WHERE s.tenant_id = $1 AND ($3 = '' OR s.id = $3)
				AND s.deleted_at IS NULL AND s.is_active AND s.status = 'active'
				AND (NOT EXISTS (SELECT 1 FROM service_outlets so WHERE so.tenant_id = $1 AND so.service_id = s.id)
					OR EXISTS (SELECT 1 FROM service_outlets so WHERE so.tenant_id = $1 AND so.service_id = s.id AND so.outlet_id = $2))
			ORDER BY s.id`, tx.Tenant(), s.outlet.ID, service)
		last = db.QueueOne[*time.Time](tx, `
			SELECT max((
				SELECT o.busy_to
				FROM occupancies o
				WHERE o.tenant_id = $1 AND o.subject_key = k.key
					AND o.busy_from > $3::timestamptz - interval '1 day' AND o.busy_to > $3 AND (o.lapses_at IS NULL OR o.lapses_at > $4)
				ORDER BY o.busy_from DESC
				LIMIT 1))
			FROM (
				SELECT s.subject_key AS key
				FROM staff s
				JOIN staff_outlets so ON so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = $2
				WHERE s.tenant_id = $1 AND s.deleted_at IS NULL
				UNION ALL
				SELECT u.subject_key
				FROM service_units u
				WHERE u.tenant_id = $1 AND u.outlet_id = $2
				UNION ALL
				SELECT u.subject_key
				FROM resources r
				JOIN resource_units u ON u.tenant_id = $1 AND u.resource_id = r.id
				WHERE r.tenant_id = $1 AND r.outlet_id = $2 AND r.deleted_at IS NULL) AS k`,
			tx.Tenant(), s.outlet.ID, from.Start(s.location), tx.Now())
		return nil
	})
	switch {
	case err != nil:
		return nil, nil, err
	case service != "" && !known.Found:
		return nil, nil, ErrPackageNotFound
	}
	return offered.Rows, last.Value, nil
}
