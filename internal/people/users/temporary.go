package users

import (
	"crypto/rand"
	"fmt"
	"math/big"

	"reserva/internal/kit/db"
	"reserva/internal/kit/token"
)

// temporaryLength is the documented length of a generated password.
const temporaryLength = 16

// temporaryAlphabet has the documented kinds of characters, without those that look
// like others when read from a screen.
const temporaryAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789!@#$%^&*"

// TemporaryPassword makes a random password that the password rule accepts.
func TemporaryPassword() (string, error) {
	size := big.NewInt(int64(len(temporaryAlphabet)))
	for {
		password := make([]byte, temporaryLength)
		for i := range password {
			n, err := rand.Int(rand.Reader, size)
			if err != nil {
				return "", err
			}
			password[i] = temporaryAlphabet[n.Int64()]
		}
		if token.CheckPassword(string(password)) == "" {
			return string(password), nil
		}
	}
}

// letter is a mail to a user about the account at a business.
type letter struct {
	Business string
	Slug     string
	To       string
	Password string // temporary; empty where the user knows one
}

// welcome queues the first mail to a new user.
func (l letter) welcome(tx *db.Tx) {
	said := "Sign in with the password that you were given."
	if l.Password != "" {
		said = l.temporary()
	}
	tell(tx, l.To, "Your account at "+l.Business, fmt.Sprintf(
		"Welcome to %s. You can sign in to the staff portal as %s, at the business %q. %s", l.Business, l.To, l.Slug, said))
}

// reset queues the mail that carries a password which an administrator asked for.
func (l letter) reset(tx *db.Tx) {
	tell(tx, l.To, "Your password at "+l.Business+" was reset", fmt.Sprintf(
		"The password of your account at %s was reset by its management. %s", l.Business, l.temporary()))
}

func (l letter) temporary() string {
	return fmt.Sprintf("Your temporary password is %s and has to be changed when you first use it.", l.Password)
}
