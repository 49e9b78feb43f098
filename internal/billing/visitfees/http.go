package visitfees

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/billing/invoices"
	"reserva/internal/billing/refunds"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

const tag = "Fees of visits"

// ByID names a fee in the path.
type ByID struct {
	ID string `path:"fee_id" example:"6b0122f129abbffc7f79db7a"`
}

type listQuery struct {
	api.Page
	Status        string `query:"status" enum:"kept,due,paid,waived"`
	CustomerID    id.ID  `query:"customer_id" required:"false" doc:"Ignored for customers, who see their own."`
	AppointmentID id.ID  `query:"appointment_id" required:"false"`
}

func (q listQuery) filter() Filter {
	return Filter{Page: q.Page, Status: q.Status, Customer: q.CustomerID, Appointment: q.AppointmentID}
}

// Register registers the desk's endpoints.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/visit-fees", ID: "list-visit-fees", Tag: tag, Summary: "List fees of visits",
		Description: "For visits that were missed or cancelled too late, newest first, of the caller's outlets.",
	}, access.PaymentsRead, func(ctx context.Context, who access.Staff, in *listQuery) (*api.List[Fee], error) {
		return o.List(ctx, invoices.ReaderOf(&who, nil), in.filter())
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/visit-fees/{fee_id}", ID: "get-visit-fee", Tag: tag, Summary: "Read a fee of a visit",
		Description: "One entry of the list.", Errors: []*fault.Error{ErrNotFound},
	}, access.PaymentsRead, func(ctx context.Context, who access.Staff, in *ByID) (*Fee, error) {
		found, err := o.Get(ctx, invoices.ReaderOf(&who, nil), api.ID(in.ID))
		return &found, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/visit-fees/{fee_id}/waive", ID: "waive-visit-fee", Tag: tag, Idempotent: true, Summary: "Do without a fee",
		Description: "What was kept of it goes to the customer's wallet, and its invoice is cancelled.",
		Errors:      []*fault.Error{ErrNotFound, ErrWaived, ErrPaid, refunds.ErrNotCovered},
	}, access.RefundsWrite, func(ctx context.Context, who access.Staff, in *struct {
		ByID
		Body Waiver
	}) (*Fee, error) {
		waived, err := o.Waive(ctx, who, api.ID(in.ID), in.Body)
		return &waived, err
	})
}

// RegisterCustomer registers the customers' endpoint.
func RegisterCustomer(a *api.API, o *Operations) {
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/visit-fees", ID: "list-own-visit-fees", Tag: tag, Summary: "List your fees of visits",
		Description: "For visits that you missed or cancelled too late, newest first.",
	}, func(ctx context.Context, who access.Customer, in *listQuery) (*api.List[Fee], error) {
		return o.List(ctx, invoices.ReaderOf(nil, &who), in.filter())
	})
}
