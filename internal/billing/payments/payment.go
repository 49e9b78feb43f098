package payments

import (
	"time"

	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Status is where a payment is in its life.
type Status string

// The states.
const (
	Pending     Status = "pending"
	Completed   Status = "completed"
	Failed      Status = "failed"
	Cancelled   Status = "cancelled"
	Refunded    Status = "refunded"
	NeedsReview Status = "needs_review"
)

// Statuses returns all states.
func Statuses() []Status {
	return []Status{Pending, Completed, Failed, Cancelled, Refunded, NeedsReview}
}

// Kind is what a payment is for.
type Kind string

// The kinds.
const (
	ForAppointment  Kind = "appointment"
	ForPackage      Kind = "package"
	ForSubscription Kind = "subscription"
	WalletTopUp     Kind = "wallet_topup"
	Refund          Kind = "refund"
	SetupFee        Kind = "setup_fee"
)

// Kinds returns all kinds.
func Kinds() []Kind {
	return []Kind{ForAppointment, ForPackage, ForSubscription, WalletTopUp, Refund, SetupFee}
}

// Providers, as payments name them.
const (
	Manual  = "manual"
	PaperID = tenants.PaperID
	Maya    = tenants.Maya
)

// Faults of payments.
var (
	ErrNotFound    = fault.New(fault.NotFound, "payment.not_found", "There is no such payment.")
	ErrPaid        = fault.New(fault.Conflict, "payment.already_paid", "There is nothing left to pay.")
	ErrNoDeposit   = fault.New(fault.Conflict, "payment.no_deposit", "Nothing has to be paid before this appointment stands.")
	ErrEnded       = fault.New(fault.Conflict, "payment.appointment_ended", "The appointment was cancelled or did not take place.")
	ErrLinkExists  = fault.New(fault.Conflict, "payment.link_exists", "There is a payment link that is still open.")
	ErrLinkPending = fault.New(fault.Conflict, "payment.link_in_progress", "A payment link is being made at this moment.")
	ErrWritten     = fault.New(fault.Conflict, "payment.invoice_open", "The appointment has an invoice that was sent, or paid in part. It is paid at the business, or cancelled before a payment link is made.")
	ErrDueDate     = fault.New(fault.BadRequest, "payment.due_date", "The due date is over.")
	ErrWallet      = fault.New(fault.BadRequest, "payment.wallet", "The wallet does not hold that much.")
	ErrCurrency    = fault.New(fault.BadRequest, "payment.currency", "Payments online are not made in this currency; please pay at the venue.")
	ErrProvider    = fault.New(fault.Upstream, "payment.provider", "The payment provider could not make a payment link. Try again.")
	ErrUnfinished  = fault.New(fault.Upstream, "payment.provider_unclear", "The payment provider did not answer in time. The link will follow by itself within minutes, or the attempt is undone.")
	ErrNoRefunds   = fault.New(fault.Conflict, "payment.no_refunds", "The payment provider cannot give this payment back. Use the wallet, or give it back by hand.")
	ErrNoProvider  = fault.New(fault.Unavailable, "payment.no_provider", "Payments online are not set up.")
)

// stored is a payment as it is stored.
type stored struct {
	ID            id.ID          `db:"id"`
	Kind          Kind           `db:"payment_type"`
	Status        Status         `db:"status"`
	InvoiceID     *id.ID         `db:"invoice_id"`
	AppointmentID *id.ID         `db:"appointment_id"`
	CustomerID    *id.ID         `db:"customer_id"`
	Reference     string         `db:"reference_id"`
	Description   string         `db:"description"`
	Currency      money.Currency `db:"currency"`
	Base          int64          `db:"base_amount"`
	Tax           int64          `db:"tax_amount"` // on top of the price; the business's like it
	Fee           int64          `db:"platform_fee"`
	FeeRate       money.Rate     `db:"platform_fee_rate"`
	Total         int64          `db:"total_amount"`
	Merchant      int64          `db:"merchant_amount"`
	Method        string         `db:"payment_method"`
	Channel       string         `db:"payment_channel"`
	Provider      string         `db:"payment_provider"`
	ProviderID    *string        `db:"provider_payment_id"`
	RecordedBy    *string        `db:"recorded_by"`
	Receipt       string         `db:"receipt_number"`
	Notes         string         `db:"notes"`
	Failure       string         `db:"failure_reason"`
	// Applied is how much of the price it paid, RefundedAmount what was given back or is
	// on its way, RefundedFee the platform's fee within that, RefundedTax the tax.
	Applied        int64      `db:"applied_amount"`
	RefundedAmount int64      `db:"refunded_amount"`
	RefundedFee    int64      `db:"refunded_fee"`
	RefundedTax    int64      `db:"refunded_tax"`
	PaidAt         *time.Time `db:"paid_at"`
	CreatedAt      time.Time  `db:"created_at"`
	UpdatedAt      time.Time  `db:"updated_at"`
}

// CompletedEvent is published when money has arrived, online or at the desk.
type CompletedEvent struct {
	PaymentID     id.ID  `json:"payment_id"`
	InvoiceID     *id.ID `json:"invoice_id,omitempty"`
	AppointmentID *id.ID `json:"appointment_id,omitempty"`
}

// SurplusEvent is published when more has arrived at the business's own account than was
// due.
type SurplusEvent struct {
	PaymentID id.ID `json:"payment_id"`
}

// drafted is published with each draft, to be worked once the request that made
// it must be over.
type drafted struct {
	InvoiceID id.ID `json:"invoice_id"`
}

// withdrawn is published when an invoice at the provider is not to be paid any
// more.
type withdrawn struct {
	InvoiceID id.ID `json:"invoice_id"`
}

// The names are stored with jobs.
func (CompletedEvent) EventName() string { return "payment.completed" }
func (SurplusEvent) EventName() string   { return "payment.surplus" }
func (drafted) EventName() string        { return "payment.link_drafted" }
func (withdrawn) EventName() string      { return "payment.link_withdrawn" }
