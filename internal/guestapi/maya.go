package guestapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/billing/payments"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/ratelimit"
)

// CheckoutSession is a page at Maya on which a booking can be paid.
type CheckoutSession struct {
	CheckoutID string `json:"checkoutId" example:"5c3a8a4e-7c1f-4b0e-9a31-0d6a1f1f6a90"`
	URL        string `json:"url" example:"https://payments.maya.ph/v2/checkout?id=5c3a8a4e-7c1f-4b0e-9a31-0d6a1f1f6a90"`
}

// checkoutPattern is what ids of checkouts are made of.
var checkoutPattern = regexp.MustCompile(`^[0-9A-Za-z-]{1,100}$`)

// VerifySession is what a browser sends that came back from Maya.
type VerifySession struct {
	CheckoutID string `json:"checkoutId" maxLength:"100" pattern:"^[0-9A-Za-z-]+$" example:"5c3a8a4e-7c1f-4b0e-9a31-0d6a1f1f6a90"`
}

// SessionVerified is the answer once Maya itself has said that it was paid.
type SessionVerified struct {
	Message   string `json:"message" example:"Payment verified successfully"`
	BookingID id.ID  `json:"booking_id"`
}

// Faults of paying.
var (
	ErrProofMissing = fault.New(fault.Unauthenticated, "guest.proof_missing",
		"Please sign in, or send the verification token of this booking.")
	ErrAlreadyPaid = fault.New(fault.Conflict, "guest.already_paid", "This booking is already paid.")
	ErrEnded       = fault.New(fault.Conflict, "guest.ended", "This booking was cancelled or is over.")
	ErrPaymentBusy = fault.New(fault.Conflict, "guest.payment_in_progress", "A payment is being prepared at this moment. Please try again.")
	ErrNotPaid     = fault.New(fault.BadRequest, "guest.not_paid", "The payment has not been completed.")
	ErrNoSession   = fault.New(fault.NotFound, "guest.session_not_found", "Checkout session not found")
)

type sessionInput struct {
	Hints
	ID     string `path:"id" example:"507f1f77bcf86cd799439041"`
	Header string `header:"X-Verification-Token" doc:"The token that creating the booking returned, or the handle from the e-mail; needed without a customer's access token."`
}

type verifySessionInput struct {
	Hints
	ID      string `path:"id" example:"507f1f77bcf86cd799439041"`
	Header  string `header:"X-Verification-Token" doc:"The token that creating the booking returned, or the handle from the e-mail; needed without a customer's access token."`
	RawBody []byte
}

// payer is who pays a booking, once it is known that they may.
type payer struct {
	tenant, booking id.ID
	who             access.Actor
}

func (o *Operations) registerMaya(a *api.API) {
	faults := []*fault.Error{ErrBookingNotFound, ErrOrganizationNotFound, ErrProofMissing, payments.ErrUnfinished}
	const audience = "For the customer whose access token the request carries, or for whoever has the booking's token or the handle from its e-mail; " +
		"of that booking only."
	api.Guest(a, api.Op{
		Method: http.MethodPost, Path: "/maya/bookings/{id}/checkout-session", ID: "guest-maya-checkout", Tag: tag, Status: http.StatusCreated,
		Summary: "Pay a booking with Maya", Idempotent: true, Limit: &ratelimit.Limit{Minute: o.config.VerifyMinute},
		Description: audience + " Answers with the page to send the browser to, which can be paid for an hour; asked again, with the same page for as " +
			"long as it can be paid. Without a body.",
		Errors: append(faults, ErrPaymentMethod, ErrAlreadyPaid, ErrEnded, ErrPaymentBusy, payments.ErrProvider),
	}, func(ctx context.Context, who access.Visitor, in *sessionInput) (*CheckoutSession, error) {
		return o.CheckoutSession(ctx, who, in.Hints, in.ID, in.Header)
	})
	api.Guest(a, api.Op{
		Method: http.MethodPost, Path: "/maya/bookings/{id}/verify-session", ID: "guest-maya-verify", Tag: tag,
		Summary: "Tell that a booking was paid with Maya", RequestBody: VerifySession{}, Limit: &ratelimit.Limit{Minute: o.config.VerifyMinute},
		Description: audience + " That the browser came back proves nothing: Maya itself is asked. Repeating it answers the same.",
		Errors:      append(faults, ErrNotPaid, ErrNoSession),
	}, func(ctx context.Context, who access.Visitor, in *verifySessionInput) (*SessionVerified, error) {
		f := &fields{}
		if json.Unmarshal(in.RawBody, &f.values) != nil || f.values == nil {
			f.refuse("", "must be an object")
			return nil, f.fault()
		}
		checkout := f.required("checkoutId")
		if !checkoutPattern.MatchString(checkout) {
			f.refuse("checkoutId", "must be the id of a checkout session")
		}
		if err := f.fault(); err != nil {
			return nil, err
		}
		return o.VerifySession(ctx, who, in.Hints, in.ID, in.Header, checkout)
	})
}

// CheckoutSession makes a page at Maya for a booking, or finds the one that is open.
// Faults: ErrBookingNotFound, ErrOrganizationNotFound, ErrProofMissing,
// ErrPaymentMethod, ErrAlreadyPaid, ErrEnded, ErrPaymentBusy, payments.ErrProvider,
// payments.ErrUnfinished.
func (o *Operations) CheckoutSession(ctx context.Context, who access.Visitor, h Hints, booking, proof string) (*CheckoutSession, error) {
	p, err := o.payer(ctx, who, h, booking, proof)
	if err != nil {
		return nil, err
	}
	if o.config.Maya == nil {
		return nil, ErrPaymentMethod
	}
	session, err := o.config.Maya.MayaSession(ctx, p.who, p.tenant, p.booking)
	if err != nil {
		return nil, translatePayment(err)
	}
	return &CheckoutSession{CheckoutID: session.CheckoutID, URL: session.URL}, nil
}

// VerifySession asks Maya whether a booking's checkout is paid. Faults:
// ErrBookingNotFound, ErrOrganizationNotFound, ErrProofMissing, ErrNoSession,
// ErrNotPaid, payments.ErrUnfinished.
func (o *Operations) VerifySession(ctx context.Context, who access.Visitor, h Hints, booking, proof, checkout string) (*SessionVerified, error) {
	p, err := o.payer(ctx, who, h, booking, proof)
	if err != nil {
		return nil, err
	}
	if o.config.Maya == nil {
		return nil, ErrNoSession
	}
	paid, err := o.config.Maya.SettleMaya(ctx, p.tenant, p.booking, checkout)
	switch {
	case errors.Is(err, payments.ErrNotFound):
		return nil, ErrNoSession
	case err != nil:
		return nil, translatePayment(err)
	case !paid:
		return nil, ErrNotPaid
	}
	return &SessionVerified{Message: "Payment verified successfully", BookingID: p.booking}, nil
}

// payer finds out who wants to pay which booking. A token that was sent decides, and
// has to be the booking's; else a customer pays what is theirs, however it was booked.
func (o *Operations) payer(ctx context.Context, who access.Visitor, h Hints, booking, proof string) (payer, error) {
	wanted, err := id.Parse(booking)
	if err != nil {
		return payer{}, ErrBookingNotFound
	}
	customer, linked := api.LinkedCustomer(ctx)
	if proof == "" && linked {
		return payer{tenant: customer.Tenant, booking: wanted, who: customer}, nil
	}
	sent := proofs{path: string(wanted), tokens: []string{proof}}
	found, known, err := o.claim(ctx, sent)
	switch {
	case err != nil:
		return payer{}, err
	case found.ByHandle || o.differ(ctx, h, found.Tenant, found.Slug):
		return payer{}, ErrBookingNotFound
	case !found.Active:
		return payer{}, ErrOrganizationNotFound
	case len(sent.distinct()) == 0:
		return payer{}, ErrProofMissing
	}
	if !found.proven(known) {
		return payer{}, ErrProofMissing
	}
	return payer{tenant: found.Tenant, booking: found.ID, who: who}, nil
}

// proven tells whether one of the tokens is the booking's own.
func (c claimed) proven(known []tokenRow) bool {
	for _, t := range known {
		if t.Tenant == c.Tenant && t.Booking == c.ID {
			return true
		}
	}
	return false
}

// translatePayment gives the faults of payments the words of this API.
func translatePayment(err error) error {
	for _, pair := range []struct{ theirs, ours *fault.Error }{
		{payments.ErrPaid, ErrAlreadyPaid},
		{payments.ErrEnded, ErrEnded},
		{payments.ErrLinkPending, ErrPaymentBusy},
		{payments.ErrLinkExists, ErrPaymentBusy},
		{payments.ErrWritten, ErrPaymentMethod},
		{payments.ErrCurrency, ErrPaymentMethod},
		{payments.ErrNoProvider, ErrPaymentMethod},
		{appointments.ErrNotFound, ErrBookingNotFound},
		{appointments.ErrOffered, ErrEnded},
	} {
		if errors.Is(err, pair.theirs) {
			return pair.ours.WithCause(err)
		}
	}
	return err
}
