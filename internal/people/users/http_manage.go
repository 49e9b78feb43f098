package users

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
)

const usersTag = "Users"

// Path names one user.
type Path struct {
	UserID string `path:"user_id" doc:"Id of the user." example:"65f1e2a0c3b4d5e6f7a8b9c0"`
}

type listInput struct {
	Filter
	api.Page
}

type createInput struct{ Body NewUser }

type changeInput struct {
	Path
	Body Change
}

type changeOwnInput struct{ Body OwnUser }

type outletsInput struct {
	Path
	Body struct {
		OutletIDs []id.ID `json:"outlet_ids" maxItems:"100" doc:"All outlets where the user works."`
	}
}

type outletInput struct {
	Path
	OutletID string `path:"outlet_id" doc:"Id of the outlet." example:"65a1b2c3d4e5f6a7b8c9d0e4"`
}

type reissueInput struct {
	Path
	Body *struct {
		Notify bool `json:"notify,omitempty" doc:"Sends the password to the user by e-mail as well."`
	}
}

// Reissued is the answer to a reset of another's password.
type Reissued struct {
	Message           string `json:"message" example:"The password was reset. Pass it on: it is not shown again."`
	TemporaryPassword string `json:"temporary_password" example:"hU7#qPz2&mKd9wXe"`
}

// editErrors are what every change of a user may refuse.
func editErrors(more ...*fault.Error) []*fault.Error {
	return append([]*fault.Error{ErrNotFound, ErrSelf, ErrRank, outlets.ErrOutOfScope}, more...)
}

// registerManagement adds the endpoints of those who manage users.
func registerManagement(a *api.API, o *Operations) {
	registerReading(a, o)
	registerWriting(a, o)
	registerStates(a, o)
	registerOutlets(a, o)
	registerPasswords(a, o)
}

func registerReading(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/users", ID: "list-users", Tag: usersTag,
		Summary: "List users",
		Description: "The users of the business, removed ones excepted. Outlet managers see those of their outlets, and " +
			"themselves.",
	}, access.UsersRead, func(ctx context.Context, who access.Staff, in *listInput) (*api.List[User], error) {
		return o.List(ctx, who, in.Filter, in.Page)
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/users/stats/summary", ID: "summarise-users", Tag: usersTag,
		Summary:     "Count users",
		Description: "Those that you may see, by role and by outlet.",
	}, access.UsersRead, func(ctx context.Context, who access.Staff, _ *struct{}) (*Statistics, error) {
		out, err := o.Statistics(ctx, who)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/users/{user_id}", ID: "get-user", Tag: usersTag,
		Summary: "Read a user",
		Description: "Administrators read everybody in the business, outlet managers those of their outlets, and everybody " +
			"themselves.",
		Errors: []*fault.Error{ErrNotFound},
	}, access.Any, func(ctx context.Context, who access.Staff, in *Path) (*User, error) {
		out, err := o.Get(ctx, who, api.ID(in.UserID))
		return &out, err
	})
}

func registerWriting(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/users", ID: "create-user", Tag: usersTag, Status: http.StatusCreated,
		Summary: "Add a user",
		Description: "With a role lower than yours; outlet managers add users to their own outlets. The plan limits the users " +
			"with the role staff at each outlet; deactivated ones count, removed ones do not. Without a password one is made, " +
			"which the welcome mail carries and which must be changed at the first sign-in.",
		Errors: []*fault.Error{
			ErrRank, tenants.ErrOther, tenants.ErrUnknown, outlets.ErrNotFound, outlets.ErrOutOfScope, ErrUserEmail,
			subscriptions.ErrStaffUserLimit, token.ErrBusy,
		},
		Idempotent: true,
	}, access.UsersWrite, func(ctx context.Context, who access.Staff, in *createInput) (*Created, error) {
		out, err := o.Create(ctx, who, in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/users/{user_id}", ID: "update-user", Tag: usersTag,
		Summary: "Change a user",
		Description: "A partial update of a user whose role is lower than yours: what is absent stays. Nobody can be raised to " +
			"a role that you do not manage. Role, outlets and deactivation act at once.",
		Errors: editErrors(outlets.ErrNotFound, ErrShared, ErrLastAdmin, subscriptions.ErrStaffUserLimit),
	}, access.UsersWrite, func(ctx context.Context, who access.Staff, in *changeInput) (*User, error) {
		out, err := o.Update(ctx, who, api.ID(in.UserID), in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/users/me", ID: "update-own-user", Tag: usersTag,
		Summary:     "Change your own account",
		Description: "Your name, telephone number and picture, in all businesses that you are a member of. What is absent stays.",
	}, access.Any, func(ctx context.Context, who access.Staff, in *changeOwnInput) (*User, error) {
		out, err := o.UpdateMe(ctx, who, in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/users/{user_id}", ID: "delete-user", Tag: usersTag,
		Summary: "Remove a user",
		Description: "From this business; the sessions here end at once. The record stays and can be restored. The e-mail " +
			"address is free again once its owner belongs to no business.",
		Errors: editErrors(ErrLastAdmin),
	}, access.UsersWrite, func(ctx context.Context, who access.Staff, in *Path) (*api.Message, error) {
		return api.NewMessage("The user was removed."), o.Remove(ctx, who, api.ID(in.UserID))
	})
}

func registerStates(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/users/{user_id}/activate", ID: "activate-user", Tag: usersTag,
		Summary:     "Let a user sign in again",
		Description: "Somebody who is active stays so.",
		Errors:      editErrors(),
	}, access.UsersWrite, func(ctx context.Context, who access.Staff, in *Path) (*User, error) {
		out, err := o.SetActive(ctx, who, api.ID(in.UserID), true)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/users/{user_id}/deactivate", ID: "deactivate-user", Tag: usersTag,
		Summary:     "Keep a user from signing in",
		Description: "Ends the user's sessions in this business at once. The user still counts against the plan's limit.",
		Errors:      editErrors(ErrLastAdmin),
	}, access.UsersWrite, func(ctx context.Context, who access.Staff, in *Path) (*User, error) {
		out, err := o.SetActive(ctx, who, api.ID(in.UserID), false)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/users/{user_id}/restore", ID: "restore-user", Tag: usersTag,
		Summary:     "Bring a removed user back",
		Description: "Active, with role and outlets as they were, if the plan has room and nobody else has the address by now.",
		Errors:      editErrors(ErrNotRemoved, ErrUserEmail, subscriptions.ErrStaffUserLimit),
	}, access.UsersWrite, func(ctx context.Context, who access.Staff, in *Path) (*User, error) {
		out, err := o.Restore(ctx, who, api.ID(in.UserID))
		return &out, err
	})
}

func registerOutlets(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/users/{user_id}/outlets", ID: "set-user-outlets", Tag: usersTag,
		Summary:     "Say where a user works",
		Description: "Replaces the list. Administrators reach every outlet and are given none.",
		Errors:      editErrors(outlets.ErrNotFound, subscriptions.ErrStaffUserLimit),
	}, access.UsersWrite, func(ctx context.Context, who access.Staff, in *outletsInput) (*User, error) {
		out, err := o.SetOutlets(ctx, who, api.ID(in.UserID), in.Body.OutletIDs)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/users/{user_id}/outlets/{outlet_id}", ID: "add-user-outlet", Tag: usersTag,
		Summary:     "Let a user work at one more outlet",
		Description: "One where the user works already changes nothing.",
		Errors:      editErrors(outlets.ErrNotFound, subscriptions.ErrStaffUserLimit),
	}, access.UsersWrite, func(ctx context.Context, who access.Staff, in *outletInput) (*User, error) {
		out, err := o.AddOutlet(ctx, who, api.ID(in.UserID), api.ID(in.OutletID))
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/users/{user_id}/outlets/{outlet_id}", ID: "remove-user-outlet", Tag: usersTag,
		Summary:     "Take a user away from an outlet",
		Description: "One where the user does not work is not found.",
		Errors:      editErrors(outlets.ErrNotFound),
	}, access.UsersWrite, func(ctx context.Context, who access.Staff, in *outletInput) (*User, error) {
		out, err := o.RemoveOutlet(ctx, who, api.ID(in.UserID), api.ID(in.OutletID))
		return &out, err
	})
}

func registerPasswords(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/users/{user_id}/reset-password", ID: "reset-user-password", Tag: usersTag,
		Summary: "Give a user a temporary password",
		Description: "Shown this once, to be changed at the next sign-in. All sessions of the user end at once. The password " +
			"of somebody who belongs to another business as well is that person's alone to change.",
		Errors: editErrors(ErrShared, token.ErrBusy), BodyOptional: true, Idempotent: true,
	}, access.UsersWrite, func(ctx context.Context, who access.Staff, in *reissueInput) (*Reissued, error) {
		password, err := o.ResetPasswordOf(ctx, who, api.ID(in.UserID), in.Body != nil && in.Body.Notify)
		return &Reissued{"The password was reset. Pass it on: it is not shown again.", password}, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/users/{user_id}/resend-welcome", ID: "resend-user-welcome", Tag: usersTag,
		Summary:     "Send the welcome mail again",
		Description: "With a new temporary password, to a user who has not signed in yet.",
		Errors:      editErrors(ErrShared, ErrWelcomed, token.ErrBusy), Idempotent: true,
	}, access.UsersWrite, func(ctx context.Context, who access.Staff, in *Path) (*api.Message, error) {
		return api.NewMessage("The welcome mail is on its way."), o.ResendWelcome(ctx, who, api.ID(in.UserID))
	})
}
