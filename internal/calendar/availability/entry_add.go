package availability

import (
	"context"
	"fmt"
	"slices"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/audit"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// Added is the answer to a single new entry.
type Added struct {
	Entry
	Warnings []string   `json:"warnings,omitempty" doc:"What was taken, but may not be meant."`
	Affected []Affected `json:"affected_appointments,omitempty" doc:"What is booked in time that is off now. It stands."`
}

// Series is the answer to a recurring set: a summary, because of its size.
type Series struct {
	Message  string        `json:"message" example:"Created 65 availability entries."`
	Summary  SeriesSummary `json:"summary"`
	Sample   Sample        `json:"sample_entry"`
	Warnings []string      `json:"warnings,omitempty"`
	Affected []Affected    `json:"affected_appointments,omitempty"`
}

// SeriesSummary tells what a recurrence made.
type SeriesSummary struct {
	Total     int               `json:"total_entries_created" example:"65"`
	DateRange DateRange         `json:"date_range"`
	Pattern   RecurrencePattern `json:"recurrence_pattern"`
	StaffID   id.ID             `json:"staff_id"`
	Type      EntryType         `json:"availability_type" example:"working_hours"`
	TimeRange string            `json:"time_range" example:"09:00 - 17:00"`
	GroupID   id.ID             `json:"recurrence_group_id"`
}

// RecurrencePattern is a recurrence in words.
type RecurrencePattern struct {
	Type Recurrence `json:"type" example:"weekly"`
	Days []string   `json:"days" example:"[\"Monday\",\"Friday\"]" doc:"Of weekly entries."`
}

// DateRange is the first and the last date of something.
type DateRange struct {
	Start civil.Date `json:"start"`
	End   civil.Date `json:"end"`
}

// Sample is the first of many entries.
type Sample struct {
	ID        id.ID      `json:"id"`
	Date      civil.Date `json:"date"`
	StartTime string     `json:"start_time" example:"09:00:00"`
	EndTime   string     `json:"end_time" example:"17:00:00"`
}

// AddEntry writes one entry, or all of a recurrence. It fails with tenants.ErrOther,
// ErrStaffNotFound, ErrOwnEntries, ErrEntryOutlet, ErrEntryService, ErrEntryConflict and
// ErrStrayBreak.
func (o *Operations) AddEntry(ctx context.Context, who access.Staff, in EntryInput) (api.OneOf[Added, Series], error) {
	var out api.OneOf[Added, Series]
	if in.TenantID != "" && in.TenantID != who.Tenant {
		return out, tenants.ErrOther
	}
	if bad := in.check(""); len(bad) > 0 {
		return out, invalid(bad)
	}
	made, err := o.add(ctx, who, in.StaffID, []EntryFields{in.EntryFields}, func(int) string { return "" })
	if err != nil {
		return out, err
	}
	if in.Recurrence == Once {
		out.First = &Added{Entry: made.first(who.Tenant), Warnings: made.warnings, Affected: made.affected}
		return out, nil
	}
	first := &made.entries[0]
	out.Second = &Series{
		Message: fmt.Sprintf("Created %d availability entries.", len(made.entries)),
		Summary: SeriesSummary{
			Total: len(made.entries), DateRange: made.dateRange(), StaffID: in.StaffID, Type: in.Type,
			Pattern:   RecurrencePattern{Type: in.Recurrence, Days: in.pattern().dayNames()},
			TimeRange: first.span(), GroupID: *first.GroupID,
		},
		Sample: made.sample(), Warnings: made.warnings, Affected: made.affected,
	}
	return out, nil
}

// made is what add has written.
type made struct {
	entries  []entry // in order of date and time
	warnings []string
	affected []Affected
}

// add writes the entries of all fields, or none; path leads to the fields of each in
// the request.
func (o *Operations) add(ctx context.Context, who access.Staff, staff id.ID, fields []EntryFields, path func(i int) string) (made, error) {
	var out made
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		found := lockPeople(tx, staff)
		services := servicesOf(fields)
		known := queueKnownServices(tx, services)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if len(found.Rows) == 0 {
			return ErrStaffNotFound
		}
		p := &found.Rows[0]
		if err := p.writableBy(who); err != nil {
			return err
		}
		if known.Value != len(services) {
			return ErrEntryService
		}
		fresh, err := expand(tx, p, fields, path)
		if err != nil {
			return err
		}
		for i := range fields {
			if err := p.placedBy(who, fields[i].OutletID); err != nil {
				return err
			}
		}
		alone(tx)
		standing, err := readDays(ctx, tx, []id.ID{staff}, fresh)
		if err != nil {
			return err
		}
		if err := checkConflicts(fresh, standing); err != nil {
			return err
		}
		after := append(slices.Clone(standing), fresh...)
		if err := p.keepBreaks(standing, after); err != nil {
			return err
		}
		insertEntries(tx, fresh)
		affected := queueAffected(tx, p, p.losses(standing, after))
		audit.Record(tx, who, "availability.added", "availability", staff, nil, digestOf(fresh))
		publishChanged(tx, staff, fresh)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		out = made{entries: fresh, warnings: warnings(fresh, after), affected: affectedOf(affected.Rows)}
		return nil
	})
	return out, err
}

// maxEntries bounds the entries of one request.
const maxEntries = 1000

// expand makes the rows of all fields, in order of date and time.
func expand(tx *db.Tx, p *person, fields []EntryFields, path func(i int) string) ([]entry, error) {
	var fresh []entry
	for i := range fields {
		in := &fields[i]
		if in.OutletID != "" && !slices.Contains(p.OutletIDs, in.OutletID) {
			return nil, ErrEntryOutlet
		}
		entries, err := in.entries(path(i), p, id.NewAt(tx.Now()))
		if err != nil {
			return nil, err
		}
		if fresh = append(fresh, entries...); len(fresh) > maxEntries {
			return nil, fault.InvalidField(path(i)+"date", fmt.Sprintf("A request makes at most %d entries; with this one they are more.", maxEntries))
		}
	}
	for i := range fresh {
		fresh[i].ID = id.NewAt(tx.Now())
	}
	slices.SortStableFunc(fresh, func(a, b entry) int {
		if order := a.Date.Compare(b.Date); order != 0 {
			return order
		}
		return a.Starts - b.Starts
	})
	return fresh, nil
}

// readDays reads what stands on the dates of entries.
func readDays(ctx context.Context, tx *db.Tx, staff []id.ID, entries []entry) ([]entry, error) {
	var dates []civil.Date
	for i := range entries {
		if n := len(dates); n == 0 || dates[n-1] != entries[i].Date {
			dates = append(dates, entries[i].Date)
		}
	}
	standing := queueDays(tx, staff, dates)
	err := tx.Flush(ctx)
	return standing.Rows, err
}

// servicesOf are all services that the fields name, once each.
func servicesOf(fields []EntryFields) []id.ID {
	all := []id.ID{}
	for i := range fields {
		all = append(all, fields[i].ServiceIDs...)
	}
	return distinct(all)
}

func (m *made) first(tenant id.ID) Entry {
	one := shown{entry: m.entries[0]}
	return one.view(tenant)
}

func (m *made) dateRange() DateRange {
	return DateRange{Start: m.entries[0].Date, End: m.entries[len(m.entries)-1].Date}
}

func (m *made) sample() Sample {
	e := &m.entries[0]
	return Sample{ID: e.ID, Date: e.Date, StartTime: civil.Clock(e.Starts).Long(), EndTime: civil.Clock(e.Ends).Long()}
}

// digest is what the audit log keeps of entries.
type digest struct {
	Entries int        `json:"entries"`
	First   civil.Date `json:"first"`
	Last    civil.Date `json:"last"`
	Type    EntryType  `json:"type"`
	Span    string     `json:"span"`
	ID      id.ID      `json:"id"`
}

func digestOf(entries []entry) digest {
	first, last := &entries[0], &entries[len(entries)-1]
	return digest{Entries: len(entries), First: first.Date, Last: last.Date, Type: first.Type, Span: first.span(), ID: first.ID}
}
