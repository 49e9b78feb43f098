// Package notifications tells customers by e-mail what became of their
// appointments: booked, confirmed, moved, given to somebody else, cancelled; and
// reminds them a day and an hour before. Guests of the guest API are told by it when
// they book, since their mail carries the handle; from then on by this package, like
// everybody else. Who does not want e-mail gets none.
//
// Each notice is a job of the event that caused it. The message carries the event
// and the appointment as its reference, so a job that runs twice tells once. A
// reminder is looked up when its time has come, so that what was cancelled or moved
// meanwhile is not reminded of; a row for each that is settled makes it one.
//
// Each mail carries the appointment for the customer's calendar (kit/ical), always as
// the same event.
package notifications
