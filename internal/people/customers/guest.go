package customers

import (
	"context"
	"encoding/hex"
	"errors"
	"reflect"

	"reserva/internal/access"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
)

// Guest is who books without signing in, as typed.
type Guest struct {
	First  string
	Middle string
	Last   string
	Email  string // as mail.Normalise returns it
	Phone  string // E.164, or empty
	// PasswordHash is the hash of a password that the guest chose, or empty.
	PasswordHash string
}

// GuestRef is the one record of a guest's mailbox.
type GuestRef struct {
	ID id.ID
	// Fresh tells that the record was made for this guest.
	Fresh bool
	// WasRegistered tells that somebody signs in with the address already: the
	// owner is to be told of the booking, and until the mailbox is proven nothing
	// of the account is the guest's.
	WasRegistered bool
	// Pending marks the guest's password while it waits; empty where it was not
	// kept. Store it with the booking and give it to ActivatePending.
	Pending string
}

type guestRow struct {
	ID         id.ID `db:"id"`
	Registered bool  `db:"registered"`
}

// MatchOrCreateGuest finds the customer with the guest's e-mail address in tx's
// tenant, or makes one: of any number at once, one makes it and the others find
// it. A record that is found stays as it is; names, telephone and password that
// a stranger typed are no reason to change it. A telephone that another customer
// has is left out.
func MatchOrCreateGuest(ctx context.Context, tx *db.Tx, who access.Actor, g Guest) (GuestRef, error) {
	r := row{
		ID: id.NewAt(tx.Now()), Email: &g.Email, FirstName: g.First, MiddleName: g.Middle, LastName: g.Last,
		Tags: []string{}, Source: sourceGuest, IsGuest: true,
	}
	if g.Phone != "" {
		r.Phone = &g.Phone
	}
	var s secrets
	if g.PasswordHash != "" {
		s.pending = &g.PasswordHash
	}
	for {
		// The insert waits for a rival that has the same address or number.
		added, err := insert(ctx, tx, r, s)
		if err != nil {
			return GuestRef{}, err
		}
		if added {
			r.IsActive = true
			recordAdded(tx, who, "customer.created", r)
			ref := GuestRef{ID: r.ID, Fresh: true}
			if s.pending != nil {
				ref.Pending = mark(*s.pending)
			}
			return ref, nil
		}
		found := db.QueueOne[guestRow](tx, `
			SELECT id, password_hash IS NOT NULL AS registered
			FROM customers
			WHERE tenant_id = $1 AND email = $2`, tx.Tenant(), g.Email)
		if err := tx.Flush(ctx); err != nil {
			return GuestRef{}, err
		}
		switch {
		case found.Found:
			return GuestRef{ID: found.Value.ID, WasRegistered: found.Value.Registered}, nil
		case r.Phone == nil:
			return GuestRef{}, &db.Conflict{Constraint: "customers_email"}
		}
		r.Phone = nil // it is another customer's
	}
}

// ActivatePending does what follows when the guest of a booking has proven the
// mailbox: the address is verified, and the password that this booking brought,
// named by its mark, becomes the account's. A password that anybody else left
// meanwhile does not, and neither counts once the record has another address.
func ActivatePending(ctx context.Context, tx *db.Tx, who access.Actor, customer id.ID, email, pending string) error {
	old, err := lock(ctx, tx, customer)
	if errors.Is(err, ErrUnknown) {
		return nil // removed since
	}
	if err != nil {
		return err
	}
	queueActivation(tx, customer, email, pending)
	found, err := load(ctx, tx, customer)
	if err == nil && !reflect.DeepEqual(found.facts(), old.facts()) {
		recordChanged(tx, who, "customer.verified", old, found.row)
	}
	return err
}

func queueActivation(tx *db.Tx, customer id.ID, email, pending string) {
	tx.Exec(`
		UPDATE customers
		SET email_verified = true, updated_at = $4, version = version + 1
		WHERE tenant_id = $1 AND id = $2 AND email = $3 AND NOT email_verified`,
		tx.Tenant(), customer, email, tx.Now())
	if pending == "" {
		return
	}
	tx.Exec(`
		UPDATE customers
		SET password_hash = pending_password, pending_password = NULL, is_guest = false, updated_at = $5, version = version + 1
		WHERE tenant_id = $1 AND id = $2 AND email = $3 AND password_hash IS NULL
		  AND encode(sha256(convert_to(pending_password, 'UTF8')), 'hex') = $4`,
		tx.Tenant(), customer, email, pending, tx.Now())
}

// mark names a pending password's hash, whose salt makes it one of its kind.
func mark(hash string) string { return hex.EncodeToString(token.HashSecret(hash)) }
