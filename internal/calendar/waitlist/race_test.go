package waitlist_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// atOnce runs functions at the same time.
func atOnce(n int, fn func(i int)) {
	var wg sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-begin
			fn(i)
		})
	}
	close(begin)
	wg.Wait()
}

// whole fails the test unless wishes, offers and what is held say the same.
func (s *salon) whole() {
	s.Helper()
	for what, sql := range map[string]string{
		"open offers whose time nobody holds": `
			SELECT count(*) FROM waitlist_offers f
			WHERE f.outcome IS NULL AND NOT EXISTS (
				SELECT 1 FROM appointment_lines l WHERE l.tenant_id = f.tenant_id AND l.appointment_id = f.appointment_id AND l.seat IS NOT NULL)`,
		"held times that nobody is offered": `
			SELECT count(*) FROM appointments a
			WHERE a.source = 'waitlist' AND a.status = 'pending' AND a.accepted_at IS NULL AND NOT EXISTS (
				SELECT 1 FROM waitlist_offers f WHERE f.tenant_id = a.tenant_id AND f.appointment_id = a.id AND f.outcome IS NULL)`,
		"wishes that are offered nothing, or offered something while they are not": `
			SELECT count(*) FROM waitlist_wishes w
			WHERE (w.status = 'offered') <> EXISTS (
				SELECT 1 FROM waitlist_offers f WHERE f.tenant_id = w.tenant_id AND f.wish_id = w.id AND f.outcome IS NULL)`,
		"accepted wishes without an appointment that was accepted": `
			SELECT count(*) FROM waitlist_wishes w
			WHERE w.status = 'accepted' AND 1 <> (
				SELECT count(*) FROM waitlist_offers f JOIN appointments a ON a.tenant_id = f.tenant_id AND a.id = f.appointment_id
				WHERE f.tenant_id = w.tenant_id AND f.wish_id = w.id AND f.outcome = 'accepted' AND a.accepted_at IS NOT NULL)`,
		"appointments that were accepted for nobody": `
			SELECT count(*) FROM appointments a
			WHERE a.accepted_at IS NOT NULL AND NOT EXISTS (
				SELECT 1 FROM waitlist_offers f WHERE f.tenant_id = a.tenant_id AND f.appointment_id = a.id AND f.outcome = 'accepted')`,
	} {
		if n := s.one(sql); n != 0 {
			s.Errorf("%d %s", n, what)
		}
	}
}

// Whatever the customer, the desk and the clock do at once to one offer, one of them
// has it.
func TestOneOfManyAnswersCounts(t *testing.T) {
	s := newSalon(t)
	for day := 1; day <= 4; day++ {
		taken := s.booked(day)
		w := s.waits(day, nil)
		s.cancel(taken)
		w.is("offered")
		status := make([]int, 12)
		if day == 4 {
			s.later(30*time.Minute - time.Second)
			w.Customer.Token = w.signIn()
		}
		atOnce(len(status), func(i int) {
			as, path := w.Customer.Token, w.path()
			if i%2 == 1 {
				as, path = s.Admin, "/waitlist/"+w.id
			}
			switch {
			case day == 4 && i == 0:
				s.Clock.Advance(2 * time.Second) // while the others answer it lapses
				s.Every("appointments.expire")
			case day == 1, day == 4, i%3 == 0:
				status[i] = s.Send(testkit.Request{As: as, Method: "POST", Path: path + "/accept"}).Status
			case day == 2, i%3 == 1:
				status[i] = s.Send(testkit.Request{As: as, Method: "POST", Path: path + "/decline"}).Status
			default:
				status[i] = s.Send(testkit.Request{As: as, Method: "DELETE", Path: path}).Status
			}
		})
		for _, got := range status {
			if got >= 500 {
				t.Errorf("day %d: answers %v", day, status)
			}
		}
		s.RunJobs()
		s.whole()
		accepted := s.one(`SELECT count(*) FROM waitlist_offers WHERE wish_id = $1 AND outcome = 'accepted'`, w.id)
		standing := s.one(`SELECT count(*) FROM appointments WHERE customer_id = $1 AND status = 'confirmed'`, w.ID)
		if accepted != standing || day == 1 && accepted != 1 {
			t.Errorf("day %d: %d accepted, %d appointments, answers %v", day, accepted, standing, status)
		}
	}
}

// Two servers look for the first in line at once, many times over: each time goes to
// one, in order.
func TestTwoServersOfferInOrder(t *testing.T) {
	one, other := world.Two(t)
	s := openSalon(one)
	var taken []string
	for day := 1; day <= 4; day++ {
		taken = append(taken, s.booked(day))
	}
	var waiting []waiter
	for range 6 {
		waiting = append(waiting, s.waits(1, object{"date_to": s.Day(4)}))
	}
	for _, a := range taken {
		s.JSON(s.Admin, "POST", "/appointments/"+a+"/cancel", object{"cancellation_reason": "ill"})
	}
	atOnce(8, func(i int) {
		jobs, appointment := one.Jobs, taken[i/2]
		if i%2 == 1 {
			jobs = other.Jobs
		}
		data := json.RawMessage(fmt.Sprintf(`{"appointment_id":%q}`, appointment))
		if err := jobs.Run(t.Context(), s.Tenant.ID, "appointment.cancelled", "waitlist", data); err != nil {
			t.Error(err)
		}
	})
	s.RunJobs()
	s.whole()
	for i, w := range waiting {
		if i < 4 {
			w.is("offered")
		} else {
			w.is("waiting")
		}
	}
	if n := s.one(`SELECT count(DISTINCT starts_at) FROM waitlist_offers`); n != 4 {
		t.Errorf("%d of four times are offered", n)
	}
}

// Somebody who just books, and the list, meet at a time that was freed: one has it.
func TestBookingMeetsTheList(t *testing.T) {
	s := newSalon(t)
	rival := s.Tenant.Customer()
	for day := 1; day <= 4; day++ {
		taken := s.booked(day)
		w := s.waits(day, nil)
		s.JSON(s.Admin, "POST", "/appointments/"+taken+"/cancel", object{"cancellation_reason": "ill"})
		var booked int
		atOnce(2, func(i int) {
			if i == 0 {
				s.RunJobs()
				return
			}
			booked = s.Send(testkit.Request{As: rival.Token, Method: "POST", Path: "/customer/booking/appointments", Body: object{
				"outlet_id": s.outlet.ID, "appointment_date": s.Day(day), "start_time": "10:00", "services": []object{{"service_id": s.service.ID}},
			}}).Status
		})
		s.RunJobs()
		s.whole()
		status := "offered"
		if booked == 201 {
			status = "waiting"
		} else if booked != 409 {
			t.Errorf("booking: %d", booked)
		}
		w.is(status)
	}
}

func TestMailsOfTheWaitlist(t *testing.T) {
	s := newSalon(t)
	taken := s.booked(1)
	first, second := s.waits(1, nil), s.waits(1, nil)
	alsoTaken := s.booked(2)
	quiet := s.waits(2, nil)
	s.JSON(quiet.Token, "PUT", "/customers/profile/preferences", object{"communication_preferences": object{"email": false}})
	s.cancel(alsoTaken)
	quiet.is("offered")
	if got := s.subjects(quiet.Customer.Email); strings.Contains(strings.Join(got, "\n"), "is free") {
		t.Errorf("who wants no mail gets %q", got)
	}
	s.cancel(taken)
	mails := s.Outbox(first.Email)
	if !strings.HasPrefix(mails[0].Subject, "A time is free for you at") || !strings.Contains(mails[0].Text, "Tuesday, 3 March 2026, 10:00") ||
		!strings.Contains(mails[0].Text, "until 08:30 on Monday, 2 March") {
		t.Errorf("the offer says %q: %s", mails[0].Subject, mails[0].Text)
	}
	s.later(31 * time.Minute)
	s.Every("appointments.expire")
	s.RunJobs()
	if got := s.subjects(first.Email); !strings.HasPrefix(got[0], "The time that we held for you at") || strings.Contains(strings.Join(got, "\n"), "cancelled") {
		t.Errorf("mails %q", got)
	}
	if got := s.subjects(second.Email); !strings.HasPrefix(got[0], "A time is free") {
		t.Errorf("mails %q", got)
	}
	s.JSON(s.Admin, "POST", "/waitlist/"+second.id+"/decline", nil)
	s.RunJobs()
	if got := s.subjects(second.Email); strings.Contains(strings.Join(got, "\n"), "cancelled") {
		t.Errorf("mails %q", got)
	}
}
