package notifications_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// subjects of the mails to an address about appointments, sorted: the clock of a
// World stands still.
func subjects(w *testkit.World, to string) []string {
	var out []string
	for _, m := range w.Outbox(to) {
		if strings.Contains(m.Subject, "appointment") {
			out = append(out, m.Subject)
		}
	}
	slices.Sort(out)
	return out
}

func TestACustomerIsToldWhatBecameOfAnAppointment(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	w.JSON(salon.Admin, "PUT", "/outlets/"+string(salon.Outlet.ID), testkit.Object{"settings": testkit.Object{"auto_confirm_bookings": false}})
	me := salon.Customer.Email

	made := w.JSON(salon.Customer.Token, "POST", "/customer/booking/appointments", testkit.Object{
		"outlet_id": salon.Outlet.ID, "appointment_date": w.Day(1), "start_time": "12:00",
		"services": []any{testkit.Object{"service_id": salon.Service.ID}},
	})
	w.RunJobs()
	w.JSON(salon.Admin, "POST", "/appointments/"+made.Text("id")+"/confirm", nil)
	w.RunJobs()
	w.JSON(salon.Admin, "POST", "/appointments/"+made.Text("id")+"/cancel", testkit.Object{"cancellation_reason": "ill"})
	w.RunJobs()

	got := subjects(w, me)
	if len(got) != 3 || !strings.HasPrefix(got[0], "We are holding") || !strings.HasSuffix(got[1], "is confirmed") || !strings.HasSuffix(got[2], "was cancelled") {
		t.Errorf("mails %q", got)
	}
}

func TestWhoWantsNoMailGetsNone(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	me := salon.Customer.Email
	w.JSON(salon.Customer.Token, "PUT", "/customers/profile/preferences", testkit.Object{
		"communication_preferences": testkit.Object{"email": false},
	})
	salon.Book(1, "12:00")
	w.RunJobs()
	if got := subjects(w, me); len(got) != 0 {
		t.Errorf("mails %q", got)
	}
}

// Who has to pay is told until when, and afterwards why the time is gone.
func TestACustomerIsToldHowLongATimeIsHeld(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	w.JSON(salon.Admin, "PUT", "/outlets/"+string(salon.Outlet.ID), testkit.Object{"settings": testkit.Object{"auto_confirm_bookings": false}})
	w.JSON(salon.Customer.Token, "POST", "/customer/booking/appointments", testkit.Object{
		"outlet_id": salon.Outlet.ID, "appointment_date": w.Day(3), "start_time": "12:00",
		"services": []any{testkit.Object{"service_id": salon.Service.ID}},
	})
	told := func(text string) {
		t.Helper()
		w.RunJobs()
		mails := w.Outbox(salon.Customer.Email)
		if !slices.ContainsFunc(mails, func(m testkit.Message) bool { return strings.Contains(m.Text, text) }) {
			t.Errorf("no mail says %q: %+v", text, mails)
		}
	}
	told("Held until: Tuesday, 3 March 2026, 08:00 (Asia/Jakarta)\n")
	w.Advance(24 * time.Hour)
	w.Every("appointments.expire")
	told("not paid or confirmed in time")
}
