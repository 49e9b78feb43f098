package hooks

import (
	"context"
	"encoding/json"
	"time"

	"reserva/internal/billing/payments"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/people/customers"
)

// listener is the name by which tenants listen. It is stored.
const listener = "hooks"

// testType is that of events that are sent to try an endpoint. They are of no feed.
const testType = "webhook.test"

// Types returns the types of events, as endpoints may ask for them.
func Types() []string {
	return []string{
		appointments.BookedEvent{}.EventName(), appointments.ConfirmedEvent{}.EventName(), appointments.RescheduledEvent{}.EventName(),
		appointments.ReassignedEvent{}.EventName(), appointments.CancelledEvent{}.EventName(), appointments.CompletedEvent{}.EventName(),
		appointments.NoShowEvent{}.EventName(), payments.CompletedEvent{}.EventName(), payments.RefundedEvent{}.EventName(),
		customers.CreatedEvent{}.EventName(), customers.UpdatedEvent{}.EventName(), customers.RemovedEvent{}.EventName(),
	}
}

// Subscribe has events recorded and sent, and what is old removed.
func Subscribe(r *jobs.Registry, o *Operations) {
	record(r, o, func(e appointments.BookedEvent) subject { return subject{appointment: e.AppointmentID} })
	record(r, o, func(e appointments.ConfirmedEvent) subject { return subject{appointment: e.AppointmentID} })
	record(r, o, func(e appointments.RescheduledEvent) subject { return subject{appointment: e.AppointmentID} })
	record(r, o, func(e appointments.ReassignedEvent) subject { return subject{appointment: e.AppointmentID} })
	record(r, o, func(e appointments.CancelledEvent) subject { return subject{appointment: e.AppointmentID} })
	record(r, o, func(e appointments.CompletedEvent) subject { return subject{appointment: e.AppointmentID} })
	record(r, o, func(e appointments.NoShowEvent) subject { return subject{appointment: e.AppointmentID} })
	record(r, o, func(e payments.CompletedEvent) subject { return subject{payment: e.PaymentID} })
	record(r, o, func(e payments.RefundedEvent) subject { return subject{payment: e.PaymentID} })
	record(r, o, func(e customers.CreatedEvent) subject { return subject{customer: e.CustomerID} })
	record(r, o, func(e customers.UpdatedEvent) subject { return subject{customer: e.CustomerID} })
	record(r, o, func(e customers.RemovedEvent) subject { return subject{customer: e.CustomerID} })
	jobs.On(r, "deliver", func(ctx context.Context, tenant id.ID, e due) error { return o.deliver(ctx, tenant, e) })
	r.Every("hooks.tidy", 6*time.Hour, o.Tidy)
	r.Every("hooks.reseal", 12*time.Hour, o.Reseal)
}

// record subscribes to one type of event, for tenants that listen.
func record[E jobs.Event](r *jobs.Registry, o *Operations, about func(E) subject) {
	jobs.OnDemand(r, listener, func(ctx context.Context, tenant id.ID, e E) error { return o.record(ctx, tenant, e, about(e)) })
}

// subject is what an event is about: one of the three.
type subject struct{ appointment, payment, customer id.ID }

// Envelope is an event as it is sent and as the feed shows it.
type Envelope struct {
	ID        id.ID           `json:"id" doc:"The same in every attempt and in the feed, and the header webhook-id: what came before comes with the same."`
	Type      string          `json:"type" example:"appointment.booked"`
	Timestamp time.Time       `json:"timestamp" doc:"When it was recorded, moments after it happened."`
	Data      json.RawMessage `json:"data"`
}

// due is published for each attempt of a delivery.
type due struct {
	DeliveryID id.ID `json:"delivery_id"`
	Turn       int   `json:"turn"`
}

// EventName implements jobs.Event.
func (due) EventName() string { return "webhook.due" }

// Outbound implements jobs.Outbound.
func (due) Outbound() {}
