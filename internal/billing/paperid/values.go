package paperid

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

var errAmount = errors.New("paperid: not an amount")

// rupiah reads an amount from a JSON number or a numeric string, with or without fraction ("108000.00"), rounding half
// up to the whole rupiah; null and "" are 0. The provider documents both int and double.
type rupiah int64

func (r *rupiah) UnmarshalJSON(b []byte) error {
	n, err := parseRupiah(strings.Trim(string(b), `" `))
	if err != nil {
		return err
	}
	*r = rupiah(n)
	return nil
}

// parseRupiah works on the digits, so that no amount passes through a float.
func parseRupiah(s string) (int64, error) {
	if s == "" || s == "null" {
		return 0, nil
	}
	if len(s) > 40 {
		return 0, errAmount
	}
	negative := strings.HasPrefix(s, "-")
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(strings.TrimPrefix(s, "-")), "e")
	shift := 0
	if hasExponent {
		var err error
		if shift, err = strconv.Atoi(exponent); err != nil || shift < -20 || shift > 20 {
			return 0, errAmount
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, errAmount
	}
	digits, point := whole+fraction, len(whole)+shift
	if missing := point + 1 - len(digits); missing > 0 {
		digits += strings.Repeat("0", missing)
	}
	if point < 0 {
		digits, point = strings.Repeat("0", -point)+digits, 0
	}
	n, err := strconv.ParseInt("0"+digits[:point], 10, 64)
	if err != nil || n == math.MaxInt64 {
		return 0, errAmount
	}
	if digits[point] >= '5' {
		n++
	}
	if negative {
		n = -n
	}
	return n, nil
}

// text reads a string, number or boolean as text, and anything else as "". Ids and codes change their JSON type
// between endpoints. NUL characters are dropped, for no database takes them.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	*t = ""
	switch {
	case len(b) == 0 || b[0] == '{' || b[0] == '[' || string(b) == "null":
		return nil
	case b[0] != '"':
		*t = text(b)
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*t = text(strings.ReplaceAll(s, "\x00", ""))
	return nil
}

// Date is a calendar day in Jakarta. It has the same fields as the product's civil date, so one converts to the other.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the day that t falls on in Jakarta.
func DateOf(t time.Time) Date {
	y, m, d := t.In(jakarta()).Date()
	return Date{y, m, d}
}

// IsZero tells whether the date is absent.
func (d Date) IsZero() bool { return d == Date{} }

// String formats YYYY-MM-DD.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// dashed formats DD-MM-YYYY, which store-invoice and update ask for.
func (d Date) dashed() string { return fmt.Sprintf("%02d-%02d-%04d", d.Day, d.Month, d.Year) }

// jakarta is the zone of every time that comes without one: WIB, UTC+7, without daylight saving.
func jakarta() *time.Location { return time.FixedZone("WIB", 7*60*60) }

// readDate reads the day from any of the forms in which one was seen; the zero Date where none fits.
func readDate(s string) Date {
	if t := readTime(s); !t.IsZero() {
		return DateOf(t)
	}
	return Date{}
}

// The years of times that are believed.
const (
	minYear = 1900
	maxYear = 2199
)

// readTime reads the forms in which the provider writes times: RFC 3339, YYYY-MM-DD, DD-MM-YYYY with and without time,
// and Go's own time.String with its zone name and perhaps a monotonic reading. Unreadable is the zero time, and so is a
// year that nobody means, which JSON might not be able to write again: no callback is refused for its date.
func readTime(s string) time.Time {
	s, _, _ = strings.Cut(strings.TrimSpace(s), " m=")
	layouts := [...]string{
		time.RFC3339Nano,
		time.DateOnly,
		time.DateTime,
		"02-01-2006 15:04:05",
		"02-01-2006",
		"2006-01-02T15:04:05.999999999",
		"2006-01-02 15:04:05.999999999 -0700 MST",
		"2006-01-02 15:04:05.999999999 -0700 -07",
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, s, jakarta()); err == nil && t.Year() >= minYear && t.Year() <= maxYear {
			return t
		}
	}
	return time.Time{}
}
