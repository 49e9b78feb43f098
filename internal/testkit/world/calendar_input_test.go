package world_test

import (
	"testing"
	"time"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// A night is an outlet that is open around the clock, on a day on which its zone
// changes the clocks.
type night struct {
	*testkit.World
	*testkit.Tenant
	outlet   *testkit.Outlet
	service  *testkit.Service
	customer testkit.Customer
	day      string
}

// newNight opens an outlet in a zone two weeks before a day, on which two people work.
func newNight(t *testing.T, zone, day string) *night {
	t.Helper()
	w := world.New(t)
	date, err := time.Parse("2006-01-02", day)
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Set(date.AddDate(0, 0, -14))
	hours := make([]testkit.Object, 7)
	for day := range hours {
		hours[day] = testkit.Object{"day": day, "is_open": true, "open_time": "00:00", "close_time": "24:00"}
	}
	n := &night{World: w, Tenant: w.Tenant().Plan("ENTERPRISE"), day: day}
	n.outlet = n.Tenant.Outlet(testkit.Object{
		"business_hours": hours, "settings": testkit.Object{"timezone": zone, "auto_confirm_bookings": true},
	})
	n.service = n.Tenant.Service(testkit.Object{"duration_minutes": 30})
	for range 2 {
		member := n.Tenant.Staff(n.outlet, []*testkit.Service{n.service})
		for add := -1; add <= 1; add++ {
			member.WorkingHours(date.AddDate(0, 0, add).Format("2006-01-02"), "00:00", "24:00")
		}
	}
	n.customer = n.Tenant.Customer()
	return n
}

// book asks for a start at the desk, as a customer and as a guest.
func (n *night) book(date, start string) (desk, own, guest testkit.Answer) {
	n.World.Helper()
	body := testkit.Object{
		"outlet_id": n.outlet.ID, "appointment_date": date, "start_time": start, "services": []testkit.Object{{"service_id": n.service.ID}},
	}
	own = n.Send(testkit.Request{As: n.customer.Token, Method: "POST", Path: "/customer/booking/appointments", Body: body})
	body["customer_id"] = n.customer.ID
	desk = n.Send(testkit.Request{As: n.Admin, Method: "POST", Path: "/appointments", Body: body})
	guest = n.Send(testkit.Request{
		Method: "POST", Path: "/bookings/type/guest", Header: testkit.Object{"X-Tenant-Slug": n.Slug}, Body: testkit.Object{
			"packageId": n.service.ID, "bookingDate": date, "bookingTime": start, "firstName": "John", "lastName": "Smith",
			"email": "john@example.com", "phone": "09161234567",
		},
	})
	return desk, own, guest
}

// A time that the clocks jump over is no time to be booked, by nobody.
func TestTimesInsideAGap(t *testing.T) {
	t.Parallel()
	for zone, day := range map[string]string{"America/New_York": "2026-03-08", "Europe/Berlin": "2026-03-29"} {
		n := newNight(t, zone, day)
		l := newLedger(n.World)
		before := l.read()
		for _, start := range []string{"02:00", "02:30", "02:55"} {
			desk, own, guest := n.book(day, start)
			for who, a := range map[string]testkit.Answer{"desk": desk, "customer": own} {
				if a.Status != 422 || a.Text("code") != "time.in_gap" {
					t.Errorf("%s at %s for the %s: %d %s", zone, start, who, a.Status, a.Body)
				}
			}
			if guest.Status != 400 || !guest.Has("message") {
				t.Errorf("%s at %s for a guest: %d %s", zone, start, guest.Status, guest.Body)
			}
		}
		if changed := l.read().changed(before); len(changed) > 0 {
			t.Errorf("%s: refusals changed %v", zone, changed)
		}
		for _, start := range []string{"01:30", "03:00"} {
			if a, _, _ := n.book(day, start); a.Status != 201 {
				t.Errorf("%s at %s, beside the gap: %d %s", zone, start, a.Status, a.Body)
			}
		}
	}
}

// A time that comes twice is its first occurrence, for everybody.
func TestTimesThatComeTwice(t *testing.T) {
	t.Parallel()
	for zone, c := range map[string]struct{ day, start, first string }{
		"America/New_York": {"2026-11-01", "01:30", "2026-11-01T05:30:00Z"},
		"Europe/Berlin":    {"2026-10-25", "02:30", "2026-10-25T00:30:00Z"},
	} {
		n := newNight(t, zone, c.day)
		desk, own, guest := n.book(c.day, c.start)
		if own.Status != 201 || desk.Status != 201 {
			t.Fatalf("%s: %d %s\n%d %s", zone, own.Status, own.Body, desk.Status, desk.Body)
		}
		if guest.Status != 409 {
			t.Errorf("%s: a third booking with two people: %d %s", zone, guest.Status, guest.Body)
		}
		rows, err := n.DB.Pool().Query(n.Context(), `SELECT DISTINCT starts_at FROM appointments`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var at time.Time
			if err := rows.Scan(&at); err != nil {
				t.Fatal(err)
			}
			if got := at.UTC().Format(time.RFC3339); got != c.first {
				t.Errorf("%s %s begins at %s, want %s", zone, c.start, got, c.first)
			}
		}
		for _, a := range []testkit.Answer{own, desk} {
			if a.Text("start_time") != c.start || a.Text("appointment_date") != c.day {
				t.Errorf("%s: told as %s %s", zone, a.Text("appointment_date"), a.Text("start_time"))
			}
		}
	}
}

func TestDatesThatCannotBeBooked(t *testing.T) {
	t.Parallel()
	n := newNight(t, testkit.Zone, "2026-03-12")
	l := newLedger(n.World)
	before := l.read()
	for _, c := range []struct {
		date, start      string
		desk, own, guest int
	}{
		{"2026-02-30", "10:00", 422, 422, 422},
		{"2025-02-29", "10:00", 422, 422, 422},
		{"2026-04-10T10:00:00+07:00", "10:00", 422, 422, 422},
		{n.day, "10:00+07:00", 422, 422, 422},
		{n.day, "10:00Z", 422, 422, 422},
		{n.day, "24:00", 400, 400, 422},
		{n.day, "24:30", 422, 422, 422},
		{n.day, "23:59", 422, 422, 400},
		{n.day, "10:02", 422, 422, 400},
		{"2026-02-25", "10:00", 400, 400, 400},
		{"1999-12-31", "10:00", 400, 400, 400},
		{"1899-12-31", "10:00", 422, 422, 422},
		{"2199-12-31", "10:00", 409, 400, 400},
		{"2200-01-01", "10:00", 422, 422, 422},
		{"9999-12-31", "10:00", 422, 422, 422},
	} {
		desk, own, guest := n.book(c.date, c.start)
		if desk.Status != c.desk || own.Status != c.own || guest.Status != c.guest {
			t.Errorf("%s %s: %d, %d, %d, want %d, %d, %d\n%s\n%s\n%s", c.date, c.start,
				desk.Status, own.Status, guest.Status, c.desk, c.own, c.guest, desk.Body, own.Body, guest.Body)
		}
	}
	if changed := l.read().changed(before); len(changed) > 0 {
		t.Errorf("refusals changed %v", changed)
	}
}
