package users

import (
	"context"
	"net/http"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/ratelimit"
	"reserva/internal/kit/token"
	"reserva/internal/people/logins"
	"reserva/internal/people/signin"
)

type registerInput struct{ Body Registration }

type loginInput struct{ Body Credentials }

type completeInput struct{ Body Choosing }

// RefreshRequest carries the token to be exchanged.
type RefreshRequest struct {
	RefreshToken string `json:"refresh_token" minLength:"1" maxLength:"300" example:"65a1b2c3d4e5f6a7b8c9d0e1.N0dHc2hRbUZ5"`
}

type refreshInput struct{ Body RefreshRequest }

// signInLimit is for each client address. The people of a salon may share one.
func signInLimit() *ratelimit.Limit { return &ratelimit.Limit{Minute: 20, Hour: 120} }

// RegisterPublic adds registration and sign-in.
func RegisterPublic(a *api.API, o *Operations) {
	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/public/register", ID: "register-tenant", Tag: "Registration",
		Summary: "Register a business",
		Description: "Creates the business, its administrator and a FREE subscription, active at once, and asks the " +
			"payment gateway for a partner account. The slug is the preferred one, else it is made of the name. " +
			"At most 5 registrations an hour from one address.",
		Status: http.StatusCreated, Idempotent: true,
		Limit:  &ratelimit.Limit{Hour: 5},
		Errors: []*fault.Error{ErrEmailTaken, ErrSlugTaken, token.ErrBusy},
	}, func(ctx context.Context, who access.Visitor, in *registerInput) (*Registered, error) {
		registered, err := o.Register(ctx, who, in.Body)
		return &registered, err
	})

	signIn := []*fault.Error{tenants.ErrUnknown, signin.ErrLocked, ErrCredentials, ErrInactive, ErrNoAccess, token.ErrBusy}
	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/auth/login", ID: "login", Tag: tag,
		Summary: "Sign in to the staff portal",
		Description: "With a slug, or with one business to choose, the answer is a session. With several it is the " +
			"list of them (requires_tenant_selection), and complete-login follows. A super admin has every business " +
			"and is shown the first hundred; any slug may be chosen. Five failures within 15 minutes lock the address " +
			"for 15 minutes.",
		Errors: signIn, Example: exampleAnswer(), Limit: signInLimit(), LimitAs: "staff-sign-in",
	}, func(ctx context.Context, who access.Visitor, in *loginInput) (*Answer, error) {
		answer, err := o.Login(ctx, who, in.Body)
		return &answer, err
	})

	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/auth/complete-login", ID: "complete-login", Tag: tag,
		Summary: "Choose the business to sign in to",
		Description: "Completes a sign-in with the slug that was chosen, and either the credentials again or the " +
			"auth_token, which works once, for five minutes.",
		Errors: append([]*fault.Error{ErrSelection}, signIn...), Example: exampleAnswer(), Limit: signInLimit(), LimitAs: "staff-sign-in",
	}, func(ctx context.Context, who access.Visitor, in *completeInput) (*Answer, error) {
		answer, err := o.CompleteLogin(ctx, who, in.Body)
		return &answer, err
	})

	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/auth/refresh", ID: "refresh-session", Tag: tag,
		Summary: "Exchange a refresh token",
		Description: "Gives a new access token and a new refresh token; the old one is spent. A spent token that comes " +
			"back ends the whole session.",
		Errors: []*fault.Error{logins.ErrToken},
	}, func(ctx context.Context, _ access.Visitor, in *refreshInput) (*Tokens, error) {
		tokens, err := o.Refresh(ctx, in.Body.RefreshToken)
		return &tokens, err
	})

	registerRecovery(a, o)
}

// exampleAnswer shows the answer that most sign-ins get; one made from the schema
// would mix it with the choice of a tenant.
func exampleAnswer() Answer {
	user, tenant, subscription := id.ID("65a1b2c3d4e5f6a7b8c9d0e2"), id.ID("65a1b2c3d4e5f6a7b8c9d0e1"), id.ID("65a1b2c3d4e5f6a7b8c9d0e3")
	status, last := "active", time.Date(2026, time.April, 10, 9, 0, 0, 0, time.UTC)
	return Answer{SignedIn: &SignedIn{
		Tokens: Tokens{
			AccessToken:  "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiI2NWExIn0.c2ln",
			RefreshToken: string(tenant) + ".N0dHc2hRbUZ5", TokenType: "bearer", TokenTypeIdentifier: "user",
			ExpiresIn: int(accessLifetime.Seconds()),
		},
		Session: Session{
			User: Profile{
				ID: user, Email: "admin@bellavista.com", FirstName: "Ana", LastName: "Reyes", Role: access.TenantAdmin, LastLogin: &last,
			},
			Tenant:     TenantRef{ID: tenant, Name: "Bella Vista Spa", Slug: "bella-vista-spa"},
			Outlets:    []OutletRef{{ID: "65a1b2c3d4e5f6a7b8c9d0e4", Name: "Bella Vista Downtown", Slug: "bella-vista-downtown"}},
			AccessType: "single", Permissions: access.TenantAdmin.Permissions(),
			SubscriptionStatus: &status, SubscriptionID: &subscription,
		},
	}}
}
