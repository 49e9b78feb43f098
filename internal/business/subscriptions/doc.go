// Package subscriptions holds the plans, what each allows, and how much of it a
// tenant uses.
//
// Every tenant has one subscription. A limit is asked where the limited thing is
// created, in that transaction, with the plan read by Queue; -1 is no limit.
// Users count even when deactivated, outlets even when deleted, until the operator
// purges them; services and staff members while they are there, appointments in
// the calendar month of their creation in the tenant's zone, whatever becomes of
// them.
//
// Appointments are the one limit with a counter of its own, because a plan may
// allow thousands of them. CountAppointment adds to it last in the batch that
// commits a booking, since bookings of one tenant wait for one another there,
// and makes the database refuse the booking that would be one too many. Plans
// without that limit count nothing.
//
// A business that the operator creates begins here too, since it begins with a
// subscription.
//
// Periods of FREE, and of plans that the operator granted, simply follow one
// another (Roll).
package subscriptions
