package world_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// A desk is a salon that sells whatever may be asked for wrongly.
type desk struct {
	*testkit.Salon
	w        *testkit.World
	second   *testkit.Outlet
	stranger *testkit.StaffMember // works at the second outlet
	allDay   *testkit.Service     // longer than the outlet is open
	archived *testkit.Service
	removed  *testkit.Service
	group    *testkit.Service // lowered to two seats, of which three are taken at ten
	chair    string           // a resource of which one unit is booked at two
	booked   string           // an appointment at nine
	gone     string           // one that was cancelled
	walkIn   testkit.Customer
}

func newDesk(t *testing.T) *desk {
	w := world.New(t)
	d := &desk{Salon: w.Salon(), w: w}
	d.Tenant.Plan("PRO")
	d.walkIn = d.Tenant.WalkIn()
	d.second = d.Tenant.Outlet()
	d.stranger = d.Tenant.Staff(d.second, []*testkit.Service{d.Service}).WorksDaily(3)
	d.allDay = d.Tenant.Service(testkit.Object{"duration_minutes": 1440})
	d.archived, d.removed = d.Tenant.Service(), d.Tenant.Service()
	d.group = d.Tenant.Service(testkit.Object{"allow_parallel_bookings": true, "max_parallel_bookings": 3})
	seated := d.Tenant.Service(testkit.Object{})
	given := []id.ID{d.Service.ID, d.allDay.ID, d.archived.ID, d.removed.ID, d.group.ID, seated.ID}
	w.Do(d.Admin, "PUT", "/staff/"+string(d.Staff.ID)+"/skills", testkit.Object{"service_ids": given}, 200)

	d.booked = string(d.Book(1, "09:00"))
	d.gone = string(d.Book(1, "16:00"))
	w.Do(d.Admin, "DELETE", "/appointments/"+d.gone, testkit.Object{"cancellation_reason": "The customer is ill."}, 200)
	for range 3 {
		d.Tenant.Book(d.Outlet, d.group, d.Tenant.WalkIn(), 1, "10:00")
	}
	w.Do(d.Admin, "PUT", "/services/"+string(d.group.ID), testkit.Object{"max_parallel_bookings": 2}, 200)
	d.chair = w.JSON(d.Admin, "POST", "/resources", testkit.Object{"outlet_id": d.Outlet.ID, "kind": "chair", "name": "Chair", "quantity": 1}).Text("id")
	w.Do(d.Admin, "PUT", "/services/"+string(seated.ID), testkit.Object{"required_resources": []testkit.Object{{"kind": "chair", "quantity": 1}}}, 200)
	d.Tenant.Book(d.Outlet, seated, d.walkIn, 1, "14:00")
	w.Do(d.Admin, "POST", "/services/"+string(d.archived.ID)+"/archive", nil, 200)
	w.Do(d.Admin, "DELETE", "/services/"+string(d.removed.ID), nil, 200)
	return d
}

// asked is one request to the desk, and how it is refused: by a code and, where a
// field is at fault, its name.
type asked struct {
	name         string
	method, path string
	body         testkit.Object
	status       int
	code, field  string
}

func (d *desk) entry(name, kind, from, to string, more testkit.Object, field string) asked {
	body := testkit.Object{
		"staff_id": d.Staff.ID, "date": d.w.Day(5), "start_time": from, "end_time": to, "availability_type": kind, "recurrence_type": "none",
	}
	for key, value := range more {
		body[key] = value
	}
	return asked{name, "POST", "/availability", body, 422, "request.invalid", field}
}

func (d *desk) book(name string, service, staff id.ID, start string, status int, code string) asked {
	line := testkit.Object{"service_id": service}
	if staff != "" {
		line["staff_id"] = staff
	}
	return asked{name, "POST", "/appointments", testkit.Object{
		"outlet_id": d.Outlet.ID, "customer_id": d.walkIn.ID, "appointment_date": d.w.Day(1), "start_time": start, "services": []testkit.Object{line},
	}, status, code, ""}
}

func (d *desk) service(name string, body testkit.Object, field string) asked {
	full := testkit.Object{"name": "Facial", "duration_minutes": 60, "pricing": testkit.Object{"base_price": 100000}}
	for key, value := range body {
		full[key] = value
	}
	return asked{name, "POST", "/services", full, 422, "request.invalid", field}
}

func (d *desk) opens(name, from, to, field string) asked {
	return asked{name, "PUT", "/outlets/" + string(d.Outlet.ID) + "/business-hours", testkit.Object{
		"business_hours": []testkit.Object{{"day": 0, "open_time": from, "close_time": to}}}, 422, "request.invalid", field}
}

func (d *desk) refused() []asked {
	price := func(p any) testkit.Object { return testkit.Object{"pricing": testkit.Object{"base_price": p}} }
	week := func(kind string, more testkit.Object) testkit.Object {
		more["recurrence_type"] = kind
		return more
	}
	foreign := d.entry("working hours at another outlet", "working_hours", "09:00", "17:00", testkit.Object{"outlet_id": d.second.ID}, "")
	foreign.status, foreign.code = 400, "availability.other_outlet"
	stray := d.entry("a break without working hours", "break", "21:00", "21:30", nil, "")
	stray.code = "availability.break_outside_hours"
	return []asked{
		d.entry("overnight", "working_hours", "22:00", "02:00", nil, "end_time"),
		d.entry("no time at all", "working_hours", "10:00", "10:00", nil, "end_time"),
		d.entry("reversed", "blocked", "12:00", "10:00", nil, "end_time"),
		d.entry("from 23:59", "working_hours", "23:59", "24:00", nil, "start_time"),
		d.entry("from 24:00", "working_hours", "24:00", "24:00", nil, "start_time"),
		d.entry("until 24:05", "working_hours", "20:00", "24:05", nil, "end_time"),
		stray,
		d.entry("recurrence without end", "working_hours", "09:00", "17:00", week("daily", testkit.Object{}), "recurrence_end_date"),
		d.entry("recurrence that ends before it begins", "working_hours", "09:00", "17:00", week("daily", testkit.Object{"recurrence_end_date": d.w.Day(4)}), "recurrence_end_date"),
		d.entry("recurrence of zero days", "working_hours", "09:00", "17:00",
			week("weekly", testkit.Object{"date": "2026-03-10", "recurrence_end_date": "2026-03-14", "recurrence_days": []int{0}}), "recurrence"),
		d.entry("recurrence of 366 days", "working_hours", "09:00", "17:00", week("daily", testkit.Object{"recurrence_end_date": d.w.Day(5 + 365)}), "recurrence"),
		foreign,
		d.opens("open overnight", "22:00", "02:00", "close_time"),
		d.opens("open for no time at all", "10:00", "10:00", "close_time"),
		d.service("longer than any day", testkit.Object{"duration_minutes": 1445}, "duration_minutes"),
		d.service("of no length", testkit.Object{"duration_minutes": 0}, "duration_minutes"),
		d.book("longer than the day", d.allDay.ID, "", "08:00", 400, "appointment.outside_hours"),
		d.service("price below zero", price(-1), "base_price"),
		d.service("price below zero, as text", price("-0.01"), "base_price"),
		d.service("price of too many digits", price("100000000000000000000"), "base_price"),
		d.service("price of an exponent", price("1e300"), "base_price"),
		d.book("staff of another outlet", d.Service.ID, d.stranger.ID, "11:00", 400, "staff.not_qualified"),
		d.book("staff of nobody", d.Service.ID, id.New(), "11:00", 404, "staff.not_found"),
		d.book("an archived service", d.archived.ID, "", "11:00", 400, "service.not_offered"),
		d.book("a removed service", d.removed.ID, "", "11:00", 404, "service.not_found"),
		d.book("beyond the lowered capacity", d.group.ID, "", "10:00", 409, "appointment.slot_taken"),
		{"fewer units than are booked", "PUT", "/resources/" + d.chair, testkit.Object{"quantity": 0}, 422, "request.invalid", "quantity"},
		{"a unit that is booked taken away", "DELETE", "/resources/" + d.chair, nil, 409, "resource.has_appointments", ""},
		{"cancelled twice", "DELETE", "/appointments/" + d.gone, testkit.Object{"cancellation_reason": "Again."}, 409, "appointment.transition", ""},
		{"moved after it was cancelled", "POST", "/appointments/" + d.gone + "/reschedule", testkit.Object{"new_date": d.w.Day(1), "new_time": "17:00"}, 409, "appointment.transition", ""},
		{"moved onto another", "POST", "/appointments/" + d.booked + "/reschedule", testkit.Object{"new_date": d.w.Day(1), "new_time": "13:30"}, 409, "appointment.slot_taken", ""},
		{"moved by who read an older version", "POST", "/appointments/" + d.booked + "/reschedule", testkit.Object{"new_date": d.w.Day(1), "new_time": "17:00", "version": 0}, 409, "appointment.stale", ""},
	}
}

// Each has its answer, and none leaves anything behind.
func TestBadDiaries(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Tenant.Settings(testkit.Object{"strict_breaks": true})
	l := newLedgerOf(d.w, d.Tenant.ID)
	before := l.read()
	for _, a := range d.refused() {
		t.Run(a.name, func(t *testing.T) {
			answer := d.w.For(t).Send(testkit.Request{As: d.Admin, Method: a.method, Path: a.path, Body: a.body})
			if answer.Status != a.status || answer.Text("code") != a.code || !strings.Contains(string(answer.Body), a.field) {
				t.Errorf("%d %s, want %d %s about %q", answer.Status, answer.Body, a.status, a.code, a.field)
			}
			if changed := l.read().changed(before); len(changed) > 0 {
				t.Errorf("the refusal changed %v", changed)
			}
		})
	}
}

// What looks wrong and is not.
func TestOddDiaries(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := newLedgerOf(d.w, d.Tenant.ID)
	entry := func(name, kind, day, from, to, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: d.Admin, Method: "POST", Path: "/availability", Status: 201, Want: want, Body: testkit.Object{
			"staff_id": d.stranger.ID, "date": day, "start_time": from, "end_time": to, "availability_type": kind, "recurrence_type": "none"}}
	}
	testkit.Run(t, d.w,
		entry("until 23:59 is the whole day", "vacation", d.w.Day(10), "00:00", "23:59", `{"end_time":"23:59:00"}`),
		entry("and so is 24:00", "vacation", d.w.Day(11), "00:00", "24:00", `{"end_time":"24:00:00"}`),
		entry("half a night", "working_hours", d.w.Day(12), "22:00", "24:00", `{"end_time":"24:00:00"}`),
		entry("and the other half", "working_hours", d.w.Day(13), "00:00", "02:00", `{"start_time":"00:00:00"}`),
		entry("a break before its hours", "break", d.w.Day(14), "12:00", "13:00", `{"warnings":["*"]}`),
	)
	before := l.read()
	testkit.Scenario{
		Name: "moved to where it is", As: d.Admin, Method: "POST", Path: "/appointments/" + d.booked + "/reschedule", Status: 200,
		Body: testkit.Object{"new_date": d.w.Day(1), "new_time": "09:00"}, Want: `{"start_time":"09:00","version":1}`,
	}.Run(t, d.w)
	if changed := l.read().changed(before); len(changed) > 0 {
		t.Errorf("a move to where it is changed %v", changed)
	}
	testkit.Scenario{
		Name: "by half of its own length", As: d.Admin, Method: "POST", Path: "/appointments/" + d.booked + "/reschedule", Status: 200,
		Body: testkit.Object{"new_date": d.w.Day(1), "new_time": "08:30"}, Want: `{"start_time":"08:30","version":2}`,
	}.Run(t, d.w)
}

// Two receptionists read the same appointment and move it at the same moment: one of
// them does, and the other is told.
func TestTwoReceptionistsMoveOneAppointment(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	answers := make([]testkit.Answer, 2)
	var both sync.WaitGroup
	for i, start := range []string{"17:00", "18:30"} {
		both.Go(func() {
			answers[i] = d.w.Send(testkit.Request{
				As: d.Admin, Method: "POST", Path: "/appointments/" + d.booked + "/reschedule",
				Body: testkit.Object{"new_date": d.w.Day(1), "new_time": start, "version": 1},
			})
		})
	}
	both.Wait()
	won := 0
	for i, a := range answers {
		switch {
		case a.Status == 200:
			won = i
		case a.Status != 409 || a.Text("code") != "appointment.stale":
			t.Errorf("the other was told %d %s", a.Status, a.Body)
		}
	}
	if answers[0].Status == answers[1].Status {
		t.Fatalf("both ended with %d", answers[0].Status)
	}
	now := d.w.JSON(d.Admin, "GET", "/appointments/"+d.booked, nil)
	if now.Text("start_time") != answers[won].Text("start_time") || fmt.Sprint(now.Value("version")) != "2" {
		t.Errorf("it stands at %s in version %v, and who won was told %s", now.Text("start_time"), now.Value("version"), answers[won].Text("start_time"))
	}
}
