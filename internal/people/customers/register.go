package customers

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Registration is a customer who opens an account.
type Registration struct {
	Email            string `json:"email,omitempty" maxLength:"254" example:"amelia.hart@example.com" doc:"This or phone."`
	Phone            string `json:"phone,omitempty" maxLength:"40" example:"+628123456789" doc:"With country code; this or email."`
	Password         string `json:"password" maxLength:"1000" example:"Hart#2026secure" doc:"8 to 128 characters with upper case, lower case, digit and symbol."`
	FirstName        string `json:"first_name" maxLength:"100" example:"Amelia"`
	LastName         string `json:"last_name" maxLength:"100" example:"Hart"`
	TenantSlug       string `json:"tenant_slug" minLength:"1" maxLength:"63" example:"bella-vista-spa"`
	MarketingConsent bool   `json:"marketing_consent,omitempty"`
}

// Registered is the answer to a registration.
type Registered struct {
	Message      string       `json:"message" example:"Enter the code that was sent to you."`
	Customer     Account      `json:"customer"`
	Verification Verification `json:"verification"`
}

// Verification tells where a code went.
type Verification struct {
	Channel     string `json:"channel" enum:"email,sms"`
	Destination string `json:"destination_masked" example:"a***@example.com"`
	ExpiresIn   int    `json:"expires_in" example:"600" doc:"Seconds."`
}

func (a address) told() Verification {
	return Verification{Channel: string(a.channel), Destination: a.masked(), ExpiresIn: int(codeLife.Seconds())}
}

// Register opens an account that waits for the proof of its address: the mailbox
// where one is given, else the telephone. Who is known to staff without a
// password keeps that record, and gets the same answer. It fails with
// tenants.ErrUnknown, ErrEmailTaken, ErrPhoneTaken and ErrCodeTooSoon.
func (o *Operations) Register(ctx context.Context, who access.Visitor, in Registration) (Registered, error) {
	b, err := o.findBusiness(ctx, in.TenantSlug)
	if err != nil {
		return Registered{}, err
	}
	r, err := in.check(b)
	if err != nil {
		return Registered{}, err
	}
	hash, err := o.hasher.Hash(ctx, in.Password)
	if err != nil {
		return Registered{}, err
	}
	a := addressOf(r.Email, r.Phone)
	var out Registered
	err = o.db.Update(ctx, b.ID, func(tx *db.Tx) error {
		r.ID = id.NewAt(tx.Now())
		codes := queueCodes(tx, a.verification(), a)
		added, err := insert(ctx, tx, r, secrets{pending: &hash})
		if err != nil {
			return err
		}
		if !added {
			if r.ID, err = claim(ctx, tx, r, codes.Value.Live, hash); err != nil {
				return err
			}
		}
		if err := codes.Value.mayFollow(tx.Now()); err != nil {
			return err
		}
		sendCode(tx, b, a.verification(), a, o.newCode(tx, a.verification(), a))
		if added {
			r.IsActive = true
			recordAdded(tx, who, "customer.registered", r)
		} else {
			// The record stays as it is until the address is proven.
			audit.Record(tx, who, "customer.registered_again", "customer", r.ID, nil, nil)
		}
		out = Registered{
			Message: "Enter the code that was sent to you.",
			// What was typed, and nothing of a record that was there before.
			Customer: Account{
				ID: r.ID, TenantID: b.ID, Email: r.Email, Phone: r.Phone, FirstName: r.FirstName, LastName: r.LastName, CreatedAt: tx.Now(),
			},
			Verification: a.told(),
		}
		return nil
	})
	if db.IsConflict(err, "customers_phone") {
		return Registered{}, ErrPhoneTaken
	}
	return out, err
}

func (in Registration) check(b business) (row, error) {
	var c checks
	r := row{
		Email: c.email("email", in.Email), Phone: c.phone("phone", in.Phone, b.region()),
		FirstName: c.name("first_name", in.FirstName), LastName: c.name("last_name", in.LastName),
		Tags: []string{}, Source: sourceWebsite, Marketing: in.MarketingConsent,
	}
	c.password("password", in.Password)
	if r.Email == nil && r.Phone == nil && c.err() == nil {
		c.refuse("email", "Give an e-mail address or a phone number.", "missing")
	}
	return r, c.err()
}

// claim leaves the new password with the record that has the address already, to
// wait there for the proof. It refuses records that have a password, those for
// which somebody else waits with a live code, and those that the address alone
// does not prove.
func claim(ctx context.Context, tx *db.Tx, r row, codeLive bool, hash string) (id.ID, error) {
	found, err := holders(ctx, tx, r.Email, r.Phone)
	if err != nil {
		return "", err
	}
	taken := ErrEmailTaken
	if r.Email == nil {
		taken = ErrPhoneTaken
	}
	var own *holder
	for i, h := range found {
		switch {
		case r.Email != nil && h.Email != nil && *h.Email == *r.Email, r.Email == nil && h.Email == nil:
			own = &found[i]
		default:
			return "", ErrPhoneTaken
		}
	}
	switch {
	case own == nil:
		// It was there at the insert and is gone.
		return "", taken
	case own.PasswordHash != nil || !own.IsActive, own.Pending != nil && codeLive:
		return "", taken
	}
	tx.Exec(`
		UPDATE customers
		SET pending_password = $3, updated_at = $4, version = version + 1
		WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), own.ID, hash, tx.Now())
	// Nobody but an unproven visitor named this record, so the next one may rename it.
	if own.Source == sourceWebsite {
		tx.Exec(`
			UPDATE customers
			SET first_name = $3, last_name = $4, phone = $5, marketing_consent = $6
			WHERE tenant_id = $1 AND id = $2 AND NOT email_verified AND NOT phone_verified`,
			tx.Tenant(), own.ID, r.FirstName, r.LastName, r.Phone, r.Marketing)
	}
	return own.ID, nil
}
