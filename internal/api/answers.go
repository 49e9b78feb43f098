package api

import (
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// None is the output of an operation that answers without a body: 204.
type None struct{}

// Raw is an answer that is not JSON: a PDF, a calendar file, an export.
type Raw struct {
	Status      int    // the operation's status when 0
	ContentType string // for example "application/pdf"
	Filename    string // where set, the answer is offered as a download
	Body        []byte
	// Stream writes a body that is too long to be held, in place of Body. Where it fails
	// the connection is broken off, so that nobody takes the part for the whole.
	Stream func(to io.Writer) error
	Header http.Header // further headers, for example Location or ETag
}

// An output that implements statusCoder chooses its status for each answer,
// for example 201 for the first and 200 for a repeated request.
type statusCoder interface{ StatusCode() int }

// An output that implements headerer adds headers to its answer.
type headerer interface{ Headers() http.Header }

// answer is what huma is told that an operation gives.
type answer[T any] struct {
	Status int
	Body   *T
}

type noAnswer struct{}

type rawAnswer struct {
	Status int
	Body   func(huma.Context)
}

func wrap[T any](x *exchange, e *endpoint, out *T) *answer[T] {
	a := &answer[T]{Status: e.status(false), Body: out}
	if s, ok := any(out).(statusCoder); ok {
		a.Status = s.StatusCode()
	}
	if h, ok := any(out).(headerer); ok {
		x.addHeaders(h.Headers())
	}
	x.cacheControl(e.op.CacheControl)
	return a
}

func wrapRaw(x *exchange, e *endpoint, out *Raw) *rawAnswer {
	status := out.Status
	if status == 0 {
		status = e.status(false)
	}
	return &rawAnswer{Status: status, Body: func(ctx huma.Context) {
		x.cacheControl(e.op.CacheControl)
		x.addHeaders(out.Header)
		if out.ContentType != "" {
			ctx.SetHeader("Content-Type", out.ContentType)
		}
		if out.Filename != "" {
			ctx.SetHeader("Content-Disposition", disposition(out.Filename))
		}
		ctx.SetStatus(status)
		if out.Stream != nil {
			if err := out.Stream(ctx.BodyWriter()); err != nil {
				x.broken(err)
			}
			return
		}
		// The client may have gone; there is nobody left to tell.
		_, _ = ctx.BodyWriter().Write(out.Body)
	}}
}

// broken ends an answer of which a part was written: the client sees that it is not
// whole.
func (x *exchange) broken(err error) {
	x.log.Error("answer broken off", "error", err)
	panic(http.ErrAbortHandler)
}
