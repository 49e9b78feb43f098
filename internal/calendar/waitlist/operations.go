package waitlist

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/calendar/appointments"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// Operations on the waitlist.
type Operations struct {
	db           *db.DB
	appointments *appointments.Operations
}

// New returns the operations.
func New(d *db.DB, a *appointments.Operations) *Operations {
	return &Operations{db: d, appointments: a}
}

const subscriber = "waitlist"

// Subscribe has freed time offered. What no event tells of, such as new opening hours,
// is found at intervals.
func Subscribe(r *jobs.Registry, o *Operations) {
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e appointments.CancelledEvent) error {
		return o.cancelled(ctx, tenant, e.AppointmentID)
	})
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e appointments.NoShowEvent) error {
		return o.freedBy(ctx, tenant, e.AppointmentID)
	})
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e appointments.ReassignedEvent) error {
		return o.freedBy(ctx, tenant, e.AppointmentID)
	})
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e appointments.RescheduledEvent) error {
		return o.moved(ctx, tenant, e)
	})
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e availability.ChangedEvent) error {
		return o.changed(ctx, tenant, e)
	})
	jobs.On(r, subscriber, func(ctx context.Context, tenant id.ID, e JoinedEvent) error {
		return o.joined(ctx, tenant, e.WishID)
	})
	r.Every("waitlist.tidy", time.Minute, o.Tidy)
	r.Every("waitlist.sweep", 5*time.Minute, o.Sweep)
}

// offering is who makes offers.
func offering() access.System { return access.System{Job: "waitlist.offer"} }

// clockAt is the wall clock at an instant.
func clockAt(t time.Time, loc *time.Location) civil.Clock { return civil.ClockOf(t, loc) }
