// Package refunds gives money of payments back to customers.
//
// A customer asks, and the business decides; or the business gives back of itself.
// Refunds of a payment add up, and never to more than it brought: the database
// refuses that as well (payments_refunded).
//
//	requested ──> approved ──> completed
//	    │            │
//	    └────────────┴──> rejected
//
// A request never asks for more than is left of its payment. What the business owes without
// being asked (a visit was cancelled in time, money came twice) is requested in the
// customer's name.
//
// There are three ways back. To the wallet: the amount leaves what the business earned
// online, whatever way the payment came, so that the wallet is backed by money that the
// platform has. By hand: the business gives cash or transfers it, and we write it down.
// At the gateway: the provider gives it back, where it can (payments.Refunder). The
// first two are complete at once. The third goes in three steps, as payment links do:
// a transaction sets the amount aside, the provider is asked outside of any
// transaction, a second one stores its answer; a job finishes what was cut between,
// and looks the refund up by its id before it asks again, so that nothing is given
// back twice.
//
// The platform gives its fee back in proportion: whoever paid a price and a fee gets
// the fee of what is given back as well, and a business that bore the fee gets it
// again. See docs/adr/0021.
//
// Locks: appointment, payment, refund, and last the balances.
package refunds
