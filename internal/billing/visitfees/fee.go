package visitfees

import (
	"time"

	"reserva/internal/billing/invoices"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Faults of fees.
var (
	ErrNotFound = fault.New(fault.NotFound, "visit_fee.not_found", "There is no such fee.")
	ErrWaived   = fault.New(fault.Conflict, "visit_fee.waived", "The fee was waived already.")
	ErrPaid     = fault.New(fault.Conflict, "visit_fee.paid", "The fee is paid. Give the payment back instead.")
)

// Fee is what a customer owes for a visit that did not take place.
type Fee struct {
	ID            id.ID          `json:"id"`
	AppointmentID id.ID          `json:"appointment_id"`
	CustomerID    id.ID          `json:"customer_id"`
	Kind          string         `json:"kind" enum:"no_show,late_cancellation"`
	Status        string         `json:"status" enum:"kept,due,paid,waived" doc:"kept of what was paid before, or due by the invoice until that is paid."`
	Amount        money.Number   `json:"amount" example:"75000"`
	KeptAmount    money.Number   `json:"kept_amount" example:"45000" doc:"Of the amount, what was paid before."`
	Currency      money.Currency `json:"currency"`
	InvoiceID     *id.ID         `json:"invoice_id" doc:"Over the rest of the amount; null where there is none."`
	InvoiceNumber *string        `json:"invoice_number" example:"INV-2026-0001"`
	WaivedAt      *time.Time     `json:"waived_at"`
	WaivedBy      *id.ID         `json:"waived_by" doc:"The user who did; for staff."`
	WaiveReason   string         `json:"waive_reason" example:"There was a storm" doc:"For staff."`
	CreatedAt     time.Time      `json:"created_at"`
}

type row struct {
	ID            id.ID            `db:"id"`
	AppointmentID id.ID            `db:"appointment_id"`
	CustomerID    id.ID            `db:"customer_id"`
	Kind          string           `db:"kind"`
	Amount        int64            `db:"amount"`
	Kept          int64            `db:"kept_amount"`
	Currency      money.Currency   `db:"currency"`
	InvoiceID     *id.ID           `db:"invoice_id"`
	Invoice       *invoices.Status `db:"invoice_status"`
	InvoiceNumber *string          `db:"invoice_number"`
	WaivedAt      *time.Time       `db:"waived_at"`
	WaivedBy      *id.ID           `db:"waived_by"`
	WaiveReason   string           `db:"waive_reason"`
	CreatedAt     time.Time        `db:"created_at"`
}

// status is where the fee is; of an invoice that was cancelled by itself nothing is due.
func (r row) status() string {
	switch {
	case r.WaivedAt != nil, r.Invoice != nil && *r.Invoice == invoices.Cancelled:
		return "waived"
	case r.InvoiceID == nil:
		return "kept"
	case r.Invoice != nil && *r.Invoice == invoices.Paid:
		return "paid"
	}
	return "due"
}

func (r row) view(to invoices.Reader) Fee {
	f := Fee{
		ID: r.ID, AppointmentID: r.AppointmentID, CustomerID: r.CustomerID, Kind: r.Kind, Status: r.status(),
		Amount: money.Number{Minor: r.Amount, Currency: r.Currency}, KeptAmount: money.Number{Minor: r.Kept, Currency: r.Currency},
		Currency: r.Currency, InvoiceID: r.InvoiceID, InvoiceNumber: r.InvoiceNumber, CreatedAt: r.CreatedAt.UTC(),
	}
	if r.WaivedAt != nil {
		at := r.WaivedAt.UTC()
		f.WaivedAt = &at
	}
	if to.Customer == nil {
		f.WaivedBy, f.WaiveReason = r.WaivedBy, r.WaiveReason
	}
	return f
}

// auditEntry is what the audit log keeps of a fee: no free text.
type auditEntry struct {
	Status      string         `json:"status"`
	Kind        string         `json:"kind"`
	Appointment id.ID          `json:"appointment_id"`
	Amount      int64          `json:"amount"`
	Kept        int64          `json:"kept_amount"`
	Currency    money.Currency `json:"currency"`
	Invoice     *id.ID         `json:"invoice_id,omitempty"`
}

func auditOf(r row) auditEntry {
	return auditEntry{
		Status: r.status(), Kind: r.Kind, Appointment: r.AppointmentID, Amount: r.Amount, Kept: r.Kept, Currency: r.Currency, Invoice: r.InvoiceID,
	}
}
