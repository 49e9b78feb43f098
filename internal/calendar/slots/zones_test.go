package slots

import (
	"testing"
	"time"
	_ "time/tzdata" // the days below must not depend on the zones that the machine has

	"reserva/internal/kit/civil"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func date(t testing.TB, text string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func clock(t testing.TB, text string) civil.Clock {
	t.Helper()
	c, err := civil.ParseClock(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wall reads "09:00-17:00".
func wall(t testing.TB, text string) Wall {
	t.Helper()
	if len(text) != len("09:00-17:00") {
		t.Fatalf("%q is not a stretch of the day", text)
	}
	return Wall{From: clock(t, text[:5]), To: clock(t, text[6:])}
}

func walls(t testing.TB, texts ...string) (all []Wall) {
	t.Helper()
	for _, text := range texts {
		all = append(all, wall(t, text))
	}
	return all
}

// zoneDay is a date in a zone.
type zoneDay struct {
	zone string
	date civil.Date
}

// presentZones are checked at every clock change of 2024 to 2027.
func presentZones() []string {
	return []string{
		"Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu",
		"Asia/Jakarta", "Asia/Manila", "Asia/Beirut", "America/Havana", "America/Santiago", "Pacific/Apia",
		"Africa/Casablanca", "Africa/Cairo", "Pacific/Chatham", "Antarctica/Troll", "Antarctica/Casey", "UTC",
	}
}

// oddDays are days of the past that show what zones are able to do.
func oddDays(t testing.TB) []zoneDay {
	var days []zoneDay
	for _, d := range []struct{ zone, date string }{
		{"America/Sao_Paulo", "2017-10-15"}, // no midnight
		{"America/Sao_Paulo", "2018-02-17"}, // 23:00 twice
		{"Pacific/Apia", "2011-12-29"},
		{"Pacific/Apia", "2011-12-30"}, // left out
		{"Pacific/Apia", "2011-12-31"},
		{"Pacific/Kwajalein", "1993-08-21"},   // left out
		{"America/St_Johns", "2010-11-06"},    // 23:01-24:00 twice, with a minute of the next day between
		{"America/St_Johns", "2010-11-07"},    // the rest of it
		{"Antarctica/Casey", "2018-03-11"},    // 27 hours
		{"Australia/Lord_Howe", "2019-04-07"}, // 24.5 hours
		{"Asia/Pyongyang", "2018-05-05"},      // put forward half an hour before midnight
		{"America/Caracas", "2016-05-01"},
	} {
		days = append(days, zoneDay{d.zone, date(t, d.date)})
	}
	return days
}

// changeDays returns the days on which the clock of a zone is changed, from 2024 to 2027, and their neighbours.
func changeDays(t testing.TB, name string) (days []zoneDay) {
	loc := zone(t, name)
	seen := map[civil.Date]bool{}
	for at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).In(loc); ; {
		_, end := at.ZoneBounds()
		if end.IsZero() || end.Year() > 2027 {
			return days
		}
		for _, near := range []int{-1, 0, 1} {
			if d := civil.Of(end, loc).AddDays(near); !seen[d] {
				seen[d] = true
				days = append(days, zoneDay{name, d})
			}
		}
		at = end
	}
}

// interestingDays are all days on which a clock changes and a few on which none does.
func interestingDays(t testing.TB) []zoneDay {
	days := oddDays(t)
	for _, name := range presentZones() {
		days = append(days, zoneDay{name, date(t, "2026-06-15")})
		days = append(days, changeDays(t, name)...)
	}
	return days
}
