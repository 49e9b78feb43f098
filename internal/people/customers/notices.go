package customers

import (
	"fmt"
	"html"

	"reserva/internal/kit/db"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/outbox"
	"reserva/internal/kit/phone"
)

// sendCode queues the message that carries a code.
func sendCode(tx *db.Tx, b business, p purpose, a address, sent sentCode) {
	subject, purposeText := "Your code for "+b.Name, "confirm your address"
	if p == resetPassword {
		subject, purposeText = "Reset your password at "+b.Name, "choose a new password"
	}
	send(tx, a, "code:"+string(sent.id), subject, fmt.Sprintf(
		"Your code is %s. Enter it within 10 minutes to %s at %s. If you did not ask for it, do not give it to anybody and ignore this message.",
		sent.code, purposeText, b.Name))
}

// sendPasswordChanged tells the owner of an account, who may not have done it.
func sendPasswordChanged(tx *db.Tx, b business, a address) {
	send(tx, a, "", "Your password at "+b.Name+" was changed",
		"The password of your account at "+b.Name+" was changed. If this was not you, reset your password now.")
}

func send(tx *db.Tx, a address, reference, subject, text string) {
	m := outbox.Message{Channel: a.channel, To: a.value, Text: text, Reference: reference}
	if a.channel == outbox.Email {
		m.Subject = subject
		m.HTML = "<p>" + html.EscapeString(text) + "</p>"
	}
	outbox.Queue(tx, m)
}

// masked shows where a code went, without showing the address.
func (a address) masked() string {
	if a.channel == outbox.Email {
		return mail.Mask(a.value)
	}
	return phone.Mask(a.value)
}
