package refunds

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/billing/ledger"
	"reserva/internal/billing/payments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// ReturnPrice gives a part of an appointment's price back to the customer's wallet, with
// the platform's fee on it, from payments that the caller has locked with their
// appointment: the newest first, so that a deposit stays longest. It returns how much of
// the price could not be found in them. A transaction of a business whose earnings do not
// cover it ends with a db.Violation of ledger.InsufficientConstraint.
func ReturnPrice(ctx context.Context, tx *db.Tx, who access.Actor, paid []payments.Refundable, price int64, reason string) (int64, error) {
	var movements []ledger.Movement
	for i := len(paid) - 1; i >= 0 && price > 0; i-- {
		p := paid[i]
		share := p.ShareOfPrice(price)
		if share.Amount <= 0 || p.CustomerID == nil || p.AppointmentID == nil {
			continue
		}
		r := row{
			ID: id.NewAt(tx.Now()), PaymentID: p.ID, AppointmentID: p.AppointmentID, CustomerID: *p.CustomerID, Amount: share.Amount,
			Fee: share.Fee, Tax: share.Tax, Applied: share.Applied, Currency: p.Currency, Method: ToWallet, Reason: reason, RequestedBy: "system", CreatedAt: tx.Now(),
		}
		movements = append(movements, movementOf(p, r, share))
		r.decide(who, tx.Now(), Completed, "")
		if err := conclude(ctx, tx, who, &p, &r, &share); err != nil {
			return price, err
		}
		insert(tx, r)
		audit.Record(tx, who, "refund.completed", "refund", r.ID, nil, auditOf(r))
		if err := fitRequest(ctx, tx, who, r, p.Left()); err != nil {
			return price, err
		}
		price -= share.Applied
	}
	for _, m := range movements { // last, since they lock balances
		if err := ledger.Post(tx, m); err != nil {
			return price, err
		}
	}
	return price, nil
}
