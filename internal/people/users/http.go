package users

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
)

const tag = "Authentication"

// LogoutRequest may name a second session to end.
type LogoutRequest struct {
	RefreshToken string `json:"refresh_token,omitempty" maxLength:"300" example:"65a1b2c3d4e5f6a7b8c9d0e1.N0dHc2hRbUZ5" doc:"Ends the session that it belongs to as well."`
}

type logoutInput struct{ Body *LogoutRequest }

// Register adds the staff portal's endpoints for those who are signed in.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/auth/logout", ID: "logout", Tag: tag,
		Summary:      "Sign out",
		Description:  "Ends this session at once: its access tokens and its refresh token.",
		BodyOptional: true,
	}, access.Account, func(ctx context.Context, who access.Staff, in *logoutInput) (*api.Message, error) {
		refresh := ""
		if in.Body != nil {
			refresh = in.Body.RefreshToken
		}
		if err := o.Logout(ctx, who, refresh); err != nil {
			return nil, err
		}
		return api.NewMessage("You are signed out."), nil
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/auth/me", ID: "get-session", Tag: tag,
		Summary:     "Read your session",
		Description: "Who you are signed in as, to which business, and what you may do there.",
	}, access.Account, func(ctx context.Context, who access.Staff, _ *struct{}) (*Session, error) {
		session, err := o.Session(ctx, who)
		return &session, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/users/me", ID: "get-own-user", Tag: "Users",
		Summary:     "Read your own account",
		Description: "Your account, with all businesses that you are a member of.",
	}, access.Account, func(ctx context.Context, who access.Staff, _ *struct{}) (*User, error) {
		user, err := o.Me(ctx, who)
		return &user, err
	})

	registerAccount(a, o)
	registerManagement(a, o)
}
