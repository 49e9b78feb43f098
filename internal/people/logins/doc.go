// Package logins keeps signed-in devices, of staff users and of customers alike.
//
// A login is one device. It owns a family of refresh tokens of which one at a
// time is unspent: each use spends the token and issues the next (Rotate). A
// spent token that comes back means that two parties hold the family, so the
// whole login is revoked, and that revocation stands although the call fails.
//
// A refresh token is "<tenant id>.<secret>": the tenant in front lets the token
// be looked up in that tenant's own transaction. Only the SHA-256 of the secret
// is stored.
//
// Access tokens carry the login's id as the claim "sid"; an authenticator joins
// logins on it, so that an ended login ends its access tokens as well.
package logins
