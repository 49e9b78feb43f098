package civil

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func date(t *testing.T, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatalf("ParseDate(%q): %v", s, err)
	}
	return d
}

// anyDate draws a valid date, and one with days to spare on both sides.
func anyDate(t *rapid.T) Date {
	return Date{MinYear + 1, time.January, 1}.AddDays(rapid.IntRange(0, 297*365).Draw(t, "day"))
}

func TestParseDate(t *testing.T) {
	tests := []struct {
		in string
		ok bool
	}{
		{"2026-02-28", true},
		{"2024-02-29", true},
		{"1900-01-01", true},
		{"2199-12-31", true},
		{"2026-02-30", false},
		{"2026-02-29", false},
		{"2026-13-01", false},
		{"2026-00-10", false},
		{"2026-10-00", false},
		{"1899-12-31", false},
		{"2200-01-01", false},
		{"0000-00-00", false},
		{"2026-2-3", false},
		{"2026-02-03T00:00:00Z", false},
		{"2026-02-03 ", false},
		{"+026-02-03", false},
		{"2026/02/03", false},
		{"-026-02-03", false},
		{"٢٠٢٦-٠٢", false},
		{"", false},
	}
	for _, tt := range tests {
		d, err := ParseDate(tt.in)
		switch {
		case tt.ok && (err != nil || d.String() != tt.in):
			t.Errorf("ParseDate(%q) = %v, %v", tt.in, d, err)
		case !tt.ok && (!errors.Is(err, ErrDate) || !d.IsZero()):
			t.Errorf("ParseDate(%q) = %v, %v; want ErrDate", tt.in, d, err)
		}
	}
}

func TestDateArithmetic(t *testing.T) {
	d := date(t, "2024-02-28")
	for n, want := range map[int]string{0: "2024-02-28", 1: "2024-02-29", 2: "2024-03-01", -59: "2023-12-31", 366: "2025-02-28"} {
		got := d.AddDays(n)
		if got.String() != want {
			t.Errorf("%v + %d = %v, want %s", d, n, got, want)
		}
		if diff := got.Sub(d); diff != n {
			t.Errorf("%v - %v = %d, want %d", got, d, diff, n)
		}
	}
}

func TestWeekdayCountsFromMonday(t *testing.T) {
	monday := date(t, "2026-11-16")
	for i := range 7 {
		if got := monday.AddDays(i).Weekday(); got != i {
			t.Errorf("%v is weekday %d, want %d", monday.AddDays(i), got, i)
		}
	}
	if got := date(t, "1903-03-01").Weekday(); got != 6 {
		t.Errorf("1903-03-01 is weekday %d, want Sunday's 6", got)
	}
}

func TestDateProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate(t)
		n := rapid.IntRange(-365, 365).Draw(t, "n")
		e := d.AddDays(n)
		if got := e.Sub(d); got != n {
			t.Fatalf("(%v + %d) - %v = %d", d, n, d, got)
		}
		if e.Before(d) != (n < 0) || e.After(d) != (n > 0) || (e == d) != (n == 0) || d.Compare(e) != -e.Compare(d) {
			t.Fatalf("%v and %v, %d days later, are in the wrong order", d, e, n)
		}
		if back, err := ParseDate(d.String()); err != nil || back != d {
			t.Fatalf("%v reads back as %v, %v", d, back, err)
		}
		if (d.Weekday()+n%7+7)%7 != e.Weekday() {
			t.Fatalf("%v is weekday %d, %d days later %d", d, d.Weekday(), n, e.Weekday())
		}
	})
}

func TestDateJSON(t *testing.T) {
	type body struct {
		Day   Date            `json:"day"`
		Maybe *Date           `json:"maybe"`
		Until Date            `json:"until,omitzero"`
		Notes map[Date]string `json:"notes"`
	}
	const text = `{"day":"2026-11-21","maybe":null,"notes":{"2026-12-25":"closed"}}`
	want := body{Day: Date{2026, time.November, 21}, Notes: map[Date]string{{2026, time.December, 25}: "closed"}}
	var got body
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
	back, err := json.Marshal(got)
	if err != nil || string(back) != text {
		t.Errorf("encoded %s, %v; want %s", back, err, text)
	}
	for _, bad := range []string{`{"day":""}`, `{"day":"2026-02-30"}`, `{"day":20261121}`} {
		if err := json.Unmarshal([]byte(bad), &got); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}

func TestDateScanAndValue(t *testing.T) {
	want := Date{1955, time.March, 7}
	for _, src := range []any{time.Date(1955, 3, 7, 0, 0, 0, 0, time.UTC), "1955-03-07", []byte("1955-03-07")} {
		var got Date
		if err := got.Scan(src); err != nil || got != want {
			t.Errorf("Scan(%v) = %v, %v", src, got, err)
		}
	}
	for _, src := range []any{nil, 7, "x"} {
		if err := new(Date).Scan(src); !errors.Is(err, ErrDate) {
			t.Errorf("Scan(%v): %v, want ErrDate", src, err)
		}
	}
	value, err := want.Value()
	if diff := cmp.Diff(any(time.Date(1955, 3, 7, 0, 0, 0, 0, time.UTC)), value); err != nil || diff != "" {
		t.Errorf("Value: %v, (-want +got)\n%s", err, diff)
	}
	if value, err := (Date{MaxYear, time.December, 31}).AddDays(1).Value(); err != nil {
		t.Errorf("the day after the last one: %v, %v", value, err)
	}
	if value, err := (Date{2026, time.February, 30}).Value(); !errors.Is(err, ErrDate) {
		t.Errorf("a day that no calendar has: %v, %v", value, err)
	}
	if value, err := (Date{}).Value(); !errors.Is(err, ErrDate) {
		t.Errorf("the zero date's Value = %v, %v; want ErrDate", value, err)
	}
}

func FuzzParseDate(f *testing.F) {
	f.Add("2026-11-21")
	f.Add("2026-02-30")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err == nil && (d.String() != s || !d.Valid()) {
			t.Fatalf("ParseDate(%q) = %v", s, d)
		}
		if _, timeErr := time.Parse(time.DateOnly, s); timeErr != nil && err == nil {
			t.Fatalf("ParseDate accepts %q, which package time refuses", s)
		}
	})
}
