package testkit_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/testkit"
)

type happened struct {
	Fail bool `json:"fail"`
}

func (happened) EventName() string { return "test.happened" }

// newWorld is a world without endpoints, whose one subscriber counts.
func newWorld(t *testing.T, ran *int) *testkit.World {
	t.Helper()
	clock := testkit.NewClock(testkit.Beginning())
	registry := jobs.NewRegistry()
	jobs.On(registry, "counter", func(_ context.Context, _ id.ID, e happened) error {
		*ran++
		if e.Fail {
			return errors.New("it failed")
		}
		return nil
	})
	d, err := db.Open(t.Context(), db.Options{URL: testkit.FreshURL(t), Now: clock.Now, Subscribers: registry.Subscribers()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return testkit.Around(t, testkit.Parts{Handler: http.NotFoundHandler(), DB: d, Jobs: registry, Clock: clock})
}

func publish(t *testing.T, w *testkit.World, e happened, at time.Time) {
	t.Helper()
	err := w.DB.Platform(t.Context(), "test", func(tx *db.Tx) error {
		jobs.PublishAt(tx, e, at)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestJobsAreRunTwiceAndOnce(t *testing.T) {
	t.Parallel()
	ran := 0
	w := newWorld(t, &ran)
	publish(t, w, happened{}, time.Time{})
	w.RunJobs()
	if ran != 2 {
		t.Errorf("a job ran %d times, want twice", ran)
	}
	w.RunJobs()
	if ran != 2 {
		t.Errorf("a job that was done ran again")
	}
}

func TestJobsWaitForTheClock(t *testing.T) {
	t.Parallel()
	ran := 0
	w := newWorld(t, &ran)
	publish(t, w, happened{}, w.Clock.Now().Add(time.Hour))
	w.RunJobs()
	w.Advance(59 * time.Minute)
	w.RunJobs()
	if ran != 0 {
		t.Error("a job ran before its time")
	}
	w.Advance(2 * time.Minute)
	w.RunJobs()
	if ran != 2 {
		t.Errorf("a job whose time has come ran %d times, want twice", ran)
	}
}

func TestFailedJobsStay(t *testing.T) {
	t.Parallel()
	ran := 0
	w := newWorld(t, &ran)
	publish(t, w, happened{Fail: true}, time.Time{})
	publish(t, w, happened{}, time.Time{})
	if failures := w.TryJobs(); len(failures) != 1 || ran != 3 {
		t.Errorf("failures %v after %d runs, want one after three", failures, ran)
	}
	if failures := w.TryJobs(); len(failures) != 1 || ran != 4 {
		t.Errorf("failures %v after %d runs, want one after four", failures, ran)
	}
}

func TestDaysAreThoseOfTheZone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, new(int))
	if got := w.Day(0); got != "2026-03-02" {
		t.Errorf("today is %s", got)
	}
	w.Clock.Set(time.Date(2026, time.March, 2, 17, 0, 0, 0, time.UTC)) // midnight in Jakarta
	if got := w.Day(1); got != "2026-03-04" {
		t.Errorf("tomorrow is %s", got)
	}
}
