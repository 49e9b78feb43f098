package refunds

import (
	"context"
	"errors"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/billing/ledger"
	"reserva/internal/billing/payments"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Order is the business's wish to give money back.
type Order struct {
	Amount *money.Decimal `json:"amount,omitempty" example:"150000" doc:"What the customer gets; all that is left of the payment when absent."`
	Reason string         `json:"reason" minLength:"1" maxLength:"500" example:"The massage was cut short"`
	Method Method         `json:"method" enum:"wallet,manual,gateway" example:"manual" doc:"To the customer's wallet, by hand, or by the payment provider where it can."`
}

// Approval is the business's yes to a request.
type Approval struct {
	Amount *money.Decimal `json:"amount,omitempty" example:"150000" doc:"What the customer gets; what was asked for when absent."`
	Method Method         `json:"method" enum:"wallet,manual,gateway" example:"manual" doc:"To the customer's wallet, by hand, or by the payment provider where it can."`
	Notes  string         `json:"notes,omitempty" maxLength:"500" example:"As agreed on the phone"`
}

// Rejection is the business's no to a request.
type Rejection struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500" example:"The visit took place"`
}

// Give gives money of a payment back without being asked; where as much was asked for, that
// request is decided by it. Faults: payments.ErrNotFound,
// ErrNotRefundable, ErrTooMuch, ErrNotCovered, payments.ErrNoRefunds, payments.ErrNoProvider,
// ErrRefused.
func (o *Operations) Give(ctx context.Context, who access.Staff, payment id.ID, in Order) (Refund, error) {
	reason, err := reasonOf(in.Reason)
	if err != nil {
		return Refund{}, err
	}
	var r row
	err = o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		p, err := lockPayment(ctx, tx, who, payment)
		if err != nil {
			return err
		}
		amount, err := wanted(p, in.Amount)
		if err != nil {
			return err
		}
		open, err := openRequest(ctx, tx, payment)
		if err != nil {
			return err
		}
		if r = open.Value; open.Found && r.Amount <= amount { // it gives what was asked for
			before := auditOf(r)
			r.Amount, r.Method = amount, in.Method
			return o.give(ctx, tx, who, p, &r, before, reason, update)
		}
		r = row{
			ID: id.NewAt(tx.Now()), PaymentID: payment, AppointmentID: p.AppointmentID, CustomerID: *p.CustomerID,
			Amount: amount, Currency: p.Currency, Method: in.Method, Reason: reason, RequestedBy: "staff", CreatedAt: tx.Now(),
		}
		return o.give(ctx, tx, who, p, &r, nil, "", insert)
	})
	return o.after(ctx, who.Tenant, r, err)
}

// Approve gives a customer back what they asked for, or a part of it. Faults as of Give,
// ErrNotFound and ErrDecided.
func (o *Operations) Approve(ctx context.Context, who access.Staff, refund id.ID, in Approval) (Refund, error) {
	var r row
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		p, err := o.lockRequest(ctx, tx, who, refund, &r)
		if err != nil {
			return err
		}
		asked := in.Amount
		if asked == nil {
			d, err := money.ParseDecimal(money.Number{Minor: r.Amount, Currency: r.Currency}.String())
			if err != nil {
				return err
			}
			asked = &d
		}
		amount, err := wanted(p, asked)
		if err != nil {
			return err
		}
		before := auditOf(r)
		r.Amount, r.Method = amount, in.Method
		return o.give(ctx, tx, who, p, &r, before, in.Notes, update)
	})
	return o.after(ctx, who.Tenant, r, err)
}

// Reject tells a customer that they get nothing back. Faults: ErrNotFound, ErrDecided.
func (o *Operations) Reject(ctx context.Context, who access.Staff, refund id.ID, in Rejection) (Refund, error) {
	reason, err := reasonOf(in.Reason)
	if err != nil {
		return Refund{}, err
	}
	var r row
	err = o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		if _, err := o.lockRequest(ctx, tx, who, refund, &r); err != nil {
			return err
		}
		before := auditOf(r)
		r.decide(who, tx.Now(), Rejected, reason)
		update(tx, r)
		audit.Record(tx, who, "refund.rejected", "refund", r.ID, before, auditOf(r))
		return tell(ctx, tx, r)
	})
	return r.view(), err
}

// lockPayment locks a payment of an appointment that who may see, and the appointment
// before it.
func lockPayment(ctx context.Context, tx *db.Tx, who access.Actor, payment id.ID) (payments.Refundable, error) {
	p, err := payments.FindRefundable(ctx, tx, payment)
	if err != nil {
		return p, err
	}
	if p.AppointmentID != nil {
		_, err := appointments.DueFor(ctx, tx, who, *p.AppointmentID)
		if errors.Is(err, appointments.ErrNotFound) {
			err = payments.ErrNotFound
		}
		if err != nil {
			return p, err
		}
	}
	return payments.LockRefundable(ctx, tx, payment)
}

// lockRequest locks a request that nobody has decided, with its payment.
func (o *Operations) lockRequest(ctx context.Context, tx *db.Tx, who access.Actor, refund id.ID, r *row) (payments.Refundable, error) {
	found, err := load(ctx, tx, refund)
	if err != nil {
		return payments.Refundable{}, err
	}
	p, err := lockPayment(ctx, tx, who, found.PaymentID)
	if errors.Is(err, payments.ErrNotFound) {
		err = ErrNotFound
	}
	if err != nil {
		return p, err
	}
	if *r, err = lock(ctx, tx, refund); err != nil {
		return p, err
	}
	if r.Status != Requested {
		return p, ErrDecided
	}
	return p, nil
}

// give queues all that a refund does; save stores it, before is what it was. One at the provider is set aside
// here, and sent when the transaction has committed.
func (o *Operations) give(ctx context.Context, tx *db.Tx, who access.Actor, p payments.Refundable, r *row, before any, note string,
	save func(*db.Tx, row)) error {
	share, err := p.Share(r.Amount)
	if err != nil {
		return err
	}
	movement, reserved := movementOf(p, *r, share), p.RefundedAmount
	r.Fee, r.Tax, r.Applied = share.Fee, share.Tax, share.Applied
	if r.Method == AtGateway {
		if err := o.setAside(ctx, tx, who, p, r, share, note); err != nil {
			return err
		}
	} else {
		r.decide(who, tx.Now(), Completed, note)
		if err := conclude(ctx, tx, who, &p, r, &share); err != nil {
			return err
		}
	}
	save(tx, *r)
	audit.Record(tx, who, "refund."+string(r.Status), "refund", r.ID, before, auditOf(*r))
	if err := fitRequest(ctx, tx, who, *r, p.Paid()-reserved-r.Amount); err != nil {
		return err
	}
	if len(movement.Entries) == 0 {
		return nil
	}
	return ledger.Post(tx, movement)
}

// conclude queues what a refund that was given does to its payment and appointment,
// and tells the customer. A share that was not reserved before is reserved now.
func conclude(ctx context.Context, tx *db.Tx, who access.Actor, p *payments.Refundable, r *row, unreserved *payments.Share) error {
	now := tx.Now()
	r.Status, r.CompletedAt, r.SendingUntil = Completed, &now, nil
	sofar, err := given(ctx, tx, r.PaymentID)
	if err != nil {
		return err
	}
	if r.Applied > 0 {
		if _, err := appointments.RefundPayment(ctx, tx, who, *r.AppointmentID, r.Applied); err != nil {
			return err
		}
	}
	if unreserved != nil {
		p.Reserve(tx, who, *unreserved)
	}
	p.Conclude(tx, who, r.ID, sofar+r.Amount)
	return tell(ctx, tx, *r)
}

// after sends what was set aside, and names what a transaction was refused for.
func (o *Operations) after(ctx context.Context, tenant id.ID, r row, err error) (Refund, error) {
	var violation *db.Violation
	if errors.As(err, &violation) && violation.Constraint == ledger.InsufficientConstraint {
		return Refund{}, ErrNotCovered
	}
	if err != nil || r.Status != Approved {
		return r.view(), err
	}
	return o.sendNow(ctx, tenant, r)
}
