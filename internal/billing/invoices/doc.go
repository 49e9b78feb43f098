// Package invoices keeps what was billed to whom, and prints it.
//
// An invoice has two numbers. Its own, INV-2026-0001, is counted per tenant and
// year without a gap; cancelled and failed invoices keep theirs. The other is
// what the payment provider is told: unique for ever and over all tenants, since
// the provider burns a number with the first request that carries it.
//
// States:
//
//	DRAFT ──> SENT ──> PAID
//	  │        │ └──> OVERDUE ──> PAID
//	  └────────┴───────────┴────> CANCELLED ──> PAID
//
// A draft is an invoice that the provider has not confirmed yet; customers do not
// see it. Money that arrives for a cancelled invoice makes it paid all the same:
// it was paid. An appointment has at most one invoice that is still open; the
// database refuses a second. A draft that was written gives way to a payment link; one
// that was sent or paid in part does not.
//
// Who creates an invoice, and what its payment does, is for the packages above:
// the functions that write take their transaction.
package invoices
