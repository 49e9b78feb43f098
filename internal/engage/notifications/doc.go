// Package notifications tells customers by e-mail what became of their
// appointments: booked, confirmed, cancelled. Guests of the guest API are told by
// it when they book, since their mail carries the handle; from then on by this
// package, like everybody else.
//
// Each notice is a job of the event that caused it. The message carries the event
// and the appointment as its reference, so a job that runs twice tells once.
package notifications
