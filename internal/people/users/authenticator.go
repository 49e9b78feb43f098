package users

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
)

// audience is who access tokens of this package are for.
const audience = "staff"

// claims are the documented claims of an access token, and the login's id.
type claims struct {
	token.Claims
	Email              string      `json:"email"`
	Role               access.Role `json:"role"`
	TenantID           id.ID       `json:"tenant_id"`
	OutletIDs          []id.ID     `json:"outlet_ids"`
	PermissionsVersion int         `json:"permissions_version"`
	Type               string      `json:"type"`
	Login              id.ID       `json:"sid"`
}

const typeAccess = "access"

// accessToken signs a token for a member. What it says of role and outlets is for
// the client to show; the server reads them again.
func (o *Operations) accessToken(m member, tenant, login id.ID) (string, error) {
	c := claims{
		Claims: o.tokens.Claims(audience, string(m.ID), accessLifetime),
		Email:  m.Email, Role: m.Role, TenantID: tenant, OutletIDs: m.OutletIDs,
		PermissionsVersion: m.permissionsVersion(), Type: typeAccess, Login: login,
	}
	c.ID = string(id.Random())
	return o.tokens.Sign(c)
}

// permissionsVersion is a number that differs where what the member may do does:
// role, permissions of the role, or outlets.
func (m member) permissionsVersion() int {
	h := fnv.New32a()
	fmt.Fprintln(h, m.Role, m.Role.Permissions(), slices.Sorted(slices.Values(m.OutletIDs)))
	return int(h.Sum32() >> 1) // no sign in any client
}

// Authenticator knows the access tokens of staff users, for package api.
type Authenticator struct {
	db     *db.DB
	tokens *token.Tokens
}

// NewAuthenticator returns the authenticator of the tokens that Operations signs.
func NewAuthenticator(d *db.DB, tokens *token.Tokens) *Authenticator {
	return &Authenticator{db: d, tokens: tokens}
}

// AuthenticateStaff implements api.StaffAuthenticator: the token is ours and
// fresh, its login was not ended, and user, membership and tenant are active.
func (a *Authenticator) AuthenticateStaff(ctx context.Context, bearer string) (access.Staff, error) {
	var c claims
	switch err := a.tokens.Verify(bearer, audience, &c); {
	case errors.Is(err, token.ErrExpired):
		return access.Staff{}, ErrExpired
	case err != nil || c.Type != typeAccess:
		return access.Staff{}, api.ErrUnauthenticated
	}
	user := id.ID(c.Subject)
	var row caller
	err := a.db.PlatformView(ctx, "authenticate staff", func(tx *db.Tx) (err error) {
		row, err = findCaller(ctx, tx, c.TenantID, c.Login, user)
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		return access.Staff{}, api.ErrUnauthenticated
	}
	if err != nil {
		return access.Staff{}, err
	}
	return access.Staff{
		UserID: user, Tenant: c.TenantID, Role: row.Role, Outlets: row.OutletIDs, Email: row.Email,
		Name: strings.TrimSpace(row.FirstName + " " + row.LastName), LoginID: c.Login,
		MustChangePassword: row.MustChangePassword,
	}, nil
}
