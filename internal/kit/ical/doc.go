// Package ical writes iCalendar (RFC 5545): the text of an invitation in an e-mail,
// and of a calendar that others subscribe to.
//
// What was agreed is what a wall at the place shows, so times are written in the zone
// of the event, beside a description of that zone for as long as the events last: a
// reader with newer rules of the zone keeps the agreed hour, and one in another
// country sees both. A time that comes twice, on the day that clocks are put back,
// means its first occurrence to every reader; an event that touches the second is
// written in UTC.
//
// Names are anybody's text. Text is escaped, and what no line can hold is left out: a
// name never begins a line of its own. The same calendar always gives the same bytes.
package ical
