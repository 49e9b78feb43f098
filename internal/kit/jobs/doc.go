// Package jobs is what happens after a change: events and timed work, on River.
//
// An event is a value that a feature publishes in the transaction of its change:
//
//	jobs.Publish(tx, Booked{AppointmentID: a.ID})
//
// Each subscriber of the event gets a job of its own, stored by that transaction
// and run after it commits, at least once and perhaps on another server. A
// subscriber is therefore idempotent. Arguments hold the tenant and ids, never
// personal data or codes.
//
// A feature subscribes where it is built:
//
//	jobs.On(registry, "invoices", func(ctx context.Context, tenant id.ID, e appointments.Booked) error { ... })
//
// Names of events and subscribers are stored, so they stay as they are.
package jobs
