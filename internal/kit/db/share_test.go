package db_test

import (
	"testing"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/testkit"
)

// Those who share a name work side by side; who wants it alone waits for them, and they for
// it. Other names, and other tenants, are nobody's business.
func TestShareAndAlone(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant, other := newTenant(t, d), newTenant(t, d)
	share := func(name string) func(*db.Tx) error {
		return func(tx *db.Tx) error {
			tx.PlanOnce()
			tx.Share(name)
			_, err := db.One[int](t.Context(), tx, `SELECT 1`)
			return err
		}
	}
	alone := func(name string) func(*db.Tx) error {
		return func(tx *db.Tx) error {
			tx.Alone(name)
			return tx.Flush(t.Context())
		}
	}
	// holding runs then while a transaction holds what enter takes.
	holding := func(enter func(*db.Tx) error, then func()) {
		t.Helper()
		err := d.Update(t.Context(), tenant, func(tx *db.Tx) error {
			tx.PlanOnce()
			if err := enter(tx); err != nil {
				return err
			}
			then()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	ends := func(done <-chan error) bool {
		t.Helper()
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return true
		case <-time.After(150 * time.Millisecond):
			return false
		}
	}
	start := func(enter func(*db.Tx) error) <-chan error {
		done := make(chan error, 1)
		go func() { done <- d.Update(t.Context(), tenant, enter) }()
		return done
	}
	for name, tt := range map[string]struct {
		held, asked func(*db.Tx) error
		waits       bool
	}{
		"two share":           {share("diary"), share("diary"), false},
		"alone after a share": {share("diary"), alone("diary"), true},
		"a share after alone": {alone("diary"), share("diary"), true},
		"two want it alone":   {alone("diary"), alone("diary"), true},
		"different names":     {alone("diary"), share("books"), false},
	} {
		var done <-chan error
		holding(tt.held, func() {
			if done = start(tt.asked); ends(done) == tt.waits {
				t.Errorf("%s: waits is not %v", name, tt.waits)
				done = nil
			}
		})
		if tt.waits && done != nil {
			if err := <-done; err != nil {
				t.Error(name, err)
			}
		}
	}
	holding(alone("diary"), func() {
		if err := d.Update(t.Context(), other, share("diary")); err != nil {
			t.Error(err)
		}
	})
}
