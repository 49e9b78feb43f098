package slots

import (
	"errors"
	"testing"
	"time"

	"reserva/internal/kit/civil"
)

func TestDaySteps(t *testing.T) {
	tests := []struct {
		zone, date string
		steps      int
		start      string // UTC
	}{
		{"Asia/Jakarta", "2026-11-21", 288, "2026-11-20T17:00:00Z"},
		{"Europe/Berlin", "2026-03-29", 276, "2026-03-28T23:00:00Z"},
		{"Europe/Berlin", "2026-10-25", 300, "2026-10-24T22:00:00Z"},
		{"Australia/Lord_Howe", "2026-04-05", 294, "2026-04-04T13:00:00Z"},
		{"Australia/Lord_Howe", "2026-10-04", 282, "2026-10-03T13:30:00Z"},
		{"Asia/Beirut", "2026-03-29", 276, "2026-03-28T22:00:00Z"},
		{"America/Havana", "2026-11-01", 300, "2026-11-01T04:00:00Z"},
		{"America/Sao_Paulo", "2018-02-17", 300, "2018-02-17T02:00:00Z"},
		{"Pacific/Apia", "2011-12-30", 0, "2011-12-30T10:00:00Z"},
		{"Pacific/Apia", "2011-12-31", 288, "2011-12-30T10:00:00Z"},
		{"America/St_Johns", "2010-03-14", 276, "2010-03-14T03:30:00Z"},
		{"Antarctica/Casey", "2018-03-11", 324, "2018-03-10T13:00:00Z"},
		{"Pacific/Kwajalein", "1969-09-30", MaxSteps, "1969-09-29T13:00:00Z"},
	}
	for _, tt := range tests {
		day := NewDay(date(t, tt.date), zone(t, tt.zone))
		if got := day.Start().UTC().Format(time.RFC3339); day.Steps() != tt.steps || got != tt.start {
			t.Errorf("%s in %s: %d steps from %s, want %d from %s", tt.date, tt.zone, day.Steps(), got, tt.steps, tt.start)
		}
	}
}

// Days lie edge to edge, and every instant of the raster knows its step.
func TestDaysTile(t *testing.T) {
	for _, d := range interestingDays(t) {
		loc := zone(t, d.zone)
		day := NewDay(d.date, loc)
		if before := NewDay(d.date.AddDays(-1), loc); !before.End().Equal(day.Start()) {
			t.Errorf("%v in %s begins at %v, the day before ends at %v", d.date, d.zone, day.Start(), before.End())
		}
		if want := int(day.End().Sub(day.Start()) / Step); day.Steps() != want {
			t.Errorf("%v in %s has %d steps, want %d", d.date, d.zone, day.Steps(), want)
		}
		for step := range day.Steps() {
			if got, ok := day.Step(day.At(step)); got != step || !ok {
				t.Fatalf("%v in %s: step %d reads back as %d, %v", d.date, d.zone, step, got, ok)
			}
			if _, ok := day.Step(day.At(step).Add(time.Second)); ok {
				t.Fatalf("%v in %s: a second past step %d is on the raster", d.date, d.zone, step)
			}
		}
		for _, outside := range []time.Time{day.End(), day.Start().Add(-Step)} {
			if step, ok := day.Step(outside); ok {
				t.Errorf("%v in %s has %v as step %d", d.date, d.zone, outside, step)
			}
		}
	}
}

// A step is named just when its local time leads back to it.
func TestNamedStepsAreThoseThatLocalReturns(t *testing.T) {
	for _, d := range interestingDays(t) {
		loc := zone(t, d.zone)
		day := NewDay(d.date, loc)
		var want Mask
		for c := civil.Clock(0); c < civil.EndOfDay; c++ {
			at, err := day.Local(c)
			if err != nil {
				continue
			}
			if step, ok := day.Step(at); ok {
				want.Set(step, step+1)
			}
		}
		if day.named != want {
			t.Errorf("%v in %s names %d steps, want %d", d.date, d.zone, day.named.Count(), want.Count())
		}
	}
}

func TestLocal(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	if at, err := NewDay(date(t, "2026-03-29"), berlin).Local(150); !errors.Is(err, ErrGap) {
		t.Errorf("02:30 on the day without it is %v, %v; want ErrGap", at, err)
	}
	day := NewDay(date(t, "2026-10-25"), berlin)
	at, err := day.Local(150)
	if step, ok := day.Step(at); err != nil || !ok || step != 30 {
		t.Errorf("02:30 on the day with two is %v, %v; want the first", at, err)
	}
}

// What a wall shows becomes elapsed steps, at both edges of both kinds of change.
func TestWalls(t *testing.T) {
	tests := []struct {
		name, zone, date, wall string
		from, to               int
	}{
		{"ordinary", "Asia/Jakarta", "2026-11-21", "09:00-17:00", 108, 204},
		{"whole day", "Asia/Jakarta", "2026-11-21", "00:00-24:00", 0, 288},
		{"whole day as vacations write it", "Asia/Jakarta", "2026-11-21", "00:00-23:59", 0, 288},
		{"turned round", "Asia/Jakarta", "2026-11-21", "17:00-09:00", 0, 0},
		{"after a gap", "Europe/Berlin", "2026-03-29", "09:00-17:00", 96, 192},
		{"opens in the gap", "Europe/Berlin", "2026-03-29", "02:30-05:00", 24, 48},
		{"closes in the gap", "Europe/Berlin", "2026-03-29", "01:00-02:30", 12, 24},
		{"all in the gap", "Europe/Berlin", "2026-03-29", "02:00-03:00", 24, 24},
		{"to the end of a short day", "Europe/Berlin", "2026-03-29", "20:00-24:00", 228, 276},
		{"after a fold", "Europe/Berlin", "2026-10-25", "09:00-17:00", 120, 216},
		{"from the first", "Europe/Berlin", "2026-10-25", "02:30-05:00", 30, 72},
		{"to the second", "Europe/Berlin", "2026-10-25", "01:00-02:30", 12, 42},
		{"to the fold", "Europe/Berlin", "2026-10-25", "01:00-02:00", 12, 24},
		{"from first to second", "Europe/Berlin", "2026-10-25", "02:00-03:00", 24, 48},
		{"no midnight", "Asia/Beirut", "2026-03-29", "00:00-02:00", 0, 12},
		{"midnight twice", "America/Havana", "2026-11-01", "00:00-01:00", 0, 24},
		{"last hour twice", "America/Santiago", "2026-04-04", "22:00-24:00", 264, 300},
		{"half an hour", "Australia/Lord_Howe", "2026-10-04", "02:15-03:00", 24, 30},
		{"a change off the raster", "America/St_Johns", "2010-03-14", "01:00-02:00", 1, 12},
		{"left out", "Pacific/Apia", "2011-12-30", "00:00-24:00", 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			day := NewDay(date(t, tt.date), zone(t, tt.zone))
			w := wall(t, tt.wall)
			if from, to := day.within(w); from != tt.from || to != tt.to {
				t.Errorf("within %s lie %d to %d, want %d to %d", tt.wall, from, to, tt.from, tt.to)
			}
			if from, to := day.around(w); from > tt.from || to < tt.to || to-from > tt.to-tt.from+1 {
				t.Errorf("%s touches %d to %d, want %d to %d", tt.wall, from, to, tt.from, tt.to)
			}
		})
	}
}

// Work is rounded inwards and what is busy outwards.
func TestRounding(t *testing.T) {
	day := NewDay(date(t, "2026-11-21"), time.UTC)
	w := wall(t, "09:02-10:03")
	if from, to := day.within(w); from != 109 || to != 120 {
		t.Errorf("within lie %d to %d, want 109 to 120", from, to)
	}
	if from, to := day.around(w); from != 108 || to != 121 {
		t.Errorf("it touches %d to %d, want 108 to 121", from, to)
	}
	nine := day.At(108)
	tests := []struct {
		from, to         time.Duration
		wantFrom, wantTo int
	}{
		{0, 5 * time.Minute, 108, 109},
		{-time.Nanosecond, 5*time.Minute + time.Nanosecond, 107, 110},
		{time.Second, 2 * time.Second, 108, 109},
		{-48 * time.Hour, time.Hour, 0, 120},
		{-48 * time.Hour, -47 * time.Hour, 0, 0},
		{-9 * time.Hour, 250 * 365 * 24 * time.Hour, 0, MaxSteps},
	}
	if from, to := day.touched(Span{nine, nine.AddDate(1000, 0, 0)}); from != 108 || to != MaxSteps {
		t.Errorf("a thousand years touch %d to %d, want 108 to %d", from, to, MaxSteps)
	}
	for _, tt := range tests {
		from, to := day.touched(Span{nine.Add(tt.from), nine.Add(tt.to)})
		if from != tt.wantFrom || to != tt.wantTo {
			t.Errorf("%v to %v touches %d to %d, want %d to %d", tt.from, tt.to, from, to, tt.wantFrom, tt.wantTo)
		}
	}
}
