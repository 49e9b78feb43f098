package bench

import (
	"testing"

	"reserva/internal/app"
	"reserva/internal/billing/ledger"
	"reserva/internal/kit/db"
)

// What is measured are books that are right, of as many entries as were asked for.
func TestLoadBooks(t *testing.T) {
	t.Parallel()
	r := against(t, app.Options{NoWorkers: true})
	if err := r.loadBooks(t.Context(), 5000); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Options{URL: r.driver.Config().ConnString()})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	looked, err := ledger.Verify(t.Context(), d, "", func(f ledger.Finding) error {
		t.Error(f)
		return nil
	})
	if err != nil || looked.Tenants != ledgerTenants || looked.Entries < 5000 {
		t.Errorf("looked at %+v, %v", looked, err)
	}
}
