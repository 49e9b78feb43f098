package ical

import (
	"fmt"
	"time"
)

// repeated tells whether the wall showed the same before, since clocks were put back.
func repeated(t time.Time, zone *time.Location) bool {
	begin, _ := t.In(zone).ZoneBounds()
	if begin.IsZero() {
		return false
	}
	_, before := begin.Add(-time.Second).In(zone).Zone()
	_, since := t.In(zone).Zone()
	return t.Before(begin.Add(time.Duration(before-since) * time.Second))
}

// stretch is a zone for as long as events in it last.
type stretch struct {
	zone     *time.Location
	from, to time.Time
}

// zones are those that have to be described, in the order of the events.
func (c Calendar) zones() []stretch {
	if len(c.Events) == 0 && c.Zone != nil {
		beginning := time.Unix(0, 0)
		return []stretch{{c.Zone, beginning, beginning}}
	}
	var found []stretch
	at := map[string]int{}
	for i := range c.Events {
		e := &c.Events[i]
		if !e.local() {
			continue
		}
		n, known := at[e.Zone.String()]
		if !known {
			at[e.Zone.String()] = len(found)
			found = append(found, stretch{e.Zone, e.Start, e.End})
			continue
		}
		if s := &found[n]; e.Start.Before(s.from) {
			s.from = e.Start
		}
		if s := &found[n]; e.End.After(s.to) {
			s.to = e.End
		}
	}
	return found
}

// write describes the zone by what its clocks do in that time, each change by itself:
// rules for ever would be a guess at what governments will do.
func (s stretch) write(w *writer) {
	w.line("BEGIN", "VTIMEZONE")
	w.text("TZID", s.zone.String())
	for t := s.from; ; {
		begin, end := t.In(s.zone).ZoneBounds()
		observance(w, t.In(s.zone), begin)
		if end.IsZero() || end.After(s.to) {
			break
		}
		t = end
	}
	w.line("END", "VTIMEZONE")
}

// observance writes what the clocks show at t, and since when. Before there were
// computers to ask, a zone was as it is first known.
func observance(w *writer, t, begin time.Time) {
	name, to := t.Zone()
	since, from := "19700101T000000", to
	if begin.After(time.Unix(0, 0)) {
		_, from = begin.Add(-time.Second).In(t.Location()).Zone()
		since = begin.In(time.FixedZone("", from)).Format(wallLayout)
	}
	kind := "STANDARD"
	if t.IsDST() {
		kind = "DAYLIGHT"
	}
	w.line("BEGIN", kind)
	w.line("DTSTART", since)
	w.line("TZOFFSETFROM", offset(from))
	w.line("TZOFFSETTO", offset(to))
	w.text("TZNAME", name)
	w.line("END", kind)
}

// offset writes seconds east of Greenwich.
func offset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	text := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		text += fmt.Sprintf("%02d", seconds%60)
	}
	return text
}
