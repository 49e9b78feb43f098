package history

import (
	"context"
	"io"
	"net/http"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/billing/payments"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

const tag = "Payments"

// Filters are exported since fields of an unexported struct are not read when it is embedded.
type Filters struct {
	PaymentType string `query:"payment_type" maxLength:"20" example:"APPOINTMENT" doc:"appointment, package, subscription, wallet_topup, refund or setup_fee, in any case."`
	Status      string `query:"status" maxLength:"20" example:"COMPLETED" doc:"pending, completed, failed, cancelled, refunded or needs_review, in any case."`
	DateFrom    string `query:"date_from" maxLength:"40" example:"2026-04-01" doc:"ISO 8601. A date alone begins with its day in the zone of the business."`
	DateTo      string `query:"date_to" maxLength:"40" example:"2026-04-30" doc:"ISO 8601. A date alone includes its day."`
	CustomerID  id.ID  `query:"customer_id" required:"false" doc:"Ignored for customers, who see their own."`
	TenantID    id.ID  `query:"tenant_id" required:"false" doc:"Another business, for super admins."`
	AllTenants  bool   `query:"all_tenants" doc:"All businesses, for super admins."`
}

func (f Filters) filter() Filter {
	return Filter{Kind: f.PaymentType, Status: f.Status, From: f.DateFrom, To: f.DateTo, Customer: f.CustomerID}
}

// exportTimeout is how long a file may take to be read.
const exportTimeout = 5 * time.Minute

// Register registers the history under each of its documented names.
func Register(a *api.API, o *Operations) {
	api.Either(a, api.Op{
		Method: http.MethodGet, Path: "/customer/payments/history", ID: "list-payments", Tag: tag, Summary: "List payments",
		Description: "Newest first. Customers see their own, staff those of their outlets, super admins those of any business.",
		Aliases:     []string{"/customer-payments/history", "/payments/history"}, Errors: []*fault.Error{ErrDates, ErrOtherTenant},
	}, access.PaymentsRead, func(ctx context.Context, staff *access.Staff, customer *access.Customer, in *struct {
		Filters
		Skip  int `query:"skip" minimum:"0" maximum:"10000000" default:"0"`
		Limit int `query:"limit" minimum:"1" maximum:"100" default:"20"`
	}) (*History, error) {
		r, err := ReaderOf(staff, customer, in.TenantID, in.AllTenants)
		if err != nil {
			return nil, err
		}
		f := in.filter()
		f.Skip, f.Limit = in.Skip, in.Limit
		found, err := o.List(ctx, r, f)
		return &found, err
	})
	api.Either(a, api.Op{
		Method: http.MethodGet, Path: "/customer/payments/history/summary", ID: "summarize-payments", Tag: tag, Summary: "Add up payments",
		Description: "By state, by method and by currency, of those that the list with the same filters has.",
		Aliases:     []string{"/customer-payments/history/summary", "/payments/history/summary"}, Errors: []*fault.Error{ErrDates, ErrOtherTenant},
	}, access.PaymentsRead, func(ctx context.Context, staff *access.Staff, customer *access.Customer, in *Filters) (*Summary, error) {
		r, err := ReaderOf(staff, customer, in.TenantID, in.AllTenants)
		if err != nil {
			return nil, err
		}
		found, err := o.Summarize(ctx, r, in.filter())
		return &found, err
	})
	registerExport(a, o)
	api.Either(a, api.Op{
		Method: http.MethodGet, Path: "/customer/payments/history/{payment_id}", ID: "get-payment", Tag: tag, Summary: "Read a payment",
		Description: "One entry of the history.", Errors: []*fault.Error{payments.ErrNotFound, ErrOtherTenant},
		Aliases: []string{"/customer-payments/history/{payment_id}", "/payments/history/{payment_id}"},
	}, access.PaymentsRead, func(ctx context.Context, staff *access.Staff, customer *access.Customer, in *struct {
		ID       string `path:"payment_id" example:"6b0122f129abbffc7f79db7a"`
		TenantID id.ID  `query:"tenant_id" required:"false" doc:"Another business, for super admins."`
	}) (*Entry, error) {
		r, err := ReaderOf(staff, customer, in.TenantID, false)
		if err != nil {
			return nil, err
		}
		found, err := o.Get(ctx, r, api.ID(in.ID))
		return &found, err
	})
}

func registerExport(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/payments/history/export", ID: "export-payments", Tag: tag, Summary: "Download payments",
		Description: "As CSV for spreadsheets, newest first, with the filters of the list. Times are in UTC. What people typed and looks " +
			"like a formula begins with an apostrophe.",
		Aliases:     []string{"/customer-payments/history/export", "/customer/payments/history/export"},
		ContentType: "text/csv; charset=utf-8", Timeout: exportTimeout, Errors: []*fault.Error{ErrDates, ErrOtherTenant},
	}, access.PaymentsRead, func(ctx context.Context, who access.Staff, in *struct {
		Filters
		Format string `query:"format" enum:"csv" default:"csv"`
	}) (*api.Raw, error) {
		r, err := ReaderOf(&who, nil, in.TenantID, in.AllTenants)
		if err != nil {
			return nil, err
		}
		f := in.filter()
		if err := o.Check(ctx, r, f); err != nil {
			return nil, err
		}
		return &api.Raw{
			ContentType: "text/csv; charset=utf-8", Filename: "payments.csv",
			Stream: func(to io.Writer) error { return o.Export(ctx, r, f, to) },
		}, nil
	})
}
