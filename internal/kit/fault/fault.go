package fault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Error is one refusal. Treat it as a value: the With methods return copies,
// so that a declared fault is never changed by those who return it.
type Error struct {
	Kind    Kind
	Code    string // stable and dotted, for example "appointment.slot_taken"
	Message string // one sentence for a person, without any refused value
	Fields  []Field

	// RetryAfter tells when to try again; sent as Retry-After in whole seconds.
	RetryAfter time.Duration

	// Extra members stand at the top level of the body, beside "detail".
	// They may not be named detail, code or request_id.
	Extra map[string]any

	// NoDetail leaves "detail" out of the body: the documented bodies of plan
	// limits carry an "error" member instead, given in Extra.
	NoDetail bool

	cause error
}

// New declares a fault.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// ErrInvalid refuses a request because of the fields that its copies name.
var ErrInvalid = New(Invalid, "request.invalid", "The request is not valid.")

// InvalidField refuses one field of a body: ErrInvalid with the path named as
// in "services.0.staff_id"; see WithField.
func InvalidField(path, message string) *Error {
	return ErrInvalid.WithField(path, message, "value_error")
}

// Error returns code and message, with the cause where there is one.
func (e *Error) Error() string {
	s := e.Code + ": " + e.Message
	for _, f := range e.Fields {
		s += fmt.Sprintf(" [%s: %s]", f.Path(), f.Message)
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Is reports whether target is a fault with the same code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Unwrap returns the cause, which is logged and never sent.
func (e *Error) Unwrap() error { return e.cause }

// Status returns the HTTP status of the fault.
func (e *Error) Status() int { return e.Kind.Status() }

// With returns a copy with another message, formatted as by fmt.Sprintf.
func (e *Error) With(format string, args ...any) *Error {
	c := e.copy()
	c.Message = fmt.Sprintf(format, args...)
	return c
}

// WithField returns a copy that names one more refused field. The path is
// dotted and relative to the body ("services.0.staff_id"); a first element
// "query", "path" or "header" followed by a colon names another place, as in
// "query:page". The kind is a machine-readable type such as "value_error" or
// "missing".
func (e *Error) WithField(path, message, kind string) *Error {
	return e.WithFields(Field{Loc: Loc(path), Message: message, Type: kind})
}

// WithFields returns a copy that names more refused fields.
func (e *Error) WithFields(fields ...Field) *Error {
	c := e.copy()
	c.Fields = append(c.Fields, fields...)
	return c
}

// WithCause returns a copy that wraps err.
func (e *Error) WithCause(err error) *Error {
	c := e.copy()
	c.cause = err
	return c
}

// WithExtra returns a copy with members added to the body.
func (e *Error) WithExtra(extra map[string]any) *Error {
	c := e.copy()
	if c.Extra == nil {
		c.Extra = make(map[string]any, len(extra))
	}
	maps.Copy(c.Extra, extra)
	return c
}

// WithRetryAfter returns a copy that says when to try again.
func (e *Error) WithRetryAfter(d time.Duration) *Error {
	c := e.copy()
	c.RetryAfter = d
	return c
}

// WithoutDetail returns a copy whose body has no "detail"; see NoDetail.
func (e *Error) WithoutDetail() *Error {
	c := e.copy()
	c.NoDetail = true
	return c
}

func (e *Error) copy() *Error {
	c := *e
	c.Fields = slices.Clone(e.Fields)
	c.Extra = maps.Clone(e.Extra)
	return &c
}

// As finds the first fault in err's chain.
func As(err error) (*Error, bool) {
	return errors.AsType[*Error](err)
}
