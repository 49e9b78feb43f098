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
	// Also runs in the same transaction, the first time that the booking is verified
	// or that its mailbox is proven.
	Also func(ctx context.Context, tx *db.Tx, customer id.ID) error
}

// Verify marks a guest's booking as verified. Repeating it changes nothing, but that
// a proof by mail may follow a weaker one. A booking that the desk confirmed in the
// meantime stays as it is. Faults: ErrNotFound, ErrHoldLapsed for one that lapsed or
// was cancelled.
func (o *Operations) Verify(ctx context.Context, tenant id.ID, who access.Visitor, appointment id.ID, v Verification) (Appointment, error) {
	return o.change(ctx, tenant, who, appointment, func(ctx context.Context, c *change) (Appointment, error) {
		now := c.tx.Now()
		status := c.row.effective(now)
		switch {
		case status == Cancelled:
			return Appointment{}, ErrHoldLapsed
		case c.row.VerifiedAt != nil:
			return view(c.row, c.lines, now), c.proveByMail(ctx, v)
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
		switch {
		case status != Pending:
			return c.end("appointment.verified", nil), nil
		case !v.Confirm:
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

// proveByMail notes that what was verified by less is proven by the mailbox now.
func (c *change) proveByMail(ctx context.Context, v Verification) error {
	if v.Proof != ProofMail {
		return nil
	}
	raised, err := c.tx.ExecNow(ctx, `
		UPDATE appointments SET verified_by = 'mail'
		WHERE tenant_id = $1 AND id = $2 AND verified_by <> 'mail'`, c.tx.Tenant(), c.row.ID)
	if err != nil || raised == 0 || v.Also == nil {
		return err
	}
	return v.Also(ctx, c.tx, c.row.CustomerID)
}
