package api

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"reserva/internal/access"
	"reserva/internal/kit/fault"
)

// faults returns all that the endpoint may refuse: its own and the implied.
func (e *endpoint) faults() []*fault.Error {
	all := slices.Clone(e.op.Errors)
	switch e.audience {
	case ForStaff, ForCustomer:
		all = append(all, ErrUnauthenticated, ErrWrongAudience)
	case ForEither:
		all = append(all, ErrUnauthenticated)
	}
	if e.need != "" && e.need != access.Account {
		all = append(all, ErrMustChangePassword)
	}
	if e.need != "" && len(e.need.Roles()) < len(access.Roles()) {
		all = append(all, ErrForbidden)
	}
	if e.hasBody {
		all = append(all, ErrTooLarge)
	}
	if e.jsonBody && !e.op.BodyOptional {
		all = append(all, ErrContentType)
	}
	// A query is read even where nothing is asked of it.
	all = append(all, ErrMalformed, fault.ErrInvalid.WithField(e.exampleField(), "Input is not valid", "value_error"))
	if e.op.Idempotent {
		all = append(all, ErrIdempotencyKey, ErrIdempotencyReused, ErrIdempotencyBusy)
	}
	return append(all, ErrRateLimited, errInternal, ErrRequestTimeout)
}

func (e *endpoint) exampleField() string {
	if e.jsonBody {
		return "field"
	}
	return "query:field"
}

// errorResponses documents each fault, grouped by status, with the very body
// that it is answered with, and what else is answered without a body. Each code
// has one example in the components; so has the response that is of one code.
func (a *API) errorResponses(e *endpoint) map[string]*huma.Response {
	out := map[string]*huma.Response{}
	for _, status := range e.op.Also {
		out[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status)}
	}
	byStatus := map[int][]*fault.Error{}
	for _, f := range e.faults() {
		status := f.Status()
		if !slices.ContainsFunc(byStatus[status], func(other *fault.Error) bool { return other.Code == f.Code }) {
			byStatus[status] = append(byStatus[status], f)
		}
	}
	for status, faults := range byStatus {
		r := a.errorResponse(e, status, faults)
		if len(faults) == 1 {
			r = a.sharedResponse(pascal(faultName(e, faults[0])), r)
		}
		out[strconv.Itoa(status)] = r
	}
	return out
}

func (a *API) errorResponse(e *endpoint, status int, faults []*fault.Error) *huma.Response {
	examples := map[string]*huma.Example{}
	for _, f := range faults {
		examples[f.Code] = a.sharedExample(faultName(e, f), &huma.Example{
			Summary: f.Message, Value: faultBody(e.family(), f, status, "b5f0a1c29d3e4f60718293a4"),
		})
	}
	r := &huma.Response{
		Description: http.StatusText(status),
		Content:     map[string]*huma.MediaType{typeJSON: {Schema: errorSchema(e.family()), Examples: examples}},
	}
	if status == http.StatusTooManyRequests {
		r.Headers = map[string]*huma.Param{}
		for name := range limitHeaderDocs() {
			r.Headers[name] = &huma.Param{Ref: headerPrefix + name}
		}
	}
	return r
}

// faultName names a fault's example: its code, marked where the same code looks
// otherwise, on the guest API and outside bodies.
func faultName(e *endpoint, f *fault.Error) string {
	switch {
	case e.family() == booki && !strings.HasPrefix(f.Code, "guest."):
		return "guest." + f.Code
	case e.family() == reserva && len(f.Fields) > 0 && f.Fields[0].Loc[0] != "body":
		return fmt.Sprint(f.Code, ".", f.Fields[0].Loc[0])
	}
	return f.Code
}

// limitHeaderDocs are the headers of a 429, and all but the first of every answer.
func limitHeaderDocs() map[string]*huma.Param {
	out := map[string]*huma.Param{
		"Retry-After": {Description: "Seconds until the next request may succeed.", Schema: &huma.Schema{Type: huma.TypeInteger}},
	}
	for _, window := range []string{"Minute", "Hour"} {
		out["X-RateLimit-Limit-"+window] = &huma.Param{
			Description: "Requests allowed in one " + strings.ToLower(window) + ".", Schema: &huma.Schema{Type: huma.TypeInteger}}
		out["X-RateLimit-Remaining-"+window] = &huma.Param{
			Description: "Requests left in this " + strings.ToLower(window) + ".", Schema: &huma.Schema{Type: huma.TypeInteger}}
	}
	return out
}
