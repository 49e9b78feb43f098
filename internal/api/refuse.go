package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"reserva/internal/kit/fault"
)

// refusal is an error on its way out: status and body. It is what huma writes.
type refusal struct {
	status int
	body   any
}

// statusClientGone is what the log shows of a client that did not wait.
const statusClientGone = 499

// Error implements error, GetStatus huma.StatusError.
func (r *refusal) Error() string  { return http.StatusText(r.status) }
func (r *refusal) GetStatus() int { return r.status }

// MarshalJSON writes the body alone.
func (r *refusal) MarshalJSON() ([]byte, error) { return json.Marshal(r.body) }

// Schema keeps the type out of the document, which describes errors itself.
func (*refusal) Schema(huma.Registry) *huma.Schema { return &huma.Schema{} }

// refuse is the one place where an error becomes an answer. It sets the headers
// that belong to the error and logs what is not a refusal but a failure.
func (a *API) refuse(x *exchange, err error) *refusal {
	if a.config.Idempotency != nil && a.config.Idempotency.Lost(err) {
		x.lost = true
		return encode(x, ErrIdempotencyBusy)
	}
	f, ok := fault.As(err)
	switch {
	case ok:
		if status := f.Status(); f != errMethod && status >= http.StatusInternalServerError {
			x.log.Warn("refused", slog.Int("status", status), slog.Any("error", err))
		}
	case errors.Is(err, context.Canceled):
		return &refusal{status: statusClientGone}
	case errors.Is(err, context.DeadlineExceeded):
		f = ErrRequestTimeout
		x.log.Warn("out of time", slog.Any("error", err))
	default:
		f = errInternal
		x.log.Error("failed", slog.Any("error", err))
	}
	return encode(x, f)
}

// encode gives a fault the body and headers of the exchange's family.
func encode(x *exchange, f *fault.Error) *refusal {
	status := f.Status()
	if f == errMethod {
		status = http.StatusMethodNotAllowed
	}
	if f.RetryAfter > 0 {
		x.header.Set("Retry-After", retrySeconds(f.RetryAfter))
	}
	if status == http.StatusUnauthorized && x.family == reserva {
		x.header.Set("WWW-Authenticate", "Bearer")
	}
	return &refusal{status: status, body: faultBody(x.family, f, status, x.origin.RequestID)}
}

func retrySeconds(d time.Duration) string {
	return strconv.Itoa(int(math.Ceil(d.Seconds())))
}

// faultBody is the documented body of an error. The documentation's examples
// come from it as well, so that they cannot differ.
func faultBody(fam family, f *fault.Error, status int, requestID string) map[string]any {
	if fam == booki {
		return map[string]any{"statusCode": status, "message": plainMessage(f)}
	}
	body := make(map[string]any, len(f.Extra)+3)
	for k, v := range f.Extra {
		body[k] = v
	}
	switch {
	case f.NoDetail:
	case len(f.Fields) > 0:
		body["detail"] = fieldBodies(f.Fields)
	default:
		body["detail"] = f.Message
	}
	body["code"] = f.Code
	body["request_id"] = requestID
	return body
}

type fieldBody struct {
	Loc  []any          `json:"loc"`
	Msg  string         `json:"msg"`
	Type string         `json:"type"`
	Ctx  map[string]any `json:"ctx,omitempty"`
}

func fieldBodies(fields []fault.Field) []fieldBody {
	out := make([]fieldBody, len(fields))
	for i, f := range fields {
		out[i] = fieldBody{Loc: f.Loc, Msg: f.Message, Type: f.Type, Ctx: f.Ctx}
	}
	return out
}

// plainMessage joins what is wrong with the fields into one text.
func plainMessage(f *fault.Error) string {
	if len(f.Fields) == 0 {
		return f.Message
	}
	parts := make([]string, len(f.Fields))
	for i, field := range f.Fields {
		name := field.Path()
		if _, rest, found := strings.Cut(name, "."); found {
			name = rest
		}
		parts[i] = name + ": " + field.Message
	}
	return strings.Join(parts, "; ")
}

// fail answers with an error before huma is reached.
func (a *API) fail(w http.ResponseWriter, x *exchange, err error) {
	a.write(w, a.refuse(x, err))
}

func (a *API) write(w http.ResponseWriter, r *refusal) {
	if r.status == statusClientGone {
		w.WriteHeader(r.status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(r.status)
	// The client may have gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(r)
}
