package appointments_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"reserva/internal/calendar/appointments"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

func TestBookStoresWhatTheEngineChose(t *testing.T) {
	s := newSalon(t, 2)
	a := s.mustBook(s.booking("10:00", s.haircut, s.haircut))
	if a.Status != appointments.Confirmed || a.StartTime.String() != "10:00" || a.EndTime.String() != "12:00" {
		t.Errorf("got %s from %s to %s", a.Status, a.StartTime, a.EndTime)
	}
	if a.TotalPrice.String() != "300000" || len(a.Services) != 2 || a.Services[1].StartTime.String() != "11:00" {
		t.Errorf("total %s, services %+v", a.TotalPrice, a.Services)
	}
	read, err := s.ops.Get(context.Background(), s.tenant, s.desk(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if read.StartsAt != a.StartsAt || read.Version != a.Version || len(read.Services) != 2 || read.CustomerName != "Siti Rahma" {
		t.Errorf("read back %+v", read)
	}
}

func TestTakenSlotNamesReasonAndNextStarts(t *testing.T) {
	s := newSalon(t, 1)
	s.mustBook(s.booking("10:00", s.haircut))
	_, err := s.book(s.booking("10:30", s.haircut))
	refused, ok := fault.As(err)
	if !ok || !errors.Is(err, appointments.ErrSlotTaken) {
		t.Fatalf("got %v", err)
	}
	if refused.Extra["reason"] != "booking_conflict" {
		t.Errorf("reason %v", refused.Extra["reason"])
	}
	next, _ := refused.Extra["next_available"].([]string)
	if len(next) == 0 || next[0] != "11:00" {
		t.Errorf("next %v", next)
	}
	if _, err := s.book(s.booking("11:00", s.haircut)); err != nil {
		t.Errorf("what was offered is refused: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	s := newSalon(t, 1)
	for _, c := range []struct {
		name  string
		clock string
		edit  func(*appointments.Booking)
		want  error
	}{
		{"off the raster", "10:02", nil, appointments.ErrRaster},
		{"nobody works", "06:00", nil, appointments.ErrSlotTaken},
		{"past", "10:00", func(b *appointments.Booking) { b.Date = b.Date.AddDays(-9) }, appointments.ErrPast},
		{"too far for customers", "10:00", func(b *appointments.Booking) { b.Date = b.Date.AddDays(400); b.Audience = availability.Online }, appointments.ErrOutsideWindow},
		{"unknown customer", "10:00", func(b *appointments.Booking) { b.Customer = id.New() }, appointments.ErrCustomerNotFound},
		{"unknown outlet", "10:00", func(b *appointments.Booking) { b.Outlet = id.New() }, availability.ErrOutletNotFound},
		{"unknown service", "10:00", func(b *appointments.Booking) { b.Lines[0].Service = id.New() }, availability.ErrServiceNotFound},
		{"unknown staff", "10:00", func(b *appointments.Booking) { b.Lines[0].Staff = id.New() }, availability.ErrStaffNotFound},
		{"unqualified staff", "10:00", func(b *appointments.Booking) {
			b.Lines = append(b.Lines, appointments.BookingLine{Service: s.pods, Staff: s.staff[0]})
		}, availability.ErrStaffNotQualified},
	} {
		b := s.booking(c.clock, s.haircut)
		if c.edit != nil {
			c.edit(&b)
		}
		if _, err := s.book(b); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
	if n := s.counted(`SELECT count(*) FROM appointments WHERE tenant_id = $1`, s.tenant); n != 0 {
		t.Errorf("%d appointments are left of refused bookings", n)
	}
}

// storm runs fn n times at once and counts successes; every error must be one of
// the allowed faults.
func storm(t *testing.T, n int, fn func(i int) error, allowed ...error) int {
	t.Helper()
	var won atomic.Int64
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			err := fn(i)
			if err == nil {
				won.Add(1)
				return
			}
			for _, a := range allowed {
				if errors.Is(err, a) {
					return
				}
			}
			t.Errorf("attempt %d: %v", i, err)
		})
	}
	group.Wait()
	return int(won.Load())
}

func TestOneSeatHasOneWinner(t *testing.T) {
	s := newSalon(t, 3)
	won := storm(t, 64, func(int) error {
		_, err := s.book(s.booking("10:00", s.haircut))
		return err
	}, appointments.ErrSlotTaken)
	if won != 3 {
		t.Errorf("%d won, want one for each of 3 staff members", won)
	}
	if n := s.counted(`SELECT count(*) FROM occupancies WHERE tenant_id = $1`, s.tenant); n != 3 {
		t.Errorf("%d occupancies", n)
	}
	if n := s.counted(`SELECT count(*) FROM sessions WHERE tenant_id = $1`, s.tenant); n != 3 {
		t.Errorf("%d sessions: losers left something", n)
	}
}

func TestGroupSessionFillsToItsCapacity(t *testing.T) {
	s := newSalon(t, 1)
	customers := make([]id.ID, 40)
	for i := range customers {
		customers[i] = s.addCustomer()
	}
	won := storm(t, len(customers), func(i int) error {
		b := s.booking("10:00", s.yoga)
		b.Customer = customers[i]
		_, err := s.book(b)
		return err
	}, appointments.ErrSlotTaken)
	if won != 20 {
		t.Errorf("%d won, want 20 seats", won)
	}
	if n := s.counted(`SELECT count(*) FROM sessions WHERE tenant_id = $1`, s.tenant); n != 1 {
		t.Errorf("%d sessions, want 1", n)
	}
	b := s.booking("10:00", s.yoga)
	b.Customer = customers[0]
	if _, err := s.book(b); !errors.Is(err, appointments.ErrSlotTaken) && !errors.Is(err, appointments.ErrAlreadyBooked) {
		t.Errorf("full session: %v", err)
	}
}

func TestSameCustomerTwiceInASession(t *testing.T) {
	s := newSalon(t, 1)
	s.mustBook(s.booking("10:00", s.yoga))
	if _, err := s.book(s.booking("10:00", s.yoga)); !errors.Is(err, appointments.ErrAlreadyBooked) {
		t.Errorf("got %v", err)
	}
}

func TestServiceWithoutStaffHasOneUnit(t *testing.T) {
	s := newSalon(t, 0)
	won := storm(t, 16, func(int) error {
		_, err := s.book(s.booking("10:00", s.pods))
		return err
	}, appointments.ErrSlotTaken)
	if won != 1 {
		t.Errorf("%d won, want 1", won)
	}
	s.mustBook(s.booking("11:00", s.pods))
}

// The unit is made by the first booking, also where that takes it several times.
func TestServiceWithoutStaffBackToBack(t *testing.T) {
	s := newSalon(t, 0)
	s.mustBook(s.booking("10:00", s.pods, s.pods, s.pods))
	if _, err := s.book(s.booking("12:00", s.pods)); !errors.Is(err, appointments.ErrSlotTaken) {
		t.Errorf("a third time at once: %v", err)
	}
	s.mustBook(s.booking("13:00", s.pods))
}

func TestCancelGivesTheTimeBack(t *testing.T) {
	s := newSalon(t, 1)
	a := s.mustBook(s.booking("10:00", s.haircut))
	if _, err := s.ops.Cancel(context.Background(), s.desk(), a.ID, "ill"); err != nil {
		t.Fatal(err)
	}
	s.mustBook(s.booking("10:00", s.haircut))
	if _, err := s.ops.Cancel(context.Background(), s.desk(), a.ID, "ill"); !errors.Is(err, appointments.ErrTransition) {
		t.Errorf("cancelled twice: %v", err)
	}
}

func TestLapsedHoldNoLongerCounts(t *testing.T) {
	s := newSalon(t, 1)
	b := s.booking("10:00", s.haircut)
	b.AlwaysPending = true
	held := s.mustBook(b)
	if _, err := s.book(s.booking("10:00", s.haircut)); !errors.Is(err, appointments.ErrSlotTaken) {
		t.Fatalf("held time was given away: %v", err)
	}
	s.platform(func(tx *db.Tx) {
		tx.Exec(`UPDATE appointments SET hold_until = $2 WHERE tenant_id = $1`, s.tenant, tx.Now())
		tx.Exec(`UPDATE appointment_lines SET lapses_at = $2 WHERE tenant_id = $1`, s.tenant, tx.Now())
		tx.Exec(`UPDATE occupancies SET lapses_at = $2 WHERE tenant_id = $1`, s.tenant, tx.Now())
	})
	a, err := s.ops.Get(context.Background(), s.tenant, s.desk(), held.ID)
	if err != nil || a.Status != appointments.Cancelled {
		t.Errorf("lapsed hold shows as %s, %v", a.Status, err)
	}
	s.mustBook(s.booking("10:00", s.haircut))
	if _, err := s.ops.Confirm(context.Background(), s.desk(), held.ID); !errors.Is(err, appointments.ErrHoldLapsed) {
		t.Errorf("confirm after the lapse: %v", err)
	}
	if err := s.ops.Expire(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := s.counted(`SELECT count(*) FROM appointments WHERE tenant_id = $1 AND status = 'cancelled' AND cancelled_by = 'system'`, s.tenant); n != 1 {
		t.Errorf("%d tidied", n)
	}
}

// An outlet or a staff member that goes while a booking is on its way takes the
// booking with it, or stays.
func TestBookingNeverOutlivesItsStaff(t *testing.T) {
	for range 20 {
		s := newSalon(t, 1)
		var booked, removed error
		var group sync.WaitGroup
		group.Go(func() { _, booked = s.book(s.booking("10:00", s.haircut)) })
		group.Go(func() {
			removed = s.db.Update(context.Background(), s.tenant, func(tx *db.Tx) error {
				_, err := tx.ExecNow(context.Background(), `
					SELECT id FROM staff WHERE tenant_id = $1 AND id = $2 FOR UPDATE`, s.tenant, s.staff[0])
				if err != nil {
					return err
				}
				busy, err := db.One[int](context.Background(), tx, `
					SELECT count(*) FROM appointment_lines WHERE tenant_id = $1 AND staff_id = $2 AND session_id IS NOT NULL`, s.tenant, s.staff[0])
				if err != nil || busy > 0 {
					return errors.Join(err, errBusy)
				}
				tx.Exec(`UPDATE staff SET deleted_at = $3, is_active = false WHERE tenant_id = $1 AND id = $2`, s.tenant, s.staff[0], tx.Now())
				return nil
			})
		})
		group.Wait()
		if booked == nil && removed == nil {
			t.Fatal("booked with somebody who was removed")
		}
		if booked != nil && removed != nil {
			t.Fatalf("both refused: %v, %v", booked, removed)
		}
	}
}

var errBusy = errors.New("has appointments")
