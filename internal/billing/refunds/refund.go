package refunds

import (
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Status is where a refund is in its life.
type Status string

// The states.
const (
	Requested Status = "requested"
	Approved  Status = "approved" // and on its way at the provider
	Rejected  Status = "rejected" // by the business, or by the provider
	Completed Status = "completed"
)

// Method is the way on which the money goes back.
type Method string

// The methods.
const (
	ToWallet  Method = "wallet"
	ByHand    Method = "manual"
	AtGateway Method = "gateway"
)

// Faults of refunds.
var (
	ErrNotFound      = fault.New(fault.NotFound, "refund.not_found", "There is no such refund.")
	ErrNotRefundable = fault.New(fault.Conflict, "refund.not_refundable", "Nothing of this payment can be given back.")
	ErrTooMuch       = fault.New(fault.BadRequest, "refund.too_much", "The amount is more than what is left of the payment.")
	ErrRequested     = fault.New(fault.Conflict, "refund.already_requested", "You have asked for this already; the business will decide.")
	ErrDecided       = fault.New(fault.Conflict, "refund.decided", "The refund was decided already.")
	ErrNotCovered    = fault.New(fault.Conflict, "refund.not_covered", "The earnings of the business do not cover that at the moment. Give it back by hand.")
	ErrRefused       = fault.New(fault.Upstream, "refund.provider_refused", "The payment provider refuses the refund. Use the wallet, or give it back by hand.")
)

// Refund is money that is given back, or that somebody wants back.
type Refund struct {
	ID               id.ID          `json:"id"`
	PaymentID        id.ID          `json:"payment_id"`
	AppointmentID    *id.ID         `json:"appointment_id"`
	CustomerID       id.ID          `json:"customer_id"`
	Status           Status         `json:"status" enum:"requested,approved,rejected,completed"`
	Amount           money.Number   `json:"amount" example:"150000" doc:"What the customer gets, or wants."`
	FeeAmount        money.Number   `json:"fee_amount" example:"0" doc:"Of the amount, what the platform gives back of its fee."`
	TaxAmount        money.Number   `json:"tax_amount" example:"0" doc:"Of the amount, the tax that was paid with the price."`
	Currency         money.Currency `json:"currency"`
	Method           *Method        `json:"method" enum:"wallet,manual,gateway" doc:"Null until it is decided."`
	Reason           string         `json:"reason" example:"I am ill"`
	DecisionNote     string         `json:"decision_note" example:"As agreed on the phone" doc:"Why it was decided so."`
	RequestedBy      string         `json:"requested_by" enum:"customer,staff,system"`
	DecidedBy        *id.ID         `json:"decided_by" doc:"The user who decided; null where none did."`
	ProviderRefundID *string        `json:"provider_refund_id" example:"c2f3a1d0-7b5e-4d2c-9a4e-1f6b8d3c5e7a"`
	CreatedAt        time.Time      `json:"created_at"`
	DecidedAt        *time.Time     `json:"decided_at"`
	CompletedAt      *time.Time     `json:"completed_at"`
}

// row is a refund as it is stored.
type row struct {
	ID               id.ID          `db:"id"`
	PaymentID        id.ID          `db:"payment_id"`
	AppointmentID    *id.ID         `db:"appointment_id"` // of the payment
	CustomerID       id.ID          `db:"customer_id"`
	Status           Status         `db:"status"`
	Amount           int64          `db:"amount"`
	Fee              int64          `db:"fee_amount"`
	Tax              int64          `db:"tax_amount"`
	Applied          int64          `db:"applied_amount"`
	Currency         money.Currency `db:"currency"`
	Method           Method         `db:"method"`
	Reason           string         `db:"reason"`
	Note             string         `db:"decision_note"`
	RequestedBy      string         `db:"requested_by"`
	DecidedBy        *string        `db:"decided_by"`
	ProviderRefundID *string        `db:"provider_refund_id"`
	SendingUntil     *time.Time     `db:"sending_until"`
	CreatedAt        time.Time      `db:"created_at"`
	DecidedAt        *time.Time     `db:"decided_at"`
	CompletedAt      *time.Time     `db:"completed_at"`
}

func (r row) view() Refund {
	amount := func(minor int64) money.Number { return money.Number{Minor: minor, Currency: r.Currency} }
	out := Refund{
		ID: r.ID, PaymentID: r.PaymentID, AppointmentID: r.AppointmentID, CustomerID: r.CustomerID, Status: r.Status,
		Amount: amount(r.Amount), FeeAmount: amount(r.Fee), TaxAmount: amount(r.Tax), Currency: r.Currency, Reason: r.Reason, DecisionNote: r.Note,
		RequestedBy: r.RequestedBy, ProviderRefundID: r.ProviderRefundID,
		CreatedAt: r.CreatedAt.UTC(), DecidedAt: utc(r.DecidedAt), CompletedAt: utc(r.CompletedAt),
	}
	if r.Method != "" {
		out.Method = &r.Method
	}
	if r.DecidedBy != nil && id.ID(*r.DecidedBy).Valid() {
		by := id.ID(*r.DecidedBy)
		out.DecidedBy = &by
	}
	return out
}

// decide notes who decided a refund, and when.
func (r *row) decide(who access.Actor, now time.Time, status Status, note string) {
	by := who.ActorID()
	r.Status, r.DecidedBy, r.DecidedAt, r.Note = status, &by, &now, note
}

// auditEntry is what the audit log keeps of a refund: no free text.
type auditEntry struct {
	Status   Status         `json:"status"`
	Payment  id.ID          `json:"payment_id"`
	Amount   int64          `json:"amount"`
	Fee      int64          `json:"fee_amount"`
	Currency money.Currency `json:"currency"`
	Method   Method         `json:"method"`
}

func auditOf(r row) auditEntry {
	return auditEntry{Status: r.Status, Payment: r.PaymentID, Amount: r.Amount, Fee: r.Fee, Currency: r.Currency, Method: r.Method}
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
