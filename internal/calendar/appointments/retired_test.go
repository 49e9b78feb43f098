package appointments_test

import (
	"fmt"
	"sync"
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// A service that is retired keeps what is booked of it, and takes nothing new.
func TestRetiredServices(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	service, id := "/services/"+string(salon.Service.ID), salon.Book(0, "19:00")
	again := testkit.Object{
		"customer_id": salon.Customer.ID, "outlet_id": salon.Outlet.ID, "appointment_date": w.Day(1), "start_time": "14:00",
		"services": []testkit.Object{{"service_id": salon.Service.ID}},
	}
	grid := fmt.Sprintf("/availability/availability-grid?service_id=%s&outlet_id=%s&start_date=%s", salon.Service.ID, salon.Outlet.ID, w.Day(1))
	testkit.Run(t, w,
		testkit.Scenario{Name: "booked", As: salon.Admin, Method: "DELETE", Path: service, Status: 409, Want: `{"code":"service.has_appointments"}`},
		testkit.Scenario{Name: "archive", As: salon.Admin, Method: "POST", Path: service + "/archive", Status: 200},
		testkit.Scenario{Name: "not offered", As: salon.Admin, Method: "GET", Path: grid, Status: 400, Want: `{"code":"service.not_offered"}`},
		testkit.Scenario{Name: "not taken", As: salon.Admin, Method: "POST", Path: "/appointments", Body: again, Status: 400, Want: `{"code":"service.not_offered"}`},
		testkit.Scenario{Name: "what is booked stands", As: salon.Admin, Method: "POST", Path: "/appointments/" + string(id) + "/start", Status: 200},
		testkit.Scenario{Name: "still booked", As: salon.Admin, Method: "DELETE", Path: service, Status: 409},
	)
	w.Exec(`UPDATE appointments SET status = 'confirmed' WHERE tenant_id = $1 AND id = $2`, salon.ID, id)
	testkit.Run(t, w,
		testkit.Scenario{Name: "cancelled", As: salon.Admin, Method: "POST", Path: "/appointments/" + string(id) + "/cancel",
			Body: testkit.Object{"cancellation_reason": "Retired."}, Status: 200},
		testkit.Scenario{Name: "nothing is booked any more", As: salon.Admin, Method: "DELETE", Path: service, Status: 200},
		testkit.Scenario{Name: "removed", As: salon.Admin, Method: "POST", Path: "/appointments", Body: again, Status: 404, Want: `{"code":"service.not_found"}`},
	)
}

// Of a booking and the removal of its service one is refused, whoever is faster.
func TestRemovalOfAServiceAndBookings(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	for round := range 8 {
		service := salon.Tenant.Service(testkit.Object{"assigned_staff": []any{salon.Staff.ID}})
		var group sync.WaitGroup
		var booked, removed int
		group.Go(func() {
			booked = w.Send(testkit.Request{As: salon.Admin, Method: "POST", Path: "/appointments", Body: testkit.Object{
				"customer_id": salon.Customer.ID, "outlet_id": salon.Outlet.ID, "appointment_date": w.Day(2 + round), "start_time": "10:00",
				"services": []testkit.Object{{"service_id": service.ID}},
			}}).Status
		})
		group.Go(func() {
			removed = w.Send(testkit.Request{As: salon.Admin, Method: "DELETE", Path: "/services/" + string(service.ID)}).Status
		})
		group.Wait()
		if !(booked == 201 && removed == 409) && !(booked == 404 && removed == 200) {
			t.Fatalf("round %d: booking answers %d, removal %d", round, booked, removed)
		}
	}
}

// Seats that are taken away while they are booked stay with those who have them; nobody
// else gets in before there is room by the new measure.
func TestCapacityLoweredBelowWhatIsBooked(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	class := salon.Tenant.Service(testkit.Object{
		"allow_parallel_bookings": true, "max_parallel_bookings": 4, "assigned_staff": []any{salon.Staff.ID},
	})
	var ids []string
	for range 3 {
		ids = append(ids, string(salon.Tenant.Book(salon.Outlet, class, salon.Tenant.WalkIn(), 1, "10:00")))
	}
	w.Do(salon.Admin, "PUT", "/services/"+string(class.ID), testkit.Object{"max_parallel_bookings": 2}, 200)
	late := salon.Tenant.WalkIn()
	grid := fmt.Sprintf("/availability/availability-grid?service_id=%s&outlet_id=%s&start_date=%s&num_days=1&slot_interval_minutes=60",
		class.ID, salon.Outlet.ID, w.Day(1))
	seats := func(name string, n int) testkit.Scenario {
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "GET", Path: grid, Status: 200, Check: func(t *testing.T, a testkit.Answer) {
			var shown struct {
				Grid map[string][]struct {
					Start string `json:"start_time"`
					Seats int    `json:"available_capacity"`
				} `json:"availability_grid"`
			}
			a.Into(&shown)
			for _, slot := range shown.Grid[w.Day(1)] {
				if slot.Start[:5] == "10:00" {
					if slot.Seats != n {
						t.Errorf("the class has %d seats left, want %d", slot.Seats, n)
					}
					return
				}
			}
			t.Error("the class is not shown")
		}}
	}
	book := func(name string, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "POST", Path: "/appointments", Status: status, Want: want, Body: testkit.Object{
			"customer_id": late.ID, "outlet_id": salon.Outlet.ID, "appointment_date": w.Day(1), "start_time": "10:00",
			"services": []testkit.Object{{"service_id": class.ID}},
		}}
	}
	leave := func(id string) testkit.Scenario {
		return testkit.Scenario{Name: "leave", As: salon.Admin, Method: "POST", Path: "/appointments/" + id + "/cancel",
			Body: testkit.Object{"cancellation_reason": "Ill."}, Status: 200}
	}
	testkit.Run(t, w,
		testkit.Scenario{Name: "the third stays", As: salon.Admin, Method: "GET", Path: "/appointments/" + ids[2], Status: 200, Want: `{"status":"confirmed"}`},
		seats("three of two", 0), book("too many", 409, `{"code":"appointment.slot_taken","reason":"capacity_full"}`),
		leave(ids[0]), seats("two of two", 0), book("full", 409, `{"code":"appointment.slot_taken"}`),
		leave(ids[2]), seats("one of two", 1), book("in", 201, `{"status":"confirmed"}`), seats("full again", 0),
	)
}
