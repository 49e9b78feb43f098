package db_test

import (
	"fmt"
	"testing"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// newTenant makes a tenant with nothing in it.
func newTenant(t *testing.T, d *db.DB) id.ID {
	t.Helper()
	tenant := id.New()
	err := d.Platform(t.Context(), "test", func(tx *db.Tx) error {
		tx.Exec(`
			INSERT INTO tenants (id, slug, name, email, phone, created_at, updated_at)
			VALUES ($1, $2, 'Test', 'test@example.com', '+620000000', $3, $3)`,
			tenant, "t-"+string(tenant), tx.Now())
		return nil
	})
	if err != nil {
		t.Fatalf("make a tenant: %v", err)
	}
	return tenant
}

const insertOutletSQL = `
	INSERT INTO outlets (tenant_id, id, slug, name, timezone, created_at, updated_at)
	VALUES ($1, $2, $3, $4, 'Asia/Jakarta', $5, $5)`

// queueOutlet queues one outlet, the row that these tests write.
func queueOutlet(tx *db.Tx, tenant id.ID, slug string) id.ID {
	outlet := id.New()
	tx.Exec(insertOutletSQL, tenant, outlet, slug, "Outlet "+slug, tx.Now())
	return outlet
}

// slugs reads which outlets a tenant has.
func slugs(t *testing.T, d *db.DB, tenant id.ID) []string {
	t.Helper()
	var found []string
	err := d.View(t.Context(), tenant, func(tx *db.Tx) (err error) {
		found, err = db.All[string](t.Context(), tx,
			`SELECT slug FROM outlets WHERE tenant_id = $1 ORDER BY slug`, tenant)
		return err
	})
	if err != nil {
		t.Fatalf("read outlets: %v", err)
	}
	return found
}

// raise is a statement that fails with an SQLSTATE of the test's choice.
func raise(code string) string {
	return fmt.Sprintf(`DO $$ BEGIN RAISE EXCEPTION 'raised by the test' USING ERRCODE = '%s'; END $$`, code)
}

// within fails the test, rather than the run, when something waits for ever.
func within(t *testing.T, limit time.Duration, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(limit):
		t.Fatalf("%s: still waiting after %v", what, limit)
	}
}
