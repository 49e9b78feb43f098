// Package customers holds the people who are served: their profile, what staff
// know of them, and how they sign in.
//
// A customer belongs to one tenant. There are three kinds, told apart by one
// column: whoever has a password hash is registered and may sign in; everybody
// else is a walk-in that staff entered, or a guest who booked without an
// account. Within a tenant an e-mail address and a telephone number each belong
// to one customer at most; a removed customer gives both up.
//
// Invariants of sign-in:
//
//   - A password that a stranger typed is pending. It becomes the password only
//     when the address it was typed for is proven, by a code or by a mail link,
//     and only if that proof was made for this very password: otherwise the owner
//     of a mailbox could be led to activate somebody else's.
//   - A record with an e-mail address is proven by mail; a telephone proves only
//     records without one. Nobody gets at another's bookings by owning a number
//     that was typed beside a foreign mailbox.
//   - One-time codes are kept for addresses, existing or not, so that neither
//     waiting times nor counts tell who is a customer. Each guess is counted by
//     the database before it is compared.
//
// The audit log names customers by id only, so that a customer can be erased.
package customers
