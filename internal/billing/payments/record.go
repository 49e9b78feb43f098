package payments

import (
	"context"
	"errors"
	"time"

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

// Record is money that was taken at the desk.
type Record struct {
	TenantID      *id.ID        `json:"tenant_id,omitempty" doc:"Redundant; has to be the token's."`
	Amount        money.Decimal `json:"amount" example:"150000"`
	PaymentMethod string        `json:"payment_method" enum:"cash,pos_terminal,bank_transfer"`
	Notes         string        `json:"notes,omitempty" maxLength:"500"`
	ReceiptNumber string        `json:"receipt_number,omitempty" maxLength:"100" example:"R-1042"`
}

// Recorded is the answer to a Record.
type Recorded struct {
	Status      string              `json:"status" example:"success"`
	Message     string              `json:"message" example:"The payment is recorded."`
	Payment     RecordedPayment     `json:"payment"`
	Appointment RecordedAppointment `json:"appointment"`
}

// RecordedPayment is the payment at the desk.
type RecordedPayment struct {
	ID            id.ID        `json:"id"`
	AltID         id.ID        `json:"_id" doc:"The same as id."`
	Amount        money.Number `json:"amount"`
	Method        string       `json:"method" enum:"cash,pos_terminal,bank_transfer"`
	Status        Status       `json:"status" enum:"completed"`
	RecordedBy    string       `json:"recorded_by" example:"Dewi Anggraini"`
	RecordedAt    time.Time    `json:"recorded_at"`
	ReceiptNumber string       `json:"receipt_number" example:"R-1042"`
	ReferenceID   string       `json:"reference_id" example:"APT-65f1e2a0c3b4d5e6f7a8b9c0-20260410090000-3f9a1c"`
}

// RecordedAppointment is what the payment did to its appointment.
type RecordedAppointment struct {
	ID               id.ID        `json:"id"`
	Status           string       `json:"status" example:"confirmed"`
	PaymentStatus    string       `json:"payment_status" enum:"pending,paid,partially_paid,refunded,not_required"`
	TotalPrice       money.Number `json:"total_price"`
	PaidAmount       money.Number `json:"paid_amount"`
	RemainingBalance money.Number `json:"remaining_balance" example:"0"`
}

// Record notes money that was taken at the desk for an appointment, a part of the
// price or all that is left. It carries no fee and cannot be withdrawn: the merchant
// has it. An open payment link is withdrawn first; if it was paid meanwhile, that
// counts instead. Faults: appointments.ErrNotFound, appointments.ErrOverpaid, ErrPaid,
// ErrEnded.
func (o *Operations) Record(ctx context.Context, who access.Staff, appointment id.ID, in Record) (Recorded, error) {
	if in.TenantID != nil && *in.TenantID != who.Tenant {
		return Recorded{}, appointments.ErrForeignTenant
	}
	receipt, err := text.Line(in.ReceiptNumber)
	if err != nil {
		return Recorded{}, fault.InvalidField("receipt_number", "must be a single line")
	}
	in.ReceiptNumber = receipt
	if err := o.closeLink(db.WithClaim(ctx, nil), who, appointment, in); err != nil {
		return Recorded{}, err
	}
	var out Recorded
	err = o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		due, amount, err := takeable(ctx, tx, who, appointment, in)
		if err != nil {
			return err
		}
		open := invoices.QueueOpen(tx, appointment)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if open.Found && !open.Value.Written {
			if err := drop(ctx, tx, who, open.Value, Cancelled, "paid at the desk"); err != nil {
				return err
			}
		}
		paid, err := appointments.ApplyPayment(ctx, tx, who, appointment, amount)
		if err != nil {
			return err
		}
		if !paid.Applied {
			return ErrEnded
		}
		if open.Found && open.Value.Written {
			if err := noteOnWritten(tx, who, open.Value, amount); err != nil {
				return err
			}
		}
		out, err = o.take(tx, who, due, paid.Appointment, amount, in)
		return err
	})
	return out, err
}

// takeable locks the appointment and refuses what cannot be taken for it.
func takeable(ctx context.Context, tx *db.Tx, who access.Staff, appointment id.ID, in Record) (appointments.Due, int64, error) {
	due, err := appointments.DueFor(ctx, tx, who, appointment)
	if err != nil {
		return due, 0, err
	}
	amount, err := in.Amount.NonNegativeMinor(due.Currency)
	switch {
	case err != nil || amount == 0:
		return due, 0, fault.InvalidField("amount", "must be greater than 0 and an amount of the appointment's currency")
	case due.Status == appointments.Cancelled:
		return due, 0, ErrEnded
	case due.Remaining() <= 0:
		return due, 0, ErrPaid
	case amount > due.Remaining():
		return due, 0, appointments.ErrOverpaid.WithExtra(map[string]any{
			"remaining_balance": money.Number{Minor: due.Remaining(), Currency: due.Currency},
		})
	}
	return due, amount, nil
}

// take queues the payment itself; the ledger last.
func (o *Operations) take(tx *db.Tx, who access.Staff, due appointments.Due, a appointments.Appointment, amount int64, in Record) (Recorded, error) {
	now, payment, recorder := tx.Now(), id.NewAt(tx.Now()), string(who.UserID)
	p := stored{
		ID: payment, Kind: ForAppointment, Status: Completed, AppointmentID: &a.ID, CustomerID: &due.Customer,
		Reference:   order{appointment: a.ID, suffix: "-" + string(payment[18:])}.reference(tx),
		Description: describe(due), Currency: due.Currency, Base: amount, Total: amount, Merchant: amount, Applied: amount,
		Method: in.PaymentMethod, Provider: Manual, RecordedBy: &recorder, Receipt: in.ReceiptNumber, Notes: in.Notes, PaidAt: &now,
	}
	insert(tx, p)
	audit.Record(tx, who, "payment.recorded", "payment", payment, nil, auditOf(p))
	jobs.Publish(tx, CompletedEvent{PaymentID: payment, AppointmentID: &a.ID})
	err := ledger.Post(tx, ledger.Movement{Kind: ledger.Charge, Reference: string(payment), Entries: []ledger.Entry{
		{Account: ledger.Cash, Currency: due.Currency, Amount: -amount},
		{Account: ledger.Takings, Currency: due.Currency, Amount: amount},
	}})
	remaining := a.TotalPrice.Minor - a.PaidAmount.Minor
	return Recorded{
		Status: "success", Message: "The payment is recorded.",
		Payment: RecordedPayment{
			ID: payment, AltID: payment, Amount: money.Number{Minor: amount, Currency: due.Currency}, Method: in.PaymentMethod, Status: Completed,
			RecordedBy: first(who.Name, who.Email), RecordedAt: now, ReceiptNumber: in.ReceiptNumber, ReferenceID: p.Reference,
		},
		Appointment: RecordedAppointment{
			ID: a.ID, Status: string(a.Status), PaymentStatus: a.PaymentStatus, TotalPrice: a.TotalPrice, PaidAmount: a.PaidAmount,
			RemainingBalance: money.Number{Minor: remaining, Currency: due.Currency},
		},
	}, err
}

// closeLink removes the open page of an appointment at the provider before money is
// taken otherwise, so that it is not paid twice. A provider that cannot be reached
// does not keep the desk from working: a job removes the page then.
func (o *Operations) closeLink(ctx context.Context, who access.Staff, appointment id.ID, in Record) error {
	var open *db.Result[invoices.Stored]
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		if _, _, err := takeable(ctx, tx, who, appointment, in); err != nil {
			return err
		}
		open = invoices.FindOpen(tx, appointment)
		return nil
	})
	if err != nil || !open.Found || open.Value.PaperID == nil {
		return err
	}
	gateway, err := o.at(ctx, who.Tenant, open.Value)
	if errors.Is(err, ErrNoProvider) {
		return nil
	}
	if err != nil {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, gatewayTimeout)
	defer cancel()
	if err := gateway.Withdraw(bounded, who.Tenant, *open.Value.PaperID); errors.Is(err, ErrPaidAlready) {
		_, err := o.Settle(ctx, who.Tenant, open.Value.ID, Hint{})
		return err
	}
	return nil
}
