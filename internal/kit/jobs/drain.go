package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// stored is a job of an event, as the queue keeps it.
type stored struct {
	ID   int64
	Args struct {
		Tenant     id.ID
		Event      string
		Subscriber string
		Data       json.RawMessage
	}
}

const (
	dueSQL = `
		SELECT id, args
		FROM river.river_job
		WHERE kind = 'event' AND state = 'available' AND scheduled_at <= $1
		ORDER BY priority, scheduled_at, id
		LIMIT 100`
	doneSQL = `DELETE FROM river.river_job WHERE id = $1`
)

// Drain works the jobs of events that are due, one after the other, until there are
// none. It is for commands that work without a Runner on a database that nobody else
// uses; it ends with the first job that fails.
func Drain(ctx context.Context, d *db.DB, r *Registry) error {
	for {
		rows, err := d.Pool().Query(ctx, dueSQL, time.Now())
		if err != nil {
			return fmt.Errorf("read the queue: %w", err)
		}
		due, err := pgx.CollectRows(rows, pgx.RowToStructByPos[stored])
		if err != nil {
			return fmt.Errorf("read the queue: %w", err)
		}
		if len(due) == 0 {
			return nil
		}
		for _, job := range due {
			a := job.Args
			if err := r.Run(ctx, a.Tenant, a.Event, a.Subscriber, a.Data); err != nil {
				return fmt.Errorf("job %s/%s: %w", a.Event, a.Subscriber, err)
			}
			if _, err := d.Pool().Exec(ctx, doneSQL, job.ID); err != nil {
				return fmt.Errorf("take a job from the queue: %w", err)
			}
		}
	}
}
