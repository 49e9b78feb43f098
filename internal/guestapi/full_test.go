package guestapi_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/testkit"
)

// full lists what is booked out, "date time" and a service's first name.
func (s *shop) full(query string, names map[string]string) []string {
	s.World.Helper()
	a := s.get("/bookings/fully-booked-slots" + query)
	s.want(a, 200, "")
	var body struct {
		Slots []struct{ Date, Time, PackageID string } `json:"fullyBookedSlots"`
		Count int
	}
	a.Into(&body)
	if body.Slots == nil || body.Count != len(body.Slots) {
		s.World.Errorf("list %s", a.Body)
	}
	out := []string{}
	for _, slot := range body.Slots {
		out = append(out, strings.TrimSpace(slot.Date+" "+slot.Time+" "+names[slot.PackageID]))
	}
	return out
}

func TestFullSlots(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	short := s.Service(object{"name": "Beard", "duration_minutes": 30})
	yoga := s.Service(object{"name": "Yoga", "allow_parallel_bookings": true, "max_parallel_bookings": 2, "requires_staff": false})
	s.Exec(`INSERT INTO staff_services (tenant_id, staff_id, service_id) VALUES ($1, $2, $3)`, s.ID, s.staff.ID, short.ID)
	names := map[string]string{string(s.service.ID): "haircut", string(short.ID): "beard", string(yoga.ID): "yoga"}
	want := func(query string, list ...string) {
		t.Helper()
		if list == nil {
			list = []string{}
		}
		if diff := cmp.Diff(list, s.full(query, names)); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
	want("")
	s.booked() // on the 5th, 10 o'clock
	// The other service wants the same staff member; within a slot the ids decide the order.
	if got := s.full("", names); len(got) != 5 || got[0] != "2026-03-05 09:30 haircut" {
		t.Errorf("full: %v", got)
	}
	want("?packageId="+string(short.ID), "2026-03-05 10:00 beard", "2026-03-05 10:30 beard")

	yogaAt := func(clock string) {
		t.Helper()
		body := s.body(object{"packageId": yoga.ID, "bookingTime": clock, "bookingDate": s.Day(4)})
		s.want(s.post("/bookings/type/guest", body, object{"X-Tenant-Slug": s.Slug}), 201, "")
	}
	yogaAt("13:00")
	want("?packageId="+string(yoga.ID)+"&from="+s.Day(4), "2026-03-06 12:30 yoga", "2026-03-06 13:30 yoga") // one place is left at 13:00
	yogaAt("13:00")
	want("?packageId="+string(yoga.ID)+"&from="+s.Day(4), "2026-03-06 12:30 yoga", "2026-03-06 13:00 yoga", "2026-03-06 13:30 yoga")
	want("?from=" + s.Day(4) + "&to=" + s.Day(4) + "&packageId=" + string(s.service.ID))
	want("?to=" + s.Day(2))
	want("?from=" + s.Day(-5) + "&to=" + s.Day(2))
	want("?from=2099-01-01")

	s.want(s.get("/bookings/fully-booked-slots?from=2026-3-5"), 422, "from: must be a date")
	s.want(s.get("/bookings/fully-booked-slots?to=x"), 422, "to: must be a date")
	s.want(s.get("/bookings/fully-booked-slots?packageId=x"), 422, "packageId: must be")
	s.want(s.get("/bookings/fully-booked-slots?from="+s.Day(4)+"&to="+s.Day(3)), 422, "to: must not come before")
	s.want(s.get("/bookings/fully-booked-slots?packageId=507f1f77bcf86cd799439031"), 400, "Package not found")
	a := s.get("/bookings/fully-booked-slots")
	if a.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("Cache-Control %q", a.Header.Get("Cache-Control"))
	}

	// What is over is not listed.
	s.later(3*24*time.Hour + 2*time.Hour + time.Minute) // the 5th, a minute past ten
	s.booked(object{"bookingDate": s.Day(0), "bookingTime": "10:30"})
	want("?to="+s.Day(0)+"&packageId="+string(short.ID), "2026-03-05 10:30 beard", "2026-03-05 11:00 beard")
}

// The list and the booking agree: what is listed is refused, and what the outlet
// begins on its grid and is not listed can be booked.
func TestTheListAgreesWithBooking(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	second := s.Staff(s.outlet, []*testkit.Service{s.service})
	second.WorkingHours(s.Day(3), "09:00", "12:00")
	for _, clock := range []string{"10:00", "10:00", "08:00", "13:30"} {
		s.booked(object{"bookingTime": clock})
	}
	names := map[string]string{}
	full := map[string]bool{}
	for _, slot := range s.full("", names) {
		full[strings.TrimPrefix(slot, s.Day(3)+" ")] = true
	}
	if diff := cmp.Diff(map[string]bool{
		"08:00": true, "08:30": true, "09:30": true, "10:00": true, "10:30": true, "13:00": true, "13:30": true, "14:00": true,
	}, full); diff != "" {
		t.Error(diff)
	}
	for hour := 8; hour < 19; hour++ {
		for _, minute := range []string{":00", ":30"} {
			clock := time.Date(0, 1, 1, hour, 0, 0, 0, time.UTC).Format("15") + minute
			a := s.create(object{"bookingTime": clock})
			if full[clock] {
				s.want(a, 409, "")
				continue
			}
			s.want(a, 201, "")
			s.Do(s.Admin, "POST", "/appointments/"+a.Text("booking._id")+"/cancel", object{"cancellation_reason": "test"}, 200)
		}
	}
}

// Cabins are full without anybody who serves.
func TestFullCabins(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.JSON(s.Admin, "POST", "/resources", object{"outlet_id": s.outlet.ID, "kind": "cabin", "name": "Cabin", "quantity": 1})
	tan := s.Service(object{
		"name": "Tanning", "duration_minutes": 60, "requires_staff": false, "required_resources": []object{{"kind": "cabin", "quantity": 1}},
	})
	names := map[string]string{string(tan.ID): "tan"}
	query := "?packageId=" + string(tan.ID)
	book := func(day int, clock string, status int) {
		t.Helper()
		body := s.body(object{"packageId": tan.ID, "bookingTime": clock, "bookingDate": s.Day(day)})
		s.want(s.post("/bookings/type/guest", body, object{"X-Tenant-Slug": s.Slug}), status, "")
	}
	book(3, "10:00", 201)
	want := []string{s.Day(3) + " 09:30 tan", s.Day(3) + " 10:00 tan", s.Day(3) + " 10:30 tan"}
	if diff := cmp.Diff(want, s.full(query, names)); diff != "" {
		t.Error(diff)
	}
	book(3, "10:30", 409)
}
