package appointments_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

func (s *salon) to(clock string) appointments.Reschedule {
	s.t.Helper()
	at, err := civil.ParseClock(clock)
	if err != nil {
		s.t.Fatal(err)
	}
	return appointments.Reschedule{NewDate: s.date, NewTime: at}
}

func (s *salon) move(a appointments.Appointment, clock string) (appointments.Appointment, error) {
	return s.ops.Reschedule(context.Background(), s.desk(), a.ID, s.to(clock))
}

// whole fails unless seats, sessions and occupancies say the same.
func (s *salon) whole() {
	s.t.Helper()
	for what, sql := range map[string]string{
		"seats of appointments that ended": `
			SELECT count(*) FROM appointment_lines l JOIN appointments a ON a.tenant_id = $1 AND a.id = l.appointment_id
			WHERE l.tenant_id = $1 AND l.seat IS NOT NULL AND a.status IN ('cancelled', 'no_show')`,
		"appointments that stand without a seat": `
			SELECT count(*) FROM appointment_lines l JOIN appointments a ON a.tenant_id = $1 AND a.id = l.appointment_id
			WHERE l.tenant_id = $1 AND l.seat IS NULL AND a.status IN ('pending', 'confirmed')`,
		"sessions at another time than their lines": `
			SELECT count(*) FROM appointment_lines l JOIN sessions s ON s.tenant_id = $1 AND s.id = l.session_id
			WHERE l.tenant_id = $1 AND l.starts_at <> s.starts_at`,
		"sessions without anybody": `
			SELECT count(*) FROM sessions s
			WHERE s.tenant_id = $1 AND NOT EXISTS (SELECT 1 FROM appointment_lines l WHERE l.tenant_id = $1 AND l.session_id = s.id)`,
		"occupancies of nothing": `
			SELECT count(*) FROM occupancies o
			WHERE o.tenant_id = $1 AND NOT EXISTS (SELECT 1 FROM appointment_lines l WHERE l.tenant_id = $1 AND l.session_id = o.session_id)`,
	} {
		if n := s.counted(sql, s.tenant); n != 0 {
			s.t.Errorf("%d %s", n, what)
		}
	}
}

func TestManyMoveToOneSlot(t *testing.T) {
	s := newSalon(t, 1)
	var all []appointments.Appointment
	for _, clock := range []string{"08:00", "09:00", "10:00", "11:00", "12:00", "13:00"} {
		all = append(all, s.mustBook(s.booking(clock, s.haircut)))
	}
	won := storm(t, len(all), func(i int) error {
		_, err := s.move(all[i], "15:00")
		return err
	}, appointments.ErrSlotTaken)
	if won != 1 {
		t.Errorf("%d moved to one slot", won)
	}
	s.whole()
}

func TestMovesAndBookingsMeet(t *testing.T) {
	s := newSalon(t, 2)
	first, second := s.mustBook(s.booking("08:00", s.haircut)), s.mustBook(s.booking("09:00", s.haircut))
	won := storm(t, 24, func(i int) error {
		switch i % 3 {
		case 0:
			_, err := s.move(first, "15:00")
			return err
		case 1:
			_, err := s.move(second, "15:30")
			return err
		}
		b := s.booking("15:00", s.haircut)
		_, err := s.book(b)
		return err
	}, appointments.ErrSlotTaken)
	if won == 0 {
		t.Error("nobody got a slot of two")
	}
	if n := s.counted(`SELECT count(*) FROM occupancies WHERE tenant_id = $1 AND busy_from <= $2 AND busy_to > $2`,
		s.tenant, s.date.Start(time.UTC).Add(8*time.Hour+30*time.Minute)); n > 2 { // half past three in Jakarta
		t.Errorf("%d at once with two staff members", n)
	}
	s.whole()
}

// Two that want each other's time wait for nobody and are both refused, or one finds
// the other gone.
func TestTwoWantEachOthersTime(t *testing.T) {
	s := newSalon(t, 1)
	for range 10 {
		a, b := s.mustBook(s.booking("08:00", s.haircut)), s.mustBook(s.booking("09:00", s.haircut))
		storm(t, 2, func(i int) error {
			var err error
			if i == 0 {
				_, err = s.move(a, "09:00")
			} else {
				_, err = s.move(b, "08:00")
			}
			return err
		}, appointments.ErrSlotTaken)
		s.whole()
		for _, gone := range []appointments.Appointment{a, b} {
			if _, err := s.ops.Cancel(context.Background(), s.desk(), gone.ID, "again"); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestMoveMeetsCancel(t *testing.T) {
	s := newSalon(t, 1)
	for range 20 {
		a := s.mustBook(s.booking("08:00", s.haircut))
		var moved, cancelled error
		var group sync.WaitGroup
		group.Go(func() { _, moved = s.move(a, "10:00") })
		group.Go(func() { _, cancelled = s.ops.Cancel(context.Background(), s.desk(), a.ID, "ill") })
		group.Wait()
		if cancelled != nil || moved != nil && !errors.Is(moved, appointments.ErrTransition) {
			t.Fatalf("moved: %v, cancelled: %v", moved, cancelled)
		}
		if n := s.counted(`SELECT count(*) FROM occupancies WHERE tenant_id = $1`, s.tenant); n != 0 {
			t.Fatalf("%d occupancies are left", n)
		}
	}
	s.whole()
}

func TestOneOfTwoReceptionistsWins(t *testing.T) {
	s := newSalon(t, 4)
	a := s.mustBook(s.booking("08:00", s.haircut))
	won := storm(t, 8, func(i int) error {
		in := s.to([]string{"10:00", "11:00", "12:00", "13:00"}[i%4])
		in.Version = &a.Version
		_, err := s.ops.Reschedule(context.Background(), s.desk(), a.ID, in)
		return err
	}, appointments.ErrStale)
	if won != 1 {
		t.Errorf("%d of those who read one version moved it", won)
	}
	s.whole()
}

func TestSeatsOfGroupSessionsMove(t *testing.T) {
	s := newSalon(t, 1)
	var all []appointments.Appointment
	for range 30 {
		b := s.booking("08:00", s.yoga)
		if len(all) >= 20 {
			b = s.booking("10:00", s.yoga)
		}
		b.Customer = s.addCustomer()
		all = append(all, s.mustBook(b))
	}
	// Ten seats are free at ten; all of eight o'clock want one, and those of ten leave
	// for eight.
	storm(t, len(all), func(i int) error {
		clock := "10:00"
		if i >= 20 {
			clock = "08:00"
		}
		_, err := s.move(all[i], clock)
		return err
	}, appointments.ErrSlotTaken)
	s.whole()
	if n := s.counted(`SELECT count(*) FROM sessions WHERE tenant_id = $1`, s.tenant); n > 2 {
		t.Errorf("%d sessions", n)
	}
	if n := s.counted(`SELECT count(*) FROM appointment_lines WHERE tenant_id = $1 AND seat IS NOT NULL`, s.tenant); n != 30 {
		t.Errorf("%d seats", n)
	}
}

func TestAMoveMayOverlapItself(t *testing.T) {
	s := newSalon(t, 1)
	a := s.mustBook(s.booking("10:00", s.haircut, s.haircut))
	for _, clock := range []string{"10:30", "11:00", "10:05", "09:10"} {
		moved, err := s.move(a, clock)
		if err != nil || moved.StartTime.String() != clock {
			t.Fatalf("to %s: %v", clock, err)
		}
		if moved.TotalPrice != a.TotalPrice || *moved.Services[0].StaffID != *a.Services[0].StaffID {
			t.Errorf("price or staff changed: %+v", moved)
		}
		s.whole()
	}
	// The only one of a group session takes it along.
	alone := s.mustBook(s.booking("14:00", s.yoga))
	if _, err := s.move(alone, "14:30"); err != nil {
		t.Error(err)
	}
	s.whole()
}

func TestOnlyTheDeskReassigns(t *testing.T) {
	s := newSalon(t, 2)
	b := s.booking("10:00", s.haircut)
	b.Lines[0].Staff = s.staff[0]
	a := s.mustBook(b)
	who := access.Staff{UserID: id.New(), Tenant: s.tenant, Role: access.StaffRole, Outlets: []id.ID{s.outlet}}
	in := appointments.Reassign{ServiceID: s.haircut, StaffID: &s.staff[1]}
	if _, err := s.ops.Reassign(context.Background(), who, a.ID, in); !errors.Is(err, appointments.ErrNotYours) {
		t.Errorf("got %v", err)
	}
	moved, err := s.ops.Reassign(context.Background(), s.desk(), a.ID, in)
	if err != nil || *moved.Services[0].StaffID != s.staff[1] || moved.Version != a.Version+1 || moved.RescheduledAt != nil {
		t.Fatalf("%+v, %v", moved, err)
	}
	s.whole()
	s.mustBook(b)
	if _, err := s.ops.Reassign(context.Background(), s.desk(), a.ID, appointments.Reassign{ServiceID: s.haircut, StaffID: &s.staff[0]}); !errors.Is(err, appointments.ErrSlotTaken) {
		t.Errorf("taken staff: %v", err)
	}
}
