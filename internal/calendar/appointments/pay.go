package appointments

import (
	"context"
	"time"

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
	// Prepayment is how much of the price has to be paid before the appointment stands.
	Prepayment int64
	// Fee is what the customer owes for a visit that they missed or cancelled late, of
	// FeeKind; 0 where nothing was promised for it, or where it stands.
	Fee     int64
	FeeKind string
}

// The kinds of fees.
const (
	NoShowFee           = "no_show"
	LateCancellationFee = "late_cancellation"
)

// fee is what was promised for how the appointment ended. What never stood bears none,
// nor does what the business cancelled.
func (r *row) fee(now time.Time) (int64, string) {
	promise := r.promise()
	switch {
	case r.Status == NoShowed:
		return promise.NoShowFee, NoShowFee
	case r.effective(now) != Cancelled || r.ConfirmedAt == nil || r.CancelledAt == nil || r.CancelledBy == nil:
		return 0, ""
	case *r.CancelledBy == ByCustomer && r.late(*r.CancelledAt):
		return promise.LateCancellationFee, LateCancellationFee
	}
	return 0, ""
}

// Remaining is what is still to be paid, in minor units.
func (d Due) Remaining() int64 { return d.Total - d.Paid }

// Deposit is what of the prepayment is still to be paid, in minor units.
func (d Due) Deposit() int64 { return max(min(d.Prepayment-d.Paid, d.Remaining()), 0) }

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
	fee, kind := r.fee(tx.Now())
	return Due{
		Fee: fee, FeeKind: kind,
		Appointment: view(r, lines, tx.Now()), Customer: r.CustomerID, Total: r.TotalPrice, Paid: r.PaidAmount,
		Currency: money.Currency(r.Currency), Status: r.effective(tx.Now()), Prepayment: r.promise().Prepayment,
	}, nil
}

// PaymentOutcome says what a payment did to its appointment.
type PaymentOutcome struct {
	Appointment Appointment
	// Applied is false where the appointment had ended before the money came.
	Applied bool
}

// ApplyPayment tells an appointment what was paid: an amount in minor units of the
// price, without fees. A pending appointment that is then paid in full, or of which
// the promised prepayment is, is confirmed. An appointment that is cancelled, or whose time was given away
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
	if r.Status == Pending && r.paidEnough() {
		if err := c.confirm(); err != nil {
			return PaymentOutcome{}, err
		}
		return PaymentOutcome{Appointment: c.end("appointment.paid", ConfirmedEvent{AppointmentID: r.ID}), Applied: true}, nil
	}
	return PaymentOutcome{Appointment: c.end("appointment.paid", nil), Applied: true}, nil
}

// paidEnough tells whether what is paid lets the appointment stand.
func (r *row) paidEnough() bool {
	promise := r.promise()
	if promise.Prepayment > 0 && !promise.PaymentRequiredUpfront {
		return r.PaidAmount >= promise.Prepayment
	}
	return r.PaidAmount == r.TotalPrice
}

// RefundPayment tells an appointment that money was given back: an amount in minor
// units of the price, of what was paid. It changes nothing but what is paid: the
// visit goes on, is over or was cancelled as before. The caller holds the lock.
func RefundPayment(ctx context.Context, tx *db.Tx, who access.Actor, appointment id.ID, amount int64) (Appointment, error) {
	c, err := begin(ctx, tx, access.System{Job: "payment"}, appointment)
	if err != nil {
		return Appointment{}, err
	}
	c.who = who
	r := c.row
	r.PaidAmount = max(r.PaidAmount-amount, 0)
	r.PaymentStatus = PaymentPartiallyPaid
	if r.PaidAmount == 0 {
		r.PaymentStatus = PaymentRefunded
	}
	return c.end("appointment.refunded", nil), nil
}
