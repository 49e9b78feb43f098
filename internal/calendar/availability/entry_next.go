package availability

import (
	"context"
	"errors"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// NextStart is the next start of any service that a staff member gives, at any of their
// outlets, within two weeks; nil where there is none. It implements staff.Calendar.
func (o *Operations) NextStart(ctx context.Context, tenant, staff id.ID) (next *time.Time, err error) {
	var diaries []*Diary
	defer func() {
		for _, d := range diaries {
			d.release()
		}
	}()
	err = o.db.View(ctx, tenant, func(tx *db.Tx) error {
		diaries = diaries[:0]
		p := queuePerson(tx, staff)
		services := queueGiven(tx, staff)
		if err := tx.Flush(ctx); err != nil || !p.Found {
			return err
		}
		for _, outlet := range p.Value.OutletIDs {
			here := p.Value.at(outlet)
			if ask := here.next(civil.Of(tx.Now(), here.location()), services.Rows); len(ask.Services) > 0 {
				diaries = append(diaries, Queue(tx, ask))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, d := range diaries {
		switch err := d.Build(); {
		case errors.Is(err, ErrOutletClosed):
			continue
		case err != nil:
			return nil, err
		}
		if at := d.nextStart(staff); at != nil && (next == nil || at.Before(*next)) {
			next = at
		}
	}
	return next, nil
}

// next asks for what the person can be booked for at the outlet in the next two weeks.
func (p *person) next(today civil.Date, services []given) Ask {
	ask := Ask{Outlet: p.OutletID, From: today, To: today.AddDays(13), Audience: Desk, Only: []id.ID{p.ID}}
	for _, given := range services {
		if given.Outlet != p.OutletID {
			continue
		}
		ask.Services = append(ask.Services, given.ID)
		if given.Staff > 1 {
			ask.Only = nil // whoever else may be of the team
		}
	}
	return ask
}

func (d *Diary) nextStart(staff id.ID) (next *time.Time) {
	for n := 0; n < d.Days() && next == nil; n++ {
		for _, service := range d.ask.Services {
			leg, err := d.legWith(n, service, staff)
			if err != nil {
				continue
			}
			for step := range d.Board(n, service).Acceptable(leg).All() {
				if at := d.Day(n).At(step).UTC(); next == nil || at.Before(*next) {
					next = &at
				}
				break
			}
		}
	}
	return next
}

// given is a service that a staff member can be booked for at an outlet.
type given struct {
	ID     id.ID `db:"id"`
	Outlet id.ID `db:"outlet_id"`
	Staff  int   `db:"required_staff_count"`
}

// queueGiven reads which services a staff member can be booked for at each of their
// outlets.
func queueGiven(tx *db.Tx, staff id.ID) *db.Results[given] {
	return db.QueueAll[given](tx, `
		SELECT v.id, place.outlet_id, v.required_staff_count
		FROM staff_outlets place
		JOIN staff_services ss ON ss.tenant_id = $1 AND ss.staff_id = place.staff_id
		JOIN services v ON v.tenant_id = $1 AND v.id = ss.service_id AND v.deleted_at IS NULL AND v.is_active AND v.status = 'active'
			AND v.requires_staff
		WHERE place.tenant_id = $1 AND place.staff_id = $2
			AND (NOT EXISTS (SELECT 1 FROM service_outlets so WHERE so.tenant_id = $1 AND so.service_id = v.id)
				OR EXISTS (SELECT 1 FROM service_outlets so WHERE so.tenant_id = $1 AND so.service_id = v.id AND so.outlet_id = place.outlet_id))
		ORDER BY v.id, place.outlet_id`, tx.Tenant(), staff)
}
