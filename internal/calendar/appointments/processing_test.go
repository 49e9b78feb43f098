package appointments_test

import (
	"fmt"
	"strings"
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// While a colour takes, the staff member serves somebody else; the grid offers just
// the starts that fit into that time, and they can be booked.
func TestSecondBookingInProcessingTime(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	colour := salon.Tenant.Service(testkit.Object{
		"duration_minutes": 90, "processing_gaps": []testkit.Object{{"from_minute": 30, "to_minute": 60}}, "assigned_staff": []any{salon.Staff.ID},
	})
	cut := salon.Tenant.Service(testkit.Object{"duration_minutes": 30, "assigned_staff": []any{salon.Staff.ID}})
	salon.Tenant.Book(salon.Outlet, colour, salon.Tenant.WalkIn(), 1, "10:00")

	// free lists the starts of a service between half past nine and half past eleven.
	free := func(service *testkit.Service) string {
		var shown struct {
			Grid map[string][]struct {
				Start string `json:"start_time"`
				Free  bool   `json:"is_available"`
			} `json:"availability_grid"`
		}
		w.JSON(salon.Admin, "GET", fmt.Sprintf("/availability/availability-grid?service_id=%s&outlet_id=%s&start_date=%s&num_days=1&slot_interval_minutes=15",
			service.ID, salon.Outlet.ID, w.Day(1)), nil).Into(&shown)
		var starts []string
		for _, slot := range shown.Grid[w.Day(1)] {
			if at := slot.Start[:5]; slot.Free && at >= "09:30" && at <= "11:30" {
				starts = append(starts, at)
			}
		}
		return strings.Join(starts, " ")
	}
	book := func(service *testkit.Service, at string, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: at, As: salon.Admin, Method: "POST", Path: "/appointments", Status: status, Want: want, Body: testkit.Object{
			"customer_id": salon.Tenant.WalkIn().ID, "outlet_id": salon.Outlet.ID, "appointment_date": w.Day(1), "start_time": at,
			"services": []testkit.Object{{"service_id": service.ID}},
		}}
	}
	taken := `{"code":"appointment.slot_taken","reason":"booking_conflict"}`
	if got := free(cut); got != "09:30 10:30 11:30" {
		t.Errorf("half an hour fits at %q", got)
	}
	if got := free(colour); got != "09:30 10:30 11:30" {
		t.Errorf("another colour fits at %q", got) // each into the other's processing time, or after it
	}
	testkit.Run(t, w, book(cut, "10:15", 409, taken), book(cut, "10:45", 409, taken), book(cut, "10:30", 201, `{"status":"confirmed"}`),
		book(cut, "10:30", 409, taken), book(colour, "10:30", 409, taken))
	if got := free(cut); got != "09:30 11:30" {
		t.Errorf("with the time in between taken, half an hour fits at %q", got)
	}
}

// Processing time lies on the raster, within the duration, and leaves some of it.
func TestProcessingTimeIsChecked(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	var scenarios []testkit.Scenario
	for name, gaps := range map[string][]testkit.Object{
		"off the raster": {{"from_minute": 12, "to_minute": 20}}, "beyond the duration": {{"from_minute": 30, "to_minute": 65}},
		"reversed": {{"from_minute": 40, "to_minute": 30}}, "empty": {{"from_minute": 30, "to_minute": 30}},
		"overlapping": {{"from_minute": 10, "to_minute": 30}, {"from_minute": 25, "to_minute": 40}},
		"all of it":   {{"from_minute": 0, "to_minute": 30}, {"from_minute": 30, "to_minute": 60}},
		"negative":    {{"from_minute": -5, "to_minute": 30}},
	} {
		scenarios = append(scenarios, testkit.Scenario{Name: name, As: salon.Admin, Method: "PUT", Path: "/services/" + string(salon.Service.ID),
			Body: testkit.Object{"processing_gaps": gaps}, Status: 422, Want: `"processing_gaps"`})
	}
	testkit.Run(t, w, append(scenarios, testkit.Scenario{
		Name: "nothing was done by halves", As: salon.Admin, Method: "GET", Path: "/services/" + string(salon.Service.ID), Status: 200, Want: `{"processing_gaps":[]}`,
	})...)
}
