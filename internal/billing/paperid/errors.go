package paperid

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// What a caller can act on. Everything else is an *APIError without a kind.
var (
	// ErrDuplicateNumber: the number was used before, perhaps by our own earlier request whose answer was lost;
	// [Client.AdoptInvoice] finds that out.
	ErrDuplicateNumber = errors.New("paperid: the number is taken")
	// ErrPartnerMismatch: the customer or partner is known under other contact data; see [CustomerID].
	ErrPartnerMismatch = errors.New("paperid: the partner is known with other data")
	// ErrUnauthorized: wrong keys, or an address that the account's allow-list lacks.
	ErrUnauthorized = errors.New("paperid: the credentials were refused")
	// ErrNotFound: no such partner, invoice or payment request in this account.
	ErrNotFound = errors.New("paperid: not found")
	// ErrUnavailable: no answer, an unreadable one, 408, 429 or 5xx. Worth repeating when it is not also ErrUncertain.
	ErrUnavailable = errors.New("paperid: the provider is unavailable")
	// ErrUncertain: a change was asked for and its answer lost, and what became of it could not be found out. Repeat
	// it only with the same number or reference.
	ErrUncertain = errors.New("paperid: unknown whether the change was made")
	// ErrAlreadyPaid: a paid invoice or request cannot be paid, changed or cancelled.
	ErrAlreadyPaid = errors.New("paperid: already paid")
	// ErrBelowMinimum: a payment request below MinimumPayment rupiah.
	ErrBelowMinimum = errors.New("paperid: below the minimum amount")
	// ErrInsufficientBalance: a withdrawal above the active balance.
	ErrInsufficientBalance = errors.New("paperid: the balance is too low")
	// ErrOtherInvoice: the number belongs to an invoice over another total than the one that was to be created.
	ErrOtherInvoice = errors.New("paperid: the number belongs to a different invoice")
)

// APIError is the provider's refusal. errors.Is finds the kind in it, where it has one.
type APIError struct {
	Op      string // the method, e.g. "CreateInvoice"
	Status  int    // the HTTP status, or the envelope's own where HTTP said 2xx
	Code    string // "code" or "error_code", often empty
	Message string // the provider's words, at most 300 bytes, often Indonesian; for logs, not for customers
	kind    error
}

// Error implements error.
func (e *APIError) Error() string {
	text := fmt.Sprintf("paperid: %s: status %d", e.Op, e.Status)
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

// Unwrap gives the kind, one of this package's Err values, or nil.
func (e *APIError) Unwrap() error { return e.kind }

// classify gives a refusal its kind. The texts were seen in answers; the reference lists none, so the match is loose,
// and "already" means a taken number only where something with a number is created.
func classify(status int, message string, creates bool) error {
	text := strings.ToLower(message)
	has := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(text, part) {
				return true
			}
		}
		return false
	}
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return ErrUnauthorized
	case status == http.StatusNotFound:
		return ErrNotFound
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout:
		return ErrUnavailable
	case has("partner") && has("match"):
		return ErrPartnerMismatch
	case has("already paid", "already been paid", "sudah dibayar", "sudah lunas"):
		return ErrAlreadyPaid
	case has("sudah dipakai"), creates && has("already"):
		return ErrDuplicateNumber
	case has("insufficient"):
		return ErrInsufficientBalance
	case has("minimum"):
		return ErrBelowMinimum
	default:
		return nil
	}
}

// outage is an exchange without a readable answer.
type outage struct {
	op    string
	sent  bool // the request may have reached the provider
	cause error
}

func (e *outage) Error() string { return fmt.Sprintf("paperid: %s: %v", e.op, e.cause) }
func (e *outage) Unwrap() error { return e.cause }

// Is counts every outage as ErrUnavailable but the one that the caller made by giving up.
func (e *outage) Is(target error) bool {
	return target == ErrUnavailable && !errors.Is(e.cause, context.Canceled)
}

// newOutage drops the *url.Error around a network error: it repeats the URL, and a query may hold a phone number.
func newOutage(op string, err error) *outage {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var network *net.OpError
	dialling := errors.As(err, &network) && network.Op == "dial"
	return &outage{op: op, sent: !dialling, cause: err}
}

// mayHaveHappened tells whether a failed change could have been carried out all the same.
func mayHaveHappened(err error) bool {
	var api *APIError
	if errors.As(err, &api) {
		return api.Status >= 500 || api.Status == http.StatusRequestTimeout
	}
	var out *outage
	return errors.As(err, &out) && out.sent
}

// uncertain marks a failed change with ErrUncertain where that is what it is.
func uncertain(err error) error {
	if err == nil || !mayHaveHappened(err) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUncertain, err)
}
