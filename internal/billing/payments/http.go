package payments

import (
	"context"
	"net/http"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/fault"
)

const tag = "Payments"

// linkTimeout leaves the provider its time and the two transactions theirs.
const linkTimeout = gatewayTimeout + 15*time.Second

// ByAppointment is exported since fields of an unexported struct are not read when it is embedded.
type ByAppointment struct {
	ID string `path:"appointment_id" example:"6b0122f129abbffc7f79db7a"`
}

func linkFaults(more ...*fault.Error) []*fault.Error {
	return append([]*fault.Error{
		appointments.ErrNotFound, ErrPaid, ErrNoDeposit, ErrEnded, ErrLinkExists, ErrLinkPending, ErrCurrency, ErrProvider, ErrUnfinished, ErrNoProvider, appointments.ErrForeignTenant,
		appointments.ErrOffered,
	}, more...)
}

// Register registers the desk's endpoints.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/appointments/{appointment_id}/payment-status", ID: "get-appointment-payment-status", Tag: tag,
		Aliases:     []string{"/staff/appointments/{appointment_id}/payment-status"},
		Summary:     "Read how far an appointment is paid",
		Description: "With all payments, and the payment link that is open.", Errors: []*fault.Error{appointments.ErrNotFound},
	}, access.PaymentsRead, func(ctx context.Context, who access.Staff, in *ByAppointment) (*Overview, error) {
		found, err := o.Status(ctx, who, api.ID(in.ID))
		return &found, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/appointments/{appointment_id}/record-payment", ID: "record-appointment-payment", Tag: tag, Idempotent: true,
		Aliases: []string{"/staff/appointments/{appointment_id}/record-payment"},
		Summary: "Record a payment at the desk",
		Description: "Cash, a card terminal or a bank transfer; a part of the price or all that is left, without a fee. " +
			"An open payment link is withdrawn; a pending appointment that is then paid in full is confirmed.",
		Errors: []*fault.Error{appointments.ErrNotFound, appointments.ErrOverpaid, ErrPaid, ErrEnded, appointments.ErrForeignTenant, appointments.ErrOffered}, Timeout: linkTimeout,
	}, access.PaymentsWrite, func(ctx context.Context, who access.Staff, in *struct {
		ByAppointment
		Body Record
	}) (*Recorded, error) {
		made, err := o.Record(ctx, who, api.ID(in.ID), in.Body)
		return &made, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/appointments/{appointment_id}/create-payment-link", ID: "create-appointment-payment-link", Tag: tag,
		Aliases: []string{"/staff/appointments/{appointment_id}/create-payment-link"},
		Status:  http.StatusCreated, Idempotent: true, BodyOptional: true, Timeout: linkTimeout,
		Summary: "Make a payment link",
		Description: "For what is still to be paid, with the platform's fee. There is one open link at a time; a 409 carries it. " +
			"A link that is overdue, or for another amount than is still due, is replaced.",
		Errors: linkFaults(ErrDueDate),
	}, access.PaymentsWrite, func(ctx context.Context, who access.Staff, in *struct {
		ByAppointment
		Body *LinkWish
	}) (*Linked, error) {
		wish := LinkWish{}
		if in.Body != nil {
			wish = *in.Body
		}
		made, err := o.CreateLink(ctx, who, api.ID(in.ID), wish)
		return &made, err
	})
	registerHistory(a, o)
	registerWalletOf(a, o)
}

// RegisterCustomer registers the customers' endpoints.
func RegisterCustomer(a *api.API, o *Operations) {
	api.Customer(a, api.Op{
		Method: http.MethodPost, Path: "/customer/payments/process-appointment", ID: "process-appointment-payment", Tag: tag,
		Status: http.StatusCreated, Idempotent: true, Timeout: linkTimeout,
		Summary: "Pay an appointment online",
		Description: "Makes an invoice over what is still to be paid and a page on which to pay it. The appointment is confirmed " +
			"once the payment has arrived. There is one open link at a time; a 409 carries it.",
		Errors: linkFaults(ErrWallet),
	}, func(ctx context.Context, who access.Customer, in *struct{ Body Process }) (*Linked, error) {
		made, err := o.ProcessAppointment(ctx, who, in.Body)
		return &made, err
	})
	registerWallet(a, o)
}

// registerWallet registers what customers see of their wallet.
func registerWallet(a *api.API, o *Operations) {
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/wallet", ID: "get-wallet", Tag: tag, Summary: "Read your wallet",
		Description: "What you have in hand at this business, from payments that arrived too late; use it with use_wallet.",
	}, func(ctx context.Context, who access.Customer, _ *struct{}) (*Wallet, error) {
		found, err := o.Wallet(ctx, who)
type historyQuery struct {
	PaymentType string `query:"payment_type" maxLength:"20" example:"APPOINTMENT" doc:"appointment, package, subscription, wallet_topup, refund or setup_fee, in any case."`
	Status      string `query:"status" maxLength:"20" example:"COMPLETED" doc:"pending, completed, failed, cancelled, refunded or needs_review, in any case."`
	DateFrom    string `query:"date_from" maxLength:"40" example:"2026-04-01" doc:"ISO 8601. A date alone begins with its day in the zone of the business."`
	DateTo      string `query:"date_to" maxLength:"40" example:"2026-04-30" doc:"ISO 8601. A date alone includes its day."`
	CustomerID  id.ID  `query:"customer_id" required:"false" doc:"Ignored for customers, who see their own."`
	Skip        int    `query:"skip" minimum:"0" maximum:"10000000" default:"0"`
	Limit       int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

func registerHistory(a *api.API, o *Operations) {
	api.Either(a, api.Op{
		Method: http.MethodGet, Path: "/customer/payments/history", ID: "list-payments", Tag: tag, Summary: "List payments",
		Description: "Newest first. Customers see their own, staff those of their outlets.",
		Aliases:     []string{"/customer-payments/history", "/payments/history"}, Errors: []*fault.Error{ErrDates},
	}, access.PaymentsRead, func(ctx context.Context, staff *access.Staff, customer *access.Customer, in *historyQuery) (*History, error) {
		found, err := o.History(ctx, invoices.ReaderOf(staff, customer), Filter{
			Kind: in.PaymentType, Status: in.Status, From: in.DateFrom, To: in.DateTo, Customer: in.CustomerID, Skip: in.Skip, Limit: in.Limit,
		})
		return &found, err
	})
		Method: http.MethodGet, Path: "/customer/payments/history/{payment_id}", ID: "get-payment", Tag: tag, Summary: "Read a payment",
		Description: "One entry of the history.", Errors: []*fault.Error{ErrNotFound},
		Aliases: []string{"/customer-payments/history/{payment_id}", "/payments/history/{payment_id}"},
	}, access.PaymentsRead, func(ctx context.Context, staff *access.Staff, customer *access.Customer, in *struct {
		ID string `path:"payment_id" example:"6b0122f129abbffc7f79db7a"`
	}) (*Entry, error) {
		found, err := o.Get(ctx, invoices.ReaderOf(staff, customer), api.ID(in.ID))
		return &found, err
	})
}
