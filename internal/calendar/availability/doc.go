// Package availability says when something can be booked.
//
// It has two halves. Entries are what staff write: working hours, breaks, blocked
// time and vacation, one row a date. The Diary is what is read to answer a
// question: an outlet's hours, who works, what is booked, loaded in one round trip
// and laid out by day for the engine in calendar/slots. Grids and offers are made
// from a Diary, and so is the decision on each booking, so what is offered is what
// is accepted.
package availability
