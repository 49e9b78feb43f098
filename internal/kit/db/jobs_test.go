package db_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

type queuedJob struct {
	Kind     string `db:"kind"`
	State    string `db:"state"`
	Priority int    `db:"priority"`
	// Hours from now, rounded.
	Hours int `db:"hours"`
}

// queued reads the jobs of a tenant, as the tenant.
func queued(t *testing.T, d *db.DB, tenant id.ID) []queuedJob {
	t.Helper()
	var jobs []queuedJob
	err := d.View(t.Context(), tenant, func(tx *db.Tx) (err error) {
		jobs, err = db.All[queuedJob](t.Context(), tx, `
			SELECT kind, state::text AS state, priority,
				round(extract(epoch FROM scheduled_at - now()) / 3600)::int AS hours
			FROM river.river_job
			WHERE args ->> 'tenant' = $1
			ORDER BY id`, tenant)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}

func job(tenant id.ID, kind string) db.Job {
	return db.Job{Kind: kind, Args: fmt.Appendf(nil, `{"tenant":%q}`, tenant)}
}

func TestJobsLiveAndDieWithTheirTransaction(t *testing.T) {
	t.Parallel()
	// The queue keeps wall-clock time; what counts is the distance from the product's clock.
	clock := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	d := testkit.DB(t, testkit.WithClock(func() time.Time { return clock }))
	tenant := newTenant(t, d)
	err := d.Update(t.Context(), tenant, func(tx *db.Tx) error {
		tx.AddJob(job(tenant, "lost"))
		queueOutlet(tx, tenant, "one")
		return errOwn
	})
	if !errors.Is(err, errOwn) || len(queued(t, d, tenant)) != 0 {
		t.Errorf("after a rollback (%v): %v", err, queued(t, d, tenant))
	}
	err = d.Update(t.Context(), tenant, func(tx *db.Tx) error {
		now, later, past := job(tenant, "now"), job(tenant, "later"), job(tenant, "past")
		later.RunAt, later.Priority = clock.Add(3*time.Hour), 4
		past.RunAt = clock.Add(-3 * time.Hour)
		tx.AddJob(now)
		tx.AddJob(later)
		tx.AddJob(past)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []queuedJob{
		{"now", "available", 1, 0},
		{"later", "scheduled", 4, 3},
		{"past", "available", 1, 0},
	}
	if diff := cmp.Diff(want, queued(t, d, tenant)); diff != "" {
		t.Errorf("jobs (-want +got):\n%s", diff)
	}
}

func TestRetriedTransactionQueuesItsJobsOnce(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant := newTenant(t, d)
	attempts := 0
	err := d.Update(t.Context(), tenant, func(tx *db.Tx) error {
		attempts++
		tx.AddJob(job(tenant, "once"))
		if attempts < 3 {
			tx.Exec(raise("40001"))
		}
		return nil
	})
	if jobs := queued(t, d, tenant); err != nil || len(jobs) != 1 {
		t.Errorf("after %d attempts: %v, jobs %v", attempts, err, jobs)
	}
}

func TestSubscribersAreThoseOfTheHandle(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t, testkit.WithSubscribers(map[string][]string{"outlet.created": {"a", "b"}}))
	err := d.View(t.Context(), newTenant(t, d), func(tx *db.Tx) error {
		if got := tx.Subscribers("outlet.created"); len(got) != 2 {
			t.Errorf("subscribers %v", got)
		}
		if got := tx.Subscribers("outlet.closed"); len(got) != 0 {
			t.Errorf("subscribers of an event that nobody wants: %v", got)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
