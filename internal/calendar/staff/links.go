package staff

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/business/outlets"
	"reserva/internal/catalog/services"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// AssignService implements services.StaffLinks: exactly these staff members give
// the service from now on. It fails with services.ErrStaffUnknown, and with
// outlets.ErrOutOfScope where that would change somebody of another's outlet.
func (o *Operations) AssignService(ctx context.Context, tx *db.Tx, who access.Staff, service id.ID, members []id.ID) error {
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
	changed, err := db.All[id.ID](ctx, tx, `
		SELECT s.outlet_id
		FROM staff s
		LEFT JOIN staff_services g ON g.tenant_id = $1 AND g.staff_id = s.id AND g.service_id = $2
		WHERE s.tenant_id = $1 AND s.deleted_at IS NULL AND (s.id = ANY ($3)) <> (g.staff_id IS NOT NULL)`,
		tx.Tenant(), service, members)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(changed, func(outlet id.ID) bool { return !who.CanOutlet(outlet) }) {
		return outlets.ErrOutOfScope
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
