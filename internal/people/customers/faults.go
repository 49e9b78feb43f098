package customers

import (
	"reserva/internal/kit/fault"
)

// Faults of customer records.
var (
	ErrUnknown    = fault.New(fault.NotFound, "customer.not_found", "There is no such customer.")
	ErrEmailTaken = fault.New(fault.Conflict, "customer.email_taken", "A customer with this e-mail address already exists.")
	ErrPhoneTaken = fault.New(fault.Conflict, "customer.phone_taken", "A customer with this phone number already exists.")
	ErrPreference = fault.New(fault.NotFound, "customer.preference_unknown", "A preferred outlet, staff member or service does not exist.")
	ErrConsent    = fault.New(fault.Conflict, "customer.consent_required", "The service cannot be given without processing your data. Ask for the deletion of your account instead.")
)

// Faults of sign-in.
var (
	ErrCredentials = fault.New(fault.Unauthenticated, "auth.credentials", "The address or the password is wrong.")
	ErrUnverified  = fault.New(fault.Forbidden, "auth.unverified", "The address is not verified yet. Enter the code that was sent to it.")
	ErrDisabled    = fault.New(fault.Forbidden, "auth.disabled", "This account is disabled.")
	ErrSelection   = fault.New(fault.Unauthenticated, "auth.selection_token", "The choice is no longer valid. Sign in again.")

	ErrCode         = fault.New(fault.BadRequest, "code.wrong", "The code is wrong or was used before.")
	ErrCodeExpired  = fault.New(fault.BadRequest, "code.expired", "The code has expired. Ask for a new one.")
	ErrCodeAttempts = fault.New(fault.TooMany, "code.attempts", "Too many wrong codes. Ask for a new one.")
	ErrCodeTooSoon  = fault.New(fault.TooMany, "code.too_soon", "A code was sent a moment ago. Ask again later.")
)
