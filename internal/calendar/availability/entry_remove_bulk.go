package availability

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// BulkRemoval names entries to be removed together.
type BulkRemoval struct {
	IDs []id.ID `json:"ids" minItems:"1" maxItems:"100" doc:"Of any staff members whose schedules the caller keeps"`
}

// RemoveEntries removes all of the entries or none; they stay in the records. It
// fails with ErrEntryNotFound if any is not there, and with ErrOwnEntries.
func (o *Operations) RemoveEntries(ctx context.Context, who access.Staff, in BulkRemoval) (Removed, error) {
	ids := distinct(in.IDs)
	out := Removed{Affected: []Affected{}}
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		out.Affected = out.Affected[:0]
		owners, err := db.All[id.ID](ctx, tx, `
			SELECT DISTINCT staff_id FROM availability_entries WHERE tenant_id = $1 AND id = ANY ($2) AND deleted_at IS NULL`, tx.Tenant(), texts(ids))
		if err != nil {
			return err
		}
		people := lockPeople(tx, owners...)
		entries := queueEntriesByID(tx, ids)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		switch {
		case len(entries.Rows) < len(ids), len(people.Rows) < len(owners):
			return ErrEntryNotFound
		case slices.ContainsFunc(entries.Rows, func(e entry) bool { return !slices.Contains(owners, e.StaffID) }):
			return ErrEntryNotFound // given away a moment ago
		}
		for i := range people.Rows {
			if err := people.Rows[i].writableBy(who); err != nil {
				return err
			}
		}
		return o.removeOf(ctx, tx, who, people.Rows, entries.Rows, &out)
	})
	out.Message, out.Deleted = removal(len(ids)), len(ids)
	return out, err
}

// removeOf removes locked people's entries, and says what was booked in them.
func (o *Operations) removeOf(ctx context.Context, tx *db.Tx, who access.Staff, people []person, gone []entry, out *Removed) error {
	staff := make([]id.ID, len(people))
	for i := range people {
		staff[i] = people[i].ID
	}
	alone(tx)
	standing, err := readDays(ctx, tx, staff, gone)
	if err != nil {
		return err
	}
	removeEntries(tx, gone)
	var affected []*db.Results[affectedRow]
	for i := range people {
		p := &people[i]
		s := set{owner: *p, heir: *p}
		for _, e := range gone {
			if e.StaffID == p.ID {
				s.entries = append(s.entries, e)
			}
		}
		before := slices.DeleteFunc(slices.Clone(standing), func(e entry) bool { return e.StaffID != p.ID })
		rest := slices.DeleteFunc(slices.Clone(before), s.has)
		if err := p.keepBreaks(before, rest); err != nil {
			return err
		}
		affected = append(affected, queueAffected(tx, p, p.losses(before, rest)))
		audit.Record(tx, who, "availability.removed", "availability", p.ID, digestOf(s.entries), nil)
		publishChanged(tx, p.ID, s.entries)
	}
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	for _, a := range affected {
		out.Affected = append(out.Affected, affectedOf(a.Rows)...)
	}
	return nil
}

// queueEntriesByID reads entries in order of date and time.
func queueEntriesByID(tx *db.Tx, ids []id.ID) *db.Results[entry] {
	return db.QueueAll[entry](tx, `
		SELECT `+entryColumns+`
		FROM availability_entries e
		WHERE e.tenant_id = $1 AND e.id = ANY ($2) AND e.deleted_at IS NULL
		ORDER BY e.date, e.starts, e.id`, tx.Tenant(), texts(ids))
}
