package bench

import (
	"testing"

	"reserva/internal/app"
)

// A storm of callbacks is taken and proves nothing; those of the provider have effect.
func TestCallbacks(t *testing.T) {
	t.Parallel()
	r := against(t, app.Options{})
	s, err := r.loadCallbacks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.measureCallbacks(t.Context(), s, 6, 40); err != nil {
		t.Fatal(err)
	}
	c := r.report.Callbacks
	if c.Requests != 40 || c.Errors != 0 || c.Pages != 6 || c.AppliedP50MS <= 0 || c.AppliedP95MS < c.AppliedP50MS {
		t.Errorf("%+v", c)
	}
	var stored, paid int
	if err := r.driver.QueryRow(t.Context(), `
		SELECT (SELECT count(*) FROM webhook_events), (SELECT count(*) FROM payments WHERE status = 'completed')`).Scan(&stored, &paid); err != nil {
		t.Fatal(err)
	}
	if stored < 40+6 || paid != 6 {
		t.Errorf("%d callbacks stored, %d payments complete", stored, paid)
	}
}
