// Package guestapi is the booking API for guests: the published interface of Booki,
// on the same appointments, slots and customers as everything else. It is an
// adapter, and the one place that speaks Booki's words: organization for tenant,
// branch for outlet, package for service, booking for appointment. Errors are
// {"statusCode", "message"}, and each operation makes its checks in the published
// order, so that the first thing wrong is the one that is told.
//
// Who may do what hangs on four texts of 24 or more characters:
//
//   - a booking's id is random and public by agreement: it reads the booking, which
//     shows no person, and where the tenant allows it verifies it;
//   - the creator token goes to the browser that booked, and verifies unless the
//     tenant is strict;
//   - the mail handle goes by e-mail only, looks like a booking's id and stands in
//     its place in the path. It alone proves a mailbox: only then does a password
//     that came with the booking become one;
//   - both pay the booking that they belong to at Maya, as its customer's access token
//     does;
//   - a customer's access token links the booking to that customer.
//
// Tokens and handles are stored as SHA-256. An unverified booking holds its slot
// until its time runs out or its slot begins, whichever is first; then it counts no
// more, here or anywhere. A guest is matched to the customer with the same address
// but never changes that customer: what was typed stays with the booking.
//
// A tenant is named by path, by X-Tenant-Slug, by a subdomain of the configured
// domain, or by query; hints that name different tenants are refused, and an access
// token is never one of them.
package guestapi
