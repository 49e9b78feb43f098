package token

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
)

// SecretLength is the number of characters in what NewSecret returns.
const SecretLength = 43

// NewSecret returns 32 random bytes in base64url without padding: a refresh token, a link, an API key. The one who is
// to hold it gets it once; the database gets its HashSecret.
func NewSecret() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// HashSecret returns the SHA-256 of a secret, under which it is stored and looked up. Finding it by index is safe: who
// cannot invert the hash learns nothing from how long the comparison took.
func HashSecret(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// CodeLength is the number of digits in a one-time code.
const CodeLength = 6

// NewCode returns six random digits, each code as likely as any other. Store it with Keys.MAC.
func NewCode() string {
	const codes = 1_000_000
	const limit = (1 << 32) / codes * codes // beyond it the first codes would be likelier
	for {
		var b [4]byte
		rand.Read(b[:])
		if n := binary.BigEndian.Uint32(b[:]); uint64(n) < limit {
			return fmt.Sprintf("%0*d", CodeLength, n%codes)
		}
	}
}
