package availability

import (
	"context"
	"errors"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// NextStart is the next start of any service that a staff member gives at the
// primary outlet, within two weeks; nil where there is none. It implements
// staff.Calendar.
func (o *Operations) NextStart(ctx context.Context, tenant, staff id.ID) (*time.Time, error) {
	var d *Diary
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		p := queuePerson(tx, staff)
		services := queueGiven(tx, staff)
		if err := tx.Flush(ctx); err != nil || !p.Found || len(services.Rows) == 0 {
			return err
		}
		today := civil.Of(tx.Now(), p.Value.location())
		ask := Ask{Outlet: p.Value.OutletID, From: today, To: today.AddDays(13), Audience: Desk, Only: []id.ID{staff}}
		for _, given := range services.Rows {
			ask.Services = append(ask.Services, given.ID)
			if given.Staff > 1 {
				ask.Only = nil // whoever else may be of the team
			}
		}
		d = Queue(tx, ask)
		return nil
	})
	if err != nil || d == nil {
		return nil, err
	}
	defer d.release()
	switch err := d.Build(); {
	case errors.Is(err, ErrOutletClosed):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return d.nextStart(staff), nil
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

// given is a service that a staff member can be booked for.
type given struct {
	ID    id.ID `db:"id"`
	Staff int   `db:"required_staff_count"`
}

// queueGiven reads which services a staff member can be booked for at the primary
// outlet.
func queueGiven(tx *db.Tx, staff id.ID) *db.Results[given] {
	return db.QueueAll[given](tx, `
		SELECT v.id, v.required_staff_count
		FROM staff s
		JOIN staff_services ss ON ss.tenant_id = $1 AND ss.staff_id = s.id
		JOIN services v ON v.tenant_id = $1 AND v.id = ss.service_id AND v.deleted_at IS NULL AND v.is_active AND v.status = 'active'
			AND v.requires_staff
		WHERE s.tenant_id = $1 AND s.id = $2
			AND (NOT EXISTS (SELECT 1 FROM service_outlets so WHERE so.tenant_id = $1 AND so.service_id = v.id)
				OR EXISTS (SELECT 1 FROM service_outlets so WHERE so.tenant_id = $1 AND so.service_id = v.id AND so.outlet_id = s.outlet_id))
		ORDER BY v.id`, tx.Tenant(), staff)
}
