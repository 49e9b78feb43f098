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
		appointments.ErrNotFound, ErrPaid, ErrNoDeposit, ErrEnded, ErrLinkExists, ErrLinkPending, ErrWritten, ErrCurrency, ErrProvider, ErrUnfinished, ErrNoProvider, appointments.ErrForeignTenant,
		appointments.ErrOffered,
	}, more...)
}

// Register registers the desk's endpoints.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/appointments/{appointment_id}/payment-status", ID: "get-appointment-payment-status", Tag: tag,
		Aliases:     []string{"/staff/appointments/{appointment_id}/payment-status"},
		Summary:     "Read how far an appointment is paid",
		Description: "With all payments, and the payment link that is open; the provider is asked for news of that, which the next look shows.", Errors: []*fault.Error{appointments.ErrNotFound},
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
	registerWalletOf(a, o)
}

// RegisterCustomer registers the customers' endpoints.
func RegisterCustomer(a *api.API, o *Operations) {
	api.Customer(a, api.Op{
		Method: http.MethodPost, Path: "/customer/payments/process-appointment", ID: "process-appointment-payment", Tag: tag,
		Status: http.StatusCreated, Idempotent: true, Timeout: linkTimeout,
		Summary: "Pay an appointment online",
		Description: "Makes an invoice over what is still to be paid and a page on which to pay it. The appointment is confirmed " +
			"once the payment has arrived. There is one open link at a time; a 409 carries it, unless another part of the wallet is to be " +
			"used than it holds: then it is replaced.",
		Errors: linkFaults(ErrWallet),
	}, func(ctx context.Context, who access.Customer, in *struct{ Body Process }) (*Linked, error) {
		made, err := o.ProcessAppointment(ctx, who, in.Body)
		return &made, err
	})
	registerWallet(a, o)
}
