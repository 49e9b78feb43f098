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
		for _, start := range starts {
			if !w.takes(d, date, start, earliest) {
				continue
			}
			if found = append(found, fit{date, clockAt(start, d.Location)}); len(found) == n {
				return found, nil
			}
		}
	}
	return found, nil
}

// takes tells whether a bookable start suits the customer: it lies within the times of
// day, meets nothing else of theirs, and leaves time to answer.
func (w *want) takes(d *availability.Diary, date civil.Date, start, earliest time.Time) bool {
	s := d.Service(w.service)
	over := start.Add(time.Duration(s.Preparation+s.Duration) * time.Minute)
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
