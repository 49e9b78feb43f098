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

// supply is what the shelves have for one service.
type supply struct {
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

// takeStock computes what the shelves have for a service. The kinds of its needs differ.
func (b *Board) takeStock(s *Service, sh *shape) {
	b.supply.ample, b.supply.free = Mask{}, b.supply.free[:0]
	b.supply.ample.Set(0, MaxSteps)
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
			starts := open.Fits(sh.steps)
			free = append(free, starts)
			for n := len(atLeast) - 1; n > 0; n-- {
				atLeast[n] = atLeast[n].Or(atLeast[n-1].And(starts))
			}
			atLeast[0] = atLeast[0].Or(starts)
		}
		b.supply.free = append(b.supply.free, free)
		b.supply.ample = b.supply.ample.And(atLeast[len(atLeast)-1])
	}
}

// stocked reports whether a new session of a placed leg finds its resources at a step.
func (b *Board) stocked(s *Service, step int) bool {
	return len(s.Needs) == 0 || b.supply.ample.Has(step)
}

// sets returns how many new sessions could begin side by side at a step for all that the shelves have; most of them, where
// nothing else is booked.
func (b *Board) sets(s *Service, step int) (now, most int) {
	now, most = MaxSteps*MaxSteps, MaxSteps*MaxSteps
	for i, need := range s.Needs {
		count, free := max(need.Count, 1), 0
		for _, starts := range b.supply.free[i] {
			if starts.Has(step) {
				free++
			}
		}
		now, most = min(now, free/count), min(most, len(b.supply.free[i])/count)
	}
	return now, most
}

// take returns the keys of the units for a new session at a step at which the leg is stocked.
func (b *Board) take(s *Service, step int) (keys []int64) {
	for i, need := range s.Needs {
		units, missing := b.units(need.Kind), max(need.Count, 1)
		for u := 0; u < len(units) && missing > 0; u++ {
			if b.supply.free[i][u].Has(step) {
				keys = append(keys, units[u].Key)
				missing--
			}
		}
	}
	return keys
}

// short returns the kinds of which there are too few at a step.
func (b *Board) short(s *Service, step int) (kinds []string) {
	for i, need := range s.Needs {
		free := 0
		for _, starts := range b.supply.free[i] {
			if starts.Has(step) {
				free++
			}
		}
		if free < max(need.Count, 1) {
			kinds = append(kinds, need.Kind)
		}
	}
	return kinds
}

// missing returns what a refusal lacks: the kinds of which there are too few, and that which the members are units of.
func (b *Board) missing(s *Service, step int, why []Reason) (kinds []string) {
	if s.Kind != "" && slices.Contains(why, NoResource) && len(b.short(s, step)) == 0 {
		kinds = append(kinds, s.Kind)
	}
	return append(kinds, b.short(s, step)...)
}

// largest adds up the n largest of some numbers; it sorts them.
func largest(of []int, n int) (sum int) {
	slices.Sort(of)
	for i := len(of) - 1; i >= 0 && n > 0; i, n = i-1, n-1 {
		sum += of[i]
	}
	return sum
}
