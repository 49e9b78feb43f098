package payments

import (
	"context"
	"errors"
	"fmt"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/billing/invoices"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/money"
)

// Refundable is a payment of which money may be given back. Amounts are minor units.
type Refundable struct {
	stored
	// Received is what came in at the provider or the desk, without what the wallet paid.
	Received int64
	// Own tells that it came in at the business's own account.
	Own bool
}

// RefundedEvent is published when money of a payment was given back.
type RefundedEvent struct {
	PaymentID     id.ID  `json:"payment_id"`
	RefundID      id.ID  `json:"refund_id"`
	AppointmentID *id.ID `json:"appointment_id,omitempty"`
}

// EventName implements jobs.Event.
func (RefundedEvent) EventName() string { return "payment.refunded" }

// Paid is what the payment brought to the merchant and the platform, the wallet's
// part included: as much can be given back. What went to the wallet is not in it.
func (r Refundable) Paid() int64 {
	if r.Status != Completed && r.Status != Refunded {
		return 0
	}
	return r.Merchant + r.Fee
}

// Left is what can still be given back.
func (r Refundable) Left() int64 { return r.Paid() - r.RefundedAmount }

// Share is what a refund is made of, in minor units.
type Share struct {
	Amount  int64 // the customer gets
	Fee     int64 // of it, from the platform
	Tax     int64 // of it, the tax that was paid with the price
	Applied int64 // of it, what the appointment is no longer paid by
}

// Merchant is the part of the refund that the business bears.
func (s Share) Merchant() int64 { return s.Amount - s.Fee }

// Share divides a refund of at most Left. The platform gives its fee back in the
// proportion in which the payment is; several refunds of the whole give back the
// whole fee, whatever was rounded on the way.
func (r Refundable) Share(amount int64) (Share, error) {
	paid, after := r.Paid(), r.RefundedAmount+amount
	if amount <= 0 || after > paid {
		return Share{}, fmt.Errorf("refund %d of a payment of which %d is left", amount, r.Left())
	}
	fee := min(max(money.Part(r.Fee, after, paid)-r.RefundedFee, 0), amount)
	if r.AppointmentID == nil { // the price of no appointment: tax goes back in proportion
		tax := min(max(money.Part(r.Tax, after, paid)-r.RefundedTax, 0), amount-fee)
		return Share{Amount: amount, Fee: fee, Tax: tax}, nil
	}
	// What is neither fee nor surplus falls to price and tax, as they were paid.
	due, sofar := r.due(after, r.RefundedFee+fee), r.due(r.RefundedAmount, r.RefundedFee)
	tax := min(max(money.Part(r.Tax, due, r.Applied+r.Tax)-r.RefundedTax, 0), due-sofar)
	return Share{Amount: amount, Fee: fee, Tax: tax, Applied: due - sofar - tax}, nil
}

// Surplus is what it brought beyond the price and the tax: the fee where the customer bore
// it, or what came in at the business's own account without being due.
func (r Refundable) Surplus() int64 { return r.Paid() - r.Applied - r.Tax }

// ShareOfPrice is the Share that takes a part of what the appointment is paid by, with
// the fee that belongs to it. It returns less where less is left.
func (r Refundable) ShareOfPrice(price int64) Share {
	before := r.RefundedAmount - r.RefundedTax // of the price
	if r.Surplus() == r.Fee {
		before -= r.RefundedFee // which the customer bore
	}
	price = min(price, r.Applied-before)
	if price <= 0 {
		return Share{}
	}
	s := Share{Applied: price, Fee: min(max(money.Part(r.Fee, before+price, r.Applied)-r.RefundedFee, 0), r.Fee-r.RefundedFee)}
	s.Tax = min(max(money.Part(r.Tax, before+price, r.Applied)-r.RefundedTax, 0), r.Tax-r.RefundedTax)
	s.Amount = price + s.Tax
	if r.Surplus() > 0 && r.Surplus() == r.Fee {
		s.Amount += s.Fee
	}
	s.Amount = min(s.Amount, r.Left())
	s.Fee = min(s.Fee, s.Amount)
	return s
}

// due is how much of what was given back, with a fee in it, was of the price and its tax.
// Where the customer bore the fee, the fee is not; nor is what the business got without
// being owed it, which goes back first.
func (r Refundable) due(given, fee int64) int64 {
	switch surplus := r.Surplus(); {
	case surplus <= 0:
		return given
	case surplus == r.Fee:
		return given - fee
	default:
		return max(0, given-surplus)
	}
}

// FindRefundable reads a payment; ErrNotFound if there is none.
func FindRefundable(ctx context.Context, tx *db.Tx, payment id.ID) (Refundable, error) {
	return refundable(db.One[refundableRow](ctx, tx, `
		SELECT `+columns+`, p.total_amount AS received, coalesce(i.gateway_id IS NOT NULL, false) AS own
		FROM payments p
		LEFT JOIN invoices i ON i.tenant_id = $1 AND i.id = p.invoice_id
		WHERE p.tenant_id = $1 AND p.id = $2`, tx.Tenant(), payment))
}

// LockRefundable is FindRefundable for those who give back. The caller has locked the
// appointment.
func LockRefundable(ctx context.Context, tx *db.Tx, payment id.ID) (Refundable, error) {
	return refundable(db.One[refundableRow](ctx, tx, `
		SELECT `+columns+`, p.total_amount AS received, coalesce(i.gateway_id IS NOT NULL, false) AS own
		FROM payments p
		LEFT JOIN invoices i ON i.tenant_id = $1 AND i.id = p.invoice_id
		WHERE p.tenant_id = $1 AND p.id = $2
		FOR UPDATE OF p`, tx.Tenant(), payment))
}

// LockRefundablesOf reads the payments of an appointment of which something is left, the
// oldest first, and locks them. The caller has locked the appointment.
func LockRefundablesOf(ctx context.Context, tx *db.Tx, appointment id.ID) ([]Refundable, error) {
	rows, err := db.All[refundableRow](ctx, tx, `
		SELECT `+columns+`, p.total_amount AS received, coalesce(i.gateway_id IS NOT NULL, false) AS own
		FROM payments p
		LEFT JOIN invoices i ON i.tenant_id = $1 AND i.id = p.invoice_id
		WHERE p.tenant_id = $1 AND p.appointment_id = $2 AND p.payment_type = 'appointment' AND p.status = 'completed'
		ORDER BY p.created_at, p.id
		FOR UPDATE OF p`, tx.Tenant(), appointment)
	out := make([]Refundable, 0, len(rows))
	for _, r := range rows {
		if found := Refundable(r); found.Left() > 0 {
			out = append(out, found)
		}
	}
	return out, err
}

type refundableRow struct {
	stored
	Received int64 `db:"received"`
	Own      bool  `db:"own"`
}

func refundable(r refundableRow, err error) (Refundable, error) {
	if errors.Is(err, db.ErrNotFound) {
		err = ErrNotFound
	}
	return Refundable(r), err
}

// Reserve queues that a share of a locked payment is on its way back.
func (r *Refundable) Reserve(tx *db.Tx, who access.Actor, s Share) {
	r.change(tx, who, "payment.refund_started", func() { r.add(s.Amount, s.Fee, s.Tax) })
}

// Release queues that a reserved share was not given back after all.
func (r *Refundable) Release(tx *db.Tx, who access.Actor, s Share) {
	r.change(tx, who, "payment.refund_failed", func() { r.add(-s.Amount, -s.Fee, -s.Tax) })
}

func (r *Refundable) add(amount, fee, tax int64) {
	r.RefundedAmount, r.RefundedFee, r.RefundedTax = r.RefundedAmount+amount, r.RefundedFee+fee, r.RefundedTax+tax
}

// Conclude queues that a reserved refund was given. The payment becomes Refunded once
// all of it was: given is what all refunds so far gave, this one included.
func (r *Refundable) Conclude(tx *db.Tx, who access.Actor, refund id.ID, given int64) {
	if given >= r.Paid() {
		r.change(tx, who, "payment.refunded", func() { r.Status = Refunded })
	}
	jobs.Publish(tx, RefundedEvent{PaymentID: r.ID, RefundID: refund, AppointmentID: r.AppointmentID})
}

func (r *Refundable) change(tx *db.Tx, who access.Actor, action string, apply func()) {
	before := auditOf(r.stored)
	apply()
	tx.Expect(1, "payments_changed", `
		UPDATE payments
		SET status = $3, refunded_amount = $4, refunded_fee = $5, updated_at = $6, refunded_tax = $7
		WHERE tenant_id = $1 AND id = $2
		RETURNING 1`, tx.Tenant(), r.ID, string(r.Status), r.RefundedAmount, r.RefundedFee, tx.Now(), r.RefundedTax)
	audit.Record(tx, who, action, "payment", r.ID, before, auditOf(r.stored))
}

// RefunderOf is the provider that a payment was made at, if it can give money back:
// ErrNoRefunds where it cannot, or where the payment was not made at one.
func (o *Operations) RefunderOf(ctx context.Context, tenant id.ID, r Refundable) (Refunder, error) {
	var found Refunder
	err := o.db.View(ctx, tenant, func(tx *db.Tx) (err error) {
		found, err = o.RefunderWithin(ctx, tx, r)
		return err
	})
	return found, err
}

// RefunderWithin is RefunderOf in a transaction, where it may be found and not asked.
func (o *Operations) RefunderWithin(ctx context.Context, tx *db.Tx, r Refundable) (Refunder, error) {
	if r.Provider == Manual || r.ProviderID == nil || r.InvoiceID == nil {
		return nil, ErrNoRefunds
	}
	s, err := invoices.Load(ctx, tx, *r.InvoiceID)
	if err != nil {
		return nil, err
	}
	gateway, err := o.within(ctx, tx, s)
	if err != nil {
		return nil, err
	}
	refunder, ok := gateway.(Refunder)
	if !ok {
		return nil, ErrNoRefunds
	}
	return refunder, nil
}
