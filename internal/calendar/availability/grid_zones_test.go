package availability_test

import (
	"fmt"
	"testing"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// What somebody does at an outlet in another zone may reach over midnight here, from
// long before it.
func TestGridAfterALongDayInAnotherZone(t *testing.T) {
	w := world.New(t)
	tenant := w.Tenant().Plan("ENTERPRISE")
	hours := make([]testkit.Object, 7)
	for day := range hours {
		hours[day] = testkit.Object{"day": day, "open_time": "00:00", "close_time": "24:00"}
	}
	jakarta := tenant.Outlet(testkit.Object{"business_hours": hours})
	berlin := tenant.Outlet(testkit.Object{"business_hours": hours, "settings": testkit.Object{"timezone": "Europe/Berlin"}})
	course, haircut := tenant.Service(testkit.Object{"duration_minutes": 8 * 60}), tenant.Service()
	trainer := tenant.Staff(jakarta, []*testkit.Service{course, haircut}, testkit.Object{"outlet_ids": []id.ID{berlin.ID}})
	for day := range 3 {
		trainer.WorkingHours(w.Day(day), "00:00", "24:00")
	}
	customer := tenant.WalkIn()
	tenant.Book(berlin, course, customer, 1, "11:00") // from 17:00 to 01:00 in Jakarta
	var grid struct {
		Days map[string][]struct {
			Start     string `json:"start_time"`
			Available bool   `json:"is_available"`
		} `json:"availability_grid"`
	}
	w.JSON(tenant.Admin, "GET", fmt.Sprintf(
		"/availability/availability-grid?service_id=%s&outlet_id=%s&start_date=%s&num_days=1&slot_interval_minutes=30", haircut.ID, jakarta.ID, w.Day(2)), nil).Into(&grid)
	for _, slot := range grid.Days[w.Day(2)] {
		if free := slot.Start >= "01:00" && slot.Start <= "23:00"; slot.Available != free {
			t.Errorf("%s is offered: %v, want %v", slot.Start, slot.Available, free)
		}
	}
	testkit.Run(t, w,
		testkit.Scenario{Name: "still in Berlin", As: tenant.Admin, Method: "POST", Path: "/appointments", Body: testkit.Object{
			"customer_id": customer.ID, "outlet_id": jakarta.ID, "appointment_date": w.Day(2), "start_time": "00:30",
			"services": []testkit.Object{{"service_id": haircut.ID}},
		}, Status: 409, Want: `{"reason": "booking_conflict", "next_available": ["01:00", "01:05", "01:10"]}`},
	)
	tenant.Book(jakarta, haircut, customer, 2, "01:00")
}
