package outlets

import (
	"cmp"
	"fmt"
	"slices"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/opt"
)

// DayHours are one opening interval of a weekday, or a closed one.
type DayHours struct {
	Day       int          `json:"day" minimum:"0" maximum:"6" doc:"0 is Monday."`
	IsOpen    bool         `json:"is_open"`
	OpenTime  *civil.Clock `json:"open_time,omitempty" example:"09:00"`
	CloseTime *civil.Clock `json:"close_time,omitempty" example:"18:00" doc:"24:00 is the end of the day."`
}

// HoursInput is one interval of a weekly schedule as it is sent. A day with a
// break has several; days that are not named are closed.
type HoursInput struct {
	Day       int             `json:"day" minimum:"0" maximum:"6" doc:"0 is Monday."`
	IsOpen    opt.Field[bool] `json:"is_open,omitzero" doc:"Where absent: whether times are given. The times of a closed day do not count."`
	OpenTime  *civil.Clock    `json:"open_time,omitempty" example:"09:00"`
	CloseTime *civil.Clock    `json:"close_time,omitempty" example:"18:00" doc:"Later than open_time; 24:00 is the end of the day."`
}

// span is when an outlet is open on a weekday: [Opens, Closes) in minutes of the
// wall clock.
type span struct {
	Day    int `json:"day"`
	Opens  int `json:"opens"`
	Closes int `json:"closes"`
}

// daysOfWeek are the weekdays that a schedule has.
const daysOfWeek = 7

// parseWeek reads a weekly schedule, ordered by day and time.
func parseWeek(in []HoursInput) ([]span, error) {
	week, closed := []span{}, [daysOfWeek]bool{}
	for i, h := range in {
		path := fmt.Sprintf("business_hours.%d.", i)
		if !h.IsOpen.Or(h.OpenTime != nil || h.CloseTime != nil) {
			closed[h.Day] = true
			continue
		}
		opens, closes, err := parseInterval(path, h.OpenTime, h.CloseTime)
		if err != nil {
			return nil, err
		}
		week = append(week, span{h.Day, opens, closes})
	}
	slices.SortFunc(week, func(a, b span) int { return cmp.Or(a.Day-b.Day, a.Opens-b.Opens) })
	for i, s := range week {
		if closed[s.Day] {
			return nil, fault.InvalidField("business_hours", "says of one day that it is closed and that it is open")
		}
		if i > 0 && week[i-1].Day == s.Day && s.Opens < week[i-1].Closes {
			return nil, fault.InvalidField("business_hours", "has intervals of one day that overlap")
		}
	}
	return week, nil
}

// parseInterval reads when a door opens and closes on one date.
func parseInterval(path string, opens, closes *civil.Clock) (from, to int, err error) {
	switch {
	case opens == nil:
		return 0, 0, fault.ErrInvalid.WithField(path+"open_time", "is needed where it is open", "missing")
	case closes == nil:
		return 0, 0, fault.ErrInvalid.WithField(path+"close_time", "is needed where it is open", "missing")
	case *opens >= *closes:
		return 0, 0, fault.InvalidField(path+"close_time", "must be later than open_time; nights end at 24:00")
	}
	return int(*opens), int(*closes), nil
}

// showWeek is the schedule as it is answered: every day of the week, closed ones
// without times. Without stated hours there is nothing to show.
func showWeek(stated bool, week []span) []DayHours {
	out := []DayHours{}
	if !stated {
		return out
	}
	for day := range daysOfWeek {
		open := false
		for _, s := range week {
			if s.Day == day {
				open = true
				out = append(out, DayHours{Day: day, IsOpen: true, OpenTime: clock(s.Opens), CloseTime: clock(s.Closes)})
			}
		}
		if !open {
			out = append(out, DayHours{Day: day})
		}
	}
	return out
}

func clock(minutes int) *civil.Clock {
	c := civil.Clock(minutes)
	return &c
}
