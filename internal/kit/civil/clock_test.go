package civil

import (
	"encoding/json"
	"errors"
	"testing"
	"time"
)

func TestParseClock(t *testing.T) {
	tests := []struct {
		in   string
		want Clock
		ok   bool
	}{
		{"00:00", 0, true},
		{"09:05", 545, true},
		{"23:59", 1439, true},
		{"24:00", 1440, true},
		{"24:00:00", 1440, true},
		{"09:05:00", 545, true},
		{"09:05:01", 0, false},
		{"24:01", 0, false},
		{"25:00", 0, false},
		{"10:60", 0, false},
		{"9:05", 0, false},
		{"09:5", 0, false},
		{"-1:00", 0, false},
		{"09:05 ", 0, false},
		{"09.05", 0, false},
		{"0905", 0, false},
		{"", 0, false},
	}
	for _, tt := range tests {
		got, err := ParseClock(tt.in)
		if got != tt.want || (err == nil) != tt.ok || (!tt.ok && !errors.Is(err, ErrClock)) {
			t.Errorf("ParseClock(%q) = %d, %v; want %d, ok %v", tt.in, got, err, tt.want, tt.ok)
		}
	}
}

func TestClockText(t *testing.T) {
	c := Clock(545)
	if c.String() != "09:05" || c.Long() != "09:05:00" || c.Hour() != 9 || c.Minute() != 5 {
		t.Errorf("545 minutes are %s, %s, %d h %d min", c, c.Long(), c.Hour(), c.Minute())
	}
	hours := map[string]Clock{"close": EndOfDay, "open": 545}
	text, err := json.Marshal(hours)
	if err != nil || string(text) != `{"close":"24:00","open":"09:05"}` {
		t.Errorf("encoded %s, %v", text, err)
	}
	var back map[string]Clock
	if err := json.Unmarshal(text, &back); err != nil || back["close"] != EndOfDay || back["open"] != 545 {
		t.Errorf("decoded %v, %v", back, err)
	}
	for _, bad := range []Clock{-1, 1441} {
		if text, err := json.Marshal(bad); !errors.Is(err, ErrClock) {
			t.Errorf("Clock(%d) encoded as %s, %v; want ErrClock", int(bad), text, err)
		}
	}
	for _, bad := range []string{`"24:30"`, `545`, `""`} {
		if err := json.Unmarshal([]byte(bad), new(Clock)); err == nil {
			t.Errorf("%s was accepted as a Clock", bad)
		}
	}
}

func TestClockOfDropsSeconds(t *testing.T) {
	jakarta := zone(t, "Asia/Jakarta")
	at := time.Date(2026, 11, 21, 2, 5, 59, 0, time.UTC)
	if got := ClockOf(at, jakarta); got != 545 {
		t.Errorf("ClockOf = %v, want 09:05", got)
	}
}

func FuzzParseClock(f *testing.F) {
	f.Add("09:05")
	f.Add("24:00:00")
	f.Add("99:99")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseClock(s)
		if err == nil && (!c.Valid() || s != c.String() && s != c.Long()) {
			t.Fatalf("ParseClock(%q) = %v", s, c)
		}
	})
}
