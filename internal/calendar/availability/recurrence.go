package availability

import (
	"fmt"
	"time"

	"github.com/teambition/rrule-go"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
)

// maxDates bounds the entries that one recurrence makes: a year of days.
const maxDates = 365

// pattern is a recurrence as it was asked for.
type pattern struct {
	kind  Recurrence
	first civil.Date
	until *civil.Date
	days  []int // of weekly ones, 0 is Monday; nil means every day
}

// check names what is wrong with the pattern; path leads to its fields.
func (p pattern) check(path string) (bad []fault.Field) {
	refuse := func(field, message, kind string) {
		bad = append(bad, fault.Field{Loc: fault.Loc(path + field), Message: message, Type: kind})
	}
	for i, day := range p.days {
		if day < 0 || day > 6 {
			refuse(fmt.Sprintf("recurrence_days.%d", i), "Must be 0 (Monday) to 6 (Sunday).", "value_error")
		}
	}
	if p.kind == Once {
		return bad
	}
	switch {
	case p.until == nil:
		refuse("recurrence_end_date", "Is needed for a recurring entry.", "missing")
	case p.until.Before(p.first):
		refuse("recurrence_end_date", "Must not come before the date.", "value_error")
	}
	switch {
	case len(p.days) > 0 && p.kind != Weekly:
		refuse("recurrence_days", "Is for weekly entries only.", "value_error")
	case p.days != nil && len(p.days) == 0 && p.kind == Weekly:
		refuse("recurrence_days", "Must name a day; leave it out for every day.", "too_short")
	}
	return bad
}

// dates are those of a pattern without mistakes, in order. Months that lack the day
// are left out. It fails when there are none, or more than maxDates.
func (p pattern) dates(path string) ([]civil.Date, error) {
	if p.kind == Once {
		return []civil.Date{p.first}, nil
	}
	// Dates are counted in UTC, so that no clock change comes between them.
	option := rrule.ROption{Dtstart: p.first.Start(time.UTC), Until: p.until.Start(time.UTC)}
	switch {
	case p.kind == Monthly:
		option.Freq = rrule.MONTHLY
	case p.kind == Weekly && len(p.days) > 0:
		option.Freq = rrule.WEEKLY
		for _, day := range p.days {
			option.Byweekday = append(option.Byweekday, weekdays()[day])
		}
	default:
		option.Freq = rrule.DAILY
	}
	rule, err := rrule.NewRRule(option)
	if err != nil {
		return nil, fmt.Errorf("recurrence: %w", err)
	}
	var dates []civil.Date
	for next := rule.Iterator(); len(dates) <= maxDates; {
		at, more := next()
		if !more {
			break
		}
		dates = append(dates, civil.Of(at, time.UTC))
	}
	switch {
	case len(dates) == 0:
		return nil, fault.InvalidField(path+"recurrence_end_date", "The recurrence has no dates.")
	case len(dates) > maxDates:
		return nil, fault.InvalidField(path+"recurrence_end_date", fmt.Sprintf("A recurrence has at most %d dates.", maxDates))
	}
	return dates, nil
}

func weekdays() [7]rrule.Weekday {
	return [7]rrule.Weekday{rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU}
}

// dayNames are the days of a weekly pattern, written out from Monday on.
func (p pattern) dayNames() []string {
	names := []string{}
	if p.kind != Weekly {
		return names
	}
	asked := map[int]bool{}
	for _, day := range p.days {
		asked[day] = true
	}
	for day := range 7 {
		if asked[day] || len(asked) == 0 {
			names = append(names, time.Weekday((day+1)%7).String())
		}
	}
	return names
}
