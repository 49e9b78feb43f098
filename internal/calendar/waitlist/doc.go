// Package waitlist lets customers wait for a time that is taken.
//
// A wish is one customer waiting for one service at one outlet in a window of dates
// and times of day. Whenever time may have been freed, a job looks for the first wish,
// by when it was made, for which the booking engine finds a start, and holds that start
// for it: an appointment that is offered but not yet booked, with real seats and
// occupancies, so that nobody else can have it and no grid shows it. An offer ends when
// it is accepted, declined, or at its time by itself; then the next wish is looked for.
//
// A wish goes
//
//	waiting ──> offered ──> accepted
//	   ^           │
//	   └─declined──┤
//	               └──> lapsed
//
// and from waiting or offered to left (by its customer), removed (by the desk, or with
// its customer) or expired (its window is over).
//
// Invariants:
//   - Who makes offers of an outlet holds the outlet's row, so that they follow one
//     another and each goes to the first of those whom it fits.
//   - A wish has at most one open offer, and an open offer has an appointment that holds
//     its time. Both are written in one transaction, and end in one.
//   - Each offer ends the wish, or takes its time away from what the wish can be
//     offered. So no time goes round in circles.
//   - An offer lapses by the clock, like every hold; a job only writes it down.
//
// An offer is answered in the customer's account, at the desk, or by the link in its
// mail (page.go), which only that mailbox was told.
//
// Events: Joined, Offered, Lapsed. It listens to those of appointments, and to changes
// of working hours.
package waitlist
