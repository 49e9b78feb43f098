package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

var errOwn = errors.New("the function's own error")

func TestUpdateCommitsAllOrNothing(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	ctx := t.Context()
	cases := []struct {
		name string
		fn   func(tx *db.Tx, tenant id.ID) error
		want []string
		fail bool
	}{
		{"two queued writes", func(tx *db.Tx, tenant id.ID) error {
			queueOutlet(tx, tenant, "one")
			queueOutlet(tx, tenant, "two")
			return nil
		}, []string{"one", "two"}, false},
		{"a write sent and one queued", func(tx *db.Tx, tenant id.ID) error {
			queueOutlet(tx, tenant, "one")
			if err := tx.Flush(ctx); err != nil {
				return err
			}
			queueOutlet(tx, tenant, "two")
			return nil
		}, []string{"one", "two"}, false},
		{"nothing at all", func(*db.Tx, id.ID) error { return nil }, []string{}, false},
		{"an error of the function", func(tx *db.Tx, tenant id.ID) error {
			queueOutlet(tx, tenant, "one")
			return errors.Join(tx.Flush(ctx), errOwn)
		}, []string{}, true},
		{"the last queued write is refused", func(tx *db.Tx, tenant id.ID) error {
			queueOutlet(tx, tenant, "one")
			queueOutlet(tx, tenant, "one")
			return nil
		}, []string{}, true},
		{"a refusal that the function passes over", func(tx *db.Tx, tenant id.ID) error {
			queueOutlet(tx, tenant, "one")
			queueOutlet(tx, tenant, "one")
			_ = tx.Flush(ctx)
			return nil
		}, []string{}, true},
		{"fewer rows than expected", func(tx *db.Tx, tenant id.ID) error {
			queueOutlet(tx, tenant, "one")
			tx.Expect(1, "outlet_there", `UPDATE outlets SET name = 'x' WHERE tenant_id = $1 AND slug = 'none' RETURNING id`, tenant)
			return nil
		}, []string{}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tenant := newTenant(t, d)
			err := d.Update(ctx, tenant, func(tx *db.Tx) error { return c.fn(tx, tenant) })
			if (err != nil) != c.fail {
				t.Errorf("error %v, want one: %v", err, c.fail)
			}
			if diff := cmp.Diff(c.want, slugs(t, d, tenant)); diff != "" {
				t.Errorf("outlets (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPanicRollsBackAndKeepsThePoolWhole(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t, testkit.WithConns(1))
	tenant := newTenant(t, d)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was lost")
			}
		}()
		_ = d.Update(t.Context(), tenant, func(tx *db.Tx) error {
			queueOutlet(tx, tenant, "one")
			if err := tx.Flush(t.Context()); err != nil {
				return err
			}
			panic("in the middle")
		})
	}()
	// The pool has one connection: this waits for ever if the panic took it.
	if got := slugs(t, d, tenant); len(got) != 0 {
		t.Errorf("outlets after a panic: %v", got)
	}
}

func TestReads(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	ctx, tenant := t.Context(), newTenant(t, d)
	err := d.Update(ctx, tenant, func(tx *db.Tx) error {
		queueOutlet(tx, tenant, "one")
		queueOutlet(tx, tenant, "two")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Slug string `db:"slug"`
		Name string `db:"name"`
	}
	err = d.View(ctx, tenant, func(tx *db.Tx) error {
		one, err := db.One[row](ctx, tx, `SELECT slug, name FROM outlets WHERE tenant_id = $1 AND slug = 'one'`, tenant)
		if want := (row{"one", "Outlet one"}); err != nil || one != want {
			t.Errorf("One: %v, %v", one, err)
		}
		if _, err = db.One[row](ctx, tx, `SELECT slug, name FROM outlets WHERE tenant_id = $1 AND slug = 'six'`, tenant); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("One of nothing: %v", err)
		}
		none, err := db.All[row](ctx, tx, `SELECT slug, name FROM outlets WHERE tenant_id = $1 AND slug = 'six'`, tenant)
		if err != nil || none == nil || len(none) != 0 {
			t.Errorf("All of nothing: %#v, %v", none, err)
		}
		count := db.QueueOne[int](tx, `SELECT count(*) FROM outlets WHERE tenant_id = $1`, tenant)
		page := db.QueueAll[string](tx, `SELECT slug FROM outlets WHERE tenant_id = $1 ORDER BY slug`, tenant)
		when := db.QueueOne[time.Time](tx, `SELECT max(created_at) FROM outlets WHERE tenant_id = $1`, tenant)
		absent := db.QueueOne[string](tx, `SELECT slug FROM outlets WHERE tenant_id = $1 AND slug = 'six'`, tenant)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if count.Value != 2 || len(page.Rows) != 2 || when.Value.IsZero() || absent.Found {
			t.Errorf("queued reads: %v %v %v %v", count, page, when, absent)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOneTakesTheFirstOfSeveralRows(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	err := d.View(t.Context(), newTenant(t, d), func(tx *db.Tx) error {
		got, err := db.One[int](t.Context(), tx, `SELECT n FROM (VALUES (1), (2)) AS v (n) ORDER BY n`)
		if err != nil || got != 1 {
			t.Errorf("first of two rows: %d, %v", got, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestViewCannotWrite(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant := newTenant(t, d)
	views := map[string]func(context.Context, func(*db.Tx) error) error{
		"tenant": func(ctx context.Context, fn func(*db.Tx) error) error { return d.View(ctx, tenant, fn) },
		"platform": func(ctx context.Context, fn func(*db.Tx) error) error {
			return d.PlatformView(ctx, "test", fn)
		},
	}
	for name, view := range views {
		err := view(t.Context(), func(tx *db.Tx) error {
			// The second batch of a View is as read-only as the first.
			if _, err := db.One[int](t.Context(), tx, `SELECT 1`); err != nil {
				return err
			}
			queueOutlet(tx, tenant, "one")
			return nil
		})
		if code := sqlState(err); code != "25006" {
			t.Errorf("%s: write in a view: %v", name, err)
		}
	}
	if got := slugs(t, d, tenant); len(got) != 0 {
		t.Errorf("outlets: %v", got)
	}
}

func TestViewSeesNewestRowsInEachBatch(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	ctx, tenant := t.Context(), newTenant(t, d)
	const countSQL = `SELECT count(*) FROM outlets WHERE tenant_id = $1`
	err := d.View(ctx, tenant, func(tx *db.Tx) error {
		before, err := db.One[int](ctx, tx, countSQL, tenant)
		if err != nil {
			return err
		}
		if err := d.Update(ctx, tenant, func(tx *db.Tx) error { queueOutlet(tx, tenant, "one"); return nil }); err != nil {
			return err
		}
		after, err := db.One[int](ctx, tx, countSQL, tenant)
		if before != 0 || after != 1 {
			t.Errorf("outlets before %d and after %d", before, after)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestExpect(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant := newTenant(t, d)
	insert := func(wanted int64) error {
		return d.Update(t.Context(), tenant, func(tx *db.Tx) error {
			tx.Expect(wanted, "both_inserted", `
				INSERT INTO outlets (tenant_id, id, slug, name, timezone, created_at, updated_at)
				SELECT $1, o.id, o.slug, o.slug, 'UTC', $4, $4
				FROM unnest($2::text[], $3::text[]) AS o (id, slug)
				ON CONFLICT ON CONSTRAINT outlets_slug DO NOTHING
				RETURNING id`, tenant, []id.ID{id.New(), id.New()}, []string{"one", "two"}, tx.Now())
			return nil
		})
	}
	if err := insert(2); err != nil {
		t.Fatalf("the first time: %v", err)
	}
	if err := insert(2); !db.IsConflict(err, "both_inserted") {
		t.Errorf("the second time: %v", err)
	}
	if err := insert(0); err != nil {
		t.Errorf("expecting none: %v", err)
	}
}

func TestExecNowCounts(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant := newTenant(t, d)
	err := d.Update(t.Context(), tenant, func(tx *db.Tx) error {
		queueOutlet(tx, tenant, "one")
		queueOutlet(tx, tenant, "two")
		n, err := tx.ExecNow(t.Context(), `UPDATE outlets SET name = 'x' WHERE tenant_id = $1`, tenant)
		if n != 2 {
			t.Errorf("changed %d rows, want 2", n)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestTransactionHasOneTime(t *testing.T) {
	t.Parallel()
	ticks := time.Date(2026, 10, 25, 0, 59, 59, 123456789, time.FixedZone("", 3600))
	var mu sync.Mutex
	d := testkit.DB(t, testkit.WithClock(func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		ticks = ticks.Add(time.Second)
		return ticks
	}))
	tenant := newTenant(t, d)
	err := d.Update(t.Context(), tenant, func(tx *db.Tx) error {
		first := tx.Now()
		outlet := queueOutlet(tx, tenant, "one")
		stored, err := db.One[time.Time](t.Context(), tx, `SELECT created_at FROM outlets WHERE tenant_id = $1 AND id = $2`, tenant, outlet)
		if !tx.Now().Equal(first) || !stored.Equal(first) {
			t.Errorf("times %v, %v, stored %v", first, tx.Now(), stored)
		}
		if first.Location() != time.UTC || first.Nanosecond()%1000 != 0 {
			t.Errorf("%v is not in UTC and whole microseconds", first)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestTransactionIsUnusableAfterItsEnd(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	var kept *db.Tx
	if err := d.View(t.Context(), newTenant(t, d), func(tx *db.Tx) error { kept = tx; return nil }); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if r := recover(); r != db.ErrClosed {
			t.Errorf("recovered %v, want ErrClosed", r)
		}
	}()
	kept.Exec(`SELECT 1`)
}

func TestRolesAndTenantEndWithTheTransaction(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t, testkit.WithConns(1))
	tenant := newTenant(t, d)
	who := func() (role, set string) {
		if err := d.Pool().QueryRow(t.Context(),
			`SELECT current_user, coalesce(current_setting('reserva.tenant', true), '')`).Scan(&role, &set); err != nil {
			t.Fatal(err)
		}
		return role, set
	}
	connected, _ := who()
	transactions := map[string]func() error{
		"update": func() error {
			return d.Update(t.Context(), tenant, func(tx *db.Tx) error { queueOutlet(tx, tenant, "one"); return nil })
		},
		"failed update": func() error {
			_ = d.Update(t.Context(), tenant, func(tx *db.Tx) error { queueOutlet(tx, tenant, "one"); return nil })
			return nil
		},
		"view": func() error {
			return d.View(t.Context(), tenant, func(tx *db.Tx) error { tx.Exec(`SELECT 1`); return nil })
		},
		"platform": func() error {
			return d.Platform(t.Context(), "test", func(tx *db.Tx) error { tx.Exec(`SELECT 1`); return nil })
		},
	}
	for name, run := range transactions {
		if err := run(); err != nil && name != "update" {
			t.Errorf("%s: %v", name, err)
		}
		if role, set := who(); role != connected || set != "" {
			t.Errorf("after %s the connection is %s of tenant %q", name, role, set)
		}
	}
}

func sqlState(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}
