package payments

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/billing/invoices"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/fault"
)

// RegisterInvoices registers what money does to invoices. It answers with the invoice,
// which bills reads.
func RegisterInvoices(a *api.API, o *Operations, bills *invoices.Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/invoices/{invoice_id}/cancel", ID: "cancel-invoice", Tag: "Invoices", Summary: "Cancel an invoice",
		Description: "It asks for no money any more and keeps its number. An open payment link is withdrawn.", Idempotent: true,
		Errors: []*fault.Error{invoices.ErrNotFound, ErrInvoicePaid, ErrInvoiceCancelled, ErrPaidInPart, appointments.ErrOffered},
	}, access.InvoicesWrite, func(ctx context.Context, who access.Staff, in *invoices.ByID) (*invoices.Invoice, error) {
		if err := o.CancelInvoice(ctx, who, api.ID(in.ID)); err != nil {
			return nil, err
		}
		found, err := bills.Get(ctx, invoices.ReaderOf(&who, nil), api.ID(in.ID))
		return &found, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/invoices/{invoice_id}/mark-paid", ID: "mark-invoice-paid", Tag: "Invoices",
		Summary: "Note that an invoice was paid to the business",
		Description: "All that was left of it, in cash, by card terminal or by bank transfer. An open payment link is withdrawn, and the " +
			"platform's fee taken off its invoice: none is taken of what is paid to the business. SUBSCRIPTION and SETUP_FEE are the platform's bills: only a super admin can say that they are paid.",
		Idempotent: true, Timeout: linkTimeout,
		Errors: []*fault.Error{
			invoices.ErrNotFound, invoices.ErrBeingMade, ErrInvoicePaid, ErrInvoiceCancelled, ErrEnded, ErrPlatformBill, ErrOnlineOnly, ErrProvider, ErrNoProvider,
			appointments.ErrOffered,
		},
	}, access.InvoicesWrite, func(ctx context.Context, who access.Staff, in *struct {
		invoices.ByID
		Body Received
	}) (*invoices.Invoice, error) {
		if err := o.MarkInvoicePaid(ctx, who, api.ID(in.ID), in.Body); err != nil {
			return nil, err
		}
		found, err := bills.Get(ctx, invoices.ReaderOf(&who, nil), api.ID(in.ID))
		return &found, err
	})
}
