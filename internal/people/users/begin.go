package users

import (
	"context"
	"errors"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/audit"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/people/logins"
	"reserva/internal/people/signin"
)

// begun is a session that a transaction begins; its access token is signed once the
// transaction has committed.
type begun struct {
	member  member
	outlets []OutletRef
	tenant  id.ID
	login   id.ID
	refresh string
}

// begin queues a session of a user in a tenant, from a platform transaction that
// has locked the user. It fails with ErrNoAccess.
func begin(ctx context.Context, tx *db.Tx, user, tenant id.ID, origin access.Origin) (begun, error) {
	m, outlets, err := findMember(ctx, tx, user, tenant)
	if err != nil {
		return begun{}, err
	}
	now := tx.Now()
	m.LastLogin = &now
	tx.Exec(`UPDATE users SET last_login = $2 WHERE id = $1`, user, now)
	address := ""
	if origin.Address.IsValid() {
		address = origin.Address.String()
	}
	login, refresh := logins.OpenIn(tx, tenant, logins.Staff, user, origin.UserAgent, address, refreshLifetime)
	actor := access.Staff{UserID: user, Tenant: tenant, Role: m.Role, LoginID: login, Origin: origin}
	audit.RecordIn(tx, tenant, actor, "login.opened", "login", login, nil, nil)
	return begun{m, outlets, tenant, login, refresh}, nil
}

// signedIn is the answer to a sign-in.
func (o *Operations) signedIn(b begun) (SignedIn, error) {
	tokens, err := o.issue(b.member, b.tenant, b.login, b.refresh)
	return SignedIn{Tokens: tokens, Session: b.member.session(b.tenant, b.outlets)}, err
}

// proven is a user who proved to know a password.
type proven struct {
	ID    id.ID
	Proof signin.Proof
}

func (a account) proven() proven { return proven{a.ID, signin.ProofOf(a.PasswordHash)} }

// lockProven makes changes of the user's password wait until tx ends, and reports
// whether the one that was proven is still in force: who resets a password ends all
// sessions, also one that is beginning.
func lockProven(ctx context.Context, tx *db.Tx, user proven) (bool, error) {
	hash, err := db.One[string](ctx, tx, `SELECT password_hash FROM users WHERE id = $1 FOR NO KEY UPDATE`, user.ID)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return signin.ProofOf(hash) == user.Proof, err
}

// open begins a session of a user who proved who they are a moment ago. It fails
// with ErrNoAccess, and with ErrCredentials where the password has changed since.
func (o *Operations) open(ctx context.Context, who access.Visitor, user proven, tenant id.ID) (Answer, error) {
	var b begun
	err := o.db.Platform(ctx, "begin a staff session", func(tx *db.Tx) error {
		holds, err := lockProven(ctx, tx, user)
		if err == nil && !holds {
			err = ErrCredentials
		}
		if err != nil {
			return err
		}
		b, err = begin(ctx, tx, user.ID, tenant, who.Origin)
		return err
	})
	if err != nil {
		return Answer{}, err
	}
	in, err := o.signedIn(b)
	return Answer{SignedIn: &in}, err
}

// Switching names the tenant to go on in.
type Switching struct {
	TenantSlug string `json:"tenant_slug" minLength:"1" maxLength:"63" example:"bella-vista-spa"`
}

// SwitchTenant begins a session of the caller in another tenant. The one that asks
// goes on: each of the two is signed out for itself. It fails with
// tenants.ErrUnknown and ErrNoAccess.
func (o *Operations) SwitchTenant(ctx context.Context, who access.Staff, in Switching) (SignedIn, error) {
	var b begun
	err := o.db.Platform(ctx, "switch to another tenant", func(tx *db.Tx) error {
		tx.Exec(`SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE`, who.UserID)
		if _, err := findCaller(ctx, tx, who.Tenant, who.LoginID, who.UserID); err != nil {
			return err
		}
		ref, err := tenants.FindBySlug(ctx, tx, in.TenantSlug)
		if err != nil {
			return err
		}
		b, err = begin(ctx, tx, who.UserID, ref.ID, who.Origin)
		return err
	})
	switch {
	case errors.Is(err, db.ErrNotFound):
		return SignedIn{}, api.ErrUnauthenticated // signed out since the request was let in
	case err != nil:
		return SignedIn{}, err
	}
	return o.signedIn(b)
}
