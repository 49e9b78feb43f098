package appointments_test

import (
	"strings"
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// What a refusal says holds: the next starts are later ones, the seats are those of the
// session, and the reason is the one that keeps the visit from taking place.
func TestRefusalsSayWhatHolds(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	yoga := salon.Tenant.Service(testkit.Object{"allow_parallel_bookings": true, "max_parallel_bookings": 5})
	salon.Tenant.Staff(salon.Outlet, []*testkit.Service{yoga})
	teacher := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{yoga})
	w.JSON(salon.Admin, "POST", "/availability", testkit.Object{"staff_id": teacher.ID, "date": w.Day(1), "start_time": "09:00", "end_time": "12:00",
		"availability_type": "working_hours", "recurrence_type": "none", "capacity": 2})
	book := func(name, at string, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "POST", Path: "/appointments", Status: status, Want: want, Body: testkit.Object{
			"customer_id": salon.Tenant.WalkIn().ID, "outlet_id": salon.Outlet.ID, "appointment_date": w.Day(1), "start_time": at,
			"services": []testkit.Object{{"service_id": yoga.ID}},
		}}
	}
	explain := "/availability/explain?outlet_id=" + string(salon.Outlet.ID) + "&service_id=" + string(yoga.ID) + "&date=" + w.Day(1) + "&start_time="
	testkit.Run(t, w,
		book("after work", "15:00", 409, `{"reason":"staff_not_working","next_available":[]}`),
		testkit.Scenario{Name: "explained", As: salon.Admin, Method: "GET", Path: explain + "15:00", Status: 200, Want: `{"bookable":false,"next_available":[]}`},
		book("before work", "08:00", 409, `{"next_available":["09:00","09:05","09:10"]}`),
		testkit.Scenario{Name: "the last of them", As: salon.Admin, Method: "GET", Path: explain + "08:00", Status: 200, Want: `{"next_available":["09:00","09:05","09:10"]}`},
		book("a seat", "10:00", 201, ""), book("another", "10:00", 201, ""),
		book("full", "10:00", 409, `{"reason":"capacity_full","available_capacity":0,"max_capacity":2}`),
	)
}

// An outlet that never closes is open at midnight; it is the visit that ends on its day.
func TestAVisitEndsOnItsDay(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	days := make([]testkit.Object, 7)
	for day := range days {
		days[day] = testkit.Object{"day": day, "is_open": true, "open_time": "00:00", "close_time": "24:00"}
	}
	w.JSON(salon.Admin, "PUT", "/outlets/"+string(salon.Outlet.ID)+"/business-hours", testkit.Object{"business_hours": days})
	salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}).WorkingHours(w.Day(1), "00:00", "24:00").WorkingHours(w.Day(2), "00:00", "24:00")
	body := testkit.Object{"customer_id": salon.Customer.ID, "outlet_id": salon.Outlet.ID, "appointment_date": w.Day(1), "start_time": "23:30",
		"services": []testkit.Object{{"service_id": salon.Service.ID}}}
	refused := w.Do(salon.Admin, "POST", "/appointments", body, 400)
	if refused.Text("code") != "appointment.outside_hours" || !strings.Contains(refused.Text("detail"), "ends on the day on which it begins") {
		t.Errorf("refused with %s", refused.Body)
	}
	why := w.JSON(salon.Admin, "GET", "/availability/explain?outlet_id="+string(salon.Outlet.ID)+"&service_id="+string(salon.Service.ID)+"&date="+w.Day(1)+"&start_time=23:30", nil)
	if !strings.Contains(why.Text("reasons.0.message"), "ends on the day on which it begins") {
		t.Errorf("explained as %s", why.Body)
	}
	two := testkit.Object{"customer_id": salon.Customer.ID, "outlet_id": salon.Outlet.ID, "appointment_date": w.Day(1), "start_time": "23:00",
		"services": []testkit.Object{{"service_id": salon.Service.ID}, {"service_id": salon.Service.ID}}}
	if refused := w.Do(salon.Admin, "POST", "/appointments", two, 400); !strings.Contains(refused.Text("detail"), "ends on the day on which it begins") {
		t.Errorf("two services are refused with %s", refused.Body)
	}
	body["start_time"] = "23:00"
	w.Do(salon.Admin, "POST", "/appointments", body, 201)
}

// Where those who gave a service have left, it is offered and nobody gives it.
func TestNobodyGivesItAnyMore(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	at := "/appointments/" + string(salon.Book(1, "10:00"))
	w.Exec(`UPDATE staff SET status = 'terminated', is_active = false WHERE id = $1`, salon.Staff.ID) // as it could be done once
	refused := w.Do(salon.Admin, "POST", at+"/reschedule", moveTo(w, 1, "12:00"), 400)
	if refused.Text("code") != "service.not_offered" || refused.Text("detail") != "Nobody who can be booked at the outlet gives this service." {
		t.Errorf("refused with %s", refused.Body)
	}
}

// A walk-in has come: it begins within half an hour, where the outlet takes walk-ins.
func TestWalkIns(t *testing.T) {
	w := world.New(t)
	salon := w.Salon() // it is eight o'clock
	salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}).WorkingHours(w.Day(0), "08:00", "20:00")
	outlet := "/outlets/" + string(salon.Outlet.ID)
	book := func(name string, day int, at string, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "POST", Path: "/appointments", Status: status, Want: want, Body: testkit.Object{
			"customer_id": salon.Tenant.WalkIn().ID, "outlet_id": salon.Outlet.ID, "appointment_date": w.Day(day), "start_time": at,
			"services": []testkit.Object{{"service_id": salon.Service.ID}}, "appointment_type": "walk_in",
		}}
	}
	testkit.Run(t, w,
		book("tomorrow", 1, "10:00", 422, `{"code":"appointment.not_a_walk_in"}`),
		book("later today", 0, "08:35", 422, "appointment_type"),
		book("within half an hour", 0, "08:30", 201, `{"appointment_type":"walk_in","source":"walk_in"}`),
		testkit.Scenario{Name: "none", As: salon.Admin, Method: "PUT", Path: outlet + "/settings", Body: testkit.Object{"walk_ins_allowed": false}, Status: 200},
		book("where none are taken", 0, "08:15", 422, `{"code":"appointment.no_walk_ins"}`),
	)
}
