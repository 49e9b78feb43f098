package appointments

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// ErrOverpaid is a payment beyond what is still due.
var ErrOverpaid = fault.New(fault.BadRequest, "appointment.overpaid", "The amount is more than what is still due.")

// Due is what billing has to know of an appointment that somebody wants to pay.
type Due struct {
	Appointment Appointment
	Customer    id.ID
	Total, Paid int64
	Currency    money.Currency
	Status      Status
}

// Remaining is what is still to be paid, in minor units.
func (d Due) Remaining() int64 { return d.Total - d.Paid }

// DueFor locks an appointment that who may see, and tells what is due. The lock
// keeps two payments from both being the last.
func DueFor(ctx context.Context, tx *db.Tx, who access.Actor, appointment id.ID) (Due, error) {
	r, lines, err := lock(ctx, tx, appointment)
	if err != nil {
		return Due{}, err
	}
	if err := visible(ctx, tx, who, r, lines); err != nil {
		return Due{}, err
	}
	if r.offered(tx.Now()) {
		return Due{}, ErrOffered
	}
	return Due{
		Appointment: view(r, lines, tx.Now()), Customer: r.CustomerID, Total: r.TotalPrice, Paid: r.PaidAmount,
		Currency: money.Currency(r.Currency), Status: r.effective(tx.Now()),
	}, nil
}

// PaymentOutcome says what a payment did to its appointment.
type PaymentOutcome struct {
	Appointment Appointment
	// Applied is false where the appointment had ended before the money came.
	Applied bool
}

// ApplyPayment tells an appointment what was paid: an amount in minor units of the
// price, without fees. A pending appointment that is then paid in full is
// confirmed. An appointment that is cancelled, or whose time was given away
// meanwhile, takes no money: Applied is false, and the caller keeps it for the
// customer. More than is due is ErrOverpaid.
func ApplyPayment(ctx context.Context, tx *db.Tx, who access.Actor, appointment id.ID, amount int64) (PaymentOutcome, error) {
	c, err := begin(ctx, tx, access.System{Job: "payment"}, appointment)
	if err != nil {
		return PaymentOutcome{}, err
	}
	c.who = who
	r := c.row
	if r.effective(tx.Now()) == Cancelled || r.lapsed(tx.Now()) || r.offered(tx.Now()) {
		return PaymentOutcome{Appointment: view(r, c.lines, tx.Now())}, nil
	}
	if amount > r.TotalPrice-r.PaidAmount {
		return PaymentOutcome{}, ErrOverpaid
	}
	r.PaidAmount += amount
	r.PaymentStatus = PaymentPartiallyPaid
	if r.PaidAmount == r.TotalPrice {
		r.PaymentStatus = PaymentPaid
	}
	if r.PaymentStatus == PaymentPaid && r.Status == Pending {
		if err := c.confirm(); err != nil {
			return PaymentOutcome{}, err
		}
		return PaymentOutcome{Appointment: c.end("appointment.paid", ConfirmedEvent{AppointmentID: r.ID}), Applied: true}, nil
	}
	return PaymentOutcome{Appointment: c.end("appointment.paid", nil), Applied: true}, nil
}
