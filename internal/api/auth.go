package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"reserva/internal/access"
	"reserva/internal/kit/fault"
)

// StaffAuthenticator knows the tokens of staff users. It answers an unknown,
// expired or revoked token with a fault of kind Unauthenticated. It need not
// fill in the origin.
type StaffAuthenticator interface {
	AuthenticateStaff(ctx context.Context, bearer string) (access.Staff, error)
}

// CustomerAuthenticator knows the tokens of customers, in the same way.
type CustomerAuthenticator interface {
	AuthenticateCustomer(ctx context.Context, bearer string) (access.Customer, error)
}

// authenticate finds out who asks, for the endpoint's audience. A good token of
// the other audience is ErrWrongAudience rather than ErrUnauthenticated, since
// clients sign out on 401.
func (a *API) authenticate(ctx context.Context, x *exchange, e *endpoint, r *http.Request) error {
	switch e.audience {
	case ForStaff:
		return a.signedIn(ctx, x, r, a.asStaff, a.asCustomer)
	case ForCustomer:
		return a.signedIn(ctx, x, r, a.asCustomer, a.asStaff)
	case ForEither:
		return a.signedIn(ctx, x, r, a.asEither, nil)
	case ForGuest:
		return a.link(ctx, x, r)
	default:
		return nil
	}
}

type authenticator func(ctx context.Context, x *exchange, bearer string) error

func (a *API) signedIn(ctx context.Context, x *exchange, r *http.Request, wanted, other authenticator) error {
	bearer, ok := bearerToken(r)
	if !ok {
		return ErrUnauthenticated
	}
	err := wanted(ctx, x, bearer)
	if other == nil || !unauthenticated(err) {
		return err
	}
	if other(ctx, &exchange{}, bearer) == nil {
		return ErrWrongAudience
	}
	return err
}

func (a *API) asStaff(ctx context.Context, x *exchange, bearer string) error {
	if a.config.Staff == nil {
		return ErrUnauthenticated
	}
	who, err := a.config.Staff.AuthenticateStaff(ctx, bearer)
	if err != nil {
		return err
	}
	who.Origin = x.origin
	x.staff, x.kind = who, access.ActorStaff
	return nil
}

func (a *API) asCustomer(ctx context.Context, x *exchange, bearer string) error {
	if a.config.Customers == nil {
		return ErrUnauthenticated
	}
	who, err := a.config.Customers.AuthenticateCustomer(ctx, bearer)
	if err != nil {
		return err
	}
	who.Origin = x.origin
	x.customer, x.kind = who, access.ActorCustomer
	return nil
}

func (a *API) asEither(ctx context.Context, x *exchange, bearer string) error {
	err := a.asStaff(ctx, x, bearer)
	if !unauthenticated(err) {
		return err
	}
	if asCustomer := a.asCustomer(ctx, x, bearer); !unauthenticated(asCustomer) {
		return asCustomer
	}
	return err
}

// link notes which customer a guest is, where the request says so. A token that
// is not good is as none: the endpoint needs none.
func (a *API) link(ctx context.Context, x *exchange, r *http.Request) error {
	bearer, ok := bearerToken(r)
	if !ok {
		return nil
	}
	found := &exchange{origin: x.origin}
	err := a.asCustomer(ctx, found, bearer)
	if err == nil {
		x.customer, x.linked = found.customer, true
	}
	if _, refused := fault.As(err); refused {
		return nil
	}
	return err
}

// LinkedCustomer returns the customer whose token a guest's request carried.
// The customer may be of another tenant than the one asked for.
func LinkedCustomer(ctx context.Context) (access.Customer, bool) {
	x := exchangeOf(ctx)
	return x.customer, x.linked
}

// permit checks the role, once it is known who asks.
func permit(x *exchange, e *endpoint) error {
	switch {
	case x.kind != access.ActorStaff || e.need == "":
		return nil
	case x.staff.MustChangePassword && e.need != access.Account:
		return ErrMustChangePassword
	case !x.staff.Meets(e.need):
		return ErrForbidden
	}
	return nil
}

func unauthenticated(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Kind == fault.Unauthenticated
}

func bearerToken(r *http.Request) (string, bool) {
	if len(r.Header["Authorization"]) > 1 {
		return "", false // nobody can say which of them is meant
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" || strings.ContainsAny(token, " \t") {
		return "", false
	}
	return token, true
}
