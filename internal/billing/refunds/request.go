package refunds

import (
	"context"
	"strings"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/billing/payments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Request is a customer's wish to get money back.
type Request struct {
	Amount *money.Decimal `json:"amount,omitempty" example:"150000" doc:"All that is left of the payment when absent."`
	Reason string         `json:"reason" minLength:"1" maxLength:"500" example:"I am ill"`
}

// Asked is the answer to a Request.
type Asked struct {
	RefundID id.ID  `json:"refund_id"`
	Status   Status `json:"status" enum:"requested"`
	Refund   Refund `json:"refund"`
}

// Ask stores that a customer wants money of a payment back. Nothing moves until the
// business decides. Faults: payments.ErrNotFound, ErrNotRefundable, ErrTooMuch,
// ErrRequested.
func (o *Operations) Ask(ctx context.Context, who access.Customer, payment id.ID, in Request) (Asked, error) {
	reason, err := reasonOf(in.Reason)
	if err != nil {
		return Asked{}, err
	}
	var r row
	err = o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		p, err := payments.FindRefundable(ctx, tx, payment)
		if err != nil {
			return err
		}
		if p.CustomerID == nil || *p.CustomerID != who.ID {
			return payments.ErrNotFound
		}
		// Not while the business gives it back: what is left is asked for.
		if p, err = lockPayment(ctx, tx, access.System{Job: "refunds"}, payment); err != nil {
			return err
		}
		amount, err := wanted(p, in.Amount)
		if err != nil {
			return err
		}
		r = row{
			ID: id.NewAt(tx.Now()), PaymentID: payment, AppointmentID: p.AppointmentID, CustomerID: who.ID, Status: Requested,
			Amount: amount, Currency: p.Currency, Reason: reason, RequestedBy: "customer", CreatedAt: tx.Now(),
		}
		insert(tx, r)
		audit.Record(tx, who, "refund.requested", "refund", r.ID, nil, auditOf(r))
		return nil
	})
	if db.IsConflict(err, oneRequest) {
		err = ErrRequested
	}
	return Asked{RefundID: r.ID, Status: r.Status, Refund: r.view()}, err
}

// wanted is the amount of a refund in minor units: what is asked for, or all that is left.
func wanted(p payments.Refundable, asked *money.Decimal) (int64, error) {
	left := p.Left()
	if p.Kind != payments.ForAppointment || p.CustomerID == nil || left <= 0 {
		return 0, ErrNotRefundable
	}
	if asked == nil {
		return left, nil
	}
	amount, err := asked.NonNegativeMinor(p.Currency)
	switch {
	case err != nil || amount == 0:
		return 0, fault.InvalidField("amount", "must be greater than 0 and an amount of the payment's currency")
	case amount > left:
		return 0, ErrTooMuch.WithExtra(map[string]any{"refundable_amount": money.Number{Minor: left, Currency: p.Currency}})
	}
	return amount, nil
}

func reasonOf(raw string) (string, error) {
	reason := strings.TrimSpace(raw)
	if reason == "" {
		return "", fault.InvalidField("reason", "Say why.")
	}
	return reason, nil
}
