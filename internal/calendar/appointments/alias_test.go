package appointments_test

import (
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// The desk's other path answers for every verb.
func TestStaffAppointmentsIsTheSamePath(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	at := "/staff/appointments"
	one := at + "/" + string(salon.Book(1, "10:00"))
	other := at + "/" + string(salon.Book(1, "12:00"))
	third := at + "/" + string(salon.Book(1, "14:00"))
	ask := func(method, path string, body testkit.Object, want string) testkit.Scenario {
		return testkit.Scenario{As: salon.Admin, Method: method, Path: path, Body: body, Status: 200, Want: want}
	}
	testkit.Run(t, w,
		ask("GET", at+"?size=1", nil, `{"total":3}`),
		ask("GET", at+"/upcoming", nil, `{"total":3}`),
		ask("GET", at+"/today", nil, `{"total":0}`),
		ask("GET", at+"/calendar?view=day&date="+w.Day(1), nil, ""),
		ask("GET", at+"/analytics/summary?date_from="+w.Day(0)+"&date_to="+w.Day(2), nil, ""),
		ask("GET", at+"/group-sessions?date="+w.Day(1), nil, `{"total":0}`),
		ask("GET", one, nil, `{"start_time":"10:00"}`),
		ask("GET", one+"/history", nil, ""),
		ask("GET", one+"/payment-status", nil, ""),
		ask("PUT", one, testkit.Object{"notes": "By the window."}, `{"notes":"By the window."}`),
		ask("PUT", one+"/staff", testkit.Object{"service_id": salon.Service.ID, "staff_id": salon.Staff.ID}, ""),
		ask("POST", one+"/reschedule", testkit.Object{"new_date": w.Day(1), "new_time": "09:00"}, `{"start_time":"09:00"}`),
		testkit.Scenario{Name: "tomorrow's", As: salon.Admin, Method: "POST", Path: one + "/start", Status: 409, Want: `{"code":"appointment.too_early"}`},
		ask("POST", one+"/reschedule", testkit.Object{"new_date": w.Day(0), "new_time": "15:00"}, `{"start_time":"15:00"}`),
		ask("POST", one+"/start", nil, `{"status":"in_progress"}`),
		ask("POST", other+"/cancel", testkit.Object{"cancellation_reason": "Ill."}, `{"status":"cancelled"}`),
		ask("DELETE", third, testkit.Object{"cancellation_reason": "Ill."}, `{"status":"cancelled"}`),
		testkit.Scenario{Name: "confirmed is not pending", As: salon.Admin, Method: "POST", Path: third + "/confirm", Status: 409, Want: `{"code":"appointment.transition"}`},
		testkit.Scenario{Name: "nor did they not come", As: salon.Admin, Method: "POST", Path: third + "/no-show", Body: testkit.Object{}, Status: 409, Want: `{"code":"appointment.transition"}`},
		testkit.Scenario{Name: "unpaid", As: salon.Admin, Method: "POST", Path: one + "/complete", Body: testkit.Object{}, Status: 400, Want: "verified"},
	)
}

// So does the customers' other path.
func TestCustomerAppointmentsIsTheSamePath(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	at := "/customer/appointments"
	one, other := at+"/"+string(salon.Book(2, "10:00")), at+"/"+string(salon.Book(3, "12:00"))
	ask := func(method, path string, body testkit.Object, want string) testkit.Scenario {
		return testkit.Scenario{As: salon.Customer.Token, Method: method, Path: path, Body: body, Status: 200, Want: want}
	}
	testkit.Run(t, w,
		ask("GET", at+"?sort_by=appointment_date&order=asc", nil, `{"total":2, "items": [{"start_time":"10:00"}, {"start_time":"12:00"}]}`),
		ask("GET", at, nil, `{"items": [{"start_time":"12:00"}, {"start_time":"10:00"}]}`),
		ask("GET", one, nil, `{"start_time":"10:00"}`),
		ask("POST", one+"/reschedule", testkit.Object{"new_date": w.Day(2), "new_time": "09:00"}, `{"start_time":"09:00"}`),
		ask("POST", one+"/cancel", testkit.Object{"cancellation_reason": "Ill."}, `{"status":"cancelled"}`),
		ask("DELETE", other, testkit.Object{"cancellation_reason": "Ill."}, `{"status":"cancelled"}`),
		testkit.Scenario{Name: "no such order", As: salon.Customer.Token, Method: "GET", Path: at + "?sort_by=name", Status: 422, Want: "sort_by"},
	)
}
