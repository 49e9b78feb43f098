package hooks

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

const tag = "Webhooks out"

// EndpointPath names an endpoint.
type EndpointPath struct {
	EndpointID string `path:"endpoint_id" example:"65f1e2a0c3b4d5e6f7a8b9c0"`
}

const signedText = "What is sent is signed as Standard Webhooks says: webhook-id, webhook-timestamp and webhook-signature (v1, HMAC-SHA256). "

// Register adds the staff portal's endpoints.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/webhook-endpoints", ID: "create-webhook-endpoint", Tag: tag, Status: http.StatusCreated, Idempotent: true,
		Summary: "Have events sent to an address",
		Description: "For plans with webhook integrations. " + signedText + "The answer holds the secret, which is not shown again. " +
			"The address is on the internet and speaks HTTPS; it answers with a status of 200 to 299 within ten seconds. Redirects are not followed. " +
			"What fails is tried eight times over about a day; an endpoint that fails for a day, or answers 410, is disabled, and the administrators are written to.",
		Errors: []*fault.Error{ErrPlan, ErrLimit},
	}, access.WebhooksWrite, func(ctx context.Context, who access.Staff, in *struct{ Body Input }) (*Issued, error) {
		out, err := o.create(ctx, who, in.Body)
		return &out, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/webhook-endpoints", ID: "list-webhook-endpoints", Tag: tag,
		Summary: "List webhook endpoints", Description: "The oldest first, without their secrets.",
	}, access.WebhooksRead, func(ctx context.Context, who access.Staff, in *struct{ api.Page }) (*api.List[Endpoint], error) {
		return o.list(ctx, who, in.Page)
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/webhook-endpoints/{endpoint_id}", ID: "get-webhook-endpoint", Tag: tag,
		Summary: "Look at a webhook endpoint", Description: "Without its secret.", Errors: []*fault.Error{ErrNotFound},
	}, access.WebhooksRead, func(ctx context.Context, who access.Staff, in *EndpointPath) (*Endpoint, error) {
		out, err := o.get(ctx, who, api.ID(in.EndpointID))
		return &out, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPatch, Path: "/webhook-endpoints/{endpoint_id}", ID: "change-webhook-endpoint", Tag: tag,
		Summary:     "Change a webhook endpoint",
		Description: "What is absent stays. Making it active again forgets its failures; what was missed meanwhile can be sent with replay.",
		Errors:      []*fault.Error{ErrNotFound, ErrPlan},
	}, access.WebhooksWrite, func(ctx context.Context, who access.Staff, in *struct {
		EndpointPath
		Body Change
	}) (*Endpoint, error) {
		out, err := o.change(ctx, who, api.ID(in.EndpointID), in.Body)
		return &out, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/webhook-endpoints/{endpoint_id}", ID: "remove-webhook-endpoint", Tag: tag,
		Summary: "Remove a webhook endpoint", Description: "With its deliveries. Nothing more is sent there.", Errors: []*fault.Error{ErrNotFound},
	}, access.WebhooksWrite, func(ctx context.Context, who access.Staff, in *EndpointPath) (*api.None, error) {
		return nil, o.remove(ctx, who, api.ID(in.EndpointID))
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/webhook-endpoints/{endpoint_id}/rotate-secret", ID: "rotate-webhook-secret", Tag: tag, Idempotent: true,
		Summary:     "Give a webhook endpoint a new secret",
		Description: "The answer holds it, once. For a day the old one signs as well: webhook-signature then holds two signatures, the new one first.",
		Errors:      []*fault.Error{ErrNotFound, ErrPlan},
	}, access.WebhooksWrite, func(ctx context.Context, who access.Staff, in *EndpointPath) (*Issued, error) {
		out, err := o.rotate(ctx, who, api.ID(in.EndpointID))
		return &out, err
	})
	registerDeliveries(a, o)
	registerMissed(a, o)
	registerFeed(a, o)
}

func registerDeliveries(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/webhook-endpoints/{endpoint_id}/test", ID: "test-webhook-endpoint", Tag: tag, Status: http.StatusAccepted, Idempotent: true,
		Summary:     "Send a test event",
		Description: "Of the type webhook.test, signed like any other, whatever types the endpoint asked for. The list of deliveries tells what became of it.",
		Errors:      []*fault.Error{ErrNotFound, ErrInactive, ErrPlan},
	}, access.WebhooksWrite, func(ctx context.Context, who access.Staff, in *EndpointPath) (*Delivery, error) {
		out, err := o.test(ctx, who, api.ID(in.EndpointID))
		return &out, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/webhook-endpoints/{endpoint_id}/deliveries", ID: "list-webhook-deliveries", Tag: tag,
		Summary:     "List what was sent to a webhook endpoint",
		Description: "The newest first, with each attempt. Deliveries are kept for 30 days.", Errors: []*fault.Error{ErrNotFound},
	}, access.WebhooksRead, func(ctx context.Context, who access.Staff, in *struct {
		EndpointPath
		api.Page
		Status    string `query:"status" enum:"pending,delivered,failed"`
		EventType string `query:"event_type" maxLength:"60" example:"appointment.booked"`
	}) (*api.List[Delivery], error) {
		return o.deliveries(ctx, who, api.ID(in.EndpointID), Filter{Status: in.Status, EventType: in.EventType, Page: in.Page})
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/replay", ID: "replay-webhook-delivery", Tag: tag,
		Status: http.StatusAccepted, Idempotent: true,
		Summary:     "Send a delivery again",
		Description: "The same event with the same webhook-id, by which a receiver knows what it has seen, and again with all its attempts.",
		Errors:      []*fault.Error{ErrNotFound, ErrNoDelivery, ErrDeliveryPending, ErrInactive, ErrPlan},
	}, access.WebhooksWrite, func(ctx context.Context, who access.Staff, in *struct {
		EndpointPath
		DeliveryID string `path:"delivery_id" example:"65f1e2a0c3b4d5e6f7a8b9c1"`
	}) (*Delivery, error) {
		out, err := o.replay(ctx, who, api.ID(in.EndpointID), api.ID(in.DeliveryID))
		return &out, err
	})
}

func registerMissed(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/webhook-endpoints/{endpoint_id}/replay", ID: "replay-missed-webhooks", Tag: tag,
		Status: http.StatusAccepted, Idempotent: true,
		Summary: "Send what a webhook endpoint missed",
		Description: "Events of its types that it has not got: those whose attempts all failed, and those of the time in which it was not active. " +
			"What was delivered, or is being tried, is not sent again.",
		Errors: []*fault.Error{ErrNotFound, ErrInactive, ErrPlan},
	}, access.WebhooksWrite, func(ctx context.Context, who access.Staff, in *struct {
		EndpointPath
		Body Missed
	}) (*Resent, error) {
		out, err := o.resend(ctx, who, api.ID(in.EndpointID), in.Body.Since)
		return &out, err
	})
}

func registerFeed(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/events", ID: "list-events", Tag: tag,
		Summary: "Read the feed of events",
		Description: "What webhooks send, to be asked for: in one order that never changes, and nothing is skipped. Ask with after, the id of the last event that was seen " +
			"here; one that came with a webhook does as well where nothing before it is missing, for webhooks may overtake one another. Events are kept for 30 days, and recorded from the first endpoint or the first look at the feed on.",
		Errors: []*fault.Error{ErrPlan, ErrUnknownEvent},
	}, access.WebhooksRead, func(ctx context.Context, who access.Staff, in *struct {
		After id.ID `query:"after" doc:"The id of the last event that was seen. Without it, from the oldest that is kept." example:"65f1e2a0c3b4d5e6f7a8b9c0"`
		Limit int   `query:"limit" minimum:"1" maximum:"500" default:"100"`
	}) (*Feed, error) {
		out, err := o.feed(ctx, who, in.After, in.Limit)
		return &out, err
	})
}
