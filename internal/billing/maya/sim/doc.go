// Package sim is a server that behaves like Maya's payment gateway: the same paths, key kinds, refusals and traps, a
// hosted page that a person can use, and signed callbacks. It is what the product talks to when no account is
// configured, and what the tests of the client and of everything above it run against, over real HTTP.
//
// A [Simulator] is an http.Handler with three parts:
//
//	/checkout/v1/..., /payments/v1/...  the API; every path that package maya calls, the right kind of key required
//	/v2/checkout?id=...                 the hosted page of a checkout: success, failure, cancel, and leaving it
//	/sim/...                            remote control for tests, present only when [Config.Control] is set
//
// Each [Account] has its own books: another account's payment is not found.
//
// Documented, and reproduced: a checkout and its payment share an id; amounts as numbers in, and as strings in
// callbacks; payments by reference as a list; one hour to pay; voids on the same day and refunds from the next day on,
// both by GMT+8, refunds for 180 days; an ongoing refund answered with 202; one registration for each event; up to four
// calls for a callback, at once and after 5, 15 and 45 minutes; a second call after an acknowledged one, and a late
// PAYMENT_EXPIRED after a success, both on demand; the codes of refusals. Ours, since nothing is documented: the answer
// to a key that is not known (401 K003), the text that is signed, what a cancel answers, the texts of refusals. Not
// reproduced: manual capture, cards' own authentication, Maya's app.
//
// A page pays only when a person presses the button; [Simulator.Act] and /sim/ do it for tests. State lives in memory
// and, with [Config.File], in a JSON file so that pages outlive a restart.
package sim
