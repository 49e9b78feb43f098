package slots

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/kit/civil"
)

func TestChain(t *testing.T) {
	s := newSalon(t)
	cut := Service{Preparation: 5, Duration: 30, Cleanup: 7}
	colour := Service{Duration: 90, Gaps: []Gap{{30, 60}}}
	ana, ben := s.member(1), s.member(2)
	busyAna := s.member(1)
	busyAna.Busy = []Busy{s.busy("10:30", "12:00")}
	type line struct {
		from, to string
		who      int64
		reasons  []Reason
	}
	tests := []struct {
		name  string
		legs  []Leg
		start string
		want  []line
	}{
		{"one member serves all", []Leg{{cut, []Member{ana, ben}}, {colour, []Member{ana, ben}}}, "10:00",
			[]line{{"10:00", "10:42", 1, nil}, {"10:45", "12:15", 1, nil}}},
		{"each his own", []Leg{{cut, []Member{ben}}, {colour, []Member{ana}}}, "10:00",
			[]line{{"10:00", "10:42", 2, nil}, {"10:45", "12:15", 1, nil}}},
		{"who is free in his turn", []Leg{{cut, []Member{busyAna, ben}}, {cut, []Member{busyAna, ben}}}, "11:20",
			[]line{{"11:20", "12:02", 2, nil}, {"12:05", "12:47", 1, nil}}},
		{"the second is taken", []Leg{{cut, []Member{ben}}, {colour, []Member{busyAna}}, {cut, []Member{ben}}}, "10:00",
			[]line{{"10:00", "10:42", 2, nil}, {"10:45", "12:15", 0, []Reason{BookingConflict}}}},
		{"the last runs past closing", []Leg{{colour, []Member{ana}}, {cut, []Member{ana}}}, "15:00",
			[]line{{"15:00", "16:30", 1, nil}, {"16:30", "17:12", 0, []Reason{OutsideHours}}}},
		{"the start is off the raster", []Leg{{cut, []Member{ana}}}, "10:01",
			[]line{{"10:01", "10:43", 0, []Reason{OffRaster}}}},
		{"nothing asked for", nil, "10:00", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan := s.board(Policy{}).Chain(tt.legs, s.at(tt.start).UTC())
			var got []line
			for _, l := range plan.Lines {
				shown := line{
					from:    civil.ClockOf(l.Start, l.Start.Location()).String(),
					to:      civil.ClockOf(l.End, l.End.Location()).String(),
					reasons: l.Reasons,
				}
				if l.OK {
					shown.who = l.Chosen[0].Key
				}
				got = append(got, shown)
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(line{})); diff != "" {
				t.Error(diff)
			}
			ok := len(tt.want) > 0 && tt.want[len(tt.want)-1].reasons == nil
			if plan.OK != ok || (len(plan.Reasons()) == 0) != (ok || len(tt.want) == 0) {
				t.Errorf("accepted %v for %v", plan.OK, plan.Reasons())
			}
		})
	}
}

// Notice and horizon bind the first start; what follows may lie beyond.
func TestChainBeyondTheHorizon(t *testing.T) {
	s := newSalon(t)
	leg := Leg{Service{Duration: 60}, []Member{s.member(1)}}
	board := s.board(Policy{NotAfter: s.at("10:00")})
	if plan := board.Chain([]Leg{leg, leg}, s.at("10:00")); !plan.OK {
		t.Errorf("refused for %v", plan.Reasons())
	}
	if plan := board.Chain([]Leg{leg, leg}, s.at("10:05")); plan.OK {
		t.Error("a first start beyond the horizon is accepted")
	}
}

func TestAcceptable(t *testing.T) {
	s := newSalon(t)
	m := s.member(1)
	m.Busy = []Busy{s.busy("10:30", "16:00")}
	leg := Leg{Service{Duration: 30}, []Member{m}}
	got := s.local(s.board(Policy{}).Acceptable(leg, leg))
	want := []string{"09:00", "09:05", "09:10", "09:15", "09:20", "09:25", "09:30", "16:00"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !s.board(Policy{}).Acceptable().Empty() {
		t.Error("nothing asked for is acceptable")
	}
	long := Leg{Service{Duration: 1 << 20}, []Member{m}}
	if !s.board(Policy{}).Acceptable(leg, long, leg).Empty() {
		t.Error("a chain longer than the day is acceptable")
	}
}
