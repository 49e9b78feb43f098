package storm_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"reserva/internal/testkit"
)

// rivals is how many callers want the same thing at once.
const rivals = 64

// shop is what the storms book in: one tenant, reached through one or more servers.
type shop struct {
	*testkit.World
	doors     []*testkit.World // one for each server
	tenant    *testkit.Tenant
	outlet    *testkit.Outlet
	staff     []*testkit.StaffMember
	customers []testkit.Customer

	cut, colour *testkit.Service // an hour, anybody
	trim, dye   *testkit.Service // an hour, the first three members
	yoga        *testkit.Service // an hour, the first two members, so many seats
	pilates     *testkit.Service // an hour, the first two members, a few seats
	facial      *testkit.Service // an hour, the first three members, in one of so many rooms
	duo         *testkit.Service // an hour, two at once of the first five members
	pods        *testkit.Service // an hour, nobody: the outlet has one
}

// yogaSeats are the seats of one run of yoga, pilatesSeats those of one of pilates.
const (
	yogaSeats    = 20
	pilatesSeats = 3
)

// rooms are fewer than the members who need one.
const rooms = 2

// daysOpen is for how many days staff work, from today on.
const daysOpen = 31

// newShop makes a shop with so many members and customers, through the first of the
// servers.
func newShop(staff, customers int, doors ...*testkit.World) *shop {
	w := doors[0]
	w.Helper()
	s := &shop{World: w, doors: doors, tenant: w.Tenant().Plan("ENTERPRISE")}
	s.outlet = s.tenant.Outlet()
	s.cut, s.colour = s.tenant.Service(), s.tenant.Service()
	s.trim, s.dye = s.tenant.Service(), s.tenant.Service()
	s.yoga = s.tenant.Service(testkit.Object{"allow_parallel_bookings": true, "max_parallel_bookings": yogaSeats})
	s.pilates = s.tenant.Service(testkit.Object{"allow_parallel_bookings": true, "max_parallel_bookings": pilatesSeats})
	w.JSON(s.tenant.Admin, http.MethodPost, "/resources",
		testkit.Object{"outlet_id": s.outlet.ID, "kind": "room", "name": "Rooms", "quantity": rooms})
	s.facial = s.tenant.Service(testkit.Object{"required_resources": []testkit.Object{{"kind": "room", "quantity": 1}}})
	s.duo = s.tenant.Service(testkit.Object{"required_staff_count": 2})
	s.pods = s.tenant.Service(testkit.Object{"requires_staff": false})
	for i := range staff {
		skills := []*testkit.Service{s.cut, s.colour}
		if i < 2 {
			skills = append(skills, s.yoga, s.pilates)
		}
		if i < 3 {
			skills = append(skills, s.trim, s.dye, s.facial)
		}
		if i < 5 {
			skills = append(skills, s.duo)
		}
		s.staff = append(s.staff, s.tenant.Staff(s.outlet, skills).WorksDaily(daysOpen))
	}
	for range customers {
		s.customers = append(s.customers, s.tenant.WalkIn())
	}
	return s
}

// in is the shop in a subtest, which then is the one that fails.
func (s *shop) in(t testing.TB) *shop {
	inner := *s
	inner.World = s.World.For(t)
	inner.doors = slices.Clone(s.doors)
	for i, door := range inner.doors {
		inner.doors[i] = door.For(t)
	}
	return &inner
}

// member is the index of a staff member, -1 for none of them.
func (s *shop) member(id string) int {
	return slices.IndexFunc(s.staff, func(m *testkit.StaffMember) bool { return string(m.ID) == id })
}

// line asks for a service by a member, or by anybody where it is negative.
func (s *shop) line(service *testkit.Service, member int) testkit.Object {
	line := testkit.Object{"service_id": service.ID}
	if member >= 0 {
		line["staff_id"] = s.staff[member].ID
	}
	return line
}

// outcome is what a server said to a booking or cancellation.
type outcome struct {
	Status int    `json:"-"`
	Code   string `json:"code"`
	ID     string `json:"id"`
	State  string `json:"status"`
	Lines  []struct {
		Staff string `json:"staff_id"`
		Start string `json:"start_time"`
	} `json:"services"`
	body []byte
}

func (o outcome) String() string { return fmt.Sprintf("%d %s", o.Status, o.body) }

// lost tells whether the time was taken.
func (o outcome) lost() bool {
	return o.Status == http.StatusConflict && o.Code == "appointment.slot_taken"
}

func outcomeOf(answer testkit.Answer) outcome {
	o := outcome{Status: answer.Status, body: answer.Body}
	if json.Unmarshal(answer.Body, &o) != nil && o.Status != unanswered {
		o.Status = 0
	}
	return o
}

// book is what rival i sends, through its own server. The note, where there is one,
// tells the booking from all others, for the server as well.
func (s *shop) book(i int, date, start, note string, lines ...testkit.Object) outcome {
	header := testkit.Object{}
	if note != "" {
		header["Idempotency-Key"] = note
	}
	return outcomeOf(s.doors[i%len(s.doors)].Send(testkit.Request{
		As: s.tenant.Admin, Method: http.MethodPost, Path: "/appointments", Header: header,
		Body: testkit.Object{
			"customer_id": s.customers[i%len(s.customers)].ID, "outlet_id": s.outlet.ID, "notes": note,
			"appointment_date": date, "start_time": start, "services": lines,
		},
	}))
}

func (s *shop) cancel(i int, appointment string) outcome {
	return outcomeOf(s.doors[i%len(s.doors)].Send(testkit.Request{
		As: s.tenant.Admin, Method: http.MethodDelete, Path: "/appointments/" + appointment,
		Body: testkit.Object{"cancellation_reason": "plans changed"},
	}))
}

// atOnce calls fn n times, all set going together, and waits.
func atOnce(n int, fn func(i int)) {
	var group sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		group.Go(func() {
			<-gate
			fn(i)
		})
	}
	close(gate)
	group.Wait()
}
