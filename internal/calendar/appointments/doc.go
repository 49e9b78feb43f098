// Package appointments is what was booked: a customer, at one outlet, for one or
// more services that follow one another.
//
// An appointment has lines, one a service. Each line holds a seat in a session,
// one run of the service by its staff; an ordinary service has one seat. What the
// session's staff are busy with are occupancies, and those the database keeps from
// overlapping. So whoever sees a seat sees staff who are really taken, and nobody
// can take them twice, whatever this package does.
//
// States:
//
//	pending ──> confirmed ──> in_progress ──> completed
//	   │            ├──────────────────────────^
//	   │            ├──> no_show
//	   └────────────┴──> cancelled
//
// A pending appointment may be a hold: past hold_until it shows as cancelled and
// occupies nothing, also before a job has tidied it up. Cancelling and no-show give
// the seats back. Money is not a state of the appointment; payment_status mirrors
// what billing says through ApplyPayment.
//
// Events: Booked, Held, Confirmed, Rescheduled, Reassigned, Cancelled, Completed, NoShow.
package appointments
