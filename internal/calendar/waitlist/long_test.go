package waitlist_test

import (
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
