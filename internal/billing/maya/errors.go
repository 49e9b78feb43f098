package maya

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// What a caller can act on. Everything else is an *APIError without a kind.
var (
	// ErrUnauthorized: a key that is wrong, or of the wrong kind for the call.
	ErrUnauthorized = errors.New("maya: the key was refused")
	// ErrNotFound: no such checkout, payment, refund or registration in this account.
	ErrNotFound = errors.New("maya: not found")
	// ErrUnavailable: no answer, an unreadable one, 408, 429, 5xx, or a code that says that a system behind was not
	// reached. Worth repeating when it is not also ErrUncertain.
	ErrUnavailable = errors.New("maya: the provider is unavailable")
	// ErrUncertain: a change was asked for, and whether it was made is not known. Look it up before repeating it.
	ErrUncertain = errors.New("maya: unknown whether the change was made")
	// ErrCurrency: the account does not take the currency.
	ErrCurrency = errors.New("maya: the currency is not supported")
	// ErrNotVoidable: the payment cannot be voided, or not any more.
	ErrNotVoidable = errors.New("maya: the payment cannot be voided")
	// ErrNotRefundable: the payment cannot be refunded, not yet or not any more.
	ErrNotRefundable = errors.New("maya: the payment cannot be refunded")
	// ErrRefundAmount: more than is left of the payment.
	ErrRefundAmount = errors.New("maya: the amount cannot be refunded")
	// ErrWebhookExists: the event has a registration already.
	ErrWebhookExists = errors.New("maya: the event is registered already")
	// ErrNotCancellable: the payment was made or has ended.
	ErrNotCancellable = errors.New("maya: the payment cannot be cancelled")
)

// APIError is the provider's refusal. errors.Is finds the kind in it, where it has one.
type APIError struct {
	Op      string // the method, e.g. "CreateCheckout"
	Status  int
	Code    string // "PY0009", "2553"
	Message string // the provider's words with those about fields, at most 300 bytes; for logs, not for customers
	kind    error
}

// Error implements error.
func (e *APIError) Error() string {
	text := fmt.Sprintf("maya: %s: status %d", e.Op, e.Status)
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

// refusal reads {"code", "message", "parameters": [{"field", "description"}]}.
func refusal(op string, status int, body []byte) error {
	var e struct {
		Code       string `json:"code"`
		Message    string `json:"message"`
		Parameters []struct {
			Field       string `json:"field"`
			Description string `json:"description"`
		} `json:"parameters"`
	}
	_ = json.Unmarshal(body, &e) // an unreadable refusal is one without a code
	message := e.Message
	for _, p := range e.Parameters {
		message += "; " + p.Field + ": " + p.Description
	}
	if len(message) > 300 {
		message = strings.ToValidUTF8(message[:300], "")
	}
	return &APIError{Op: op, Status: status, Code: e.Code, Message: message, kind: kindOf(status, e.Code)}
}

func kindOf(status int, code string) error {
	switch code {
	case "PY0019", "K003":
		return ErrUnauthorized
	case "PY0009", "PY0017", "PY0038", "PY0046":
		return ErrNotFound
	case "PY0037":
		return ErrCurrency
	case "PY0039":
		return ErrWebhookExists
	case "PY0045":
		return ErrNotVoidable
	case "PY0047":
		return ErrNotRefundable
	case "PY0048":
		return ErrRefundAmount
	}
	switch {
	case unreachable(code), status >= 500, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout:
		return ErrUnavailable
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return ErrUnauthorized
	case status == http.StatusNotFound:
		return ErrNotFound
	}
	return nil
}

// unreachable tells whether a code says that a processor or system behind the API was not reached.
func unreachable(code string) bool {
	return slices.Contains([]string{
		"PY0015", "PY0016", "PY0040", "PY0041", "PY0060", "PY0066", "PY0067", "PY0069", "PY0122", "PY0143", "PY9999",
	}, code)
}

// outage is an exchange without a readable answer.
type outage struct {
	op    string
	sent  bool // the request may have reached the provider
	cause error
}

func (e *outage) Error() string { return fmt.Sprintf("maya: %s: %v", e.op, e.cause) }
func (e *outage) Unwrap() error { return e.cause }

// Is counts every outage as ErrUnavailable but the one that the caller made by giving up.
func (e *outage) Is(target error) bool {
	return target == ErrUnavailable && !errors.Is(e.cause, context.Canceled)
}

// newOutage drops the *url.Error around a network error, which repeats the URL.
func newOutage(op string, err error) *outage {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var network *net.OpError
	dialling := errors.As(err, &network) && network.Op == "dial"
	return &outage{op: op, sent: !dialling, cause: err}
}

// uncertain marks a failed change with ErrUncertain where it may have been carried out all the same.
func uncertain(err error) error {
	var refused *APIError
	var out *outage
	happened := errors.As(err, &refused) && (refused.Status >= 500 || refused.Status == http.StatusRequestTimeout || unreachable(refused.Code)) ||
		errors.As(err, &out) && out.sent
	if !happened {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUncertain, err)
}
