package users

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/ratelimit"
	"reserva/internal/kit/token"
	"reserva/internal/people/logins"
	"reserva/internal/people/signin"
)

type switchInput struct{ Body Switching }

type changePasswordInput struct{ Body PasswordChange }

type forgottenInput struct{ Body Forgotten }

type resetInput struct{ Body Reset }

type resetStateInput struct {
	Token string `path:"token" minLength:"20" maxLength:"200" pattern:"^[A-Za-z0-9_-]+$" example:"N0dHc2hRbUZ5dGVTdGVTdGVTdGVTdGVTdGVTdGVTdGU"`
}

type deviceInput struct {
	SessionID string `path:"session_id" example:"65a1b2c3d4e5f6a7b8c9d0e1"`
}

// registerAccount adds what signed-in users do with their sessions and password.
func registerAccount(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/auth/switch-tenant", ID: "switch-tenant", Tag: tag,
		Summary: "Go on in another business",
		Description: "Answers as a sign-in to that business does, without asking for the password. The session that asks " +
			"goes on, too: sign it out where it is no longer wanted.",
		Errors: []*fault.Error{tenants.ErrUnknown, ErrNoAccess},
	}, access.Any, func(ctx context.Context, who access.Staff, in *switchInput) (*SignedIn, error) {
		out, err := o.SwitchTenant(ctx, who, in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/auth/change-password", ID: "change-password", Tag: tag,
		Summary: "Change your password",
		Description: "Needs the password in force, and signs your other devices out, in all businesses. A user who must " +
			"change the password can do nothing else until then, but read the account and sign out. Five wrong " +
			"passwords within 15 minutes lock this for 15 minutes.",
		Errors: []*fault.Error{signin.ErrWrongPassword, signin.ErrLocked, token.ErrBusy},
	}, access.Account, func(ctx context.Context, who access.Staff, in *changePasswordInput) (*api.Message, error) {
		return api.NewMessage("Your password was changed."), o.ChangePassword(ctx, who, in.Body)
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/auth/sessions", ID: "list-sessions", Tag: tag,
		Summary:     "List your signed-in devices",
		Description: "In all businesses, the last used first.",
	}, access.Account, func(ctx context.Context, who access.Staff, _ *struct{}) (*Devices, error) {
		out, err := o.Devices(ctx, who)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/auth/sessions/{session_id}", ID: "end-session", Tag: tag,
		Status:      http.StatusOK,
		Summary:     "Sign a device out",
		Description: "Its access and refresh tokens are worth nothing from now on.",
		Errors:      []*fault.Error{logins.ErrUnknown},
	}, access.Account, func(ctx context.Context, who access.Staff, in *deviceInput) (*api.Message, error) {
		return api.NewMessage("The device is signed out."), o.EndDevice(ctx, who, api.ID(in.SessionID))
	})
}

// recoveryLimit is for each client address: people need it rarely, machines often.
func recoveryLimit() *ratelimit.Limit { return &ratelimit.Limit{Minute: 10, Hour: 60} }

// registerRecovery adds what somebody does who forgot the password.
func registerRecovery(a *api.API, o *Operations) {
	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/auth/forgot-password", ID: "forgot-password", Tag: tag,
		Summary: "Ask for a code to choose a new password",
		Description: "Answers the same whether or not anybody has the address. The code is sent by e-mail, at most three " +
			"times an hour, and works once, for an hour.",
		Limit: recoveryLimit(),
	}, func(ctx context.Context, who access.Visitor, in *forgottenInput) (*api.Message, error) {
		return api.NewMessage("If there is an account with this address, a code was sent to it."), o.ForgotPassword(ctx, who, in.Body)
	})

	api.Public(a, api.Op{
		Method: http.MethodGet, Path: "/auth/reset-password/{token}", ID: "check-reset-token", Tag: tag,
		Summary:     "Ask whether a code is valid",
		Description: "For a form that is opened with a code. Asking does not use it.",
		Limit:       recoveryLimit(),
	}, func(ctx context.Context, _ access.Visitor, in *resetStateInput) (*ResetState, error) {
		out, err := o.ResetState(ctx, in.Token)
		return &out, err
	})

	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/auth/reset-password", ID: "reset-password", Tag: tag,
		Summary: "Choose a new password",
		Description: "With the code that was sent. Signs out every device in all businesses, and unlocks an address that " +
			"wrong passwords have locked.",
		Errors: []*fault.Error{ErrReset, token.ErrBusy}, Limit: recoveryLimit(),
	}, func(ctx context.Context, who access.Visitor, in *resetInput) (*api.Message, error) {
		return api.NewMessage("Your password was changed. Sign in with it."), o.ResetPassword(ctx, who, in.Body)
	})
}
