package signin

import (
	"crypto/sha256"
	"encoding/base64"
)

// Proof names the password that somebody proved to know, by its stored hash, and
// tells nothing about either. What was begun with a password is completed only
// while it is still in force: who changes it shuts out whoever knew the old one.
type Proof string

// ProofOf returns the proof of a stored hash.
func ProofOf(hash string) Proof {
	sum := sha256.Sum256([]byte("sign-in proof\x00" + hash))
	return Proof(base64.RawURLEncoding.EncodeToString(sum[:12]))
}
