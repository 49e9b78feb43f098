package refunds

import (
	"context"
	"net/http"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/billing/invoices"
	"reserva/internal/billing/payments"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

const tag = "Refunds"

// sendTimeout leaves the provider its time and the transactions theirs.
const sendTimeout = gatewayTimeout + 15*time.Second

// ByID names a refund in the path.
type ByID struct {
	ID string `path:"refund_id" example:"6b0122f129abbffc7f79db7a"`
}

// ByPayment names a payment in the path.
type ByPayment struct {
	ID string `path:"payment_id" example:"6b0122f129abbffc7f79db7a"`
}

type listQuery struct {
	api.Page
	Status     string `query:"status" enum:"requested,approved,rejected,completed"`
	PaymentID  id.ID  `query:"payment_id" required:"false"`
	CustomerID id.ID  `query:"customer_id" required:"false" doc:"Ignored for customers, who see their own."`
}

func (q listQuery) filter() Filter {
	return Filter{Page: q.Page, Status: q.Status, Payment: q.PaymentID, Customer: q.CustomerID}
}

func giveFaults(more ...*fault.Error) []*fault.Error {
	return append([]*fault.Error{
		ErrNotRefundable, ErrTooMuch, ErrNotCovered, ErrRefused, payments.ErrNoRefunds, payments.ErrNoProvider, appointments.ErrOffered,
	}, more...)
}

const waysText = "To the wallet it leaves what the business earned online. By hand it is only written down: the business gives it. By the gateway the " +
	"payment provider gives it back, where it can; as long as it is on its way there the refund is approved. The platform gives its fee back in proportion."

// Register registers the desk's endpoints, and those of both.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/payments/{payment_id}/refund", ID: "refund-payment", Tag: tag,
		Status: http.StatusCreated, Idempotent: true, Timeout: sendTimeout, Summary: "Give a payment back",
		Description: "The whole or a part of what is left of it; parts add up. It decides a request for as much, and lowers one for more. " + waysText, Errors: giveFaults(payments.ErrNotFound),
	}, access.RefundsWrite, func(ctx context.Context, who access.Staff, in *struct {
		ByPayment
		Body Order
	}) (*Refund, error) {
		made, err := o.Give(ctx, who, api.ID(in.ID), in.Body)
		return &made, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/refunds/{refund_id}/approve", ID: "approve-refund", Tag: tag, Idempotent: true, Timeout: sendTimeout,
		Summary: "Give back what a customer asked for", Description: "All of it, or a part. " + waysText, Errors: giveFaults(ErrNotFound, ErrDecided),
	}, access.RefundsWrite, func(ctx context.Context, who access.Staff, in *struct {
		ByID
		Body Approval
	}) (*Refund, error) {
		made, err := o.Approve(ctx, who, api.ID(in.ID), in.Body)
		return &made, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/refunds/{refund_id}/reject", ID: "reject-refund", Tag: tag, Idempotent: true,
		Summary: "Refuse what a customer asked for", Description: "The customer is told the reason, and may ask again.", Errors: []*fault.Error{ErrNotFound, ErrDecided, appointments.ErrOffered},
	}, access.RefundsWrite, func(ctx context.Context, who access.Staff, in *struct {
		ByID
		Body Rejection
	}) (*Refund, error) {
		made, err := o.Reject(ctx, who, api.ID(in.ID), in.Body)
		return &made, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/refunds", ID: "list-refunds", Tag: tag, Summary: "List refunds",
		Description: "Newest first, of the caller's outlets.",
	}, access.PaymentsRead, func(ctx context.Context, who access.Staff, in *listQuery) (*api.List[Refund], error) {
		return o.List(ctx, invoices.ReaderOf(&who, nil), in.filter())
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/refunds/{refund_id}", ID: "get-refund", Tag: tag, Summary: "Read a refund",
		Description: "One entry of the list.", Errors: []*fault.Error{ErrNotFound},
	}, access.PaymentsRead, func(ctx context.Context, who access.Staff, in *ByID) (*Refund, error) {
		found, err := o.Get(ctx, invoices.ReaderOf(&who, nil), api.ID(in.ID))
		return &found, err
	})
}

// RegisterCustomer registers the customers' endpoints.
func RegisterCustomer(a *api.API, o *Operations) {
	api.Customer(a, api.Op{
		Method: http.MethodPost, Path: "/customer/payments/{payment_id}/refund-request", ID: "request-refund", Tag: tag,
		Status: http.StatusAccepted, Idempotent: true, Summary: "Ask for a payment back",
		Description: "The whole or a part of what is left of it. The business decides; there is one open request for a payment at a time.",
		Errors:      []*fault.Error{payments.ErrNotFound, ErrNotRefundable, ErrTooMuch, ErrRequested},
	}, func(ctx context.Context, who access.Customer, in *struct {
		ByPayment
		Body Request
	}) (*Asked, error) {
		made, err := o.Ask(ctx, who, api.ID(in.ID), in.Body)
		return &made, err
	})
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/refunds", ID: "list-own-refunds", Tag: tag, Summary: "List your refunds",
		Description: "Newest first, with what you asked for.",
	}, func(ctx context.Context, who access.Customer, in *listQuery) (*api.List[Refund], error) {
		return o.List(ctx, invoices.ReaderOf(nil, &who), in.filter())
	})
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/refunds/{refund_id}", ID: "get-own-refund", Tag: tag, Summary: "Read one of your refunds",
		Description: "One entry of the list.", Errors: []*fault.Error{ErrNotFound},
	}, func(ctx context.Context, who access.Customer, in *ByID) (*Refund, error) {
		found, err := o.Get(ctx, invoices.ReaderOf(nil, &who), api.ID(in.ID))
		return &found, err
	})
}
