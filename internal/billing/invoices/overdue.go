package invoices

import (
	"context"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/jobs"
)

// Subscribe lets invoices fall due.
func Subscribe(r *jobs.Registry, o *Operations) {
	r.Every("invoices.overdue", time.Hour, o.MarkOverdue)
}

// MarkOverdue notes which sent invoices have passed their due date, by the clock
// of the business.
func (o *Operations) MarkOverdue(ctx context.Context) error {
	return o.db.Platform(ctx, "invoices that fall due", func(tx *db.Tx) error {
		tx.Exec(`
			UPDATE invoices i
			SET status = 'OVERDUE', updated_at = $1
			FROM tenants t
			WHERE i.tenant_id = t.id AND i.status = 'SENT' AND i.due_date < ($1::timestamptz AT TIME ZONE t.timezone)::date`, tx.Now())
		return nil
	})
}
