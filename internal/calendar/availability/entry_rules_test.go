package availability

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

func day(t interface{ Fatal(...any) }, s string) civil.Date {
	d, err := civil.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestRecurrence(t *testing.T) {
	for name, c := range map[string]struct {
		kind         Recurrence
		first, until string
		days         []int
		want         string
	}{
		"once":                         {Once, "2026-04-10", "2026-04-12", nil, "2026-04-10"},
		"daily":                        {Daily, "2026-02-27", "2026-03-02", nil, "2026-02-27 2026-02-28 2026-03-01 2026-03-02"},
		"one day":                      {Daily, "2026-04-10", "2026-04-10", nil, "2026-04-10"},
		"weekly":                       {Weekly, "2026-04-10", "2026-04-20", []int{0, 4}, "2026-04-10 2026-04-13 2026-04-17 2026-04-20"},
		"weekly, repeated days":        {Weekly, "2026-04-10", "2026-04-17", []int{4, 4}, "2026-04-10 2026-04-17"},
		"weekly without days":          {Weekly, "2026-04-10", "2026-04-12", nil, "2026-04-10 2026-04-11 2026-04-12"},
		"Sunday is 6":                  {Weekly, "2026-04-10", "2026-04-13", []int{6}, "2026-04-12"},
		"monthly":                      {Monthly, "2026-01-15", "2026-03-31", nil, "2026-01-15 2026-02-15 2026-03-15"},
		"months without the 31st":      {Monthly, "2026-01-31", "2026-05-31", nil, "2026-01-31 2026-03-31 2026-05-31"},
		"29 February in leap years":    {Monthly, "2028-01-29", "2028-03-01", nil, "2028-01-29 2028-02-29"},
		"over a change of the clock":   {Daily, "2026-03-28", "2026-03-30", nil, "2026-03-28 2026-03-29 2026-03-30"},
		"the date itself need not fit": {Weekly, "2026-04-10", "2026-04-14", []int{0}, "2026-04-13"},
	} {
		until := day(t, c.until)
		p := pattern{kind: c.kind, first: day(t, c.first), until: &until, days: c.days}
		if bad := p.check(""); bad != nil {
			t.Errorf("%s is refused: %v", name, bad)
		}
		dates, err := p.dates("")
		var got []string
		for _, date := range dates {
			got = append(got, date.String())
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" || err != nil {
			t.Errorf("%s: %s, %v", name, diff, err)
		}
	}
}

func TestRecurrenceIsRefused(t *testing.T) {
	first := day(t, "2026-04-10")
	until := func(days int) *civil.Date { d := first.AddDays(days); return &d }
	for name, p := range map[string]pattern{
		"no end":             {kind: Daily},
		"end before start":   {kind: Daily, until: until(-1)},
		"days of a daily":    {kind: Daily, until: until(7), days: []int{1}},
		"an eighth day":      {kind: Weekly, until: until(7), days: []int{7}},
		"no date":            {kind: Weekly, until: until(1), days: []int{0}},
		"366 dates":          {kind: Daily, until: until(365)},
		"a century of weeks": {kind: Weekly, until: until(36500), days: []int{0}},
	} {
		p.first = first
		bad := p.check("")
		if len(bad) == 0 {
			_, err := p.dates("")
			if f, ok := fault.As(err); !ok || !errors.Is(f, fault.ErrInvalid) || len(f.Fields) != 1 {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	p := pattern{kind: Daily, first: first, until: until(364)}
	if dates, err := p.dates(""); len(dates) != 365 || err != nil {
		t.Errorf("a year has %d dates, %v", len(dates), err)
	}
}

// Whatever is asked for, the dates are in order, in the range, and on the days.
func TestRecurrenceKeepsItsWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := pattern{
			kind:  rapid.SampledFrom([]Recurrence{Daily, Weekly, Monthly}).Draw(t, "kind"),
			first: civil.Date{Year: 2024, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 3000).Draw(t, "first")),
		}
		until := p.first.AddDays(rapid.IntRange(0, 364).Draw(t, "length"))
		p.until = &until
		if p.kind == Weekly {
			p.days = rapid.SliceOfDistinct(rapid.IntRange(0, 6), func(d int) int { return d }).Draw(t, "days")
		}
		dates, err := p.dates("")
		if err != nil {
			if p.kind != Weekly {
				t.Fatal(err)
			}
			return
		}
		for i, d := range dates {
			switch {
			case d.Before(p.first) || d.After(until), i > 0 && !dates[i-1].Before(d):
				t.Fatalf("%v is out of order in %v", d, dates)
			case len(p.days) > 0 && !slices.Contains(p.days, d.Weekday()), p.kind == Monthly && d.Day != p.first.Day:
				t.Fatalf("%v does not belong to %+v", d, p)
			}
		}
	})
}

func TestDayNames(t *testing.T) {
	if diff := cmp.Diff([]string{"Monday", "Wednesday", "Sunday"}, pattern{kind: Weekly, days: []int{6, 2, 0}}.dayNames()); diff != "" {
		t.Error(diff)
	}
	if n := len(pattern{kind: Weekly}.dayNames()); n != 7 {
		t.Errorf("a week has %d days", n)
	}
	if n := len(pattern{kind: Daily}.dayNames()); n != 0 {
		t.Errorf("a daily pattern names %d days", n)
	}
}

// made is an entry of minutes.
func anEntry(kind EntryType, from, to int) entry {
	return entry{ID: id.New(), StaffID: "a", Date: civil.Date{Year: 2026, Month: 4, Day: 10}, Type: kind, Starts: from, Ends: to}
}

func TestConflictMatrix(t *testing.T) {
	kinds := []EntryType{WorkingHours, Break, Blocked, Vacation}
	refused := map[[2]EntryType]bool{
		{WorkingHours, WorkingHours}: true, {Break, Break}: true, {Blocked, Blocked}: true,
		{Vacation, Vacation}: true, {Blocked, Vacation}: true, {Vacation, Blocked}: true,
	}
	for _, new := range kinds {
		for _, old := range kinds {
			err := checkConflicts([]entry{anEntry(new, 600, 700)}, []entry{anEntry(old, 650, 750)})
			if got := errors.Is(err, ErrEntryConflict); got != refused[[2]EntryType{new, old}] {
				t.Errorf("%s over %s: %v", new, old, err)
			}
		}
	}
}

func TestOverlaps(t *testing.T) {
	for name, c := range map[string]struct {
		a, b [2]int
		want bool
	}{
		"apart":                    {[2]int{540, 600}, [2]int{660, 720}, false},
		"touching":                 {[2]int{540, 600}, [2]int{600, 720}, false},
		"by a step":                {[2]int{540, 605}, [2]int{600, 720}, true},
		"within":                   {[2]int{0, 1440}, [2]int{600, 720}, true},
		"the same":                 {[2]int{600, 720}, [2]int{600, 720}, true},
		"the last five minutes":    {[2]int{0, 1439}, [2]int{1435, 1440}, true},
		"both ends of a whole day": {[2]int{0, 1439}, [2]int{0, 1440}, true},
	} {
		a, b := anEntry(Break, c.a[0], c.a[1]), anEntry(Break, c.b[0], c.b[1])
		if a.clashes(&b) != c.want || b.clashes(&a) != c.want {
			t.Errorf("%s: want %v", name, c.want)
		}
		b.Date = b.Date.AddDays(1)
		if a.clashes(&b) {
			t.Errorf("%s: entries of two dates clash", name)
		}
		b.Date, b.StaffID = a.Date, "b"
		if a.clashes(&b) {
			t.Errorf("%s: entries of two people clash", name)
		}
	}
}

func TestConflictsWithinOneRequest(t *testing.T) {
	err := checkConflicts([]entry{anEntry(Break, 600, 660), anEntry(WorkingHours, 540, 1020), anEntry(Break, 650, 700)}, nil)
	f, ok := fault.As(err)
	if want := "Time conflict on 2026-04-10: break 10:50 - 11:40 overlaps break 10:00 - 11:00 of this request."; !ok || f.Message != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestLosses(t *testing.T) {
	hours, lunch := anEntry(WorkingHours, 540, 1020), anEntry(Break, 720, 780)
	date := hours.Date
	for name, c := range map[string]struct {
		before, after []entry
		want          []loss
	}{
		"nothing":      {[]entry{hours, lunch}, []entry{lunch, hours}, nil},
		"hours go":     {[]entry{hours, lunch}, []entry{lunch}, []loss{{date: date, from: 540, to: 1020, hours: true}}},
		"hours come":   {nil, []entry{hours}, nil},
		"hours shrink": {[]entry{hours}, []entry{anEntry(WorkingHours, 600, 900)}, []loss{{date: date, from: 540, to: 600, hours: true}, {date: date, from: 900, to: 1020, hours: true}}},
		"hours are covered by others": {
			[]entry{hours, anEntry(WorkingHours, 1020, 1200)}, []entry{anEntry(WorkingHours, 540, 1200)}, nil,
		},
		"a break comes":           {[]entry{hours}, []entry{hours, lunch}, []loss{{date: date, from: 720, to: 780, hours: false}}},
		"a break goes":            {[]entry{hours, lunch}, []entry{hours}, nil},
		"a break becomes a block": {[]entry{hours, lunch}, []entry{hours, anEntry(Blocked, 720, 780)}, nil},
		"a whole day off":         {nil, []entry{anEntry(Vacation, 0, 1439)}, []loss{{date: date, from: 0, to: 1440, hours: false}}},
	} {
		if diff := cmp.Diff(c.want, losses(c.before, c.after), cmp.AllowUnexported(loss{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestWarnings(t *testing.T) {
	lunch := anEntry(Break, 720, 780)
	for name, c := range map[string]struct {
		after []entry
		want  int
	}{
		"covered":                      {[]entry{anEntry(WorkingHours, 540, 1020), lunch}, 0},
		"covered by two":               {[]entry{anEntry(WorkingHours, 540, 750), anEntry(WorkingHours, 750, 1020), lunch}, 0},
		"half covered":                 {[]entry{anEntry(WorkingHours, 540, 750), lunch}, 1},
		"without hours":                {[]entry{lunch}, 1},
		"hours under a vacation count": {[]entry{anEntry(WorkingHours, 540, 1020), anEntry(Vacation, 0, 1440), lunch}, 0},
	} {
		if got := warnings([]entry{lunch}, c.after); len(got) != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	many := make([]entry, 30)
	for i := range many {
		many[i] = lunch
		many[i].Date = lunch.Date.AddDays(i)
	}
	if got := warnings(many, many); len(got) != maxWarnings+1 {
		t.Errorf("%d warnings", len(got))
	}
}
