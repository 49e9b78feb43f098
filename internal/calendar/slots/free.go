package slots

import "reserva/internal/kit/id"

// chart is a member's day for one service.
type chart struct {
	sh       shape // of the service as the member gives it
	duration int   // its minutes
	supply   int   // which of the board's supplies is of that length
	work     Mask  // worked while the outlet is open
	off      [offKinds]Mask
	busy     Mask
	rostered Mask // starts that fit work and time off, whatever is booked
	fresh    Mask // those of them at which the member can begin a session
	join     Mask // those at which a begun session has a seat
}

// Free returns the starts at which m can begin or join a session of s.
func (b *Board) Free(s Service, m *Member) Mask {
	b.supplies = b.supplies[:0]
	s = s.By(m)
	sh := s.shape()
	var c chart
	b.chart(&c, &s, &sh, m)
	return c.fresh.Or(c.join).And(b.startable)
}

// fitting is what fits the work of most members of a day: they work the same hours.
type fitting struct {
	work   Mask
	steps  int
	starts Mask
}

// fit returns the starts at which so many steps lie within some work.
func (b *Board) fit(work Mask, steps int) Mask {
	if b.fitting.steps != steps || b.fitting.work != work {
		b.fitting = fitting{work, steps, work.Fits(steps)}
	}
	return b.fitting.starts
}

// chart fills in a member's day, until then empty, for a service of that member's length. Everything that the engine
// answers is read from it.
func (b *Board) chart(c *chart, s *Service, sh *shape, m *Member) {
	c.sh, c.duration = *sh, s.Duration
	for i := range m.Working {
		if shift := &m.Working[i]; !shift.OtherServices {
			c.work.Set(b.day.within(shift.Wall))
		}
	}
	c.work = c.work.And(b.open)
	var off Mask
	for i := range m.Off {
		kind := min(m.Off[i].Kind, offKinds-1)
		from, to := b.day.around(m.Off[i].Wall)
		c.off[kind].Set(from, to)
		off.Set(from, to)
	}
	for i := range m.Busy {
		c.busy.Set(b.day.touched(m.Busy[i].Span))
	}
	c.rostered = b.fit(c.work, sh.steps).And(sh.clearOf(off))
	c.fresh = c.rostered.And(sh.clearOf(c.busy))
	if len(s.Needs) > 0 {
		c.supply = b.takeStock(s, sh.steps)
		c.fresh = c.fresh.And(b.supplies[c.supply].ample)
	}
	for i := range m.Runs {
		step, ok := b.day.Step(m.Runs[i].Start)
		if ok && c.rostered.Has(step) && b.joinable(s, sh, m, &m.Runs[i], step) {
			c.join.Set(step, step+1)
		}
	}
}

// joinable reports whether a run has a seat, occupies just what the service needs, and nothing else is in its way.
func (b *Board) joinable(s *Service, sh *shape, m *Member, run *Run, step int) bool {
	if run.Session == "" || run != b.runAt(m, step) || run.Taken >= b.seatsOf(s, sh, m, run, step) {
		return false
	}
	own, others := b.occupied(m, run.Session)
	needed := sh.needed.Later(step)
	return own == needed && needed.And(others).Empty()
}

// occupied returns the steps that a session occupies of a member, and those that all else does.
func (b *Board) occupied(m *Member, session id.ID) (own, others Mask) {
	for i := range m.Busy {
		from, to := b.day.touched(m.Busy[i].Span)
		if m.Busy[i].Session == session {
			own.Set(from, to)
		} else {
			others.Set(from, to)
		}
	}
	return own, others
}

// seats returns the capacity of a session that m would begin at a step: the service's, or that of a shift it lies in.
func (b *Board) seats(s *Service, sh *shape, m *Member, step int) int {
	seats := s.capacity()
	if seats == 1 {
		return 1
	}
	for i := range m.Working {
		shift := &m.Working[i]
		if shift.OtherServices || shift.Seats <= 1 || shift.Seats >= seats {
			continue
		}
		if from, to := b.day.within(shift.Wall); from < step+sh.steps && step < to {
			seats = shift.Seats
		}
	}
	return seats
}

// seatsOf returns how many seats a begun session may fill: never more than it was begun with, and fewer where the
// service has been limited since.
func (b *Board) seatsOf(s *Service, sh *shape, m *Member, run *Run, step int) int {
	return min(run.Capacity, b.seats(s, sh, m, step))
}

// runAt returns the member's session that begins at a step, or nil.
func (b *Board) runAt(m *Member, step int) *Run {
	for i := range m.Runs {
		if at, ok := b.day.Step(m.Runs[i].Start); ok && at == step {
			return &m.Runs[i]
		}
	}
	return nil
}
