package users

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// Credentials sign in. With a slug, to that tenant.
type Credentials struct {
	Email      string `json:"email" maxLength:"254" example:"admin@bellavista.com"`
	Password   string `json:"password" minLength:"1" maxLength:"1000" example:"SecurePass123!"`
	TenantSlug string `json:"tenant_slug,omitempty" maxLength:"63" example:"bella-vista-spa"`
}

// Choosing completes a sign-in by naming the tenant, with the password again or
// with the token that came with the choice.
type Choosing struct {
	Email      string `json:"email,omitempty" maxLength:"254" example:"admin@bellavista.com"`
	Password   string `json:"password,omitempty" maxLength:"1000" example:"SecurePass123!"`
	AuthToken  string `json:"auth_token,omitempty" maxLength:"4000"`
	TenantSlug string `json:"tenant_slug" minLength:"1" maxLength:"63" example:"bella-vista-spa"`
}

// Login signs in with a password. The checks come in the documented order: the
// slug names a tenant (tenants.ErrUnknown), the address is not locked
// (signin.ErrLocked), the credentials are right (ErrCredentials), the account is
// active (ErrInactive) and has access (ErrNoAccess). Without a slug, the user of
// several tenants is asked to choose; so is a super admin, who has them all: every
// session is in one tenant. It fails with token.ErrBusy where too many sign in.
func (o *Operations) Login(ctx context.Context, who access.Visitor, in Credentials) (Answer, error) {
	email, err := tenants.CleanEmail("email", in.Email)
	if err != nil {
		return Answer{}, err
	}
	tenant, user, err := o.lookUp(ctx, in.TenantSlug, email)
	if err != nil {
		return Answer{}, err
	}
	own, err := o.prove(ctx, email, in.Password, user)
	if err != nil {
		return Answer{}, err
	}
	if !own.IsActive {
		return Answer{}, ErrInactive
	}
	if tenant == "" {
		choices, err := o.choices(ctx, own.ID)
		switch {
		case err != nil:
			return Answer{}, err
		case len(choices) == 0:
			return Answer{}, ErrNoAccess
		case len(choices) > 1:
			return o.ask(own.proven(), choices)
		}
		tenant = choices[0].ID
	}
	return o.open(ctx, who, own.proven(), tenant)
}

// CompleteLogin signs in to the tenant that was chosen. It fails as Login does,
// and with ErrSelection.
func (o *Operations) CompleteLogin(ctx context.Context, who access.Visitor, in Choosing) (Answer, error) {
	switch {
	case in.Password != "":
		return o.Login(ctx, who, Credentials{Email: in.Email, Password: in.Password, TenantSlug: in.TenantSlug})
	case in.AuthToken != "":
		return o.completeByToken(ctx, who, in)
	default:
		return Answer{}, fault.ErrInvalid.WithField("password", "Give the password, or the auth_token of the choice", "missing")
	}
}

// lookUp finds the tenant of a slug, if one is given, and the user of an address,
// who may be nobody.
func (o *Operations) lookUp(ctx context.Context, slug, email string) (tenant id.ID, user *db.Result[account], err error) {
	err = o.db.PlatformView(ctx, "staff sign-in", func(tx *db.Tx) error {
		user = queueAccountByEmail(tx, email)
		if slug == "" {
			return tx.Flush(ctx)
		}
		ref, err := tenants.FindBySlug(ctx, tx, slug)
		tenant = ref.ID
		return err
	})
	return tenant, user, err
}

// prove compares the password, in the same time and with the same answer for
// nobody, and counts failures by the address. It returns whose it is.
func (o *Operations) prove(ctx context.Context, email, password string, user *db.Result[account]) (account, error) {
	right, err := o.guard.Check(ctx, "", email, func() (bool, error) {
		if !user.Found {
			return false, o.hasher.VerifyNothing(ctx, password)
		}
		return o.hasher.Verify(ctx, password, user.Value.PasswordHash)
	})
	if err != nil {
		return account{}, err
	}
	if !right {
		return account{}, ErrCredentials
	}
	return o.renewHash(ctx, user.Value, password)
}

func (o *Operations) choices(ctx context.Context, user id.ID) (list []Choice, err error) {
	err = o.db.PlatformView(ctx, "tenants of a user", func(tx *db.Tx) error {
		list, err = listChoices(ctx, tx, user)
		return err
	})
	return list, err
}
