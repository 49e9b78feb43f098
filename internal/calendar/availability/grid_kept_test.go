package availability_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// A grid that was answered before is answered again as it was, until anything is
// written in its tenant. Each of these changes has to show in the very next grid, on
// a server that did not make the change itself.
func TestAKeptGridGivesWay(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	root := salon.Member(access.SuperAdmin).Token
	ops := availability.New(w.DB)
	first, err := civil.ParseDate(w.Day(1))
	if err != nil {
		t.Fatal(err)
	}
	ask := availability.GridAsk{
		Service: salon.Service.ID, Outlet: salon.Outlet.ID, Start: first, Days: 2, Interval: 30, Audience: availability.Online,
	}
	grid := func() (*availability.Grid, error) { return ops.Grid(t.Context(), salon.ID, ask) }
	var booked id.ID
	staff, service, outlet := "/staff/"+string(salon.Staff.ID), "/services/"+string(salon.Service.ID), "/outlets/"+string(salon.Outlet.ID)
	for _, change := range []struct {
		name string
		make func()
	}{
		{"a booking", func() { booked = salon.Book(1, "10:00") }},
		{"moved", func() {
			w.JSON(salon.Admin, "POST", "/appointments/"+string(booked)+"/reschedule", testkit.Object{"new_date": w.Day(2), "new_time": "12:00"})
		}},
		{"cancelled", func() {
			w.JSON(salon.Admin, "POST", "/appointments/"+string(booked)+"/cancel", testkit.Object{"cancellation_reason": "ill"})
		}},
		{"a break", func() {
			w.JSON(salon.Admin, "POST", "/availability", testkit.Object{
				"staff_id": salon.Staff.ID, "date": w.Day(1), "start_time": "14:00", "end_time": "15:00", "availability_type": "break", "recurrence_type": "none",
			})
		}},
		{"a longer service", func() { w.JSON(salon.Admin, "PUT", service, testkit.Object{"duration_minutes": 75}) }},
		{"a member who takes no bookings", func() { w.JSON(salon.Admin, "PUT", staff, testkit.Object{"is_bookable": false}) }},
		{"one who does", func() { w.JSON(salon.Admin, "PUT", staff, testkit.Object{"is_bookable": true}) }},
		{"a member who takes longer", func() {
			w.JSON(salon.Admin, "PUT", staff+"/skills", testkit.Object{"services": []testkit.Object{{"service_id": salon.Service.ID, "duration_minutes": 120}}})
		}},
		{"a shorter day", func() {
			w.JSON(salon.Admin, "POST", outlet+"/special-hours", testkit.Object{
				"date": w.Day(2), "intervals": []testkit.Object{{"open_time": "10:00", "close_time": "15:00"}},
			})
		}},
		{"a nearer horizon", func() {
			w.JSON(salon.Admin, "PUT", outlet, testkit.Object{"settings": testkit.Object{"advance_booking_days": 1}})
		}},
		{"a room that is elsewhere", func() {
			w.JSON(salon.Admin, "POST", "/resources", testkit.Object{"outlet_id": salon.Tenant.Outlet().ID, "kind": "room", "name": "Room", "quantity": 1})
			w.JSON(salon.Admin, "PUT", service, testkit.Object{"required_resources": []testkit.Object{{"kind": "room", "quantity": 1}}})
		}},
		{"a room", func() {
			w.JSON(salon.Admin, "POST", "/resources", testkit.Object{"outlet_id": salon.Outlet.ID, "kind": "room", "name": "Room", "quantity": 1})
		}},
		{"another name of the outlet", func() { w.JSON(salon.Admin, "PUT", outlet, testkit.Object{"name": "Elsewhere"}) }},
		{"a brand that is closed", func() { w.JSON(root, "POST", "/tenants/"+string(salon.ID)+"/deactivate", nil) }},
	} {
		before, err := grid()
		if err != nil {
			t.Fatalf("before %s: %v", change.name, err)
		}
		if again, err := grid(); err != nil || again != before {
			t.Errorf("before %s: the grid was not kept (%v)", change.name, err)
		}
		change.make()
		after, err := grid()
		switch {
		case errors.Is(err, availability.ErrOutletClosed):
		case err != nil:
			t.Errorf("after %s: %v", change.name, err)
		case reflect.DeepEqual(before.AvailabilityGrid, after.AvailabilityGrid) && before.Metadata == after.Metadata:
			t.Errorf("%s does not show", change.name)
		}
	}
	if _, err := grid(); !errors.Is(err, availability.ErrOutletClosed) {
		t.Errorf("of a brand that is closed: %v", err)
	}
}

// What is kept are the bytes that were answered, and the clock makes them old.
func TestAKeptGridIsOfItsMinute(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	w.JSON(salon.Admin, "PUT", "/services/"+string(salon.Service.ID), testkit.Object{"min_advance_booking_hours": 2})
	ops := availability.New(w.DB)
	today, err := civil.ParseDate(w.Day(0))
	if err != nil {
		t.Fatal(err)
	}
	ask := availability.GridAsk{
		Service: salon.Service.ID, Outlet: salon.Outlet.ID, Start: today, Days: 1, Interval: 5, Audience: availability.Online,
	}
	grid := func(at time.Duration) *availability.Grid {
		w.Clock.Set(testkit.Beginning().Add(at))
		g, err := ops.Grid(t.Context(), salon.ID, ask)
		if err != nil {
			t.Fatal(err)
		}
		if len(g.EncodedJSON()) == 0 {
			t.Error("a grid was not encoded")
		}
		return g
	}
	free := func(g *availability.Grid) int { return g.Metadata.TotalAvailableSlots }
	full := grid(0)
	if grid(0) != full {
		t.Error("not kept")
	}
	// At eight o'clock one can book for ten, and a second later not any more.
	second := grid(time.Second)
	if free(second) != free(full)-1 {
		t.Errorf("%d free at the full minute, %d after it", free(full), free(second))
	}
	if grid(59*time.Second) != second {
		t.Error("not kept within the minute")
	}
	if next := grid(5*time.Minute + time.Second); free(next) != free(second)-1 {
		t.Errorf("%d free, and %d five minutes later", free(second), free(next))
	}
}
