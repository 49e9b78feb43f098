package slots

import "time"

// Plan is the outcome of placing services back to back.
type Plan struct {
	OK bool

	// Lines are the legs in order, up to the first that is refused.
	Lines []Line
}

// Line is one leg of a plan.
type Line struct {
	Start, End time.Time // with preparation and cleanup
	Verdict
}

// Reasons returns why the plan is refused; none when it is OK.
func (p Plan) Reasons() []Reason {
	if len(p.Lines) == 0 {
		return nil
	}
	return p.Lines[len(p.Lines)-1].Reasons
}

// Chain judges services that one customer takes one after another: each begins, on the raster, when the one before has
// been cleaned up. Policy and raster bind the first start only. As no two legs overlap, each chooses its members by
// itself, and one member may serve several; but where members take their own time, one with whom the later legs still fit
// comes before all others. No legs make a plan that is not OK.
func (b *Board) Chain(legs []Leg, start time.Time) Plan {
	plan := Plan{Lines: make([]Line, 0, len(legs))}
	step, why := b.startReasons(start)
	start = start.In(b.day.Location())
	onward := b.choosing(legs)
	for i := range legs {
		var then *Mask
		if i+1 < len(onward) {
			then = &onward[i+1]
		}
		line := legs[i].line(start, b.judge(&legs[i], step, why, then))
		plan.Lines = append(plan.Lines, line)
		if !line.OK {
			return plan
		}
		step += stepsUp(int(line.End.Sub(start) / time.Minute))
		start = b.day.At(step)
	}
	plan.OK = len(legs) > 0
	return plan
}

// choosing returns what onward does where it matters who gives a leg, since those after it begin sooner or later; else nil.
func (b *Board) choosing(legs []Leg) []Mask {
	for i := range len(legs) - 1 {
		if b.measure(&legs[i]); b.varied() {
			return b.onward(legs)
		}
	}
	return nil
}

func (l *Leg) line(start time.Time, v Verdict) Line {
	return Line{Start: start, End: start.Add(l.Service.lasting(v.Duration)), Verdict: v}
}

// Again judges one leg at a time that was accepted before: its service goes on to be given then, perhaps by others.
// Neither the policy nor the clock on the wall has anything against the start any more.
func (b *Board) Again(leg Leg, start time.Time) Plan {
	var why reasons
	step, onRaster := b.day.Step(start)
	if !onRaster {
		why.add(OffRaster)
	}
	line := leg.line(start.In(b.day.Location()), b.judge(&leg, step, why, nil))
	return Plan{OK: line.OK, Lines: []Line{line}}
}
