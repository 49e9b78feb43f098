// Package feeds gives calendar programs the diary of a staff member or of an outlet: a
// private address that they read again and again, in iCalendar (kit/ical).
//
// Whoever has the address reads the calendar, and calendars are read by the servers of
// others. So it shows what somebody needs who has to be there, and no more: the
// service, the time, the place, and the initials of the customer; of a group how many
// come. Never a name, a way to reach the customer, notes, or money; those are in the
// portal.
//
// The address is "<tenant id>.<secret>": the tenant in front lets it be looked up in
// that tenant's own transaction, where row-level security shows no other tenant's rows.
// Only the SHA-256 of the secret is stored, so the address is told once, when it is
// made or made anew.
//
// Invariants: a staff member and an outlet have one feed at most, and a feed one address.
// It is read only while the business is active, its staff member or outlet is there, and
// the user who made the address may still see what it shows. Everything else is a feed
// that does not exist.
package feeds
