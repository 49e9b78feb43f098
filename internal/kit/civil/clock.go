package civil

import (
	"errors"
	"fmt"
	"time"
)

// EndOfDay is 24:00, the end of a day: closing times may have it.
const EndOfDay Clock = 24 * 60

// ErrClock reports a text that is not a time of day.
var ErrClock = errors.New("civil: not a time of day in the form HH:MM")

// Clock is a time of day in whole minutes after the midnight that a wall shows, 0 to 1440; 1440 is 24:00.
type Clock int

// ParseClock reads "15:04", and also "15:04:00", which HTML forms and some clients send; other seconds, and any time
// after "24:00", are ErrClock.
func ParseClock(s string) (Clock, error) {
	if len(s) == len("15:04:00") && s[5:] == ":00" {
		s = s[:5]
	}
	if len(s) != len("15:04") || s[2] != ':' {
		return 0, ErrClock
	}
	hour, ok1 := digits(s[:2])
	minute, ok2 := digits(s[3:])
	c := Clock(hour*60 + minute)
	if !ok1 || !ok2 || minute > 59 || !c.Valid() {
		return 0, ErrClock
	}
	return c, nil
}

// ClockOf returns the time of day that a wall in loc shows at t, its seconds dropped.
func ClockOf(t time.Time, loc *time.Location) Clock {
	hour, minute, _ := t.In(loc).Clock()
	return Clock(hour*60 + minute)
}

// Valid reports whether c lies between 00:00 and 24:00.
func (c Clock) Valid() bool { return c >= 0 && c <= EndOfDay }

// Hour returns 0 to 24.
func (c Clock) Hour() int { return int(c) / 60 }

// Minute returns 0 to 59.
func (c Clock) Minute() int { return int(c) % 60 }

// String returns "15:04".
func (c Clock) String() string {
	text, err := c.AppendText(make([]byte, 0, len("15:04")))
	if err != nil {
		return fmt.Sprintf("%02d:%02d", c.Hour(), c.Minute())
	}
	return string(text)
}

// Long returns "15:04:00".
func (c Clock) Long() string { return c.String() + ":00" }

// MarshalText returns "15:04". It fails with ErrClock when c is no time of day.
func (c Clock) MarshalText() ([]byte, error) { return c.AppendText(make([]byte, 0, len("15:04"))) }

// AppendText appends what MarshalText returns. Grids hold thousands of clocks.
func (c Clock) AppendText(to []byte) ([]byte, error) {
	if !c.Valid() {
		return nil, ErrClock
	}
	hour, minute := byte(c/60), byte(c%60)
	return append(to, '0'+hour/10, '0'+hour%10, ':', '0'+minute/10, '0'+minute%10), nil
}

// UnmarshalText reads what ParseClock reads.
func (c *Clock) UnmarshalText(text []byte) error {
	parsed, err := ParseClock(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}
