package users

import (
	"context"
	"errors"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/people/logins"
)

func (o *Operations) issue(m member, tenant, login id.ID, refresh string) (Tokens, error) {
	signed, err := o.accessToken(m, tenant, login)
	return Tokens{
		AccessToken: signed, RefreshToken: refresh, TokenType: "bearer", TokenTypeIdentifier: "user",
		ExpiresIn: int(accessLifetime.Seconds()),
	}, err
}

// Refresh exchanges a refresh token for new tokens. One that was used before ends
// its login, as does a user who may no longer sign in. It fails with
// logins.ErrToken.
func (o *Operations) Refresh(ctx context.Context, text string) (Tokens, error) {
	rotated, err := logins.Rotate(ctx, o.db, logins.Staff, text, refreshLifetime)
	if err != nil {
		return Tokens{}, err
	}
	m, _, err := o.member(ctx, rotated.Subject, rotated.Tenant)
	if errors.Is(err, ErrNoAccess) {
		err = o.db.Update(ctx, rotated.Tenant, func(tx *db.Tx) error {
			_, err := logins.Revoke(ctx, tx, logins.Staff, rotated.Subject, rotated.Login)
			return err
		})
		if err == nil {
			err = logins.ErrToken
		}
	}
	if err != nil {
		return Tokens{}, err
	}
	return o.issue(m, rotated.Tenant, rotated.Login, rotated.Token)
}

// Logout ends the session: its refresh tokens and its access tokens. A refresh
// token of another session of the user's ends that one, too.
func (o *Operations) Logout(ctx context.Context, who access.Staff, refreshToken string) error {
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		if refreshToken != "" {
			logins.RevokeToken(tx, logins.Staff, who.UserID, refreshToken)
		}
		audit.Record(tx, who, "login.ended", "login", who.LoginID, nil, nil)
		_, err := logins.Revoke(ctx, tx, logins.Staff, who.UserID, who.LoginID)
		return err
	})
}

// Session reads who the caller is, where, and what they may do.
func (o *Operations) Session(ctx context.Context, who access.Staff) (Session, error) {
	m, outlets, err := o.member(ctx, who.UserID, who.Tenant)
	if errors.Is(err, ErrNoAccess) {
		err = api.ErrUnauthenticated // lost since the request was let in
	}
	return m.session(who.Tenant, outlets), err
}

// Me reads the caller's own account.
func (o *Operations) Me(ctx context.Context, who access.Staff) (User, error) {
	m, outlets, err := o.member(ctx, who.UserID, who.Tenant)
	if errors.Is(err, ErrNoAccess) {
		err = api.ErrUnauthenticated
	}
	return m.user(who.Tenant, outlets), err
}

func (o *Operations) member(ctx context.Context, user, tenant id.ID) (m member, outlets []OutletRef, err error) {
	err = o.db.PlatformView(ctx, "a user in a tenant", func(tx *db.Tx) error {
		m, outlets, err = findMember(ctx, tx, user, tenant)
		return err
	})
	return m, outlets, err
}

func (m member) session(tenant id.ID, outlets []OutletRef) Session {
	kind := "single"
	switch {
	case m.Role == access.SuperAdmin:
		kind = "super"
	case len(m.TenantIDs) > 1:
		kind = "multi"
	}
	return Session{
		User: Profile{
			ID: m.ID, Email: m.Email, FirstName: m.FirstName, LastName: m.LastName, Role: m.Role, AvatarURL: m.AvatarURL,
			LastLogin: utc(m.LastLogin), MustChangePassword: m.MustChangePassword,
		},
		Tenant:     TenantRef{ID: tenant, Name: m.TenantName, Slug: m.TenantSlug, LogoURL: m.LogoURL, ThemeColor: m.ThemeColor},
		Outlets:    outlets,
		AccessType: kind, Permissions: m.Role.Permissions(), PermissionsVersion: m.permissionsVersion(),
		SubscriptionStatus: m.SubscriptionStatus, SubscriptionID: m.SubscriptionID,
	}
}

func (m member) user(tenant id.ID, outlets []OutletRef) User {
	return User{
		ID: m.ID, UnderscoreID: m.ID, Email: m.Email, EmailVerified: m.EmailVerified, FirstName: m.FirstName,
		LastName: m.LastName, Phone: m.Phone, AvatarURL: m.AvatarURL, Role: m.Role, Position: m.Position,
		EmploymentType: m.EmploymentType, TenantID: tenant,
		TenantIDs: m.TenantIDs, OutletIDs: m.OutletIDs, Outlets: outlets, IsActive: true,
		MustChangePassword: m.MustChangePassword, LastLogin: utc(m.LastLogin),
		CreatedAt: m.CreatedAt.UTC(), UpdatedAt: m.UpdatedAt.UTC(),
	}
}
