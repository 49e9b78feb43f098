package api

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"reserva/internal/access"
)

// Staff registers an endpoint for signed-in users of the staff portal whose
// role meets the requirement. Whether a record lies in the caller's outlets is
// for the operation to decide.
func Staff[In, Out any](a *API, op Op, need access.Requirement, h func(context.Context, access.Staff, *In) (*Out, error)) {
	if len(need.Roles()) == 0 {
		panic(fmt.Sprintf("api: %s: unknown requirement %q", op.ID, need))
	}
	register(a, &endpoint{op: op, audience: ForStaff, need: need}, func(ctx context.Context, x *exchange, in *In) (*Out, error) {
		return h(ctx, x.staff, in)
	})
}

// Customer registers an endpoint for signed-in customers.
func Customer[In, Out any](a *API, op Op, h func(context.Context, access.Customer, *In) (*Out, error)) {
	register(a, &endpoint{op: op, audience: ForCustomer}, func(ctx context.Context, x *exchange, in *In) (*Out, error) {
		return h(ctx, x.customer, in)
	})
}

// Either registers an endpoint that staff and customers share. Exactly one of
// the handler's principals is not nil; staff must meet the requirement.
func Either[In, Out any](a *API, op Op, need access.Requirement, h func(context.Context, *access.Staff, *access.Customer, *In) (*Out, error)) {
	register(a, &endpoint{op: op, audience: ForEither, need: need}, func(ctx context.Context, x *exchange, in *In) (*Out, error) {
		if x.kind == access.ActorCustomer {
			return h(ctx, nil, &x.customer, in)
		}
		return h(ctx, &x.staff, nil, in)
	})
}

// Public registers an endpoint for anybody.
func Public[In, Out any](a *API, op Op, h func(context.Context, access.Visitor, *In) (*Out, error)) {
	register(a, &endpoint{op: op, audience: ForPublic}, visitor(h))
}

// Guest registers an endpoint of the guest booking API: errors are
// {"statusCode", "message"} and nothing else. Its order of checks is part of
// its contract, so a handler with a body takes RawBody and decodes it itself,
// ignoring unknown fields; content type, size, syntax and NUL characters were
// checked before. Op.RequestBody documents that body.
func Guest[In, Out any](a *API, op Op, h func(context.Context, access.Visitor, *In) (*Out, error)) {
	register(a, &endpoint{op: op, audience: ForGuest}, visitor(h))
}

// Webhook registers an endpoint that a provider calls. The handler takes
// RawBody, byte for byte as it was signed, and authenticates the caller itself.
func Webhook[In, Out any](a *API, op Op, h func(context.Context, access.Visitor, *In) (*Out, error)) {
	register(a, &endpoint{op: op, audience: ForWebhook}, visitor(h))
}

func visitor[In, Out any](h func(context.Context, access.Visitor, *In) (*Out, error)) handler[In, Out] {
	return func(ctx context.Context, x *exchange, in *In) (*Out, error) {
		return h(ctx, access.Visitor{Origin: x.origin}, in)
	}
}

type handler[In, Out any] func(context.Context, *exchange, *In) (*Out, error)

// within calls the handler only with ranges that do not end before they begin.
func (h handler[In, Out]) within(spans []span) handler[In, Out] {
	return func(ctx context.Context, x *exchange, in *In) (*Out, error) {
		if err := checkSpans(spans, reflect.ValueOf(in).Elem()); err != nil {
			return nil, err
		}
		return h(ctx, x, in)
	}
}

var errNoAnswer = errors.New("api: the handler returned neither an answer nor an error")

// register tells huma about the endpoint, once for each of its paths, and turns
// what the handler returns into what huma writes.
func register[In, Out any](a *API, e *endpoint, h handler[In, Out]) {
	input := reflect.TypeFor[In]()
	refuseSlips(e, input, reflect.TypeFor[Out]())
	_, typed := input.FieldByName("Body")
	_, raw := input.FieldByName("RawBody")
	e.hasBody = typed || raw
	e.jsonBody = typed || e.op.RequestBody != nil
	e.raw = reflect.TypeFor[Out]() == reflect.TypeFor[Raw]()

	if spans := spansOf(input); spans != nil {
		h = h.within(spans)
	}
	run := func(ctx context.Context, in *In) (*exchange, *Out, error) {
		x := exchangeOf(ctx)
		out, err := h(ctx, x, in)
		if err == nil && out == nil {
			err = errNoAnswer
		}
		if err != nil {
			return x, nil, a.refuse(x, err)
		}
		return x, out, nil
	}

	for i, path := range append([]string{e.op.Path}, e.op.Aliases...) {
		op := a.describe(e, path, i)
		switch any((*Out)(nil)).(type) {
		case *None:
			huma.Register(a.huma, op, func(ctx context.Context, in *In) (*noAnswer, error) {
				x := exchangeOf(ctx)
				if _, err := h(ctx, x, in); err != nil {
					return nil, a.refuse(x, err)
				}
				x.cacheControl(e.op.CacheControl)
				return &noAnswer{}, nil
			})
		case *Raw:
			huma.Register(a.huma, op, func(ctx context.Context, in *In) (*rawAnswer, error) {
				x, out, err := run(ctx, in)
				if err != nil {
					return nil, err
				}
				return wrapRaw(x, e, any(out).(*Raw)), nil
			})
		default:
			huma.Register(a.huma, op, func(ctx context.Context, in *In) (*answer[Out], error) {
				x, out, err := run(ctx, in)
				if err != nil {
					return nil, err
				}
				return wrap(x, e, out), nil
			})
		}
		a.document(e, op, reflect.TypeFor[Out]())
	}
	a.endpoints = append(a.endpoints, e)
}
