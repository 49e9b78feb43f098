package waitlist

import (
	"time"

	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

// want is what a wish asks of a diary.
type want struct {
	service, staff id.ID // no staff for anybody
	window
	source string
	// avoid is when the customer is busy, or has declined.
	avoid []span
	// room is how long an offer has to be open at least.
	room time.Duration
}

// span is a stretch of time, the end not included.
type span struct{ from, to time.Time }

// fit is a start that would do.
type fit struct {
	date  civil.Date
	start civil.Clock
	// staff has to give it, where others would take too long; else empty.
	staff id.ID
}

// fits returns the first n starts of a diary that would do, by date: on each the
// regular ones first.
func (w *want) fits(d *availability.Diary, n int) ([]fit, error) {
	earliest, _ := d.Bookable(w.service)
	var found []fit
	for day := range d.Days() {
		date := d.Day(day).Date()
		if date.Before(w.from) || date.After(w.to) {
			continue
		}
		starts, err := d.Openings(day, w.service, w.staff)
		if err != nil {
			return nil, err
		}
		givers, err := w.givers(d, day, len(starts))
		if err != nil {
			return nil, err
		}
		for _, start := range starts {
			for _, g := range givers {
				if g.starts != nil && !g.starts[start] || !w.takes(d, date, start, earliest, g.staff) {
					continue
				}
				if found = append(found, fit{date, clockAt(start, d.Location), g.named()}); len(found) == n {
					return found, nil
				}
				break
			}
		}
	}
	return found, nil
}

// giver is somebody who could give the service at some of the starts of a day; at all
// of them where starts is nil.
type giver struct {
	staff  id.ID
	starts map[time.Time]bool
}

// named is the staff member whom the booking has to name.
func (g *giver) named() id.ID {
	if g.starts == nil {
		return ""
	}
	return g.staff
}

// givers are those who could give the service on a day that has so many starts: one
// for all, unless anybody would do and they take different times for it.
func (w *want) givers(d *availability.Diary, day, starts int) ([]giver, error) {
	unequal := d.Unequal(w.service)
	if w.staff != "" || starts == 0 || unequal == nil {
		return []giver{{staff: w.staff}}, nil
	}
	givers := make([]giver, len(unequal))
	for i, staff := range unequal {
		free, err := d.Openings(day, w.service, staff)
		if err != nil {
			return nil, err
		}
		givers[i] = giver{staff, make(map[time.Time]bool, len(free))}
		for _, start := range free {
			givers[i].starts[start] = true
		}
	}
	return givers, nil
}

// shortest is how many minutes the service lasts with whoever is quickest of those who
// would do.
func (w *want) shortest(d *availability.Diary) int {
	least := d.Takes(w.service, w.staff)
	if w.staff != "" {
		return least
	}
	for i, staff := range d.Unequal(w.service) {
		if takes := d.Takes(w.service, staff); i == 0 || takes < least {
			least = takes
		}
	}
	return least
}

// takes tells whether a bookable start suits the customer: it lies within the times of
// day, meets nothing else of theirs, and leaves time to answer.
func (w *want) takes(d *availability.Diary, date civil.Date, start, earliest time.Time, staff id.ID) bool {
	over := start.Add(time.Duration(d.Takes(w.service, staff)) * time.Minute)
	if start.Before(earliest.Add(w.room)) || clockAt(start, d.Location) < w.after || by(over, date, d.Location) > w.before {
		return false
	}
	for _, a := range w.avoid {
		if start.Before(a.to) && a.from.Before(over) {
			return false
		}
	}
	return true
}

// by is the wall clock at an instant, as a time of the date: 24:00 from its end on.
func by(t time.Time, date civil.Date, loc *time.Location) civil.Clock {
	if !t.Before(date.End(loc)) {
		return civil.EndOfDay
	}
	return clockAt(t, loc)
}
