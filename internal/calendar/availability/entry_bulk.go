package availability

import (
	"context"
	"fmt"
	"slices"

	"reserva/internal/access"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// BulkInput is many entries of one staff member, of any types.
type BulkInput struct {
	TenantID id.ID       `json:"tenant_id,omitempty" doc:"Redundant: must be your own."`
	StaffID  id.ID       `json:"staff_id"`
	Entries  []BulkEntry `json:"availability_entries" minItems:"1" maxItems:"50"`
}

// BulkEntry is one of them.
type BulkEntry struct {
	TenantID id.ID `json:"tenant_id,omitempty" doc:"Redundant: must be your own."`
	StaffID  id.ID `json:"staff_id,omitempty" doc:"Redundant: must be that of the request."`
	EntryFields
}

// Bulk is the answer to them: a summary, because of its size.
type Bulk struct {
	Message  string      `json:"message" example:"Created 12 availability entries."`
	Summary  BulkSummary `json:"summary"`
	Sample   Sample      `json:"sample_entry"`
	Warnings []string    `json:"warnings,omitempty" doc:"What was taken, but may not be meant."`
	Affected []Affected  `json:"affected_appointments,omitempty" doc:"What is booked in time that is off now. It stands."`
}

// BulkSummary tells what was made.
type BulkSummary struct {
	Total       int         `json:"total_entries_created" example:"12"`
	DateRange   DateRange   `json:"date_range"`
	StaffID     id.ID       `json:"staff_id"`
	EntryTypes  []EntryType `json:"entry_types" example:"[\"break\",\"working_hours\"]"`
	UniqueDates int         `json:"unique_dates" example:"6"`
}

// AddEntries writes all of the entries, or none. It fails as AddEntry does.
func (o *Operations) AddEntries(ctx context.Context, who access.Staff, in BulkInput) (Bulk, error) {
	path := func(i int) string { return fmt.Sprintf("availability_entries.%d.", i) }
	fields := make([]EntryFields, len(in.Entries))
	var bad []fault.Field
	for i := range in.Entries {
		one := &in.Entries[i]
		if tenant := one.TenantID; tenant != "" && tenant != who.Tenant {
			return Bulk{}, tenants.ErrOther
		}
		if one.StaffID != "" && one.StaffID != in.StaffID {
			bad = append(bad, fault.Field{Loc: fault.Loc(path(i) + "staff_id"), Message: "Must be that of the request.", Type: "value_error"})
		}
		fields[i] = one.EntryFields
		bad = append(bad, fields[i].check(path(i))...)
	}
	switch {
	case in.TenantID != "" && in.TenantID != who.Tenant:
		return Bulk{}, tenants.ErrOther
	case len(bad) > 0:
		return Bulk{}, invalid(bad)
	}
	made, err := o.add(ctx, who, in.StaffID, fields, path)
	if err != nil {
		return Bulk{}, err
	}
	return Bulk{
		Message: fmt.Sprintf("Created %d availability entries.", len(made.entries)), Summary: made.summary(in.StaffID),
		Sample: made.sample(), Warnings: made.warnings, Affected: made.affected,
	}, nil
}

func (m *made) summary(staff id.ID) BulkSummary {
	s := BulkSummary{Total: len(m.entries), DateRange: m.dateRange(), StaffID: staff, EntryTypes: []EntryType{}}
	dates := map[civil.Date]bool{}
	for i := range m.entries {
		e := &m.entries[i]
		dates[e.Date] = true
		if !slices.Contains(s.EntryTypes, e.Type) {
			s.EntryTypes = append(s.EntryTypes, e.Type)
		}
	}
	slices.Sort(s.EntryTypes)
	s.UniqueDates = len(dates)
	return s
}
