package slots

import "slices"

// Need is how many units of one kind of resource a session takes. They are taken for its whole length, preparation,
// cleanup and processing gaps included: who waits under a dryer does so in a chair.
type Need struct {
	Kind  string
	Count int // less than 1 means 1
}

// Unit is one room, chair or machine of an outlet, on one day.
type Unit struct {
	Key  int64  // the subject's key
	Busy []Busy // in any order; what lies on other days is ignored
}

// shelf is what an outlet has of one kind.
type shelf struct {
	kind  string
	units []Unit
}

// supply is what the shelves have for one service of one length.
type supply struct {
	steps int
	ample Mask     // starts from which all needs are met for the whole length
	free  [][]Mask // by need and unit: the starts from which the unit is free for the whole length
}

// Stock puts units of a kind on the board, until it is Reset. Units are taken in the order in which they come.
func (b *Board) Stock(kind string, units []Unit) {
	for i := range b.shelves {
		if b.shelves[i].kind == kind {
			b.shelves[i].units = append(slices.Clip(b.shelves[i].units), units...)
			return
		}
	}
	b.shelves = append(b.shelves, shelf{kind, units})
}

func (b *Board) units(kind string) []Unit {
	for i := range b.shelves {
		if b.shelves[i].kind == kind {
			return b.shelves[i].units
		}
	}
	return nil
}

// takeStock returns which supply is what the shelves have for a service of so many steps. The kinds of its needs differ.
func (b *Board) takeStock(s *Service, steps int) int {
	for i := range b.supplies {
		if b.supplies[i].steps == steps {
			return i
		}
	}
	sp := supply{steps: steps}
	sp.ample.Set(0, MaxSteps)
	for _, need := range s.Needs {
		var free []Mask
		atLeast := make([]Mask, max(need.Count, 1)) // starts at which so many units and one more are free
		for _, unit := range b.units(need.Kind) {
			var open Mask
			open.Set(0, MaxSteps)
			for i := range unit.Busy {
				var busy Mask
				busy.Set(b.day.touched(unit.Busy[i].Span))
				open = open.AndNot(busy)
			}
			starts := open.Fits(steps)
			free = append(free, starts)
			for n := len(atLeast) - 1; n > 0; n-- {
				atLeast[n] = atLeast[n].Or(atLeast[n-1].And(starts))
			}
			atLeast[0] = atLeast[0].Or(starts)
		}
		sp.free = append(sp.free, free)
		sp.ample = sp.ample.And(atLeast[len(atLeast)-1])
	}
	b.supplies = append(b.supplies, sp)
	return len(b.supplies) - 1
}

// stocked reports whether a new session of a placed leg, of so many steps, finds its resources at a step.
func (b *Board) stocked(s *Service, steps, step int) bool {
	return len(s.Needs) == 0 || b.supplies[b.takeStock(s, steps)].ample.Has(step)
}

// sets returns how many new sessions of so many steps could begin side by side at a step for all that the shelves have;
// most of them, where nothing else is booked.
func (b *Board) sets(s *Service, steps, step int) (now, most int) {
	now, most = MaxSteps*MaxSteps, MaxSteps*MaxSteps
	if len(s.Needs) == 0 {
		return now, most
	}
	sp := &b.supplies[b.takeStock(s, steps)]
	for i, need := range s.Needs {
		count := max(need.Count, 1)
		now, most = min(now, sp.unitsFree(i, step)/count), min(most, len(sp.free[i])/count)
	}
	return now, most
}

// unitsFree counts the units that a need could take at a step.
func (sp *supply) unitsFree(need, step int) (free int) {
	for _, starts := range sp.free[need] {
		if starts.Has(step) {
			free++
		}
	}
	return free
}

// take returns the keys of the units for a new session of so many steps at a step at which the leg is stocked.
func (b *Board) take(s *Service, steps, step int) (keys []int64) {
	if len(s.Needs) == 0 {
		return nil
	}
	sp := &b.supplies[b.takeStock(s, steps)]
	for i, need := range s.Needs {
		units, missing := b.units(need.Kind), max(need.Count, 1)
		for u := 0; u < len(units) && missing > 0; u++ {
			if sp.free[i][u].Has(step) {
				keys = append(keys, units[u].Key)
				missing--
			}
		}
	}
	return keys
}

// short returns the kinds of which there are too few at a step.
func (b *Board) short(s *Service, steps, step int) (kinds []string) {
	if len(s.Needs) == 0 {
		return nil
	}
	sp := &b.supplies[b.takeStock(s, steps)]
	for i, need := range s.Needs {
		if sp.unitsFree(i, step) < max(need.Count, 1) {
			kinds = append(kinds, need.Kind)
		}
	}
	return kinds
}

// missing returns what a refusal lacks: the kinds of which there are too few, and that which the members are units of.
func (b *Board) missing(s *Service, steps, step int, why []Reason) (kinds []string) {
	lacks := b.short(s, steps, step)
	if s.Kind != "" && len(lacks) == 0 && slices.Contains(why, NoResource) {
		return []string{s.Kind}
	}
	return lacks
}

// opening is a session that a member could begin at a step.
type opening struct{ seats, steps int }

// seatsWithin returns the most seats of the openings that there are sets of resources for. A unit that is free for long is
// free for less, so a choice of openings finds its units just when, for each length, those at least so long are no more
// than the sets of that length; under such a rule taking the largest that fits, again and again, is best.
func (b *Board) seatsWithin(s *Service, all []opening, step int) (seats int) {
	slices.SortFunc(all, func(x, y opening) int { return y.seats - x.seats })
	taken := all[:0]
	for _, o := range all {
		if with := append(taken, o); b.supplied(s, with, step) {
			taken, seats = with, seats+o.seats
		}
	}
	return seats
}

// supplied reports whether all openings can begin at a step, where those without the last can.
func (b *Board) supplied(s *Service, all []opening, step int) bool {
	last := all[len(all)-1]
	for _, o := range all {
		if o.steps > last.steps {
			continue // as many of that length as before
		}
		longer := 0
		for _, other := range all {
			if other.steps >= o.steps {
				longer++
			}
		}
		if now, _ := b.sets(s, o.steps, step); longer > now {
			return false
		}
	}
	return true
}

// largest adds up the seats of the n openings that have most; it sorts them.
func largest(of []opening, n int) (seats int) {
	slices.SortFunc(of, func(x, y opening) int { return y.seats - x.seats })
	for i := 0; i < min(n, len(of)); i++ {
		seats += of[i].seats
	}
	return seats
}
