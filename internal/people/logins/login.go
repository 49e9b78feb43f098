package logins

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
)

// Audience is whose login it is; a token of one is unknown to the other.
type Audience string

// The audiences.
const (
	Staff    Audience = "staff"
	Customer Audience = "customer"
)

// Login is one signed-in device.
type Login struct {
	ID       id.ID     `db:"id"`
	Device   string    `db:"device"`
	Address  string    `db:"address"`
	OpenedAt time.Time `db:"created_at"`
	UsedAt   time.Time `db:"last_used_at"`
}

// ErrUnknown refuses to end a login that is not there, or is somebody else's.
var ErrUnknown = fault.New(fault.NotFound, "auth.session_not_found", "There is no such session.")

// maxDevice bounds what a client says of itself, in characters.
const maxDevice = 200

// Open queues a new login of subject in tx's tenant and returns its id and first
// refresh token, which is good for ttl. device is what the client calls itself,
// address where it came from.
func Open(tx *db.Tx, audience Audience, subject id.ID, device, address string, ttl time.Duration) (login id.ID, refreshToken string) {
	return OpenIn(tx, tx.Tenant(), audience, subject, device, address, ttl)
}

// OpenIn is Open for a platform transaction, which belongs to no tenant.
func OpenIn(tx *db.Tx, tenant id.ID, audience Audience, subject id.ID, device, address string, ttl time.Duration) (login id.ID, refreshToken string) {
	login = id.NewAt(tx.Now())
	tx.Exec(`
		INSERT INTO logins (tenant_id, id, audience, subject_id, device, address, created_at, last_used_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
		tenant, login, audience, subject, clip(device), address, tx.Now())
	return login, issue(tx, tenant, login, ttl)
}

// Live reports whether the login exists and was not revoked.
func Live(ctx context.Context, tx *db.Tx, audience Audience, subject, login id.ID) (bool, error) {
	return db.One[bool](ctx, tx, `
		SELECT EXISTS (
			SELECT 1 FROM logins
			WHERE tenant_id = $1 AND id = $2 AND audience = $3 AND subject_id = $4 AND revoked_at IS NULL)`,
		tx.Tenant(), login, audience, subject)
}

// List returns the live logins of subject whose refresh token has not run out,
// the last used first.
func List(ctx context.Context, tx *db.Tx, audience Audience, subject id.ID) ([]Login, error) {
	return db.All[Login](ctx, tx, `
		SELECT l.id, l.device, l.address, l.created_at, l.last_used_at
		FROM logins l
		WHERE l.tenant_id = $1 AND l.audience = $2 AND l.subject_id = $3 AND l.revoked_at IS NULL
		  AND EXISTS (
			SELECT 1 FROM refresh_tokens r
			WHERE r.tenant_id = $1 AND r.login_id = l.id AND r.spent_at IS NULL AND r.expires_at > $4)
		ORDER BY l.last_used_at DESC, l.id DESC`,
		tx.Tenant(), audience, subject, tx.Now())
}

// Revoke ends one login of subject; false tells that there is no such live login.
func Revoke(ctx context.Context, tx *db.Tx, audience Audience, subject, login id.ID) (bool, error) {
	n, err := tx.ExecNow(ctx, `
		UPDATE logins
		SET revoked_at = $5
		WHERE tenant_id = $1 AND id = $2 AND audience = $3 AND subject_id = $4 AND revoked_at IS NULL`,
		tx.Tenant(), login, audience, subject, tx.Now())
	return n == 1, err
}

// RevokeAll queues the end of every login of subject but the one to keep, which
// may be empty.
func RevokeAll(tx *db.Tx, audience Audience, subject, keep id.ID) {
	tx.Exec(`
		UPDATE logins
		SET revoked_at = $5
		WHERE tenant_id = $1 AND audience = $2 AND subject_id = $3 AND id <> $4 AND revoked_at IS NULL`,
		tx.Tenant(), audience, subject, keep, tx.Now())
}

// issue queues a new refresh token of the login.
func issue(tx *db.Tx, tenant, login id.ID, ttl time.Duration) string {
	secret := token.NewSecret()
	tx.Exec(`
		INSERT INTO refresh_tokens (tenant_id, hash, login_id, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5)`,
		tenant, token.HashSecret(secret), login, tx.Now(), tx.Now().Add(ttl))
	return string(tenant) + "." + secret
}

// clip makes a client's description of itself storable.
func clip(device string) string {
	device = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return -1
		}
		return r
	}, device)
	if runes := []rune(device); len(runes) > maxDevice {
		return string(runes[:maxDevice])
	}
	return device
}
