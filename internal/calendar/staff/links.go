package staff

import (
	"context"

	"reserva/internal/catalog/services"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// AssignService implements services.StaffLinks: exactly these staff members give
// the service from now on. It fails with services.ErrStaffUnknown.
func (o *Operations) AssignService(ctx context.Context, tx *db.Tx, service id.ID, members []id.ID) error {
	members = unique(members)
	known, err := db.One[int](ctx, tx, `
		SELECT count(*)
		FROM staff
		WHERE tenant_id = $1 AND id = ANY ($2) AND deleted_at IS NULL`, tx.Tenant(), members)
	if err != nil {
		return err
	}
	if known != len(members) {
		return services.ErrStaffUnknown
	}
	tx.Exec(`
		DELETE FROM staff_services
		WHERE tenant_id = $1 AND service_id = $2 AND NOT staff_id = ANY ($3)`, tx.Tenant(), service, members)
	tx.Exec(`
		INSERT INTO staff_services (tenant_id, staff_id, service_id)
		SELECT $1, s.id, $2
		FROM unnest($3::text[]) AS s (id)
		ON CONFLICT DO NOTHING`, tx.Tenant(), service, members)
	return nil
}
