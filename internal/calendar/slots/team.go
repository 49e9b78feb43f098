package slots

import (
	"cmp"
	"slices"

	"reserva/internal/kit/id"
)

// Leg is one service that is asked for, and the members who may give it, each as that service sees them.
type Leg struct {
	Service Service
	Members []Member
}

// Candidate is a member who can give a leg's service at the asked start.
type Candidate struct {
	Member   int // index in the leg's Members
	Key      int64
	ID       id.ID
	Session  id.ID // the begun session to join; empty when one is to be begun
	Capacity int   // seats of that session, or of the one to be begun
	Taken    int   // seats of it that are taken
	Duration int   // minutes of the service's duration with this member
}

// team returns how many members are needed at once, and how many of these were asked for by name. Nobody is needed of an
// unattended service.
func (l *Leg) team() (need, wanted int) {
	if l.Service.Unattended {
		return 0, 0
	}
	for i := range l.Members {
		if l.Members[i].Wanted {
			wanted++
		}
	}
	return max(l.Service.RequiredStaff, wanted, 1), wanted
}

// extent is how long a service takes.
type extent struct{ steps, duration int }

// measure finds out how long the members of a leg take who take least and most, and returns the service's own shape, which
// is everybody's where several are needed at once.
func (b *Board) measure(leg *Leg) shape {
	base := leg.Service.shape()
	own := extent{base.steps, leg.Service.Duration}
	b.quickest, b.slowest = own, own
	if need, _ := leg.team(); need != 1 {
		return base
	}
	var quickest, slowest extent
	for i := range leg.Members {
		takes := own
		if m := &leg.Members[i]; m.Duration > 0 {
			service := leg.Service.By(m)
			takes = extent{service.shape().steps, service.Duration}
		}
		switch {
		case takes.steps == 0:
			continue
		case quickest.steps == 0:
			quickest, slowest = takes, takes
		case takes.duration < quickest.duration:
			quickest = takes
		case takes.duration > slowest.duration:
			slowest = takes
		}
	}
	if quickest.steps > 0 {
		b.quickest, b.slowest = quickest, slowest
	}
	return base
}

// varied tells whether some members of the measured leg take longer than others.
func (b *Board) varied() bool { return b.quickest != b.slowest }

// place measures a leg and computes the charts of its members.
func (b *Board) place(leg *Leg) {
	b.charts, b.supplies = slices.Grow(b.charts[:0], len(leg.Members))[:len(leg.Members)], b.supplies[:0]
	clear(b.charts)
	base := b.measure(leg)
	need, _ := leg.team()
	for i := range leg.Members {
		m, chart := &leg.Members[i], &b.charts[i]
		if need != 1 || m.Duration == 0 {
			b.chart(chart, &leg.Service, &base, m)
			continue
		}
		service := leg.Service.By(m)
		sh := service.shape()
		b.chart(chart, &service, &sh, m)
	}
}

// gather lists the members that can give a placed leg at a step.
func (b *Board) gather(leg *Leg, step int) {
	b.candidates = b.candidates[:0]
	for i := range leg.Members {
		m, chart := &leg.Members[i], &b.charts[i]
		found := Candidate{Member: i, Key: m.Key, ID: m.ID, Duration: chart.duration}
		switch {
		case chart.join.Has(step):
			run := b.runAt(m, step)
			found.Session, found.Taken = run.Session, run.Taken
			found.Capacity = b.seatsOf(&leg.Service, &chart.sh, m, run, step)
		case chart.fresh.Has(step):
			found.Capacity = b.seats(&leg.Service, &chart.sh, m, step)
		default:
			continue
		}
		b.candidates = append(b.candidates, found)
	}
}

// freeSeats counts the seats that the gathered candidates of a step have to give, in sessions that there are resources for.
func (b *Board) freeSeats(leg *Leg, step int) (seats int) {
	need, wanted := leg.team()
	if need == 1 {
		b.tally = b.tally[:0]
		for i := range b.candidates {
			switch c := &b.candidates[i]; {
			case wanted > 0 && !leg.Members[c.Member].Wanted:
			case c.Session == "" && len(leg.Service.Needs) > 0:
				b.tally = append(b.tally, opening{c.Capacity, b.charts[c.Member].sh.steps})
			default:
				seats += c.Capacity - c.Taken
			}
		}
		return seats + b.seatsWithin(&leg.Service, b.tally, step)
	}
	sets, _ := b.sets(&leg.Service, b.slowest.steps, step)
	for i := range b.candidates {
		session := b.candidates[i].Session
		first := !slices.ContainsFunc(b.candidates[:i], func(c Candidate) bool { return c.Session == session })
		if !first {
			continue
		}
		n, wantedIn, each := b.group(leg, session)
		switch {
		case n < need || wantedIn < wanted:
		case session != "" || wanted > 0:
			seats += each
		default:
			seats += min(n/need, sets) * each
		}
	}
	return seats
}

// group returns how many candidates join a session (or, for the empty one, would begin one), how many of them were
// asked for by name, and the free seats that they all have.
func (b *Board) group(leg *Leg, session id.ID) (n, wanted, seats int) {
	for i := range b.candidates {
		c := &b.candidates[i]
		if c.Session != session {
			continue
		}
		if n++; n == 1 || c.Capacity-c.Taken < seats {
			seats = c.Capacity - c.Taken
		}
		if leg.Members[c.Member].Wanted {
			wanted++
		}
	}
	return n, wanted, seats
}

// choose puts the candidates in order of preference (a begun session before a new one, then the least loaded, then the
// lowest key) and returns the team to book: the first begun session that has enough of them, in all its members, or the
// first members that begin one, those asked for by name before all others. It returns nil when there is no team. Where
// then is given, whoever ends at one of its steps is preferred to all others.
func (b *Board) choose(leg *Leg, step int, then *Mask) []Candidate {
	slices.SortStableFunc(b.candidates, func(x, y Candidate) int {
		begun := cmp.Compare(min(len(y.Session), 1), min(len(x.Session), 1))
		load := cmp.Compare(leg.Members[x.Member].Load, leg.Members[y.Member].Load)
		return cmp.Or(begun, load, cmp.Compare(x.Key, y.Key))
	})
	need, wanted := leg.team()
	if need == 1 {
		first := -1
		for i, c := range b.candidates {
			if wanted > 0 && !leg.Members[c.Member].Wanted {
				continue
			}
			if then == nil || then.Has(step+b.charts[c.Member].sh.steps) {
				return slices.Clone(b.candidates[i : i+1])
			}
			if first < 0 {
				first = i
			}
		}
		if first < 0 {
			return nil
		}
		return slices.Clone(b.candidates[first : first+1])
	}
	for _, c := range b.candidates {
		if n, wantedIn, _ := b.group(leg, c.Session); n >= need && wantedIn == wanted {
			return b.members(leg, c.Session, need)
		}
	}
	return nil
}

// members returns all who hold a begun session, or as many as are needed of those who would begin one.
func (b *Board) members(leg *Leg, session id.ID, need int) (team []Candidate) {
	for _, byName := range []bool{true, false} {
		for _, c := range b.candidates {
			if c.Session == session && leg.Members[c.Member].Wanted == byName && (session != "" || len(team) < need) {
				team = append(team, c)
			}
		}
	}
	return team
}
