// Package slots decides when a service can begin: it is the one place that knows whether a time is free.
//
// It is pure. A caller brings one local day of an outlet (Day), its opening hours and the booking policy (together a
// Board), a service with the members who may give it (a Leg), and what those members already have: shifts, time off,
// occupancies and begun sessions. The same masks then answer every question:
//
//   - Board.Free: all starts at which one member can begin;
//   - Board.Starts: the grid that a customer sees, a sample of those starts;
//   - Board.Explain: whether a start is acceptable, with whom, and if not, why not;
//   - Board.Chain and Board.Acceptable: the same for several services back to back.
//
// So each start that is offered can be booked, and each that would be refused is not offered.
//
// Time is counted in elapsed steps of five minutes from the first instant of the local day, 276 to 300 of them on most
// days with a clock change, 288 on all others. What is busy is rounded outwards to whole steps, what is open or worked
// inwards. Spans are half-open: an appointment that ends at ten and one that begins at ten do not touch.
//
// A start names the beginning of the preparation. From there preparation, duration and cleanup must fit into one
// stretch of opening hours and one stretch of the member's work; touching and overlapping entries are one stretch.
// Only while a service needs the member (not in its processing gaps) must the member be free of time off and of other
// work.
//
// A member may take less or more time than the service does. A start is then free if somebody can give the service from
// there in their time, and of several services back to back each later one begins when the chosen member has ended.
//
// A start must be one that its local time names: where the clock is put back, the second occurrence of a time is never
// offered, because whoever writes that time means the first. Later services of a chain may begin there.
package slots
