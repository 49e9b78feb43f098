package staff_test

import (
	"context"
	"testing"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Whoever leaves an outlet waits for a booking there that is on its way, and a booking
// that comes after it is refused: never are both done.
func TestNobodyIsBookedWhereTheyLeft(t *testing.T) {
	for name, stopped := range map[string]string{
		"the booking is all but done": `SELECT tenant_id FROM plan_usage WHERE tenant_id = $1 FOR UPDATE`,
		"the booking is not written":  `SELECT id FROM customers WHERE tenant_id = $1 FOR UPDATE`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			salon := w.Salon()
			tenant := salon.Tenant.Plan("PRO")
			south := tenant.Outlet()
			member := tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}, testkit.Object{"outlet_ids": []id.ID{south.ID}}).WorksDaily(2)
			salon.Book(1, "08:00")
			customer := tenant.WalkIn()

			goOn := stop(t, w, stopped, tenant.ID)
			var booked, left int
			done := make(chan bool, 2)
			go func() {
				booked = w.Send(testkit.Request{As: tenant.Admin, Method: "POST", Path: "/appointments", Body: testkit.Object{
					"customer_id": customer.ID, "outlet_id": south.ID, "appointment_date": w.Day(1), "start_time": "10:00",
					"services": []testkit.Object{{"service_id": salon.Service.ID, "staff_id": member.ID}},
				}}).Status
				done <- true
			}()
			waiting(t, w, 1)
			go func() {
				left = w.Send(testkit.Request{As: tenant.Admin, Method: "PUT", Path: "/staff/" + string(member.ID) + "/outlets", Body: testkit.Object{"outlet_ids": []id.ID{}}}).Status
				done <- true
			}()
			time.Sleep(200 * time.Millisecond) // it may wait for the booking, and need not
			goOn()
			for range 2 {
				<-done
			}
			if (booked == 201) == (left == 200) {
				t.Errorf("the booking was answered by %d, leaving by %d", booked, left)
			}
		})
	}
}

// stop locks what a statement locks, until the function that it returns is called.
func stop(t *testing.T, w *testkit.World, sql string, tenant id.ID) (goOn func()) {
	t.Helper()
	held, release, done := make(chan error), make(chan bool), make(chan bool)
	go func() {
		defer close(done)
		err := w.DB.Platform(context.Background(), "a test stops a booking", func(tx *db.Tx) error {
			_, err := tx.ExecNow(context.Background(), sql, tenant)
			held <- err
			<-release
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}()
	if err := <-held; err != nil {
		close(release)
		t.Fatal(err)
	}
	return func() {
		close(release)
		<-done
	}
}

// waiting returns once so many transactions of the world wait for a lock.
func waiting(t *testing.T, w *testkit.World, n int) {
	t.Helper()
	for range 400 {
		var found int
		err := w.DB.Pool().QueryRow(t.Context(), `
			SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&found)
		if err != nil {
			t.Fatal(err)
		}
		if found >= n {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Errorf("%d do not wait for a lock", n)
}

// Whoever takes time from a staff member waits for bookings that have read the schedule
// already, and names what they booked: nobody is booked into time off unnoticed.
func TestTimeOffWaitsForBookingsUnderWay(t *testing.T) {
	for name, tt := range map[string]struct {
		method, path string // with the member's id
		body         func(w *testkit.World, member id.ID) testkit.Object
	}{
		"a vacation": {"POST", "/availability", func(w *testkit.World, member id.ID) testkit.Object {
			return testkit.Object{
				"staff_id": member, "date": w.Day(1), "start_time": "08:00", "end_time": "20:00", "availability_type": "vacation", "recurrence_type": "none",
			}
		}},
		"a leave": {"PUT", "/staff/", func(*testkit.World, id.ID) testkit.Object { return testkit.Object{"status": "on_leave"} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t)
			salon := w.Salon()
			if tt.method == "PUT" {
				tt.path += string(salon.Staff.ID)
			}
			goOn := stop(t, w, `SELECT id FROM customers WHERE tenant_id = $1 FOR UPDATE`, salon.Tenant.ID)
			booked, changed := make(chan testkit.Answer, 1), make(chan testkit.Answer, 1)
			go func() {
				booked <- w.Send(testkit.Request{As: salon.Admin, Method: "POST", Path: "/appointments", Body: testkit.Object{
					"customer_id": salon.Customer.ID, "outlet_id": salon.Outlet.ID, "appointment_date": w.Day(1), "start_time": "10:00",
					"services": []testkit.Object{{"service_id": salon.Service.ID, "staff_id": salon.Staff.ID}},
				}})
			}()
			waiting(t, w, 1)
			go func() {
				changed <- w.Send(testkit.Request{As: salon.Admin, Method: tt.method, Path: tt.path, Body: tt.body(w, salon.Staff.ID)})
			}()
			waiting(t, w, 2)
			goOn()
			made, off := <-booked, <-changed
			if made.Status != 201 || off.Status/100 != 2 {
				t.Fatalf("booked: %d %s; off: %d %s", made.Status, made.Body, off.Status, off.Body)
			}
			if got := off.Text("affected_appointments.0.appointment_id"); got != made.Text("id") {
				t.Errorf("%s is booked, and named is %q: %s", made.Text("id"), got, off.Body)
			}
		})
	}
}

// Leaving the business is refused like a removal while somebody is booked, who is named; a
// leave is temporary, so what is booked stands, and is named too.
func TestWhoIsBookedDoesNotLeave(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	duo := salon.Tenant.Service(testkit.Object{"required_staff_count": 2})
	beside := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{duo}).WorkingHours(w.Day(1), "08:00", "20:00")
	last := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{duo}).WorkingHours(w.Day(1), "08:00", "20:00")
	single := string(salon.Book(1, "10:00", testkit.Object{"services": []testkit.Object{{"service_id": salon.Service.ID, "staff_id": salon.Staff.ID}}}))
	double := string(salon.Tenant.Book(salon.Outlet, duo, salon.Customer, 1, "12:00"))
	for member, appointment := range map[id.ID]string{salon.Staff.ID: single, beside.ID: double, last.ID: double} {
		named := `"affected_appointments":[{"appointment_id":"` + appointment + `","date":"` + w.Day(1) + `","customer_id":"` + string(salon.Customer.ID) + `"}]`
		path := "/staff/" + string(member)
		change := func(name string, body testkit.Object, status int, want string) testkit.Scenario {
			return testkit.Scenario{Name: name, As: salon.Admin, Method: "PUT", Path: path, Body: body, Status: status, Want: want}
		}
		refused := `{"code":"staff.has_appointments",` + named + `}`
		testkit.Run(t, w,
			testkit.Scenario{Name: "removed", As: salon.Admin, Method: "DELETE", Path: path, Status: 409, Want: refused},
			change("terminated", testkit.Object{"status": "terminated"}, 409, refused),
			change("inactive", testkit.Object{"status": "inactive"}, 409, refused),
			change("not active", testkit.Object{"is_active": false}, 409, refused),
			change("on leave", testkit.Object{"status": "on_leave"}, 200, `{"status":"on_leave",`+named+`}`),
			change("terminated on leave", testkit.Object{"status": "terminated"}, 409, refused),
			change("back", testkit.Object{"status": "active"}, 200, `{"status":"active","is_active":true}`),
		)
	}
	for _, appointment := range []string{single, double} {
		w.JSON(salon.Admin, "POST", "/appointments/"+appointment+"/cancel", testkit.Object{"cancellation_reason": "She leaves."})
	}
	w.Do(salon.Admin, "PUT", "/staff/"+string(beside.ID), testkit.Object{"status": "terminated"}, 200)
}
