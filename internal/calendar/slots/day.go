package slots

import (
	"time"

	"reserva/internal/kit/civil"
)

// Step is the raster on which everything begins and ends.
const Step = 5 * time.Minute

const stepSeconds = int(Step / time.Second)

// ErrGap reports a local time that the day does not have because the clock is put forward over it.
var ErrGap = civil.ErrGap

// maxChanges bounds the clock changes within one day; no zone has had more than one.
const maxChanges = 3

// Day is one date in one zone, laid out in elapsed steps. It is immutable and may be shared.
type Day struct {
	date       civil.Date
	start, end time.Time // [first instant, first instant of the next date), in the zone
	steps      int
	stretches  [1 + maxChanges]stretch
	n          int  // stretches in use; none on a date that the zone left out
	named      Mask // steps that are the first to show their local time
}

// stretch is a part of a day without a clock change. Both fields are seconds: of the elapsed day, and what the wall
// shows then, counted from 00:00 of the date.
type stretch struct{ at, wall int }

// NewDay lays out d in loc. A date that the zone left out (Apia, 2011-12-30) has no steps. A day beyond 32 hours, which
// only crossing the date line ever made, is cut there.
func NewDay(d civil.Date, loc *time.Location) *Day {
	day := &Day{date: d, start: d.Start(loc).In(loc), end: d.End(loc).In(loc)}
	day.steps = min(int(day.end.Sub(day.start)/Step), MaxSteps)
	midnight := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix()
	for t := day.start; day.n < len(day.stretches) && t.Before(day.end); day.n++ {
		_, offset := t.Zone()
		day.stretches[day.n] = stretch{
			at:   int(t.Sub(day.start) / time.Second),
			wall: int(t.Unix() + int64(offset) - midnight),
		}
		if _, t = t.ZoneBounds(); t.IsZero() {
			t = day.end
		}
	}
	day.named = day.namedSteps()
	return day
}

// Date returns the calendar date.
func (d *Day) Date() civil.Date { return d.date }

// Location returns the zone.
func (d *Day) Location() *time.Location { return d.start.Location() }

// Start returns the first instant of the day, which is not 00:00 where the clock is put forward over midnight.
func (d *Day) Start() time.Time { return d.start }

// End returns the first instant of the next day.
func (d *Day) End() time.Time { return d.end }

// Steps returns how many whole steps the day has: 288 when no clock changes.
func (d *Day) Steps() int { return d.steps }

// At returns the instant at which a step begins, in the day's zone.
func (d *Day) At(step int) time.Time { return d.start.Add(time.Duration(step) * Step) }

// Step returns the step that begins at t; ok is false when t is not on the raster or not within the day.
func (d *Day) Step(t time.Time) (step int, ok bool) {
	elapsed := t.Sub(d.start)
	step = int(elapsed / Step)
	return step, elapsed >= 0 && elapsed%Step == 0 && step < d.steps
}

// Local returns the instant of a local time on this day: the first where it comes twice, ErrGap where it never comes.
func (d *Day) Local(c civil.Clock) (time.Time, error) {
	return civil.Resolve(d.date, c, d.Location())
}

// within returns the steps that lie wholly inside w.
func (d *Day) within(w Wall) (from, to int) {
	a, b := d.bounds(w)
	return (a + stepSeconds - 1) / stepSeconds, b / stepSeconds
}

// around returns the steps that w touches.
func (d *Day) around(w Wall) (from, to int) {
	a, b := d.bounds(w)
	return a / stepSeconds, (b + stepSeconds - 1) / stepSeconds
}

// touched returns the steps of this day that s touches; from >= to when there is none.
func (d *Day) touched(s Span) (from, to int) {
	const longest = time.Duration(MaxSteps) * Step // a span without end must not overflow when it is rounded up
	begin, end := max(s.From.Sub(d.start), 0), min(max(s.To.Sub(d.start), 0), longest)
	return int(begin / Step), int((end + Step - 1) / Step)
}

// bounds returns where w begins and ends, in elapsed seconds.
func (d *Day) bounds(w Wall) (from, to int) {
	if w.To <= w.From {
		return 0, 0
	}
	if w.To >= lastMinute {
		return d.firstAt(int(w.From) * 60), d.stretchEnd(d.n - 1)
	}
	return d.firstAt(int(w.From) * 60), d.lastBefore(int(w.To) * 60)
}

// firstAt returns the first elapsed second at which the wall shows the given second of the day or a later one.
func (d *Day) firstAt(wall int) int {
	for i := range d.n {
		s := d.stretches[i]
		if at := max(s.at, s.at+wall-s.wall); at < d.stretchEnd(i) {
			return at
		}
	}
	return d.stretchEnd(d.n - 1)
}

// lastBefore returns the elapsed second up to which the wall, for the last time, shows less than the given second.
func (d *Day) lastBefore(wall int) int {
	for i := d.n - 1; i >= 0; i-- {
		s := d.stretches[i]
		if at := min(d.stretchEnd(i), s.at+wall-s.wall); at > s.at {
			return at
		}
	}
	return 0
}

// stretchEnd returns the elapsed second at which stretch i ends; 0 for the day before the first.
func (d *Day) stretchEnd(i int) int {
	switch {
	case i < 0:
		return 0
	case i+1 < d.n:
		return d.stretches[i+1].at
	}
	return int(d.end.Sub(d.start) / time.Second)
}

// namedSteps returns the steps whose local time, read again on this date, leads back to them.
func (d *Day) namedSteps() (named Mask) {
	if d.n == 1 && d.stretches[0].wall == 0 {
		named.Set(0, d.steps)
		return named
	}
	for i := range d.n {
		s := d.stretches[i]
		for at := (s.at + stepSeconds - 1) / stepSeconds * stepSeconds; at < d.stretchEnd(i); at += stepSeconds {
			wall := s.wall + at - s.at
			whole := wall%60 == 0 && wall >= 0 && wall < int(civil.EndOfDay)*60
			if step := at / stepSeconds; whole && step < d.steps && d.firstAt(wall) == at {
				named.Set(step, step+1)
			}
		}
	}
	return named
}
