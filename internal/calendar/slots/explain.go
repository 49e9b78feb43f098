package slots

import (
	"slices"
	"time"

	"reserva/internal/kit/id"
)

// Verdict says whether a start is acceptable.
type Verdict struct {
	OK bool

	// Reasons is why not: first what keeps the member who comes closest, then what keeps the others. When the start
	// itself is refused (its time, the policy, the opening hours), members are not looked at. Empty when OK.
	Reasons []Reason

	// Refusals are the members who cannot, in the order they were given.
	Refusals []Refusal

	// Candidates are the members who can, in the order in which they are preferred: a begun session before a new one,
	// then the least loaded, then the lowest key. There may be some although OK is false, when more are needed.
	Candidates []Candidate

	// Chosen is the team to book when OK: as many as the service needs, or all members of the session to join.
	Chosen []Candidate

	// Duration is the minutes of the service's duration with the chosen, or where refused with the member who takes least.
	Duration int

	// Units are the keys of the resources to book besides when OK, for a session that is to be begun.
	Units []int64

	// Missing are the kinds of resources of which too few are free, where that is among the reasons.
	Missing []string
}

// Refusal is why one member cannot give a service, from the most general reason on.
type Refusal struct {
	Key     int64
	ID      id.ID
	Reasons []Reason
}

// Explain judges one start of one service.
func (b *Board) Explain(leg Leg, start time.Time) Verdict {
	step, why := b.startReasons(start)
	return b.judge(&leg, step, why, nil)
}

// startReasons returns the step of a start, and what speaks against it whoever would serve.
func (b *Board) startReasons(start time.Time) (step int, why reasons) {
	why = b.policyReasons(start)
	step, onRaster := b.day.Step(start)
	switch {
	case start.Before(b.day.start) || step >= b.day.steps:
		why.add(OutsideHours)
	case !onRaster:
		why.add(OffRaster)
	case !b.day.named.Has(step):
		why.add(RepeatedTime)
	}
	return step, why
}

// judge decides one leg at a step. It is all that accepts a booking, and reads the same charts as every offer. Of several
// who can, one who ends at a step of then is preferred, where it is given.
func (b *Board) judge(leg *Leg, step int, why reasons, then *Mask) (v Verdict) {
	b.measure(leg)
	v.Duration = b.quickest.duration
	switch length := b.quickest.steps; {
	case b.closed:
		why.add(Closed)
	case length == 0:
		why.add(ServiceNotOffered)
	case !b.open.Fits(length).Has(step):
		why.add(OutsideHours)
	}
	if why != 0 {
		v.Reasons = why.list()
		return v
	}
	need, _ := leg.team()
	b.place(leg)
	if need == 0 {
		b.judgeUnattended(leg, step, &v)
		return v
	}
	b.gather(leg, step)
	v.Chosen = b.choose(leg, step, then)
	v.OK = v.Chosen != nil
	v.Candidates = append(v.Candidates, b.candidates...)
	lacking := b.quickest.steps
	for i := range leg.Members {
		if why := b.memberReasons(leg, i, step); why != 0 {
			m := &leg.Members[i]
			v.Refusals = append(v.Refusals, Refusal{Key: m.Key, ID: m.ID, Reasons: why.list()})
			if why.has(NoResource) {
				lacking = max(lacking, b.charts[i].sh.steps)
			}
		}
	}
	if v.OK {
		v.Duration = v.Chosen[0].Duration
		if v.Chosen[0].Session == "" {
			v.Units = b.take(&leg.Service, b.charts[v.Chosen[0].Member].sh.steps, step)
		}
		return v
	}
	closest, all := b.refused(leg, step)
	v.Reasons = append(closest.list(), (all &^ closest).list()...)
	if !b.stocked(&leg.Service, lacking, step) && !slices.Contains(v.Reasons, NoResource) {
		v.Reasons = append(v.Reasons, NoResource)
	}
	if slices.Contains(v.Reasons, NoResource) {
		v.Missing = b.missing(&leg.Service, lacking, step, v.Reasons)
	}
	return v
}

// judgeUnattended decides where nobody is needed.
func (b *Board) judgeUnattended(leg *Leg, step int, v *Verdict) {
	length := b.slowest.steps
	if v.OK = b.stocked(&leg.Service, length, step); v.OK {
		v.Units = b.take(&leg.Service, length, step)
		return
	}
	v.Reasons, v.Missing = []Reason{NoResource}, b.short(&leg.Service, length, step)
}

// refused returns the reasons of the member who comes closest to being free, and those of all. Where members were asked
// for by name and cannot, only they count.
func (b *Board) refused(leg *Leg, step int) (closest, all reasons) {
	byName := false
	for i := range leg.Members {
		why := b.memberReasons(leg, i, step)
		if why == 0 {
			continue
		}
		if wanted := leg.Members[i].Wanted; wanted != byName {
			if !wanted {
				continue
			}
			byName, closest, all = true, 0, 0
		}
		all |= why
		if why.first() > closest.first() {
			closest = why
		}
	}
	if all != 0 {
		return closest, all
	}
	all.add(leg.nobody())
	return all, all
}

// begun tells whether a member has begun sessions of the service: they may be of a time when it had more seats.
func (l *Leg) begun() bool {
	for i := range l.Members {
		if len(l.Members[i].Runs) > 0 {
			return true
		}
	}
	return false
}

// nobody is why a leg cannot be given although no member says why not.
func (l *Leg) nobody() Reason {
	switch {
	case l.Service.Kind != "":
		return NoResource
	case len(l.Members) == 0:
		return ServiceNotOffered
	default:
		return NotEnoughStaff
	}
}

// closest returns the first reason of the member who comes closest to being free. It
// is what refused says, without asking on once nobody can come closer.
func (b *Board) closest(leg *Leg, step int) (closest Reason) {
	need, wanted := leg.team()
	switch {
	case need == 0:
		return NoResource // nothing else keeps it back
	case wanted > 0:
		why, _ := b.refused(leg, step)
		return why.first()
	}
	nearest := BookingConflict
	switch {
	case leg.Service.capacity() > 1 || leg.begun():
		nearest = CapacityFull
	case leg.Service.Kind != "" || !b.stocked(&leg.Service, b.slowest.steps, step):
		nearest = NoResource
	}
	for i := range leg.Members {
		why := b.memberReasons(leg, i, step)
		if closest = max(closest, why.first()); closest >= nearest {
			return closest
		}
	}
	if closest != None {
		return closest
	}
	return leg.nobody()
}

// memberReasons returns what keeps a member of a placed leg from a start within opening hours; none for a candidate.
func (b *Board) memberReasons(leg *Leg, i, step int) (why reasons) {
	chart, m := &b.charts[i], &leg.Members[i]
	if chart.fresh.Has(step) || chart.join.Has(step) {
		return 0
	}
	if chart.sh.steps == 0 {
		why.add(ServiceNotOffered) // processing time is all that the member takes
		return why
	}
	needed := chart.sh.needed.Later(step)
	if !chart.rostered.Has(step) {
		why = b.rosterReasons(chart, m, step)
	}
	if !needed.And(chart.busy).Empty() {
		why.add(b.conflict(leg, &chart.sh, m, step))
	}
	if why == 0 && !b.stocked(&leg.Service, chart.sh.steps, step) {
		why.add(NoResource)
	}
	return why
}

// rosterReasons returns what opening hours, shifts and time off have against a start. The outlet may close before a member
// who takes longer than others has ended.
func (b *Board) rosterReasons(chart *chart, m *Member, step int) (why reasons) {
	var span Mask
	span.Set(step, step+chart.sh.steps)
	if step+chart.sh.steps > b.day.steps || !span.AndNot(b.open).Empty() {
		why.add(OutsideHours)
	}
	if missing := span.And(b.open).AndNot(chart.work); !missing.Empty() {
		if missing.AndNot(b.otherWork(m)).Empty() {
			why.add(ServiceNotOffered)
		} else {
			why.add(NotWorking)
		}
	}
	needed := chart.sh.needed.Later(step)
	for kind, reason := range [offKinds]Reason{Break: OnBreak, Block: Blocked, Vacation: OnVacation} {
		if !needed.And(chart.off[kind]).Empty() {
			why.add(reason)
		}
	}
	return why
}

// otherWork returns the steps of shifts in which a member gives other services only.
func (b *Board) otherWork(m *Member) (work Mask) {
	for i := range m.Working {
		if m.Working[i].OtherServices {
			work.Set(b.day.within(m.Working[i].Wall))
		}
	}
	return work
}

// conflict tells a group session without a free seat from other work.
func (b *Board) conflict(leg *Leg, sh *shape, m *Member, step int) Reason {
	taken := BookingConflict
	if leg.Service.Kind != "" {
		taken = NoResource
	}
	run := b.runAt(m, step)
	if run == nil {
		return taken
	}
	own, others := b.occupied(m, run.Session)
	needed := sh.needed.Later(step)
	grouped := max(leg.Service.capacity(), run.Capacity) > 1
	if grouped && own == needed && needed.And(others).Empty() && run.Taken >= b.seatsOf(&leg.Service, sh, m, run, step) {
		return CapacityFull
	}
	return taken
}
