package db_test

import (
	"context"
	"testing"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// PlanOnce lasts to the end of its transaction, whenever in it it is asked for, and no
// longer: the next one on the connection plans as PostgreSQL sees fit.
func TestPlanOnceEndsWithItsTransaction(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant := newTenant(t, d)
	mode := func(tx *db.Tx) string {
		t.Helper()
		said, err := db.One[string](t.Context(), tx, `SELECT current_setting('plan_cache_mode')`)
		if err != nil {
			t.Fatal(err)
		}
		return said
	}
	type transaction = func(context.Context, id.ID, func(*db.Tx) error) error
	for name, run := range map[string]transaction{"View": d.View, "Update": d.Update} {
		for when, before := range map[string]bool{"before all else": true, "later": false} {
			err := run(t.Context(), tenant, func(tx *db.Tx) error {
				if !before {
					if said := mode(tx); said != "auto" {
						t.Errorf("%s, %s: began with %s", name, when, said)
					}
				}
				tx.PlanOnce()
				tx.PlanOnce()
				for range 2 {
					if said := mode(tx); said != "force_generic_plan" {
						t.Errorf("%s, %s: %s", name, when, said)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for range 20 { // whichever connection it gets
			if err := run(t.Context(), tenant, func(tx *db.Tx) error {
				if said := mode(tx); said != "auto" {
					t.Errorf("%s: afterwards %s", name, said)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
}
