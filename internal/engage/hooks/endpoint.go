package hooks

import (
	"slices"
	"strings"
	"time"

	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
	"reserva/internal/kit/text"
)

// Faults of webhooks that are sent.
var (
	ErrPlan            = fault.New(fault.PaymentRequired, "plan.webhooks", "Webhooks and the feed of events need a plan with webhook integrations.")
	ErrNotFound        = fault.New(fault.NotFound, "webhook_endpoint.not_found", "There is no such webhook endpoint.")
	ErrLimit           = fault.New(fault.Conflict, "webhook_endpoint.limit", "There are ten webhook endpoints already.")
	ErrInactive        = fault.New(fault.Conflict, "webhook_endpoint.inactive", "The webhook endpoint is not active.")
	ErrNoDelivery      = fault.New(fault.NotFound, "webhook_delivery.not_found", "There is no such delivery.")
	ErrDeliveryPending = fault.New(fault.Conflict, "webhook_delivery.pending", "The delivery is still being tried.")
	ErrUnknownEvent    = fault.New(fault.NotFound, "event.not_found", "There is no such event, or it is kept no more: begin without after.")
)

const (
	// maxEndpoints is how many a tenant may have.
	maxEndpoints = 10
	// overlap is how long an old secret signs beside the new one.
	overlap = 24 * time.Hour
	// keep is how long events and deliveries stay.
	keep = 30 * 24 * time.Hour
)

// Endpoint is an address that events are sent to.
type Endpoint struct {
	ID            id.ID      `json:"id" db:"id"`
	URL           string     `json:"url" db:"url" example:"https://example.com/hooks/reserva"`
	Description   string     `json:"description" db:"description" example:"Accounting"`
	EventTypes    []string   `json:"event_types" db:"event_types" doc:"Types, families such as appointment.*, or * for all."`
	IsActive      bool       `json:"is_active" db:"is_active"`
	Failures      int        `json:"failures" db:"failures" minimum:"0" example:"0" doc:"Attempts that failed since the last that did not."`
	FailingSince  *time.Time `json:"failing_since" db:"failing_since"`
	DisabledAt    *time.Time `json:"disabled_at" db:"disabled_at" doc:"When it was given up, after a day of failures or an answer of 410. Setting is_active begins anew."`
	PreviousUntil *time.Time `json:"previous_secret_until" db:"previous_until" doc:"Until when the secret before the last rotation signs as well."`
	CreatedAt     time.Time  `json:"created_at" db:"created_at"`
	UpdatedAt     time.Time  `json:"updated_at" db:"updated_at"`
}

// Issued is an endpoint with its secret, which is told this once.
type Issued struct {
	Endpoint
	Secret string `json:"secret" doc:"Signs what is sent. It is shown now and never again." example:"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"`
}

// Input is a new endpoint.
type Input struct {
	URL         string   `json:"url" minLength:"1" maxLength:"500" example:"https://example.com/hooks/reserva"`
	Description string   `json:"description,omitempty" maxLength:"200" example:"Accounting"`
	EventTypes  []string `json:"event_types" minItems:"1" maxItems:"30" example:"[\"appointment.*\",\"payment.completed\"]" doc:"Types, families such as appointment.*, or * for all."`
}

// Change changes an endpoint. What is absent stays.
type Change struct {
	URL         opt.Field[string]   `json:"url,omitzero" minLength:"1" maxLength:"500" example:"https://example.com/hooks/reserva"`
	Description opt.Field[string]   `json:"description,omitzero" maxLength:"200" example:"Accounting"`
	EventTypes  opt.Field[[]string] `json:"event_types,omitzero" minItems:"1" maxItems:"30" example:"[\"appointment.*\",\"payment.completed\"]"`
	IsActive    opt.Field[bool]     `json:"is_active,omitzero" doc:"False sends nothing more and gives up what waits. True begins anew, with no failures counted."`
}

// checkTypes refuses what is neither a type nor a family nor all, and returns the list
// sorted, each once.
func checkTypes(types []string) ([]string, error) {
	known := Types()
	for _, asked := range types {
		family, isFamily := strings.CutSuffix(asked, ".*")
		if asked == "*" || slices.Contains(known, asked) {
			continue
		}
		if !isFamily || !slices.ContainsFunc(known, func(t string) bool { return strings.HasPrefix(t, family+".") }) {
			return nil, fault.ErrInvalid.WithField("event_types", "must be *, a family such as appointment.*, or among "+strings.Join(known, ", "), "enum")
		}
	}
	types = slices.Clone(types)
	slices.Sort(types)
	return slices.Compact(types), nil
}

// wants tells whether an endpoint asked for events of a type.
func (e *Endpoint) wants(eventType string) bool {
	return slices.ContainsFunc(e.EventTypes, func(asked string) bool {
		family, isFamily := strings.CutSuffix(asked, ".*")
		return asked == "*" || asked == eventType || isFamily && strings.HasPrefix(eventType, family+".")
	})
}

// checkDescription trims a description and refuses control characters in it.
func checkDescription(raw string) (string, error) {
	line, err := text.Line(raw)
	if err != nil {
		return "", fault.ErrInvalid.WithField("description", "must be one line without control characters", "value_error")
	}
	return line, nil
}
