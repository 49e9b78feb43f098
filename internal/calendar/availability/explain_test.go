package availability_test

import (
	"testing"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestExplain(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	second := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}).WorkingHours(w.Day(1), "13:00", "20:00")
	unskilled := salon.Tenant.Staff(salon.Outlet, nil)
	salon.Book(1, "10:00")
	w.JSON(salon.Admin, "POST", "/availability", testkit.Object{
		"staff_id": salon.Staff.ID, "date": w.Day(1), "start_time": "14:00", "end_time": "14:30", "availability_type": "break", "recurrence_type": "none",
	})
	at := func(clock string) string {
		return "/availability/explain?outlet_id=" + string(salon.Outlet.ID) + "&service_id=" + string(salon.Service.ID) + "&date=" + w.Day(1) + "&start_time=" + clock
	}
	first, other := string(salon.Staff.ID), string(second.ID)
	testkit.Run(t, w,
		testkit.Scenario{Name: "free", As: salon.Admin, Method: "GET", Path: at("11:00"), Status: 200,
			Want: `{"bookable": true, "reasons": [], "end_time": "12:00", "staff": [{"staff_id": "` + first + `", "available": true, "reasons": []},
				{"staff_id": "` + other + `", "available": false, "reasons": [{"code": "staff_not_working", "until": "13:00"}]}]}`},
		testkit.Scenario{Name: "booked, and not at work yet", As: salon.Admin, Method: "GET", Path: at("10:30"), Status: 200,
			Want: `{"bookable": false, "reasons": [{"code": "booking_conflict", "until": "11:00"}, {"code": "staff_not_working", "until": "13:00"}],
				"staff": [{"staff_id": "` + first + `", "reasons": [{"code": "booking_conflict", "until": "11:00"}]}, {"staff_id": "` + other + `"}],
				"next_available": ["11:00", "11:05", "11:10"]}`},
		testkit.Scenario{Name: "a break of one", As: salon.Admin, Method: "GET", Path: at("13:30") + "&staff_id=" + first, Status: 200,
			Want: `{"bookable": false, "reasons": [{"code": "on_break", "until": "14:30"}], "staff": [{"staff_id": "` + first + `"}], "next_available": ["14:30", "14:35", "14:40"]}`},
		testkit.Scenario{Name: "before opening", As: salon.Admin, Method: "GET", Path: at("06:00"), Status: 200,
			Want: `{"bookable": false, "reasons": [{"code": "outside_business_hours", "until": "08:00"}], "staff": []}`},
		testkit.Scenario{Name: "off the raster", As: salon.Admin, Method: "GET", Path: at("11:02"), Status: 200,
			Want: `{"bookable": false, "reasons": [{"code": "not_on_raster", "until": null}]}`},
		testkit.Scenario{Name: "past closing", As: salon.Admin, Method: "GET", Path: at("19:30"), Status: 200,
			Want: `{"bookable": false, "reasons": [{"code": "outside_business_hours", "until": null}]}`},
		testkit.Scenario{Name: "unqualified", As: salon.Admin, Method: "GET", Path: at("11:00") + "&staff_id=" + string(unskilled.ID), Status: 200,
			Want: `{"bookable": false, "end_time": "12:00", "reasons": [{"code": "service_not_offered"}], "next_available": [],
				"staff": [{"staff_id": "` + string(unskilled.ID) + `", "staff_name": "Ayu Lestari", "available": false, "reasons": [{"code": "service_not_offered"}]}]}`},
		testkit.Scenario{Name: "no such staff member", As: salon.Admin, Method: "GET", Path: at("11:00") + "&staff_id=" + string(id.New()), Status: 404, Want: `{"code": "staff.not_found"}`},
		testkit.Scenario{Name: "out of reach", As: salon.Member(access.Receptionist, salon.Tenant.Outlet()).Token, Method: "GET", Path: at("11:00"), Status: 404},
		testkit.Scenario{Name: "no such service", As: salon.Admin, Method: "GET", Status: 404,
			Path: "/availability/explain?outlet_id=" + string(salon.Outlet.ID) + "&service_id=" + string(id.New()) + "&date=" + w.Day(1) + "&start_time=11:00"},
	)
}

// What cannot be booked at any time is explained like what cannot be booked at one, for
// the desk and for customers.
func TestExplainWhatIsNeverBooked(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	elsewhere := salon.Tenant.Plan("PRO").Outlet()
	away := salon.Tenant.Staff(elsewhere, []*testkit.Service{salon.Service}, testkit.Object{"is_bookable": false, "status": "on_leave"})
	nobodys := salon.Tenant.Service()
	ask := func(name, query, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "GET", Status: 200, Want: want,
			Path: "/availability/explain?outlet_id=" + string(salon.Outlet.ID) + "&date=" + w.Day(1) + "&start_time=11:00" + query}
	}
	change := func(name, path string, body testkit.Object) testkit.Scenario {
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "PUT", Path: path, Body: body, Status: 200}
	}
	because := func(code string) string {
		return `{"bookable": false, "reasons": [{"code": "` + code + `", "until": null}]}`
	}
	service, first := "&service_id="+string(salon.Service.ID), "/staff/"+string(salon.Staff.ID)
	of := service + "&staff_id=" + string(salon.Staff.ID)
	testkit.Run(t, w,
		ask("not hers for several reasons", service+"&staff_id="+string(away.ID),
			`{"reasons": [{"code": "staff_not_active"}, {"code": "staff_not_bookable"}, {"code": "staff_at_other_outlet"}]}`),
		testkit.Scenario{Name: "not of this manager's outlets", As: salon.Member(access.OutletManager, salon.Outlet).Token, Method: "GET", Status: 404, Want: `{"code": "staff.not_found"}`,
			Path: "/availability/explain?outlet_id=" + string(salon.Outlet.ID) + "&date=" + w.Day(1) + "&start_time=11:00" + service + "&staff_id=" + string(away.ID)},
		ask("nobody's", "&service_id="+string(nobodys.ID), because("service_not_offered")),
		ask("free online", of+"&audience=online", `{"bookable": true}`),
		change("not online", first, testkit.Object{"accepts_online_booking": false}),
		ask("not online", of+"&audience=online", because("staff_not_online")),
		ask("at the desk", of, `{"bookable": true}`),
		change("not so far ahead", first, testkit.Object{"accepts_online_booking": true, "max_advance_booking_days": 0}),
		ask("not so far ahead", of+"&audience=online", because("outside_window")),
		ask("nobody so far ahead", service+"&audience=online", because("outside_window")),
		ask("nobody so far ahead, at the desk", service, `{"bookable": true}`),
		change("notice", "/services/"+string(salon.Service.ID), testkit.Object{"min_advance_booking_hours": 48}),
		ask("too soon for customers", service+"&audience=online", because("outside_window")),
		ask("not for the desk", service, `{"bookable": true}`),
		testkit.Scenario{Name: "inactive", As: salon.Admin, Method: "POST", Path: "/services/" + string(salon.Service.ID) + "/deactivate", Status: 200},
		ask("inactive", of, because("service_not_offered")),
		testkit.Scenario{Name: "closed", As: salon.Admin, Method: "POST", Path: "/outlets/" + string(salon.Outlet.ID) + "/deactivate", Status: 200},
		ask("closed", service, `{"bookable": false, "reasons": [{"code": "outlet_not_bookable"}, {"code": "service_not_offered"}], "staff": []}`),
		testkit.Scenario{Name: "nonsense", As: salon.Admin, Method: "GET", Path: "/availability/explain?outlet_id=" + string(salon.Outlet.ID) + "&date=" + w.Day(1) + "&start_time=11:00&audience=all" + service, Status: 422},
	)
}

// A lack of rooms ends when enough of them are free for the whole service, also where
// nobody is free meanwhile, and where nobody is needed.
func TestExplainResources(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	w.JSON(salon.Admin, "POST", "/resources", testkit.Object{"outlet_id": salon.Outlet.ID, "kind": "room", "name": "Rooms", "quantity": 1})
	rooms := testkit.Object{"required_resources": []testkit.Object{{"kind": "room", "quantity": 1}}, "duration_minutes": 60}
	staffed := salon.Tenant.Service(rooms)
	salon.Tenant.Staff(salon.Outlet, []*testkit.Service{staffed}).WorksDaily(2)
	second := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{staffed}).WorksDaily(2)
	rooms["requires_staff"] = false
	sauna := salon.Tenant.Service(rooms)
	book := func(clock string) {
		w.JSON(salon.Admin, "POST", "/appointments", testkit.Object{
			"customer_id": salon.Tenant.WalkIn().ID, "outlet_id": salon.Outlet.ID, "appointment_date": w.Day(1), "start_time": clock,
			"services": []testkit.Object{{"service_id": staffed.ID}},
		})
	}
	book("10:00")
	book("11:30") // the half hour between is too short
	w.JSON(salon.Admin, "POST", "/availability", testkit.Object{
		"staff_id": second.ID, "date": w.Day(1), "start_time": "09:00", "end_time": "10:30", "availability_type": "blocked", "recurrence_type": "none",
	})
	at := func(service *testkit.Service, clock string) string {
		return "/availability/explain?outlet_id=" + string(salon.Outlet.ID) + "&service_id=" + string(service.ID) + "&date=" + w.Day(1) + "&start_time=" + clock
	}
	lacks := `"bookable": false, "missing_resources": ["room"], "next_available": ["12:30", "12:35", "12:40"]`
	testkit.Run(t, w,
		testkit.Scenario{Name: "somebody is free", As: salon.Admin, Method: "GET", Path: at(staffed, "11:05"), Status: 200,
			Want: `{` + lacks + `, "reasons": [{"code": "resource_unavailable", "until": "12:30"}, {"code": "booking_conflict"}]}`},
		testkit.Scenario{Name: "nobody is free", As: salon.Admin, Method: "GET", Path: at(staffed, "10:15"), Status: 200,
			Want: `{` + lacks + `, "reasons": [{}, {}, {"code": "resource_unavailable", "until": "12:30"}]}`},
		testkit.Scenario{Name: "nobody is needed", As: salon.Admin, Method: "GET", Path: at(sauna, "10:15"), Status: 200,
			Want: `{` + lacks + `, "reasons": [{"code": "resource_unavailable", "until": "11:00"}]}`},
	)
}
