package guestapi

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"reserva/internal/access"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
	"reserva/internal/people/customers"
)

// proofs are what a request brings to verify a booking with.
type proofs struct {
	path   string   // a mail handle, or a booking's id
	tokens []string // each has to belong to the booking
}

// claimed is a booking that somebody wants to verify, before it is known whether
// they may.
type claimed struct {
	Tenant   id.ID           `db:"tenant_id"`
	ID       id.ID           `db:"id"`
	Slug     string          `db:"slug"`
	Name     string          `db:"name"`
	Settings json.RawMessage `db:"settings"`
	Total    int64           `db:"total_price"`
	Guest    json.RawMessage `db:"guest"`
	ByHandle bool            `db:"by_handle"`
	Active   bool            `db:"active"` // the tenant

	Outlet      string              `db:"outlet"`
	Timezone    string              `db:"timezone"`
	Service     string              `db:"service"`
	StartsAt    time.Time           `db:"starts_at"`
	Status      appointments.Status `db:"status"`
	HoldUntil   *time.Time          `db:"hold_until"`
	CancelledBy *string             `db:"cancelled_by"`
	Reason      string              `db:"cancellation_reason"`
	VerifiedAt  *time.Time          `db:"verified_at"`
}

// tokenRow is a known token.
type tokenRow struct {
	Tenant  id.ID  `db:"tenant_id"`
	Booking id.ID  `db:"appointment_id"`
	Purpose string `db:"purpose"`
}

// Verify confirms a booking, or notes that the guest is real where the tenant wants
// to confirm by itself. Repeating it answers the same. Faults: ErrBookingNotFound,
// ErrOrganizationNotFound, ErrVerification.
func (o *Operations) Verify(ctx context.Context, who access.Visitor, h Hints, p proofs) (*Verified, error) {
	booking, known, err := o.claim(ctx, p)
	if err != nil {
		return nil, err
	}
	if o.differ(ctx, h, booking.Tenant, booking.Slug) {
		return nil, ErrBookingNotFound
	}
	if !booking.Active {
		return nil, ErrOrganizationNotFound
	}
	s, err := readSettings(booking.Settings)
	if err != nil {
		return nil, err
	}
	proof, err := booking.proof(known, len(p.distinct()), s.AllowBareIDVerification)
	if err != nil {
		return nil, err
	}
	verified, err := o.appointments.Verify(ctx, booking.Tenant, who, booking.ID, booking.verification(who, s, proof))
	if err != nil {
		return nil, refuseVerification(err)
	}
	return &Verified{
		Booking: VerifiedGuestBooking{
			ID: verified.ID, OrganizationID: booking.Tenant, Status: status(verified.Status, nil, ""),
			BookingDate: verified.AppointmentDate, BookingTime: verified.StartTime, VerifiedAt: shown(*verified.VerifiedAt),
		},
		Message: "Booking verified successfully",
	}, nil
}

// proof is the strongest that the request brought. A token that it brought has to be
// one of the booking's: a wrong one is never passed over.
func (c claimed) proof(known []tokenRow, brought int, bare bool) (string, error) {
	good, byMail := 0, c.ByHandle
	for _, t := range known {
		if t.Tenant == c.Tenant && t.Booking == c.ID {
			good++
			byMail = byMail || t.Purpose == purposeMail
		}
	}
	switch {
	case good < brought:
		return "", ErrVerification
	case byMail:
		return appointments.ProofMail, nil
	case !bare:
		return "", ErrVerification
	case brought > 0:
		return appointments.ProofCreator, nil
	}
	return appointments.ProofBare, nil
}

// verification says what verifying does beside the state: mail proves a mailbox.
func (c claimed) verification(who access.Visitor, s settings, proof string) appointments.Verification {
	v := appointments.Verification{
		Proof:   proof,
		Confirm: !s.RequiresOwnerApproval && (!s.ConfirmRequiresPayment || c.Total == 0),
	}
	if proof != appointments.ProofMail {
		return v
	}
	v.Also = func(ctx context.Context, tx *db.Tx, customer id.ID) error {
		var typed typedGuest
		if err := json.Unmarshal(c.Guest, &typed); err != nil {
			return err
		}
		useHandle(tx, c.ID)
		return customers.ActivatePending(ctx, tx, who, customer, typed.Email, typed.Pending)
	}
	return v
}

// useHandle notes that the handle has done its work: from now on it only tells again
// what became of the booking.
func useHandle(tx *db.Tx, booking id.ID) {
	tx.Exec(`
		UPDATE booking_tokens
		SET used_at = $3
		WHERE tenant_id = $1 AND appointment_id = $2 AND purpose = 'mail' AND used_at IS NULL`,
		tx.Tenant(), booking, tx.Now())
}

// refuseVerification hides the reason.
func refuseVerification(err error) error {
	switch f, ok := fault.As(err); {
	case !ok:
		return err
	case errors.Is(err, appointments.ErrNotFound):
		return ErrBookingNotFound
	default:
		return ErrVerification.WithCause(f)
	}
}

// distinct are the tokens in question, each once.
func (p proofs) distinct() []string {
	out := make([]string, 0, len(p.tokens))
	for _, t := range p.tokens {
		// A handle is written in hexadecimal digits, which some clients put in upper case.
		if handle, err := id.Parse(t); err == nil {
			t = string(handle)
		}
		if t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// claim finds the booking that the path names, by its handle before its id, and the
// tokens that came with it.
func (o *Operations) claim(ctx context.Context, p proofs) (claimed, []tokenRow, error) {
	path, err := id.Parse(strings.TrimSpace(p.path))
	if err != nil {
		return claimed{}, nil, ErrBookingNotFound
	}
	hashes := [][]byte{}
	for _, t := range p.distinct() {
		hashes = append(hashes, token.HashSecret(t))
	}
	var found *db.Results[claimed]
	var known *db.Results[tokenRow]
	err = o.db.PlatformView(ctx, "a guest's booking by its handle or id", func(tx *db.Tx) error {
		found = queueClaimed(tx, path)
		known = db.QueueAll[tokenRow](tx, `
			SELECT tenant_id, appointment_id, purpose
			FROM booking_tokens
			WHERE hash = ANY($1)`, hashes)
		return nil
	})
	switch {
	case err != nil:
		return claimed{}, nil, err
	case len(found.Rows) == 0:
		return claimed{}, nil, ErrBookingNotFound
	}
	return found.Rows[0], known.Rows, nil
}

func queueClaimed(tx *db.Tx, path id.ID) *db.Results[claimed] {
	return db.QueueAll[claimed](tx, `
		WITH named AS (
			SELECT k.tenant_id, k.appointment_id AS id, true AS by_handle
			FROM booking_tokens k
			WHERE k.hash = $2 AND k.purpose = 'mail'
			UNION ALL
			SELECT a.tenant_id, a.id, false
			FROM appointments a
			WHERE a.id = $1)
		SELECT a.tenant_id, a.id, t.slug, t.name, t.settings, a.total_price, a.guest, n.by_handle,
			t.is_active AS active,
			o.name AS outlet, o.timezone, coalesce(l.service_name, '') AS service, a.starts_at, a.status, a.hold_until,
			a.cancelled_by, a.cancellation_reason, a.verified_at
		FROM named n
		JOIN appointments a ON a.tenant_id = n.tenant_id AND a.id = n.id AND a.source = 'booki_guest'
		JOIN tenants t ON t.id = a.tenant_id AND t.deleted_at IS NULL
		JOIN outlets o ON o.tenant_id = a.tenant_id AND o.id = a.outlet_id
		LEFT JOIN appointment_lines l ON l.tenant_id = a.tenant_id AND l.appointment_id = a.id AND l.position = 0
		ORDER BY n.by_handle DESC
		LIMIT 1`, path, token.HashSecret(string(path)))
}
