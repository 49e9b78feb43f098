package services

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestEffectivePrice(t *testing.T) {
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	price := func(n int64) *int64 { return &n }
	at := func(d time.Duration) *time.Time { t := now.Add(d); return &t }
	for _, c := range []struct {
		name      string
		promotion *int64
		until     *time.Time
		outlet    *int64
		want      int64
		source    string
	}{
		{"base", nil, nil, nil, 100, SourceBase},
		{"outlet", nil, nil, price(120), 120, SourceOutlet},
		{"promotion beats the outlet", price(80), at(time.Nanosecond), price(120), 80, SourcePromotion},
		{"promotion ends at its expiry", price(80), at(0), price(120), 120, SourceOutlet},
		{"expired", price(80), at(-time.Second), nil, 100, SourceBase},
		{"no end", price(80), nil, nil, 100, SourceBase},
		{"no price", nil, at(time.Hour), nil, 100, SourceBase},
		{"for nothing", price(0), at(time.Hour), nil, 0, SourcePromotion},
	} {
		if got, source := EffectivePrice(100, c.promotion, c.until, c.outlet, now); got != c.want || source != c.source {
			t.Errorf("%s: %d by %s, want %d by %s", c.name, got, source, c.want, c.source)
		}
	}
}

// What passes the rules leaves the staff member busy in whole steps of the raster.
func TestTimingLeavesBusySteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		timing := Timing{Duration: 5 * rapid.IntRange(1, 24).Draw(t, "duration")}
		for range rapid.IntRange(0, 4).Draw(t, "gaps") {
			timing.ProcessingGaps = append(timing.ProcessingGaps, Gap{
				From: rapid.IntRange(-5, 130).Draw(t, "from"), To: rapid.IntRange(-5, 130).Draw(t, "to"),
			})
		}
		busy := map[int]bool{}
		for minute := range timing.Duration {
			busy[minute] = true
		}
		valid := true
		for _, g := range timing.ProcessingGaps {
			valid = valid && g.From%5 == 0 && g.To%5 == 0 && g.From < g.To
			for minute := g.From; minute < g.To; minute++ {
				valid = valid && busy[minute] // neither outside nor taken by another gap
				delete(busy, minute)
			}
		}
		if err := timing.check(); (err == nil) != (valid && len(busy) > 0) {
			t.Fatalf("%+v: %v, with %d busy minutes", timing, err, len(busy))
		}
	})
}

func TestSettle(t *testing.T) {
	yes, no := true, false
	status := func(s Status) *Status { return &s }
	for _, c := range []struct {
		old    Status
		status *Status
		active *bool
		want   Status
		bad    bool
	}{
		{old: Active, want: Active},
		{old: Archived, want: Archived},
		{old: Active, active: &no, want: Inactive},
		{old: Archived, active: &no, want: Archived},
		{old: Archived, active: &yes, want: Active},
		{old: Inactive, status: status(Archived), want: Archived},
		{old: Inactive, status: status(Active), active: &yes, want: Active},
		{old: Active, status: status(Archived), active: &no, want: Archived},
		{old: Active, status: status(Archived), active: &yes, bad: true},
		{old: Active, status: status(Active), active: &no, bad: true},
	} {
		got, err := settle(c.old, c.status, c.active)
		if c.bad != (err != nil) || !c.bad && got != c.want {
			t.Errorf("settle(%s, %v, %v) = %s, %v", c.old, c.status, c.active, got, err)
		}
	}
}
