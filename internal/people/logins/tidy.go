package logins

import (
	"context"
	"time"

	"reserva/internal/kit/db"
)

// kept is how long an ended login stays to be looked at.
const kept = 30 * 24 * time.Hour

// Tidy removes what can no longer be used: refresh tokens long out of date and
// logins without any. It is run at intervals, and may run anywhere.
func Tidy(ctx context.Context, d *db.DB) error {
	return d.Platform(ctx, "remove ended logins", func(tx *db.Tx) error {
		before := tx.Now().Add(-kept)
		tx.Exec(`DELETE FROM refresh_tokens WHERE tenant_id IS NOT NULL AND expires_at < $1`, before)
		tx.Exec(`
			DELETE FROM logins l
			WHERE l.tenant_id IS NOT NULL AND (l.revoked_at < $1 OR l.last_used_at < $1)
			  AND NOT EXISTS (
				SELECT 1 FROM refresh_tokens r
				WHERE r.tenant_id = l.tenant_id AND r.login_id = l.id AND l.revoked_at IS NULL)`, before)
		return nil
	})
}
