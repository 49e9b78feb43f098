package history

import (
	"context"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/jobs"
)

// foldEvery bounds how many notes a count is the sum of.
const foldEvery = 10 * time.Minute

// Subscribe has the notes of counts folded.
func Subscribe(r *jobs.Registry, o *Operations) { r.Every("payments.fold_counts", foldEvery, o.Fold) }

// Fold makes one note of those of each day, type and state that have new ones. Counts stay
// what they are, also for who reads meanwhile, and for another server that folds.
func (o *Operations) Fold(ctx context.Context) error {
	return o.db.Platform(ctx, "fold counts of payments", func(tx *db.Tx) error {
		tx.Exec(`
			WITH gone AS (
				DELETE FROM payment_counts c
				USING (SELECT DISTINCT tenant_id, day FROM payment_counts WHERE NOT folded) loose
				WHERE c.tenant_id = loose.tenant_id AND c.day = loose.day
				RETURNING c.tenant_id, c.day, c.payment_type, c.status, c.n
			)
			INSERT INTO payment_counts (tenant_id, day, payment_type, status, n, folded)
			SELECT tenant_id, day, payment_type, status, sum(n), true
			FROM gone
			GROUP BY tenant_id, day, payment_type, status
			HAVING sum(n) <> 0`)
		return nil
	})
}
