package civil

import (
	"errors"
	"time"
)

// ErrGap reports a time of day that the date does not have in its zone, because the clock was put forward over it.
var ErrGap = errors.New("civil: the clock is put forward over that time")

// Resolve returns the instant at which a wall in loc shows d and c. A time that comes twice means its first
// occurrence; one inside a gap is ErrGap. 24:00 is the end of d, which is where the next date begins and is never in a
// gap. A date or clock that is not valid is ErrDate or ErrClock.
func Resolve(d Date, c Clock, loc *time.Location) (time.Time, error) {
	switch {
	case !d.Valid():
		return time.Time{}, ErrDate
	case !c.Valid():
		return time.Time{}, ErrClock
	case c == EndOfDay:
		return d.End(loc), nil
	}
	wall := d.utc().Add(time.Duration(c) * time.Minute)
	if t, ok := firstShowing(wall, loc); ok {
		return t, nil
	}
	return time.Time{}, ErrGap
}

// Start returns the first instant of d in loc: its midnight, or, where the clock is put forward over midnight, the
// instant of that change. For a date that a zone left out altogether it is the instant at which it was left out.
func (d Date) Start(loc *time.Location) time.Time {
	midnight := d.utc()
	if t, ok := firstShowing(midnight, loc); ok {
		return t
	}
	// The gap lies at one end of the stretch of constant offset that time.Date lands in.
	begin, end := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc).ZoneBounds()
	if !begin.IsZero() && !asUTC(begin).Before(midnight) && asUTC(begin.Add(-1)).Before(midnight) {
		return begin
	}
	return end
}

// End returns the instant at which d is over in loc: the start of the next date.
func (d Date) End(loc *time.Location) time.Time { return d.AddDays(1).Start(loc) }

// firstShowing returns the earliest instant at which a wall in loc shows what wall shows in UTC. time.Date promises
// either occurrence of a time that comes twice, and invents one inside a gap; so all three offsets in question are
// tried: the one it chose, the one before and the one after.
func firstShowing(wall time.Time, loc *time.Location) (first time.Time, ok bool) {
	chosen := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), 0, 0, loc)
	near := [3]time.Time{chosen, chosen, chosen}
	begin, end := chosen.ZoneBounds()
	if !begin.IsZero() {
		near[1] = begin.Add(-1)
	}
	if !end.IsZero() {
		near[2] = end
	}
	for _, n := range near {
		_, offset := n.Zone()
		t := wall.Add(-time.Duration(offset) * time.Second).In(loc)
		if asUTC(t).Equal(wall) && (!ok || t.Before(first)) {
			first, ok = t, true
		}
	}
	return first, ok
}

// asUTC returns the instant at which a wall in UTC shows what a wall in t's zone shows at t.
func asUTC(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.Add(time.Duration(offset) * time.Second).UTC()
}
