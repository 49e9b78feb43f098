// Package signin slows down guessing, for staff users and customers alike.
//
// Failures are counted by the address that was typed, whether or not anybody has
// it, so that being locked out tells nothing. An attempt is counted before the
// password is looked at, and forgiven if it was right: so however many arrive at
// once, no more than the limit are ever compared.
//
//	right, err := guard.Check(ctx, scope, email, func() (bool, error) {
//		return hasher.Verify(ctx, password, stored)
//	}) // ErrLocked, with Retry-After
//
// An attempt that the server had no time for is taken back, so that a burst of
// sign-ins locks nobody out.
//
// The package also spends tokens that may be used once.
package signin
