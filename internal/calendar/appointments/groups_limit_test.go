package appointments_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// A session that was begun with more seats than its service has by now is filled up to
// those of the service, also by many at once, and says so.
func TestALoweredLimitHoldsUnderMany(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	yoga := salon.Tenant.Service(testkit.Object{"allow_parallel_bookings": true, "max_parallel_bookings": 10})
	salon.Tenant.Staff(salon.Outlet, []*testkit.Service{yoga}).WorkingHours(w.Day(1), "10:00", "11:00")
	book := func(customer testkit.Customer) testkit.Request {
		return testkit.Request{As: salon.Admin, Method: "POST", Path: "/appointments", Body: testkit.Object{
			"customer_id": customer.ID, "outlet_id": salon.Outlet.ID, "appointment_date": w.Day(1), "start_time": "10:00",
			"services": []testkit.Object{{"service_id": yoga.ID}},
		}}
	}
	salon.Tenant.Book(salon.Outlet, yoga, salon.Customer, 1, "10:00")
	w.JSON(salon.Admin, "PUT", "/services/"+string(yoga.ID), testkit.Object{"max_parallel_bookings": 3})

	var group sync.WaitGroup
	var won atomic.Int32
	for range 12 {
		customer := salon.Tenant.WalkIn()
		group.Go(func() {
			if w.Send(book(customer)).Status == 201 {
				won.Add(1)
			}
		})
	}
	group.Wait()
	if n := won.Load(); n != 2 {
		t.Errorf("%d got one of the 2 seats that were left", n)
	}
	sessions := func(name string, seats, booked, left int) testkit.Scenario {
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "GET", Path: "/appointments/group-sessions?date=" + w.Day(1), Status: 200,
			Want: fmt.Sprintf(`{"items":[{"max_capacity":%d,"current_bookings":%d,"available_capacity":%d}]}`, seats, booked, left)}
	}
	change := func(name string, body testkit.Object) testkit.Scenario {
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "PUT", Path: "/services/" + string(yoga.ID), Body: body, Status: 200}
	}
	testkit.Run(t, w,
		sessions("full", 3, 3, 0),
		change("lower", testkit.Object{"max_parallel_bookings": 2}), sessions("more than full", 2, 3, 0),
		change("higher", testkit.Object{"max_parallel_bookings": 5}), sessions("room again", 5, 3, 2),
		change("higher than it was begun with", testkit.Object{"max_parallel_bookings": 20}), sessions("as many as it was begun with", 10, 3, 7),
		change("for one", testkit.Object{"allow_parallel_bookings": false}), sessions("for one", 1, 3, 0),
	)
}
