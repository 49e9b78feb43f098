package appointments_test

import (
	"testing"
	"time"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// The update writes what is new, and nothing of what is over.
func TestTheUpdateOfAnAppointment(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	gone, kept := "/appointments/"+string(salon.Book(1, "10:00")), "/appointments/"+string(salon.Book(1, "12:00"))
	w.JSON(salon.Admin, "POST", gone+"/cancel", object{"cancellation_reason": "ill"})
	put := func(name, at string, body object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "PUT", Path: at, Body: body, Status: status, Want: want}
	}
	testkit.Run(t, w,
		put("nothing", kept, object{}, 200, `{"version": 1}`),
		put("the status that it has", kept, object{"status": "confirmed"}, 200, `{"version": 1}`),
		put("notes", kept, object{"notes": "By the window."}, 200, `{"version": 2, "notes": "By the window."}`),
		put("the same notes", kept, object{"notes": "By the window.", "version": 2}, 200, `{"version": 2}`),
		put("stale", kept, object{"notes": "At the door.", "version": 1}, 409, `{"code": "appointment.stale"}`),
		put("cancelled", gone, object{"notes": "By the window."}, 409, `{"code": "appointment.transition"}`),
		put("cancelled, nothing", gone, object{}, 200, `{"version": 2, "status": "cancelled"}`),
	)
	w.Clock.Advance(30 * time.Hour)
	salon.Admin = salon.SignIn(salon.Email)
	w.JSON(salon.Admin, "POST", kept+"/record-payment", object{"amount": 150000, "payment_method": "cash"})
	w.JSON(salon.Admin, "POST", kept+"/complete", object{"completion_notes": "Served."})
	testkit.Run(t, w, put("completed", kept, object{"notes": "At the door."}, 409, `{"code": "appointment.transition"}`))
}

// Whoever cannot come is replaced by somebody else, or by nobody.
func TestReassignToAnybodyElse(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	at := "/appointments/" + string(salon.Book(1, "10:00"))
	anybody := object{"service_id": salon.Service.ID}
	testkit.Run(t, w, testkit.Scenario{Name: "nobody else", As: salon.Admin, Method: "PUT", Path: at + "/staff", Body: anybody,
		Status: 409, Want: `{"code": "appointment.slot_taken"}`})
	second := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}).WorksDaily(3)
	// She has more to do on that day than who is replaced.
	salon.Book(1, "14:00", object{"services": []object{{"service_id": salon.Service.ID, "staff_id": second.ID}}})
	salon.Book(1, "16:00", object{"services": []object{{"service_id": salon.Service.ID, "staff_id": second.ID}}})
	if a := w.JSON(salon.Admin, "PUT", at+"/staff", anybody); a.Text("services.0.staff_id") != string(second.ID) {
		t.Errorf("nobody else serves: %s", a.Body)
	}

	pod := salon.Tenant.Service(object{"requires_staff": false})
	alone := "/appointments/" + string(salon.Tenant.Book(salon.Outlet, pod, salon.Customer, 1, "10:00"))
	testkit.Run(t, w, testkit.Scenario{Name: "nobody serves", As: salon.Admin, Method: "PUT", Path: alone + "/staff",
		Body: object{"service_id": pod.ID}, Status: 200, Want: `{"version": 1, "services": [{"staff_id": null}]}`})
}

// A long visit can be handed over to its end.
func TestReassignTheLastOfManyServices(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	salon.Plan("ENTERPRISE")
	short := salon.Tenant.Service(object{"duration_minutes": 10, "assigned_staff": []any{salon.Staff.ID}})
	second := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{short}).WorksDaily(3)
	line := object{"service_id": short.ID, "staff_id": salon.Staff.ID}
	lines := make([]object, 25)
	for i := range lines {
		lines[i] = line
	}
	at := "/appointments/" + string(salon.Book(1, "10:00", object{"services": lines}))
	moved := w.JSON(salon.Admin, "PUT", at+"/staff", object{"service_id": short.ID, "position": 24, "staff_id": second.ID})
	if moved.Text("services.24.staff_id") != string(second.ID) || moved.Text("services.23.staff_id") != string(salon.Staff.ID) {
		t.Errorf("handed over: %s", moved.Body)
	}
}
