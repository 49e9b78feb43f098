package api

import (
	"reserva/internal/kit/fault"
)

// The faults that any endpoint may answer with, beside fault.ErrInvalid.
var (
	ErrUnauthenticated    = fault.New(fault.Unauthenticated, "auth.unauthenticated", "Not authenticated.")
	ErrWrongAudience      = fault.New(fault.Forbidden, "auth.wrong_audience", "This token is not for this part of the API.")
	ErrMustChangePassword = fault.New(fault.Forbidden, "auth.must_change_password", "Change your password first.")
	ErrForbidden          = fault.New(fault.Forbidden, "auth.forbidden", "Your role does not allow this.")

	ErrRateLimited = fault.New(fault.TooMany, "request.rate_limited", "Too many requests. Try again later.")

	ErrNoRoute        = fault.New(fault.NotFound, "request.no_such_path", "There is nothing at this path.")
	ErrMalformed      = fault.New(fault.BadRequest, "request.malformed", "The request cannot be read.")
	ErrTooLarge       = fault.New(fault.TooLarge, "request.too_large", "The request body is too large.")
	ErrContentType    = fault.New(fault.Unsupported, "request.content_type", "The request body must be application/json.")
	ErrRequestTimeout = fault.New(fault.Unavailable, "request.timeout", "The request took too long. Try again.")

	ErrIdempotencyKey    = fault.New(fault.Invalid, "idempotency.key", "Idempotency-Key must be 1 to 128 visible ASCII characters.")
	ErrIdempotencyReused = fault.New(fault.Invalid, "idempotency.reused", "This Idempotency-Key was used with another request.")
	ErrIdempotencyBusy   = fault.New(fault.Conflict, "idempotency.in_progress", "A request with this Idempotency-Key is still being worked on.")
)

// errMethod is no fault kind of its own: 405 is only ever answered here.
var errMethod = fault.New(0, "request.method", "The path does not take this method.")

// errInternal stands for everything unexpected. What happened is in the log.
var errInternal = fault.New(0, "internal", "Internal server error.")
