package guestapi

import (
	"encoding/json"

	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/phone"
	"reserva/internal/kit/token"
	"reserva/internal/people/customers"
)

// secrets are what a new booking is proven by. Only their hashes are stored.
type secrets struct {
	creator string // for the browser that booked
	handle  string // for the mailbox alone
}

// newSecrets mints both. The handle has the form of a booking's id, and enough
// randomness never to be one.
func newSecrets() secrets { return secrets{creator: token.NewSecret(), handle: string(id.Random())} }

// Purposes of tokens.
const (
	purposeCreator = "creator"
	purposeMail    = "mail"
)

// insertSecrets stores the hashes. They are good for the booking until it is over;
// how long they verify is the hold's business.
func insertSecrets(tx *db.Tx, made *appointments.Appointment, s secrets) {
	tx.Exec(`
		INSERT INTO booking_tokens (tenant_id, hash, appointment_id, purpose, expires_at, created_at)
		SELECT a.tenant_id, k.hash, a.id, k.purpose, a.ends_at, $4
		FROM appointments a
		CROSS JOIN (VALUES ($5::text, $3::bytea), ($7::text, $6::bytea)) AS k (purpose, hash)
		WHERE a.tenant_id = $1 AND a.id = $2`,
		tx.Tenant(), made.ID, token.HashSecret(s.creator), tx.Now(), purposeCreator, token.HashSecret(s.handle), purposeMail)
}

// typedGuest is what a guest typed, kept with the appointment: name, email and phone
// are shown in place of the customer record's.
type typedGuest struct {
	Name    string `json:"name"`
	First   string `json:"first_name"`
	Middle  string `json:"middle_name,omitempty"`
	Last    string `json:"last_name"`
	Email   string `json:"email"`
	Phone   string `json:"phone"`
	Pending string `json:"pending_password,omitempty"` // the mark of a password that waits for the mailbox
}

func (g *guestBooking) typed() json.RawMessage {
	stored, err := json.Marshal(typedGuest{
		Name: g.name(), First: g.first, Middle: g.middle, Last: g.last, Email: g.email, Phone: g.phone, Pending: g.guest.Pending,
	})
	if err != nil {
		panic(err) // texts can always be written
	}
	return stored
}

// dialled is the guest's number in E.164, empty where it cannot be read so.
func (g *guestBooking) dialled() string {
	number, err := phone.Normalise(g.phone, customers.Region(g.outlet.Country, g.outlet.Timezone))
	if err != nil {
		return ""
	}
	return number
}
