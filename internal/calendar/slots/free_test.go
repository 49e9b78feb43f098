package slots

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFree(t *testing.T) {
	s := newSalon(t)
	hour := Service{Duration: 60}
	tests := []struct {
		name     string
		service  Service
		member   Member
		from, to string // the first and the last free start
		n        int
	}{
		{"whole day", hour, s.member(1), "09:00", "16:00", 85},
		{"buffers may not run past closing", Service{Preparation: 15, Duration: 60, Cleanup: 10}, s.member(1), "09:00", "15:35", 80},
		{"an odd length is rounded up", Service{Duration: 47}, s.member(1), "09:00", "16:10", 87},
		{"works outside opening hours only", hour, Member{Working: []Shift{{Wall: wall(t, "17:00-22:00")}}}, "", "", 0},
		{"not longer than the shift", hour, Member{Working: []Shift{{Wall: wall(t, "13:00-14:00")}}}, "13:00", "13:00", 1},
		{"touching shifts are one", hour,
			Member{Working: []Shift{{Wall: wall(t, "11:30-12:00")}, {Wall: wall(t, "11:00-11:30")}}}, "11:00", "11:00", 1},
		{"overlapping shifts are one", hour,
			Member{Working: []Shift{{Wall: wall(t, "11:00-11:45")}, {Wall: wall(t, "11:15-12:00")}}}, "11:00", "11:00", 1},
		{"shifts apart are two", hour,
			Member{Working: []Shift{{Wall: wall(t, "11:00-11:30")}, {Wall: wall(t, "11:35-12:05")}}}, "", "", 0},
		{"shifts for other services", hour,
			Member{Working: []Shift{{Wall: wall(t, "09:00-17:00"), OtherServices: true}}}, "", "", 0},
		{"a day of vacation", hour,
			Member{Working: s.member(1).Working, Off: []Off{{Vacation, wall(t, "00:00-23:59")}}}, "", "", 0},
		{"no service", Service{}, s.member(1), "", "", 0},
		{"longer than the day", Service{Duration: 481}, s.member(1), "", "", 0},
		{"longer than any mask", Service{Duration: 1 << 20}, s.member(1), "", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			free := s.local(s.board(Policy{}).Free(tt.service, &tt.member))
			if len(free) != tt.n || tt.n > 0 && (free[0] != tt.from || free[tt.n-1] != tt.to) {
				t.Errorf("free are %v, want %d from %s to %s", free, tt.n, tt.from, tt.to)
			}
		})
	}
}

func TestFreeAroundOccupancies(t *testing.T) {
	s := newSalon(t)
	m := s.member(1)
	m.Off = []Off{{Break, wall(t, "12:00-13:00")}}
	m.Busy = []Busy{s.busy("10:00", "11:47"), s.busy("13:58", "17:00")}
	got := s.local(s.board(Policy{}).Free(Service{Duration: 55}, &m))
	if diff := cmp.Diff([]string{"09:00", "09:05", "13:00"}, got); diff != "" {
		t.Error(diff)
	}
}

// Processing time lets a member serve somebody else, rest, but not leave.
func TestProcessingTime(t *testing.T) {
	s := newSalon(t)
	colour := Service{Duration: 90, Gaps: []Gap{{30, 60}}}
	cut := Service{Duration: 30}
	m := Member{Key: 1, Working: []Shift{{Wall: wall(t, "10:00-11:30")}}}

	m.Busy = []Busy{s.busy("10:30", "11:00")}
	if got := s.local(s.board(Policy{}).Free(colour, &m)); !cmp.Equal(got, []string{"10:00"}) {
		t.Errorf("around a haircut a colour begins at %v, want 10:00", got)
	}
	m.Busy = nil
	for _, span := range colour.BusySpans(s.at("10:00")) {
		m.Busy = append(m.Busy, Busy{Span: span, Session: "colour"})
	}
	if got := s.local(s.board(Policy{}).Free(cut, &m)); !cmp.Equal(got, []string{"10:30"}) {
		t.Errorf("within a colour a haircut begins at %v, want 10:30", got)
	}
	m.Busy, m.Off = nil, []Off{{Break, wall(t, "10:30-11:00")}}
	if got := s.local(s.board(Policy{}).Free(colour, &m)); !cmp.Equal(got, []string{"10:00"}) {
		t.Errorf("around a break a colour begins at %v, want 10:00", got)
	}
	m.Off, m.Working = nil, []Shift{{Wall: wall(t, "10:00-10:30")}, {Wall: wall(t, "11:00-11:30")}}
	if got := s.local(s.board(Policy{}).Free(colour, &m)); got != nil {
		t.Errorf("a member who goes home in between begins at %v", got)
	}
}

func TestJoiningASession(t *testing.T) {
	s := newSalon(t)
	yoga := Service{Preparation: 5, Duration: 50, Cleanup: 5, Capacity: 4}
	ten := s.at("10:00")
	tests := []struct {
		name   string
		run    Run
		change func(*Member)
		asked  Service
		want   bool
	}{
		{"has a seat", Run{"yoga", ten, 3, 4}, nil, yoga, true},
		{"is full", Run{"yoga", ten, 4, 4}, nil, yoga, false},
		{"was begun smaller", Run{"yoga", ten, 2, 2}, nil, yoga, false},
		{"was begun larger, and the service is limited since", Run{"yoga", ten, 4, 8}, nil, yoga, false},
		{"below the new limit", Run{"yoga", ten, 3, 8}, nil, yoga, true},
		{"parallel booking was switched off", Run{"yoga", ten, 1, 4}, nil, Service{Preparation: 5, Duration: 50, Cleanup: 5}, false},
		{"the service has become longer", Run{"yoga", ten, 1, 4}, nil, Service{Duration: 70, Capacity: 4}, false},
		{"has no name", Run{"", ten, 1, 4}, nil, yoga, false},
		{"the shift seats fewer", Run{"yoga", ten, 2, 4}, func(m *Member) { m.Working[0].Seats = 2 }, yoga, false},
		{"the shift seats enough", Run{"yoga", ten, 2, 4}, func(m *Member) { m.Working[0].Seats = 3 }, yoga, true},
		{"a shift that it reaches into seats fewer", Run{"yoga", ten, 2, 4}, func(m *Member) {
			m.Working = []Shift{{Wall: wall(t, "09:00-10:30")}, {Wall: wall(t, "10:30-17:00"), Seats: 2}}
		}, yoga, false},
		{"the member is away now", Run{"yoga", ten, 1, 4}, func(m *Member) {
			m.Off = []Off{{Vacation, wall(t, "00:00-24:00")}}
		}, yoga, false},
		{"one without occupancies stands before it", Run{"yoga", ten, 1, 4}, func(m *Member) {
			m.Runs = append([]Run{{"ghost", ten, 0, 4}}, m.Runs...)
		}, yoga, false},
		{"something else has got into it", Run{"yoga", ten, 1, 4}, func(m *Member) {
			m.Busy = append(m.Busy, s.busy("10:30", "10:35"))
		}, yoga, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := s.member(1)
			s.begun(&m, yoga, tt.run)
			if tt.change != nil {
				tt.change(&m)
			}
			free := s.board(Policy{}).Free(tt.asked, &m)
			step, _ := s.day.Step(ten)
			if free.Has(step) != tt.want {
				t.Errorf("joining is %v, want %v", free.Has(step), tt.want)
			}
			if free.Has(step-1) || free.Has(step+1) {
				t.Error("a start beside the session's is free")
			}
		})
	}
}

// What is free is found without allocating.
func TestFreeDoesNotAllocate(t *testing.T) {
	board, service, m := benchDay(t)
	if n := testing.AllocsPerRun(100, func() { board.Free(service, m) }); n != 0 {
		t.Errorf("Free allocates %v times", n)
	}
	hours := walls(t, "09:00-13:00", "14:00-20:00")
	policy := Policy{Now: board.Day().Start().Add(time.Hour)}
	if n := testing.AllocsPerRun(100, func() { board.Reset(board.Day(), hours, policy) }); n != 0 {
		t.Errorf("Reset allocates %v times", n)
	}
	leg := Leg{Service: service, Members: []Member{*m, *m}}
	slots := board.Starts(nil, leg, 30)
	if n := testing.AllocsPerRun(100, func() { slots = board.Starts(slots[:0], leg, 30) }); n != 0 {
		t.Errorf("Starts with room to append allocates %v times", n)
	}
}
