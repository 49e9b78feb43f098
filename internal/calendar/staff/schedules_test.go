package staff_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"reserva/internal/calendar/staff"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Whatever puts an appointment somewhere waits for who changes schedules, and whatever
// changes one for who books; what does neither waits for nobody.
func TestWhoSharesTheSchedules(t *testing.T) {
	type request struct{ method, path, body string }
	share := func(tx *db.Tx) { tx.Share(staff.Schedules) }
	alone := func(tx *db.Tx) { tx.Alone(staff.Schedules) }
	entry := func(day, from, to, kind string) string {
		return `{"staff_id": ":staff", "date": "` + day + `", "start_time": "` + from + `", "end_time": "` + to + `", "availability_type": "` + kind + `", "recurrence_type": "none"}`
	}
	for name, tt := range map[string]struct {
		held  func(tx *db.Tx)
		do    request
		waits bool
	}{
		"booking":                {alone, request{"POST", "/appointments", `{"customer_id": ":customer", "outlet_id": ":outlet", "appointment_date": ":day", "start_time": "10:00", "services": [{"service_id": ":service"}]}`}, true},
		"rescheduling":           {alone, request{"POST", "/appointments/:booked/reschedule", `{"new_date": ":day", "new_time": "11:00"}`}, true},
		"a vacation":             {share, request{"POST", "/availability", entry(":day", "09:00", "17:00", "vacation")}, true},
		"other hours":            {share, request{"PUT", "/availability/:entry", `{"end_time": "16:00"}`}, true},
		"hours removed":          {share, request{"DELETE", "/availability/:entry", ""}, true},
		"many removed":           {share, request{"POST", "/availability/bulk-delete", `{"ids": [":entry"]}`}, true},
		"a leave":                {share, request{"PUT", "/staff/:staff", `{"status": "on_leave"}`}, true},
		"a name":                 {share, request{"PUT", "/staff/:staff", `{"position": "Senior"}`}, false},
		"bookings side by side":  {share, request{"POST", "/appointments", `{"customer_id": ":customer", "outlet_id": ":outlet", "appointment_date": ":day", "start_time": "10:00", "services": [{"service_id": ":service"}]}`}, false},
		"a vacation of a nobody": {share, request{"POST", "/availability", `{"staff_id": "` + string(id.New()) + `", "date": ":day", "start_time": "09:00", "end_time": "17:00", "availability_type": "vacation", "recurrence_type": "none"}`}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			salon := w.Salon()
			booked := salon.Book(1, "15:00")
			var hours string
			err := w.DB.Pool().QueryRow(t.Context(), `SELECT id FROM availability_entries WHERE tenant_id = $1 AND staff_id = $2 AND date = $3 LIMIT 1`,
				salon.Tenant.ID, salon.Staff.ID, w.Day(1)).Scan(&hours)
			if err != nil {
				t.Fatal(err)
			}
			fill := strings.NewReplacer(":staff", string(salon.Staff.ID), ":customer", string(salon.Customer.ID), ":outlet", string(salon.Outlet.ID),
				":service", string(salon.Service.ID), ":day", w.Day(1), ":booked", string(booked), ":entry", hours).Replace
			answer := make(chan testkit.Answer, 1)
			var got testkit.Answer
			err = w.DB.Update(t.Context(), salon.Tenant.ID, func(tx *db.Tx) error {
				tt.held(tx)
				if _, err := db.One[int](context.Background(), tx, `SELECT 1`); err != nil {
					return err
				}
				go func() {
					r := testkit.Request{As: salon.Admin, Method: tt.do.method, Path: fill(tt.do.path)}
					if tt.do.body != "" {
						r.Body = json.RawMessage(fill(tt.do.body))
					}
					answer <- w.Send(r)
				}()
				if tt.waits {
					waiting(t, w, 1)
				} else {
					got = <-answer
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if tt.waits {
				got = <-answer
			}
			if got.Status >= 300 && got.Status != 404 {
				t.Errorf("%d %s", got.Status, got.Body)
			}
		})
	}
}
