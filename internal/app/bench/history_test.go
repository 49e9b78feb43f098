package bench

import (
	"strings"
	"testing"

	"reserva/internal/app"
)

// What is measured is a history that the product shows, with totals that are those of
// its payments, and an invoice that it prints.
func TestHistory(t *testing.T) {
	t.Parallel()
	r := against(t, app.Options{NoWorkers: true})
	const payments = 3000
	var report History
	if err := r.measureHistory(t.Context(), &report, payments); err != nil {
		t.Fatal(err)
	}
	if report.Failures() > 0 || report.Pages.Requests != historyRequests || report.PDF.Requests != printRequests {
		t.Errorf("%+v", report)
	}
	if report.PDFBytes < 5_000 || report.PDFBytes > 1<<20 {
		t.Errorf("an invoice of %d bytes", report.PDFBytes)
	}
	var counted, there int
	err := r.driver.QueryRow(t.Context(), `SELECT (SELECT sum(n)::bigint FROM payment_counts), (SELECT count(*) FROM payments)`).Scan(&counted, &there)
	if err != nil || counted != payments || there != payments {
		t.Errorf("%d are counted, %d are there: %v", counted, there, err)
	}
	var out strings.Builder
	if err := report.Print(&out); err != nil || !strings.Contains(out.String(), "first pages") {
		t.Errorf("%v: %s", err, out.String())
	}
}
