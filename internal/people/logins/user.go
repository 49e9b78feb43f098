package logins

import (
	"context"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// A staff user has devices in several tenants, and all of them are one person's:
// what follows works over all tenants, in transactions of the platform.

// OfUser is a login of a staff user, and where it is.
type OfUser struct {
	Login
	Tenant     id.ID  `db:"tenant_id"`
	TenantName string `db:"tenant_name"`
	TenantSlug string `db:"tenant_slug"`
}

// ListOfUser returns the live logins of a staff user in all tenants, the last used
// first.
func ListOfUser(ctx context.Context, tx *db.Tx, user id.ID) ([]OfUser, error) {
	return db.All[OfUser](ctx, tx, `
		SELECT l.id, l.device, l.address, l.created_at, l.last_used_at,
			l.tenant_id, t.name AS tenant_name, t.slug AS tenant_slug
		FROM logins l
		JOIN tenants t ON t.id = l.tenant_id
		WHERE l.tenant_id IS NOT NULL AND l.audience = 'staff' AND l.subject_id = $1 AND l.revoked_at IS NULL
		  AND EXISTS (
			SELECT 1 FROM refresh_tokens r
			WHERE r.tenant_id = l.tenant_id AND r.login_id = l.id AND r.spent_at IS NULL AND r.expires_at > $2)
		ORDER BY l.last_used_at DESC, l.id DESC`, user, tx.Now())
}

// RevokeOfUser ends one live login of a staff user, in whichever tenant, and
// returns the tenant. It fails with ErrUnknown.
func RevokeOfUser(ctx context.Context, tx *db.Tx, user, login id.ID) (tenant id.ID, err error) {
	ended := db.QueueOne[id.ID](tx, `
		UPDATE logins
		SET revoked_at = $3
		WHERE tenant_id IS NOT NULL AND audience = 'staff' AND subject_id = $1 AND id = $2 AND revoked_at IS NULL
		RETURNING tenant_id`, user, login, tx.Now())
	if err := tx.Flush(ctx); err != nil {
		return "", err
	}
	if !ended.Found {
		return "", ErrUnknown
	}
	return ended.Value, nil
}

// RevokeOthersOfUser queues the end of every login of a staff user but the one to
// keep.
func RevokeOthersOfUser(tx *db.Tx, user, keep id.ID) {
	tx.Exec(`
		UPDATE logins
		SET revoked_at = $3
		WHERE tenant_id IS NOT NULL AND audience = 'staff' AND subject_id = $1 AND id <> $2 AND revoked_at IS NULL`,
		user, keep, tx.Now())
}
