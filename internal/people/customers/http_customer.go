package customers

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/token"
	"reserva/internal/people/logins"
	"reserva/internal/people/signin"
)

const (
	profileTag = "Customer Profile"
	authTag    = "Customer Authentication"
)

// RegisterCustomer adds the endpoints of signed-in customers.
func RegisterCustomer(a *api.API, o *Operations) {
	registerProfile(a, o)
	registerAccount(a, o)
}

type profileInput struct {
	Body ProfileChanges
}

type ownPreferencesInput struct {
	Body PreferencesChanges
}

type consentInput struct {
	Body ConsentAnswer
}

func registerProfile(a *api.API, o *Operations) {
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customers/profile", ID: "get-profile", Tag: profileTag,
		Summary:     "Read your profile",
		Description: "Tiers by points: basic, silver from 100, gold from 500, platinum from 1000.",
	}, func(ctx context.Context, who access.Customer, _ *struct{}) (*Profile, error) {
		out, err := o.Profile(ctx, who)
		return &out, err
	})

	api.Customer(a, api.Op{
		Method: http.MethodPut, Path: "/customers/profile", ID: "update-profile", Tag: profileTag,
		Summary:     "Change your profile",
		Description: "A partial update: what is absent stays. A new phone number is no longer verified.",
		Errors:      []*fault.Error{ErrPhoneTaken, ErrPreference},
	}, func(ctx context.Context, who access.Customer, in *profileInput) (*Profile, error) {
		out, err := o.ChangeProfile(ctx, who, in.Body)
		return &out, err
	})

	api.Customer(a, api.Op{
		Method: http.MethodPut, Path: "/customers/profile/preferences", ID: "update-preferences", Tag: profileTag,
		Summary:     "Change your preferences",
		Description: "A partial update: what is absent stays.",
		Errors:      []*fault.Error{ErrPreference},
	}, func(ctx context.Context, who access.Customer, in *ownPreferencesInput) (*Preferences, error) {
		out, err := o.ChangePreferences(ctx, who, in.Body)
		return &out, err
	})

	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customers/profile/consent", ID: "get-consent", Tag: profileTag,
		Summary:     "Read your consent",
		Description: "What you last agreed to. Version 0 is what holds before you ever answered.",
	}, func(ctx context.Context, who access.Customer, _ *struct{}) (*Consent, error) {
		out, err := o.Consent(ctx, who)
		return &out, err
	})

	api.Customer(a, api.Op{
		Method: http.MethodPut, Path: "/customers/profile/consent", ID: "give-consent", Tag: profileTag,
		Summary:     "Give or withdraw consent",
		Description: "Every answer is kept, with time and origin. Processing that the service needs cannot be withdrawn.",
		Errors:      []*fault.Error{ErrConsent},
	}, func(ctx context.Context, who access.Customer, in *consentInput) (*Consent, error) {
		out, err := o.GiveConsent(ctx, who, in.Body)
		return &out, err
	})
}

type passwordInput struct {
	Body PasswordChange
}

type sessionInput struct {
	SessionID string `path:"session_id" example:"65a1b2c3d4e5f6a7b8c9d0e1"`
}

func registerAccount(a *api.API, o *Operations) {
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/auth/me", ID: "customer-me", Tag: authTag,
		Summary:     "Who am I",
		Description: "The customer and the business that your token stands for.",
	}, func(ctx context.Context, who access.Customer, _ *struct{}) (*Me, error) {
		out, err := o.Me(ctx, who)
		return &out, err
	})

	api.Customer(a, api.Op{
		Method: http.MethodPost, Path: "/customer/auth/logout", ID: "customer-logout", Tag: authTag,
		Summary:     "Sign out",
		Description: "Ends this device's session; its access and refresh tokens are worth nothing from now on.",
	}, func(ctx context.Context, who access.Customer, _ *struct{}) (*api.Message, error) {
		return api.NewMessage("You are signed out."), o.Logout(ctx, who)
	})

	api.Customer(a, api.Op{
		Method: http.MethodPost, Path: "/customer/auth/change-password", ID: "customer-change-password", Tag: authTag,
		Summary:     "Change your password",
		Description: "Needs the password in force, and signs your other devices out.",
		Errors:      []*fault.Error{signin.ErrWrongPassword, signin.ErrLocked, token.ErrBusy},
	}, func(ctx context.Context, who access.Customer, in *passwordInput) (*api.Message, error) {
		return api.NewMessage("Your password was changed."), o.ChangePassword(ctx, who, in.Body)
	})

	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/auth/sessions", ID: "list-customer-sessions", Tag: authTag,
		Summary:     "List your signed-in devices",
		Description: "The last used first.",
	}, func(ctx context.Context, who access.Customer, _ *struct{}) (*Sessions, error) {
		out, err := o.Sessions(ctx, who)
		return &out, err
	})

	api.Customer(a, api.Op{
		Method: http.MethodDelete, Path: "/customer/auth/sessions/{session_id}", ID: "end-customer-session", Tag: authTag,
		Status:      http.StatusOK,
		Summary:     "Sign a device out",
		Description: "Its access and refresh tokens are worth nothing from now on.",
		Errors:      []*fault.Error{logins.ErrUnknown},
	}, func(ctx context.Context, who access.Customer, in *sessionInput) (*api.Message, error) {
		return api.NewMessage("The device is signed out."), o.EndSession(ctx, who, api.ID(in.SessionID))
	})
}
