package bench

import (
	"context"
	"time"
)

// drainTime is how long the queue is watched.
const drainTime = 5 * time.Second

// Jobs is what the bookings left to do. The server works its queue while it books, with
// few workers, so that what comes first is the answer to the guest: a load that never
// pauses books faster than its mails are written.
type Jobs struct {
	Waiting   int64   `json:"waiting"`    // when the last booking was answered
	PerSecond float64 `json:"per_second"` // worked afterwards, when nothing else is to do
}

// measureJobs watches the queue while nothing is booked.
func (r *run) measureJobs(ctx context.Context) error {
	before, err := r.waiting(ctx)
	if err != nil {
		return err
	}
	began, left := time.Now(), before
	for left > 0 && time.Since(began) < drainTime {
		if err := sleep(ctx, drainTime/50); err != nil {
			return err
		}
		if left, err = r.waiting(ctx); err != nil {
			return err
		}
	}
	r.report.Jobs = Jobs{Waiting: before, PerSecond: round(float64(before-left)/time.Since(began).Seconds(), 1)}
	return nil
}

// waiting counts the jobs of events that are due and not done.
func (r *run) waiting(ctx context.Context) (n int64, err error) {
	err = r.driver.QueryRow(ctx, `
		SELECT count(*)
		FROM river.river_job
		WHERE kind = 'event' AND state IN ('available', 'running', 'retryable')`).Scan(&n)
	return n, err
}

// calm waits until no event is left to be worked, though not for ever.
func (r *run) calm(ctx context.Context) error {
	left := int64(0)
	for range 600 {
		var err error
		if left, err = r.waiting(ctx); err != nil || left == 0 {
			return err
		}
		if err := sleep(ctx, drainTime/50); err != nil {
			return err
		}
	}
	r.Log.Warn("jobs are still being worked", "left", left)
	return nil
}
