package paperid

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"
)

// CallbackKind says what a callback tells of.
type CallbackKind string

// The callbacks. The provider has a URL for each, but also delivers all of them to one, so the kind is told from the
// body.
const (
	PaymentIn      CallbackKind = "payment_in"     // a customer paid, or failed to
	PaymentOut     CallbackKind = "payment_out"    // we paid a partner
	InvoicePaid    CallbackKind = "invoice_paid"   // a sales invoice is paid in full; follows the PaymentIn
	Reconciliation CallbackKind = "reconciliation" // a transfer to a static account was matched
	Disbursement   CallbackKind = "disbursement"   // a withdrawal went out, or failed
)

// Outcome is what a callback claims to have happened.
type Outcome string

// Statuses that nobody documented are OutcomePending.
const (
	OutcomePending Outcome = "pending"
	OutcomePaid    Outcome = "paid"
	OutcomePartial Outcome = "partial"
	OutcomeFailed  Outcome = "failed"
)

// The body could not be read as a callback.
var (
	ErrMalformedCallback = errors.New("paperid: the callback is not a JSON object")
	ErrUnknownCallback   = errors.New("paperid: the callback is of no known kind")
)

// Callback is what one callback says, whatever its shape. Nothing in it is proof: callbacks are unsigned, so read the
// invoice with GetInvoice before money moves. Absent texts are empty, absent amounts 0, absent times zero.
type Callback struct {
	Kind    CallbackKind
	Outcome Outcome
	Status  string // upper case: PAID, FULLY_RECONCILED, ...
	Message string

	// RefID is ours for payment requests and withdrawals, and the provider's for payments of an invoice. A PaymentOut
	// whose RefID names a withdrawal is that withdrawal's disbursement: the shape of those is unpublished.
	RefID      string
	ExternalID string
	Invoices   []InvoiceRef // may be empty even for a paid invoice
	PartnerID  string

	Method  string // see the Method constants; "static_va" on reconciliations
	Channel string // lower case; arrives as Visa, OVO, bni, bca_manual
	Source  string // open-api, paper-chain, payment_out_request, digpayout, recon_static_va

	Amount      int64 // billed; an invoice's total
	PaidAmount  int64 // what came in
	GrandAmount int64 // with the buyer's fee
	AmountDue   int64 // InvoicePaid only; whether before or after the payment is undocumented

	At time.Time // when it happened, in the provider's words
}

// InvoiceRef names an invoice. Either half may be empty.
type InvoiceRef struct {
	ID     string // the provider's uuid
	Number string // ours
}

// Key is equal for repeated deliveries of one callback: kind, what it is about, and status, in lower case, at most 200
// bytes.
func (c Callback) Key() string {
	parts := []string{string(c.Kind), c.RefID, c.ExternalID}
	for _, inv := range c.Invoices {
		parts = append(parts, firstText(inv.ID, inv.Number))
	}
	key := strings.ToLower(strings.Join(append(parts, c.Status), "|"))
	if len(key) > 200 {
		sum := sha256.Sum256([]byte(key))
		key = string(c.Kind) + "|" + hex.EncodeToString(sum[:])
	}
	return key
}

// ParseCallback reads a callback's body and tells the kinds apart by their shape. It is lenient about members and
// strict about the whole: ErrMalformedCallback for anything but a JSON object, ErrUnknownCallback for an object of no
// known shape. Bounding the body's size is the caller's part.
func ParseCallback(body []byte) (Callback, error) {
	o := readObject(body)
	if o == nil {
		return Callback{}, ErrMalformedCallback
	}
	data := o.object("data")
	if invoice := data.object("invoice"); invoice != nil {
		return invoicePaid(o, invoice), nil
	}
	if o.object("payment_info") == nil && data.object("payment_info") != nil {
		o = data // wrapped in an envelope
	}
	info := o.object("payment_info")
	switch {
	case isReconciliation(o, info):
		return reconciliation(o, info), nil
	case info != nil:
		return payment(o, info), nil
	case o.object("transaction_detail") != nil || o.text("transaction_status") != "":
		return disbursement(o), nil
	case data.object("transaction_detail") != nil || data.text("transaction_status") != "":
		return disbursement(data), nil
	default:
		return Callback{}, ErrUnknownCallback
	}
}

func outcome(status string) Outcome {
	switch status {
	case "PAID", "SUCCESS", "SUCCEEDED", "FULLY_RECONCILED", "DISBURSED", "COMPLETED":
		return OutcomePaid
	case "PARTIALLY_RECONCILED", "PARTIALLY PAID", "PARTIALLY_PAID":
		return OutcomePartial
	case "FAILED", "FAIL", "EXPIRED", "CANCELED", "CANCELLED", "REJECTED", "DENIED":
		return OutcomeFailed
	default:
		return OutcomePending
	}
}
