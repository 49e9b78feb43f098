package waitlist_test

import (
	"strings"
	"testing"
	"time"

	"reserva/internal/testkit"
)

// However many wait ahead for what is not free, whom a freed time suits is offered it.
func TestALongLineOfWishesThatCannotBeMet(t *testing.T) {
	s := newSalon(t)
	absent := s.Tenant.Staff(s.outlet, []*testkit.Service{s.service}) // never works
	taken := s.booked(1)
	const ahead = 1100
	s.Exec(`INSERT INTO customers (tenant_id, id, first_name, last_name, source, created_at, updated_at)
		SELECT $1, left(md5('wishing' || n), 24), 'Siti', 'Rahma', 'walk_in', $2, $2 FROM generate_series(1, $3::int) n`, s.ID, s.Clock.Now(), ahead)
	s.Exec(`INSERT INTO waitlist_wishes (tenant_id, id, outlet_id, customer_id, service_id, staff_id, date_from, date_to, time_from, time_to,
			source, status, created_at, updated_at)
		SELECT $1, left(md5('wish' || n), 24), $4, left(md5('wishing' || n), 24), $5, $6, $7::date, $7::date, 0, 1440, 'staff', 'waiting', $2, $2
		FROM generate_series(1, $3::int) n`, s.ID, s.Clock.Now(), ahead, s.outlet.ID, s.service.ID, absent.ID, s.Day(1))
	s.Advance(time.Second)
	last, behind := s.waits(1, nil), s.waits(1, nil)
	s.cancel(taken)
	last.is("offered")
	behind.is("waiting")
	s.JSON(last.signIn(), "POST", last.path()+"/decline", nil)
	s.RunJobs()
	last.is("waiting")
	behind.is("offered")
	if n := s.one(`SELECT count(*) FROM waitlist_offers WHERE tenant_id = $1`, s.ID); n != 2 {
		t.Errorf("%d offers of one hour", n)
	}
}

// The mail says how to answer: signed in, or by telephone for those without an account.
func TestTheMailOfAnOfferSaysHowToAnswer(t *testing.T) {
	s := newSalon(t)
	taken := s.booked(1)
	w := s.waits(1, nil)
	walkIn := s.Tenant.WalkIn()
	without := s.JSON(s.Admin, "POST", "/waitlist", s.wish(1, object{"customer_id": walkIn.ID})).Text("id")
	s.cancel(taken)
	mail := func(to string) string {
		t.Helper()
		for _, m := range s.Outbox(to) {
			if strings.HasPrefix(m.Subject, "A time is free") {
				return m.Text
			}
		}
		t.Fatalf("no offer was sent to %s", to)
		return ""
	}
	text := mail(w.Email)
	for _, verb := range []string{"accept", "decline"} {
		_, address, found := strings.Cut(text, "To "+verb+", signed in: POST ")
		address, _, _ = strings.Cut(address, "\n")
		if !found || !strings.HasSuffix(address, "/api/v1/customer/booking/waitlist/"+w.id+"/"+verb) || !strings.HasPrefix(address, "http") {
			t.Errorf("to %s is at %q: %s", verb, address, text)
		}
	}
	if !strings.Contains(text, "By telephone: +") || !strings.Contains(text, "number of your wish: "+w.id) {
		t.Errorf("by telephone: %s", text)
	}
	s.JSON(w.Token, "POST", w.path()+"/decline", nil)
	s.RunJobs()
	if text := mail(walkIn.Email); strings.Contains(text, "signed in") || !strings.Contains(text, "number of your wish: "+without) {
		t.Errorf("to somebody without an account: %s", text)
	}
}
