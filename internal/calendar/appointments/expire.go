package appointments

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"reserva/internal/access"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// Subscribe registers the tidying of lapsed holds. They stopped counting when they
// lapsed; this writes it down.
func Subscribe(r *jobs.Registry, o *Operations) {
	r.Every("appointments.expire", 30*time.Second, o.Expire)
}

type lapsedRow struct {
	Tenant id.ID `db:"tenant_id"`
	ID     id.ID `db:"id"`
}

// Expire cancels the pending appointments whose hold has lapsed.
func (o *Operations) Expire(ctx context.Context) error {
	var due []lapsedRow
	err := o.db.PlatformView(ctx, "lapsed holds", func(tx *db.Tx) (err error) {
		due, err = db.All[lapsedRow](ctx, tx, `
			SELECT tenant_id, id FROM appointments
			WHERE hold_until IS NOT NULL AND hold_until <= $1 AND status = 'pending'
			ORDER BY hold_until LIMIT 500`, tx.Now())
		return err
	})
	for _, d := range due {
		err = errors.Join(err, o.expire(ctx, d.Tenant, d.ID))
	}
	return err
}

func (o *Operations) expire(ctx context.Context, tenant, appointment id.ID) error {
	_, err := o.change(ctx, tenant, access.System{Job: "appointments.expire"}, appointment,
		func(ctx context.Context, c *change) (Appointment, error) {
			if !c.row.lapsed(c.tx.Now()) {
				return Appointment{}, nil
			}
			reason, until := lapseReason(c.row), c.row.HoldUntil
			c.row.Status, c.row.HoldUntil = Cancelled, nil
			by := BySystem
			c.row.CancelledBy, c.row.CancelledAt, c.row.CancellationReason = &by, until, reason
			if err := releaseSeats(ctx, c.tx, c.row.ID); err != nil {
				return Appointment{}, err
			}
			return c.end("appointment.expired", CancelledEvent{AppointmentID: c.row.ID}), nil
		})
	return err
}

func (r *row) promise() (p availability.Promise) {
	_ = json.Unmarshal(r.Policy, &p)
	return p
}
