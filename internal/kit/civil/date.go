package civil

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// MinYear and MaxYear bound the dates that are valid: from the oldest birthday to the farthest plan.
const (
	MinYear = 1900
	MaxYear = 2199
)

// ErrDate reports a text or value that is not a date of the calendar between MinYear and MaxYear.
var ErrDate = errors.New("civil: not a date in the form YYYY-MM-DD")

const daySeconds = 24 * 60 * 60

// Date is a day of the calendar, in no zone. Dates compare with ==. The zero Date is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2006-01-02", strictly: two-digit months and days, and only days that exist. It fails with ErrDate.
func ParseDate(s string) (Date, error) {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return Date{}, ErrDate
	}
	year, ok1 := digits(s[:4])
	month, ok2 := digits(s[5:7])
	day, ok3 := digits(s[8:])
	d := Date{Year: year, Month: time.Month(month), Day: day}
	if !ok1 || !ok2 || !ok3 || !d.Valid() {
		return Date{}, ErrDate
	}
	return d, nil
}

// Of returns the date that a wall in loc shows at t.
func Of(t time.Time, loc *time.Location) Date {
	year, month, day := t.In(loc).Date()
	return Date{Year: year, Month: month, Day: day}
}

// Valid reports whether the calendar has the date, between MinYear and MaxYear.
func (d Date) Valid() bool {
	return d.Year >= MinYear && d.Year <= MaxYear && Of(d.utc(), time.UTC) == d
}

// IsZero reports whether d is the zero Date, which is none.
func (d Date) IsZero() bool { return d == Date{} }

// String returns "2006-01-02".
func (d Date) String() string { return string(d.append(nil)) }

// AddDays returns the date n days later, or earlier where n is negative.
func (d Date) AddDays(n int) Date {
	return Of(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC), time.UTC)
}

// Sub returns the days from e to d: 1 when d is the day after e.
func (d Date) Sub(e Date) int {
	return int((d.utc().Unix() - e.utc().Unix()) / daySeconds)
}

// Weekday returns 0 for Monday to 6 for Sunday, as the wire formats count. (time.Weekday begins with Sunday.)
func (d Date) Weekday() int { return (int(d.utc().Weekday()) + 6) % 7 }

// Compare returns -1, 0 or +1 when d is before, the same as, or after e.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// Before reports whether d comes before e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After reports whether d comes after e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// MarshalText returns "2006-01-02"; the zero Date becomes empty.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return []byte{}, nil
	}
	return d.append(nil), nil
}

// UnmarshalText reads "2006-01-02" as ParseDate does. Empty text is ErrDate: what may be absent is a pointer.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Value returns the date for a column of type date. The zero Date is refused: NULL is written from a nil *Date. The end
// of a period is the day after its last one, and so may lie beyond MaxYear.
func (d Date) Value() (driver.Value, error) {
	if d.Year < 1 || d.Year > 9999 || Of(d.utc(), time.UTC) != d {
		return nil, ErrDate
	}
	return d.utc(), nil
}

// Scan reads a column of type date. It refuses NULL: scan what may be NULL into a *Date.
func (d *Date) Scan(src any) error {
	switch src := src.(type) {
	case time.Time:
		*d = Of(src, time.UTC)
		return nil
	case string:
		return d.UnmarshalText([]byte(src))
	case []byte:
		return d.UnmarshalText(src)
	}
	return fmt.Errorf("%w: from a %T", ErrDate, src)
}

func (d Date) utc() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

func (d Date) append(b []byte) []byte {
	return fmt.Appendf(b, "%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// digits reads s as a number when it consists of nothing but ASCII digits.
func digits(s string) (n int, ok bool) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, s != ""
}
