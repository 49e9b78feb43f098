package availability_test

import (
	"fmt"
	"testing"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Somebody who works at two outlets is booked at each only in the hours that are worked
// there; hours that name no outlet are worked at both.
func TestHoursAtOneOutlet(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	tenant, north := salon.Tenant.Plan("ENTERPRISE"), salon.Outlet
	south := tenant.Outlet(testkit.Object{"settings": testkit.Object{"timezone": "Asia/Makassar"}}) // an hour ahead
	cut := tenant.Service()
	ayu := tenant.Staff(north, []*testkit.Service{cut}, testkit.Object{"outlet_ids": []id.ID{south.ID}})
	entry := func(changes testkit.Object) testkit.Object {
		e := testkit.Object{
			"staff_id": ayu.ID, "availability_type": "working_hours", "date": w.Day(1), "start_time": "09:00", "end_time": "12:00", "recurrence_type": "none",
		}
		for key, value := range changes {
			e[key] = value
		}
		return e
	}
	add := func(name string, changes testkit.Object, where string) testkit.Answer {
		return testkit.Scenario{Name: name, As: tenant.Admin, Method: "POST", Path: "/availability", Body: entry(changes), Status: 201, Want: where}.Run(t, w)
	}
	morning := add("north", testkit.Object{"outlet_id": north.ID}, fmt.Sprintf(`{"outlet_id":%q,"all_outlets":false}`, north.ID))
	add("south", testkit.Object{"outlet_id": south.ID, "start_time": "14:00", "end_time": "17:00"}, fmt.Sprintf(`{"outlet_id":%q,"all_outlets":false}`, south.ID))
	add("anywhere", testkit.Object{"date": w.Day(2)}, fmt.Sprintf(`{"outlet_id":%q,"all_outlets":true}`, north.ID))

	offered := func(outlet *testkit.Outlet, day int) (starts string) {
		var grid struct {
			Days map[string][]struct {
				Start     string `json:"start_time"`
				Available bool   `json:"is_available"`
			} `json:"availability_grid"`
		}
		w.JSON(tenant.Admin, "GET", fmt.Sprintf("/availability/availability-grid?service_id=%s&outlet_id=%s&start_date=%s&num_days=1&slot_interval_minutes=60",
			cut.ID, outlet.ID, w.Day(day)), nil).Into(&grid)
		for _, slot := range grid.Days[w.Day(day)] {
			if slot.Available {
				starts += " " + slot.Start
			}
		}
		return starts
	}
	see := func(what string, outlet *testkit.Outlet, day int, want string) {
		t.Helper()
		if got := offered(outlet, day); got != want {
			t.Errorf("%s: offered are%s, want%s", what, got, want)
		}
	}
	see("morning in the north", north, 1, " 09:00 10:00 11:00")
	see("afternoon in the south", south, 1, " 14:00 15:00 16:00")
	see("anywhere, in the north", north, 2, " 09:00 10:00 11:00")
	see("anywhere, in the south", south, 2, " 09:00 10:00 11:00")

	book := func(outlet *testkit.Outlet, start string) testkit.Object {
		return testkit.Object{
			"customer_id": salon.Customer.ID, "outlet_id": outlet.ID, "appointment_date": w.Day(1), "start_time": start,
			"services": []testkit.Object{{"service_id": cut.ID}},
		}
	}
	path := "/availability/" + morning.Text("id")
	check := fmt.Sprintf("/availability/check?staff_id=%s&service_id=%s&date=%s", ayu.ID, cut.ID, w.Day(1))
	affected := fmt.Sprintf(`{"outlet_id":%q,"all_outlets":false,"affected_appointments":[{"start_time":"10:00:00"}]}`, south.ID)
	testkit.Run(t, w,
		testkit.Scenario{Name: "elsewhere then", As: tenant.Admin, Method: "POST", Path: "/appointments", Body: book(south, "10:00"), Status: 409, Want: `{"reason":"staff_not_working"}`},
		testkit.Scenario{Name: "there then", As: tenant.Admin, Method: "POST", Path: "/appointments", Body: book(north, "10:00"), Status: 201},
		testkit.Scenario{Name: "the next start at any outlet", As: tenant.Admin, Method: "GET", Path: "/staff/" + string(ayu.ID), Status: 200,
			Want: fmt.Sprintf(`{"next_available_slot":"%sT02:00:00Z"}`, w.Day(1))},
		testkit.Scenario{Name: "in the calendar of its outlet", As: tenant.Admin, Method: "GET", Status: 200,
			Path: fmt.Sprintf("/appointments/calendar?view=day&date=%s&outlet_id=%s&staff_id=%s", w.Day(1), south.ID, ayu.ID),
			Want: fmt.Sprintf(`{"availability":{%q:[{"start_time":"14:00"}]}}`, w.Day(1))},
		testkit.Scenario{Name: "in the list of its outlet", As: tenant.Admin, Method: "GET", Status: 200,
			Path: fmt.Sprintf("/availability?start_date=%s&end_date=%s&outlet_id=%s&staff_id=%s", w.Day(1), w.Day(2), south.ID, ayu.ID),
			Want: `{"total":2,"items":[{"start_time":"14:00:00"},{"start_time":"09:00:00","all_outlets":true}]}`},
		testkit.Scenario{Name: "checked where the hours are", As: tenant.Admin, Method: "GET", Path: check + "&start_time=14:00&end_time=15:00", Status: 200, Want: `{"available":true}`},
		testkit.Scenario{Name: "nobody is at two places", As: tenant.Admin, Method: "POST", Path: "/availability", Body: entry(testkit.Object{"outlet_id": south.ID}),
			Status: 409, Want: `{"code":"availability.conflict"}`},
		testkit.Scenario{Name: "a break names an outlet in vain", As: tenant.Admin, Method: "POST", Path: "/availability", Status: 201,
			Body: entry(testkit.Object{"outlet_id": north.ID, "availability_type": "break", "start_time": "15:00", "end_time": "16:00"}), Want: `{"all_outlets":true}`},
		testkit.Scenario{Name: "moved to the other", As: tenant.Admin, Method: "PUT", Path: path, Body: testkit.Object{"outlet_id": south.ID}, Status: 200, Want: affected},
	)
	see("moved away from the north", north, 1, "")
	see("moved to the south, with a break", south, 1, " 09:00 10:00 14:00 16:00")
	testkit.Run(t, w,
		testkit.Scenario{Name: "anywhere", As: tenant.Admin, Method: "PUT", Path: path, Body: testkit.Object{"outlet_id": nil}, Status: 200,
			Want: `{"all_outlets":true,"affected_appointments":[]}`},
	)
	see("anywhere, but for who is booked", north, 1, " 09:00 11:00")

	tenant.Settings(testkit.Object{"managers_can_schedule": true})
	manager := salon.Member(access.OutletManager, north).Token
	later := func(outlet *testkit.Outlet) testkit.Object {
		return entry(testkit.Object{"date": w.Day(3), "outlet_id": outlet.ID})
	}
	testkit.Run(t, w,
		testkit.Scenario{Name: "a manager at another outlet", As: manager, Method: "POST", Path: "/availability", Body: later(south), Status: 403, Want: `{"code":"availability.own_only"}`},
		testkit.Scenario{Name: "a manager moves to another outlet", As: manager, Method: "PUT", Path: path, Body: testkit.Object{"outlet_id": south.ID}, Status: 403, Want: `{"code":"availability.own_only"}`},
		testkit.Scenario{Name: "a manager at their own", As: manager, Method: "POST", Path: "/availability", Body: later(north), Status: 201, Want: `{"all_outlets":false}`},
	)
}
