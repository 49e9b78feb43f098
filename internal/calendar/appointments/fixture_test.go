package appointments_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/calendar/appointments"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// salon is a tenant with an outlet that is open all day in Jakarta, staff who
// always work, and services, made by SQL so that these tests need no other feature.
type salon struct {
	t        testing.TB
	db       *db.DB
	ops      *appointments.Operations
	tenant   id.ID
	outlet   id.ID
	staff    []id.ID
	haircut  id.ID // an hour, one seat
	yoga     id.ID // an hour, twenty seats
	pods     id.ID // an hour, needs no staff
	customer id.ID
	date     civil.Date // the first of the days on which staff work
	days     int
}

func newSalon(t testing.TB, staff int) *salon { return newSalonFor(t, staff, 1) }

func newSalonFor(t testing.TB, staff, days int) *salon {
	t.Helper()
	d := testkit.DB(t)
	s := &salon{
		t: t, db: d, ops: appointments.New(d), tenant: id.New(), outlet: id.New(),
		haircut: id.New(), yoga: id.New(), pods: id.New(),
		date: civil.Of(time.Now(), time.UTC).AddDays(7), days: days,
	}
	s.platform(func(tx *db.Tx) {
		tx.Exec(`INSERT INTO tenants (id, slug, name, email, phone, created_at, updated_at) VALUES ($1, $2, 'Salon', 'a@b.c', '+62', $3, $3)`,
			s.tenant, "salon-"+string(s.tenant), tx.Now())
		tx.Exec(`INSERT INTO subscriptions (tenant_id, id, plan, current_period_start, current_period_end, created_at, updated_at)
			VALUES ($1, $2, 'ENTERPRISE', $3, $3, $3, $3)`, s.tenant, id.New(), tx.Now())
		tx.Exec(`INSERT INTO outlets (tenant_id, id, slug, name, timezone, created_at, updated_at) VALUES ($1, $2, 'main', 'Main', 'Asia/Jakarta', $3, $3)`,
			s.tenant, s.outlet, tx.Now())
		for _, sv := range []struct {
			id       id.ID
			parallel int
			staffed  bool
		}{{s.haircut, 1, true}, {s.yoga, 20, true}, {s.pods, 1, false}} {
			tx.Exec(`INSERT INTO services (tenant_id, id, slug, name, duration_minutes, requires_staff, allow_parallel_bookings, max_parallel_bookings,
					base_price, currency, created_at, updated_at)
				VALUES ($1, $2, $3, 'Service', 60, $4, $5, $6, 150000, 'IDR', $7, $7)`,
				s.tenant, sv.id, "s-"+string(sv.id), sv.staffed, sv.parallel > 1, sv.parallel, tx.Now())
		}
	})
	for range staff {
		s.addStaff()
	}
	s.customer = s.addCustomer()
	return s
}

func (s *salon) platform(fn func(tx *db.Tx)) {
	s.t.Helper()
	if err := s.db.Platform(context.Background(), "fixture", func(tx *db.Tx) error { fn(tx); return nil }); err != nil {
		s.t.Fatal(err)
	}
}

func (s *salon) addStaff() {
	member := id.New()
	s.platform(func(tx *db.Tx) {
		tx.Exec(`WITH subject AS (INSERT INTO subjects (tenant_id, kind) VALUES ($1, 'staff') RETURNING key)
			INSERT INTO staff (tenant_id, id, subject_key, outlet_id, first_name, last_name, email, phone, created_at, updated_at)
			SELECT $1, $2, key, $3, 'Ayu', 'Lestari', $4, '+62', $5, $5 FROM subject`,
			s.tenant, member, s.outlet, string(member)+"@example.com", tx.Now())
		tx.Exec(`INSERT INTO staff_outlets (tenant_id, staff_id, outlet_id) VALUES ($1, $2, $3)`, s.tenant, member, s.outlet)
		tx.Exec(`INSERT INTO staff_services (tenant_id, staff_id, service_id) VALUES ($1, $2, $3), ($1, $2, $4)`, s.tenant, member, s.haircut, s.yoga)
		tx.Exec(`INSERT INTO availability_entries (tenant_id, id, staff_id, outlet_id, date, starts, ends, type, is_available, created_at, updated_at)
			SELECT $1, left(md5($3 || '-' || n), 24), $3, $4, $2::date + n, 480, 1200, 'working_hours', true, $5, $5 FROM generate_series(0, $6::int) n`,
			s.tenant, s.date, member, s.outlet, tx.Now(), s.days-1)
	})
	s.staff = append(s.staff, member)
}

func (s *salon) addCustomer() id.ID {
	customer := id.New()
	s.platform(func(tx *db.Tx) {
		tx.Exec(`INSERT INTO customers (tenant_id, id, first_name, last_name, source, created_at, updated_at) VALUES ($1, $2, 'Siti', 'Rahma', 'walk_in', $3, $3)`,
			s.tenant, customer, tx.Now())
	})
	return customer
}

func (s *salon) desk() access.Staff {
	return access.Staff{UserID: id.New(), Tenant: s.tenant, Role: access.TenantAdmin}
}

func (s *salon) booking(clock string, services ...id.ID) appointments.Booking {
	s.t.Helper()
	start, err := civil.ParseClock(clock)
	if err != nil {
		s.t.Fatal(err)
	}
	b := appointments.Booking{
		Outlet: s.outlet, Customer: s.customer, Date: s.date, Start: start, Type: "scheduled", Source: "staff",
		Audience: availability.Desk, By: s.desk(),
	}
	for _, service := range services {
		b.Lines = append(b.Lines, appointments.BookingLine{Service: service})
	}
	return b
}

func (s *salon) book(b appointments.Booking) (appointments.Appointment, error) {
	return s.ops.Book(context.Background(), s.tenant, b)
}

func (s *salon) mustBook(b appointments.Booking) appointments.Appointment {
	s.t.Helper()
	a, err := s.book(b)
	if err != nil {
		s.t.Fatalf("book: %v", err)
	}
	return a
}

// counted reads one number.
func (s *salon) counted(sql string, args ...any) (n int) {
	s.t.Helper()
	err := s.db.View(context.Background(), s.tenant, func(tx *db.Tx) (err error) {
		n, err = db.One[int](context.Background(), tx, sql, args...)
		return err
	})
	if err != nil {
		s.t.Fatal(fmt.Errorf("%s: %w", sql, err))
	}
	return n
}
