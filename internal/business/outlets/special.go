package outlets

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/opt"
	"reserva/internal/kit/text"
)

// SpecialDate is a date that differs from the week.
type SpecialDate struct {
	Date      civil.Date   `json:"date"`
	IsOpen    bool         `json:"is_open"`
	OpenTime  *civil.Clock `json:"open_time,omitempty" example:"10:00" doc:"Of the first interval."`
	CloseTime *civil.Clock `json:"close_time,omitempty" example:"15:00" doc:"Of the last interval."`
	Intervals []Interval   `json:"intervals" doc:"All of them, in order; empty on a closed date."`
	Reason    string       `json:"reason" example:"New Year's Eve"`
}

// Interval is one opening interval of a special date.
type Interval struct {
	OpenTime  *civil.Clock `json:"open_time" example:"10:00"`
	CloseTime *civil.Clock `json:"close_time" example:"15:00"`
}

// SpecialInput sets the hours of one date, in place of what it had.
type SpecialInput struct {
	Date      civil.Date      `json:"date"`
	IsOpen    opt.Field[bool] `json:"is_open,omitzero" doc:"Where absent: whether times are given."`
	OpenTime  *civil.Clock    `json:"open_time,omitempty" example:"10:00"`
	CloseTime *civil.Clock    `json:"close_time,omitempty" example:"15:00"`
	Intervals []Interval      `json:"intervals,omitempty" maxItems:"10" doc:"Where there are several; then without open_time and close_time."`
	Reason    string          `json:"reason,omitempty" maxLength:"200" example:"New Year's Eve"`
}

// specialRow is an interval of a special date; a closed date has one without times.
type specialRow struct {
	Date   civil.Date `db:"date"`
	Opens  *int       `db:"opens"`
	Closes *int       `db:"closes"`
	Reason string     `db:"reason"`
}

// rows reads the input into what is stored.
func (in SpecialInput) rows() ([]specialRow, error) {
	reason, err := text.Line(in.Reason)
	if err != nil {
		return nil, fault.InvalidField("reason", "must be one line")
	}
	if !in.IsOpen.Or(in.OpenTime != nil || in.CloseTime != nil || len(in.Intervals) > 0) {
		return []specialRow{{Date: in.Date, Reason: reason}}, nil
	}
	intervals, path := in.Intervals, "intervals.%d."
	switch {
	case len(intervals) == 0:
		intervals, path = []Interval{{in.OpenTime, in.CloseTime}}, ""
	case in.OpenTime != nil || in.CloseTime != nil:
		return nil, fault.InvalidField("intervals", "cannot be given together with open_time and close_time")
	}
	var rows []specialRow
	for i, interval := range intervals {
		at := ""
		if path != "" {
			at = fmt.Sprintf(path, i)
		}
		opens, closes, err := parseInterval(at, interval.OpenTime, interval.CloseTime)
		if err != nil {
			return nil, err
		}
		rows = append(rows, specialRow{in.Date, &opens, &closes, reason})
	}
	slices.SortFunc(rows, func(a, b specialRow) int { return cmp.Compare(*a.Opens, *b.Opens) })
	for i := 1; i < len(rows); i++ {
		if *rows[i].Opens < *rows[i-1].Closes {
			return nil, fault.InvalidField("intervals", "has intervals that overlap")
		}
	}
	return rows, nil
}

// showDates groups rows, ordered by date and time, by their date.
func showDates(rows []specialRow) []SpecialDate {
	out := []SpecialDate{}
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].Date != r.Date {
			out = append(out, SpecialDate{Date: r.Date, Intervals: []Interval{}, Reason: r.Reason})
		}
		if r.Opens == nil || r.Closes == nil {
			continue
		}
		d := &out[len(out)-1]
		interval := Interval{clock(*r.Opens), clock(*r.Closes)}
		if !d.IsOpen {
			d.IsOpen, d.OpenTime = true, interval.OpenTime
		}
		d.CloseTime = interval.CloseTime
		d.Intervals = append(d.Intervals, interval)
	}
	return out
}

// openAt tells whether an outlet with stated hours is open at an instant.
func openAt(week []span, special []specialRow, loc *time.Location, at time.Time) bool {
	date, now := civil.Of(at, loc), int(civil.ClockOf(at, loc))
	isSpecial := false
	for _, r := range special {
		if r.Date != date {
			continue
		}
		isSpecial = true
		if r.Opens != nil && r.Closes != nil && *r.Opens <= now && now < *r.Closes {
			return true
		}
	}
	return !isSpecial && slices.ContainsFunc(week, func(s span) bool {
		return s.Day == date.Weekday() && s.Opens <= now && now < s.Closes
	})
}
