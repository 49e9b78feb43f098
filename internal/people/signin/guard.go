package signin

import (
	"context"
	"errors"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/people/logins"
)

var (
	// ErrLocked refuses attempts at an address after too many failures.
	ErrLocked = fault.New(fault.Locked, "auth.locked", "Too many failed attempts. Try again later.")

	// ErrWrongPassword refuses to change a password. It is no 401: clients sign out on
	// that.
	ErrWrongPassword = fault.New(fault.BadRequest, "auth.wrong_password", "The current password is wrong.")

	// ErrSamePassword refuses to change a password into itself.
	ErrSamePassword = fault.ErrInvalid.WithField("new_password", "Must differ from the current password.", "value_error")
)

// Guard counts the failures of one audience.
type Guard struct {
	db       *db.DB
	audience logins.Audience
	limit    int
	window   time.Duration
	lock     time.Duration
}

// NewGuard returns a guard that locks an address for lock after limit failures
// within window.
func NewGuard(d *db.DB, audience logins.Audience, limit int, window, lock time.Duration) *Guard {
	return &Guard{db: d, audience: audience, limit: limit, window: window, lock: lock}
}

// Attempt counts a failure of identifier in advance; Succeeded forgives it. While
// the address is locked it counts nothing and answers ErrLocked with Retry-After.
// scope keeps counts apart, by tenant for example; identifier is the typed
// address in its normal form.
func (g *Guard) Attempt(ctx context.Context, scope, identifier string) error {
	var locked *time.Time
	var now time.Time
	err := g.db.Platform(ctx, "count a sign-in", func(tx *db.Tx) error {
		locked, now = nil, tx.Now()
		counted := db.QueueOne[int](tx, `
			INSERT INTO signin_failures AS f (audience, scope, identifier, failures, first_at, locked_until)
			VALUES ($1, $2, $3, 1, $4, CASE WHEN $5::int <= 1 THEN $7::timestamptz END)
			ON CONFLICT (audience, scope, identifier) DO UPDATE
			SET failures = CASE WHEN f.locked_until IS NULL AND f.first_at > $6 THEN f.failures + 1 ELSE 1 END,
			    first_at = CASE WHEN f.locked_until IS NULL AND f.first_at > $6 THEN f.first_at ELSE $4 END,
			    locked_until = CASE
			      WHEN (CASE WHEN f.locked_until IS NULL AND f.first_at > $6 THEN f.failures + 1 ELSE 1 END) >= $5::int THEN $7::timestamptz
			    END
			WHERE f.locked_until IS NULL OR f.locked_until <= $4
			RETURNING f.failures`,
			g.audience, scope, identifier, now, g.limit, now.Add(-g.window), now.Add(g.lock))
		if err := tx.Flush(ctx); err != nil || counted.Found {
			return err
		}
		until := db.QueueOne[*time.Time](tx, `
			SELECT locked_until FROM signin_failures WHERE audience = $1 AND scope = $2 AND identifier = $3`,
			g.audience, scope, identifier)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		locked = until.Value
		if locked == nil { // forgiven between the two statements
			locked = &now
		}
		return nil
	})
	if err != nil || locked == nil {
		return err
	}
	return ErrLocked.WithRetryAfter(max(locked.Sub(now), time.Second))
}

// Succeeded forgets the failures of identifier.
func (g *Guard) Succeeded(ctx context.Context, scope, identifier string) error {
	return g.db.Platform(ctx, "forget failed sign-ins", func(tx *db.Tx) error {
		tx.Exec(`DELETE FROM signin_failures WHERE audience = $1 AND scope = $2 AND identifier = $3`,
			g.audience, scope, identifier)
		return nil
	})
}

// Withdraw takes an attempt back that was counted and then not made, because the
// server had no time for it. What was compared stays counted.
func (g *Guard) Withdraw(ctx context.Context, scope, identifier string) error {
	return g.db.Platform(ctx, "take a counted sign-in back", func(tx *db.Tx) error {
		tx.Exec(`
			UPDATE signin_failures
			SET failures = greatest(failures - 1, 0), locked_until = NULL
			WHERE audience = $1 AND scope = $2 AND identifier = $3`, g.audience, scope, identifier)
		return nil
	})
}

// Check counts an attempt and makes it: compare tells whether the secret was
// right. It is forgiven where it was, and taken back where compare fails. It fails
// with ErrLocked, and with what compare fails with.
func (g *Guard) Check(ctx context.Context, scope, identifier string, compare func() (bool, error)) (bool, error) {
	if err := g.Attempt(ctx, scope, identifier); err != nil {
		return false, err
	}
	right, err := compare()
	switch {
	case err != nil:
		// The request may have run out of time just now.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), withdrawal)
		defer cancel()
		return false, errors.Join(err, g.Withdraw(ctx, scope, identifier))
	case right:
		return true, g.Succeeded(ctx, scope, identifier)
	}
	return false, nil
}

// withdrawal is how long taking an attempt back may take.
const withdrawal = 5 * time.Second

// Spend uses up a token that may be used once, by its jti; false tells that it
// was used before. tx is a platform transaction; expires is when the token ends.
func Spend(ctx context.Context, tx *db.Tx, jti string, expires time.Time) (bool, error) {
	n, err := tx.ExecNow(ctx, `
		INSERT INTO spent_tokens (jti, expires_at)
		VALUES ($1, $2)
		ON CONFLICT (jti) DO NOTHING`, jti, expires)
	return n == 1, err
}

// Tidy forgets failures and spent tokens that no longer matter. It is run at
// intervals, and may run anywhere.
func Tidy(ctx context.Context, d *db.DB) error {
	return d.Platform(ctx, "forget old sign-in failures", func(tx *db.Tx) error {
		old := tx.Now().Add(-24 * time.Hour)
		tx.Exec(`
			DELETE FROM signin_failures
			WHERE first_at < $1 AND (locked_until IS NULL OR locked_until < $1)`, old)
		tx.Exec(`DELETE FROM spent_tokens WHERE expires_at < $1`, old)
		return nil
	})
}
