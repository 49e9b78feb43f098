package slots

import (
	"slices"
	"time"
)

// Slot is a start that the grid shows. It is computed, never stored.
type Slot struct {
	Start time.Time

	// End is the start with preparation, duration and cleanup: of the member who would be chosen, or where the start cannot
	// be booked of who takes least.
	End time.Time

	Available bool
	Seats     int    // that can still be booked; of an ordinary service: how many members (or teams) are free
	MaxSeats  int    // that there would be if nothing were booked, of the members who work then
	Reason    Reason // why it is not available
}

// Starts appends to dst the starts of a day that lie interval minutes apart, counted from each opening, as far as the
// service fits before closing. Those that cannot be booked are listed too, and say why; the second occurrence of a local
// time is not. The interval is rounded up to the raster. A slot is available just when Explain accepts its start.
func (b *Board) Starts(dst []Slot, leg Leg, interval int) []Slot {
	b.place(&leg)
	length := b.quickest.steps
	if length == 0 {
		return dst
	}
	single := leg.single() && !b.varied()
	every := max(stepsUp(interval), 1)
	for from, to, ok := b.open.run(0); ok; from, to, ok = b.open.run(to) {
		for step := from; step+length <= to; step += every {
			if b.day.named.Has(step) {
				dst = append(dst, b.slot(&leg, step, single))
			}
		}
	}
	return dst
}

// single tells whether each member who is free means one seat and nothing else: a service for one person by one member,
// no matter which.
func (l *Leg) single() bool {
	need, wanted := l.team()
	return need == 1 && wanted == 0 && l.Service.capacity() == 1 && len(l.Service.Needs) == 0 && !l.begun()
}

// slot fills in the slot of a step at which a placed leg fits the opening hours. Grids are long: where the leg is single
// its charts are counted and nobody is listed.
func (b *Board) slot(leg *Leg, step int, single bool) Slot {
	start := b.day.At(step)
	s := Slot{Start: start, End: start.Add(leg.Service.lasting(b.quickest.duration))}
	if single {
		s.MaxSeats, s.Seats = b.count(step)
	} else {
		s.MaxSeats = b.maxSeats(leg, step)
	}
	if !b.startable.Has(step) {
		s.Seats, s.Reason = 0, b.policyReasons(start).first()
		return s
	}
	if !single {
		s.Seats = b.slotSeats(leg, step, s.MaxSeats)
		s.MaxSeats = max(s.MaxSeats, s.Seats) // where sessions were begun before the service took resources
	}
	switch s.Available = s.Seats > 0; {
	case !s.Available:
		s.Reason = b.closest(leg, step)
	case b.varied():
		s.End = start.Add(leg.Service.lasting(b.choose(leg, step, nil)[0].Duration))
	}
	return s
}

// count returns how many members could begin at a step if nothing were booked, and how many can.
func (b *Board) count(step int) (rostered, free int) {
	word, bit := step/64, step%64
	for i := range b.charts {
		rostered += int(b.charts[i].rostered[word] >> bit & 1)
		free += int(b.charts[i].fresh[word] >> bit & 1)
	}
	return rostered, free
}

// slotSeats returns the seats that can still be booked at a step.
func (b *Board) slotSeats(leg *Leg, step, most int) int {
	if need, _ := leg.team(); need == 0 {
		if !b.stocked(&leg.Service, b.slowest.steps, step) {
			return 0
		}
		return most
	}
	b.gather(leg, step)
	return b.freeSeats(leg, step)
}

// MaxSeats returns the seats that a start would have if nothing were booked but the sessions that begin there: what the grid says.
func (b *Board) MaxSeats(leg Leg, start time.Time) int {
	step, ok := b.day.Step(start)
	if !ok {
		return 0
	}
	b.place(&leg)
	return b.maxSeats(&leg, step)
}

// maxSeats returns the seats of a step if nothing were booked but the sessions that begin there.
func (b *Board) maxSeats(leg *Leg, step int) (seats int) {
	need, wanted := leg.team()
	if need == 0 {
		return leg.Service.capacity()
	}
	n, wantedIn := 0, 0
	_, sets := b.sets(&leg.Service, b.slowest.steps, step)
	b.tally = b.tally[:0]
	for i := range leg.Members {
		m, sh := &leg.Members[i], &b.charts[i].sh
		if !b.charts[i].rostered.Has(step) {
			continue
		}
		n++
		if m.Wanted {
			wantedIn++
		}
		switch run := b.runAt(m, step); {
		case need > 1 || wanted > 0 && !m.Wanted:
		case run != nil:
			seats += b.seatsOf(&leg.Service, sh, m, run, step)
			sets-- // it has its resources
		case len(leg.Service.Needs) > 0:
			b.tally = append(b.tally, opening{b.seats(&leg.Service, sh, m, step), sh.steps})
		default:
			seats += b.seats(&leg.Service, sh, m, step)
		}
	}
	switch {
	case need == 1:
		return seats + largest(b.tally, sets)
	case wantedIn < wanted:
		return 0
	case wanted > 0:
		return min(n/need, sets, 1) * leg.Service.capacity()
	}
	return min(n/need, sets) * leg.Service.capacity()
}

// Acceptable returns every start on the raster that Chain accepts for these legs, one after another: what a refusal can
// name as the next free starts.
func (b *Board) Acceptable(legs ...Leg) Mask {
	if len(legs) == 0 {
		return Mask{}
	}
	return b.onward(legs)[0].And(b.startable)
}

// onward returns for each leg the starts at which it and then all after it can be given, whatever the policy says of them.
func (b *Board) onward(legs []Leg) []Mask {
	starts := make([]Mask, len(legs))
	for i := len(legs) - 1; i >= 0; i-- {
		for _, way := range b.ways(&legs[i]) {
			if i+1 < len(legs) {
				way.starts = way.starts.And(starts[i+1].Earlier(min(way.steps, MaxSteps)))
			}
			starts[i] = starts[i].Or(way.starts)
		}
	}
	return starts
}

// way is a length that a leg can have, and the starts at which it can be given by members who take so long.
type way struct {
	steps  int
	starts Mask
}

// ways returns how one leg can be given, whatever the policy says of the starts.
func (b *Board) ways(leg *Leg) []way {
	need, wanted := leg.team()
	b.place(leg)
	fits := way{b.slowest.steps, b.open.Fits(b.slowest.steps)}
	switch {
	case need == 0 && len(leg.Service.Needs) > 0:
		fits.starts = fits.starts.And(b.supplies[b.takeStock(&leg.Service, fits.steps)].ample)
		return []way{fits}
	case need == 0:
		return []way{fits}
	case need > 1:
		team := way{steps: fits.steps}
		for step := range fits.starts.All() {
			if b.gather(leg, step); b.freeSeats(leg, step) > 0 {
				team.starts.Set(step, step+1)
			}
		}
		return []way{team}
	}
	var found []way
	for i := range b.charts {
		if chart := &b.charts[i]; wanted == 0 || leg.Members[i].Wanted {
			at := slices.IndexFunc(found, func(w way) bool { return w.steps == chart.sh.steps })
			if at < 0 {
				at, found = len(found), append(found, way{steps: chart.sh.steps})
			}
			found[at].starts = found[at].starts.Or(chart.fresh).Or(chart.join)
		}
	}
	return found
}
