package slots

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

// The masks find the starts that asking every minute finds.
func TestFreeAgreesWithTheReference(t *testing.T) {
	days := interestingDays(t)
	rapid.Check(t, func(rt *rapid.T) {
		sc := drawScene(rt, t, days)
		leg := drawLeg(rt, sc.day)
		for i := range leg.Members {
			free := sc.board.Free(leg.Service, &leg.Members[i])
			for step := range sc.day.Steps() {
				m := &leg.Members[i]
				seats, _ := sc.ref.can(leg.Service.By(m), m, step)
				if want := seats > 0 && sc.ref.startable(step); free.Has(step) != want {
					rt.Fatalf("member %d at %v: free is %v, want %v", i, sc.day.At(step), free.Has(step), want)
				}
			}
			if free.Count() != 0 && sc.day.Steps() == 0 {
				rt.Fatal("a day without steps has free ones")
			}
		}
	})
}

// A start is acceptable when the reference says so, and offered when it is acceptable; a refusal has reasons.
func TestOfferedIsAccepted(t *testing.T) {
	days := interestingDays(t)
	rapid.Check(t, func(rt *rapid.T) {
		sc := drawScene(rt, t, days)
		leg := drawLeg(rt, sc.day)
		acceptable := sc.board.Acceptable(leg)
		verdicts := map[time.Time]Verdict{}
		for step := range sc.day.Steps() {
			at := sc.day.At(step)
			v := sc.board.Explain(leg, at)
			verdicts[at] = v
			if want := sc.ref.startable(step) && sc.ref.accepts(leg, step); v.OK != want || acceptable.Has(step) != want {
				rt.Fatalf("%v: accepted %v (%v), acceptable %v, want %v", at, v.OK, v.Reasons, acceptable.Has(step), want)
			}
			checkVerdict(rt, leg, v)
			checkUnits(rt, sc, &leg, v, step)
			for _, c := range v.Candidates {
				mine := leg.of(&leg.Members[c.Member])
				seats, session := sc.ref.can(mine, &leg.Members[c.Member], step)
				if c.Capacity-c.Taken != seats || c.Session != session || c.Duration != mine.Duration {
					rt.Fatalf("%v: %+v has seats, want %d of session %q", at, c, seats, session)
				}
			}
			if off := sc.board.Explain(leg, at.Add(time.Second)); off.OK {
				rt.Fatalf("a second past %v is accepted", at)
			}
		}
		slots := sc.board.Starts(nil, leg, 5*rapid.IntRange(1, 30).Draw(rt, "interval"))
		for i, s := range slots {
			v := verdicts[s.Start]
			if s.Available != v.OK || (s.Seats > 0) != v.OK || s.Seats > s.MaxSeats {
				rt.Fatalf("%+v is offered, the verdict is %+v", s, v)
			}
			if !v.OK && s.Reason != v.Reasons[0] || v.OK && s.Reason != None {
				rt.Fatalf("%+v should say %v", s, v.Reasons)
			}
			if s.End.Sub(s.Start) != leg.Service.lasting(v.Duration) || i > 0 && !slots[i-1].Start.Before(s.Start) {
				rt.Fatalf("slot %d is out of order or of the wrong length", i)
			}
			if local, err := sc.day.Local(civil.ClockOf(s.Start, sc.day.Location())); err != nil || !local.Equal(s.Start) {
				rt.Fatalf("%v is offered, but its local time means %v (%v)", s.Start, local, err)
			}
		}
	})
}

// A chain is accepted just where each of its legs can be given in its turn, and so says Acceptable.
func TestChainAgreesWithTheReference(t *testing.T) {
	days := interestingDays(t)
	rapid.Check(t, func(rt *rapid.T) {
		sc := drawScene(rt, t, days)
		legs := make([]Leg, rapid.IntRange(1, 3).Draw(rt, "legs"))
		for i := range legs {
			legs[i] = drawLeg(rt, sc.day)
		}
		acceptable := sc.board.Acceptable(legs...)
		for first := 0; first < sc.day.Steps(); first += rapid.IntRange(1, 7).Draw(rt, "skip") {
			want := sc.ref.startable(first) && sc.ref.follows(legs, first)
			plan := sc.board.Chain(legs, sc.day.At(first))
			if plan.OK != want || acceptable.Has(first) != want {
				rt.Fatalf("%v: accepted %v, acceptable %v, want %v", sc.day.At(first), plan.OK, acceptable.Has(first), want)
			}
			if plan.OK == (len(plan.Reasons()) > 0) || plan.OK && len(plan.Lines) != len(legs) {
				rt.Fatalf("accepted %v with %d lines and reasons %v", plan.OK, len(plan.Lines), plan.Reasons())
			}
			for i, line := range plan.Lines[1:] {
				if wait := line.Start.Sub(plan.Lines[i].End); wait < 0 || wait >= Step {
					rt.Fatalf("line %d begins %v after the one before", i+1, wait)
				}
			}
		}
	})
}

// Booking whatever is offered, again and again, never makes a member do two things at once, nor overfills a session.
func TestBookingOffersKeepsDiariesSound(t *testing.T) {
	days := interestingDays(t)
	rapid.Check(t, func(rt *rapid.T) {
		d := rapid.SampledFrom(days).Draw(rt, "day")
		day := NewDay(d.date, zone(t, d.zone))
		board := NewBoard(day, []Wall{{From: 60, To: civil.EndOfDay}}, Policy{})
		leg := Leg{Service: drawService(rt), Members: make([]Member, rapid.IntRange(1, 4).Draw(rt, "members"))}
		units := make([]Unit, rapid.IntRange(0, 5).Draw(rt, "rooms"))
		for i := range units {
			units[i].Key = int64(100 + i)
		}
		leg.Service.Needs = slices.DeleteFunc(leg.Service.Needs, func(n Need) bool { return n.Kind != "room" })
		board.Stock("room", units)
		for i := range leg.Members {
			leg.Members[i] = Member{Key: int64(i), Working: []Shift{{Wall: Wall{To: civil.EndOfDay}}}}
			leg.Members[i].Duration = rapid.SampledFrom([]int{0, 0, 30, 55, 120}).Draw(rt, "own duration")
		}
		taken := map[id.ID]int{}
		for range 12 {
			starts := board.Acceptable(leg)
			if need, _ := leg.team(); need == 0 || starts.Empty() {
				return
			}
			var all []int
			for step := range starts.All() {
				all = append(all, step)
			}
			at := day.At(rapid.SampledFrom(all).Draw(rt, "start"))
			before := board.Starts(nil, leg, 5)
			verdict := board.Explain(leg, at)
			session := book(&leg, verdict, at)
			for _, key := range verdict.Units {
				unit := &units[key-100]
				unit.Busy = append(unit.Busy, Busy{Span: Span{at, at.Add(leg.Service.lasting(verdict.Duration))}, Session: session})
			}
			if taken[session]++; taken[session] > max(leg.Service.Capacity, 1) {
				rt.Fatalf("session %s holds %d", session, taken[session])
			}
			checkSeatGone(rt, before, board.Starts(nil, leg, 5), at)
		}
		for _, m := range leg.Members {
			checkApart(rt, m.Key, m.Busy)
		}
		for _, u := range units {
			checkApart(rt, u.Key, u.Busy)
		}
	})
}

func checkApart(t *rapid.T, key int64, busy []Busy) {
	for i, x := range busy {
		for _, y := range busy[:i] {
			if x.From.Before(y.To) && y.From.Before(x.To) {
				t.Fatalf("subject %d has %v and %v", key, x, y)
			}
		}
	}
}

// book writes an accepted start into the diaries and returns its session.
func book(leg *Leg, v Verdict, at time.Time) id.ID {
	session := v.Chosen[0].Session
	begin := session == ""
	if begin {
		session = id.New()
	}
	for _, c := range v.Chosen {
		m := &leg.Members[c.Member]
		if !begin {
			for i := range m.Runs {
				if m.Runs[i].Session == session {
					m.Runs[i].Taken++
				}
			}
			continue
		}
		m.Load++
		m.Runs = append(m.Runs, Run{Session: session, Start: at, Taken: 1, Capacity: c.Capacity})
		for _, span := range leg.of(m).BusySpans(at) {
			m.Busy = append(m.Busy, Busy{Span: span, Session: session})
		}
	}
	return session
}

// checkSeatGone compares the grid before and after one seat was booked at a start.
func checkSeatGone(t *rapid.T, before, after []Slot, at time.Time) {
	if len(before) != len(after) {
		t.Fatalf("%d slots became %d", len(before), len(after))
	}
	for i, s := range after {
		was := before[i]
		if s.Start.Equal(at) && s.Seats >= was.Seats || s.Seats > was.Seats {
			t.Fatalf("booking %v made %+v of %+v", at, s, was)
		}
	}
}

// Every clock change of four years, with one fixed diary: the random tests visit only some.
func TestEveryClockChange(t *testing.T) {
	service := Service{Preparation: 5, Duration: 52, Cleanup: 10, Gaps: []Gap{{15, 40}}}
	for _, d := range interestingDays(t) {
		loc := zone(t, d.zone)
		day := NewDay(d.date, loc)
		hours := walls(t, "00:00-03:30", "04:00-24:00")
		busy := func(minutes int) Busy {
			from := day.Start().Add(time.Duration(minutes) * time.Minute)
			return Busy{Span: Span{from, from.Add(33 * time.Minute)}}
		}
		m := Member{
			Working: []Shift{{Wall: wall(t, "00:30-02:30")}, {Wall: wall(t, "02:30-06:00")}, {Wall: wall(t, "20:00-23:59")}},
			Off:     []Off{{Kind: Break, Wall: wall(t, "05:00-05:15")}, {Kind: Block, Wall: wall(t, "23:30-23:40")}},
			Busy:    []Busy{busy(70), busy(290), busy(1290)},
		}
		ref := newReference(d.date, loc, hours, Policy{})
		if ref.steps() != day.Steps() {
			t.Fatalf("%v in %s has %d steps, want %d", d.date, d.zone, day.Steps(), ref.steps())
		}
		var want Mask
		for step := range ref.steps() {
			if seats, _ := ref.can(service, &m, step); seats > 0 && ref.named(step) {
				want.Set(step, step+1)
			}
		}
		got := NewBoard(day, hours, Policy{}).Free(service, &m)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v in %s: %s", d.date, d.zone, diff)
		}
		if day.Steps() > 0 && got.Empty() {
			t.Errorf("%v in %s has no free start at all: nothing was compared", d.date, d.zone)
		}
	}
}
