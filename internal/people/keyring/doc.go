// Package keyring keeps the keys that sign access tokens, for all servers of one
// database, and replaces them without signing anybody out.
//
// A key is published before it signs: whoever verifies tokens, another server or
// somebody who reads /.well-known/jwks.json, has heard of it when the first token
// signed with it arrives. A key that a newer one has followed verifies for a day
// longer, and access tokens live for half an hour. So a rotation is seen by nobody.
// It happens by itself every ninety days, and when the operator asks for it. Keys
// that somebody stole are removed at once instead; who is signed in then gets new
// tokens with the refresh token, which is no signed one.
//
// The rows are sealed under the installation's root keys (token.Keys), which are
// not in the database: a key that does not open is as none, so that writing to the
// database is not enough to sign in as anybody. The first server begins with the
// key that is derived from the root.
package keyring
