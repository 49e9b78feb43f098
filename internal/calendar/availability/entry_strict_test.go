package availability_test

import (
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestStrictBreaks(t *testing.T) {
	w := world.New(t)
	salon := w.Tenant()
	outlet := salon.Outlet()
	member := salon.Staff(outlet, nil)
	entry := func(kind, day, from, to string) testkit.Object {
		return testkit.Object{"date": day, "start_time": from, "end_time": to, "availability_type": kind, "recurrence_type": "none"}
	}
	post := func(name string, body testkit.Object, status int, want string) testkit.Scenario {
		body["staff_id"] = member.ID
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "POST", Path: "/availability", Body: body, Status: status, Want: want}
	}
	const refused = `{"code":"availability.break_outside_hours"}`
	tuesday, wednesday := w.Day(1), w.Day(2)

	early := post("taken with a warning", entry("break", tuesday, "12:00", "13:00"), 201, `{"warnings":["The break on 2026-03-03, 12:00 - 13:00, lies outside working hours."]}`).Run(t, w)
	salon.Settings(testkit.Object{"strict_breaks": true})
	testkit.Run(t, w,
		post("refused", entry("break", tuesday, "15:00", "15:30"), 422, refused),
		post("on a day that is not worked", entry("break", wednesday, "12:00", "13:00"), 422, refused),
		testkit.Scenario{
			Name: "the break before the hours, in one request", As: salon.Admin, Method: "POST", Path: "/availability/bulk", Status: 201,
			Body: testkit.Object{"staff_id": member.ID, "availability_entries": []testkit.Object{
				entry("break", wednesday, "12:00", "13:00"), entry("working_hours", wednesday, "09:00", "17:00")}},
		},
		testkit.Scenario{
			Name: "one stray of two, and nothing is written", As: salon.Admin, Method: "POST", Path: "/availability/bulk", Status: 422, Want: refused,
			Body: testkit.Object{"staff_id": member.ID, "availability_entries": []testkit.Object{
				entry("break", wednesday, "15:00", "15:15"), entry("break", wednesday, "16:50", "17:10")}},
		},
		testkit.Scenario{
			Name: "what was there before may be changed", As: salon.Admin, Method: "PUT", Path: "/availability/" + early.Text("id"), Status: 200,
			Body: testkit.Object{"notes": "lunch"},
		},
		testkit.Scenario{
			Name: "but not moved", As: salon.Admin, Method: "PUT", Path: "/availability/" + early.Text("id"), Status: 422, Want: refused,
			Body: testkit.Object{"start_time": "11:00"},
		},
		testkit.Scenario{As: salon.Admin, Method: "DELETE", Path: "/availability/" + early.Text("id"), Status: 200},
	)

	day := w.JSON(salon.Admin, "GET", "/availability/staff/"+string(member.ID)+"?start_date="+wednesday+"&end_date="+wednesday, nil)
	if day.Len("") != 2 || day.Text("0.availability_type") != "working_hours" {
		t.Fatalf("on the day are %s", day.Body)
	}
	hours, pause := day.Text("0.id"), day.Text("1.id")
	testkit.Run(t, w,
		testkit.Scenario{Name: "hours cut under a break", As: salon.Admin, Method: "PUT", Path: "/availability/" + hours, Body: testkit.Object{"end_time": "12:30"}, Status: 422, Want: refused},
		testkit.Scenario{Name: "hours cut after it", As: salon.Admin, Method: "PUT", Path: "/availability/" + hours, Body: testkit.Object{"end_time": "13:00"}, Status: 200},
		testkit.Scenario{Name: "hours removed under it", As: salon.Admin, Method: "DELETE", Path: "/availability/" + hours, Status: 422, Want: refused},
		testkit.Scenario{Name: "many of them", As: salon.Admin, Method: "POST", Path: "/availability/bulk-delete", Body: testkit.Object{"ids": []string{hours}}, Status: 422, Want: refused},
		testkit.Scenario{Name: "both", As: salon.Admin, Method: "POST", Path: "/availability/bulk-delete", Body: testkit.Object{"ids": []string{hours, pause}}, Status: 200},
	)
}

// The kinds of resources that are missing are named.
func TestExplainNamesMissingResources(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	elsewhere := salon.Tenant.Plan("PRO").Outlet()
	w.Do(salon.Admin, "POST", "/resources", testkit.Object{"outlet_id": salon.Outlet.ID, "kind": "room", "name": "Garden room", "quantity": 1}, 201)
	w.Do(salon.Admin, "POST", "/resources", testkit.Object{"outlet_id": elsewhere.ID, "kind": "laser", "name": "Laser", "quantity": 1}, 201)
	w.Do(salon.Admin, "PUT", "/services/"+string(salon.Service.ID), testkit.Object{"required_resources": []testkit.Object{{"kind": "room", "quantity": 1}, {"kind": "laser", "quantity": 1}}}, 200)
	testkit.Scenario{
		As: salon.Admin, Method: "GET", Status: 200,
		Path: "/availability/explain?outlet_id=" + string(salon.Outlet.ID) + "&service_id=" + string(salon.Service.ID) + "&date=" + w.Day(1) + "&start_time=11:00",
		Want: `{"bookable": false, "reasons": [{"code": "resource_unavailable", "until": null}], "missing_resources": ["laser"], "next_available": []}`,
	}.Run(t, w)
}
