package db_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/testkit"
)

func TestRetry(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	cases := []struct {
		name     string
		code     string
		failures int
		attempts int
		fail     bool
	}{
		{"no failure", "40001", 0, 1, false},
		{"serialization failure", "40001", 2, 3, false},
		{"deadlock", "40P01", 1, 2, false},
		{"for ever", "40001", 1000, 8, true},
		{"a failure that stays", "22012", 1000, 1, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tenant := newTenant(t, d)
			attempts := 0
			err := d.Update(t.Context(), tenant, func(tx *db.Tx) error {
				attempts++
				queueOutlet(tx, tenant, "one")
				if attempts <= c.failures {
					tx.Exec(raise(c.code)) // fails the batch that would commit
				}
				return nil
			})
			if attempts != c.attempts || (err != nil) != c.fail {
				t.Errorf("%d attempts, %v; want %d, failure: %v", attempts, err, c.attempts, c.fail)
			}
			want := []string{"one"}
			if c.fail {
				want = []string{}
			}
			if got := slugs(t, d, tenant); !slices.Equal(got, want) {
				t.Errorf("outlets %v, want %v", got, want)
			}
		})
	}
}

func TestRetryStopsWithItsContext(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant := newTenant(t, d)
	ctx, cancel := context.WithCancel(t.Context())
	attempts := 0
	err := d.Update(ctx, tenant, func(tx *db.Tx) error {
		attempts++
		_, err := tx.ExecNow(ctx, raise("40001"))
		cancel()
		return err
	})
	if err == nil || attempts > 2 {
		t.Errorf("%d attempts after the context's end, %v", attempts, err)
	}
}

func TestDeadlockIsSurvived(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant := newTenant(t, d)
	err := d.Update(t.Context(), tenant, func(tx *db.Tx) error {
		queueOutlet(tx, tenant, "one")
		queueOutlet(tx, tenant, "two")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	const renameSQL = `UPDATE outlets SET name = name || '.' WHERE tenant_id = $1 AND slug = $2`
	var both sync.WaitGroup // each holds its first row before either asks for its second
	both.Add(2)
	errs := make(chan error, 2)
	for _, order := range [][]string{{"one", "two"}, {"two", "one"}} {
		go func() {
			once := sync.OnceFunc(func() { both.Done(); both.Wait() })
			errs <- d.Update(t.Context(), tenant, func(tx *db.Tx) error {
				_, err := tx.ExecNow(t.Context(), renameSQL, tenant, order[0])
				once()
				_, err2 := tx.ExecNow(t.Context(), renameSQL, tenant, order[1])
				return errors.Join(err, err2)
			})
		}()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Errorf("rivals in opposite order: %v", err)
		}
	}
	err = d.View(t.Context(), tenant, func(tx *db.Tx) error {
		names, err := db.All[string](t.Context(), tx, `SELECT name FROM outlets WHERE tenant_id = $1 ORDER BY slug`, tenant)
		if want := []string{"Outlet one..", "Outlet two.."}; !slices.Equal(names, want) {
			t.Errorf("names %v, want %v", names, want)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestCancelledTransactionLeavesNothing(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t, testkit.WithConns(1))
	tenant := newTenant(t, d)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := d.Update(ctx, tenant, func(tx *db.Tx) error {
		queueOutlet(tx, tenant, "one")
		_, err := db.One[string](ctx, tx, `SELECT pg_sleep(30)::text`)
		return err
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("cancelled in the middle: %v", err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if got := slugs(t, d, tenant); len(got) != 0 {
			t.Errorf("outlets: %v", got)
		}
	}()
	within(t, 10*time.Second, "a connection after a cancelled transaction", done)
}
