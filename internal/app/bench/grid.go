package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

const (
	gridStaff    = 50
	gridPerStaff = 400 // appointments
	gridDays     = 31
	gridInterval = 15
	gridCloses   = 18 * 60
	gridClients  = 8
)

// loadGridSalon makes a salon whose staff members have 400 appointments each, spread
// evenly over its 90 days.
func (r *run) loadGridSalon(ctx context.Context, staff int) (*salon, error) {
	s, err := r.register(ctx, fmt.Sprintf("salon-of-%d", staff), gridCloses)
	if err != nil {
		return nil, err
	}
	if err := s.load(ctx, r.driver, r.random, staff, []int{60, 30, 45, 90}); err != nil {
		return nil, err
	}
	booked, err := s.newAppointments(r.random, staff*gridPerStaff)
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
	b := newBooked()
	turns := len(s.staff) * s.days
	for turn := range turns {
		// As many of n as are due after this turn, less those before it.
		count := (turn+1)*n/turns - turn*n/turns
		b.day(s, random, s.staff[turn%len(s.staff)], s.first.AddDays(turn/len(s.staff)).Start(loc), count)
	}
	return b.tables(), nil
}

func newBooked() *booked {
	return &booked{
		appointments: rows{table: "appointments", columns: "tenant_id id outlet_id customer_id status payment_status appointment_type source starts_at ends_at total_price currency confirmed_at created_at updated_at"},
		sessions:     rows{table: "sessions", columns: "tenant_id id outlet_id service_id subject_keys starts_at ends_at busy capacity created_at"},
		occupancies:  rows{table: "occupancies", columns: "tenant_id subject_key busy_from busy_to session_id"},
		lines:        rows{table: "appointment_lines", columns: "tenant_id id appointment_id position customer_id service_id staff_id service_name staff_name price price_source duration_minutes preparation_minutes cleanup_minutes starts_at ends_at session_id seat capacity"},
	}
}

// tables are the rows in the order in which they refer to each other.
func (b *booked) tables() []rows { return []rows{b.appointments, b.sessions, b.occupancies, b.lines} }

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
// those that leave 31. A server keeps what it answered until something is written in
// the tenant; so something is, before each.
func (r *run) measureGrid(ctx context.Context, s *salon) error {
	var err error
	if r.report.Grid, err = r.grids(ctx, s, 1, gridRequests, gridDays); err != nil {
		return err
	}
	if r.report.GridEight, err = r.grids(ctx, s, gridClients, gridRequests, gridDays); err != nil {
		return err
	}
	same := func(ctx context.Context) error { return r.askGrid(ctx, s, s.first, gridDays) }
	if t := repeat(ctx, 1, 1, same); t.firstErr != nil {
		return t.firstErr
	}
	t := repeat(ctx, 1, gridRequests, same)
	r.report.GridKept = latency(1, t)
	return r.settle(ctx, "the same grid", t)
}

// grids measures n grids of so many days.
func (r *run) grids(ctx context.Context, s *salon, clients, n, days int) (Latency, error) {
	var mu sync.Mutex // of the random numbers
	ask := func(ctx context.Context) error {
		mu.Lock()
		first := s.first.AddDays(r.random.IntN(s.days - days + 1))
		mu.Unlock()
		return r.askGrid(ctx, s, first, days)
	}
	write := func(ctx context.Context) error { return r.touch(ctx, s) }
	if t := repeatAfter(ctx, clients, n/10, write, ask); t.firstErr != nil {
		return Latency{}, t.firstErr
	}
	t := repeatAfter(ctx, clients, n, write, ask)
	return latency(clients, t), r.settle(ctx, "grid", t)
}

func (r *run) askGrid(ctx context.Context, s *salon, first civil.Date, days int) error {
	status, err := r.api.call(ctx, "", "GET", gridPath(s.services[0].id, s.outlet, first, days), nil, nil)
	return expecting(200, status, err)
}

// touch writes what every change in a tenant writes, and changes nothing.
func (r *run) touch(ctx context.Context, s *salon) error {
	_, err := r.driver.Exec(ctx, `
		INSERT INTO audit_log (tenant_id, at, actor_kind, action, object_kind, object_id)
		VALUES ($1, now(), 'system', 'benchmark', 'outlet', $2)`, s.tenant, s.outlet)
	return err
}

// measureGrowth measures grids of ever more staff members and days. Everybody's diary
// is as full as in the salon of the grid.
func (r *run) measureGrowth(ctx context.Context, fifty *salon) error {
	for _, size := range []struct{ staff, days int }{
		{1, gridDays}, {10, gridDays}, {gridStaff, gridDays}, {200, gridDays}, {gridStaff, 1}, {gridStaff, 7},
	} {
		s := fifty
		if size.staff != gridStaff {
			var err error
			if s, err = r.loadGridSalon(ctx, size.staff); err != nil {
				return err
			}
			if _, err := r.driver.Exec(ctx, "VACUUM ANALYZE"); err != nil {
				return err
			}
		}
		l, err := r.grids(ctx, s, 1, growthRequests, size.days)
		if err != nil {
			return err
		}
		r.report.Growth = append(r.report.Growth, Growth{Staff: size.staff, Days: size.days, P50MS: l.P50MS, P95MS: l.P95MS})
	}
	return ctx.Err()
}

// measureCalendar reads random weeks of the diary of 50 staff members, as the desk
// does.
func (r *run) measureCalendar(ctx context.Context, s *salon) error {
	read := func(ctx context.Context) error {
		date := s.first.AddDays(7 + r.random.IntN(s.days-14))
		status, err := r.api.call(ctx, s.token, "GET", fmt.Sprintf("/appointments/calendar?view=week&date=%s&outlet_id=%s", date, s.outlet), nil, nil)
		return expecting(200, status, err)
	}
	if t := repeat(ctx, 1, calendarRequests/10, read); t.firstErr != nil {
		return t.firstErr
	}
	t := repeat(ctx, 1, calendarRequests, read)
	r.report.Calendar = latency(1, t)
	return r.settle(ctx, "calendar", t)
}

func gridPath(service, outlet id.ID, first civil.Date, days int) string {
	return fmt.Sprintf("/public/availability/grid?service_id=%s&outlet_id=%s&start_date=%s&num_days=%d&slot_interval_minutes=%d",
		service, outlet, first, days, gridInterval)
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
