package paperid

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// CustomerID derives the id under which a customer is known to the provider: our own id, a dash and 8 hex digits of a
// digest over name, e-mail and phone.
//
// The provider refuses a known customer id that comes with another name, e-mail or phone ("partner doesn't match"), so
// a customer who changes one of them must become a new customer there. Letter case, surrounding and repeated blanks,
// and punctuation in phone numbers make no difference.
func CustomerID(id, name, email, phone string) string {
	name = strings.ToLower(strings.Join(strings.Fields(name), " "))
	email = strings.ToLower(strings.TrimSpace(email))
	phone = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
	sum := sha256.Sum256([]byte(name + "\n" + email + "\n" + phone))
	return id + "-" + hex.EncodeToString(sum[:4])
}
