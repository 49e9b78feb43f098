package availability

import (
	"context"
	"fmt"
	"slices"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Removed is the answer to a removal.
type Removed struct {
	Message  string     `json:"message" example:"Removed 1 availability entry."`
	Deleted  int        `json:"deleted_entries" example:"1"`
	Affected []Affected `json:"affected_appointments" doc:"What is booked in working hours that went. It stands."`
}

// RemoveEntry removes an entry, or by scope those of its set; they stay in the
// records. It fails with ErrEntryNotFound, ErrOwnEntries and
// ErrStrayBreak.
func (o *Operations) RemoveEntry(ctx context.Context, who access.Staff, target id.ID, scope Scope) (Removed, error) {
	var out Removed
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		s, err := o.lockSet(ctx, tx, who, target, scope, "")
		if err != nil {
			return err
		}
		standing, err := readDays(ctx, tx, s.staff(), s.entries)
		if err != nil {
			return err
		}
		rest := slices.DeleteFunc(slices.Clone(standing), s.has)
		if err := s.owner.keepBreaks(standing, rest); err != nil {
			return err
		}
		removeEntries(tx, s.entries)
		affected := s.queueAffected(tx, standing, rest)
		audit.Record(tx, who, "availability.removed", "availability", s.owner.ID, digestOf(s.entries), nil)
		publishChanged(tx, s.owner.ID, s.entries)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		out = Removed{Message: removal(len(s.entries)), Deleted: len(s.entries), Affected: affected()}
		return nil
	})
	return out, err
}

func removal(n int) string {
	if n == 1 {
		return "Removed 1 availability entry."
	}
	return fmt.Sprintf("Removed %d availability entries.", n)
}
