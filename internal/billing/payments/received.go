package payments

import (
	"context"
	"errors"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/billing/invoices"
	"reserva/internal/billing/ledger"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/money"
	"reserva/internal/kit/text"
)

// Received is how an invoice was paid without the payment provider.
type Received struct {
	PaymentMethod string `json:"payment_method" enum:"cash,pos_terminal,bank_transfer"`
	ReceiptNumber string `json:"receipt_number,omitempty" maxLength:"100" example:"R-1042"`
	Notes         string `json:"notes,omitempty" maxLength:"500"`
}

// MarkInvoicePaid notes that all that was left of an invoice was paid to the business
// itself, with the payment and the ledger's movement as for money taken at the desk. The
// page of a payment link is withdrawn first; if it was paid meanwhile, that counts
// instead. Faults: invoices.ErrNotFound, ErrInvoicePaid, ErrInvoiceCancelled, ErrEnded,
// ErrPlatformBill, ErrOnlineOnly, ErrProvider, ErrNoProvider, invoices.ErrBeingMade.
func (o *Operations) MarkInvoicePaid(ctx context.Context, who access.Staff, invoice id.ID, in Received) error {
	receipt, err := text.Line(in.ReceiptNumber)
	if err != nil {
		return fault.InvalidField("receipt_number", "must be a single line")
	}
	in.ReceiptNumber = receipt
	if err := o.closePage(db.WithClaim(ctx, nil), who, invoice); err != nil {
		return err
	}
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		s, err := o.lockWith(ctx, tx, who, invoice)
		if err != nil {
			return err
		}
		if err := receivable(who, s); err != nil {
			return err
		}
		applied, err := applyReceived(ctx, tx, who, s)
		if err != nil {
			return err
		}
		return receive(ctx, tx, who, s, applied, in)
	})
}

func receivable(who access.Staff, s invoices.Stored) error {
	switch {
	case s.Status == invoices.Paid:
		return ErrInvoicePaid
	case s.Status == invoices.Cancelled:
		return ErrInvoiceCancelled
	case s.Status == invoices.Draft && !s.Written:
		return invoices.ErrBeingMade
	case s.Type.OfPlatform() && who.Role != access.SuperAdmin:
		return ErrPlatformBill
	case s.Type == invoices.ForTopUp:
		return ErrOnlineOnly
	}
	return nil
}

// taxWithin is how much of what is paid of a written invoice is the business's tax.
func taxWithin(s invoices.Stored) int64 {
	if s.Type.OfPlatform() {
		return 0
	}
	return s.TaxDue()
}

// applyReceived tells the invoice's appointment what was paid of its price, and returns
// it: taxes and fees are beyond it.
func applyReceived(ctx context.Context, tx *db.Tx, who access.Staff, s invoices.Stored) (int64, error) {
	if s.AppointmentID == nil {
		return 0, nil
	}
	due, err := appointments.DueFor(ctx, tx, who, *s.AppointmentID)
	if err != nil {
		return 0, err
	}
	paid := s.Due() - taxWithin(s)
	if !s.Written {
		paid = s.Subtotal // what the wallet has put aside included
	}
	paid = min(paid, due.Remaining())
	switch {
	case due.Status == appointments.Cancelled:
		return 0, ErrEnded
	case paid <= 0:
		return 0, nil
	}
	out, err := appointments.ApplyPayment(ctx, tx, who, *s.AppointmentID, paid)
	if err == nil && !out.Applied {
		err = ErrEnded
	}
	return paid, err
}

// receive queues what was received; the ledger last. The fee of a link is for what is paid
// online, so none is on its invoice any more.
func receive(ctx context.Context, tx *db.Tx, who access.Staff, s invoices.Stored, applied int64, in Received) error {
	asked := s.Entry(s.Status)
	if !s.Written {
		s = s.WithoutFee()
	}
	now, recorder, received := tx.Now(), string(who.UserID), s.Total-s.AmountPaid
	p := stored{
		ID: id.NewAt(now), Kind: kindOf(s.Type), InvoiceID: &s.ID, AppointmentID: s.AppointmentID, CustomerID: s.CustomerID,
		Reference: s.Number, Description: "Invoice " + s.Number, Currency: s.Currency,
	}
	if !s.Written {
		var err error
		if p, err = lockOfInvoice(ctx, tx, s.ID); err != nil {
			return err
		}
	}
	before := auditOf(p)
	p.Status, p.PaidAt, p.RecordedBy, p.Method, p.Channel, p.Provider = Completed, &now, &recorder, in.PaymentMethod, "", Manual
	p.Receipt, p.Notes, p.Failure = in.ReceiptNumber, in.Notes, ""
	p.Base, p.Total, p.Merchant, p.Fee, p.FeeRate = received, received, received, 0, 0
	p.Applied = applied
	if s.Written {
		p.Tax = taxWithin(s)
		p.Base -= p.Tax
		if s.Type.OfPlatform() { // which has all of it
			p.Merchant = 0
		}
		insert(tx, p)
		audit.Record(tx, who, "payment.recorded", "payment", p.ID, nil, auditOf(p))
	} else {
		p.Base, p.Merchant = received+s.Discount, received+s.Discount
		p.Tax = money.Part(s.Tax, applied, s.Subtotal) // the rest of it is to be given back like what is paid twice
		p.Base -= p.Tax
		turnManual(tx, p)
		audit.Record(tx, who, "payment.recorded", "payment", p.ID, before, auditOf(p))
	}
	audit.Record(tx, who, "invoice.paid", "invoice", s.ID, asked, s.Entry(invoices.Paid))
	if err := invoices.MarkPaid(tx, s, invoices.Provider{}, nil); err != nil {
		return err
	}
	jobs.Publish(tx, CompletedEvent{PaymentID: p.ID, InvoiceID: &s.ID, AppointmentID: s.AppointmentID})
	return postReceived(tx, s, p, received)
}

// postReceived moves the money: to what the business took itself, or to the platform
// where it bills the business. What the wallet had put aside for a link is earned.
func postReceived(tx *db.Tx, s invoices.Stored, p stored, received int64) error {
	to := ledger.Takings
	if s.Type.OfPlatform() {
		to = ledger.Platform
	}
	m := ledger.Movement{Kind: ledger.Charge, Reference: string(p.ID), Entries: ledger.NoteTax(p.Tax, p.Currency)}
	if received > 0 {
		m.Entries = append(m.Entries,
			ledger.Entry{Account: ledger.Cash, Currency: s.Currency, Amount: -received},
			ledger.Entry{Account: to, Currency: s.Currency, Amount: received})
	}
	if !s.Written && s.Discount > 0 && s.CustomerID != nil {
		m.Entries = append(m.Entries,
			ledger.Entry{Account: ledger.Held(*s.CustomerID), Currency: s.Currency, Amount: -s.Discount},
			ledger.Entry{Account: ledger.Merchant, Currency: s.Currency, Amount: s.Discount})
	}
	if len(m.Entries) == 0 {
		return nil
	}
	return ledger.Post(tx, m)
}

// turnManual queues that the payment of a link, which its caller has locked, was made
// at the desk.
func turnManual(tx *db.Tx, p stored) {
	tx.Expect(1, "payments_changed", `
		UPDATE payments
		SET status = $3, base_amount = $4, platform_fee = 0, platform_fee_rate = 0, total_amount = $5, merchant_amount = $13, tax_amount = $12,
			payment_method = $6, payment_channel = '', payment_provider = 'manual', recorded_by = $7, receipt_number = $8,
			notes = $9, failure_reason = '', paid_at = $10, updated_at = $10, applied_amount = $11
		WHERE tenant_id = $1 AND id = $2
		RETURNING 1`,
		tx.Tenant(), p.ID, string(p.Status), p.Base, p.Total, p.Method, p.RecordedBy, p.Receipt, p.Notes, tx.Now(), p.Applied, p.Tax, p.Merchant)
}

// closePage removes the provider's page of an invoice before it is marked as paid, so
// that it is not paid twice: not where the provider cannot say that the page is gone.
func (o *Operations) closePage(ctx context.Context, who access.Staff, invoice id.ID) error {
	var s invoices.Stored
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		if s, err = o.lockWith(ctx, tx, who, invoice); err != nil {
			return err
		}
		return receivable(who, s)
	})
	if err != nil || s.PaperID == nil {
		return err
	}
	gateway, err := o.at(ctx, who.Tenant, s)
	if err != nil {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, gatewayTimeout)
	defer cancel()
	err = gateway.Withdraw(bounded, who.Tenant, *s.PaperID)
	switch {
	case errors.Is(err, ErrPaidAlready):
		_, err = o.Settle(ctx, who.Tenant, invoice, Hint{})
	case err != nil:
		err = ErrProvider.WithCause(err)
	}
	return err
}
