package users

import (
	"context"
	"strings"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
	"reserva/internal/people/logins"
)

const (
	resetLifetime = time.Hour
	resetsPerHour = 3
)

// Forgotten asks for a code to choose a new password with.
type Forgotten struct {
	Email      string `json:"email" maxLength:"254" example:"admin@bellavista.com"`
	TenantSlug string `json:"tenant_slug,omitempty" maxLength:"63" example:"bella-vista-spa" doc:"Named in the e-mail, where the account belongs to it."`
}

// forgetful is who may get a code.
type forgetful struct {
	ID       id.ID  `db:"id"`
	Business string `db:"business"` // of the slug, empty for that of others
}

// ForgotPassword sends a code to the owner of the address, at most three times an
// hour. It does the same whether or not anybody has the address, but for the mail.
func (o *Operations) ForgotPassword(ctx context.Context, who access.Visitor, in Forgotten) error {
	email, err := tenants.CleanEmail("email", in.Email)
	if err != nil {
		return err
	}
	return o.db.Platform(ctx, "a forgotten password", func(tx *db.Tx) error {
		tx.Exec(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, "password reset "+email)
		asked := db.QueueOne[int](tx, `
			SELECT count(*)
			FROM password_resets
			WHERE email = $1 AND created_at > $2`, email, tx.Now().Add(-time.Hour))
		user := queueForgetful(tx, email, in.TenantSlug)
		memberships := queueMembershipsOf(tx, email)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if asked.Value >= resetsPerHour {
			return nil
		}
		var owner *id.ID
		if user.Found {
			owner = &user.Value.ID
		}
		secret := token.NewSecret()
		tx.Exec(`
			INSERT INTO password_resets (hash, email, user_id, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5)`, token.HashSecret(secret), email, owner, tx.Now(), tx.Now().Add(resetLifetime))
		if owner == nil {
			return nil
		}
		tellReset(tx, email, user.Value.Business, secret)
		for _, tenant := range memberships.Rows {
			audit.RecordIn(tx, tenant, who, "user.password_forgotten", "user", *owner, nil, nil)
		}
		return nil
	})
}

// queueMembershipsOf reads the tenants of who has an address, before it is known whether
// anybody has it: nobody's answer takes as many round trips.
func queueMembershipsOf(tx *db.Tx, email string) *db.Results[id.ID] {
	return db.QueueAll[id.ID](tx, `
		SELECT m.tenant_id
		FROM memberships m
		JOIN users u ON u.id = m.user_id
		WHERE m.tenant_id IS NOT NULL AND u.email = $1 AND m.is_active
		ORDER BY m.tenant_id`, email)
}

func tellReset(tx *db.Tx, email, business, secret string) {
	account := "your account " + email
	if business != "" {
		account += " at " + business
	}
	tell(tx, email, "Reset your password",
		"Somebody asked to reset the password of "+account+". Your code is "+secret+
			" and works once, for an hour. If it was not you, ignore this message: your password stays as it is.")
}

func queueForgetful(tx *db.Tx, email, slug string) *db.Result[forgetful] {
	return db.QueueOne[forgetful](tx, `
		SELECT u.id, coalesce((
			SELECT t.name
			FROM memberships m
			JOIN tenants t ON t.id = m.tenant_id AND t.is_active AND t.deleted_at IS NULL
			WHERE m.tenant_id = t.id AND m.user_id = u.id AND m.is_active AND t.slug = $2), '') AS business
		FROM users u
		WHERE u.email = $1 AND u.is_active AND u.deleted_at IS NULL`, email, strings.ToLower(strings.TrimSpace(slug)))
}

// ResetState tells a form whether to ask for a password at all.
type ResetState struct {
	Valid     bool       `json:"valid"`
	ExpiresAt *time.Time `json:"expires_at" doc:"null where the code is not valid."`
}

// resettable is a user whose password a code may reset.
type resettable struct {
	ID        id.ID     `db:"id"`
	Email     string    `db:"email"`
	ExpiresAt time.Time `db:"expires_at"`
}

const resettableSQL = `
	SELECT u.id, u.email, r.expires_at
	FROM password_resets r
	JOIN users u ON u.id = r.user_id AND u.is_active AND u.deleted_at IS NULL
	WHERE r.hash = $1 AND r.used_at IS NULL AND r.expires_at > $2`

// ResetState reads whether a code would be taken.
func (o *Operations) ResetState(ctx context.Context, code string) (ResetState, error) {
	found, err := o.findResettable(ctx, code)
	if err != nil || !found.Found {
		return ResetState{}, err
	}
	return ResetState{Valid: true, ExpiresAt: utc(&found.Value.ExpiresAt)}, nil
}

func (o *Operations) findResettable(ctx context.Context, code string) (found *db.Result[resettable], err error) {
	err = o.db.PlatformView(ctx, "whose password a code resets", func(tx *db.Tx) error {
		found = db.QueueOne[resettable](tx, resettableSQL, token.HashSecret(code), tx.Now())
		return nil
	})
	return found, err
}

// Reset is a new password, and the code that was sent.
type Reset struct {
	Token       string `json:"token" minLength:"1" maxLength:"200" example:"N0dHc2hRbUZ5dGVTdGVTdGVTdGVTdGVTdGVTdGVTdGU" doc:"The code from the e-mail."`
	NewPassword string `json:"new_password" maxLength:"1000" example:"Evening-Tram-47" doc:"8 to 128 characters with an upper-case and a lower-case letter, a digit and a symbol, and none of those that everybody tries first."`
}

// ResetPassword sets a new password, proves the address, unlocks it, and ends every
// login of the user in all tenants. It fails with ErrReset and token.ErrBusy.
func (o *Operations) ResetPassword(ctx context.Context, who access.Visitor, in Reset) error {
	found, err := o.findResettable(ctx, in.Token) // nobody hashes for nothing
	if err != nil {
		return err
	}
	if !found.Found {
		return ErrReset
	}
	hash, err := o.newHash(ctx, in.NewPassword)
	if err != nil {
		return err
	}
	user := found.Value
	err = o.db.Platform(ctx, "reset a user's password", func(tx *db.Tx) error {
		tx.Exec(`SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE`, user.ID) // before the code: one order with a change
		memberships := queueMemberships(tx, user.ID)
		n, err := tx.ExecNow(ctx, `
			UPDATE password_resets
			SET used_at = $2
			WHERE hash = $1 AND used_at IS NULL AND expires_at > $2`, token.HashSecret(in.Token), tx.Now())
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrReset
		}
		tx.Expect(1, "users_changed", `
			UPDATE users
			SET password_hash = $2, must_change_password = false, email_verified = true, updated_at = $3
			WHERE id = $1
			RETURNING id`, user.ID, hash, tx.Now())
		logins.RevokeOthersOfUser(tx, user.ID, "")
		passwordChanged(tx, who, user.ID, user.Email, "user.password_reset", memberships.Rows)
		return nil
	})
	if err != nil {
		return err
	}
	return o.guard.Succeeded(ctx, "", user.Email)
}

// TidyResets removes codes of more than a day ago. It is run at intervals.
func (o *Operations) TidyResets(ctx context.Context) error {
	return o.db.Platform(ctx, "remove old codes of forgotten passwords", func(tx *db.Tx) error {
		tx.Exec(`DELETE FROM password_resets WHERE created_at < $1`, tx.Now().Add(-24*time.Hour))
		return nil
	})
}
