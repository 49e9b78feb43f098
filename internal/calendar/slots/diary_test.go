package slots

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

// The functions here draw random diaries: members with what they do on one day.

// drawClock is dense enough that edges often meet.
func drawClock(t *rapid.T, name string) civil.Clock {
	if rapid.IntRange(0, 9).Draw(t, name+" special") == 0 {
		return rapid.SampledFrom([]civil.Clock{0, 60, 120, 150, 180, 1380, 1439, 1440}).Draw(t, name)
	}
	return civil.Clock(5 * rapid.IntRange(0, 288).Draw(t, name))
}

func drawWall(t *rapid.T, name string) Wall {
	a, b := drawClock(t, name+" from"), drawClock(t, name+" to")
	w := Wall{From: min(a, b), To: max(a, b)}
	if w.From == 1439 {
		w.From = 1435 // shifts lie on the raster; 23:59 only ever ends a day
	}
	return w
}

// kinds are the resources of drawn services.
func kinds() []string { return []string{"room", "chair"} }

func drawUnits(t *rapid.T, day *Day, busiest int) (units []Unit) {
	for key := range rapid.IntRange(0, 4).Draw(t, "units") {
		unit := Unit{Key: int64(100 + key)}
		for range rapid.IntRange(0, busiest).Draw(t, "unit occupancies") {
			from := day.Start().Add(time.Duration(rapid.IntRange(-7200, 93600).Draw(t, "unit busy from")) * time.Second)
			unit.Busy = append(unit.Busy, Busy{Span: Span{from, from.Add(time.Duration(rapid.IntRange(1, 21600).Draw(t, "unit busy length")) * time.Second)}})
		}
		units = append(units, unit)
	}
	return units
}

func drawService(t *rapid.T) Service {
	s := Service{
		Preparation:   rapid.IntRange(0, 20).Draw(t, "preparation"),
		Duration:      rapid.IntRange(1, 150).Draw(t, "duration"),
		Cleanup:       rapid.IntRange(0, 20).Draw(t, "cleanup"),
		Capacity:      rapid.SampledFrom([]int{0, 1, 1, 2, 5}).Draw(t, "capacity"),
		RequiredStaff: rapid.SampledFrom([]int{0, 1, 1, 1, 2, 3}).Draw(t, "required staff"),
		Unattended:    rapid.IntRange(0, 7).Draw(t, "unattended") == 0,
	}
	for _, kind := range kinds() {
		if rapid.IntRange(0, 3).Draw(t, "needs "+kind) == 0 {
			s.Needs = append(s.Needs, Need{Kind: kind, Count: rapid.IntRange(0, 2).Draw(t, "count")})
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "gaps") {
		from := rapid.IntRange(-5, 150).Draw(t, "gap from")
		s.Gaps = append(s.Gaps, Gap{From: from, To: from + rapid.IntRange(0, 60).Draw(t, "gap length")})
	}
	return s
}

func drawMember(t *rapid.T, key int64, day *Day, s Service) Member {
	m := Member{Key: key, ID: id.ID(fmt.Sprint("m", key)), Load: rapid.IntRange(0, 3).Draw(t, "load")}
	m.Wanted = rapid.IntRange(0, 7).Draw(t, "wanted") == 0
	if rapid.IntRange(0, 2).Draw(t, "own time") == 0 {
		m.Duration = rapid.IntRange(1, 180).Draw(t, "own duration")
	}
	if rapid.Bool().Draw(t, "full day") {
		m.Working = append(m.Working, Shift{Wall: Wall{To: civil.EndOfDay}})
	}
	for range rapid.IntRange(0, 3).Draw(t, "shifts") {
		m.Working = append(m.Working, Shift{
			Wall:          drawWall(t, "shift"),
			Seats:         rapid.IntRange(0, 4).Draw(t, "shift seats"),
			OtherServices: rapid.IntRange(0, 3).Draw(t, "other services") == 0,
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "time off") {
		w := drawWall(t, "off")
		w.From += civil.Clock(rapid.IntRange(0, 4).Draw(t, "unaligned"))
		m.Off = append(m.Off, Off{Kind: OffKind(rapid.IntRange(0, 2).Draw(t, "kind")), Wall: w})
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "occupancies") {
		from := day.Start().Add(time.Duration(rapid.IntRange(-7200, 93600).Draw(t, "busy from")) * time.Second)
		to := from.Add(time.Duration(rapid.IntRange(1, 5400).Draw(t, "busy length")) * time.Second)
		m.Busy = append(m.Busy, Busy{Span: Span{from, to}, Session: id.ID(fmt.Sprint("other", i))})
	}
	if day.Steps() == 0 {
		return m
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "sessions") {
		run := Run{
			// Joint sessions arise where members draw the same number and start.
			Session:  id.ID(fmt.Sprint("session", i)),
			Start:    day.At(min(100+rapid.IntRange(0, 5).Draw(t, "session start")*12, day.Steps()-1)),
			Taken:    rapid.IntRange(0, 5).Draw(t, "taken"),
			Capacity: rapid.IntRange(1, 5).Draw(t, "run capacity"),
		}
		m.Runs = append(m.Runs, run)
		begun := s.By(&m)
		if rapid.IntRange(0, 5).Draw(t, "changed since") == 0 {
			begun.Duration += rapid.IntRange(-1, 20).Draw(t, "by")
		}
		for _, span := range begun.BusySpans(run.Start) {
			m.Busy = append(m.Busy, Busy{Span: span, Session: run.Session})
		}
	}
	return m
}

func drawLeg(t *rapid.T, day *Day) Leg {
	leg := Leg{Service: drawService(t)}
	for key := range rapid.IntRange(0, 4).Draw(t, "members") {
		leg.Members = append(leg.Members, drawMember(t, int64(key), day, leg.Service))
	}
	return leg
}

func drawHours(t *rapid.T) (hours []Wall) {
	if rapid.Bool().Draw(t, "open all day") {
		return []Wall{{To: civil.EndOfDay}}
	}
	for range rapid.IntRange(0, 3).Draw(t, "openings") {
		hours = append(hours, drawWall(t, "opening"))
	}
	return hours
}

func drawPolicy(t *rapid.T, day *Day) (p Policy) {
	instant := func(name string) time.Time {
		return day.Start().Add(time.Duration(rapid.IntRange(-3600, 90000).Draw(t, name)) * time.Second)
	}
	if rapid.Bool().Draw(t, "has now") {
		p.Now = instant("now")
		p.NotBefore = p.Now.Add(time.Duration(rapid.IntRange(0, 180).Draw(t, "notice")) * time.Minute)
	}
	if rapid.IntRange(0, 3).Draw(t, "has horizon") == 0 {
		p.NotAfter = instant("horizon")
	}
	return p
}

// scene is everything that one property looks at.
type scene struct {
	day   *Day
	board *Board
	ref   *reference
}

func drawScene(t *rapid.T, outer testing.TB, days []zoneDay) scene {
	d := rapid.SampledFrom(days).Draw(t, "day")
	loc := zone(outer, d.zone)
	day := NewDay(d.date, loc)
	hours, policy := drawHours(t), drawPolicy(t, day)
	sc := scene{day, NewBoard(day, hours, policy), newReference(d.date, loc, hours, policy)}
	for _, kind := range kinds() {
		units := drawUnits(t, day, 3)
		sc.board.Stock(kind, units)
		sc.ref.put(kind, units)
	}
	return sc
}
