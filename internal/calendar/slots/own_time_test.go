package slots

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Three who give a cut of 60 minutes: in its own time, in 30 minutes and in 90.
func (s salon) team() Leg {
	plain, quick, slow := s.member(1), s.member(2), s.member(3)
	quick.Duration, slow.Duration = 30, 90
	return Leg{Service: Service{Duration: 60, Cleanup: 10}, Members: []Member{plain, quick, slow}}
}

func TestTheDayEndsLaterForTheQuick(t *testing.T) {
	s := newSalon(t)
	leg := s.team()
	board := s.board(Policy{})
	for start, want := range map[string][]int64{"15:20": {1, 2, 3}, "15:25": {1, 2}, "15:50": {1, 2}, "15:55": {2}, "16:20": {2}, "16:25": nil} {
		v := board.Explain(leg, s.at(start))
		var can []int64
		for _, c := range v.Candidates {
			can = append(can, c.Key)
		}
		if diff := cmp.Diff(want, can); diff != "" || v.OK != (want != nil) {
			t.Errorf("%s: accepted %v: %s", start, v.OK, diff)
		}
	}
	v := board.Explain(leg, s.at("15:55"))
	if v.Duration != 30 || len(v.Refusals) != 2 || v.Refusals[0].Reasons[0] != OutsideHours {
		t.Errorf("who would work past closing is refused with %+v, the service takes %d minutes", v.Refusals, v.Duration)
	}
	offered := board.Starts(nil, leg, 5)
	last := offered[len(offered)-1]
	if !last.Start.Equal(s.at("16:20")) || !last.End.Equal(s.at("17:00")) || last.Seats != 1 || last.MaxSeats != 1 {
		t.Errorf("the last offer is %+v", last)
	}
	if first := offered[0]; first.Seats != 3 || !first.End.Equal(s.at("10:10")) {
		t.Errorf("the first offer is %+v, want the end of the least loaded's, whose key is lowest", first)
	}
}

// Several at once take the time of the service.
func TestATeamTakesTheServicesTime(t *testing.T) {
	s := newSalon(t)
	leg := s.team()
	leg.Service.RequiredStaff = 2
	v := s.board(Policy{}).Explain(leg, s.at("09:00"))
	if !v.OK || v.Duration != 60 || len(v.Candidates) != 3 {
		t.Errorf("a team of two: %+v", v)
	}
}

// Who serves first decides when the next service begins. The preferred member gives way where nobody could go on then.
func TestAChainChoosesWhoLeavesTimeForTheRest(t *testing.T) {
	s := newSalon(t)
	cut := s.team()
	colourist := s.member(4)
	colour := Leg{Service: Service{Duration: 60}, Members: []Member{colourist}}
	legs := []Leg{cut, colour}
	board := s.board(Policy{})

	plan := board.Chain(legs, s.at("10:00"))
	if !plan.OK || plan.Lines[0].Chosen[0].Key != 1 || !plan.Lines[1].Start.Equal(s.at("11:10")) {
		t.Errorf("a free day: %+v", plan)
	}
	colour.Members[0].Busy = []Busy{s.busy("11:45", "13:00")}
	plan = board.Chain(legs, s.at("10:00"))
	if !plan.OK || plan.Lines[0].Chosen[0].Key != 2 || !plan.Lines[0].End.Equal(s.at("10:40")) || !plan.Lines[1].Start.Equal(s.at("10:40")) {
		t.Errorf("the colourist is booked from 11:45: %+v", plan)
	}
	colour.Members[0].Busy = []Busy{s.busy("10:45", "11:40"), s.busy("12:40", "17:00")}
	plan = board.Chain(legs, s.at("10:00"))
	if !plan.OK || plan.Lines[0].Chosen[0].Key != 3 || !plan.Lines[1].Start.Equal(s.at("11:40")) {
		t.Errorf("the colourist is free from 11:40 to 12:40 only: %+v", plan)
	}
	colour.Members[0].Busy = []Busy{s.busy("09:00", "17:00")}
	plan = board.Chain(legs, s.at("10:00"))
	if plan.OK || len(plan.Lines) != 2 || plan.Lines[0].Chosen[0].Key != 1 || plan.Lines[1].OK {
		t.Errorf("the colourist is booked all day: %+v", plan)
	}
}

// Rooms free for a short while are enough for the quick.
func TestResourcesForAsLongAsTheMemberTakes(t *testing.T) {
	s := newSalon(t)
	leg := s.team()
	leg.Service.Needs = []Need{{Kind: "room"}}
	board := s.board(Policy{})
	board.Stock("room", []Unit{{Key: 100, Busy: []Busy{s.busy("10:40", "17:00")}}, {Key: 101, Busy: []Busy{s.busy("11:10", "17:00")}}})
	v := board.Explain(leg, s.at("10:00"))
	if diff := cmp.Diff([]int64{101}, v.Units); diff != "" || v.Chosen[0].Key != 1 || len(v.Candidates) != 2 {
		t.Errorf("%+v: %s", v, diff)
	}
	slots := board.Starts(nil, leg, 60)
	if at := slots[1]; !at.Start.Equal(s.at("10:00")) || at.Seats != 2 || at.MaxSeats != 2 {
		t.Errorf("two rooms, one of them for 40 minutes: %+v", at)
	}
	leg.Members = leg.Members[2:]
	v = board.Explain(leg, s.at("10:00"))
	if diff := cmp.Diff([]string{"room"}, v.Missing); diff != "" || v.OK || v.Duration != 90 {
		t.Errorf("nobody but the slow: %+v: %s", v, diff)
	}
	if until := board.Until(leg.Service, &leg.Members[0], s.at("10:00"), NoResource); !until.Equal(s.at("17:00")) {
		t.Errorf("a lack of rooms ends at %v", until)
	}
	leg.Service.Needs[0].Count = 3
	if until := board.Until(leg.Service, &leg.Members[0], s.at("10:00"), NoResource); !until.IsZero() {
		t.Errorf("two rooms are three from %v", until)
	}
}
