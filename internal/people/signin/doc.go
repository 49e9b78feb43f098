// Package signin slows down guessing, for staff users and customers alike.
//
// Failures are counted by the address that was typed, whether or not anybody has
// it, so that being locked out tells nothing. An attempt is counted before the
// password is looked at, and forgiven if it was right: so however many arrive at
// once, no more than the limit are ever compared.
//
//	if err := guard.Attempt(ctx, scope, email); err != nil {
//		return err // ErrLocked, with Retry-After
//	}
//	... compare the password ...
//	return guard.Succeeded(ctx, scope, email)
//
// The package also spends tokens that may be used once.
package signin
