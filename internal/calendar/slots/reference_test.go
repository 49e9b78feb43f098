package slots

import (
	"slices"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

// reference is the slow, obvious engine that the real one is compared with. It knows a day as the list of its minutes
// and what a wall shows in each, and asks every minute of a service by itself.
type reference struct {
	minutes []time.Time
	walls   []int // minutes after the date's 00:00 that the wall shows
	open    []bool
	policy  Policy
	stock   map[string][]map[int]bool // by kind, the taken steps of each unit
}

func newReference(d civil.Date, loc *time.Location, hours []Wall, policy Policy) *reference {
	r := &reference{policy: policy, stock: map[string][]map[int]bool{}}
	midnight := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
	for t, begun := midnight.Add(-26*time.Hour), false; ; t = t.Add(time.Minute) {
		local := t.In(loc)
		shown := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC)
		wall := int(shown.Sub(midnight) / time.Minute)
		begun = begun || wall >= 0
		if wall >= 24*60 {
			break
		}
		if begun {
			r.minutes = append(r.minutes, t)
			r.walls = append(r.walls, wall)
		}
	}
	r.open = r.covered(hours)
	return r
}

func (r *reference) steps() int { return len(r.minutes) / 5 }

// covered marks the minutes of the day that lie in one of the walls.
func (r *reference) covered(walls []Wall) []bool {
	in := make([]bool, len(r.minutes))
	for _, w := range walls {
		from, to := len(r.minutes), 0
		for i, shown := range r.walls {
			if shown >= int(w.From) && from == len(r.minutes) {
				from = i
			}
			if shown < int(w.To) || w.To >= 23*60+59 {
				to = i + 1
			}
		}
		for i := from; i < to && w.From < w.To; i++ {
			in[i] = true
		}
	}
	return in
}

// named reports whether nothing earlier on the day shows the same time as the step.
func (r *reference) named(step int) bool {
	shown := r.walls[step*5]
	for _, earlier := range r.walls[:step*5] {
		if earlier == shown {
			return false
		}
	}
	return shown >= 0
}

func (r *reference) startable(step int) bool {
	t, p := r.minutes[step*5], r.policy
	return r.named(step) && t.After(p.Now) && !t.Before(p.NotBefore) && (p.NotAfter.IsZero() || !t.After(p.NotAfter))
}

// needs returns, minute by minute, whether a service needs its member.
func (r *reference) needs(s Service) []bool {
	need := make([]bool, s.Preparation+s.Duration+s.Cleanup)
	for i := range need {
		need[i] = true
		for _, g := range s.Gaps {
			into := i - s.Preparation
			if into >= 0 && into < s.Duration && into >= g.From && into < g.To {
				need[i] = false
			}
		}
	}
	return need
}

// fits reports whether all steps of a service lie within the marked minutes.
func (r *reference) fits(s Service, step int, in []bool) bool {
	length := s.Preparation + s.Duration + s.Cleanup
	for minute := step * 5; minute < (step+(length+4)/5)*5; minute++ {
		if minute >= len(in) || !in[minute] {
			return false
		}
	}
	return slices.Contains(r.needs(s), true)
}

// needed returns the steps in which a service that begins at a step needs its member.
func (r *reference) needed(s Service, step int) map[int]bool {
	cells := map[int]bool{}
	for minute, need := range r.needs(s) {
		if need {
			cells[step+minute/5] = true
		}
	}
	return cells
}

// touched returns the steps of the day that overlap a span.
func (r *reference) touched(s Span, cells map[int]bool) {
	for c := range r.steps() {
		begin := r.minutes[c*5]
		if s.From.Before(begin.Add(5*time.Minute)) && begin.Before(s.To) && s.From.Before(s.To) {
			cells[c] = true
		}
	}
}

// rostered reports whether a member's shifts and time off allow a start.
func (r *reference) rostered(s Service, m *Member, step int) bool {
	var shifts, offs []Wall
	for _, shift := range m.Working {
		if !shift.OtherServices {
			shifts = append(shifts, shift.Wall)
		}
	}
	for _, off := range m.Off {
		offs = append(offs, off.Wall)
	}
	if !r.fits(s, step, r.open) || !r.fits(s, step, r.covered(shifts)) {
		return false
	}
	off := r.covered(offs)
	for c := range r.needed(s, step) {
		for minute := c * 5; minute < c*5+5; minute++ {
			if off[minute] {
				return false
			}
		}
	}
	return true
}

// seats returns what a session that begins at a step holds.
func (r *reference) seats(s Service, m *Member, step int) int {
	seats := max(s.Capacity, 1)
	length := (s.Preparation + s.Duration + s.Cleanup + 4) / 5 * 5
	for _, shift := range m.Working {
		in := r.covered([]Wall{shift.Wall})
		for minute := step * 5; minute < step*5+length; minute++ {
			if !shift.OtherServices && shift.Seats > 1 && in[minute] {
				seats = min(seats, shift.Seats)
			}
		}
	}
	return seats
}

// put adds units of a kind.
func (r *reference) put(kind string, units []Unit) {
	for _, unit := range units {
		cells := map[int]bool{}
		for _, busy := range unit.Busy {
			r.touched(busy.Span, cells)
		}
		r.stock[kind] = append(r.stock[kind], cells)
	}
}

// short returns the kinds of which too few units are free for the whole of a service that begins at a step.
func (r *reference) short(s Service, step int) (kinds []string) {
	for _, need := range s.Needs {
		free := 0
		for _, taken := range r.stock[need.Kind] {
			clear := true
			for c := step; c < step+(s.Preparation+s.Duration+s.Cleanup+4)/5; c++ {
				clear = clear && !taken[c]
			}
			if clear {
				free++
			}
		}
		if free < max(need.Count, 1) {
			kinds = append(kinds, need.Kind)
		}
	}
	return kinds
}

// can returns the seats that a member can give at a step, and the session in which they are, or "" for a new one.
func (r *reference) can(s Service, m *Member, step int) (seats int, session id.ID) {
	if !r.rostered(s, m, step) {
		return 0, ""
	}
	needed := r.needed(s, step)
	for _, run := range m.Runs {
		if !run.Start.Equal(r.minutes[step*5]) {
			continue
		}
		own, others := map[int]bool{}, map[int]bool{}
		for _, busy := range m.Busy {
			if busy.Session == run.Session {
				r.touched(busy.Span, own)
			} else {
				r.touched(busy.Span, others)
			}
		}
		if left := min(run.Capacity, r.seats(s, m, step)) - run.Taken; left > 0 && same(own, needed) && apart(others, needed) {
			return left, run.Session
		}
		break
	}
	taken := map[int]bool{}
	for _, busy := range m.Busy {
		r.touched(busy.Span, taken)
	}
	if apart(taken, needed) && len(r.short(s, step)) == 0 {
		return r.seats(s, m, step), ""
	}
	return 0, ""
}

func same(a, b map[int]bool) bool {
	if len(a) != len(b) {
		return false
	}
	for c := range a {
		if !b[c] {
			return false
		}
	}
	return true
}

func apart(a, b map[int]bool) bool {
	for c := range a {
		if b[c] {
			return false
		}
	}
	return true
}
