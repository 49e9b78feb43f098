package waitlist_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestAFreedTimeGoesToTheFirstInLine(t *testing.T) {
	s := newSalon(t)
	taken := s.booked(1)
	first := s.waits(1, nil)
	second := s.waits(1, nil)
	first.is("waiting")

	s.cancel(taken)
	offered := first.is("offered")
	second.is("waiting")
	for path, want := range map[string]string{
		"offer.appointment_date": s.Day(1), "offer.start_time": "10:00", "offer.end_time": "11:00", "offer.outcome": "open",
		"offer.total_price": "150000", "offer.staff_id": string(s.staff.ID),
	} {
		if got := offered.Text(path); got != want {
			t.Errorf("%s is %s, not %s", path, got, want)
		}
	}
	if until := s.Clock.Now().Add(30 * time.Minute).Format(time.RFC3339); offered.Text("offer.expires_at") != until {
		t.Errorf("held until %s, not %s", offered.Text("offer.expires_at"), until)
	}
	if s.free(1) {
		t.Error("the grid shows what is held")
	}
	held := offered.Text("offer.appointment_id")
	book := object{
		"customer_id": s.guest.ID, "outlet_id": s.outlet.ID, "appointment_date": s.Day(1), "start_time": "10:00",
		"services": []object{{"service_id": s.service.ID}},
	}
	testkit.Run(t, s.World,
		testkit.Scenario{Name: "others cannot book it", As: s.Admin, Method: "POST", Path: "/appointments", Body: book, Status: 409, Want: `{"code":"appointment.slot_taken"}`},
		testkit.Scenario{Name: "the second has no offer", As: second.Token, Method: "POST", Path: second.path() + "/accept", Status: 409, Want: `{"code":"waitlist.no_offer"}`},
		testkit.Scenario{Name: "nor the first's", As: second.Token, Method: "POST", Path: first.path() + "/accept", Status: 404, Want: `{"code":"waitlist.not_found"}`},
		testkit.Scenario{Name: "the desk sees it", As: s.Admin, Method: "GET", Path: "/appointments/" + held, Status: 200, Want: `{"status":"pending","source":"waitlist"}`},
		testkit.Scenario{Name: "the desk cannot confirm it past the list", As: s.Admin, Method: "POST", Path: "/appointments/" + held + "/confirm", Status: 409, Want: `{"code":"appointment.offered"}`},
		testkit.Scenario{Name: "nor move it", As: s.Admin, Method: "POST", Path: "/appointments/" + held + "/reschedule", Body: object{"new_date": s.Day(2), "new_time": "10:00"}, Status: 409, Want: `{"code":"appointment.offered"}`},
		testkit.Scenario{Name: "nor take money for it", As: s.Admin, Method: "POST", Path: "/appointments/" + held + "/record-payment", Body: object{"amount": 1000, "payment_method": "cash"}, Status: 409, Want: `{"code":"appointment.offered"}`},
		testkit.Scenario{Name: "the customer cannot cancel it past the list", As: first.Token, Method: "POST", Path: "/customer/booking/appointments/" + held + "/cancel", Body: object{"cancellation_reason": "no"}, Status: 409, Want: `{"code":"appointment.offered"}`},
		testkit.Scenario{Name: "no second wish for it", As: first.Token, Method: "POST", Path: own, Body: s.wish(1, nil), Status: 409, Want: `{"code":"waitlist.already_waiting"}`},
	)

	if made := first.accept(); made.Text("id") != held || made.Text("status") != "confirmed" || made.Text("source") != "waitlist" {
		t.Errorf("accepted: %s", made.Body)
	}
	if again := first.accept(); again.Text("id") != held {
		t.Errorf("accepted again: %s", again.Body)
	}
	s.RunJobs()
	if a := first.is("accepted"); a.Text("appointment_id") != held || a.Text("offers.0.outcome") != "accepted" {
		t.Errorf("accepted: %s", a.Body)
	}
	second.is("waiting")
	if got := s.subjects(first.Email); !slices.ContainsFunc(got, func(m string) bool { return strings.HasSuffix(m, "is confirmed") }) {
		t.Errorf("mails %q", got)
	}
	// It is an appointment like any other now.
	s.cancel(held)
	second.is("offered")
}

func TestAnOfferThatIsDeclinedOrLapsesGoesToTheNext(t *testing.T) {
	s := newSalon(t)
	taken := s.booked(1)
	first, second, third := s.waits(1, nil), s.waits(1, nil), s.waits(1, nil)
	s.cancel(taken)

	first.is("offered")
	for range 2 {
		if a := s.JSON(first.Token, "POST", first.path()+"/decline", nil); a.Text("status") != "waiting" {
			t.Errorf("declined: %s", a.Body)
		}
	}
	s.RunJobs()
	first.is("waiting") // and not offered the same again
	second.is("offered")

	s.later(31 * time.Minute)
	second.is("lapsed") // by the clock, before any job
	if !s.free(1) {
		t.Error("the grid does not show what was held")
	}
	testkit.Scenario{As: second.signIn(), Method: "POST", Path: second.path() + "/accept", Status: 409, Want: `{"code":"waitlist.no_offer"}`}.Run(t, s.World)
	s.Every("appointments.expire")
	s.RunJobs()
	third.is("offered")
	second.is("lapsed")

	s.JSON(third.signIn(), "DELETE", third.path(), nil)
	s.RunJobs()
	third.is("left")
	if !s.free(1) {
		t.Error("nobody is left whom it suits, and it is not free")
	}
	testkit.Run(t, s.World,
		testkit.Scenario{Name: "who was offered what", As: s.Admin, Method: "GET", Path: "/waitlist/offers?outlet_id=" + string(s.outlet.ID), Status: 200, Want: `{"total":3}`},
		testkit.Scenario{Name: "declined", As: s.Admin, Method: "GET", Path: "/waitlist/offers?outcome=declined", Status: 200, Want: `{"total":2}`},
		testkit.Scenario{Name: "lapsed", As: s.Admin, Method: "GET", Path: "/waitlist/offers?outcome=lapsed&date_from=" + s.Day(1), Status: 200, Want: fmt.Sprintf(`{"total":1,"items":[{"wish_id":%q}]}`, second.id)},
		testkit.Scenario{Name: "no offers of other dates", As: s.Admin, Method: "GET", Path: "/waitlist/offers?date_from=" + s.Day(2), Status: 200, Want: `{"total":0}`},
		testkit.Scenario{Name: "the line", As: s.Admin, Method: "GET", Path: "/waitlist?status=waiting", Status: 200, Want: fmt.Sprintf(`{"total":1,"items":[{"id":%q,"customer_name":"Amelia Hart"}]}`, first.id)},
		testkit.Scenario{Name: "all wishes", As: s.Admin, Method: "GET", Path: "/waitlist", Status: 200, Want: fmt.Sprintf(`{"total":3,"items":[{"id":%q},{"id":%q},{"id":%q}]}`, first.id, second.id, third.id)},
		testkit.Scenario{Name: "lists show no offers that ended", As: s.Admin, Method: "GET", Path: "/appointments?status=cancelled", Status: 200, Want: `{"total":1}`},
	)
}

// Who does not come frees what is left of their visit.
func TestTheRestOfAMissedVisitIsOffered(t *testing.T) {
	s := newSalon(t)
	s.staff.WorkingHours(s.Day(1), "11:00", "13:00")
	one := object{"service_id": s.service.ID}
	missed := s.Tenant.Book(s.outlet, s.service, s.guest, 1, "10:00", object{"services": []object{one, one, one}})
	w := s.waits(1, nil)
	w.is("waiting")
	s.later(26*time.Hour + 10*time.Minute) // ten past ten
	s.JSON(s.Admin, "POST", "/appointments/"+string(missed)+"/no-show", nil)
	s.RunJobs()
	w.is("offered")
}

func TestEverythingThatFreesTimeIsOffered(t *testing.T) {
	for name, free := range map[string]func(s *salon, appointment string){
		"moved away": func(s *salon, a string) {
			s.JSON(s.Admin, "POST", "/appointments/"+a+"/reschedule", object{"new_date": s.Day(2), "new_time": "10:00"})
		},
		"moved away twice before anybody looked": func(s *salon, a string) {
			for _, day := range []int{2, 3} {
				s.JSON(s.Admin, "POST", "/appointments/"+a+"/reschedule", object{"new_date": s.Day(day), "new_time": "10:00"})
				s.Advance(time.Second)
			}
		},
		"given by somebody else": func(s *salon, a string) {
			other := s.Tenant.Staff(s.outlet, []*testkit.Service{s.service}).WorkingHours(s.Day(1), "10:00", "11:00")
			s.JSON(s.Admin, "PUT", "/appointments/"+a+"/staff", object{"service_id": s.service.ID, "staff_id": other.ID})
		},
		"more working hours": func(s *salon, _ string) { s.staff.WorkingHours(s.Day(1), "12:00", "13:00") },
		"another staff member, found by the sweep": func(s *salon, _ string) {
			other := s.Tenant.Staff(s.outlet, []*testkit.Service{s.service}, object{"is_bookable": false}).WorkingHours(s.Day(1), "10:00", "11:00")
			s.RunJobs()
			s.JSON(s.Admin, "PUT", "/staff/"+string(other.ID), object{"is_bookable": true})
			s.Every("waitlist.sweep")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSalon(t)
			taken := s.booked(1)
			w := s.waits(1, nil)
			w.is("waiting")
			free(s, taken)
			s.RunJobs()
			w.is("offered")
		})
	}
}

func TestABlockThatIsRemovedFreesTime(t *testing.T) {
	s := newSalon(t)
	block := s.JSON(s.Admin, "POST", "/availability", object{
		"staff_id": s.staff.ID, "date": s.Day(1), "start_time": "10:00", "end_time": "11:00", "availability_type": "blocked", "recurrence_type": "none",
	})
	w := s.waits(1, nil)
	s.JSON(s.Admin, "DELETE", "/availability/"+block.Text("id"), nil)
	s.RunJobs()
	w.is("offered")
}

func TestALapsedHoldIsOffered(t *testing.T) {
	s := newSalon(t)
	s.JSON(s.Admin, "PUT", "/outlets/"+string(s.outlet.ID), object{"settings": object{"auto_confirm_bookings": false}})
	c := s.Tenant.Customer()
	s.JSON(c.Token, "POST", "/customer/booking/appointments", object{
		"outlet_id": s.outlet.ID, "appointment_date": s.Day(3), "start_time": "10:00", "services": []object{{"service_id": s.service.ID}},
	})
	w := s.waits(3, nil)
	s.later(25 * time.Hour)
	s.Every("appointments.expire")
	s.RunJobs()
	w.is("offered")
	// What is accepted waits for payment as any booking of a customer does here.
	made := w.accept()
	if made.Text("status") != "pending" || !made.Has("hold_until") {
		t.Errorf("accepted: %s", made.Body)
	}
	s.later(31 * time.Minute)
	s.Every("appointments.expire")
	s.RunJobs()
	w.is("accepted")
	if got := s.JSON(s.Admin, "GET", "/appointments/"+made.Text("id"), nil).Text("status"); got != "pending" {
		t.Errorf("half an hour later it is %s", got)
	}
	s.later(25 * time.Hour)
	if got := s.JSON(s.Admin, "GET", "/appointments/"+made.Text("id"), nil); got.Text("cancellation_reason") != "payment_expired" {
		t.Errorf("a day later it is %s", got.Body)
	}
}

func TestWhoIsPassedOver(t *testing.T) {
	s := newSalon(t)
	other := s.Tenant.Staff(s.outlet, []*testkit.Service{s.service})
	taken := s.booked(1)
	late := s.waits(1, object{"time_from": "10:30"})
	early := s.waits(1, object{"time_to": "10:55"}).is
	wanted := s.waits(1, object{"staff_id": other.ID})
	elsewhere := s.waits(1, object{"date_to": s.Day(1)})
	busy := s.Tenant.Customer()
	deleted := s.waits(1, nil)
	fits := s.waits(1, object{"time_from": "10:00", "time_to": "11:00", "staff_id": s.staff.ID})
	_ = busy
	s.JSON(s.Admin, "DELETE", "/waitlist/"+elsewhere.id, nil)
	s.JSON(s.Admin, "DELETE", "/customers/"+string(deleted.ID), nil)
	s.cancel(taken)
	fits.is("offered")
	late.is("waiting")
	early("waiting")
	wanted.is("waiting")
	elsewhere.is("removed")
	if n := s.one(`SELECT count(*) FROM waitlist_offers`); n != 1 {
		t.Errorf("%d offers", n)
	}
}

// A customer who is somewhere else at that time is not offered it.
func TestNobodyIsOfferedTwoThingsAtATime(t *testing.T) {
	s := newSalon(t)
	second := s.Tenant.Outlet()
	s.Tenant.Staff(second, []*testkit.Service{s.service}).WorkingHours(s.Day(1), "10:00", "11:00")
	taken := s.booked(1)
	busy, idle := s.waits(1, nil), s.waits(1, nil)
	s.Tenant.Book(second, s.service, busy.Customer, 1, "10:00")
	s.cancel(taken)
	busy.is("waiting")
	idle.is("offered")
}

func TestNothingStaysHeldForThoseWhoAreGone(t *testing.T) {
	s := newSalon(t)
	taken, later := s.booked(1), s.booked(2)
	gone, next := s.waits(1, nil), s.waits(2, nil)
	s.cancel(taken)
	offered := gone.is("offered")
	s.JSON(s.Admin, "DELETE", "/customers/"+string(gone.ID), nil)
	testkit.Scenario{Name: "not for the deleted", As: s.Admin, Method: "POST", Path: "/waitlist/" + gone.id + "/accept", Status: 409, Want: `{"code":"waitlist.no_offer"}`}.Run(t, s.World)
	s.Every("waitlist.tidy")
	s.RunJobs()
	if !s.free(1) {
		t.Error("a time is held for a customer who was deleted")
	}
	if a := s.JSON(s.Admin, "GET", "/waitlist/"+gone.id, nil); a.Text("status") != "removed" || a.Text("offers.0.outcome") != "withdrawn" {
		t.Errorf("the wish of the deleted: %s", a.Body)
	}
	if a := s.JSON(s.Admin, "GET", "/appointments/"+offered.Text("offer.appointment_id"), nil); a.Text("status") != "cancelled" {
		t.Errorf("what was held: %s", a.Body)
	}

	s.cancel(later)
	next.is("offered")
	s.Exec(`UPDATE tenants SET is_active = false WHERE id = $1`, s.Tenant.ID)
	s.Every("waitlist.tidy")
	s.RunJobs()
	s.Every("waitlist.sweep")
	if n := s.one(`SELECT count(*) FROM waitlist_offers WHERE outcome IS NULL`); n != 0 {
		t.Errorf("%d times are held at a business that was closed", n)
	}
	s.Exec(`UPDATE tenants SET is_active = true WHERE id = $1`, s.Tenant.ID)
	s.Every("waitlist.sweep")
	s.RunJobs()
	next.is("waiting") // that time was taken from it once
}

func TestHowLongAnOfferIsHeld(t *testing.T) {
	s := newSalon(t)
	s.Settings(object{"waitlist_hold_minutes": 180})
	today := s.Tenant.Staff(s.outlet, []*testkit.Service{s.service}).WorkingHours(s.Day(0), "11:00", "12:00")
	taken := string(s.Tenant.Book(s.outlet, s.service, s.guest, 0, "11:00"))
	w := s.waits(0, nil)
	s.later(time.Hour) // 9 o'clock
	s.cancel(taken)
	begins := testkit.Beginning().Add(3 * time.Hour)
	if got, want := w.is("offered").Text("offer.expires_at"), begins.Format(time.RFC3339); got != want {
		t.Errorf("held until %s and not until it begins, %s", got, want)
	}
	s.JSON(s.Admin, "DELETE", "/waitlist/"+w.id, nil)
	s.RunJobs()

	// With notice, the hold ends when the notice begins; and what begins so soon that
	// nobody could answer is not offered.
	s.JSON(s.Admin, "PUT", "/outlets/"+string(s.outlet.ID), object{"settings": object{"min_notice_minutes": 60}})
	taken = string(s.Tenant.Book(s.outlet, s.service, s.guest, 0, "11:00"))
	w = s.waits(0, object{"staff_id": today.ID})
	s.cancel(taken)
	if got, want := w.is("offered").Text("offer.expires_at"), begins.Add(-time.Hour).Format(time.RFC3339); got != want {
		t.Errorf("held until %s and not until the notice begins, %s", got, want)
	}
	s.JSON(s.Admin, "DELETE", "/waitlist/"+w.id, nil)
	s.RunJobs()
	taken = string(s.Tenant.Book(s.outlet, s.service, s.guest, 0, "11:00"))
	w = s.waits(0, object{"staff_id": today.ID})
	s.later(56 * time.Minute)
	s.cancel(taken)
	w.is("waiting")
}

// Offers count for the plan once they are accepted, and are not made where none could be.
func TestOffersAndThePlansLimit(t *testing.T) {
	s := newSalon(t)
	s.Plan("FREE")
	taken, second := s.booked(1), s.booked(2)
	a, b := s.waits(1, nil), s.waits(2, nil)
	s.Exec(`UPDATE plan_usage SET appointments = 99 WHERE tenant_id = $1`, s.Tenant.ID)
	s.cancel(taken)
	s.cancel(second)
	a.is("offered")
	b.is("offered")
	a.accept()
	if n := s.one(`SELECT appointments FROM plan_usage WHERE tenant_id = $1`, s.Tenant.ID); n != 100 {
		t.Errorf("%d appointments are counted", n)
	}
	testkit.Scenario{Name: "one too many", As: b.Token, Method: "POST", Path: b.path() + "/accept", Status: 403, Want: `{"code":"plan.appointments"}`}.Run(t, s.World)
	b.is("offered")
	third := s.JSON(s.Admin, "POST", "/waitlist", object{
		"customer_id": s.guest.ID, "outlet_id": s.outlet.ID, "service_id": s.service.ID, "date_from": s.Day(1),
	}).Text("id")
	s.cancel(a.look().Text("appointment_id"))
	if got := s.JSON(s.Admin, "GET", "/waitlist/"+third, nil).Text("status"); got != "waiting" {
		t.Errorf("where nothing more can be booked a wish is %s", got)
	}
}

// Seats of a group are offered one by one.
func TestSeatsOfAGroupAreOffered(t *testing.T) {
	s := newSalon(t)
	yoga := s.Tenant.Service(object{"allow_parallel_bookings": true, "max_parallel_bookings": 2, "name": "Yoga"})
	s.Tenant.Staff(s.outlet, []*testkit.Service{yoga}).WorkingHours(s.Day(1), "15:00", "16:00")
	s.service = yoga
	one := string(s.Tenant.Book(s.outlet, yoga, s.guest, 1, "15:00"))
	two := string(s.Tenant.Book(s.outlet, yoga, s.Tenant.WalkIn(), 1, "15:00"))
	a, b, c := s.waits(1, nil), s.waits(1, nil), s.waits(1, nil)
	s.cancel(one)
	a.is("offered")
	b.is("waiting")
	s.cancel(two)
	b.is("offered")
	c.is("waiting")
	a.accept()
	s.JSON(b.Token, "POST", b.path()+"/decline", nil)
	s.RunJobs()
	c.is("offered")
	c.accept()
	if n := s.one(`SELECT count(*) FROM appointment_lines WHERE seat IS NOT NULL AND service_id = $1 AND lapses_at IS NULL`, yoga.ID); n != 2 {
		t.Errorf("%d of two seats are taken", n)
	}
}

// A visit that was offered and not wanted never was one: it is in no list, no
// calendar, and nobody's statistics.
func TestWhatWasNotAcceptedIsNoVisit(t *testing.T) {
	s := newSalon(t)
	taken := s.booked(1)
	w := s.waits(1, nil)
	s.cancel(taken)
	w.is("offered")
	s.JSON(w.Token, "POST", w.path()+"/decline", nil)
	s.RunJobs()
	customer := "/customers/" + string(w.Customer.ID)
	calendar := "/appointments/calendar?view=day&include_cancelled=true&date=" + s.Day(1)
	testkit.Run(t, s.World,
		testkit.Scenario{Name: "customer", As: s.Admin, Method: "GET", Path: customer, Status: 200, Want: `{"total_appointments": 0}`},
		testkit.Scenario{Name: "their history", As: s.Admin, Method: "GET", Path: customer + "/appointments", Status: 200, Want: `{"appointments": [], "statistics": {"total_appointments": 0, "cancelled": 0}}`},
		testkit.Scenario{Name: "list", As: s.Admin, Method: "GET", Path: "/appointments?customer_id=" + string(w.Customer.ID), Status: 200, Want: `{"total": 0}`},
	)
	if got := s.JSON(s.Admin, "GET", calendar, nil).Len("days." + s.Day(1)); got != 1 {
		t.Errorf("the calendar shows %d cancelled appointments, not the one that was booked", got)
	}
	if n := s.one(`SELECT count(*) FROM appointments WHERE customer_id = $1`, w.Customer.ID); n != 1 {
		t.Errorf("%d offers are kept", n)
	}
}

// Where anybody would do and one takes longer, what fits the wish is what counts: it is
// offered with whoever is over in time.
func TestAWishIsMetByWhoeverIsOverInTime(t *testing.T) {
	s := newSalon(t)
	slow := s.Tenant.Staff(s.outlet, []*testkit.Service{s.service}).WorkingHours(s.Day(1), "10:00", "12:00")
	s.JSON(s.Admin, "PUT", "/staff/"+string(slow.ID)+"/skills", object{
		"services": []object{{"service_id": s.service.ID, "level": "junior", "duration_minutes": 90}},
	})
	// The quick one has worked on that day, so that the other would be taken.
	s.staff.WorkingHours(s.Day(1), "08:00", "09:00")
	s.Tenant.Book(s.outlet, s.service, s.guest, 1, "08:00")
	line := func(staff id.ID) object {
		return object{"services": []object{{"service_id": s.service.ID, "staff_id": staff}}}
	}
	taken := s.Tenant.Book(s.outlet, s.service, s.Tenant.WalkIn(), 1, "10:00", line(s.staff.ID))
	s.Tenant.Book(s.outlet, s.service, s.Tenant.WalkIn(), 1, "10:00", line(slow.ID))
	other := s.Tenant.Book(s.outlet, s.service, s.Tenant.WalkIn(), 2, "10:00")
	hour := object{"time_from": "10:00", "time_to": "11:00"}
	w := s.waits(1, hour)

	s.cancel(string(other)) // another day
	w.is("waiting")
	s.cancel(string(taken))
	if got := w.is("offered").Text("offer.staff_id"); got != string(s.staff.ID) {
		t.Errorf("offered with %s, not with the quick %s", got, s.staff.ID)
	}

	// The slow one alone is no reason to refuse the wish, nor an offer for it.
	slow.WorkingHours(s.Day(3), "10:00", "12:00")
	third := s.booked(3)
	late := s.waits(3, hour)
	late.is("waiting")
	s.cancel(third)
	if got := late.is("offered").Text("offer.staff_id"); got != string(s.staff.ID) {
		t.Errorf("offered with %s, not with the quick %s", got, s.staff.ID)
	}
}
