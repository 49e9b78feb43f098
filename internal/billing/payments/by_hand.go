package payments

import (
	"context"
	"errors"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/billing/invoices"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// Faults of ending an invoice by hand.
var (
	ErrInvoicePaid      = fault.New(fault.Conflict, "invoice.paid", "The invoice is paid.")
	ErrInvoiceCancelled = fault.New(fault.Conflict, "invoice.ended", "The invoice was cancelled.")
	ErrPaidInPart       = fault.New(fault.Conflict, "invoice.paid_in_part", "A part of the invoice is paid.")
	ErrOnlineOnly       = fault.New(fault.Conflict, "invoice.online_only", "A wallet is filled online only.")
	ErrPlatformBill     = fault.New(fault.Forbidden, "invoice.platform_bill", "Only the platform can say that its own bill is paid.")
)

// cancelWritten queues the end of a written invoice, which no payment belongs to. The
// caller has locked it.
func cancelWritten(tx *db.Tx, who access.Actor, s invoices.Stored) error {
	audit.Record(tx, who, "invoice.cancelled", "invoice", s.ID, s.Entry(s.Status), s.Entry(invoices.Cancelled))
	return invoices.Cancel(tx, s)
}

// noteOnWritten queues on the written invoice of an appointment that some of it was
// paid otherwise, of the price and of tax. Neither pays for the other, nor for more than the
// invoice asks for. The caller has locked it.
func noteOnWritten(tx *db.Tx, who access.Actor, s invoices.Stored, price, tax int64) error {
	tax = min(tax, s.Tax-s.TaxPaid)
	paid := min(price, s.Total-s.Tax-(s.AmountPaid-s.TaxPaid)) + tax
	if s.AmountPaid+paid < s.Total {
		invoices.NotePart(tx, s, paid, tax)
		return nil
	}
	audit.Record(tx, who, "invoice.paid", "invoice", s.ID, s.Entry(s.Status), s.Entry(invoices.Paid))
	return invoices.MarkPaid(tx, s, invoices.Provider{}, nil)
}

// CancelInvoice ends an invoice that nobody has paid; it keeps its number. An open
// payment link is withdrawn with it. Faults: invoices.ErrNotFound, ErrInvoicePaid,
// ErrInvoiceCancelled, ErrPaidInPart.
func (o *Operations) CancelInvoice(ctx context.Context, who access.Staff, invoice id.ID) error {
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		s, err := o.lockWith(ctx, tx, who, invoice)
		if err != nil {
			return err
		}
		switch {
		case s.Status == invoices.Paid:
			return ErrInvoicePaid
		case s.Status == invoices.Cancelled:
			return ErrInvoiceCancelled
		case s.AmountPaid > 0:
			return ErrPaidInPart
		}
		if !s.Written {
			audit.Record(tx, who, "invoice.cancelled", "invoice", s.ID, s.Entry(s.Status), s.Entry(invoices.Cancelled))
		}
		return drop(ctx, tx, who, s, Cancelled, "the invoice was cancelled")
	})
}

// lockWith locks an invoice that the user may see, after its appointment.
func (o *Operations) lockWith(ctx context.Context, tx *db.Tx, who access.Staff, invoice id.ID) (invoices.Stored, error) {
	s, err := invoices.Load(ctx, tx, invoice)
	if err != nil {
		return s, err
	}
	if s.AppointmentID != nil {
		if _, err := appointments.DueFor(ctx, tx, who, *s.AppointmentID); errors.Is(err, appointments.ErrNotFound) {
			return s, invoices.ErrNotFound
		} else if err != nil {
			return s, err
		}
	}
	return invoices.Lock(ctx, tx, invoice)
}
