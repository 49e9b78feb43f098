package appointments_test

import (
	"strings"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

type object = testkit.Object

func moveTo(w *testkit.World, days int, clock string) object {
	return object{"new_date": w.Day(days), "new_time": clock}
}

func TestRescheduleAtTheDesk(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	path := "/appointments/" + string(salon.Book(1, "10:00")) + "/reschedule"
	salon.Book(1, "15:00")
	testkit.Run(t, w,
		testkit.Scenario{Name: "moves", As: salon.Admin, Method: "POST", Path: path,
			Body: object{"new_date": w.Day(2), "new_time": "14:30", "reason": " ill "}, Status: 200,
			Want: `{"start_time": "14:30", "end_time": "15:30", "status": "confirmed", "total_price": 150000, "version": 2, "appointment_date": "` + w.Day(2) + `",
				"rescheduled_from": {"date": "` + w.Day(1) + `", "start_time": "10:00", "end_time": "11:00"},
				"rescheduled_to": {"date": "` + w.Day(2) + `", "start_time": "14:30", "end_time": "15:30"}, "rescheduled_at": "*", "reschedule_reason": "ill"}`},
		testkit.Scenario{Name: "onto itself", As: salon.Admin, Method: "POST", Path: path, Body: moveTo(w, 2, "14:30"), Status: 200, Want: `{"version": 2}`},
		testkit.Scenario{Name: "stale", As: salon.Admin, Method: "POST", Path: path,
			Body: object{"new_date": w.Day(2), "new_time": "16:00", "version": 1}, Status: 409, Want: `{"code": "appointment.stale"}`},
		testkit.Scenario{Name: "taken", As: salon.Admin, Method: "POST", Path: path, Body: moveTo(w, 1, "14:30"), Status: 409,
			Want: `{"code": "appointment.slot_taken", "reason": "booking_conflict", "next_available": ["16:00", "16:05", "16:10"]}`},
		testkit.Scenario{Name: "closed", As: salon.Admin, Method: "POST", Path: path, Body: moveTo(w, 1, "19:30"), Status: 400, Want: `{"code": "appointment.outside_hours"}`},
		testkit.Scenario{Name: "past", As: salon.Admin, Method: "POST", Path: path, Body: moveTo(w, -1, "10:00"), Status: 400, Want: `{"code": "appointment.in_the_past"}`},
		testkit.Scenario{Name: "off the raster", As: salon.Admin, Method: "POST", Path: path, Body: moveTo(w, 1, "10:02"), Status: 422, Want: `"new_time"`},
		testkit.Scenario{Name: "nothing is changed by refusals", As: salon.Admin, Method: "GET", Path: strings.TrimSuffix(path, "/reschedule"), Status: 200,
			Want: `{"version": 2, "start_time": "14:30"}`},
		testkit.Scenario{Name: "the time is free again", As: salon.Admin, Method: "POST", Path: "/appointments", Status: 201, Body: object{
			"customer_id": salon.Customer.ID, "outlet_id": salon.Outlet.ID, "appointment_date": w.Day(1), "start_time": "10:00",
			"services": []object{{"service_id": salon.Service.ID}}}},
		testkit.Scenario{Name: "unknown", As: salon.Admin, Method: "POST", Path: "/appointments/" + string(id.New()) + "/reschedule", Body: moveTo(w, 1, "10:00"), Status: 404},
	)
	w.RunJobs()
	if told := w.Outbox(salon.Customer.Email); !mailed(told, "was moved") {
		t.Errorf("no mail: %+v", told)
	}
}

// signIn signs the salon's customer in again, after the clock was moved.
func signIn(w *testkit.World, salon *testkit.Salon) testkit.Token {
	w.Helper()
	return testkit.Token(w.JSON("", "POST", "/customer/auth/login", object{
		"email": salon.Customer.Email, "password": testkit.Password, "tenant_slug": salon.Slug,
	}).Text("access_token"))
}

func mailed(all []testkit.Message, subject string) bool {
	for _, m := range all {
		if strings.Contains(m.Subject, subject) {
			return true
		}
	}
	return false
}

func TestWhatCannotBeMoved(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	for _, end := range []struct {
		path string
		body any
	}{
		{"cancel", object{"cancellation_reason": "ill"}}, {"no-show", nil}, {"start", nil},
	} {
		booked := salon.Book(1, "10:00")
		at := "/appointments/" + string(booked)
		w.Due(booked)
		w.JSON(salon.Admin, "POST", at+"/"+end.path, end.body)
		refused := w.Do(salon.Admin, "POST", at+"/reschedule", moveTo(w, 3, "10:00"), 409)
		if refused.Text("code") != "appointment.transition" {
			t.Errorf("after %s: %s", end.path, refused.Body)
		}
		w.Do(salon.Admin, "PUT", at+"/staff", object{"service_id": salon.Service.ID}, 409)
		if end.path == "start" {
			w.JSON(salon.Admin, "POST", at+"/record-payment", object{"amount": 150000, "payment_method": "cash"})
			w.JSON(salon.Admin, "POST", at+"/complete", nil)
			w.Do(salon.Admin, "POST", at+"/reschedule", moveTo(w, 3, "10:00"), 409)
		}
	}
	other := w.Salon()
	w.Do(other.Admin, "POST", "/appointments/"+string(salon.Book(2, "10:00"))+"/reschedule", moveTo(w, 3, "10:00"), 404)
	elsewhere := salon.Member(access.Receptionist, salon.Tenant.Outlet())
	w.Do(elsewhere.Token, "POST", "/appointments/"+string(salon.Book(3, "10:00"))+"/reschedule", moveTo(w, 3, "12:00"), 404)
}

func TestCustomersMoveTheirOwn(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	path := "/customer/booking/appointments/" + string(salon.Book(3, "10:00")) + "/reschedule"
	me := salon.Customer.Token
	w.Do(salon.Tenant.Customer().Token, "POST", path, moveTo(w, 4, "10:00"), 404)
	for i, clock := range []string{"11:00", "12:00", "13:00"} {
		if moved := w.JSON(me, "POST", path, moveTo(w, 4, clock)); moved.Text("start_time") != clock {
			t.Errorf("move %d: %s", i, moved.Body)
		}
	}
	w.JSON(me, "POST", path, moveTo(w, 4, "13:00")) // no move at all
	if refused := w.Do(me, "POST", path, moveTo(w, 4, "14:00"), 400); refused.Text("code") != "appointment.moved_too_often" {
		t.Errorf("fourth: %s", refused.Body)
	}
	if refused := w.Do(me, "POST", path, moveTo(w, 200, "14:00"), 400); refused.Text("code") != "appointment.moved_too_often" {
		t.Errorf("far: %s", refused.Body)
	}
	w.JSON(salon.Admin, "POST", strings.Replace(path, "/customer/booking", "", 1), moveTo(w, 5, "14:00")) // the desk may

	// The promise of 24 hours holds, whatever the settings become.
	late := "/customer/booking/appointments/" + string(salon.Book(1, "12:00")) + "/reschedule"
	w.JSON(salon.Admin, "PUT", "/outlets/"+string(salon.Outlet.ID), object{"settings": object{"cancellation_hours": 2}})
	w.Clock.Advance(5 * time.Hour) // one o'clock: 23 hours are left
	me, salon.Admin = signIn(w, salon), salon.SignIn(salon.Email)
	if refused := w.Do(me, "POST", late, moveTo(w, 3, "15:00"), 400); refused.Text("code") != "appointment.too_late_to_reschedule" {
		t.Errorf("late: %s", refused.Body)
	}
	far := "/customer/booking/appointments/" + string(salon.Book(6, "10:00")) + "/reschedule"
	if refused := w.Do(me, "POST", far, moveTo(w, 200, "10:00"), 400); refused.Text("code") != "appointment.outside_window" {
		t.Errorf("far: %s", refused.Body)
	}
}

// A move keeps a hold within what was promised, and the open link to pay.
func TestAHoldMovesAlong(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	w.JSON(salon.Admin, "PUT", "/outlets/"+string(salon.Outlet.ID), object{"settings": object{"auto_confirm_bookings": false, "min_notice_minutes": 60}})
	made := w.JSON(salon.Customer.Token, "POST", "/customer/booking/appointments", object{
		"outlet_id": salon.Outlet.ID, "appointment_date": w.Day(0), "start_time": "18:00",
		"services": []object{{"service_id": salon.Service.ID}},
	})
	at := "/customer/booking/appointments/" + made.Text("id")
	until := func(a testkit.Answer) time.Time {
		t.Helper()
		parsed, err := time.Parse(time.RFC3339, a.Text("hold_until"))
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	booked := w.Clock.Now()
	if got, want := until(made).Sub(booked), 9*time.Hour; got != want { // it is eight; an hour before six
		t.Errorf("held for %s, want %s", got, want)
	}
	link := w.JSON(salon.Customer.Token, "POST", "/customer/payments/process-appointment", object{"appointment_id": made.Text("id")})
	w.Clock.Advance(time.Hour)
	salon.Customer.Token = signIn(w, salon)
	moved := w.JSON(salon.Customer.Token, "POST", at+"/reschedule", moveTo(w, 3, "10:00"))
	if got, want := until(moved).Sub(booked), 24*time.Hour; got != want || moved.Text("status") != "pending" {
		t.Errorf("held for %s after the move, want %s: %s", got, want, moved.Body)
	}
	again := w.Do(salon.Customer.Token, "POST", "/customer/payments/process-appointment", object{"appointment_id": made.Text("id")}, 409)
	if again.Text("invoice.id") != link.Text("invoice.id") {
		t.Errorf("another link: %s", again.Body)
	}
	w.Clock.Advance(24 * time.Hour)
	salon.Customer.Token, salon.Admin = signIn(w, salon), salon.SignIn(salon.Email)
	if lapsed := w.JSON(salon.Customer.Token, "GET", at, nil); lapsed.Text("status") != "cancelled" {
		t.Errorf("did not lapse: %s", lapsed.Body)
	}
	if refused := w.Do(salon.Customer.Token, "POST", at+"/reschedule", moveTo(w, 4, "10:00"), 409); refused.Text("code") != "appointment.hold_lapsed" {
		t.Errorf("moved after the lapse: %s", refused.Body)
	}
	salon.Book(2, "10:00") // day 3 of the booking: the time is free
}

func TestStaffWhoLeftAreReplaced(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	second := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}).WorksDaily(28)
	at := "/appointments/" + string(salon.Book(2, "10:00", object{"services": []object{{"service_id": salon.Service.ID, "staff_id": salon.Staff.ID}}}))
	if moved := w.JSON(salon.Admin, "POST", at+"/reschedule", moveTo(w, 2, "12:00")); moved.Text("services.0.staff_id") != string(salon.Staff.ID) {
		t.Errorf("another served: %s", moved.Body)
	}
	w.Exec(`DELETE FROM staff_services WHERE tenant_id = $1 AND staff_id = $2`, salon.ID, salon.Staff.ID)
	if moved := w.JSON(salon.Admin, "POST", at+"/reschedule", moveTo(w, 3, "10:00")); moved.Text("services.0.staff_id") != string(second.ID) {
		t.Errorf("nobody took over: %s", moved.Body)
	}
}

func TestReassign(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	second := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}).WorksDaily(28)
	unskilled := salon.Tenant.Staff(salon.Outlet, nil).WorksDaily(28)
	line := object{"service_id": salon.Service.ID, "staff_id": salon.Staff.ID}
	at := "/appointments/" + string(salon.Book(1, "10:00", object{"services": []object{line, line}}))
	to := func(member id.ID, more object) object {
		body := object{"service_id": salon.Service.ID, "staff_id": member}
		for key, value := range more {
			body[key] = value
		}
		return body
	}
	testkit.Run(t, w,
		testkit.Scenario{Name: "which", As: salon.Admin, Method: "PUT", Path: at + "/staff", Body: to(second.ID, nil), Status: 400, Want: `{"code": "appointment.no_such_line"}`},
		testkit.Scenario{Name: "the second", As: salon.Admin, Method: "PUT", Path: at + "/staff", Body: to(second.ID, object{"position": 1, "version": 1}), Status: 200,
			Want: `{"version": 2, "rescheduled_at": null, "services": [{"staff_id": "` + string(salon.Staff.ID) + `"}, {"staff_id": "` + string(second.ID) + `", "start_time": "11:00"}]}`},
		testkit.Scenario{Name: "stale", As: salon.Admin, Method: "PUT", Path: at + "/staff", Body: to(salon.Staff.ID, object{"position": 1, "version": 1}), Status: 409, Want: `{"code": "appointment.stale"}`},
		testkit.Scenario{Name: "unqualified", As: salon.Admin, Method: "PUT", Path: at + "/staff", Body: to(unskilled.ID, object{"position": 1}), Status: 400, Want: `{"code": "staff.not_qualified"}`},
		testkit.Scenario{Name: "unknown", As: salon.Admin, Method: "PUT", Path: at + "/staff", Body: to(id.New(), object{"position": 1}), Status: 404, Want: `{"code": "staff.not_found"}`},
		testkit.Scenario{Name: "no such service", As: salon.Admin, Method: "PUT", Path: at + "/staff", Body: object{"service_id": id.New()}, Status: 400, Want: `{"code": "appointment.no_such_line"}`},
	)
	w.JSON(salon.Admin, "POST", "/availability", object{"staff_id": salon.Staff.ID, "date": w.Day(1), "start_time": "08:00", "end_time": "20:00",
		"availability_type": "vacation", "recurrence_type": "none"})
	w.Do(salon.Admin, "PUT", at+"/staff", to(salon.Staff.ID, object{"position": 1}), 409)
	w.Clock.Advance(26*time.Hour + 10*time.Minute) // ten past ten: the visit should have begun
	salon.Admin = salon.SignIn(salon.Email)
	if taken := w.JSON(salon.Admin, "PUT", at+"/staff", object{"service_id": salon.Service.ID, "position": 0}); taken.Text("services.0.staff_id") != string(second.ID) {
		t.Errorf("nobody took over: %s", taken.Body)
	}
	w.RunJobs()
	if told := w.Outbox(salon.Customer.Email); !mailed(told, "A change to your appointment") {
		t.Errorf("no mail: %+v", told)
	}
}
