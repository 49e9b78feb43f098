package appointments_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
)

// BenchmarkBook books free times of 20 staff members over 60 days, from 16
// goroutines.
func BenchmarkBook(b *testing.B) {
	s := newSalonFor(b, 20, 60)
	var next atomic.Int64
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := int(next.Add(1))
			booking := s.booking("08:00", s.haircut)
			booking.Lines[0].Staff = s.staff[n%20]
			booking.Date = s.date.AddDays(n / 20 % 60)
			booking.Start += civil.Clock(60 * (n / 1200 % 12))
			if _, err := s.ops.Book(context.Background(), s.tenant, booking); err != nil && !errors.Is(err, appointments.ErrSlotTaken) {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkCalendar reads a week of 50 staff members with eight appointments a day.
func BenchmarkCalendar(b *testing.B) {
	const staff = 50
	s := newSalonFor(b, staff, 14)
	monday := s.date.AddDays((7 - s.date.Weekday()) % 7)
	members := make([]string, staff)
	for i, member := range s.staff {
		members[i] = string(member)
	}
	s.platform(func(tx *db.Tx) {
		tx.Exec(`
			INSERT INTO appointments (tenant_id, id, outlet_id, customer_id, status, payment_status, appointment_type, source, starts_at, ends_at,
				total_price, currency, created_at, updated_at)
			SELECT $1, left(md5($1 || d || '-' || n || '-' || m), 24), $2, $3, 'confirmed', 'pending', 'scheduled', 'staff',
				$4::date + make_interval(days => d, hours => 1 + n), $4::date + make_interval(days => d, hours => 2 + n), 150000, 'IDR', $5, $5
			FROM generate_series(0, 6) d, generate_series(1, 8) n, generate_series(1, 50) m`, s.tenant, s.outlet, s.customer, monday, tx.Now())
		tx.Exec(`
			INSERT INTO appointment_lines (tenant_id, id, appointment_id, position, customer_id, service_id, staff_id, service_name, staff_name, price,
				price_source, duration_minutes, preparation_minutes, cleanup_minutes, starts_at, ends_at)
			SELECT a.tenant_id, a.id, a.id, 0, a.customer_id, $2, ($3::text[])[1 + (row_number() OVER (ORDER BY a.starts_at, a.id) - 1) % 50],
				'Service', 'Ayu Lestari', 150000, 'base', 60, 0, 0, a.starts_at, a.ends_at
			FROM appointments a WHERE a.tenant_id = $1`, s.tenant, s.haircut, members)
	})
	who, ask := s.desk(), appointments.CalendarAsk{View: "week", Date: monday, Outlet: s.outlet}
	b.ReportAllocs()
	for b.Loop() {
		c, err := s.ops.Calendar(b.Context(), who, ask)
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, day := range c.Days {
			n += len(day)
		}
		if n != 7*8*staff || len(c.Staff) != staff {
			b.Fatalf("%d appointments of %d staff members", n, len(c.Staff))
		}
	}
}
