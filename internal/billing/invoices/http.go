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
	Type          string        `query:"invoice_type" maxLength:"20" example:"APPOINTMENT" doc:"SUBSCRIPTION, APPOINTMENT, SETUP_FEE or PACKAGE, in any case."`
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

// Register registers what staff and customers share.
func Register(a *api.API, o *Operations) {
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
