package slots

import (
	"slices"

	"reserva/internal/kit/id"
)

// ends returns the steps at which a leg that begins at a step can be over, whatever the policy says; none where it cannot be
// given.
func (r *reference) ends(leg Leg, step int) map[int]bool {
	ends := map[int]bool{}
	if len(leg.Members) == 0 || leg.together() {
		if r.accepts(leg, step) {
			ends[step+(leg.Service.minutes()+4)/5] = true
		}
		return ends
	}
	wanted := slices.ContainsFunc(leg.Members, func(m Member) bool { return m.Wanted })
	for i := range leg.Members {
		m := &leg.Members[i]
		mine := leg.of(m)
		if seats, _ := r.can(mine, m, step); seats > 0 && (m.Wanted || !wanted) {
			ends[step+(mine.minutes()+4)/5] = true
		}
	}
	return ends
}

// together tells whether members take the service's own time: nobody is needed, or several at once are.
func (l *Leg) together() bool {
	wanted := 0
	for _, m := range l.Members {
		if m.Wanted {
			wanted++
		}
	}
	return l.Service.Unattended || max(l.Service.RequiredStaff, wanted) > 1
}

// of returns the service as long as a member of the leg takes.
func (l *Leg) of(m *Member) Service {
	s := l.Service
	if m.Duration > 0 && !l.together() {
		s.Duration = m.Duration
	}
	return s
}

// follows reports whether legs can be given one after another from a step on.
func (r *reference) follows(legs []Leg, step int) bool {
	if len(legs) == 0 {
		return true
	}
	for end := range r.ends(legs[0], step) {
		if r.follows(legs[1:], end) {
			return true
		}
	}
	return false
}

// accepts reports whether a leg can be given at a step, whatever the policy says.
func (r *reference) accepts(leg Leg, step int) bool {
	if leg.together() && !r.fits(leg.Service, step, r.open) {
		return false
	}
	need, wanted := leg.Service.RequiredStaff, 0
	for _, m := range leg.Members {
		if m.Wanted {
			wanted++
		}
	}
	need = max(need, wanted, 1)
	if leg.Service.Unattended {
		return len(r.short(leg.Service, step)) == 0
	}
	type group struct{ n, wanted int }
	groups := map[id.ID]group{}
	for i := range leg.Members {
		m := &leg.Members[i]
		seats, session := r.can(leg.of(m), m, step)
		if seats == 0 {
			continue
		}
		if need == 1 && (wanted == 0 || m.Wanted) {
			return true
		}
		g := groups[session]
		g.n++
		if m.Wanted {
			g.wanted++
		}
		groups[session] = g
	}
	for _, g := range groups {
		if need > 1 && g.n >= need && g.wanted == wanted {
			return true
		}
	}
	return false
}
