package slots

import (
	"time"
)

// Slot is a start that the grid shows. It is computed, never stored.
type Slot struct {
	Start, End time.Time // End is the start with preparation, duration and cleanup
	Available  bool
	Seats      int    // that can still be booked; of an ordinary service: how many members (or teams) are free
	MaxSeats   int    // that there would be if nothing were booked, of the members who work then
	Reason     Reason // why it is not available
}

// Starts appends to dst the starts of a day that lie interval minutes apart, counted from each opening, as far as the
// service fits before closing. Those that cannot be booked are listed too, and say why; the second occurrence of a local
// time is not. The interval is rounded up to the raster. A slot is available just when Explain accepts its start.
func (b *Board) Starts(dst []Slot, leg Leg, interval int) []Slot {
	sh := leg.Service.shape()
	if sh.steps == 0 {
		return dst
	}
	b.place(&leg, &sh)
	single := leg.single()
	every := max(stepsUp(interval), 1)
	for from, to, ok := b.open.run(0); ok; from, to, ok = b.open.run(to) {
		for step := from; step+sh.steps <= to; step += every {
			if b.day.named.Has(step) {
				dst = append(dst, b.slot(&leg, &sh, step, single))
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
func (b *Board) slot(leg *Leg, sh *shape, step int, single bool) Slot {
	start := b.day.At(step)
	s := Slot{Start: start, End: start.Add(leg.Service.Length())}
	if single {
		s.MaxSeats, s.Seats = b.count(step)
	} else {
		s.MaxSeats = b.maxSeats(leg, sh, step)
	}
	if !b.startable.Has(step) {
		s.Seats, s.Reason = 0, b.policyReasons(start).first()
		return s
	}
	if !single {
		s.Seats = b.slotSeats(leg, sh, step, s.MaxSeats)
		s.MaxSeats = max(s.MaxSeats, s.Seats) // where sessions were begun before the service took resources
	}
	if s.Available = s.Seats > 0; !s.Available {
		s.Reason = b.closest(leg, sh, step)
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
func (b *Board) slotSeats(leg *Leg, sh *shape, step, most int) int {
	if need, _ := leg.team(); need == 0 {
		if !b.stocked(&leg.Service, step) {
			return 0
		}
		return most
	}
	b.gather(leg, sh, step)
	return b.freeSeats(leg, step)
}

// maxSeats returns the seats of a step if nothing were booked but the sessions that begin there.
func (b *Board) maxSeats(leg *Leg, sh *shape, step int) (seats int) {
	need, wanted := leg.team()
	if need == 0 {
		return leg.Service.capacity()
	}
	n, wantedIn := 0, 0
	_, sets := b.sets(&leg.Service, step)
	b.tally = b.tally[:0]
	for i := range leg.Members {
		m := &leg.Members[i]
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
			b.tally = append(b.tally, b.seats(&leg.Service, sh, m, step))
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
	starts, offset := b.startable, 0
	if len(legs) == 0 {
		return Mask{}
	}
	for i := range legs {
		sh := legs[i].Service.shape()
		starts = starts.And(b.legStarts(&legs[i], &sh).Earlier(offset))
		offset = min(offset+sh.steps, MaxSteps)
	}
	return starts
}

// legStarts returns the starts at which one leg can be given, whatever the policy says of them.
func (b *Board) legStarts(leg *Leg, sh *shape) (starts Mask) {
	fits := b.open.Fits(sh.steps)
	need, wanted := leg.team()
	b.place(leg, sh)
	if need == 0 {
		if len(leg.Service.Needs) > 0 {
			return fits.And(b.supply.ample)
		}
		return fits
	}
	if need == 1 {
		for i := range b.charts {
			if wanted == 0 || leg.Members[i].Wanted {
				starts = starts.Or(b.charts[i].fresh).Or(b.charts[i].join)
			}
		}
		return starts
	}
	for step := range fits.All() {
		if b.gather(leg, sh, step); b.freeSeats(leg, step) > 0 {
			starts.Set(step, step+1)
		}
	}
	return starts
}
