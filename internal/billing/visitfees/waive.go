package visitfees

import (
	"context"
	"errors"
	"strings"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/billing/invoices"
	"reserva/internal/billing/ledger"
	"reserva/internal/billing/payments"
	"reserva/internal/billing/refunds"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// Waiver is why a business does without a fee.
type Waiver struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500" example:"There was a storm"`
}

// Waive does without a fee: what was kept goes to the customer's wallet, and the invoice
// is cancelled. Faults: ErrNotFound, ErrWaived, ErrPaid, refunds.ErrNotCovered.
func (o *Operations) Waive(ctx context.Context, who access.Staff, fee id.ID, in Waiver) (Fee, error) {
	reason := strings.TrimSpace(in.Reason)
	if reason == "" {
		return Fee{}, fault.InvalidField("reason", "Say why.")
	}
	var r row
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		paid, err := lockFee(ctx, tx, who, fee, &r)
		if err != nil {
			return err
		}
		before, now, by := auditOf(r), tx.Now(), who.UserID
		if err := withdraw(ctx, tx, who, r); err != nil {
			return err
		}
		r.WaivedAt, r.WaivedBy, r.WaiveReason = &now, &by, reason
		tx.Expect(1, "visit_fees_changed", `
			UPDATE visit_fees
			SET waived_at = $3, waived_by = $4, waive_reason = $5, updated_at = $3
			WHERE tenant_id = $1 AND id = $2 AND waived_at IS NULL
			RETURNING 1`, tx.Tenant(), r.ID, now, by, reason)
		audit.Record(tx, who, "visit_fee.waived", "visit_fee", r.ID, before, auditOf(r))
		_, err = refunds.ReturnPrice(ctx, tx, who, paid, r.Kept, "The fee for "+named(r.Kind)+" was waived.")
		return err
	})
	var violation *db.Violation
	if errors.As(err, &violation) && violation.Constraint == ledger.InsufficientConstraint {
		err = refunds.ErrNotCovered
	}
	return r.view(invoices.ReaderOf(&who, nil)), err
}

// lockFee locks a fee that may be waived, after its appointment and the payments of that.
func lockFee(ctx context.Context, tx *db.Tx, who access.Staff, fee id.ID, r *row) ([]payments.Refundable, error) {
	known, err := load(ctx, tx, fee)
	if err != nil {
		return nil, err
	}
	if _, err := appointments.DueFor(ctx, tx, who, known.AppointmentID); errors.Is(err, appointments.ErrNotFound) {
		return nil, ErrNotFound
	} else if err != nil {
		return nil, err
	}
	paid, err := payments.LockRefundablesOf(ctx, tx, known.AppointmentID)
	if err != nil {
		return nil, err
	}
	if *r, err = load(ctx, tx, fee); err != nil { // the appointment's lock is the fee's as well
		return nil, err
	}
	switch r.status() {
	case "waived":
		return nil, ErrWaived
	case "paid":
		return nil, ErrPaid
	}
	return paid, nil
}

// withdraw cancels the invoice over a fee; ErrPaid where it was paid at this moment.
func withdraw(ctx context.Context, tx *db.Tx, who access.Actor, r row) error {
	if r.InvoiceID == nil {
		return nil
	}
	s, err := invoices.Lock(ctx, tx, *r.InvoiceID)
	switch {
	case err != nil:
		return err
	case s.Status == invoices.Paid || s.AmountPaid > 0:
		return ErrPaid
	case !s.Status.Open():
		return nil
	}
	audit.Record(tx, who, "invoice.cancelled", "invoice", s.ID, s.Entry(s.Status), s.Entry(invoices.Cancelled))
	return invoices.Cancel(tx, s)
}
