package logins

import (
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// RevokeAllIn queues the end of every login of subject in one tenant, from a
// platform transaction.
func RevokeAllIn(tx *db.Tx, tenant id.ID, audience Audience, subject id.ID) {
	tx.Exec(`
		UPDATE logins
		SET revoked_at = $4
		WHERE tenant_id = $1 AND audience = $2 AND subject_id = $3 AND revoked_at IS NULL`,
		tenant, audience, subject, tx.Now())
}

// RevokeUser queues the end of every login of a staff user in all tenants, from a
// platform transaction: whoever knew the password that no longer holds is out.
func RevokeUser(tx *db.Tx, user id.ID) {
	tx.Exec(`
		UPDATE logins
		SET revoked_at = $2
		WHERE tenant_id IS NOT NULL AND audience = 'staff' AND subject_id = $1 AND revoked_at IS NULL`, user, tx.Now())
}
