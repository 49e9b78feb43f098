package services

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// RecordStaff writes down, beside each of the services, that a staff member begins or
// ceases to give it. It is for the staff package, which writes who does, and is called
// after that was queued.
func RecordStaff(ctx context.Context, tx *db.Tx, who access.Actor, member id.ID, services []id.ID) error {
	if len(services) == 0 {
		return nil
	}
	rows, err := db.All[row](ctx, tx, `
		SELECT `+columns+`
		FROM services s
		WHERE s.tenant_id = $1 AND s.id = ANY ($2) AND s.deleted_at IS NULL
		ORDER BY s.id`, tx.Tenant(), services)
	if err != nil {
		return err
	}
	for _, r := range rows {
		next := r.record()
		old := next
		old.Staff = slices.DeleteFunc(slices.Clone(next.Staff), func(one id.ID) bool { return one == member })
		if len(old.Staff) == len(next.Staff) {
			old.Staff = append(old.Staff, member)
			slices.Sort(old.Staff)
		}
		audit.Record(tx, who, "service.updated", "service", r.ID, old.service("", tx.Now()), next.service("", tx.Now()))
	}
	return nil
}
