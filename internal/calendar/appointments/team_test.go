package appointments_test

import (
	"fmt"
	"testing"

	"reserva/internal/access"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Whoever serves beside the first is named, and finds the appointment wherever the first
// does: in lists, in the calendar, in the roster, in the schedule and in what they did.
func TestATeamIsSeenByAllOfIt(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	duo := salon.Tenant.Service(testkit.Object{"required_staff_count": 2, "allow_parallel_bookings": true, "max_parallel_bookings": 4})
	team := map[string]*testkit.StaffMember{}
	users := map[string]testkit.SignedIn{}
	for _, name := range []string{"Ayu", "Bima"} {
		users[name] = salon.Member(access.StaffRole, salon.Outlet)
		team[name] = salon.Tenant.Staff(salon.Outlet, []*testkit.Service{duo}, testkit.Object{"first_name": name, "user_id": users[name].ID}).
			WorkingHours(w.Day(1), "08:00", "20:00")
	}
	stranger := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{duo})
	appointment := string(salon.Tenant.Book(salon.Outlet, duo, salon.Customer, 1, "10:00"))
	both := fmt.Sprintf(`"staff_id":%q,"team":[{"staff_id":%q,"staff_name":"Bima Lestari"}]`, team["Ayu"].ID, team["Bima"].ID)
	see := func(name string, as testkit.Token, path, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "GET", Path: path, Status: 200, Want: want}
	}
	one := "/appointments/" + appointment
	testkit.Run(t, w, see("both are named", salon.Admin, one, `{"services":[{`+both+`}]}`))
	for name, member := range team {
		id, user := string(member.ID), users[name].Token
		testkit.Run(t, w,
			see(name+" in the list", salon.Admin, "/appointments?staff_id="+id, `{"total":1,"items":[{"services":[{`+both+`}]}]}`),
			see(name+" in the calendar", salon.Admin, "/appointments/calendar?view=day&date="+w.Day(1)+"&staff_id="+id,
				`{"days":{"`+w.Day(1)+`":[{"id":"`+appointment+`","services":[{`+both+`}]}]}}`),
			see(name+" in the roster", salon.Admin, "/appointments/group-sessions?date="+w.Day(1)+"&staff_id="+id, `{"items":[{`+both+`}]}`),
			see(name+" in the schedule", salon.Admin, "/availability/staff/"+id+"?start_date="+w.Day(1)+"&end_date="+w.Day(1), `[{"current_bookings":1}]`),
			see(name+" in what they do", salon.Admin, "/staff/"+id+"/performance?from_date="+w.Day(1)+"&to_date="+w.Day(1),
				`{"bookings":{"total":1,"confirmed":1},"booked_minutes":60}`),
			see(name+" reads it", user, one, `{"id":"`+appointment+`"}`),
			see(name+" lists it", user, "/appointments", `{"total":1}`),
			see(name+" has it in the calendar", user, "/appointments/calendar?view=day&date="+w.Day(1), `{"days":{"`+w.Day(1)+`":[{"id":"`+appointment+`"}]}}`),
			see(name+" has it in the roster", user, "/appointments/group-sessions?date="+w.Day(1), `{"total":1}`),
		)
	}
	testkit.Run(t, w,
		see("nobody else in the list", salon.Admin, "/appointments?staff_id="+string(stranger.ID), `{"total":0}`),
		see("nobody else in the roster", salon.Admin, "/appointments/group-sessions?date="+w.Day(1)+"&staff_id="+string(stranger.ID), `{"total":0}`),
		testkit.Scenario{Name: "moved together", As: salon.Admin, Method: "POST", Path: one + "/reschedule", Status: 200,
			Body: testkit.Object{"new_date": w.Day(1), "new_time": "12:00"}, Want: `{"start_time":"12:00","services":[{` + both + `}]}`},
		testkit.Scenario{Name: "cancelled", As: salon.Admin, Method: "DELETE", Path: one, Body: testkit.Object{"cancellation_reason": "ill"}, Status: 200},
		see("none of Bima's any more", salon.Admin, "/appointments?staff_id="+string(team["Bima"].ID), `{"total":0}`),
	)
}

// Without a name all of a team are replaced, or none: nobody knows who cannot come.
func TestATeamIsReplacedWhole(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	duo := salon.Tenant.Service(testkit.Object{"required_staff_count": 2})
	var team []string
	add := func() {
		member := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{duo}).WorkingHours(w.Day(1), "08:00", "20:00")
		team = append(team, string(member.ID))
	}
	for range 3 {
		add()
	}
	one := "/appointments/" + string(salon.Tenant.Book(salon.Outlet, duo, salon.Customer, 1, "10:00"))
	w.RunJobs()
	mails := len(w.Outbox(salon.Customer.Email))
	put := func(name string, status int, staff, want string) testkit.Scenario {
		body := testkit.Object{"service_id": duo.ID}
		if staff != "" {
			body["staff_id"] = staff
		}
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "PUT", Path: one + "/staff", Body: body, Status: status, Want: want}
	}
	both := func(version int, first, second string) string {
		return fmt.Sprintf(`{"version":%d,"services":[{"staff_id":%q,"team":[{"staff_id":%q}]}]}`, version, first, second)
	}
	testkit.Run(t, w,
		put("one other is no team", 409, "", `{"code":"appointment.slot_taken","reason":"not_enough_staff"}`),
		put("who serves already", 200, team[0], both(1, team[0], team[1])),
		put("who serves beside", 200, team[1], both(1, team[0], team[1])),
	)
	w.RunJobs()
	if told := w.Outbox(salon.Customer.Email); len(told) != mails {
		t.Errorf("%d mails about nothing: %s", len(told)-mails, told[0].Subject)
	}
	if n := w.JSON(salon.Admin, "GET", one+"/history", nil).Len("items"); n != 1 {
		t.Errorf("%d entries of history, want the booking alone", n)
	}
	add()
	testkit.Run(t, w,
		put("the others", 200, "", both(2, team[2], team[3])),
		put("and back", 200, "", both(3, team[0], team[1])),
		put("by name", 200, team[2], `{"version":4,"services":[{"staff_id":"`+team[2]+`"}]}`),
	)
}
