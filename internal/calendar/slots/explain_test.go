package slots

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/kit/id"
)

func TestExplain(t *testing.T) {
	s := newSalon(t)
	hour := Service{Duration: 60}
	yoga := Service{Duration: 60, Capacity: 2}
	off := func(kind OffKind, text string) Member {
		m := s.member(1)
		m.Off = []Off{{kind, wall(t, text)}}
		return m
	}
	booked := s.member(2)
	booked.Busy = []Busy{s.busy("10:30", "11:00")}
	full := s.member(3)
	s.begun(&full, yoga, Run{"yoga", s.at("10:00"), 2, 2})
	other := Member{Key: 4, Working: []Shift{{Wall: wall(t, "09:00-17:00"), OtherServices: true}}}
	tests := []struct {
		name    string
		service Service
		start   time.Time
		policy  Policy
		members []Member
		want    []Reason
	}{
		{"free", hour, s.at("10:00"), Policy{}, []Member{s.member(1)}, nil},
		{"later than now by a moment", hour, s.at("10:00"), Policy{Now: s.at("10:00").Add(-1)}, []Member{s.member(1)}, nil},
		{"now", hour, s.at("10:00"), Policy{Now: s.at("10:00")}, []Member{s.member(1)}, []Reason{Past}},
		{"past and short of notice", hour, s.at("10:00"), Policy{Now: s.at("11:00"), NotBefore: s.at("12:00")},
			[]Member{s.member(1)}, []Reason{Past, OutsideWindow}},
		{"just the notice", hour, s.at("10:00"), Policy{NotBefore: s.at("10:00")}, []Member{s.member(1)}, nil},
		{"short of notice", hour, s.at("10:00"), Policy{NotBefore: s.at("10:00").Add(1)}, []Member{s.member(1)}, []Reason{OutsideWindow}},
		{"at the horizon", hour, s.at("10:00"), Policy{NotAfter: s.at("10:00")}, []Member{s.member(1)}, nil},
		{"beyond the horizon", hour, s.at("10:00"), Policy{NotAfter: s.at("10:00").Add(-1)}, []Member{s.member(1)}, []Reason{OutsideWindow}},
		{"off the raster", hour, s.at("10:03"), Policy{}, []Member{s.member(1)}, []Reason{OffRaster}},
		{"before opening", hour, s.at("08:55"), Policy{}, []Member{s.member(1)}, []Reason{OutsideHours}},
		{"past closing", hour, s.at("16:05"), Policy{}, []Member{s.member(1)}, []Reason{OutsideHours}},
		{"another day", hour, s.at("10:00").AddDate(0, 0, 1), Policy{}, []Member{s.member(1)}, []Reason{OutsideHours}},
		{"the day before", hour, s.at("10:00").AddDate(0, 0, -1), Policy{}, []Member{s.member(1)}, []Reason{OutsideHours}},
		{"nobody gives it", hour, s.at("10:00"), Policy{}, nil, []Reason{ServiceNotOffered}},
		{"it has no length", Service{}, s.at("10:00"), Policy{}, []Member{s.member(1)}, []Reason{ServiceNotOffered}},
		{"gives other services then", hour, s.at("10:00"), Policy{}, []Member{other}, []Reason{ServiceNotOffered}},
		{"has no shift", hour, s.at("10:00"), Policy{}, []Member{{Key: 1}}, []Reason{NotWorking}},
		{"on break", hour, s.at("10:00"), Policy{}, []Member{off(Break, "10:55-11:30")}, []Reason{OnBreak}},
		{"blocked", hour, s.at("10:00"), Policy{}, []Member{off(Block, "09:00-10:01")}, []Reason{Blocked}},
		{"on vacation", hour, s.at("10:00"), Policy{}, []Member{off(Vacation, "00:00-23:59")}, []Reason{OnVacation}},
		{"right after a break", hour, s.at("10:00"), Policy{}, []Member{off(Break, "09:00-10:00")}, nil},
		{"right before a break", hour, s.at("10:00"), Policy{}, []Member{off(Break, "11:00-12:00")}, nil},
		{"booked", hour, s.at("10:00"), Policy{}, []Member{booked}, []Reason{BookingConflict}},
		{"full", yoga, s.at("10:00"), Policy{}, []Member{full}, []Reason{CapacityFull}},
		{"across a full session", yoga, s.at("10:05"), Policy{}, []Member{full}, []Reason{BookingConflict}},
		{"the closest first", yoga, s.at("10:00"), Policy{}, []Member{off(Vacation, "00:00-24:00"), full, {Key: 9}, booked},
			[]Reason{CapacityFull, NotWorking, OnVacation, BookingConflict}},
		{"one of them can", yoga, s.at("10:00"), Policy{}, []Member{full, booked, s.member(5)}, nil},
		{"two are needed", Service{Duration: 60, RequiredStaff: 2}, s.at("10:00"), Policy{}, []Member{s.member(1), booked},
			[]Reason{BookingConflict}},
		{"two are needed, there is one", Service{Duration: 60, RequiredStaff: 2}, s.at("10:00"), Policy{}, []Member{s.member(1)},
			[]Reason{NotEnoughStaff}},
		{"two are there", Service{Duration: 60, RequiredStaff: 2}, s.at("10:00"), Policy{}, []Member{s.member(1), booked, s.member(3)}, nil},
		{"nobody is needed", Service{Duration: 60, Unattended: true}, s.at("10:00"), Policy{}, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := s.board(tt.policy).Explain(Leg{tt.service, tt.members}, tt.start)
			if diff := cmp.Diff(tt.want, v.Reasons); diff != "" || v.OK != (tt.want == nil) {
				t.Errorf("accepted %v: %s", v.OK, diff)
			}
		})
	}
}

func TestExplainAClosedDay(t *testing.T) {
	s := newSalon(t)
	board := NewBoard(s.day, nil, Policy{})
	leg := Leg{Service{Duration: 60}, []Member{s.member(1)}}
	if v := board.Explain(leg, s.at("10:00")); !cmp.Equal(v.Reasons, []Reason{Closed}) {
		t.Errorf("reasons are %v, want closed", v.Reasons)
	}
	if got := board.Starts(nil, leg, 30); got != nil {
		t.Errorf("a closed day offers %v", got)
	}
}

// The second 02:30 of a night cannot be asked for, but a service may run into it.
func TestExplainTheHourThatComesTwice(t *testing.T) {
	day := NewDay(date(t, "2026-10-25"), zone(t, "Europe/Berlin"))
	board := NewBoard(day, walls(t, "00:00-24:00"), Policy{})
	leg := Leg{Service{Duration: 60}, []Member{{Working: []Shift{{Wall: wall(t, "00:00-24:00")}}}}}
	first, err := day.Local(clock(t, "02:30"))
	if err != nil {
		t.Fatal(err)
	}
	if v := board.Explain(leg, first); !v.OK {
		t.Errorf("the first 02:30 is refused: %v", v.Reasons)
	}
	if v := board.Explain(leg, first.Add(time.Hour)); !cmp.Equal(v.Reasons, []Reason{RepeatedTime}) {
		t.Errorf("the second 02:30 is refused for %v, want %v", v.Reasons, RepeatedTime)
	}
	plan := board.Chain([]Leg{leg, leg}, first)
	if !plan.OK || !plan.Lines[1].Start.Equal(first.Add(time.Hour)) {
		t.Errorf("a chain cannot run into the second 02:30: %+v", plan)
	}
}

func TestRefusalsNameEachMember(t *testing.T) {
	s := newSalon(t)
	away, booked := s.member(1), s.member(2)
	away.ID, booked.ID = "away", "booked"
	away.Off = []Off{{Vacation, wall(t, "00:00-23:59")}, {Break, wall(t, "10:00-10:30")}}
	away.Busy = []Busy{s.busy("10:00", "11:00")}
	booked.Busy = []Busy{s.busy("10:00", "11:00")}
	v := s.board(Policy{}).Explain(Leg{Service{Duration: 60}, []Member{away, booked, s.member(3)}}, s.at("10:00"))
	want := []Refusal{
		{Key: 1, ID: "away", Reasons: []Reason{OnVacation, OnBreak, BookingConflict}},
		{Key: 2, ID: "booked", Reasons: []Reason{BookingConflict}},
	}
	if diff := cmp.Diff(want, v.Refusals); diff != "" || !v.OK {
		t.Errorf("accepted %v: %s", v.OK, diff)
	}
}

// A begun session comes before a new one, then the least loaded, then the lowest key.
func TestChosen(t *testing.T) {
	s := newSalon(t)
	yoga := Service{Duration: 60, Capacity: 3}
	member := func(key int64, load int) Member {
		m := s.member(key)
		m.Load = load
		return m
	}
	inSession := func(m Member, session id.ID, taken int) Member {
		s.begun(&m, yoga, Run{session, s.at("10:00"), taken, 3})
		return m
	}
	wanted := func(m Member) Member {
		m.Wanted = true
		return m
	}
	tests := []struct {
		name    string
		need    int
		members []Member
		want    []int64
		session id.ID
	}{
		{"least loaded", 1, []Member{member(1, 3), member(2, 1), member(3, 2)}, []int64{2}, ""},
		{"lowest key", 1, []Member{member(3, 1), member(2, 1)}, []int64{2}, ""},
		{"begun session", 1, []Member{member(1, 0), inSession(member(2, 9), "yoga", 1)}, []int64{2}, "yoga"},
		{"not a full one", 1, []Member{member(1, 0), inSession(member(2, 0), "yoga", 3)}, []int64{1}, ""},
		{"asked for by name", 1, []Member{inSession(member(1, 0), "yoga", 1), wanted(member(2, 9))}, []int64{2}, ""},
		{"two least loaded", 2, []Member{member(1, 3), member(2, 1), member(3, 2)}, []int64{2, 3}, ""},
		{"one by name", 2, []Member{wanted(member(1, 3)), member(2, 1), member(3, 2)}, []int64{1, 2}, ""},
		{"a joint session", 2, []Member{member(1, 0), member(2, 0), inSession(member(3, 5), "duo", 1), inSession(member(4, 5), "duo", 1)},
			[]int64{3, 4}, "duo"},
		{"all of a larger joint session", 2,
			[]Member{inSession(member(2, 1), "trio", 1), inSession(member(3, 5), "trio", 1), inSession(member(4, 5), "trio", 1)},
			[]int64{2, 3, 4}, "trio"},
		{"not two halves of two sessions", 2,
			[]Member{inSession(member(1, 0), "one", 1), inSession(member(2, 0), "two", 1), member(3, 0), member(4, 0)}, []int64{3, 4}, ""},
		{"not half a session and somebody new", 2, []Member{inSession(member(1, 0), "one", 1), member(3, 0)}, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			asked := yoga
			asked.RequiredStaff = tt.need
			v := s.board(Policy{}).Explain(Leg{asked, tt.members}, s.at("10:00"))
			var got []int64
			for _, c := range v.Chosen {
				got = append(got, c.Key)
				if c.Session != tt.session || c.Capacity != 3 || c.Key != tt.members[c.Member].Key {
					t.Errorf("chosen is %+v, want session %q", c, tt.session)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || v.OK != (tt.want != nil) {
				t.Errorf("accepted %v: %s", v.OK, diff)
			}
		})
	}
}

// Clients see these codes.
func TestReasonCodes(t *testing.T) {
	want := []string{
		"", "not_on_raster", "repeated_local_time", "past", "outside_window", "closed", "outside_business_hours",
		"service_not_offered", "staff_not_working", "on_vacation", "blocked", "on_break", "not_enough_staff",
		"booking_conflict", "resource_unavailable", "capacity_full", "Reason(16)",
	}
	for i, code := range want {
		if text, err := Reason(i).MarshalText(); string(text) != code || err != nil {
			t.Errorf("reason %d is %q, %v; want %q", i, text, err, code)
		}
	}
}
