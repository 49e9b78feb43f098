package history

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"reserva/internal/kit/civil"
)

func TestBoundsOfAPeriod(t *testing.T) {
	t.Parallel()
	jakarta := time.FixedZone("WIB", 7*60*60)
	tests := []struct {
		raw, want string
		edge      func(civil.Date, *time.Location) time.Time
	}{
		{"2026-04-10", "2026-04-09T17:00:00Z", civil.Date.Start},
		{"2026-04-10", "2026-04-10T17:00:00Z", civil.Date.End},
		{"2026-04-10T10:00:00", "2026-04-10T10:00:00Z", civil.Date.End},
		{"2026-04-10T10:00:00Z", "2026-04-10T10:00:00Z", civil.Date.Start},
		{"2026-04-10T10:00:00+07:00", "2026-04-10T03:00:00Z", civil.Date.Start},
		{"2026-04-10T10:00:00 07:00", "2026-04-10T03:00:00Z", civil.Date.Start},
	}
	for _, tt := range tests {
		got, err := bound(tt.raw, "date_from", jakarta, tt.edge)
		if err != nil || got.Format(time.RFC3339) != tt.want {
			t.Errorf("%s: %v, %v", tt.raw, got, err)
		}
	}
	for _, bad := range []string{"yesterday", "2026-02-30", "10:00", "2026-04-10T25:00:00"} {
		if _, err := bound(bad, "date_from", jakarta, civil.Date.Start); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

// The days and what the period cuts of them are the period, each moment once.
func TestSpansCoverThePeriod(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		moment := func(name string) *time.Time {
			if rapid.IntRange(0, 4).Draw(t, name+" is open") == 0 {
				return nil
			}
			at := start.Add(time.Duration(rapid.IntRange(0, 96*4).Draw(t, name)) * 15 * time.Minute)
			return &at
		}
		from, to := moment("from"), moment("to")
		if from != nil && to != nil && from.After(*to) {
			from, to = to, from
		}
		s := spanOf(from, to)
		for i := range 96 * 4 {
			at := start.Add(time.Duration(i) * 15 * time.Minute)
			want := 0
			if (from == nil || !at.Before(*from)) && (to == nil || at.Before(*to)) {
				want = 1
			}
			got := 0
			if day := civil.Of(at, time.UTC); !day.Before(s.day) && day.Before(s.until) {
				got++
			}
			if !at.Before(s.headFrom) && at.Before(s.headTo) {
				got++
			}
			if !at.Before(s.tailFrom) && at.Before(s.tailTo) {
				got++
			}
			if got != want {
				t.Fatalf("%s from %v to %v is covered %d times: %+v", at, from, to, got, s)
			}
		}
	})
}

func TestWhatLooksLikeAFormulaIsText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Ayu": "Ayu", "": "", "-5": "'-5", "=1+1": "'=1+1", "+62": "'+62", "@x": "'@x", "\t=1": "'\t=1", "  =1": "'  =1", "Ünal": "Ünal", "a=1": "a=1",
	} {
		if got := harmless(text); got != want {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}
