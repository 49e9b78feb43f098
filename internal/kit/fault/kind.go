package fault

import "net/http"

// Kind says what sort of refusal a fault is, and so its HTTP status.
type Kind int

// The kinds. There is none for an unexpected error: that is no fault.
const (
	Invalid         Kind = iota + 1 // 422: well-formed, but a field breaks a rule
	BadRequest                      // 400: cannot be read, or the documented answer is 400
	Unauthenticated                 // 401: no token, or one that is not (or no longer) good
	PaymentRequired                 // 402: the tenant's subscription does not allow it
	Forbidden                       // 403: known caller, missing permission or plan feature
	NotFound                        // 404: absent, or another tenant's: the same answer
	Conflict                        // 409: clashes with what is stored
	TooLarge                        // 413: body or upload over its limit
	Unsupported                     // 415: content type that the endpoint does not read
	Locked                          // 423: account locked after failed attempts
	TooMany                         // 429: rate limit; carries RetryAfter
	Upstream                        // 502: a provider answered badly
	Unavailable                     // 503: out of time or capacity; may be tried again
)

var statuses = map[Kind]int{
	Invalid:         http.StatusUnprocessableEntity,
	BadRequest:      http.StatusBadRequest,
	Unauthenticated: http.StatusUnauthorized,
	PaymentRequired: http.StatusPaymentRequired,
	Forbidden:       http.StatusForbidden,
	NotFound:        http.StatusNotFound,
	Conflict:        http.StatusConflict,
	TooLarge:        http.StatusRequestEntityTooLarge,
	Unsupported:     http.StatusUnsupportedMediaType,
	Locked:          http.StatusLocked,
	TooMany:         http.StatusTooManyRequests,
	Upstream:        http.StatusBadGateway,
	Unavailable:     http.StatusServiceUnavailable,
}

// Status returns the HTTP status of the kind, 500 for an unknown one.
func (k Kind) Status() int {
	if s, ok := statuses[k]; ok {
		return s
	}
	return http.StatusInternalServerError
}
