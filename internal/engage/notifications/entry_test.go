package notifications_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// calendar is the calendar of a customer, which keeps of each event what it was told
// last.
type calendar map[string]*ics.VEvent

// receive does what the mail says, as RFC 5546 has it: what is not newer is ignored.
func (c calendar) receive(t *testing.T, m testkit.Message) {
	t.Helper()
	read, err := ics.ParseCalendar(strings.NewReader(m.Calendar))
	if err != nil || len(read.Events()) != 1 {
		t.Fatalf("%s: %v: %q", m.Subject, err, m.Calendar)
	}
	if !strings.Contains(m.Calendar, "\r\nMETHOD:"+m.Method+"\r\n") {
		t.Errorf("%s: method %s of %s", m.Subject, m.Method, m.Calendar)
	}
	event := read.Events()[0]
	uid := event.Id()
	if known := c[uid]; known != nil && sequence(t, known) > sequence(t, event) {
		return
	}
	if c[uid] = event; m.Method == "CANCEL" {
		delete(c, uid)
	}
}

func sequence(t *testing.T, e *ics.VEvent) (n int64) {
	t.Helper()
	if _, err := fmt.Sscan(e.GetProperty(ics.ComponentPropertySequence).Value, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func value(e *ics.VEvent, property ics.ComponentProperty) string {
	if p := e.GetProperty(property); p != nil {
		return p.Value
	}
	return ""
}

// news are the mails about appointments that came since so many, the oldest first.
func news(w *testkit.World, to string, seen *int) []testkit.Message {
	var all []testkit.Message
	for _, m := range w.Outbox(to) {
		if strings.Contains(m.Subject, "ppointment") {
			all = append([]testkit.Message{m}, all...)
		}
	}
	fresh := all[*seen:]
	*seen = len(all)
	return fresh
}

func TestOneEventForTheLifeOfAnAppointment(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	other := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}, testkit.Object{"first_name": "Citra"}).WorksDaily(28)
	w.JSON(salon.Admin, "PUT", "/outlets/"+string(salon.Outlet.ID), testkit.Object{"settings": testkit.Object{"auto_confirm_bookings": false}})
	mine, seen := calendar{}, 0
	// told is the one event after the one mail that a step caused.
	told := func(step, method string) *ics.VEvent {
		t.Helper()
		w.Advance(time.Minute)
		w.RunJobs()
		mails := news(w, salon.Customer.Email, &seen)
		if len(mails) != 1 || mails[0].Method != method {
			t.Fatalf("%s: mails %+v", step, mails)
		}
		mine.receive(t, mails[0])
		for _, event := range mine {
			if len(mine) == 1 {
				return event
			}
		}
		if len(mine) != 0 || method != "CANCEL" {
			t.Fatalf("%s: %d events", step, len(mine))
		}
		return nil
	}

	made := w.JSON(salon.Customer.Token, "POST", "/customer/booking/appointments", testkit.Object{
		"outlet_id": salon.Outlet.ID, "appointment_date": w.Day(2), "start_time": "12:00",
		"services": []any{testkit.Object{"service_id": salon.Service.ID, "staff_id": salon.Staff.ID}},
	})
	event := told("booked", "REQUEST")
	path := "/appointments/" + made.Text("id")
	if value(event, ics.ComponentPropertyStatus) != "TENTATIVE" || event.Id() != made.Text("id")+".appointment@reserva" {
		t.Errorf("booked as %s", event.Serialize(&ics.SerializationConfiguration{MaxLength: 75, NewLine: "\n", PropertyMaxLength: 75}))
	}
	if start, err := event.GetStartAt(); err != nil || !start.Equal(time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC)) {
		t.Errorf("begins %v, %v", start, err)
	}
	if value(event, ics.ComponentPropertyAttendee) != "mailto:"+salon.Customer.Email || !strings.HasPrefix(value(event, ics.ComponentPropertyOrganizer), "mailto:") {
		t.Errorf("between %q and %q", value(event, ics.ComponentPropertyOrganizer), value(event, ics.ComponentPropertyAttendee))
	}

	w.JSON(salon.Admin, "POST", path+"/confirm", nil)
	if event = told("confirmed", "REQUEST"); value(event, ics.ComponentPropertyStatus) != "CONFIRMED" {
		t.Errorf("confirmed as %s", value(event, ics.ComponentPropertyStatus))
	}
	w.JSON(salon.Admin, "POST", path+"/reschedule", testkit.Object{"new_date": w.Day(3), "new_time": "14:30"})
	event = told("moved", "REQUEST")
	if start, err := event.GetStartAt(); err != nil || !start.Equal(time.Date(2026, 3, 5, 7, 30, 0, 0, time.UTC)) {
		t.Errorf("moved to %v, %v", start, err)
	}
	before := value(event, ics.ComponentPropertySummary)
	w.JSON(salon.Admin, "PUT", path+"/staff", testkit.Object{"service_id": salon.Service.ID, "staff_id": other.ID})
	if event = told("reassigned", "REQUEST"); value(event, ics.ComponentPropertySummary) == before {
		t.Errorf("still %q", before)
	}
	w.JSON(salon.Admin, "POST", path+"/cancel", testkit.Object{"cancellation_reason": "ill"})
	if event = told("cancelled", "CANCEL"); event != nil {
		t.Error("still in the calendar")
	}
}

// A guest's calendar learns of the booking when it stands, and not before: anybody can
// have a mail sent to anybody.
func TestAGuestsCalendarLearnsOfWhatStands(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	book := func(start string) id.ID {
		booked := w.Send(testkit.Request{
			Method: "POST", Path: "/bookings/type/online", Header: testkit.Object{"X-Tenant-Slug": salon.Slug, "X-Branch-Slug": salon.Outlet.Slug},
			Body: testkit.Object{
				"packageId": salon.Service.ID, "bookingDate": w.Day(2), "bookingTime": start, "firstName": "John", "lastName": "Smith\\; X",
				"email": "john@example.com", "phone": "09161234567",
			},
		})
		return id.ID(booked.Text("booking._id"))
	}
	entries := func() (methods []string) {
		w.RunJobs()
		for _, m := range w.Outbox("john@example.com") {
			if m.Method != "" {
				methods = append(methods, m.Method)
			}
		}
		return methods
	}
	never, stands := book("10:00"), book("15:00")
	w.JSON(salon.Admin, "POST", "/appointments/"+string(never)+"/cancel", testkit.Object{"cancellation_reason": "full"})
	if got := entries(); len(got) != 0 {
		t.Errorf("of what never stood: %v", got)
	}
	w.JSON(salon.Admin, "POST", "/appointments/"+string(stands)+"/confirm", nil)
	if got := entries(); len(got) != 1 || got[0] != "REQUEST" {
		t.Errorf("of what stands: %v", got)
	}
}

// A place in a group is an event like any other.
func TestAPlaceInAGroupIsAnEvent(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	class := salon.Tenant.Service(testkit.Object{"allow_parallel_bookings": true, "max_parallel_bookings": 5})
	salon.Tenant.Staff(salon.Outlet, []*testkit.Service{class}).WorksDaily(7)
	uids := map[string]bool{}
	for range 2 {
		customer := salon.Tenant.Customer()
		salon.Tenant.Book(salon.Outlet, class, customer, 2, "10:00")
		w.RunJobs()
		mails := news(w, customer.Email, new(int))
		if len(mails) != 1 {
			t.Fatalf("mails %+v", mails)
		}
		kept := calendar{}
		kept.receive(t, mails[0])
		for uid := range kept {
			uids[uid] = true
		}
	}
	if len(uids) != 2 {
		t.Errorf("events %v", uids)
	}
}
