package availability_test

import (
	"fmt"
	"testing"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestChangeEntry(t *testing.T) {
	s := newShop(t)
	path := s.add("working_hours", "2026-03-03", "09:00", "17:00", object{"notes": "old", "service_ids": []id.ID{s.service.ID}})
	s.add("working_hours", "2026-03-04", "09:00", "17:00")
	put := func(body object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: fmt.Sprint(body), As: s.Admin, Method: "PUT", Path: path, Body: body, Status: status, Want: want}
	}
	testkit.Run(t, s.World,
		put(object{"end_time": "18:00"}, 200, `{"start_time":"09:00:00","end_time":"18:00:00","notes":"old","updated_entries":1,"affected_appointments":[]}`),
		put(object{"notes": nil, "service_ids": nil, "capacity": 3, "is_group_service": true}, 200,
			`{"notes":"","service_ids":null,"capacity":3,"is_group_service":true}`),
		put(object{"date": "2026-03-04"}, 409, "2026-03-04"),
		put(object{"date": "2026-03-05"}, 200, `{"date":"2026-03-05"}`),
		put(object{"availability_type": "blocked"}, 200, `{"availability_type":"blocked","is_available":false}`),
		put(object{"is_available": true}, 422, "is_available"),
		put(object{"availability_type": "working_hours", "is_available": true}, 200, `{"is_available":true}`),
		put(object{"start_time": "19:00"}, 422, "end_time"),
		put(object{"start_time": "09:01"}, 422, "start_time"),
		put(object{"service_ids": []id.ID{id.New()}}, 400, "availability.unknown_service"),
		put(object{"outlet_id": id.New()}, 400, "availability.other_outlet"),
		put(object{"staff_id": id.New()}, 404, "staff.not_found"),
		put(object{"tenant_id": id.New()}, 403, "tenant.other"),
		put(object{"colour": "red"}, 422, "colour"),
		testkit.Scenario{As: s.Admin, Method: "PUT", Path: "/availability/" + string(id.New()), Body: object{"notes": "x"}, Status: 404},
		testkit.Scenario{As: s.World.Tenant().Admin, Method: "PUT", Path: path, Body: object{"notes": "x"}, Status: 404},
	)
	second := s.Tenant.Outlet()
	bima := s.Tenant.Staff(second, nil)
	put(object{"staff_id": bima.ID}, 200, fmt.Sprintf(`{"staff_id":%q,"outlet_id":%q}`, bima.ID, second.ID)).Run(t, s.World)
}

func TestChangeSet(t *testing.T) {
	s := newShop(t)
	s.JSON(s.Admin, "POST", "/availability", s.entry("working_hours", "2026-03-02", "09:00", "17:00",
		object{"recurrence_type": "daily", "recurrence_end_date": "2026-03-08"}))
	s.add("break", "2026-03-09", "12:00", "13:00")
	third := "/availability/" + s.JSON(s.Admin, "GET", "/availability", nil).Text("items.2.id")
	ends := func() (all string) {
		list := s.JSON(s.Admin, "GET", "/availability?availability_type=working_hours", nil)
		for i := range list.Len("items") {
			all += list.Text(fmt.Sprintf("items.%d.end_time", i))[:2] + " "
		}
		return all
	}
	for _, c := range []struct {
		method, query string
		body          object
		status        int
		want, ends    string
	}{
		{"PUT", "", object{"end_time": "18:00"}, 200, `{"updated_entries":1,"date":"2026-03-04"}`, "17 17 18 17 17 17 17 "},
		{"PUT", "?scope=following", object{"end_time": "19:00"}, 200, `{"updated_entries":5}`, "17 17 19 19 19 19 19 "},
		{"PUT", "?scope=all", object{"end_time": "20:00"}, 200, `{"updated_entries":7}`, "20 20 20 20 20 20 20 "},
		{"PUT", "?scope=all", object{"date": "2026-03-20"}, 422, "date", "20 20 20 20 20 20 20 "},
		{"PUT", "?scope=some", object{"end_time": "19:00"}, 422, "scope", "20 20 20 20 20 20 20 "},
		{"DELETE", "?scope=some", nil, 422, "scope", "20 20 20 20 20 20 20 "},
		{"DELETE", "?scope=following", nil, 200, `{"message":"Removed 5 availability entries.","deleted_entries":5}`, "20 20 "},
		{"DELETE", "?scope=following", nil, 404, "availability.not_found", "20 20 "},
	} {
		testkit.Scenario{Name: c.method + c.query, As: s.Admin, Method: c.method, Path: third + c.query, Body: c.body, Status: c.status, Want: c.want}.Run(t, s.World)
		if got := ends(); got != c.ends {
			t.Errorf("after %s %s the ends are %s, want %s", c.method, c.query, got, c.ends)
		}
	}
	first := "/availability/" + s.JSON(s.Admin, "GET", "/availability", nil).Text("items.0.id")
	testkit.Run(t, s.World,
		testkit.Scenario{As: s.Admin, Method: "DELETE", Path: first, Status: 200, Want: `{"message":"Removed 1 availability entry.","affected_appointments":[]}`},
		testkit.Scenario{Name: "the break is of no set", As: s.Admin, Method: "GET", Path: "/availability", Status: 200, Want: `{"total":2}`},
	)
}

// What is booked stands when its hours go, and whoever takes them away hears of it.
func TestAffectedAppointments(t *testing.T) {
	s := newShop(t)
	hours := s.add("working_hours", "2026-03-03", "09:00", "17:00")
	walkIn := s.WalkIn(object{"first_name": "Siti", "last_name": "Rahma"})
	booked := s.Book(s.outlet, s.service, walkIn, 1, "15:00")
	want := fmt.Sprintf(`{"affected_appointments":[{"appointment_id":%q,"status":"confirmed","date":"2026-03-03","start_time":"15:00:00",
		"end_time":"16:00:00","service_name":"*","customer_id":%q,"customer_name":"Siti Rahma"}]}`, booked, walkIn.ID)
	testkit.Run(t, s.World,
		testkit.Scenario{Name: "counted", As: s.Admin, Method: "GET", Path: hours, Status: 200, Want: `{"current_bookings":1}`},
		testkit.Scenario{
			Name: "shrunk beside it", As: s.Admin, Method: "PUT", Path: hours, Body: object{"end_time": "16:00"}, Status: 200,
			Want: `{"affected_appointments":[]}`,
		},
		testkit.Scenario{Name: "shrunk", As: s.Admin, Method: "PUT", Path: hours, Body: object{"end_time": "15:30"}, Status: 200, Want: want},
		testkit.Scenario{
			Name: "grown", As: s.Admin, Method: "PUT", Path: hours, Body: object{"end_time": "17:00"}, Status: 200,
			Want: `{"affected_appointments":[]}`,
		},
		testkit.Scenario{
			Name: "moved to another day", As: s.Admin, Method: "PUT", Path: hours, Body: object{"date": "2026-03-04"}, Status: 200, Want: want,
		},
		testkit.Scenario{
			Name: "and back", As: s.Admin, Method: "PUT", Path: hours, Body: object{"date": "2026-03-03"}, Status: 200, Want: `{"affected_appointments":[]}`,
		},
		testkit.Scenario{
			Name: "vacation over it", As: s.Admin, Method: "POST", Path: "/availability", Status: 201,
			Body: s.entry("vacation", "2026-03-03", "00:00", "23:59"), Want: want,
		},
		testkit.Scenario{
			Name: "given to somebody else", As: s.Admin, Method: "PUT", Path: hours, Status: 200, Want: want,
			Body: object{"staff_id": s.Tenant.Staff(s.outlet, nil).ID},
		},
		testkit.Scenario{
			Name: "and back", As: s.Admin, Method: "PUT", Path: hours, Body: object{"staff_id": s.ayu.ID}, Status: 200, Want: `{"affected_appointments":[]}`,
		},
		testkit.Scenario{Name: "removed", As: s.Admin, Method: "DELETE", Path: hours, Status: 200, Want: want},
		testkit.Scenario{Name: "and stands", As: s.Admin, Method: "GET", Path: "/appointments/" + string(booked), Status: 200, Want: `{"status":"confirmed"}`},
	)
	hours = s.add("working_hours", "2026-03-03", "09:00", "17:00")
	s.JSON(s.Admin, "POST", "/appointments/"+string(booked)+"/cancel", object{"cancellation_reason": "ill"})
	testkit.Run(t, s.World,
		testkit.Scenario{Name: "cancelled ones do not count", As: s.Admin, Method: "GET", Path: hours, Status: 200, Want: `{"current_bookings":0}`},
		testkit.Scenario{Name: "nor are affected", As: s.Admin, Method: "DELETE", Path: hours, Status: 200, Want: `{"affected_appointments":[]}`},
	)
}

func TestWhoKeepsWhoseSchedule(t *testing.T) {
	s := newShop(t)
	second := s.Tenant.Outlet()
	staff := s.Member(access.StaffRole, s.outlet)
	manager := s.Member(access.OutletManager, s.outlet)
	desk, elsewhere := s.Member(access.Receptionist, s.outlet), s.Member(access.Receptionist, second)
	own := s.Tenant.Staff(s.outlet, nil, object{"user_id": staff.ID})
	theirs := s.add("working_hours", "2026-03-03", "09:00", "17:00")
	mine := "/availability/" + s.JSON(staff.Token, "POST", "/availability",
		s.entry("working_hours", "2026-03-03", "09:00", "17:00", object{"staff_id": own.ID})).Text("id")
	managers := s.Member(access.OutletManager, second)

	check := "/availability/check?date=2026-03-03&start_time=09:00&end_time=10:00&staff_id="
	schedule := "?start_date=2026-03-01&end_date=2026-03-31"
	calls := func(as testkit.Token, entry string, member id.ID, read, write int) []testkit.Scenario {
		name := fmt.Sprintf(" reads %d writes %d ", read, write)
		return []testkit.Scenario{
			{Name: "get" + name, As: as, Method: "GET", Path: entry, Status: read},
			{Name: "schedule" + name, As: as, Method: "GET", Path: "/availability/staff/" + string(member) + schedule, Status: read},
			{Name: "list" + name, As: as, Method: "GET", Path: "/availability?staff_id=" + string(member), Status: read},
			{Name: "check" + name, As: as, Method: "GET", Path: check + string(member), Status: read},
			{Name: "put" + name, As: as, Method: "PUT", Path: entry, Body: object{"notes": "x"}, Status: write},
			{
				Name: "post" + name, As: as, Method: "POST", Path: "/availability", Status: map[int]int{200: 422, 403: 403}[write],
				Body: s.entry("break", "2026-03-03", "12:00", "13:00", object{"staff_id": member, "recurrence_type": "daily", "recurrence_end_date": "2027-03-04"}),
			},
		}
	}
	run := func(scenarios []testkit.Scenario) {
		t.Helper()
		testkit.Run(t, s.World, scenarios...)
	}
	run(calls(s.Admin, theirs, s.ayu.ID, 200, 200))
	run(calls(s.Member(access.SuperAdmin).Token, theirs, s.ayu.ID, 200, 200))
	run(calls(staff.Token, mine, own.ID, 200, 200))
	run(calls(desk.Token, theirs, s.ayu.ID, 200, 403))
	for _, as := range []testkit.Token{staff.Token, manager.Token, elsewhere.Token} {
		run(calls(as, theirs, s.ayu.ID, 403, 403))
	}
	s.Settings(object{"managers_can_schedule": true})
	run(calls(manager.Token, theirs, s.ayu.ID, 200, 200))
	run(calls(managers.Token, theirs, s.ayu.ID, 403, 403))
	run(calls(staff.Token, theirs, s.ayu.ID, 403, 403))
	run([]testkit.Scenario{
		{Name: "give away", As: staff.Token, Method: "PUT", Path: mine, Body: object{"staff_id": s.ayu.ID}, Status: 403},
		{Name: "remove another's", As: staff.Token, Method: "DELETE", Path: theirs, Status: 403},
		{Name: "remove at the desk", As: desk.Token, Method: "DELETE", Path: theirs, Status: 403},
		{Name: "remove one's own", As: staff.Token, Method: "DELETE", Path: mine, Status: 200},
	})
}
