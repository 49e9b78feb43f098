package customers

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

type registerInput struct {
	Body Registration
}

type emailProofInput struct {
	Body EmailProof
}

type phoneProofInput struct {
	Body PhoneProof
}

type contactInput struct {
	Body Contact
}

type loginInput struct {
	Body Credentials
}

type selectionInput struct {
	Body Selection
}

type refreshInput struct {
	Body struct {
		RefreshToken string `json:"refresh_token" maxLength:"4096"`
	}
}

type resetInput struct {
	Body Reset
}

// Limits for each client address: what costs a password hash or sends a message
// is asked for rarely by people and often by machines.
func registerLimit() *ratelimit.Limit { return &ratelimit.Limit{Minute: 5, Hour: 20} }
func codeLimit() *ratelimit.Limit     { return &ratelimit.Limit{Minute: 10, Hour: 60} }
func loginLimit() *ratelimit.Limit    { return &ratelimit.Limit{Minute: 20, Hour: 120} }

// RegisterPublic adds the endpoints with which customers register and sign in.
func RegisterPublic(a *api.API, o *Operations) {
	registerJoining(a, o)
	registerSignIn(a, o)
	registerRecovery(a, o)
}

func registerJoining(a *api.API, o *Operations) {
	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/customer/auth/register", ID: "customer-register", Tag: authTag, Status: http.StatusCreated,
		Summary: "Register as a customer",
		Description: "With an e-mail address or a phone number. A code of six digits, good for ten minutes, is sent to the " +
			"address, or to the phone where there is none; the account opens when the code is entered.",
		Errors: []*fault.Error{tenants.ErrUnknown, ErrEmailTaken, ErrPhoneTaken, ErrCodeTooSoon, token.ErrBusy}, Limit: registerLimit(),
		Idempotent: true,
	}, func(ctx context.Context, who access.Visitor, in *registerInput) (*Registered, error) {
		out, err := o.Register(ctx, who, in.Body)
		return &out, err
	})

	proofErrors := []*fault.Error{tenants.ErrUnknown, ErrCode, ErrCodeExpired, ErrCodeAttempts, ErrDisabled}
	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/customer/auth/verify-email", ID: "customer-verify-email", Tag: authTag,
		Summary:     "Enter the code from the e-mail",
		Description: "Opens the account and signs in. A code can be tried five times.",
		Errors:      proofErrors, Limit: codeLimit(),
	}, func(ctx context.Context, who access.Visitor, in *emailProofInput) (*Tokens, error) {
		out, err := o.VerifyEmail(ctx, who, in.Body)
		return &out, err
	})

	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/customer/auth/verify-phone", ID: "customer-verify-phone", Tag: authTag,
		Summary:     "Enter the code from the text message",
		Description: "Opens an account that has no e-mail address and signs in. A code can be tried five times.",
		Errors:      proofErrors, Limit: codeLimit(),
	}, func(ctx context.Context, who access.Visitor, in *phoneProofInput) (*Tokens, error) {
		out, err := o.VerifyPhone(ctx, who, in.Body)
		return &out, err
	})

	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/customer/auth/resend-verification", ID: "customer-resend-verification", Tag: authTag,
		Summary:     "Send another code",
		Description: "Once a minute and five times an hour; earlier codes are void. The answer does not tell who is registered.",
		Errors:      []*fault.Error{tenants.ErrUnknown, ErrCodeTooSoon}, Limit: codeLimit(),
	}, func(ctx context.Context, _ access.Visitor, in *contactInput) (*Resent, error) {
		out, err := o.ResendVerification(ctx, in.Body)
		return &out, err
	})
}

func registerSignIn(a *api.API, o *Operations) {
	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/customer/auth/login", ID: "customer-login", Tag: authTag,
		Summary: "Sign in as a customer",
		Description: "At one business, or centrally without tenant_slug: a customer of several businesses then gets a " +
			"selection_token and chooses one. Ten failures lock the address for 15 minutes.",
		Errors: []*fault.Error{tenants.ErrUnknown, ErrCredentials, ErrUnverified, ErrDisabled, signin.ErrLocked, token.ErrBusy}, Limit: loginLimit(),
	}, func(ctx context.Context, who access.Visitor, in *loginInput) (*SignedIn, error) {
		out, err := o.Login(ctx, who, in.Body)
		return &out, err
	})

	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/customer/auth/complete-login", ID: "customer-complete-login", Tag: authTag,
		Summary:     "Choose a business after a central sign-in",
		Description: "With the selection_token, which is good for five minutes and for one use.",
		Errors:      []*fault.Error{ErrSelection, ErrDisabled}, Limit: loginLimit(),
	}, func(ctx context.Context, who access.Visitor, in *selectionInput) (*Tokens, error) {
		out, err := o.CompleteLogin(ctx, who, in.Body)
		return &out, err
	})

	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/customer/auth/refresh", ID: "customer-refresh", Tag: authTag,
		Summary:     "Exchange a refresh token",
		Description: "For a new access token and the next refresh token. A refresh token that comes twice ends the session.",
		Errors:      []*fault.Error{logins.ErrToken, ErrDisabled},
	}, func(ctx context.Context, _ access.Visitor, in *refreshInput) (*Tokens, error) {
		out, err := o.Refresh(ctx, in.Body.RefreshToken)
		return &out, err
	})
}

func registerRecovery(a *api.API, o *Operations) {
	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/customer/auth/forgot-password", ID: "customer-forgot-password", Tag: authTag,
		Summary:     "Ask for a code to choose a new password",
		Description: "Answers the same whether or not anybody is registered with the address.",
		Limit:       codeLimit(),
	}, func(ctx context.Context, _ access.Visitor, in *contactInput) (*api.Message, error) {
		return api.NewMessage("If the address is registered, a code was sent to it."), o.ForgotPassword(ctx, in.Body)
	})

	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/customer/auth/reset-password", ID: "customer-reset-password", Tag: authTag,
		Summary:     "Choose a new password",
		Description: "With the code that was sent. Signs out every device.",
		Errors:      []*fault.Error{ErrCode, ErrCodeExpired, ErrCodeAttempts, token.ErrBusy}, Limit: codeLimit(),
	}, func(ctx context.Context, who access.Visitor, in *resetInput) (*api.Message, error) {
		return api.NewMessage("Your password was changed. Sign in with it."), o.ResetPassword(ctx, who, in.Body)
	})
}
