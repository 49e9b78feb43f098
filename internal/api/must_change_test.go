package api_test

import (
	"context"
	"net/http"
	"testing"

	"reserva/internal/access"
	"reserva/internal/api"
)

// unchanged is somebody who has yet to change the password.
type unchanged struct{ tokens }

func (u unchanged) AuthenticateStaff(ctx context.Context, bearer string) (access.Staff, error) {
	who, err := u.tokens.AuthenticateStaff(ctx, bearer)
	who.MustChangePassword = true
	return who, err
}

func TestOnlyTheAccountIsOpenBeforeThePasswordIsChanged(t *testing.T) {
	t.Parallel()
	a := newAPI(t, func(c *api.Config) { c.Staff = unchanged{} })
	for path, need := range map[string]access.Requirement{"/account": access.Account, "/any": access.Any, "/admin": access.Platform} {
		api.Staff(a, api.Op{Method: http.MethodGet, Path: path, ID: path[1:], Tag: "T", Summary: "S"}, need,
			func(context.Context, access.Staff, *struct{}) (*api.Message, error) { return api.NewMessage("in"), nil })
	}
	api.Either(a, api.Op{Method: http.MethodGet, Path: "/both", ID: "both", Tag: "T", Summary: "S"}, access.Any,
		func(context.Context, *access.Staff, *access.Customer, *struct{}) (*api.Message, error) {
			return api.NewMessage("in"), nil
		})

	ask := func(path, token string) answered {
		return call{method: "GET", path: "/api/v1" + path, token: token}.to(t, a)
	}
	ask("/account", "staff-staff").want(t, 200, "")
	ask("/both", "customer").want(t, 200, "")
	for _, path := range []string{"/any", "/admin", "/both"} {
		got := ask(path, "staff-staff")
		got.want(t, 403, "")
		if got.code(t) != "auth.must_change_password" {
			t.Errorf("%s: %s", path, got.body)
		}
	}
}
