package availability

import (
	"fmt"
	"strings"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
	"reserva/internal/kit/text"
)

// maxNotes bounds notes, in characters.
const maxNotes = 500

// EntryInput is a new entry, or a recurring set of them.
type EntryInput struct {
	TenantID id.ID `json:"tenant_id,omitempty" doc:"Redundant: must be your own."`
	StaffID  id.ID `json:"staff_id"`
	EntryFields
}

// EntryFields are the fields of a new entry but whose it is.
type EntryFields struct {
	Date           civil.Date      `json:"date" doc:"The first date of a recurring set."`
	StartTime      civil.Clock     `json:"start_time" example:"09:00" doc:"On the wall clock of the outlet, in steps of 5 minutes."`
	EndTime        civil.Clock     `json:"end_time" example:"17:00" doc:"As start_time; 23:59 and 24:00 are the end of the day."`
	Type           EntryType       `json:"availability_type" enum:"working_hours,break,blocked,vacation"`
	Recurrence     Recurrence      `json:"recurrence_type" enum:"none,daily,weekly,monthly"`
	RecurrenceEnd  *civil.Date     `json:"recurrence_end_date,omitempty" doc:"The last date that may be one; needed unless the recurrence is none."`
	RecurrenceDays []int           `json:"recurrence_days,omitempty" maxItems:"7" doc:"Of weekly entries, 0 is Monday; without it every day. An empty list is refused."`
	IsAvailable    opt.Field[bool] `json:"is_available,omitzero" doc:"Redundant: true of working hours, false of everything else."`
	Notes          string          `json:"notes,omitempty" maxLength:"500"`
	ServiceIDs     []id.ID         `json:"service_ids,omitempty" maxItems:"500" doc:"The only services given in this time; null or none for every service that the staff member gives."`
	Capacity       opt.Field[int]  `json:"capacity,omitzero" minimum:"1" maximum:"1000" doc:"Where absent, 1, which leaves the seats to the service."`
	IsGroupService bool            `json:"is_group_service,omitempty"`
	OutletID       id.ID           `json:"outlet_id,omitempty" doc:"Where working hours are worked; where absent, at every outlet of the staff member."`
}

// pattern is the recurrence that the fields ask for.
func (in *EntryFields) pattern() pattern {
	return pattern{kind: in.Recurrence, first: in.Date, until: in.RecurrenceEnd, days: in.RecurrenceDays}
}

// check names what is wrong with the fields; path leads to them.
func (in *EntryFields) check(path string) []fault.Field {
	e := entry{Starts: int(in.StartTime), Ends: int(in.EndTime), Type: in.Type, Notes: in.Notes}
	bad := e.check(path)
	bad = append(bad, checkAvailable(path, in.Type, in.IsAvailable)...)
	return append(bad, in.pattern().check(path)...)
}

// check names what is wrong with an entry.
func (e *entry) check(path string) (bad []fault.Field) {
	refuse := func(field, message, kind string) {
		bad = append(bad, fault.Field{Loc: fault.Loc(path + field), Message: message, Type: kind})
	}
	if e.Starts%5 != 0 {
		refuse("start_time", "Must be a multiple of 5 minutes.", "value_error")
	}
	if e.Ends%5 != 0 && e.Ends != lastMinute {
		refuse("end_time", "Must be a multiple of 5 minutes, or 23:59.", "value_error")
	}
	if e.Starts >= e.Ends {
		refuse("end_time", "Must be later than start_time; a night is two entries.", "value_error")
	}
	if text.Length(strings.TrimSpace(e.Notes)) > maxNotes {
		refuse("notes", fmt.Sprintf("Must have at most %d characters.", maxNotes), "string_too_long")
	}
	return bad
}

// checkAvailable refuses an is_available that does not fit the type.
func checkAvailable(path string, kind EntryType, available opt.Field[bool]) []fault.Field {
	is, said := available.Get()
	if !said || is == (kind == WorkingHours) {
		return nil
	}
	return []fault.Field{{
		Loc: fault.Loc(path + "is_available"), Message: "Must be true of working hours and false of everything else.", Type: "value_error",
	}}
}

// entries makes the rows of the fields, without their ids. It fails as
// pattern.dates does.
func (in *EntryFields) entries(path string, p *person, group id.ID) ([]entry, error) {
	dates, err := in.pattern().dates(path)
	if err != nil {
		return nil, err
	}
	one := entry{
		StaffID: p.ID, OutletID: in.OutletID, Starts: int(in.StartTime), Ends: int(in.EndTime), Type: in.Type,
		Recurrence: in.Recurrence, RecurrenceDays: []int{}, ServiceIDs: oneOrMore(in.ServiceIDs),
		Capacity: in.Capacity.Or(1), IsGroup: in.IsGroupService, Notes: strings.TrimSpace(in.Notes),
	}
	one.Bound = one.OutletID != "" && one.Type == WorkingHours
	if one.OutletID == "" {
		one.OutletID = p.OutletID
	}
	if in.Recurrence != Once {
		one.RecurrenceEnd, one.GroupID = in.RecurrenceEnd, &group
		one.RecurrenceDays = append(one.RecurrenceDays, in.RecurrenceDays...)
	}
	out := make([]entry, len(dates))
	for i, date := range dates {
		out[i] = one
		out[i].Date = date
	}
	return out, nil
}

// oneOrMore are the services of an entry; nil stands for every one.
func oneOrMore(services []id.ID) []id.ID {
	if len(services) == 0 {
		return nil
	}
	return distinct(services)
}

// invalid refuses a request because of the fields.
func invalid(bad []fault.Field) error { return fault.ErrInvalid.WithFields(bad...) }
