package customers

import (
	"context"
	"errors"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/outbox"
	"reserva/internal/people/logins"
	"reserva/internal/people/signin"
)

// ForgotPassword sends a code with which the owner of the address may choose a
// new password. It answers nil whether or not anybody has the address, and
// whether or not a code was sent a moment ago.
func (o *Operations) ForgotPassword(ctx context.Context, in Contact) error {
	b, err := o.findBusiness(ctx, in.TenantSlug)
	if errors.Is(err, tenants.ErrUnknown) {
		_, err := in.address(defaultRegion)
		return err
	}
	if err != nil {
		return err
	}
	a, err := in.address(b.region())
	if err != nil {
		return err
	}
	return o.db.Update(ctx, b.ID, func(tx *db.Tx) error {
		codes := queueCodes(tx, resetPassword, a)
		known := queueResettable(tx, a)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if codes.Value.mayFollow(tx.Now()) != nil {
			return nil
		}
		code := o.newCode(tx, resetPassword, a)
		if known.Found {
			sendCode(tx, b, resetPassword, a, code)
		}
		return nil
	})
}

// queueResettable finds whose password a code to the address may reset. A
// telephone has to be proven, or be all that the record has: one that was typed
// wrong is a stranger's.
func queueResettable(tx *db.Tx, a address) *db.Result[id.ID] {
	if a.channel == outbox.Email {
		return db.QueueOne[id.ID](tx, `
			SELECT id FROM customers
			WHERE tenant_id = $1 AND email = $2 AND is_active AND deleted_at IS NULL`, tx.Tenant(), a.value)
	}
	return db.QueueOne[id.ID](tx, `
		SELECT id FROM customers
		WHERE tenant_id = $1 AND phone = $2 AND (phone_verified OR email IS NULL) AND is_active AND deleted_at IS NULL`,
		tx.Tenant(), a.value)
}

// Reset is a new password, and the code that proves the address.
type Reset struct {
	Contact
	Code        string `json:"code" maxLength:"20" example:"123456"`
	NewPassword string `json:"new_password" maxLength:"1000" example:"Hart#2026secure"`
}

// ResetPassword sets a new password, proves the address, and ends every login. It
// fails with ErrCode, ErrCodeExpired and ErrCodeAttempts.
func (o *Operations) ResetPassword(ctx context.Context, who access.Visitor, in Reset) error {
	hash, err := o.newHash(ctx, in.NewPassword)
	if err != nil {
		return err
	}
	b, err := o.findBusiness(ctx, in.TenantSlug)
	if errors.Is(err, tenants.ErrUnknown) {
		return ErrCode
	}
	if err != nil {
		return err
	}
	a, err := in.address(b.region())
	if err != nil {
		return err
	}
	var refusal *fault.Error
	err = o.db.Update(ctx, b.ID, func(tx *db.Tx) (err error) {
		if refusal, err = o.redeem(ctx, tx, resetPassword, a, in.Code); refusal != nil || err != nil {
			return err
		}
		known := queueResettable(tx, a)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if !known.Found {
			refusal = ErrCode
			return nil
		}
		old, err := lock(ctx, tx, known.Value)
		if err != nil {
			return err
		}
		r := old
		r.HasPassword, r.IsGuest = true, false
		r.EmailVerified = old.EmailVerified || a.channel == outbox.Email
		r.PhoneVerified = old.PhoneVerified || a.channel != outbox.Email
		tx.Exec(`
			UPDATE customers
			SET password_hash = $3, pending_password = NULL, is_guest = false,
			    email_verified = email_verified OR $4, phone_verified = phone_verified OR NOT $4,
			    updated_at = $5, version = version + 1
			WHERE tenant_id = $1 AND id = $2`,
			tx.Tenant(), known.Value, hash, a.channel == outbox.Email, tx.Now())
		logins.RevokeAll(tx, logins.Customer, known.Value, "")
		sendPasswordChanged(tx, b, a)
		recordChanged(tx, who, "customer.password_reset", old, r)
		return nil
	})
	if err != nil {
		return err
	}
	if refusal != nil {
		return refusal
	}
	return o.guard.Succeeded(ctx, string(b.ID), a.value)
}

// newHash checks and hashes a password that somebody chose.
func (o *Operations) newHash(ctx context.Context, password string) (string, error) {
	var c checks
	c.password("new_password", password)
	if err := c.err(); err != nil {
		return "", err
	}
	return o.hasher.Hash(ctx, password)
}

// PasswordChange is a new password and the one in force.
type PasswordChange struct {
	CurrentPassword string `json:"current_password" maxLength:"1000" example:"Hart#2026secure"`
	NewPassword     string `json:"new_password" maxLength:"1000" example:"Hart#2027secure"`
}

type ownPassword struct {
	Hash  string  `db:"password_hash"`
	Email *string `db:"email"`
	Phone *string `db:"phone"`
}

// ChangePassword sets a new password and ends the customer's other logins. It
// fails with signin.ErrLocked, signin.ErrWrongPassword and token.ErrBusy.
func (o *Operations) ChangePassword(ctx context.Context, who access.Customer, in PasswordChange) error {
	scope := "password:" + string(who.Tenant)
	var own ownPassword
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		own, err = db.One[ownPassword](ctx, tx, `
			SELECT coalesce(password_hash, '') AS password_hash, email, phone
			FROM customers
			WHERE tenant_id = $1 AND id = $2`, who.Tenant, who.ID)
		return err
	})
	if err != nil {
		return err
	}
	right, err := o.guard.Check(ctx, scope, string(who.ID), func() (bool, error) {
		return o.hasher.Verify(ctx, in.CurrentPassword, own.Hash)
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
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		b := queueBusiness(tx)
		// Of two changes at once, the second no longer knows the password in force.
		n, err := tx.ExecNow(ctx, `
			UPDATE customers
			SET password_hash = $3, updated_at = $5, version = version + 1
			WHERE tenant_id = $1 AND id = $2 AND password_hash = $4`,
			tx.Tenant(), who.ID, hash, own.Hash, tx.Now())
		if err != nil {
			return err
		}
		if n == 0 {
			return signin.ErrWrongPassword
		}
		logins.RevokeAll(tx, logins.Customer, who.ID, who.LoginID)
		sendPasswordChanged(tx, b.Value, addressOf(own.Email, own.Phone))
		audit.Record(tx, who, "customer.password_changed", "customer", who.ID, nil, nil)
		return nil
	})
}
