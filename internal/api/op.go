package api

import (
	"net/http"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/ratelimit"
)

// Op describes an endpoint. Method, Path, ID, Tag and Summary are required.
type Op struct {
	Method string
	Path   string // below /api/v1, with parameters as in "/outlets/{outlet_id}"
	ID     string // operation id, unique and in kebab case
	Tag    string // the chapter of the documentation
	Summary,
	Description string

	Status int            // of success; 200 when 0, 204 for None
	Also   []int          // further statuses that a Raw answer may have, without a body
	Errors []*fault.Error // what the operation may refuse; the rest is implied

	// Aliases are further documented paths of the same operation. They must
	// name the same path parameters, and are marked deprecated.
	Aliases []string

	CacheControl string           // of success; "no-store" when empty
	Idempotent   bool             // honours Idempotency-Key
	Limit        *ratelimit.Limit // a tighter limit for each client address
	LimitAs      string           // operations of one name share their Limit; ID when empty
	MaxBody      int64            // bytes; 1 MiB when 0, 64 KiB for Guest
	Timeout      time.Duration    // of the whole request; Config.Timeout when 0

	// ContentType documents what a Raw answer holds.
	ContentType string

	// RequestBody is a value of the type that documents the body of a handler
	// that reads RawBody itself. BodyOptional lets that body be absent.
	RequestBody  any
	BodyOptional bool

	// Example is a success answer for the documentation, where the one made
	// from the schema does not do.
	Example any
}

// Audience says who may call an endpoint.
type Audience string

// The audiences, as the OpenAPI document names them in x-audience.
const (
	ForStaff    Audience = "staff"
	ForCustomer Audience = "customer"
	ForEither   Audience = "either"
	ForPublic   Audience = "public"
	ForGuest    Audience = "guest"
	ForWebhook  Audience = "webhook"
)

// family is the shape of an endpoint's errors.
type family int

const (
	reserva family = iota // {"detail", "code", "request_id"}
	booki                 // {"statusCode", "message"}
)

// endpoint is a registered Op.
type endpoint struct {
	op       Op
	audience Audience
	need     access.Requirement // of staff; empty elsewhere
	jsonBody bool               // the input has a Body, or a documented RawBody
	hasBody  bool               // the input reads a body at all
	raw      bool               // the answer is no JSON
}

func (e *endpoint) family() family {
	if e.audience == ForGuest {
		return booki
	}
	return reserva
}

func (e *endpoint) maxBody() int64 {
	switch {
	case e.op.MaxBody > 0:
		return e.op.MaxBody
	case e.audience == ForGuest:
		return 64 << 10
	default:
		return 1 << 20
	}
}

func (e *endpoint) status(none bool) int {
	switch {
	case e.op.Status != 0:
		return e.op.Status
	case none:
		return http.StatusNoContent
	default:
		return http.StatusOK
	}
}
