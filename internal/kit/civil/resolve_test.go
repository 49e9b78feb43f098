package civil

import (
	"errors"
	"testing"
	"time"
	_ "time/tzdata" // the tables below must not depend on the zones that the machine has

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestResolve(t *testing.T) {
	tests := []struct {
		name, zone, date, clock string
		want                    string // UTC; empty for ErrGap
	}{
		{"ordinary", "Asia/Jakarta", "2026-11-21", "09:00", "2026-11-21T02:00:00Z"},
		{"end of day", "Asia/Jakarta", "2026-11-21", "24:00", "2026-11-21T17:00:00Z"},
		{"before the gap", "Europe/Berlin", "2026-03-29", "01:59", "2026-03-29T00:59:00Z"},
		{"gap begins", "Europe/Berlin", "2026-03-29", "02:00", ""},
		{"in the gap", "Europe/Berlin", "2026-03-29", "02:30", ""},
		{"gap is over", "Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00:00Z"},
		{"twice, first taken", "Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00Z"},
		{"twice begins", "Europe/Berlin", "2026-10-25", "02:00", "2026-10-25T00:00:00Z"},
		{"twice is over", "Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00:00Z"},
		{"twice, west", "America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00Z"},
		{"half-hour gap", "Australia/Lord_Howe", "2026-10-04", "02:15", ""},
		{"half-hour gap is over", "Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03T15:30:00Z"},
		{"half hour twice", "Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z"},
		{"midnight in a gap", "America/Santiago", "2026-09-06", "00:00", ""},
		{"a day ends at a gap", "America/Santiago", "2026-09-05", "24:00", "2026-09-06T04:00:00Z"},
		{"midnight twice", "America/Havana", "2026-11-01", "00:00", "2026-11-01T04:00:00Z"},
		{"a day ends before a midnight that comes twice", "America/Havana", "2026-10-31", "24:00", "2026-11-01T04:00:00Z"},
		{"the hour before midnight twice", "America/Santiago", "2026-04-04", "23:30", "2026-04-05T02:30:00Z"},
		{"midnight after it", "America/Santiago", "2026-04-05", "00:00", "2026-04-05T04:00:00Z"},
		{"a date left out", "Pacific/Apia", "2011-12-30", "12:00", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := ParseClock(tt.clock)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Resolve(date(t, tt.date), c, zone(t, tt.zone))
			if tt.want == "" {
				if !errors.Is(err, ErrGap) {
					t.Fatalf("Resolve = %v, %v; want ErrGap", got, err)
				}
				return
			}
			if err != nil || got.UTC().Format(time.RFC3339) != tt.want {
				t.Fatalf("Resolve = %v, %v; want %s", got.UTC().Format(time.RFC3339), err, tt.want)
			}
		})
	}
}

func TestResolveRefusesWhatIsNotValid(t *testing.T) {
	if _, err := Resolve(Date{2026, time.February, 30}, 0, time.UTC); !errors.Is(err, ErrDate) {
		t.Errorf("30 February: %v, want ErrDate", err)
	}
	if _, err := Resolve(Date{2026, time.February, 3}, 1441, time.UTC); !errors.Is(err, ErrClock) {
		t.Errorf("24:01: %v, want ErrClock", err)
	}
}

func TestStart(t *testing.T) {
	tests := []struct{ name, zone, date, want string }{
		{"ordinary", "Asia/Manila", "2026-11-21", "2026-11-20T16:00:00Z"},
		{"no midnight", "America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"},
		{"midnight twice", "America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"},
		{"a date left out", "Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},
		{"the date after it", "Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := date(t, tt.date).Start(zone(t, tt.zone)).UTC().Format(time.RFC3339)
			if got != tt.want {
				t.Errorf("Start = %s, want %s", got, tt.want)
			}
		})
	}
}

// An instant resolves back to itself, or, in an hour that comes twice, to the earlier instant that shows the same.
func TestResolveProperties(t *testing.T) {
	names := []string{
		"Asia/Jakarta", "Asia/Manila", "Europe/Berlin", "Europe/London", "America/New_York", "America/Santiago",
		"America/Havana", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Beirut", "Africa/Cairo",
		"Africa/Casablanca", "Asia/Tehran", "Pacific/Chatham", "Atlantic/Azores",
	}
	zones := make([]*time.Location, len(names))
	for i, name := range names {
		zones[i] = zone(t, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(zones).Draw(t, "zone")
		d := Date{2026, time.January, 1}.AddDays(rapid.IntRange(0, 5*365).Draw(t, "day"))

		start, end := d.Start(loc), d.End(loc)
		if Of(start, loc) != d || Of(start.Add(-1), loc) == d {
			t.Fatalf("%v in %v does not begin at %v", d, loc, start)
		}
		length := end.Sub(start)
		if length < 23*time.Hour || length > 25*time.Hour {
			t.Fatalf("%v in %v is %v long", d, loc, length)
		}

		at := start.Add(time.Duration(rapid.Int64Range(0, int64(length/time.Minute)-1).Draw(t, "minute")) * time.Minute)
		c := ClockOf(at, loc)
		got, err := Resolve(d, c, loc)
		if err != nil {
			t.Fatalf("Resolve(%v, %v, %v), which %v shows: %v", d, c, loc, at, err)
		}
		if Of(got, loc) != d || ClockOf(got, loc) != c || got.After(at) || at.Sub(got) > time.Hour {
			t.Fatalf("Resolve(%v, %v, %v) = %v, want %v or an earlier instant that shows the same", d, c, loc, got, at)
		}
		for earlier := range 3 {
			before := got.Add(-time.Duration(earlier+1) * 30 * time.Minute)
			if Of(before, loc) == d && ClockOf(before, loc) == c {
				t.Fatalf("Resolve(%v, %v, %v) = %v, but %v shows the same", d, c, loc, got, before)
			}
		}
	})
}
