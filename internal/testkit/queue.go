package testkit

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/id"
)

// queued is a job of an event, as the queue stores it.
type queued struct {
	ID   int64
	Args struct {
		Tenant     id.ID
		Event      string
		Subscriber string
		Data       json.RawMessage
	}
}

// RunJobs does the work that is due until there is no more, and fails the test if
// any of it fails. Each job is run twice, as the queue may do.
func (w *World) RunJobs() {
	w.Helper()
	for _, err := range w.TryJobs() {
		w.Error(err)
	}
}

// TryJobs is RunJobs for tests of what happens when jobs fail: it returns the
// failures, and leaves those jobs for another call.
func (w *World) TryJobs() []error {
	w.Helper()
	var failures []error
	var failed []int64
	for {
		job, ok := w.nextJob(failed)
		if !ok {
			return failures
		}
		if err := w.runTwice(job); err != nil {
			failures = append(failures, fmt.Errorf("job %s/%s: %w", job.Args.Event, job.Args.Subscriber, err))
			failed = append(failed, job.ID)
			continue
		}
		w.Exec(`DELETE FROM river.river_job WHERE id = $1`, job.ID)
	}
}

// nextJob is the first that is due, in the order in which a single worker takes them.
func (w *World) nextJob(except []int64) (job queued, ok bool) {
	w.Helper()
	rows, err := w.DB.Pool().Query(w.Context(), `
		SELECT id, args
		FROM river.river_job
		WHERE kind = 'event' AND state IN ('available', 'scheduled', 'retryable') AND scheduled_at <= $1
			AND id <> ALL (coalesce($2::bigint[], '{}'))
		ORDER BY priority, scheduled_at, id
		LIMIT 1`, time.Now(), except)
	if err != nil {
		w.Fatalf("read the queue: %v", err)
	}
	jobs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[queued])
	if err != nil {
		w.Fatalf("read the queue: %v", err)
	}
	if len(jobs) == 0 {
		return queued{}, false
	}
	return jobs[0], true
}

func (w *World) runTwice(job queued) error {
	for range 2 {
		a := job.Args
		if err := w.Jobs.Run(w.Context(), a.Tenant, a.Event, a.Subscriber, a.Data); err != nil {
			return err
		}
	}
	return nil
}

// Every runs the interval work of that name once.
func (w *World) Every(name string) {
	w.Helper()
	if err := w.Jobs.RunPeriodic(w.Context(), name); err != nil {
		w.Fatalf("interval work %s: %v", name, err)
	}
}

// Advance moves the clock, and with it the jobs that wait for their time: the queue
// itself keeps wall-clock time.
func (w *World) Advance(d time.Duration) {
	w.Helper()
	w.Clock.Advance(d)
	w.Exec(`UPDATE river.river_job SET scheduled_at = scheduled_at - $1::bigint * interval '1 microsecond'`, d.Microseconds())
}

// Exec changes the database around the application, as superuser, for what no
// operation does.
func (w *World) Exec(sql string, args ...any) {
	w.Helper()
	if _, err := w.DB.Pool().Exec(w.Context(), sql, args...); err != nil {
		w.Fatalf("%v\n%s", err, sql)
	}
}
