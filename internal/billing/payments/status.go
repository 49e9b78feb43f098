package payments

import (
	"context"
	"errors"
	"time"

	"reserva/internal/access"
	"reserva/internal/billing/invoices"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Overview is all that is known of the money of an appointment.
type Overview struct {
	AppointmentID         id.ID           `json:"appointment_id"`
	PaymentStatus         string          `json:"payment_status" enum:"pending,paid,partially_paid,refunded,not_required"`
	TotalAmount           money.Number    `json:"total_amount"`
	PaidAmount            money.Number    `json:"paid_amount" example:"0"`
	RemainingBalance      money.Number    `json:"remaining_balance" doc:"Nothing where the appointment is cancelled."`
	RemainingTax          money.Number    `json:"remaining_tax" example:"0" doc:"The tax on the remaining balance, which is on top of it."`
	Prepayment            money.Number    `json:"prepayment" example:"45000" doc:"What has to be paid before the booking stands."`
	PrepaymentDue         money.Number    `json:"prepayment_due" example:"45000" doc:"What is still missing of it."`
	PlatformFee           money.Number    `json:"platform_fee" example:"12000" doc:"The fee of the open link, else of one for the remaining balance."`
	PlatformFeePercentage float64         `json:"platform_fee_percentage" example:"8"`
	Currency              money.Currency  `json:"currency"`
	PaymentHistory        []OverviewEntry `json:"payment_history" doc:"The oldest first."`
	PendingInvoice        *PendingInvoice `json:"pending_invoice" doc:"The open payment link, if there is one and the appointment is not cancelled."`
	CanComplete           bool            `json:"can_complete" doc:"Whether nothing about money keeps the visit from being completed."`
}

// OverviewEntry is a payment of an appointment.
type OverviewEntry struct {
	ID            id.ID        `json:"id"`
	AltID         id.ID        `json:"_id" doc:"The same as id."`
	Amount        money.Number `json:"amount" doc:"Without fees."`
	TaxAmount     money.Number `json:"tax_amount" example:"0" doc:"On top of it."`
	Method        string       `json:"method" example:"cash"`
	Provider      string       `json:"provider" enum:"manual,paper_id,maya"`
	Status        Status       `json:"status" enum:"pending,completed,failed,cancelled,refunded,needs_review"`
	Refunded      money.Number `json:"refunded_amount" example:"0" doc:"What was given back, or is on its way back."`
	RecordedBy    *string      `json:"recorded_by" example:"Dewi Anggraini"`
	RecordedAt    time.Time    `json:"recorded_at"`
	PaidAt        *time.Time   `json:"paid_at"`
	Notes         string       `json:"notes"`
	ReceiptNumber string       `json:"receipt_number" example:"R-1042"`
	ReferenceID   string       `json:"reference_id" example:"APT-65f1e2a0c3b4d5e6f7a8b9c0-20260410090000"`
}

// PendingInvoice is an open payment link.
type PendingInvoice struct {
	ID              id.ID           `json:"id"`
	InvoiceNumber   string          `json:"invoice_number" example:"INV-2026-0001"`
	Status          invoices.Status `json:"status" enum:"DRAFT,SENT,OVERDUE"`
	Amount          money.Number    `json:"amount" example:"162000"`
	Currency        money.Currency  `json:"currency"`
	DueDate         civil.Date      `json:"due_date"`
	PaperInvoiceID  *string         `json:"paper_invoice_id" example:"0b9d3c1e-6a0f-4c6f-9d53-0a3d8e1f2b4c"`
	PaperPaymentURL *string         `json:"paper_payment_url" example:"https://paper.example.com/pay/4f1c"`
	PaperPDFURL     *string         `json:"paper_pdf_url" example:"https://paper.example.com/pdf/4f1c"`
}

// Status tells how far an appointment is paid. Where a link is open, the provider is asked
// for news of it, which the next look shows. Faults: appointments.ErrNotFound.
func (o *Operations) Status(ctx context.Context, who access.Staff, appointment id.ID) (Overview, error) {
	a, err := o.booked.Get(ctx, who.Tenant, who, appointment)
	if err != nil {
		return Overview{}, err
	}
	var fee *db.Result[subscriptions.FeeRow]
	var business *db.Result[tenants.Row]
	var history *db.Results[recorded]
	var open *db.Result[invoices.Stored]
	var collects account
	err = o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		fee, business = subscriptions.QueueFee(tx), tenants.Queue(tx)
		history = queueOfAppointment(tx, appointment)
		open = invoices.FindOpen(tx, appointment)
		var err error
		if collects, err = o.collector(ctx, tx, money.Currency(a.Currency)); errors.Is(err, ErrNoProvider) || errors.Is(err, ErrCurrency) {
			return nil
		}
		return err
	})
	if err != nil {
		return Overview{}, err
	}
	currency := money.Currency(a.Currency)
	amount := func(minor int64) money.Number { return money.Number{Minor: minor, Currency: currency} }
	remaining := a.TotalPrice.Minor - a.PaidAmount.Minor
	if a.Status == appointments.Cancelled {
		remaining = 0
	}
	terms := collects.terms(fee.Value.Basis, o.db.Now())
	if collects.Gateway == nil { // no link can be made
		terms = terms.Free()
	}
	next, err := quote(remaining, 0, 0, terms, ForAppointment, currency)
	if err != nil {
		return Overview{}, err
	}
	tenant, err := business.Value.Tenant()
	if err != nil {
		return Overview{}, err
	}
	due := appointments.Due{Appointment: a, Total: a.TotalPrice.Minor, Paid: a.PaidAmount.Minor}
	tax, err := taxOf(due, remaining, tenant.Settings.TaxRate)
	if err != nil {
		return Overview{}, err
	}
	out := Overview{
		AppointmentID: appointment, PaymentStatus: a.PaymentStatus, TotalAmount: a.TotalPrice, PaidAmount: a.PaidAmount,
		RemainingBalance: amount(remaining), RemainingTax: amount(tax), Prepayment: a.Terms.Prepayment, PrepaymentDue: a.Terms.PrepaymentDue, PlatformFee: amount(next.Fee), PlatformFeePercentage: percentage(next.Rate), Currency: currency,
		PaymentHistory: make([]OverviewEntry, 0, len(history.Rows)),
		CanComplete:    a.PaymentStatus == appointments.PaymentPaid || a.PaymentStatus == appointments.PaymentNotRequired,
	}
	for _, p := range history.Rows {
		out.PaymentHistory = append(out.PaymentHistory, OverviewEntry{
			ID: p.ID, AltID: p.ID, Amount: amount(p.Base), TaxAmount: amount(p.Tax), Method: p.Method, Provider: p.Provider, Status: p.Status, Refunded: amount(p.RefundedAmount),
			RecordedBy: p.Recorder, RecordedAt: p.CreatedAt.UTC(), PaidAt: utc(p.PaidAt), Notes: p.Notes, ReceiptNumber: p.Receipt, ReferenceID: p.Reference,
		})
	}
	if open.Found && !open.Value.Written && a.Status != appointments.Cancelled {
		s := open.Value
		out.PlatformFee, out.PlatformFeePercentage = amount(s.Fee), percentage(s.FeeRate)
		out.PendingInvoice = &PendingInvoice{
			ID: s.ID, InvoiceNumber: s.Number, Status: s.Status, Amount: amount(s.Total), Currency: s.Currency, DueDate: s.DueDate,
			PaperInvoiceID: s.PaperID, PaperPaymentURL: s.PaperPaymentURL, PaperPDFURL: s.PaperPDFURL,
		}
		if s.Status != invoices.Draft {
			o.LookSoon(ctx, who.Tenant, appointment)
		}
	}
	return out, nil
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
