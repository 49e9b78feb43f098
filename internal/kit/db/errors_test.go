package db_test

import (
	"errors"
	"testing"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestEngineErrors(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	conflict := func(name string) func(error) bool {
		return func(err error) bool {
			return db.IsConflict(err, "something_else", name) && db.IsConflict(err) &&
				!db.IsConflict(err, "something_else") && !db.IsReference(err)
		}
	}
	violation := func(name string) func(error) bool {
		return func(err error) bool {
			var v *db.Violation
			return errors.As(err, &v) && v.Constraint == name && !db.IsConflict(err)
		}
	}
	cases := []struct {
		name  string
		write func(tx *db.Tx, tenant id.ID)
		is    func(error) bool
	}{
		{"unique", func(tx *db.Tx, tenant id.ID) {
			queueOutlet(tx, tenant, "one")
			queueOutlet(tx, tenant, "one")
		}, conflict("outlets_slug")},
		{"exclusion", func(tx *db.Tx, _ id.ID) { tx.Exec(raise("23P01")) }, conflict("")},
		{"expectation", func(tx *db.Tx, _ id.ID) {
			tx.Exec(`SELECT reserva.expect(1, 2, 'rows_counted')`)
		}, conflict("rows_counted")},
		{"missing reference", func(tx *db.Tx, tenant id.ID) {
			tx.Exec(`INSERT INTO outlet_hours (tenant_id, outlet_id, day, opens, closes) VALUES ($1, $2, 0, 0, 60)`, tenant, id.New())
		}, db.IsReference},
		{"check", func(tx *db.Tx, tenant id.ID) {
			tx.Exec(`INSERT INTO plan_usage (tenant_id, month, appointments) VALUES ($1, '2026-01-01', -1)`, tenant)
		}, violation("plan_usage_appointments_check")},
		{"guard at commit", func(tx *db.Tx, tenant id.ID) {
			tx.Exec(`INSERT INTO ledger_movements (tenant_id, id, kind, reference, created_at) VALUES ($1, $2, 'charge', 'r', now())`,
				tenant, id.New())
		}, violation("ledger_balanced")},
		{"anything else", func(tx *db.Tx, _ id.ID) { tx.Exec(raise("22012")) }, func(err error) bool {
			var v *db.Violation
			return err != nil && !errors.As(err, &v) && !db.IsConflict(err) && !db.IsReference(err) && sqlState(err) == "22012"
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tenant := newTenant(t, d)
			err := d.Update(t.Context(), tenant, func(tx *db.Tx) error { c.write(tx, tenant); return nil })
			if !c.is(err) {
				t.Errorf("got %#v (%v)", err, err)
			}
			if err == nil || sqlState(err) == "" {
				t.Errorf("the engine's error is not kept for the log: %v", err)
			}
		})
	}
}

func TestDatabaseThatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"postgres://%zz", "postgres://localhost:1/none?connect_timeout=1"} {
		if d, err := db.Open(t.Context(), db.Options{URL: url}); err == nil {
			d.Close()
			t.Errorf("opened %q", url)
		}
	}
}
