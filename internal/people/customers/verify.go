package customers

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/outbox"
)

// EmailProof is a code that was sent to a mailbox.
type EmailProof struct {
	Email      string  `json:"email" maxLength:"254" example:"amelia.hart@example.com"`
	Code       string  `json:"code" maxLength:"20" example:"123456"`
	TenantSlug string  `json:"tenant_slug" minLength:"1" maxLength:"63" example:"bella-vista-spa"`
	Device     *Device `json:"device,omitempty"`
}

// PhoneProof is a code that was sent to a telephone.
type PhoneProof struct {
	Phone      string  `json:"phone" maxLength:"40" example:"+628123456789"`
	Code       string  `json:"code" maxLength:"20" example:"123456"`
	TenantSlug string  `json:"tenant_slug" minLength:"1" maxLength:"63" example:"bella-vista-spa"`
	Device     *Device `json:"device,omitempty"`
}

// VerifyEmail proves a mailbox, activates the password that waits for it, and
// signs in. It fails with tenants.ErrUnknown, ErrCode, ErrCodeExpired,
// ErrCodeAttempts and ErrDisabled.
func (o *Operations) VerifyEmail(ctx context.Context, who access.Visitor, in EmailProof) (Tokens, error) {
	return o.verify(ctx, who, Contact{Email: in.Email, TenantSlug: in.TenantSlug}, in.Code, in.Device)
}

// VerifyPhone proves a telephone as VerifyEmail does a mailbox.
func (o *Operations) VerifyPhone(ctx context.Context, who access.Visitor, in PhoneProof) (Tokens, error) {
	return o.verify(ctx, who, Contact{Phone: in.Phone, TenantSlug: in.TenantSlug}, in.Code, in.Device)
}

// Contact is an address at a business: a mailbox or a telephone.
type Contact struct {
	Email      string `json:"email,omitempty" maxLength:"254" example:"amelia.hart@example.com" doc:"This or phone."`
	Phone      string `json:"phone,omitempty" maxLength:"40" example:"+628123456789" doc:"This or email."`
	TenantSlug string `json:"tenant_slug" minLength:"1" maxLength:"63" example:"bella-vista-spa"`
}

// address normalises what was typed, as dialled in region.
func (in Contact) address(region string) (address, error) {
	var c checks
	email, phone := c.email("email", in.Email), c.phone("phone", in.Phone, region)
	if err := c.err(); err != nil {
		return address{}, err
	}
	if email == nil && phone == nil {
		c.refuse("email", "Give an e-mail address or a phone number.", "missing")
		return address{}, c.err()
	}
	return addressOf(email, phone), nil
}

func (o *Operations) verify(ctx context.Context, who access.Visitor, in Contact, code string, device *Device) (Tokens, error) {
	b, err := o.findBusiness(ctx, in.TenantSlug)
	if err != nil {
		return Tokens{}, err
	}
	a, err := in.address(b.region())
	if err != nil {
		return Tokens{}, err
	}
	var out Tokens
	var refusal *fault.Error
	err = o.db.Update(ctx, b.ID, func(tx *db.Tx) (err error) {
		out = Tokens{}
		if refusal, err = o.redeem(ctx, tx, a.verification(), a, code); refusal != nil || err != nil {
			return err
		}
		before := queueHolder(tx, a)
		account, err := activate(ctx, tx, a)
		if err != nil {
			return err
		}
		if !account.Found {
			refusal = ErrCode // the record changed since the code was sent
			return nil
		}
		if !account.Value.Active {
			refusal = ErrDisabled
			return nil
		}
		r := before.Value
		r.HasPassword, r.IsGuest = true, false
		r.EmailVerified, r.PhoneVerified = account.Value.EmailVerified, account.Value.PhoneVerified
		recordChanged(tx, who, "customer.verified", before.Value, r)
		out, err = o.signIn(tx, account.Value.Account, who.Origin, device)
		return err
	})
	switch {
	case err != nil:
		return Tokens{}, err
	case refusal != nil:
		return Tokens{}, refusal
	}
	return out, nil
}

// queueHolder reads who has the address, for changing.
func queueHolder(tx *db.Tx, a address) *db.Result[row] {
	return db.QueueOne[row](tx, `
		SELECT `+columns+`
		FROM customers c
		WHERE c.tenant_id = $1 AND (c.email = $2 OR c.phone = $2) AND c.deleted_at IS NULL
		FOR UPDATE`, tx.Tenant(), a.value)
}

type activated struct {
	Account
	Active bool `db:"is_active"`
}

const accountColumns = `id, tenant_id, email, phone, first_name, last_name, email_verified, phone_verified, created_at`

// activate turns the pending password of who has the address into the password.
// A telephone does so only for records without a mailbox.
func activate(ctx context.Context, tx *db.Tx, a address) (*db.Result[activated], error) {
	var found *db.Result[activated]
	if a.channel == outbox.Email {
		found = db.QueueOne[activated](tx, `
			UPDATE customers
			SET password_hash = pending_password, pending_password = NULL, email_verified = true, is_guest = false,
			    updated_at = $3, version = version + 1
			WHERE tenant_id = $1 AND email = $2 AND password_hash IS NULL AND pending_password IS NOT NULL
			RETURNING `+accountColumns+`, is_active`, tx.Tenant(), a.value, tx.Now())
	} else {
		found = db.QueueOne[activated](tx, `
			UPDATE customers
			SET password_hash = pending_password, pending_password = NULL, phone_verified = true, is_guest = false,
			    updated_at = $3, version = version + 1
			WHERE tenant_id = $1 AND phone = $2 AND email IS NULL AND password_hash IS NULL AND pending_password IS NOT NULL
			RETURNING `+accountColumns+`, is_active`, tx.Tenant(), a.value, tx.Now())
	}
	return found, tx.Flush(ctx)
}

// Resent tells where a code goes if the address waits for one.
type Resent struct {
	Message      string       `json:"message" example:"If the address waits for a code, a new one was sent."`
	Verification Verification `json:"verification"`
}

// ResendVerification sends another code to an address that waits for its proof.
// For every other address it answers the same and sends nothing. It fails with
// tenants.ErrUnknown and ErrCodeTooSoon.
func (o *Operations) ResendVerification(ctx context.Context, in Contact) (Resent, error) {
	b, err := o.findBusiness(ctx, in.TenantSlug)
	if err != nil {
		return Resent{}, err
	}
	a, err := in.address(b.region())
	if err != nil {
		return Resent{}, err
	}
	err = o.db.Update(ctx, b.ID, func(tx *db.Tx) error {
		codes := queueCodes(tx, a.verification(), a)
		waits := db.QueueOne[bool](tx, `
			SELECT EXISTS (
				SELECT 1 FROM customers
				WHERE tenant_id = $1 AND (email = $2 OR (phone = $2 AND email IS NULL))
				  AND password_hash IS NULL AND pending_password IS NOT NULL AND is_active)`, tx.Tenant(), a.value)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if err := codes.Value.mayFollow(tx.Now()); err != nil {
			return err
		}
		code := o.newCode(tx, a.verification(), a)
		if waits.Value {
			sendCode(tx, b, a.verification(), a, code)
		}
		return nil
	})
	if err != nil {
		return Resent{}, err
	}
	return Resent{Message: "If the address waits for a code, a new one was sent.", Verification: a.told()}, nil
}
