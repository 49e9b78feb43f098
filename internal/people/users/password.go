package users

import (
	"context"
	"errors"
	"html"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/outbox"
	"reserva/internal/kit/token"
	"reserva/internal/people/logins"
	"reserva/internal/people/signin"
)

// PasswordChange is a new password and the one in force.
type PasswordChange struct {
	CurrentPassword string `json:"current_password" maxLength:"1000" example:"SecurePass123!"`
	NewPassword     string `json:"new_password" maxLength:"1000" example:"Evening-Tram-47" doc:"8 to 128 characters with an upper-case and a lower-case letter, a digit and a symbol, and none of those that everybody tries first."`
}

// passwordScope counts wrong passwords of somebody who is signed in apart from
// those of signing in: a stolen device must not lock its owner out.
const passwordScope = "password"

// ChangePassword sets a new password, which opens everything to a user who had to
// change it, and ends the user's other logins in all tenants. It fails with
// signin.ErrLocked, signin.ErrWrongPassword, signin.ErrSamePassword and
// token.ErrBusy.
func (o *Operations) ChangePassword(ctx context.Context, who access.Staff, in PasswordChange) error {
	own, err := o.account(ctx, who.UserID)
	if err != nil {
		return err
	}
	right, err := o.guard.Check(ctx, passwordScope, string(who.UserID), func() (bool, error) {
		return o.hasher.Verify(ctx, in.CurrentPassword, own.PasswordHash)
	})
	if err != nil {
		return err
	}
	if !right {
		return signin.ErrWrongPassword
	}
	if in.NewPassword == in.CurrentPassword {
		return signin.ErrSamePassword
	}
	hash, err := o.newHash(ctx, in.NewPassword)
	if err != nil {
		return err
	}
	return o.db.Platform(ctx, "change a user's password", func(tx *db.Tx) error {
		// Of two changes at once, the second no longer knows the password in force.
		tenants := queueMemberships(tx, who.UserID)
		n, err := tx.ExecNow(ctx, `
			UPDATE users
			SET password_hash = $2, must_change_password = false, updated_at = $4
			WHERE id = $1 AND password_hash = $3`, who.UserID, hash, own.PasswordHash, tx.Now())
		if err != nil {
			return err
		}
		if n == 0 {
			return signin.ErrWrongPassword
		}
		logins.RevokeOthersOfUser(tx, who.UserID, who.LoginID)
		passwordChanged(tx, who, who.UserID, who.Email, "user.password_changed", tenants.Rows)
		return nil
	})
}

// passwordChanged queues what every change of a password brings with it: no code to
// reset it works any more, its owner is told, and each tenant of theirs can see it.
func passwordChanged(tx *db.Tx, who access.Actor, user id.ID, email, action string, tenants []id.ID) {
	tx.Exec(`UPDATE password_resets SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL`, user, tx.Now())
	tell(tx, email, "Your password was changed", "The password of your account "+email+
		" was changed, and its other devices were signed out. If this was not you, reset your password now.")
	for _, tenant := range tenants {
		audit.RecordIn(tx, tenant, who, action, "user", user, nil, nil)
	}
}

// account reads what signing in asks of a user who is signed in.
func (o *Operations) account(ctx context.Context, user id.ID) (account, error) {
	var found *db.Result[account]
	err := o.db.PlatformView(ctx, "a user's own password", func(tx *db.Tx) error {
		found = queueAccount(tx, user)
		return nil
	})
	if err == nil && !found.Found {
		err = api.ErrUnauthenticated // removed since the request was let in
	}
	return found.Value, err
}

// newHash checks and hashes a password that somebody chose.
func (o *Operations) newHash(ctx context.Context, password string) (string, error) {
	if problem := token.CheckPassword(password); problem != "" {
		return "", fault.InvalidField("new_password", problem)
	}
	return o.hasher.Hash(ctx, password)
}

// tell queues a mail about the account itself. It is kept outside of all tenants:
// nobody who manages one of them may read what lets into an account.
func tell(tx *db.Tx, to, subject, text string) {
	outbox.Queue(tx, outbox.Message{
		Tenant: db.PlatformTenant, Channel: outbox.Email, To: to, Subject: subject, Text: text,
		HTML: "<p>" + html.EscapeString(text) + "</p>",
	})
}

// queueMemberships queues the tenants that a user is a member of.
func queueMemberships(tx *db.Tx, user id.ID) *db.Results[id.ID] {
	return db.QueueAll[id.ID](tx, `
		SELECT tenant_id
		FROM memberships
		WHERE tenant_id IS NOT NULL AND user_id = $1 AND is_active
		ORDER BY tenant_id`, user)
}

// renewHash stores a hash of today's cost in place of an older one of the same
// password.
func (o *Operations) renewHash(ctx context.Context, own account, password string) (account, error) {
	if !o.hasher.NeedsRehash(own.PasswordHash) {
		return own, nil
	}
	hash, err := o.hasher.Hash(ctx, password)
	if errors.Is(err, token.ErrBusy) {
		return own, nil // at another sign-in
	}
	if err != nil {
		return own, err
	}
	var n int64
	err = o.db.Platform(ctx, "renew a password's hash", func(tx *db.Tx) (err error) {
		n, err = tx.ExecNow(ctx, `UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2`,
			own.ID, own.PasswordHash, hash)
		return err
	})
	if n == 1 {
		own.PasswordHash = hash
	}
	return own, err
}
