package outlets

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/opt"
)

// A week that is answered can be sent back and says the same.
func TestWeekSurvivesTheRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		week := []span{}
		for day := range daysOfWeek {
			for at := rapid.IntRange(0, 1500).Draw(t, "opens"); at < 1440; at += rapid.IntRange(0, 600).Draw(t, "pause") {
				closes := min(at+rapid.IntRange(1, 900).Draw(t, "length"), 1440)
				week = append(week, span{day, at, closes})
				at = closes
			}
		}
		var sent []HoursInput
		for _, h := range rapid.Permutation(showWeek(true, week)).Draw(t, "order") {
			sent = append(sent, HoursInput{Day: h.Day, IsOpen: opt.Some(h.IsOpen), OpenTime: h.OpenTime, CloseTime: h.CloseTime})
		}
		got, err := parseWeek(sent)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(week, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// An outlet is open in [opens, closes) of its own wall clock, whatever the clocks do.
func TestOpenAt(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	week := []span{{Day: 6, Opens: 150, Closes: 180}, {Day: 6, Opens: 1380, Closes: 1440}} // Sunday 02:30-03:00 and 23:00-24:00
	ten, noon := 600, 720
	special := []specialRow{
		{Date: civil.Date{Year: 2026, Month: 4, Day: 5}},
		{Date: civil.Date{Year: 2026, Month: 4, Day: 7}, Opens: &ten, Closes: &noon},
	}
	for at, want := range map[string]bool{
		"2026-03-22T02:30:00+01:00": true,
		"2026-03-22T02:59:59+01:00": true,
		"2026-03-22T03:00:00+01:00": false,
		"2026-03-29T01:30:00+01:00": false, // clocks go forward at two: the hours fall into the gap
		"2026-03-29T03:30:00+02:00": false,
		"2026-10-25T02:30:00+02:00": true, // and back: both times
		"2026-10-25T02:30:00+01:00": true,
		"2026-03-22T23:59:59+01:00": true,
		"2026-03-23T00:00:00+01:00": false,
		"2026-04-05T23:30:00+02:00": false, // closed on that Sunday
		"2026-04-07T10:00:00+02:00": true,
		"2026-04-07T12:00:00+02:00": false,
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := openAt(week, special, berlin, instant); got != want {
			t.Errorf("open at %s: %v", at, got)
		}
	}
}
