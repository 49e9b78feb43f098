package invoices

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

const tag = "Invoices"

type listQuery struct {
	api.Page
	Type          string        `query:"invoice_type" maxLength:"20" example:"APPOINTMENT" doc:"SUBSCRIPTION, APPOINTMENT, SETUP_FEE, PACKAGE or WALLET_TOPUP, in any case."`
	Status        string        `query:"status" maxLength:"20" example:"PAID" doc:"DRAFT, SENT, PAID, OVERDUE or CANCELLED, in any case."`
	CustomerID    id.ID         `query:"customer_id" required:"false" doc:"Ignored for customers, who see their own."`
	AppointmentID id.ID         `query:"appointment_id" required:"false"`
	DateFrom      api.DateParam `query:"date_from" required:"false" doc:"Issued on this day or after it."`
	DateTo        api.DateParam `query:"date_to" required:"false" doc:"Issued on this day or before it."`
	Search        string        `query:"search" maxLength:"100" doc:"Literal text in the number or the provider's reference."`
}

// ByID is exported since fields of an unexported struct are not read when it is embedded.
type ByID struct {
	ID string `path:"invoice_id" example:"6b0122f129abbffc7f79db7a"`
}

// Register registers what staff and customers share, and what staff do with invoices.
func Register(a *api.API, o *Operations) {
	registerDesk(a, o)
	api.Either(a, api.Op{
		Method: http.MethodGet, Path: "/invoices", ID: "list-invoices", Tag: tag, Summary: "List invoices",
		Description: "Newest first. Customers see their own, without drafts; staff those of their outlets.",
	}, access.InvoicesRead, func(ctx context.Context, staff *access.Staff, customer *access.Customer, in *listQuery) (*api.List[Invoice], error) {
		f := Filter{
			Page: in.Page, Type: in.Type, Status: in.Status, Customer: in.CustomerID, Appointment: in.AppointmentID,
			From: in.DateFrom.Date, To: in.DateTo.Date, Search: in.Search,
		}
		if customer != nil {
			f.Customer = ""
		}
		return o.List(ctx, ReaderOf(staff, customer), f)
	})
	api.Either(a, api.Op{
		Method: http.MethodGet, Path: "/invoices/{invoice_id}", ID: "get-invoice", Tag: tag, Summary: "Read an invoice",
		Description: "With its lines, fee and totals, and where it can be paid.", Errors: []*fault.Error{ErrNotFound},
	}, access.InvoicesRead, func(ctx context.Context, staff *access.Staff, customer *access.Customer, in *ByID) (*Invoice, error) {
		found, err := o.Get(ctx, ReaderOf(staff, customer), api.ID(in.ID))
		return &found, err
	})
	api.Either(a, api.Op{
		Method: http.MethodGet, Path: "/invoices/{invoice_id}/download", ID: "download-invoice", Tag: tag, Summary: "Download an invoice as PDF",
		Description: "Printed by this server in any state of the invoice; drafts for staff only. " +
			"With source=provider it leads to the payment provider's print instead.",
		Also:        []int{http.StatusFound, http.StatusNotModified},
		ContentType: "application/pdf", CacheControl: "private, no-cache", Errors: []*fault.Error{ErrNotFound, ErrNoProviderPDF},
	}, access.InvoicesRead, func(ctx context.Context, staff *access.Staff, customer *access.Customer, in *struct {
		ByID
		Source string `query:"source" enum:"local,provider"`
		Known  string `header:"If-None-Match" maxLength:"1000" doc:"The ETag of a copy; answered with 304 while it is the same."`
	}) (*api.Raw, error) {
		r := ReaderOf(staff, customer)
		if in.Source == "provider" {
			return o.ProviderPDF(ctx, r, api.ID(in.ID))
		}
		return o.Download(ctx, r, api.ID(in.ID), in.Known)
	})
}

// registerDesk registers what only staff may do. What money does to an invoice is
// registered with payments.
func registerDesk(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/invoices", ID: "create-invoice", Tag: tag, Summary: "Write an invoice",
		Description: "The number is the next of the year, without a gap. Tax is worked out for each line and rounded half up to the " +
			"currency's minor unit. The invoice is a draft until it is sent.",
		Status: http.StatusCreated, Idempotent: true,
		Errors: []*fault.Error{
			ErrOpenExists, ErrOtherTenant, ErrCustomer, ErrAppointment, ErrSubscription, ErrDueDate, ErrNoAddress,
		},
	}, access.InvoicesWrite, func(ctx context.Context, who access.Staff, in *struct{ Body Bill }) (*Invoice, error) {
		made, err := o.Bill(ctx, who, in.Body)
		return &made, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/invoices/{invoice_id}/send", ID: "send-invoice", Tag: tag, Summary: "Send an invoice to the customer",
		Description: "By e-mail with the PDF, or as a short message. A draft becomes SENT. An invoice may be sent again, also when it is paid.",
		Idempotent:  true, BodyOptional: true, Errors: []*fault.Error{ErrNotFound, ErrCancelled, ErrBeingMade, ErrNoAddress},
	}, access.PaymentsWrite, func(ctx context.Context, who access.Staff, in *struct {
		ByID
		Body *Sending
	}) (*Invoice, error) {
		how := Sending{}
		if in.Body != nil {
			how = *in.Body
		}
		sent, err := o.Send(ctx, who, api.ID(in.ID), how)
		return &sent, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/invoices/statistics", ID: "get-invoice-statistics", Tag: tag, Summary: "Count invoices",
		Description: "How many there are in each state and of each type, and what they add up to by currency, of those that the caller may see.",
	}, access.InvoicesRead, func(ctx context.Context, who access.Staff, in *struct {
		DateFrom api.DateParam `query:"date_from" required:"false" doc:"Issued on this day or after it."`
		DateTo   api.DateParam `query:"date_to" required:"false" doc:"Issued on this day or before it."`
	}) (*Statistics, error) {
		found, err := o.Statistics(ctx, who, in.DateFrom.Date, in.DateTo.Date)
		return &found, err
	})
}
