package payments

import (
	"context"
	"errors"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Gateway is the payment provider as this package needs it. Calls end with their
// context. Amounts are minor units of the request's currency.
type Gateway interface {
	// Takes tells whether payments in a currency can be asked for.
	Takes(currency money.Currency) bool
	// Open makes a page on which the request can be paid, or finds the one that an
	// earlier request of the same number made. It fails with ErrUncertain where the
	// page may have been made all the same.
	Open(ctx context.Context, r Request) (Link, error)
	// Find looks for what an earlier Open has made. It fails with ErrNothingThere.
	Find(ctx context.Context, r Request) (Link, error)
	// Look tells how far a page is paid. It fails with ErrNothingThere.
	Look(ctx context.Context, tenant id.ID, providerID string) (State, error)
	// Withdraw removes a page that is not paid. Withdrawing what is not there is
	// done; it fails with ErrPaidAlready.
	Withdraw(ctx context.Context, tenant id.ID, providerID string) error
}

// What a Gateway may answer that callers act on.
var (
	ErrUncertain    = errors.New("payments: unknown whether the provider did it")
	ErrNothingThere = errors.New("payments: the provider has no such invoice")
	ErrPaidAlready  = errors.New("payments: the provider says it is paid")
	// ErrRefundRefused is a refund that the provider will not make.
	ErrRefundRefused = errors.New("payments: the provider refuses the refund")
	// ErrUnreachable is a provider that was certainly not reached.
	ErrUnreachable = errors.New("payments: the provider cannot be reached")
)

// Refunder is a Gateway whose provider can give money back. Amounts are minor units of
// the payment's currency.
type Refunder interface {
	// Refund asks the provider to give back an amount of the payment that it calls
	// providerID. The key is the refund's for ever: what was asked for under it before is
	// found rather than asked for again. It fails with ErrUncertain where the provider may
	// have done it, with ErrUnreachable where it certainly has not, and with
	// ErrRefundRefused where it will not.
	Refund(ctx context.Context, tenant id.ID, providerID string, amount int64, currency money.Currency, key string) (RefundState, error)
	// LookRefund tells what became of it. It fails with ErrNothingThere where the provider
	// was never asked under the key.
	LookRefund(ctx context.Context, tenant id.ID, providerID, key string) (RefundState, error)
}

// RefundProgress is how far a refund is at the provider.
type RefundProgress string

// The degrees. What failed has moved no money, and never will.
const (
	RefundOngoing RefundProgress = "ongoing"
	RefundDone    RefundProgress = "done"
	RefundFailed  RefundProgress = "failed"
)

// RefundState is the provider's word on a refund.
type RefundState struct {
	ID       string // the provider's
	Progress RefundProgress
}

// Request is a payment to ask for.
type Request struct {
	Tenant   id.ID
	Business string    // who is paid, shown on the page
	Number   string    // unique for ever
	At       time.Time // when the provider is asked
	Issued   civil.Date
	Due      civil.Date
	Payer    Payer
	Currency money.Currency
	Lines    []RequestLine
	Send     Channels
	Notes    string
	Return   Return
	// Again says that an earlier attempt may have made the page: it is looked for first.
	Again bool
}

// Return is where a provider's page sends the payer, where it does; empty URLs are
// not told.
type Return struct{ Success, Failure, Cancel string }

// Total is what the request comes to.
func (r Request) Total() int64 {
	total := int64(0)
	for _, l := range r.Lines {
		total += int64(l.Quantity) * l.Price
	}
	return total
}

// Payer is who is asked to pay. The provider cannot do without a phone number.
type Payer struct {
	ID                 id.ID
	Name, Email, Phone string
}

// RequestLine is a line of a request.
type RequestLine struct {
	Name, Description string
	Quantity          int
	Price             int64
}

// Channels say by which means the provider itself tells the payer.
type Channels struct{ Email, WhatsApp, SMS bool }

// Names lists the channels as the API does.
func (c Channels) Names() []string {
	names := []string{}
	for _, channel := range []struct {
		on   bool
		name string
	}{{c.Email, "email"}, {c.WhatsApp, "whatsapp"}, {c.SMS, "sms"}} {
		if channel.on {
			names = append(names, channel.name)
		}
	}
	return names
}

// Link is a page on which a request can be paid. URLs are absolute.
type Link struct {
	ID       string // the provider's
	URL      string
	ShortURL string
	PDFURL   string
	Sent     Channels
	// ExpiresAt is when the page takes no money any more, nil where that is the end of
	// the due date.
	ExpiresAt *time.Time
}

// Progress is how far a page is paid.
type Progress string

// The degrees.
const (
	Unpaid     Progress = "unpaid"
	PartlyPaid Progress = "partly_paid"
	FullyPaid  Progress = "paid"
	// Over is a page that was not paid and cannot be any more: it expired, or the
	// payer gave up or was refused.
	Over Progress = "over"
)

// State is the provider's word on a page.
type State struct {
	Number   string
	Progress Progress
	Total    int64
	Currency money.Currency // empty where the provider has only one
	Link     Link

	PaymentID       string // the provider's, where it differs from the page's
	Method, Channel string // how it was paid, where the provider says it
	Reason          string // why it is over
}
