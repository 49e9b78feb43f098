package appointments_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// spa is a salon with more staff than rooms.
type spa struct {
	*testkit.World
	*testkit.Salon
	rooms, massage string // paths
	service        *testkit.Service
}

// newSpa has three who give a massage of an hour, with ten minutes before and twenty
// after it, and so many rooms.
func newSpa(t *testing.T, rooms int, changes testkit.Object) *spa {
	w := world.New(t)
	s := &spa{World: w, Salon: w.Salon()}
	s.rooms = "/resources/" + w.JSON(s.Admin, "POST", "/resources",
		testkit.Object{"outlet_id": s.Outlet.ID, "kind": "room", "name": "Rooms", "quantity": rooms}).Text("id")
	body := testkit.Object{
		"duration_minutes": 60, "preparation_minutes": 10, "cleanup_minutes": 20, "required_resources": []testkit.Object{{"kind": "room", "quantity": 1}},
	}
	for key, value := range changes {
		body[key] = value
	}
	s.service = s.Salon.Tenant.Service(body)
	s.massage = "/services/" + string(s.service.ID)
	for range 3 {
		s.Salon.Tenant.Staff(s.Outlet, []*testkit.Service{s.service}).WorksDaily(7)
	}
	return s
}

func (s *spa) asked(at string, changes ...testkit.Object) testkit.Object {
	body := testkit.Object{
		"customer_id": s.Salon.Tenant.WalkIn().ID, "outlet_id": s.Outlet.ID, "appointment_date": s.Day(1), "start_time": at,
		"services": []testkit.Object{{"service_id": s.service.ID}},
	}
	for _, c := range changes {
		for key, value := range c {
			body[key] = value
		}
	}
	return body
}

func (s *spa) book(name, at string, status int, want string) testkit.Scenario {
	return testkit.Scenario{Name: name, As: s.Admin, Method: "POST", Path: "/appointments", Body: s.asked(at), Status: status, Want: want}
}

// slot is what the grid says of a start: how many are free, of how many, or why none.
func (s *spa) slot(at string) string {
	s.Helper()
	var shown struct {
		Grid map[string][]struct {
			Start  string `json:"start_time"`
			Free   int    `json:"available_capacity"`
			Most   int    `json:"max_capacity"`
			Reason string `json:"reason"`
		} `json:"availability_grid"`
	}
	s.JSON(s.Admin, "GET", fmt.Sprintf("/availability/availability-grid?service_id=%s&outlet_id=%s&start_date=%s&num_days=1&slot_interval_minutes=5",
		s.service.ID, s.Outlet.ID, s.Day(1)), nil).Into(&shown)
	for _, slot := range shown.Grid[s.Day(1)] {
		if slot.Start[:5] == at {
			return strings.TrimSpace(fmt.Sprintf("%d/%d %s", slot.Free, slot.Most, slot.Reason))
		}
	}
	return "not shown"
}

func (s *spa) expectSlots(want map[string]string) {
	s.Helper()
	for at, says := range want {
		if got := s.slot(at); got != says {
			s.Errorf("the grid says %q of %s, want %q", got, at, says)
		}
	}
}

// A room is taken from the preparation to the cleanup, and limits what is offered.
func TestRoomsLimitWhatIsOffered(t *testing.T) {
	s := newSpa(t, 2, nil)
	s.expectSlots(map[string]string{"10:00": "2/2", "12:00": "2/2"})
	s.book("first room", "10:00", 201, `{"status":"confirmed"}`).Run(t, s.World)
	s.expectSlots(map[string]string{"08:30": "2/2", "08:35": "1/2", "10:00": "1/2", "11:25": "1/2", "11:30": "2/2"})
	refused := `{"code":"appointment.slot_taken","reason":"resource_unavailable","missing_resources":["room"],"next_available":["*","*","*"]}`
	testkit.Run(t, s.World,
		s.book("second room", "10:30", 201, `{"status":"confirmed"}`),
		s.book("no room", "10:45", 409, refused),
		s.book("in the first one's cleanup", "11:25", 409, refused),
		s.book("in a room that is clean", "11:30", 201, ``),
	)
	s.expectSlots(map[string]string{"09:05": "0/2 resource_unavailable", "08:30": "2/2", "09:00": "1/2"})

	var page struct {
		Items []struct{ ID, Start_Time string }
	}
	s.JSON(s.Admin, "GET", "/appointments?sort_by=starts_at&date_from="+s.Day(1), nil).Into(&page)
	s.Do(s.Admin, "POST", "/appointments/"+page.Items[0].ID+"/cancel", testkit.Object{"cancellation_reason": "Ill."}, 200)
	s.book("where the cancelled one was", "10:00", 201, ``).Run(t, s.World)
}

// The room is taken while the staff member serves somebody else.
func TestRoomsAreTakenInProcessingTime(t *testing.T) {
	s := newSpa(t, 1, testkit.Object{
		"preparation_minutes": 0, "cleanup_minutes": 0, "duration_minutes": 90, "processing_gaps": []testkit.Object{{"from_minute": 30, "to_minute": 60}},
	})
	testkit.Run(t, s.World,
		s.book("colour", "10:00", 201, ``),
		s.book("in its processing time", "10:30", 409, `{"reason":"resource_unavailable","missing_resources":["room"]}`),
		s.book("after it", "11:30", 201, ``),
	)
}

// Whoever joins a session is in its room already.
func TestGroupSessionsTakeOneRoom(t *testing.T) {
	s := newSpa(t, 1, testkit.Object{"allow_parallel_bookings": true, "max_parallel_bookings": 3})
	s.expectSlots(map[string]string{"10:00": "3/3"})
	testkit.Run(t, s.World, s.book("begins", "10:00", 201, ``), s.book("joins", "10:00", 201, ``))
	s.expectSlots(map[string]string{"10:00": "1/3"})
	testkit.Run(t, s.World, s.book("joins", "10:00", 201, ``),
		s.book("all places are taken, and the room", "10:00", 409, `{"reason":"capacity_full"}`),
		s.book("another session", "10:30", 409, `{"reason":"resource_unavailable"}`))
}

// Where no staff is needed a service is given as often at once as there are units.
func TestCabinsWithoutStaff(t *testing.T) {
	s := newSpa(t, 2, testkit.Object{"requires_staff": false})
	s.expectSlots(map[string]string{"10:00": "2/2"})
	testkit.Run(t, s.World,
		s.book("first", "10:00", 201, `{"services":[{"staff_id":null}]}`), s.book("second", "10:00", 201, ``),
		s.book("third", "10:00", 409, `{"reason":"resource_unavailable","missing_resources":["room"]}`),
	)
	s.expectSlots(map[string]string{"10:00": "0/2 resource_unavailable", "11:30": "2/2"})
	s.Do(s.Admin, "PUT", s.massage, testkit.Object{"required_resources": []testkit.Object{{"kind": "room", "quantity": 3}}}, 200)
	s.expectSlots(map[string]string{"14:00": "0/0 resource_unavailable"})
	s.book("more than there are", "14:00", 409, `{"reason":"resource_unavailable","missing_resources":["room"]}`).Run(t, s.World)
}

// Rooms cannot be taken out of use under those who are booked in them.
func TestBookedRoomsStay(t *testing.T) {
	s := newSpa(t, 3, nil)
	change := func(name, method string, body any, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: s.Admin, Method: method, Path: s.rooms, Body: body, Status: status, Want: want}
	}
	testkit.Run(t, s.World, s.book("one", "10:00", 201, ``), s.book("two", "10:00", 201, ``),
		change("below what is booked", "PUT", testkit.Object{"quantity": 1}, 409, `{"code":"resource.has_appointments","booked_units":2}`),
		change("nothing was done by halves", "GET", nil, 200, `{"quantity":3}`),
		change("to what is booked", "PUT", testkit.Object{"quantity": 2}, 200, `{"quantity":2}`),
		s.book("third", "10:00", 409, `{"reason":"resource_unavailable"}`),
		change("away", "DELETE", nil, 409, `{"code":"resource.has_appointments"}`),
		change("out of order", "PUT", testkit.Object{"is_active": false}, 200, ``),
		s.book("while out of order", "14:00", 409, `{"reason":"resource_unavailable"}`),
		change("in order", "PUT", testkit.Object{"is_active": true, "quantity": 3}, 200, ``),
		s.book("back in use", "10:00", 201, ``),
	)
	s.expectSlots(map[string]string{"10:00": "0/3 booking_conflict"}) // neither staff nor rooms: staff are named first
}

// Of many who want the same hour as many get it as there are rooms, and a move takes a
// room like a booking.
func TestStormOnRooms(t *testing.T) {
	s := newSpa(t, 2, testkit.Object{"required_staff_count": 1})
	for range 7 {
		s.Salon.Tenant.Staff(s.Outlet, []*testkit.Service{s.service}).WorksDaily(7)
	}
	const rivals = 24
	bodies := make([]testkit.Object, rivals)
	for i := range bodies {
		bodies[i] = s.asked([]string{"10:00", "10:30", "11:00"}[i%3])
	}
	var group sync.WaitGroup
	answers := make([]int, rivals)
	for i := range rivals {
		group.Go(func() {
			answers[i] = s.Send(testkit.Request{As: s.Admin, Method: "POST", Path: "/appointments", Body: bodies[i]}).Status
		})
	}
	group.Wait()
	booked := 0
	for i, status := range answers {
		switch status {
		case 201:
			booked++
		case 409:
		default:
			t.Errorf("rival %d is answered %d", i, status)
		}
	}
	if booked != 2 { // each of the three times overlaps both others
		t.Errorf("%d of %d got one of 2 rooms", booked, rivals)
	}
	s.expectSlots(map[string]string{"10:00": "0/2 resource_unavailable"})

	s.Do(s.Admin, "PUT", s.rooms, testkit.Object{"quantity": 3}, 200)
	ids := []id.ID{s.Salon.Tenant.Book(s.Outlet, s.service, s.Salon.Tenant.WalkIn(), 1, "14:00"), s.Salon.Tenant.Book(s.Outlet, s.service, s.Salon.Tenant.WalkIn(), 1, "16:00")}
	moved := make([]int, len(ids))
	for i, moves := range ids {
		group.Go(func() {
			moved[i] = s.Send(testkit.Request{As: s.Admin, Method: "POST", Path: "/appointments/" + string(moves) + "/reschedule",
				Body: testkit.Object{"new_date": s.Day(1), "new_time": "10:30", "reason": "customer_request"}}).Status
		})
	}
	group.Wait()
	if moved[0]+moved[1] != 200+409 {
		t.Errorf("two moves for the third room are answered %v", moved)
	}
}
