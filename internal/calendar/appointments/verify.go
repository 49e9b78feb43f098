package appointments

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Proofs of a guest's verification, the strongest first.
const (
	ProofMail    = "mail"    // the handle that only the mailbox received
	ProofCreator = "creator" // the token that the creating browser received
	ProofBare    = "bare"    // the booking's id alone
)

// Verification says how a guest's booking is verified.
type Verification struct {
	Proof string
	// Confirm makes the booking stand; otherwise it stays pending, held without end,
	// until the desk decides.
	Confirm bool
	// Also runs in the same transaction, the first time only.
	Also func(ctx context.Context, tx *db.Tx, customer id.ID) error
}

// Verify marks a guest's booking as verified. Repeating it changes nothing. Faults:
// ErrNotFound, ErrHoldLapsed for one that lapsed or was cancelled.
func (o *Operations) Verify(ctx context.Context, tenant id.ID, who access.Visitor, appointment id.ID, v Verification) (Appointment, error) {
	return o.change(ctx, tenant, who, appointment, func(ctx context.Context, c *change) (Appointment, error) {
		now := c.tx.Now()
		switch c.row.effective(now) {
		case Cancelled:
			return Appointment{}, ErrHoldLapsed
		case Pending:
		default:
			if c.row.VerifiedAt == nil {
				return Appointment{}, ErrTransition
			}
		}
		if c.row.VerifiedAt != nil {
			return view(c.row, c.lines, now), nil
		}
		c.row.VerifiedAt = &now
		if v.Also != nil {
			if err := v.Also(ctx, c.tx, c.row.CustomerID); err != nil {
				return Appointment{}, err
			}
		}
		c.tx.Exec(`
			UPDATE appointments SET verified_by = $3
			WHERE tenant_id = $1 AND id = $2`, c.tx.Tenant(), c.row.ID, v.Proof)
		if !v.Confirm {
			c.row.HoldUntil = nil
			keepSeats(c.tx, c.row.ID, len(c.lines))
			return c.end("appointment.verified", nil), nil
		}
		if err := c.confirm(); err != nil {
			return Appointment{}, err
		}
		return c.end("appointment.verified", ConfirmedEvent{AppointmentID: c.row.ID}), nil
	})
}
