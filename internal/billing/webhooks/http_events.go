package webhooks

import (
	"context"
	"net/http"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// EventPath names a callback.
type EventPath struct {
	EventID string `path:"event_id" example:"65f1e2a0c3b4d5e6f7a8b9c0"`
}

// RegisterPlatform adds what the platform's administrators see of callbacks.
func RegisterPlatform(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/webhooks/events", ID: "list-webhook-events", Tag: tag,
		Summary:     "List callbacks of payment providers",
		Description: "Of all businesses, the newest first. Those that name no invoice of ours are among them, as ignored.",
	}, access.Platform, func(ctx context.Context, _ access.Staff, in *struct {
		api.Page
		Provider string    `query:"provider" enum:"paper_id,maya"`
		Kind     string    `query:"kind" maxLength:"60" example:"invoice_paid"`
		Outcome  string    `query:"outcome" enum:"open,ignored,settled,settled_before,not_paid,credited,needs_review" doc:"open: not worked yet."`
		Tenant   id.ID     `query:"tenant_id" doc:"Of the invoice that it names."`
		From     time.Time `query:"received_from" doc:"Received then or later."`
		To       time.Time `query:"received_to" doc:"Received before."`
	}) (*api.List[Event], error) {
		return o.list(ctx, Filter{
			Provider: in.Provider, Kind: in.Kind, Outcome: in.Outcome, Tenant: in.Tenant, From: unlessZero(in.From), To: unlessZero(in.To), Page: in.Page,
		})
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/webhooks/events/{event_id}", ID: "get-webhook-event", Tag: tag,
		Summary: "Look at a callback of a payment provider", Description: "With what came, to the byte.", Errors: []*fault.Error{ErrNoEvent},
	}, access.Platform, func(ctx context.Context, _ access.Staff, in *EventPath) (*EventDetail, error) {
		out, err := o.get(ctx, api.ID(in.EventID))
		return &out, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/webhooks/events/{event_id}/replay", ID: "replay-webhook-event", Tag: tag, Status: http.StatusAccepted,
		Summary: "Work a callback again",
		Description: "Its invoice is looked for once more, and the provider asked whether it is paid. Money moves on the provider's word only, and once, " +
			"so this can be done at any time.",
		Errors: []*fault.Error{ErrNoEvent, ErrEmptied},
	}, access.Platform, func(ctx context.Context, who access.Staff, in *EventPath) (*Replayed, error) {
		out, err := o.replay(ctx, who, api.ID(in.EventID))
		return &out, err
	})
}

func unlessZero(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}
