package bench

import (
	"testing"

	"reserva/internal/app"
)

func TestSaturdays(t *testing.T) {
	t.Parallel()
	r := against(t, app.Options{NoWorkers: true})
	s, err := r.loadSaturdays(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const days = 3
	if err := r.measureSaturdays(t.Context(), s, days); err != nil {
		t.Fatal(err)
	}
	if got := r.report.Saturdays; got.Days != days || got.Errors > 0 || got.Requests < days*4*saturdayBookings {
		t.Errorf("%+v", got)
	}
	var visits, completed, cancelled, absent, moved int
	err = r.driver.QueryRow(t.Context(), `
		SELECT count(*), count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE status = 'cancelled'),
			count(*) FILTER (WHERE status = 'no_show'), count(*) FILTER (WHERE rescheduled_at IS NOT NULL)
		FROM appointments WHERE tenant_id = $1`, s.tenant).Scan(&visits, &completed, &cancelled, &absent, &moved)
	if err != nil {
		t.Fatal(err)
	}
	if visits != days*(saturdayBookings+saturdayCancels) || completed != days*(saturdayBookings-saturdayAbsent) ||
		cancelled != days*saturdayCancels || absent != days*saturdayAbsent || moved == 0 {
		t.Errorf("%d visits: %d completed, %d cancelled, %d absent, %d moved", visits, completed, cancelled, absent, moved)
	}
}

func TestPopularHour(t *testing.T) {
	t.Parallel()
	r := against(t, app.Options{NoWorkers: true})
	s, err := r.loadPopular(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.measurePopular(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if got := r.report.Popular; got.Winners != popularStaff || got.Errors > 0 || got.MaxMS == 0 {
		t.Errorf("%+v", got)
	}
}
