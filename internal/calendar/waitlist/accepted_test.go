package waitlist_test

import (
	"testing"
	"time"

	"reserva/internal/testkit"
)

// Who accepts late has as long to pay as everybody else, also after a move.
func TestAnAcceptedOfferIsHeldFromThenOn(t *testing.T) {
	s := newSalon(t)
	s.Settings(object{"waitlist_hold_minutes": 1440})
	s.JSON(s.Admin, "PUT", "/outlets/"+string(s.outlet.ID), object{"settings": object{"auto_confirm_bookings": false}})
	taken := s.booked(4)
	w := s.waits(4, nil)
	s.cancel(taken)
	w.is("offered")
	s.later(20 * time.Hour)
	accepted := s.Clock.Now()
	appointment := "/customer/booking/appointments/" + w.accept().Text("id")
	s.later(5 * time.Hour) // a day after the offer was made, which is a day by the clock as well
	moved := s.JSON(w.signIn(), "POST", appointment+"/reschedule", object{"new_date": s.Day(2), "new_time": "10:00"})
	until, err := time.Parse(time.RFC3339, moved.Text("hold_until"))
	if err != nil || moved.Text("status") != "pending" || moved.Text("rescheduled_from.start_time") != "10:00" || until.Sub(accepted) != 24*time.Hour {
		t.Errorf("%v: accepted at %s and moved: %s", err, accepted, moved.Body)
	}
}

// What nobody accepted was never booked: not in the statistics, and not for servers that
// listen, which are not told either that it was cancelled.
func TestOffersAreNotCounted(t *testing.T) {
	s := newSalon(t)
	taken := s.booked(1)
	w := s.waits(1, nil)
	s.cancel(taken)
	w.is("offered")
	s.JSON(s.Admin, "POST", "/webhook-endpoints", object{"url": "http://127.0.0.1:9/hooks", "event_types": []string{"appointment.*"}})
	s.JSON(w.Token, "POST", w.path()+"/decline", nil)
	s.RunJobs()
	testkit.Run(t, s.World,
		testkit.Scenario{Name: "customers", As: s.Admin, Method: "GET", Path: "/customers/statistics/summary", Status: 200, Want: `{"statistics": {"total_appointments": 1}}`},
		testkit.Scenario{Name: "outlet", As: s.Admin, Method: "GET", Path: "/outlets/" + string(s.outlet.ID), Status: 200, Want: `{"stats": {"total_appointments": 1}}`},
		testkit.Scenario{Name: "events", As: s.Admin, Method: "GET", Path: "/events", Status: 200, Check: func(t *testing.T, a testkit.Answer) {
			if a.Len("items") != 0 {
				t.Errorf("told %s", a.Body)
			}
		}},
	)
}
