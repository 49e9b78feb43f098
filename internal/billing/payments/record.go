package payments

import (
	"context"
	"errors"
	"fmt"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/billing/invoices"
	"reserva/internal/billing/ledger"
	"reserva/internal/business/tenants"
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
	TenantID      *id.ID         `json:"tenant_id,omitempty" doc:"Redundant; has to be the token's."`
	Amount        money.Decimal  `json:"amount" example:"150000" doc:"Of the price."`
	TaxAmount     *money.Decimal `json:"tax_amount,omitempty" example:"0" doc:"The tax that was taken on top of the amount, at most what tax_rate of the settings makes of it."`
	PaymentMethod string         `json:"payment_method" enum:"cash,pos_terminal,bank_transfer"`
	Notes         string         `json:"notes,omitempty" maxLength:"500"`
	ReceiptNumber string         `json:"receipt_number,omitempty" maxLength:"100" example:"R-1042"`
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
	Amount        money.Number `json:"amount" doc:"Of the price."`
	TaxAmount     money.Number `json:"tax_amount" example:"0"`
	TotalAmount   money.Number `json:"total_amount" doc:"Amount and tax: what was taken."`
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
// price or all that is left, and the tax that was taken with it. It carries no fee and cannot be withdrawn: the merchant
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
		due, taken, err := takeable(ctx, tx, who, appointment, in)
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
		paid, err := appointments.ApplyPayment(ctx, tx, who, appointment, taken.price)
		if err != nil {
			return err
		}
		if !paid.Applied {
			return ErrEnded
		}
		if open.Found && open.Value.Written {
			if err := noteOnWritten(tx, who, open.Value, taken.price, taken.tax); err != nil {
				return err
			}
		}
		out, err = o.take(tx, who, due, paid.Appointment, taken, in)
		return err
	})
	return out, err
}

// takings are what the desk took, in minor units.
type takings struct {
	price, tax int64
}

// takeable locks the appointment and refuses what cannot be taken for it.
func takeable(ctx context.Context, tx *db.Tx, who access.Staff, appointment id.ID, in Record) (appointments.Due, takings, error) {
	business := tenants.Queue(tx)
	due, err := appointments.DueFor(ctx, tx, who, appointment)
	if err != nil {
		return due, takings{}, err
	}
	amount, err := in.Amount.NonNegativeMinor(due.Currency)
	switch {
	case err != nil || amount == 0:
		return due, takings{}, fault.InvalidField("amount", "must be greater than 0 and an amount of the appointment's currency")
	case due.Status == appointments.Cancelled:
		return due, takings{}, ErrEnded
	case due.Remaining() <= 0:
		return due, takings{}, ErrPaid
	case amount > due.Remaining():
		return due, takings{}, appointments.ErrOverpaid.WithExtra(map[string]any{
			"remaining_balance": money.Number{Minor: due.Remaining(), Currency: due.Currency},
		})
	case in.TaxAmount == nil:
		return due, takings{price: amount}, nil
	}
	tenant, err := business.Value.Tenant()
	if err != nil {
		return due, takings{}, err
	}
	most, err := taxOf(due, amount, tenant.Settings.TaxRate)
	alone, alsoErr := money.Fee(amount, tenant.Settings.TaxRate) // as a till rounds it that knows no other part
	if err := errors.Join(err, alsoErr); err != nil {
		return due, takings{}, fmt.Errorf("tax on %d %s: %w", amount, due.Currency, err)
	}
	most = max(most, alone)
	tax, err := in.TaxAmount.NonNegativeMinor(due.Currency)
	if err != nil || tax > most {
		return due, takings{}, fault.InvalidField("tax_amount", "must be an amount of the appointment's currency from 0 to the tax on the amount, which is "+
			money.Number{Minor: most, Currency: due.Currency}.String())
	}
	return due, takings{price: amount, tax: tax}, nil
}

// take queues the payment itself; the ledger last.
func (o *Operations) take(tx *db.Tx, who access.Staff, due appointments.Due, a appointments.Appointment, taken takings, in Record) (Recorded, error) {
	now, payment, recorder := tx.Now(), id.NewAt(tx.Now()), string(who.UserID)
	all := taken.price + taken.tax
	amount := func(minor int64) money.Number { return money.Number{Minor: minor, Currency: due.Currency} }
	p := stored{
		ID: payment, Kind: ForAppointment, Status: Completed, AppointmentID: &a.ID, CustomerID: &due.Customer,
		Reference:   order{appointment: a.ID, suffix: "-" + string(payment[18:])}.reference(tx),
		Description: describe(due), Currency: due.Currency, Base: taken.price, Tax: taken.tax, Total: all, Merchant: all, Applied: taken.price,
		Method: in.PaymentMethod, Provider: Manual, RecordedBy: &recorder, Receipt: in.ReceiptNumber, Notes: in.Notes, PaidAt: &now,
	}
	insert(tx, p)
	audit.Record(tx, who, "payment.recorded", "payment", payment, nil, auditOf(p))
	jobs.Publish(tx, CompletedEvent{PaymentID: payment, AppointmentID: &a.ID})
	err := ledger.Post(tx, ledger.Movement{Kind: ledger.Charge, Reference: string(payment), Entries: append(ledger.NoteTax(taken.tax, due.Currency),
		ledger.Entry{Account: ledger.Cash, Currency: due.Currency, Amount: -all},
		ledger.Entry{Account: ledger.Takings, Currency: due.Currency, Amount: all},
	)})
	remaining := a.TotalPrice.Minor - a.PaidAmount.Minor
	return Recorded{
		Status: "success", Message: "The payment is recorded.",
		Payment: RecordedPayment{
			ID: payment, AltID: payment, Amount: amount(taken.price), TaxAmount: amount(taken.tax), TotalAmount: amount(all), Method: in.PaymentMethod, Status: Completed,
			RecordedBy: first(who.Name, who.Email), RecordedAt: now, ReceiptNumber: in.ReceiptNumber, ReferenceID: p.Reference,
		},
		Appointment: RecordedAppointment{
			ID: a.ID, Status: string(a.Status), PaymentStatus: a.PaymentStatus, TotalPrice: a.TotalPrice, PaidAmount: a.PaidAmount,
			RemainingBalance: amount(remaining),
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
