package appointments_test

import (
	"fmt"
	"testing"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// terms says what a staff member takes for the salon's service.
func terms(salon *testkit.Salon, member id.ID, terms testkit.Object) testkit.Scenario {
	terms["service_id"] = salon.Service.ID
	return testkit.Scenario{
		As: salon.Admin, Method: "PUT", Path: "/staff/" + string(member) + "/skills", Status: 200,
		Body: testkit.Object{"services": []testkit.Object{terms}},
	}
}

// A salon with a cut of 60 minutes and a quick colleague, who takes 30 and another
// price.
func quickSalon(t *testing.T, w *testkit.World) (*testkit.Salon, *testkit.StaffMember) {
	t.Helper()
	salon := w.Salon()
	quick := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}, testkit.Object{"first_name": "Aan"}).WorkingHours(w.Day(1), "08:00", "20:00")
	terms(salon, quick.ID, testkit.Object{"duration_minutes": 30, "price": "90000", "level": "senior"}).Run(t, w)
	return salon, quick
}

func (s *asking) book(start string, staff id.ID, status int, want string) testkit.Scenario {
	line := testkit.Object{"service_id": s.salon.Service.ID}
	if staff != "" {
		line["staff_id"] = staff
	}
	return testkit.Scenario{
		Name: "book " + start, As: s.salon.Admin, Method: "POST", Path: "/appointments", Status: status, Want: want,
		Body: testkit.Object{
			"outlet_id": s.salon.Outlet.ID, "customer_id": s.salon.WalkIn().ID, "appointment_date": s.w.Day(1), "start_time": start,
			"services": []testkit.Object{line},
		},
	}
}

type asking struct {
	w     *testkit.World
	salon *testkit.Salon
}

// Who expects a service to take another time than it does is not booked for what they
// did not ask for.
func TestLengthsThatClientsSend(t *testing.T) {
	w := world.New(t)
	salon, quick := quickSalon(t, w)
	ask := func(name string, minutes any, staff *testkit.StaffMember, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "POST", Path: "/appointments", Status: status, Want: want, Body: testkit.Object{
			"outlet_id": salon.Outlet.ID, "customer_id": salon.WalkIn().ID, "appointment_date": w.Day(1), "start_time": "10:00",
			"services": []testkit.Object{{"service_id": salon.Service.ID, "staff_id": staff.ID, "duration_minutes": minutes}},
		}}
	}
	const refused = `{"code":"request.invalid","detail":[{"loc":["body","services",0,"duration_minutes"]}]}`
	testkit.Run(t, w,
		ask("longer", 90, salon.Staff, 422, "The service takes 60 minutes."),
		ask("a colleague's", 30, salon.Staff, 422, refused),
		ask("none", 0, salon.Staff, 422, refused),
		ask("longer than the quick one's", 45, quick, 422, "The service takes 30 minutes."),
		ask("the catalogue's", 60, salon.Staff, 201, `{"end_time":"11:00"}`),
		ask("the catalogue's, of the quick one", 60, quick, 201, `{"end_time":"10:30"}`),
	)
	own := testkit.Object{
		"outlet_id": salon.Outlet.ID, "appointment_date": w.Day(2), "start_time": "10:00",
		"services": []testkit.Object{{"service_id": salon.Service.ID, "duration_minutes": 25}},
	}
	w.Do(salon.Customer.Token, "POST", "/customer/booking/appointments", own, 422)
}

// FREE allows twenty services in one appointment, the other plans what a day holds.
func TestServicesInOneAppointment(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	short := salon.Tenant.Service(testkit.Object{"duration_minutes": 5, "assigned_staff": []any{salon.Staff.ID}, "pricing": testkit.Object{"base_price": 1000}})
	many := func(name string, n, status int, want string) testkit.Scenario {
		lines := make([]testkit.Object, n)
		for i := range lines {
			lines[i] = testkit.Object{"service_id": short.ID}
		}
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "POST", Path: "/appointments", Status: status, Want: want, Body: testkit.Object{
			"outlet_id": salon.Outlet.ID, "customer_id": salon.Customer.ID, "appointment_date": w.Day(1), "start_time": "08:00", "services": lines,
		}}
	}
	many("more than a day holds", 301, 422, `"services"`).Run(t, w)
	many("ENTERPRISE", 60, 201, `{"end_time":"13:00","total_price":60000}`).Run(t, w)
	salon.Plan("PRO")
	late := many("longer than the day is open", 200, 400, `{"code":"appointment.outside_hours"}`)
	late.Body.(testkit.Object)["start_time"] = "14:00"
	late.Run(t, w)
	salon.Plan("FREE")
	many("FREE, one too many", 21, 403, `{"code":"appointment.too_many_services"}`).Run(t, w)
	most := many("FREE", 20, 201, `{"total_price":20000}`)
	most.Body.(testkit.Object)["start_time"] = "14:00"
	most.Run(t, w)
}

func TestMembersTakeTheirOwnTimeAndPrice(t *testing.T) {
	w := world.New(t)
	salon, quick := quickSalon(t, w)
	s := asking{w, salon}
	grid := fmt.Sprintf("/availability/availability-grid?service_id=%s&outlet_id=%s&start_date=%s&num_days=1&slot_interval_minutes=30",
		salon.Service.ID, salon.Outlet.ID, w.Day(1))
	testkit.Run(t, w,
		s.book("10:00", quick.ID, 201, `{"end_time":"10:30","total_price":90000,"services":[{"duration_minutes":30,"price":90000}]}`),
		s.book("10:00", salon.Staff.ID, 201, `{"end_time":"11:00","services":[{"duration_minutes":60}]}`),
		testkit.Scenario{Name: "the quick one is free again", As: salon.Admin, Method: "GET", Path: grid, Status: 200, Check: slots(w, map[int]string{
			3: "09:30-10:00 true 1 of 2", 4: "10:00-10:30 false 0 of 2", 5: "10:30-11:00 true 1 of 2", 23: "19:30-20:00 true 1 of 1"})},
		testkit.Scenario{Name: "with the quick one", As: salon.Admin, Method: "GET", Path: grid + "&staff_id=" + string(quick.ID), Status: 200,
			Want: `{"metadata":{"service_duration_minutes":30}}`, Check: slots(w, map[int]string{4: "10:00-10:30 false 0 of 1", 23: "19:30-20:00 true 1 of 1"})},
		testkit.Scenario{Name: "without", As: salon.Admin, Method: "GET", Path: grid + "&staff_id=" + string(salon.Staff.ID), Status: 200,
			Want: `{"metadata":{"service_duration_minutes":60}}`, Check: slots(w, map[int]string{4: "10:00-11:00 false 0 of 1", 22: "19:00-20:00 true 1 of 1"})},
		s.book("19:30", salon.Staff.ID, 400, `{"code":"appointment.outside_hours"}`),
		s.book("19:30", "", 201, fmt.Sprintf(`{"end_time":"20:00","services":[{"staff_id":%q,"price":90000}]}`, quick.ID)),
		s.book("10:30", "", 201, fmt.Sprintf(`{"services":[{"staff_id":%q}]}`, quick.ID)),
		s.book("10:30", "", 409, `{"reason":"booking_conflict","next_available":["11:00","11:05","11:10"]}`),
		testkit.Scenario{
			Name: "explained", As: salon.Admin, Method: "GET", Status: 200,
			Path: fmt.Sprintf("/availability/explain?outlet_id=%s&service_id=%s&date=%s&start_time=09:30", salon.Outlet.ID, salon.Service.ID, w.Day(1)),
			Want: fmt.Sprintf(`{"bookable":true,"end_time":"10:00","staff":[{"staff_id":%q,"available":true,"duration_minutes":30},
				{"staff_id":%q,"available":false,"duration_minutes":60,"reasons":[{"code":"booking_conflict","until":"11:00"}]}]}`, quick.ID, salon.Staff.ID),
		},
		testkit.Scenario{
			Name: "checked", As: salon.Admin, Method: "GET", Status: 200, Want: `{"available":true}`,
			Path: fmt.Sprintf("/availability/check?staff_id=%s&date=%s&start_time=11:00&end_time=11:30&service_id=%s", quick.ID, w.Day(1), salon.Service.ID),
		},
		testkit.Scenario{
			Name: "who is there to choose from", As: salon.Tenant.Customer().Token, Method: "GET", Status: 200,
			Path: fmt.Sprintf("/customer/booking/staff?service_id=%s&outlet_id=%s&date=%s", salon.Service.ID, salon.Outlet.ID, w.Day(1)),
			Want: fmt.Sprintf(`{"items":[{"staff_id":%q,"duration_minutes":60,"price":"150000.00"},{"staff_id":%q,"duration_minutes":30,"price":"90000.00"}]}`, salon.Staff.ID, quick.ID),
		},
		testkit.Scenario{
			Name: "the public list", Method: "GET", Path: "/public/outlets/" + string(salon.Outlet.ID) + "/staff", Status: 200,
			Want: fmt.Sprintf(`{"items":[{"id":%q,"services":[{"service_id":%q,"level":"senior","duration_minutes":30,"price":"90000.00"}]},
				{"id":%q,"services":[{"service_id":%q,"level":null,"duration_minutes":null,"price":null}]}]}`, quick.ID, salon.Service.ID, salon.Staff.ID, salon.Service.ID),
		},
	)
}

// slots holds some of a day's grid against what they should be.
func slots(w *testkit.World, want map[int]string) func(*testing.T, testkit.Answer) {
	return func(t *testing.T, a testkit.Answer) {
		t.Helper()
		for i, shown := range want {
			slot, _ := a.Value(fmt.Sprintf("availability_grid.%s.%d", w.Day(1), i)).(map[string]any)
			got := fmt.Sprintf("%v-%v %v %v of %v", slot["start_time"], slot["end_time"], slot["is_available"], slot["available_capacity"], slot["max_capacity"])
			if got != shown {
				t.Errorf("slot %d is %s, want %s", i, got, shown)
			}
		}
	}
}

// What was booked stays what it was when the terms change, and when somebody else
// takes over.
func TestTermsAreCopiedIntoTheAppointment(t *testing.T) {
	w := world.New(t)
	salon, quick := quickSalon(t, w)
	s := asking{w, salon}
	booked := s.book("10:00", quick.ID, 201, `{"total_price":90000}`).Run(t, w)
	path := "/appointments/" + booked.Text("id")
	terms(salon, quick.ID, testkit.Object{"duration_minutes": 45, "price": 70000}).Run(t, w)
	testkit.Run(t, w,
		testkit.Scenario{As: salon.Admin, Method: "GET", Path: path, Status: 200, Want: `{"end_time":"10:30","total_price":90000,"services":[{"duration_minutes":30}]}`},
		testkit.Scenario{
			Name: "a move takes the time of today and the price of then", As: salon.Admin, Method: "POST", Path: path + "/reschedule", Status: 200,
			Body: testkit.Object{"new_date": w.Day(1), "new_time": "12:00"}, Want: `{"end_time":"12:45","total_price":90000,"services":[{"duration_minutes":45,"price":90000}]}`,
		},
		testkit.Scenario{
			Name: "who takes over takes the time that was booked", As: salon.Admin, Method: "PUT", Path: path + "/staff", Status: 200,
			Body: testkit.Object{"service_id": salon.Service.ID, "staff_id": salon.Staff.ID},
			Want: fmt.Sprintf(`{"end_time":"12:45","total_price":90000,"services":[{"staff_id":%q,"duration_minutes":45,"price":90000}]}`, salon.Staff.ID),
		},
		testkit.Scenario{
			Name: "and back", As: salon.Admin, Method: "PUT", Path: path + "/staff", Status: 200,
			Body: testkit.Object{"service_id": salon.Service.ID, "staff_id": quick.ID}, Want: `{"end_time":"12:45","services":[{"duration_minutes":45,"price":90000}]}`,
		},
	)
}

// Services back to back: who serves first decides when the next begins.
func TestServicesFollowWhoTakesLess(t *testing.T) {
	w := world.New(t)
	salon, quick := quickSalon(t, w)
	beard := salon.Tenant.Service(testkit.Object{"name": "Beard", "duration_minutes": 30})
	salon.Tenant.Staff(salon.Outlet, []*testkit.Service{beard}).WorkingHours(w.Day(1), "10:30", "11:00")
	offers := testkit.Scenario{
		As: salon.Tenant.Customer().Token, Method: "GET", Status: 200,
		Path: fmt.Sprintf("/customer/booking/available-slots?service_id=%s&service_id=%s&outlet_id=%s&date=%s", salon.Service.ID, beard.ID, salon.Outlet.ID, w.Day(1)),
		Want: fmt.Sprintf(`{"slots":[{"start_time":"09:30","end_time":"11:00","staff_id":%q},{"start_time":"10:00","end_time":"11:00","staff_id":%q}]}`, salon.Staff.ID, quick.ID),
	}
	testkit.Run(t, w, offers, testkit.Scenario{
		Name: "booked so", As: salon.Admin, Method: "POST", Path: "/appointments", Status: 201,
		Body: testkit.Object{
			"outlet_id": salon.Outlet.ID, "customer_id": salon.WalkIn().ID, "appointment_date": w.Day(1), "start_time": "10:00",
			"services": []testkit.Object{{"service_id": salon.Service.ID}, {"service_id": beard.ID}},
		},
		Want: fmt.Sprintf(`{"end_time":"11:00","services":[{"staff_id":%q,"start_time":"10:00"},{"start_time":"10:30"}]}`, quick.ID),
	})
}
