package availability

import (
	"context"
	"slices"
	"strings"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
)

// Scope says how much of a recurring set is meant.
type Scope string

// The scopes: the entry alone, it and the later ones, or the whole set.
const (
	Single    Scope = "single"
	Following Scope = "following"
	All       Scope = "all"
)

// EntryChange is a partial update: what is absent stays.
type EntryChange struct {
	TenantID       id.ID                  `json:"tenant_id,omitempty" doc:"Redundant: must be your own."`
	StaffID        opt.Field[id.ID]       `json:"staff_id,omitzero" doc:"Gives the entry to another staff member."`
	Date           opt.Field[civil.Date]  `json:"date,omitzero" doc:"Of a single entry only."`
	StartTime      opt.Field[civil.Clock] `json:"start_time,omitzero" example:"10:00"`
	EndTime        opt.Field[civil.Clock] `json:"end_time,omitzero" example:"18:00"`
	Type           opt.Field[EntryType]   `json:"availability_type,omitzero" enum:"working_hours,break,blocked,vacation"`
	IsAvailable    opt.Field[bool]        `json:"is_available,omitzero" doc:"Redundant: true of working hours, false of everything else."`
	Notes          opt.Field[string]      `json:"notes,omitzero" maxLength:"500"`
	ServiceIDs     opt.Field[[]id.ID]     `json:"service_ids,omitzero" maxItems:"500" doc:"null or none for every service."`
	Capacity       opt.Field[int]         `json:"capacity,omitzero" minimum:"1" maximum:"1000"`
	IsGroupService opt.Field[bool]        `json:"is_group_service,omitzero"`
	OutletID       opt.Field[id.ID]       `json:"outlet_id,omitzero" doc:"Where working hours are worked; null for every outlet of the staff member."`
}

// Changed is an entry after a change.
type Changed struct {
	Entry
	Updated  int        `json:"updated_entries" doc:"How many entries of the set were changed."`
	Warnings []string   `json:"warnings,omitempty" doc:"What was taken, but may not be meant."`
	Affected []Affected `json:"affected_appointments" doc:"What is booked in time that was lost. It stands."`
}

// ChangeEntry changes an entry, or by scope those of its set. It fails with
// tenants.ErrOther, ErrEntryNotFound, ErrStaffNotFound, ErrOwnEntries,
// ErrEntryOutlet, ErrEntryService, ErrEntryConflict and ErrStrayBreak.
func (o *Operations) ChangeEntry(ctx context.Context, who access.Staff, target id.ID, scope Scope, in EntryChange) (Changed, error) {
	if in.TenantID != "" && in.TenantID != who.Tenant {
		return Changed{}, tenants.ErrOther
	}
	if in.Date.Set && scope != Single {
		return Changed{}, fault.InvalidField("date", "Can be changed of a single entry only.")
	}
	var out Changed
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		s, err := o.lockSet(ctx, tx, who, target, scope, in.StaffID.Value)
		if err != nil {
			return err
		}
		fresh, err := in.apply(s)
		if err != nil {
			return err
		}
		if err := s.heir.placedBy(who, in.OutletID.Value); err != nil {
			return err
		}
		if err := checkServices(ctx, tx, in.ServiceIDs.Value); err != nil {
			return err
		}
		standing, err := readDays(ctx, tx, s.staff(), inOrder(s.entries, fresh))
		if err != nil {
			return err
		}
		rest := slices.DeleteFunc(slices.Clone(standing), s.has)
		if err := checkConflicts(fresh, rest); err != nil {
			return err
		}
		after := append(rest, fresh...)
		for _, p := range []*person{&s.owner, &s.heir} {
			if err := p.keepBreaks(standing, after); err != nil {
				return err
			}
		}
		updateEntries(tx, fresh)
		affected := s.queueAffected(tx, standing, after)
		audit.Record(tx, who, "availability.changed", "availability", s.owner.ID, digestOf(s.entries), digestOf(fresh))
		publishChanged(tx, s.owner.ID, s.entries)
		publishChanged(tx, s.heir.ID, fresh)
		found, err := findEntry(ctx, tx, target)
		out = Changed{
			Entry: found.view(tx.Tenant()), Updated: len(fresh), Warnings: warnings(fresh, after), Affected: affected(),
		}
		return err
	})
	return out, err
}

// set is some entries of one staff member that are about to be changed.
type set struct {
	owner   person
	heir    person  // who gets them; the owner where nobody else does
	entries []entry // in order of date and time
}

// lockSet locks the owner of an entry, and the heir, and reads the entries of the
// scope.
func (o *Operations) lockSet(ctx context.Context, tx *db.Tx, who access.Staff, target id.ID, scope Scope, heir id.ID) (set, error) {
	found, err := findEntry(ctx, tx, target)
	if err != nil {
		return set{}, err
	}
	if heir == "" {
		heir = found.StaffID
	}
	people := lockPeople(tx, found.StaffID, heir)
	group := queueGroup(tx, &found.entry, scope)
	if err := tx.Flush(ctx); err != nil {
		return set{}, err
	}
	s := set{entries: group.Rows}
	for _, p := range people.Rows {
		if p.ID == found.StaffID {
			s.owner = p
		}
		if p.ID == heir {
			s.heir = p
		}
	}
	mine := slices.ContainsFunc(s.entries, func(e entry) bool { return e.ID == target && e.StaffID == s.owner.ID })
	switch {
	case s.owner.ID == "" || !mine: // removed, or given away, a moment ago
		return s, ErrEntryNotFound
	case s.heir.ID == "":
		return s, ErrStaffNotFound
	}
	if err := s.owner.writableBy(who); err != nil {
		return s, err
	}
	if err := s.heir.writableBy(who); err != nil {
		return s, err
	}
	alone(tx)
	return s, nil
}

func (s *set) has(e entry) bool {
	return slices.ContainsFunc(s.entries, func(one entry) bool { return one.ID == e.ID })
}

func (s *set) staff() []id.ID { return distinct([]id.ID{s.owner.ID, s.heir.ID}) }

// queueAffected reads what is booked with the owner, and the heir, in lost time. The
// function it returns works after the next flush.
func (s *set) queueAffected(tx *db.Tx, before, after []entry) func() []Affected {
	var results []*db.Results[affectedRow]
	for _, p := range []*person{&s.owner, &s.heir} {
		if len(results) > 0 && p.ID == s.owner.ID {
			break
		}
		others := func(e entry) bool { return e.StaffID != p.ID }
		lost := p.losses(slices.DeleteFunc(slices.Clone(before), others), slices.DeleteFunc(slices.Clone(after), others))
		results = append(results, queueAffected(tx, p, lost))
	}
	return func() []Affected {
		var rows []affectedRow
		for _, r := range results {
			rows = append(rows, r.Rows...)
		}
		return affectedOf(rows)
	}
}

// apply returns the entries of a set with the changes.
func (in *EntryChange) apply(s set) ([]entry, error) {
	fresh := slices.Clone(s.entries)
	for i := range fresh {
		e := &fresh[i]
		in.applyTo(e)
		if outlet, said := in.OutletID.Get(); said && !slices.Contains(s.heir.OutletIDs, outlet) {
			return nil, ErrEntryOutlet
		}
		in.place(e, &s)
		if bad := append(e.check(""), checkAvailable("", e.Type, in.IsAvailable)...); len(bad) > 0 {
			return nil, invalid(bad)
		}
	}
	return fresh, nil
}

func (in *EntryChange) applyTo(e *entry) {
	e.Date, e.Type = in.Date.Or(e.Date), in.Type.Or(e.Type)
	e.Starts, e.Ends = int(in.StartTime.Or(civil.Clock(e.Starts))), int(in.EndTime.Or(civil.Clock(e.Ends)))
	if in.Notes.Set {
		e.Notes = strings.TrimSpace(in.Notes.Value)
	}
	if in.ServiceIDs.Set {
		e.ServiceIDs = oneOrMore(in.ServiceIDs.Value)
	}
	if in.Capacity.Set {
		e.Capacity = in.Capacity.Or(1)
	}
	in.IsGroupService.Apply(&e.IsGroup)
}

// place says whose an entry is, and where. Hours of one outlet stay there when they are
// given to somebody else who works at it.
func (in *EntryChange) place(e *entry, s *set) {
	outlet, said := in.OutletID.Get()
	given := e.StaffID != s.heir.ID
	e.StaffID = s.heir.ID
	switch {
	case said:
		e.OutletID, e.Bound = outlet, true
	case in.OutletID.Set, given && !(e.Bound && slices.Contains(s.heir.OutletIDs, e.OutletID)):
		e.OutletID, e.Bound = s.heir.OutletID, false
	}
	e.Bound = e.Bound && e.Type == WorkingHours
}

func checkServices(ctx context.Context, tx *db.Tx, services []id.ID) error {
	if len(services) == 0 {
		return nil
	}
	known := queueKnownServices(tx, services)
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	if known.Value != len(distinct(services)) {
		return ErrEntryService
	}
	return nil
}

// inOrder joins entries in order of their dates.
func inOrder(a, b []entry) []entry {
	all := append(slices.Clone(a), b...)
	slices.SortFunc(all, func(x, y entry) int { return x.Date.Compare(y.Date) })
	return all
}
