package refunds

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/billing/payments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// AskFor asks the business on a customer's behalf to give a part of an appointment's price
// back, from payments that the caller has locked: once for each payment, whatever becomes
// of it. Where the customer has asked for a smaller part already, that request is raised.
func AskFor(ctx context.Context, tx *db.Tx, who access.Actor, paid []payments.Refundable, price int64, reason string) error {
	for i := len(paid) - 1; i >= 0 && price > 0; i-- {
		share := paid[i].ShareOfPrice(price)
		if share.Amount <= 0 {
			continue
		}
		price -= share.Applied
		if err := askOnce(ctx, tx, who, paid[i], share.Amount, reason); err != nil {
			return err
		}
	}
	return nil
}

// surplusText is why a refund is asked for that nobody asked for.
const surplusText = "It was paid when nothing was due any more."

// AskForSurplus asks the business to give back what came in at its own account without
// being due.
func (o *Operations) AskForSurplus(ctx context.Context, tenant, payment id.ID) error {
	who := access.System{Job: "refunds"}
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		p, err := lockPayment(ctx, tx, who, payment)
		if err != nil {
			return err
		}
		return askOnce(ctx, tx, who, p, min(p.Surplus(), p.Left()), surplusText)
	})
}

// askOnce asks for an amount of a payment that the caller has locked, in its customer's name.
func askOnce(ctx context.Context, tx *db.Tx, who access.Actor, p payments.Refundable, amount int64, reason string) error {
	if amount <= 0 || p.CustomerID == nil {
		return nil
	}
	before := db.QueueOne[bool](tx, `
		SELECT true
		FROM refunds
		WHERE tenant_id = $1 AND payment_id = $2 AND requested_by = 'system'
		LIMIT 1`, tx.Tenant(), p.ID)
	open, err := openRequest(ctx, tx, p.ID)
	if err != nil || before.Found {
		return err
	}
	if r := open.Value; open.Found {
		if was := auditOf(r); r.Amount < amount {
			r.Amount = amount
			update(tx, r)
			audit.Record(tx, who, "refund.raised", "refund", r.ID, was, auditOf(r))
		}
		return nil
	}
	r := row{
		ID: id.NewAt(tx.Now()), PaymentID: p.ID, CustomerID: *p.CustomerID, Status: Requested, Amount: amount,
		Currency: p.Currency, Reason: reason, RequestedBy: "system",
	}
	insert(tx, r)
	audit.Record(tx, who, "refund.requested", "refund", r.ID, nil, auditOf(r))
	return nil
}

// openRequest reads the request for a payment that nobody has decided, and locks it. The
// caller has locked the payment.
func openRequest(ctx context.Context, tx *db.Tx, payment id.ID) (*db.Result[row], error) {
	open := db.QueueOne[row](tx, `SELECT `+columns+fromRefunds+`
		WHERE r.tenant_id = $1 AND r.payment_id = $2 AND r.status = 'requested'
		FOR UPDATE OF r`, tx.Tenant(), payment)
	return open, tx.Flush(ctx)
}

// givenText is why a request ends that nobody decided.
const givenText = "The money was given back otherwise."

// fitRequest keeps a request from asking for more than a refund has left of its payment,
// which nobody could approve: it asks for that, or ends where nothing is left.
func fitRequest(ctx context.Context, tx *db.Tx, who access.Actor, given row, left int64) error {
	open, err := openRequest(ctx, tx, given.PaymentID)
	r := open.Value
	if err != nil || !open.Found || r.ID == given.ID || r.Amount <= left {
		return err
	}
	before := auditOf(r)
	if left <= 0 {
		r.decide(who, tx.Now(), Rejected, givenText)
	} else {
		r.Amount = left
	}
	update(tx, r)
	audit.Record(tx, who, "refund.lowered", "refund", r.ID, before, auditOf(r))
	return nil
}

// UnderWay is how much of an appointment's price is on its way back at the provider. The
// caller has locked the appointment.
func UnderWay(ctx context.Context, tx *db.Tx, appointment id.ID) (int64, error) {
	return db.One[int64](ctx, tx, `
		SELECT coalesce(sum(r.applied_amount), 0)::bigint
		FROM refunds r
		JOIN payments p ON p.tenant_id = $1 AND p.id = r.payment_id
		WHERE r.tenant_id = $1 AND p.appointment_id = $2 AND r.status = 'approved'`, tx.Tenant(), appointment)
}
