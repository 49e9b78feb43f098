package visitfees

import (
	"context"
	"errors"
	"fmt"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/billing/invoices"
	"reserva/internal/billing/ledger"
	"reserva/internal/billing/payments"
	"reserva/internal/billing/refunds"
	"reserva/internal/business/tenants"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/money"
)

// Operations are what may be done with fees of visits.
type Operations struct{ db *db.DB }

// New makes the operations on a database.
func New(d *db.DB) *Operations { return &Operations{db: d} }

// Subscribe has fees taken, and the rest given back, when appointments end.
func Subscribe(r *jobs.Registry, o *Operations) {
	jobs.On(r, "visitfees", func(ctx context.Context, tenant id.ID, e appointments.CancelledEvent) error {
		return o.Charge(ctx, tenant, e.AppointmentID)
	})
	jobs.On(r, "visitfees", func(ctx context.Context, tenant id.ID, e appointments.NoShowEvent) error {
		return o.Charge(ctx, tenant, e.AppointmentID)
	})
}

// dueDays is how long the invoice over a fee may be paid.
const dueDays = 7

// Charge takes the fee of an appointment that has ended, once, and gives the rest of what
// was paid back: to the wallet where a fee was taken and the earnings of the business
// cover it, else by a request that the business decides. Of a missed visit for which no
// fee was promised, what was paid stays paid.
func (o *Operations) Charge(ctx context.Context, tenant, appointment id.ID) error {
	err := o.charge(ctx, tenant, appointment, true)
	var violation *db.Violation
	if errors.As(err, &violation) && violation.Constraint == ledger.InsufficientConstraint {
		return o.charge(ctx, tenant, appointment, false)
	}
	return err
}

func (o *Operations) charge(ctx context.Context, tenant, appointment id.ID, toWallet bool) error {
	who := access.System{Job: "visitfees"}
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		due, err := appointments.DueFor(ctx, tx, who, appointment)
		if errors.Is(err, appointments.ErrOffered) || err == nil && due.Status != appointments.Cancelled && due.Fee == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		paid, err := payments.LockRefundablesOf(ctx, tx, appointment)
		if err != nil {
			return err
		}
		if due.Fee == 0 {
			return refunds.AskFor(ctx, tx, who, paid, due.Paid, "The appointment was cancelled.")
		}
		done, err := db.One[bool](ctx, tx, `
			SELECT EXISTS (SELECT 1 FROM visit_fees WHERE tenant_id = $1 AND appointment_id = $2)`, tenant, appointment)
		if err != nil || done {
			return err
		}
		return take(ctx, tx, who, due, paid, toWallet)
	})
}

// take queues a fee: what of it is kept, the invoice over the rest, and what goes back.
func take(ctx context.Context, tx *db.Tx, who access.Actor, due appointments.Due, paid []payments.Refundable, toWallet bool) error {
	leaving, err := refunds.UnderWay(ctx, tx, due.Appointment.ID)
	if err != nil {
		return err
	}
	stays := max(due.Paid-leaving, 0) // what the provider is giving back cannot be kept
	r := row{
		ID: id.NewAt(tx.Now()), AppointmentID: due.Appointment.ID, CustomerID: due.Customer, Kind: due.FeeKind, Amount: due.Fee,
		Kept: min(due.Fee, stays), Currency: due.Currency, CreatedAt: tx.Now(),
	}
	if r.Kept < r.Amount {
		if err := bill(ctx, tx, due, &r); err != nil {
			return err
		}
	}
	tx.Exec(`
		INSERT INTO visit_fees (tenant_id, id, appointment_id, customer_id, kind, amount, kept_amount, currency, invoice_id, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)`,
		tx.Tenant(), r.ID, r.AppointmentID, r.CustomerID, r.Kind, r.Amount, r.Kept, string(r.Currency), r.InvoiceID, tx.Now())
	audit.Record(tx, who, "visit_fee.taken", "visit_fee", r.ID, nil, auditOf(r))
	if err := tell(ctx, tx, due, r); err != nil {
		return err
	}
	rest := stays - r.Kept
	if rest <= 0 {
		return nil
	}
	reason := "What was paid beyond the fee for " + named(r.Kind) + "."
	if !toWallet {
		return refunds.AskFor(ctx, tx, who, paid, rest, reason)
	}
	_, err = refunds.ReturnPrice(ctx, tx, who, paid, rest, reason)
	return err
}

// bill raises the invoice over what of a fee was not paid before. It names the appointment
// in its metadata only: the appointment itself asks for no money any more.
func bill(ctx context.Context, tx *db.Tx, due appointments.Due, r *row) error {
	tenant, err := tenants.Load(ctx, tx, tx.Tenant())
	if err != nil {
		return err
	}
	invoice, amount, issued := id.NewAt(tx.Now()), r.Amount-r.Kept, civil.Of(tx.Now(), tenant.Settings.Location())
	text := fmt.Sprintf("Fee for %s: appointment on %s at %s", named(r.Kind), due.Appointment.AppointmentDate, due.Appointment.StartTime)
	invoices.Create(tx, invoices.New{
		ID: invoice, Type: invoices.ForAppointment, Written: true, Customer: &r.CustomerID, Currency: r.Currency, Subtotal: amount, Total: amount,
		Lines:     []invoices.Line{{Description: text, Quantity: 1, UnitPrice: amount, Amount: amount}},
		IssueDate: issued, DueDate: issued.AddDays(dueDays), Metadata: map[string]any{"kind": "visit_fee", "appointment_id": r.AppointmentID, "visit_fee_id": r.ID},
	})
	s, err := invoices.Lock(ctx, tx, invoice)
	if err != nil {
		return err
	}
	r.InvoiceID, r.Invoice, r.InvoiceNumber = &invoice, &s.Status, &s.Number
	return invoices.MarkSent(tx, s, invoices.Provider{}, []string{})
}

// named is what a kind of fee is for, for people.
func named(kind string) string {
	if kind == appointments.NoShowFee {
		return "a missed visit"
	}
	return "a late cancellation"
}

func format(minor int64, c money.Currency) string { return money.Format(minor, c) }
