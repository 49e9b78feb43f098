package appointments_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/civil"
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
