// Package token holds everything that is secret or proves something: passwords, signed tokens, opaque tokens,
// one-time codes, and secrets of others that we keep.
//
//   - A password is stored as argon2id; a Hasher bounds how many are computed at once, since each takes a core for
//     tens of milliseconds and a burst of sign-ins must not stop everything else. Passwords that are among the first to be
//     tried are refused when they are chosen.
//   - An access token is a JWT signed with Ed25519 (Tokens). It names its audience, so that a customer's token is worth
//     nothing to the staff portal, and always expires. It cannot be called back: lifetimes are minutes.
//   - A refresh token, a link or an API key is 32 random bytes (NewSecret), stored as its SHA-256 (HashSecret): the
//     table that leaks signs nobody in. It needs no slow hash because nobody can guess it.
//   - A one-time code is six digits (NewCode), which anybody can guess; it is stored as a MAC under a key that is not
//     in the database, and whoever checks it counts the attempts.
//   - A gateway's credentials must be read again, so they are sealed (Keys.Seal).
//
// All keys are derived from the generations of one Keys, which lives in a file beside the database or in the
// environment, never in the database.
package token
