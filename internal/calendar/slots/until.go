package slots

import "time"

// Until returns when what a reason names is over for a member who was refused at a start: the end of the time off or of
// the work that is in the way, when the next shift begins, when the outlet is open for long enough, or when there are enough
// resources. It is zero where nothing on that day ends it.
func (b *Board) Until(s Service, m *Member, start time.Time, why Reason) time.Time {
	s = s.By(m)
	sh := s.shape()
	step, ok := b.day.Step(start)
	if !ok {
		return time.Time{}
	}
	b.supplies = b.supplies[:0]
	var chart chart
	b.chart(&chart, &s, &sh, m)
	needed := sh.needed.Later(step)
	switch why {
	case OutsideHours:
		return b.begin(b.open.Fits(sh.steps), step)
	case NotWorking, ServiceNotOffered:
		var span Mask
		span.Set(step, step+sh.steps)
		missing := span.AndNot(chart.work)
		return b.begin(chart.work, missing.next(0, 0))
	case OnBreak:
		return b.over(chart.off[Break], needed)
	case Blocked:
		return b.over(chart.off[Block], needed)
	case OnVacation:
		return b.over(chart.off[Vacation], needed)
	case BookingConflict, CapacityFull:
		return b.over(chart.busy, needed)
	case NoResource:
		if until := b.over(chart.busy, needed); s.Kind != "" && !until.IsZero() {
			return until
		}
		return b.restocked(&s, sh.steps, step)
	}
	return time.Time{}
}

// restocked returns from when on that day the shelves have what a service of so many steps needs.
func (b *Board) restocked(s *Service, steps, step int) time.Time {
	if len(s.Needs) == 0 {
		return time.Time{}
	}
	return b.begin(b.supplies[b.takeStock(s, steps)].ample, step)
}

// Opens returns from when, at or after a start, the outlet is open for as long as the quickest member takes for a leg; zero
// where it is not on that day.
func (b *Board) Opens(leg Leg, start time.Time) time.Time {
	b.measure(&leg)
	return b.begin(b.open.Fits(b.quickest.steps), max(int(start.Sub(b.day.start)/Step), 0))
}

// PastMidnight tells whether the outlet is open from the begin of a visit to the end of the day, and the day too short all the
// same for the quickest member to give a leg of it from a start on: nothing goes on on another day.
func (b *Board) PastMidnight(visit time.Time, leg Leg, start time.Time) bool {
	b.measure(&leg)
	step, ok := b.day.Step(visit)
	if !ok || step < 0 || step >= b.day.steps || !start.Add(time.Duration(b.quickest.steps)*Step).After(b.day.End()) {
		return false
	}
	var rest Mask
	rest.Set(step, b.day.steps)
	return rest.AndNot(b.open).Empty()
}

// begin returns the first instant at or after a step that is in the mask.
func (b *Board) begin(m Mask, after int) time.Time {
	if from := m.next(after, 0); from < b.day.steps {
		return b.day.At(from)
	}
	return time.Time{}
}

// over returns the end of the last stretch of a mask that touches what is needed.
func (b *Board) over(m, needed Mask) (end time.Time) {
	for from, to, ok := m.run(0); ok; from, to, ok = m.run(to) {
		var stretch Mask
		if stretch.Set(from, to); !stretch.And(needed).Empty() {
			end = b.day.At(min(to, b.day.steps))
		}
	}
	return end
}
