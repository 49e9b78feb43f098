package users

import (
	"reserva/internal/kit/fault"
)

// Faults of signing in. An unknown address and a wrong password are one.
var (
	ErrCredentials = fault.New(fault.Unauthenticated, "staff_auth.credentials", "The e-mail address or the password is wrong.")
	ErrSelection   = fault.New(fault.Unauthenticated, "staff_auth.selection", "The choice is no longer valid. Sign in again.")
	ErrReset       = fault.New(fault.BadRequest, "staff_auth.reset_token", "The code is not valid, or not any more. Ask for a new one.")
	ErrExpired     = fault.New(fault.Unauthenticated, "staff_auth.token_expired", "The access token has expired.")
	ErrInactive    = fault.New(fault.Forbidden, "staff_auth.inactive", "This account is not active.")
	ErrNoAccess    = fault.New(fault.Forbidden, "staff_auth.no_access", "You have no access to this business.")
)

// Faults of registration.
var (
	ErrEmailTaken = fault.New(fault.Conflict, "register.email_taken", "There is an account with this administrator's e-mail address already.")
	ErrSlugTaken  = fault.New(fault.Conflict, "register.slug_taken", "This slug is taken.")
)
