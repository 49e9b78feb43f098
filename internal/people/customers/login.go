package customers

import (
	"context"
	"errors"
	"slices"

	"reserva/internal/access"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
	"reserva/internal/people/signin"
)

// Credentials are an address and its password, at one business or anywhere.
type Credentials struct {
	Email      string  `json:"email,omitempty" maxLength:"254" example:"amelia.hart@example.com" doc:"This or phone."`
	Phone      string  `json:"phone,omitempty" maxLength:"40" example:"+628123456789" doc:"This or email."`
	Password   string  `json:"password" maxLength:"1000" example:"Hart#2026secure"`
	TenantSlug string  `json:"tenant_slug,omitempty" maxLength:"63" example:"bella-vista-spa" doc:"Absent: sign in centrally."`
	Device     *Device `json:"device,omitempty"`
}

// SignedIn is the answer to a sign-in: tokens, or, for a customer of several
// businesses, the choice of one of them.
type SignedIn struct {
	AccessToken  string   `json:"access_token,omitempty" doc:"A JWT, good for 30 minutes."`
	RefreshToken string   `json:"refresh_token,omitempty" doc:"Opaque, good for 30 days and for one use."`
	TokenType    string   `json:"token_type,omitempty" example:"bearer"`
	ExpiresIn    int      `json:"expires_in,omitempty" example:"1800" doc:"Seconds until the access token expires."`
	Customer     *Account `json:"customer,omitempty"`

	RequiresTenantSelection bool           `json:"requires_tenant_selection,omitempty" doc:"true: choose one of the organizations."`
	SelectionToken          string         `json:"selection_token,omitempty" doc:"Good for five minutes and for one use, at complete-login."`
	Organizations           []TenantChoice `json:"organizations,omitempty"`
}

func (t Tokens) signedIn() SignedIn {
	return SignedIn{
		AccessToken: t.AccessToken, RefreshToken: t.RefreshToken, TokenType: t.TokenType, ExpiresIn: t.ExpiresIn, Customer: &t.Customer,
	}
}

// TenantChoice is one of the businesses to choose from.
type TenantChoice struct {
	TenantID id.ID  `json:"tenant_id"`
	Slug     string `json:"slug" example:"bella-vista-spa"`
	Name     string `json:"name" example:"Bella Vista Spa"`
}

// centralScope counts sign-ins that name no business.
const centralScope = "central"

// centralWork is how many comparisons a central sign-in makes, whatever the address: so
// its time does not tell of how many businesses somebody is a customer. It is also how
// many of them are looked at, those of the latest sign-ins first; who is a customer of
// more names the business.
const centralWork = 10

// candidate is a customer with the typed address.
type candidate struct {
	Account
	Slug         string  `db:"slug"`
	Tenant       string  `db:"tenant_name"`
	PasswordHash *string `db:"password_hash"`
	Pending      *string `db:"pending_password"`
	Active       bool    `db:"is_active"`
}

// Login signs in. It fails with tenants.ErrUnknown, signin.ErrLocked,
// ErrCredentials, ErrUnverified, ErrDisabled and token.ErrBusy.
func (o *Operations) Login(ctx context.Context, who access.Visitor, in Credentials) (SignedIn, error) {
	scope, region, work := centralScope, defaultRegion, centralWork
	var b business
	if in.TenantSlug != "" {
		var err error
		if b, err = o.findBusiness(ctx, in.TenantSlug); err != nil {
			return SignedIn{}, err
		}
		scope, region, work = string(b.ID), b.region(), 1
	}
	a, err := Contact{Email: in.Email, Phone: in.Phone}.address(region)
	if err != nil {
		return SignedIn{}, err
	}
	var matched []candidate
	_, err = o.guard.Check(ctx, scope, a.value, func() (bool, error) {
		found, err := o.candidates(ctx, b.ID, a, work)
		if err != nil {
			return false, err
		}
		matched, err = o.compare(ctx, found, in.Password, work)
		// Somebody who set up an account of a foreign address at a business of their
		// own could otherwise sign in there between guesses at the others.
		return len(matched) > 0 && len(matched) == len(found), err
	})
	switch {
	case err != nil:
		return SignedIn{}, err
	case len(matched) == 0:
		return SignedIn{}, ErrCredentials
	}
	if err := o.upgrade(ctx, matched, in.Password); err != nil {
		return SignedIn{}, err
	}
	usable, err := usable(matched)
	switch {
	case err != nil:
		return SignedIn{}, err
	case len(usable) > 1:
		return o.offer(usable)
	}
	tokens, err := o.openLogin(ctx, who, usable[0].TenantID, usable[0].proven(), in.Device)
	if errors.Is(err, errChanged) {
		err = ErrCredentials
	}
	return tokens.signedIn(), err
}

// candidates reads who has the address, in one tenant or in all, most of them at most.
func (o *Operations) candidates(ctx context.Context, tenant id.ID, a address, most int) ([]candidate, error) {
	var found *db.Results[candidate]
	err := o.db.PlatformView(ctx, "find who signs in", func(tx *db.Tx) error {
		found = db.QueueAll[candidate](tx, `
			SELECT c.id, c.tenant_id, c.email, c.phone, c.first_name, c.last_name, c.email_verified, c.phone_verified, c.created_at,
			       t.slug, t.name AS tenant_name, c.password_hash, c.pending_password, c.is_active
			FROM customers c
			JOIN tenants t ON t.id = c.tenant_id
			WHERE (c.email = $1 OR c.phone = $1) AND ($2 = '' OR c.tenant_id = $2) AND c.deleted_at IS NULL
			  AND (c.password_hash IS NOT NULL OR c.pending_password IS NOT NULL)
			  AND t.is_active AND t.deleted_at IS NULL
			ORDER BY c.password_hash IS NULL, c.last_login DESC NULLS LAST, c.id
			LIMIT $3`, a.value, string(tenant), most)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found.Rows, nil
}

// compare keeps those whose password, in force or pending, is the typed one. It
// does the work of so many comparisons in any case; there are no more to compare.
func (o *Operations) compare(ctx context.Context, found []candidate, password string, work int) ([]candidate, error) {
	var matched []candidate
	for _, one := range found {
		hash := one.PasswordHash
		if hash == nil {
			hash = one.Pending
		}
		right, err := o.hasher.Verify(ctx, password, *hash)
		if err != nil {
			return nil, err
		}
		if right {
			matched = append(matched, one)
		}
	}
	for range work - len(found) {
		if err := o.hasher.VerifyNothing(ctx, password); err != nil {
			return nil, err
		}
	}
	return matched, nil
}

// upgrade stores hashes of today's cost in place of older ones, now that the
// password is known.
func (o *Operations) upgrade(ctx context.Context, matched []candidate, password string) error {
	for i, one := range matched {
		if one.PasswordHash == nil || !o.hasher.NeedsRehash(*one.PasswordHash) {
			continue
		}
		hash, err := o.hasher.Hash(ctx, password)
		if errors.Is(err, token.ErrBusy) {
			return nil // at another sign-in
		}
		if err != nil {
			return err
		}
		err = o.db.Update(ctx, one.TenantID, func(tx *db.Tx) error {
			tx.Exec(`
				UPDATE customers
				SET password_hash = $4
				WHERE tenant_id = $1 AND id = $2 AND password_hash = $3`, one.TenantID, one.ID, *one.PasswordHash, hash)
			return nil
		})
		if err != nil {
			return err
		}
		matched[i].PasswordHash = &hash
	}
	return nil
}

// usable keeps the accounts that may sign in, or says why none may.
func usable(matched []candidate) ([]candidate, error) {
	var why error = ErrDisabled
	out := slices.DeleteFunc(slices.Clone(matched), func(one candidate) bool {
		if one.Active && one.PasswordHash == nil {
			why = ErrUnverified
		}
		return !one.Active || one.PasswordHash == nil
	})
	if len(out) == 0 {
		return nil, why
	}
	return out, nil
}

// proven is a customer, and the password that was right a moment ago.
type proven struct {
	ID    id.ID        `json:"id"`
	Proof signin.Proof `json:"proof"`
}

func (c candidate) proven() proven { return proven{c.ID, signin.ProofOf(*c.PasswordHash)} }

var errChanged = errors.New("customers: the password was changed meanwhile")

// openLogin signs in a customer whose password was right, if it is still in force:
// a reset ends all logins, and waits for this one or comes before it.
func (o *Operations) openLogin(ctx context.Context, who access.Visitor, tenant id.ID, customer proven, device *Device) (Tokens, error) {
	var out Tokens
	err := o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		hash := db.QueueOne[string](tx, `
			SELECT coalesce(password_hash, '')
			FROM customers
			WHERE tenant_id = $1 AND id = $2
			FOR UPDATE`, tenant, customer.ID)
		account, err := loadAccount(ctx, tx, customer.ID)
		if err != nil {
			return err
		}
		if signin.ProofOf(hash.Value) != customer.Proof {
			return errChanged
		}
		out, err = o.signIn(tx, account, who.Origin, device)
		return err
	})
	return out, err
}

// loadAccount reads a customer who may sign in, or answers ErrDisabled.
func loadAccount(ctx context.Context, tx *db.Tx, customer id.ID) (Account, error) {
	account, err := db.One[Account](ctx, tx, `
		SELECT c.id, c.tenant_id, c.email, c.phone, c.first_name, c.last_name, c.email_verified, c.phone_verified, c.created_at
		FROM customers c
		JOIN tenants t ON t.id = c.tenant_id
		WHERE c.tenant_id = $1 AND c.id = $2 AND c.is_active AND c.deleted_at IS NULL AND c.password_hash IS NOT NULL
		  AND t.is_active AND t.deleted_at IS NULL`, tx.Tenant(), customer)
	if errors.Is(err, db.ErrNotFound) {
		err = ErrDisabled
	}
	return account, err
}

// Selection is the choice of a business after a central sign-in.
type Selection struct {
	SelectionToken string  `json:"selection_token" maxLength:"8192"`
	TenantID       id.ID   `json:"tenant_id"`
	Device         *Device `json:"device,omitempty"`
}

// CompleteLogin signs in at the chosen business. It fails with ErrSelection and
// ErrDisabled.
func (o *Operations) CompleteLogin(ctx context.Context, who access.Visitor, in Selection) (Tokens, error) {
	var c selection
	if err := o.tokens.Verify(in.SelectionToken, selectionAudience, &c); err != nil {
		return Tokens{}, ErrSelection
	}
	customer, offered := c.Accounts[in.TenantID]
	if !offered {
		return Tokens{}, ErrSelection
	}
	var fresh bool
	err := o.db.Platform(ctx, "spend a choice of business", func(tx *db.Tx) (err error) {
		fresh, err = signin.Spend(ctx, tx, c.ID, c.ExpiresAt.Time)
		return err
	})
	if err != nil {
		return Tokens{}, err
	}
	if !fresh {
		return Tokens{}, ErrSelection
	}
	tokens, err := o.openLogin(ctx, who, in.TenantID, customer, in.Device)
	if errors.Is(err, errChanged) {
		err = ErrSelection
	}
	return tokens, err
}
