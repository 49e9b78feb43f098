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
	return id + "-" + digest(name+"\n"+email+"\n"+phone)
}

// CustomerIDFor derives an id that only the invoice of this number uses, for a customer whom the provider knows
// otherwise than we do. The same number gives the same id.
func CustomerIDFor(id, number string) string { return id + "-" + digest(number) }

// digest is 8 hex digits of a text.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}
