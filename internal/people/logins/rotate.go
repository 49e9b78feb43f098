package logins

import (
	"context"
	"strings"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
)

// ErrToken refuses a refresh token, with one wording for all causes.
var ErrToken = fault.New(fault.Unauthenticated, "auth.refresh_token", "The refresh token is not valid. Sign in again.")

// Rotated is what a refresh token was worth.
type Rotated struct {
	Tenant  id.ID
	Subject id.ID
	Login   id.ID
	Token   string // the next refresh token
}

type familyRow struct {
	Login   id.ID `db:"id"`
	Subject id.ID `db:"subject_id"`
}

// Rotate spends the token and returns the next one, good for ttl. A token that
// is unknown, out of date, of a revoked login, or of the other audience gives
// ErrToken; one that was spent before does too, and its login ends.
//
// Whether the subject may still sign in is for the caller to ask.
func Rotate(ctx context.Context, d *db.DB, audience Audience, text string, ttl time.Duration) (Rotated, error) {
	tenant, secret, ok := split(text)
	if !ok {
		return Rotated{}, ErrToken
	}
	hash := token.HashSecret(secret)
	var out Rotated
	err := d.Update(ctx, tenant, func(tx *db.Tx) error {
		out = Rotated{}
		// Of two that come at once, one waits for the other here, and finds the
		// token spent.
		family := db.QueueOne[familyRow](tx, `
			WITH spent AS (
				UPDATE refresh_tokens r
				SET spent_at = $4
				FROM logins f
				WHERE r.tenant_id = $1 AND r.hash = $2 AND r.spent_at IS NULL AND r.expires_at > $4
				  AND f.tenant_id = $1 AND f.id = r.login_id AND f.audience = $3
				RETURNING r.login_id)
			UPDATE logins l
			SET last_used_at = $4
			FROM spent
			WHERE l.tenant_id = $1 AND l.id = spent.login_id AND l.revoked_at IS NULL
			RETURNING l.id, l.subject_id`,
			tenant, hash, audience, tx.Now())
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if !family.Found {
			return revokeReused(ctx, tx, audience, hash) // commits the revocation
		}
		out = Rotated{Tenant: tenant, Subject: family.Value.Subject, Login: family.Value.Login}
		out.Token = issue(tx, tenant, out.Login, ttl)
		return nil
	})
	if err == nil && out.Token == "" {
		err = ErrToken
	}
	if err != nil {
		return Rotated{}, err
	}
	return out, nil
}

// revokeReused ends the login of a token that was spent already, and leaves a trace:
// somebody may have stolen it. A token that is merely out of date ends nothing.
func revokeReused(ctx context.Context, tx *db.Tx, audience Audience, hash []byte) error {
	ended := db.QueueOne[id.ID](tx, `
		UPDATE logins l
		SET revoked_at = $4
		FROM refresh_tokens r
		WHERE r.tenant_id = $1 AND r.hash = $2 AND r.spent_at IS NOT NULL
		  AND l.tenant_id = $1 AND l.id = r.login_id AND l.audience = $3 AND l.revoked_at IS NULL
		RETURNING l.id`,
		tx.Tenant(), hash, audience, tx.Now())
	if err := tx.Flush(ctx); err != nil || !ended.Found {
		return err
	}
	audit.Record(tx, access.System{Job: "refresh"}, "login.token_reused", "login", ended.Value, nil, nil)
	return nil
}

// RevokeToken ends the login that the refresh token belongs to, if it is one of
// subject; anything else changes nothing.
func RevokeToken(tx *db.Tx, audience Audience, subject id.ID, text string) {
	tenant, secret, ok := split(text)
	if !ok || tenant != tx.Tenant() {
		return
	}
	tx.Exec(`
		UPDATE logins l
		SET revoked_at = $5
		FROM refresh_tokens r
		WHERE r.tenant_id = $1 AND r.hash = $2
		  AND l.tenant_id = $1 AND l.id = r.login_id AND l.audience = $3 AND l.subject_id = $4 AND l.revoked_at IS NULL`,
		tenant, token.HashSecret(secret), audience, subject, tx.Now())
}

func split(text string) (tenant id.ID, secret string, ok bool) {
	head, secret, found := strings.Cut(text, ".")
	tenant = id.ID(head)
	return tenant, secret, found && tenant.Valid() && secret != "" && len(secret) <= 200
}
