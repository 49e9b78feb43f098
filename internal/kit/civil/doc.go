// Package civil has the dates and times of day that people write: a Date without a zone and a Clock without a date.
//
// A salon's hours, a vacation and a birthday are civil: they mean what a wall in the outlet shows. They become
// instants only together with a time zone, through Resolve, Date.Start and Of, which state what happens when
// the clock on that wall is moved:
//
//   - a time that comes twice means its first occurrence;
//   - a time that never comes is ErrGap, and nothing is guessed in its place;
//   - a day begins at its first instant, which is not always midnight, and ends where the next begins.
//
// Dates are stored as SQL date, clocks as an integer of minutes. In JSON they are "2006-01-02" and "15:04".
package civil
