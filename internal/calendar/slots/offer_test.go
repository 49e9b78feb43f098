package slots

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/kit/civil"
)

// brief shows slots as "10:00-11:55 2/3" or "10:00-11:55 0/3 booking_conflict".
func brief(slots []Slot, day *Day) (texts []string) {
	for _, s := range slots {
		text := fmt.Sprintf("%v-%v %d/%d", civil.ClockOf(s.Start, day.Location()), civil.ClockOf(s.End, day.Location()), s.Seats, s.MaxSeats)
		if !s.Available {
			text += " " + s.Reason.String()
		}
		texts = append(texts, text)
	}
	return texts
}

func TestStarts(t *testing.T) {
	s := newSalon(t)
	booked, late := s.member(1), Member{Key: 2, Working: []Shift{{Wall: wall(t, "12:00-17:00")}}}
	booked.Busy = []Busy{s.busy("13:00", "14:00")}
	yoga := Service{Duration: 60, Capacity: 5}
	teacher := s.member(3)
	s.begun(&teacher, yoga, Run{"yoga", s.at("10:00"), 2, 5})
	s.begun(&teacher, yoga, Run{"more", s.at("13:00"), 5, 5})
	small := s.member(4)
	small.Working[0].Seats = 2
	byName := s.member(5)
	byName.Wanted = true
	tests := []struct {
		name     string
		hours    []Wall
		leg      Leg
		interval int
		policy   Policy
		want     []string
	}{
		{"buffers, past, notice, horizon", walls(t, "10:00-18:00"),
			Leg{Service{Preparation: 15, Duration: 90, Cleanup: 10}, []Member{s.member(1)}}, 60,
			Policy{Now: s.at("10:30"), NotBefore: s.at("11:30"), NotAfter: s.at("14:00")},
			[]string{
				"10:00-11:55 0/1 past", "11:00-12:55 0/1 outside_window", "12:00-13:55 1/1", "13:00-14:55 1/1", "14:00-15:55 1/1",
				"15:00-16:55 0/1 outside_window", "16:00-17:55 0/0 outside_window",
			}},
		{"each opening has its own grid", walls(t, "09:10-11:00", "13:20-15:00"),
			Leg{Service{Duration: 45}, []Member{s.member(1)}}, 45, Policy{},
			[]string{"09:10-09:55 1/1", "09:55-10:40 1/1", "13:20-14:05 1/1", "14:05-14:50 1/1"}},
		{"touching openings are one", walls(t, "13:00-14:00", "12:20-13:00"),
			Leg{Service{Duration: 30}, []Member{s.member(1)}}, 30, Policy{},
			[]string{"12:20-12:50 1/1", "12:50-13:20 1/1", "13:20-13:50 1/1"}},
		{"the count of free members", walls(t, "11:00-15:00"), Leg{Service{Duration: 60}, []Member{booked, late}}, 60, Policy{},
			[]string{"11:00-12:00 1/1", "12:00-13:00 2/2", "13:00-14:00 1/2", "14:00-15:00 2/2"}},
		{"pairs of members", walls(t, "11:00-15:00"), Leg{Service{Duration: 60, RequiredStaff: 2}, []Member{booked, late, s.member(3)}}, 60, Policy{},
			[]string{"11:00-12:00 1/1", "12:00-13:00 1/1", "13:00-14:00 1/1", "14:00-15:00 1/1"}},
		{"the sum of seats", walls(t, "10:00-14:00"), Leg{yoga, []Member{teacher, small}}, 60, Policy{},
			[]string{"10:00-11:00 5/7", "11:00-12:00 7/7", "12:00-13:00 7/7", "13:00-14:00 2/7"}},
		{"full", walls(t, "13:00-14:00"), Leg{yoga, []Member{teacher}}, 60, Policy{}, []string{"13:00-14:00 0/5 capacity_full"}},
		{"one member by name", walls(t, "13:00-14:00"), Leg{yoga, []Member{small, byName}}, 60, Policy{}, []string{"13:00-14:00 5/5"}},
		{"a pair with one by name", walls(t, "13:00-14:00"),
			Leg{Service{Duration: 60, RequiredStaff: 2}, []Member{s.member(1), s.member(2), s.member(3), byName}}, 60, Policy{},
			[]string{"13:00-14:00 1/1"}},
		{"nobody needed", walls(t, "13:00-14:00"), Leg{Service{Duration: 60, Capacity: 3, Unattended: true}, nil}, 60, Policy{},
			[]string{"13:00-14:00 3/3"}},
		{"nobody there", walls(t, "13:00-14:00"), Leg{Service{Duration: 60}, nil}, 60, Policy{},
			[]string{"13:00-14:00 0/0 service_not_offered"}},
		{"no length", walls(t, "13:00-14:00"), Leg{Service{}, []Member{s.member(1)}}, 60, Policy{}, nil},
		{"an interval off the raster", walls(t, "13:00-13:25"), Leg{Service{Duration: 5}, []Member{s.member(1)}}, 7, Policy{},
			[]string{"13:00-13:05 1/1", "13:10-13:15 1/1", "13:20-13:25 1/1"}},
		{"no interval", walls(t, "13:00-13:10"), Leg{Service{Duration: 5}, []Member{s.member(1)}}, 0, Policy{},
			[]string{"13:00-13:05 1/1", "13:05-13:10 1/1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := NewBoard(s.day, tt.hours, tt.policy).Starts(nil, tt.leg, tt.interval)
			if diff := cmp.Diff(tt.want, brief(got, s.day)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A night club's grid on the nights when the clock is changed.
func TestStartsWhereTheClockChanges(t *testing.T) {
	tests := []struct {
		zone, date string
		want       []string
	}{
		{"Europe/Berlin", "2026-03-29", []string{"01:00-01:30 1/1", "01:30-03:00 1/1", "03:00-03:30 1/1", "03:30-04:00 1/1"}},
		{"Europe/Berlin", "2026-10-25", []string{
			"01:00-01:30 1/1", "01:30-02:00 1/1", "02:00-02:30 1/1", "02:30-02:00 1/1", // and the second 02:00, 02:30 are left out
			"03:00-03:30 1/1", "03:30-04:00 1/1",
		}},
		{"Australia/Lord_Howe", "2026-10-04", []string{
			"01:00-01:30 1/1", "01:30-02:30 1/1", "02:30-03:00 1/1", "03:00-03:30 1/1", "03:30-04:00 1/1",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.zone+" "+tt.date, func(t *testing.T) {
			day := NewDay(date(t, tt.date), zone(t, tt.zone))
			leg := Leg{Service{Duration: 30}, []Member{{Working: []Shift{{Wall: wall(t, "00:00-24:00")}}}}}
			got := NewBoard(day, walls(t, "01:00-04:00"), Policy{}).Starts(nil, leg, 30)
			if diff := cmp.Diff(tt.want, brief(got, day)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A board that is reset forgets the day before.
func TestResetForgets(t *testing.T) {
	s := newSalon(t)
	leg := Leg{Service{Duration: 60}, []Member{s.member(1), s.member(2)}}
	used := s.board(Policy{NotAfter: s.at("11:00")})
	first := used.Starts(nil, leg, 60)
	kept := append([]Slot(nil), first...)
	next := NewDay(s.day.Date().AddDays(1), s.day.Location())
	used.Reset(next, walls(t, "10:00-12:00"), Policy{})
	got := used.Starts(nil, leg, 60)
	want := NewBoard(next, walls(t, "10:00-12:00"), Policy{}).Starts(nil, leg, 60)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(kept, first); diff != "" {
		t.Errorf("what was returned has changed: %s", diff)
	}
	if used.Day() != next {
		t.Errorf("the board shows %v", used.Day().Date())
	}
}
