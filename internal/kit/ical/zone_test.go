package ical

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"reserva/internal/kit/civil"
)

// The hour that comes twice can be named only once; the second goes by UTC.
func TestTheHourThatComesTwice(t *testing.T) {
	tests := []struct{ zone, start, want string }{
		{"Europe/Berlin", "2026-10-24T23:59:00Z", "DTSTART;TZID=Europe/Berlin:20261025T015900"},
		{"Europe/Berlin", "2026-10-25T00:30:00Z", "DTSTART;TZID=Europe/Berlin:20261025T023000"},
		{"Europe/Berlin", "2026-10-25T01:30:00Z", "DTSTART:20261025T013000Z"},
		{"Europe/Berlin", "2026-10-25T02:00:00Z", "DTSTART;TZID=Europe/Berlin:20261025T030000"},
		{"Europe/Berlin", "2026-03-29T01:00:00Z", "DTSTART;TZID=Europe/Berlin:20260329T030000"},
		{"Australia/Lord_Howe", "2026-04-04T14:59:00Z", "DTSTART;TZID=Australia/Lord_Howe:20260405T015900"},
		{"Australia/Lord_Howe", "2026-04-04T15:29:00Z", "DTSTART:20260404T152900Z"}, // half an hour only
		{"Australia/Lord_Howe", "2026-04-04T15:30:00Z", "DTSTART;TZID=Australia/Lord_Howe:20260405T020000"},
		{"Asia/Kathmandu", "2026-06-01T00:00:00Z", "DTSTART;TZID=Asia/Kathmandu:20260601T054500"},
		{"UTC", "2026-06-01T00:00:00Z", "DTSTART:20260601T000000Z"},
	}
	for _, tt := range tests {
		start := at(t, tt.start)
		text := Calendar{Events: []Event{{Start: start, End: start, Zone: zone(t, tt.zone)}}}.Text()
		if !strings.Contains(text, "\r\n"+tt.want+"\r\n") {
			t.Errorf("%s at %s: no %s in\n%s", tt.zone, tt.start, tt.want, text)
		}
	}
}

func TestAZoneIsDescribedForAsLongAsItsEvents(t *testing.T) {
	berlin, manila := zone(t, "Europe/Berlin"), zone(t, "Asia/Manila")
	event := func(loc *time.Location, start string) Event {
		return Event{Start: at(t, start), End: at(t, start).Add(time.Hour), Zone: loc}
	}
	text := Calendar{Events: []Event{
		event(berlin, "2026-12-01T09:00:00Z"), event(manila, "2026-05-01T09:00:00Z"), event(berlin, "2026-03-01T09:00:00Z"),
	}}.Text()
	for line, want := range map[string]int{
		"BEGIN:VTIMEZONE": 2, "TZID:Europe/Berlin": 1, "TZID:Asia/Manila": 1,
		// In force at the first event, and the two changes until the last.
		"DTSTART:20251026T030000": 1, "DTSTART:20260329T020000": 1, "DTSTART:20261025T030000": 1,
		"BEGIN:DAYLIGHT": 1, "BEGIN:STANDARD": 3,
		"TZOFFSETFROM:+0200": 2, "TZOFFSETTO:+0200": 1,
	} {
		if got := strings.Count(text, "\r\n"+line+"\r\n"); got != want {
			t.Errorf("%s: %d times, want %d in\n%s", line, got, want, text)
		}
	}
}

// Whoever reads only the file, and knows no zones, finds the same instants: in every
// zone, around every change of its clocks.
func TestTheDescriptionOfAZoneIsEnough(t *testing.T) {
	names := []string{
		"Europe/Berlin", "Europe/Dublin", "America/St_Johns", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Tehran", "Africa/Casablanca",
		"Asia/Kolkata", "Pacific/Chatham", "Pacific/Apia", "America/Santiago", "Asia/Gaza", "Antarctica/Troll", "Asia/Manila",
	}
	rapid.Check(t, func(t *rapid.T) {
		loc, err := civil.Zone(rapid.SampledFrom(names).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		day := time.Unix(rapid.Int64Range(300_000_000, 2_000_000_000).Draw(t, "day"), 0)
		if _, change := day.In(loc).ZoneBounds(); !change.IsZero() && rapid.Bool().Draw(t, "around a change") {
			day = change.Add(-24 * time.Hour)
		}
		var events []Event
		for range rapid.IntRange(1, 8).Draw(t, "events") {
			start := day.Add(5 * time.Minute * time.Duration(rapid.IntRange(0, 24*36).Draw(t, "start"))).Truncate(time.Second)
			events = append(events, Event{Start: start, End: start.Add(2 * time.Hour), Zone: loc})
		}
		text := Calendar{Events: events}.Text()
		rules := rulesIn(t, text)
		var want, got []string
		for _, e := range events {
			want = append(want, utc(e.Start), utc(e.End))
		}
		for line := range strings.SplitSeq(text, "\r\n") {
			name, value, _ := strings.Cut(line, ":")
			if strings.HasPrefix(name, "DTEND") || strings.HasPrefix(name, "DTSTART") && (strings.Contains(name, "TZID") || strings.HasSuffix(value, "Z")) {
				got = append(got, instant(t, rules, value))
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("read %v, want %v\n%s", got, want, text)
		}
	})
}

// rule is an observance: from a time of the wall on, the clocks show this.
type rule struct {
	since    time.Time // in the offset before
	from, to time.Duration
}

func rulesIn(t rapid.TB, text string) (rules []rule) {
	t.Helper()
	_, text, _ = strings.Cut(text, "BEGIN:VTIMEZONE")
	text, _, _ = strings.Cut(text, "END:VTIMEZONE")
	for i, part := range strings.Split(text, "\r\nDTSTART:") {
		if i == 0 {
			continue
		}
		lines := strings.Split(part, "\r\n")
		since, err := time.Parse(wallLayout, lines[0])
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, rule{since, east(t, lines[1]), east(t, lines[2])})
	}
	return rules
}

func east(t rapid.TB, line string) time.Duration {
	t.Helper()
	_, text, _ := strings.Cut(line, ":")
	var hours, minutes, seconds int
	if n, _ := fmt.Sscanf(text[1:]+"00", "%2d%2d%2d", &hours, &minutes, &seconds); n != 3 {
		t.Fatalf("not an offset: %s", line)
	}
	d := time.Duration(hours*3600+minutes*60+seconds) * time.Second
	if text[0] == '-' {
		return -d
	}
	return d
}

// instant applies the last rule that had begun, as RFC 5545 says.
func instant(t rapid.TB, rules []rule, value string) string {
	t.Helper()
	if strings.HasSuffix(value, "Z") {
		return value
	}
	wall, err := time.Parse(wallLayout, value)
	if err != nil {
		t.Fatal(err)
	}
	east := rules[0].to
	for _, r := range rules {
		// A time that comes twice is the first: the rule before still holds there.
		if begins := r.since.Add(max(0, r.to-r.from)); !wall.Before(begins) {
			east = r.to
		}
	}
	return utc(wall.Add(-east))
}
