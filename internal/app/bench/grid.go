package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

const (
	gridStaff        = 50
	gridAppointments = 20_000
	gridDays         = 31
	gridInterval     = 15
	gridCloses       = 18 * 60
)

// loadGridSalon makes a salon with 50 staff members and 20,000 appointments, spread
// evenly over its 90 days and over the staff.
func (r *run) loadGridSalon(ctx context.Context) (*salon, error) {
	s, err := r.register(ctx, "salon-of-the-grid", gridCloses)
	if err != nil {
		return nil, err
	}
	if err := s.load(ctx, r.driver, r.random, gridStaff, []int{60, 30, 45, 90}); err != nil {
		return nil, err
	}
	booked, err := s.newAppointments(r.random, gridAppointments)
	if err != nil {
		return nil, err
	}
	return s, copyAll(ctx, r.driver, booked...)
}

// booked collects the rows of appointments.
type booked struct {
	appointments, sessions, occupancies, lines rows
}

func (s *salon) newAppointments(random *rand.Rand, n int) ([]rows, error) {
	loc, err := civil.Zone(zone)
	if err != nil {
		return nil, err
	}
	b := &booked{
		appointments: rows{table: "appointments", columns: "tenant_id id outlet_id customer_id status payment_status appointment_type source starts_at ends_at total_price currency confirmed_at created_at updated_at"},
		sessions:     rows{table: "sessions", columns: "tenant_id id outlet_id service_id subject_keys starts_at ends_at busy capacity created_at"},
		occupancies:  rows{table: "occupancies", columns: "tenant_id subject_key busy_from busy_to session_id"},
		lines:        rows{table: "appointment_lines", columns: "tenant_id id appointment_id position customer_id service_id staff_id service_name staff_name price price_source duration_minutes preparation_minutes cleanup_minutes starts_at ends_at session_id seat capacity"},
	}
	turns := len(s.staff) * s.days
	for turn := range turns {
		// As many of n as are due after this turn, less those before it.
		count := (turn+1)*n/turns - turn*n/turns
		b.day(s, random, s.staff[turn%len(s.staff)], s.first.AddDays(turn/len(s.staff)).Start(loc), count)
	}
	return []rows{b.appointments, b.sessions, b.occupancies, b.lines}, nil
}

// day books a staff member's day: appointments of random services, with the rest of
// the day as random pauses between them.
func (b *booked) day(s *salon, random *rand.Rand, m member, midnight time.Time, count int) {
	chosen := make([]service, count)
	free := s.closes - opens
	for i := range chosen {
		chosen[i] = s.services[random.IntN(len(s.services))]
		free -= chosen[i].minutes
	}
	at := midnight.Add(opens * time.Minute)
	for _, what := range chosen {
		pause := 5 * random.IntN(free/5+1)
		free -= pause
		at = at.Add(time.Duration(pause) * time.Minute)
		b.add(s, random, m, what, at)
		at = at.Add(time.Duration(what.minutes) * time.Minute)
	}
}

func (b *booked) add(s *salon, random *rand.Rand, m member, what service, start time.Time) {
	now, end := time.Now().UTC(), start.Add(time.Duration(what.minutes)*time.Minute)
	appointment, session := newID(random), newID(random)
	customer := s.customers[random.IntN(len(s.customers))]
	b.appointments.values = append(b.appointments.values, []any{
		s.tenant, appointment, s.outlet, customer, "confirmed", "pending", "scheduled", "staff", start, end, 150_000, "IDR", now, now, now})
	b.sessions.values = append(b.sessions.values, []any{
		s.tenant, session, s.outlet, what.id, []int64{m.key}, start, end, busy(start, end), 1, now})
	b.occupancies.values = append(b.occupancies.values, []any{s.tenant, m.key, start, end, session})
	b.lines.values = append(b.lines.values, []any{
		s.tenant, newID(random), appointment, 0, customer, what.id, m.id, "Service", "Ayu Lestari", 150_000, "base", what.minutes, 0, 0,
		start, end, session, 1, 1})
}

// busy is one interval as the column of a session holds it.
func busy(from, to time.Time) pgtype.Multirange[pgtype.Range[time.Time]] {
	return pgtype.Multirange[pgtype.Range[time.Time]]{
		{Lower: from, Upper: to, LowerType: pgtype.Inclusive, UpperType: pgtype.Exclusive, Valid: true},
	}
}

// measureGrid asks for one grid after the other, each beginning on a random day of
// those that leave 31.
func (r *run) measureGrid(ctx context.Context, s *salon) error {
	ask := func(ctx context.Context) error {
		first := s.first.AddDays(r.random.IntN(s.days - gridDays + 1))
		status, err := r.api.call(ctx, "", "GET", gridPath(s.services[0].id, s.outlet, first), nil, nil)
		return expecting(200, status, err)
	}
	if t := repeat(ctx, 1, gridWarmUp, ask); t.firstErr != nil {
		return t.firstErr
	}
	t := repeat(ctx, 1, gridRequests, ask)
	r.report.Grid = latency(1, t)
	return r.settle(ctx, "grid", t)
}

func gridPath(service, outlet id.ID, first civil.Date) string {
	return fmt.Sprintf("/public/availability/grid?service_id=%s&outlet_id=%s&start_date=%s&num_days=%d&slot_interval_minutes=%d",
		service, outlet, first, gridDays, gridInterval)
}

// settle tells of what went wrong in a load; it stays in the report as a number.
func (r *run) settle(ctx context.Context, what string, t tally) error {
	if t.errors > 0 {
		r.Log.Warn("requests failed", "of", what, "errors", t.errors, "first", t.firstErr)
	}
	return ctx.Err()
}

// measureSignIn is one password checked after the other, by as many clients as the
// machine has processors: more would wait for their turn.
func (r *run) measureSignIn(ctx context.Context, s *salon) error {
	signIn := func(ctx context.Context) error {
		status, err := r.api.call(ctx, "", "POST", "/auth/login", s.credentials(), nil)
		return expecting(200, status, err)
	}
	if t := repeat(ctx, 1, signInWarmUp, signIn); t.firstErr != nil {
		return t.firstErr
	}
	t := repeat(ctx, r.report.Machine.Cores, signIns, signIn)
	r.report.SignIn = latency(r.report.Machine.Cores, t)
	return r.settle(ctx, "sign-in", t)
}

// measureCatalogue reads what an outlet offers, as its public page does.
func (r *run) measureCatalogue(ctx context.Context, s *salon) error {
	read := func(ctx context.Context) error {
		status, err := r.api.call(ctx, "", "GET", "/public/outlets/"+string(s.outlet)+"/services", nil, nil)
		return expecting(200, status, err)
	}
	if t := drive(ctx, clients, warmUp, read); t.firstErr != nil {
		return t.firstErr
	}
	t := drive(ctx, clients, 2*roundTime, read)
	r.report.Catalogue = latency(clients, t)
	return r.settle(ctx, "catalogue", t)
}
