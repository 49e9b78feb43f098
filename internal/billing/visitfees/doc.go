// Package visitfees takes the fees that customers promised for visits that they miss or
// cancel too late, and gives the rest of what they paid back.
//
// The promise was made at booking (appointments.Terms), and stays whatever the settings
// say by now. When the visit is missed, or its customer cancels it later than is free,
// a job keeps the fee of what was paid, the deposit first, and returns the rest to the
// customer's wallet. Where too little was paid, an invoice over the rest of the fee is
// raised, to be paid at the business. A fee is taken once for each appointment.
//
//	kept ───────────────┬──> waived
//	due ──> paid        │
//	 └──────────────────┘
//
// Managers may waive a fee with a reason: what was kept goes to the wallet, and the
// invoice is cancelled. What bears no fee but was paid, since it was cancelled in time or
// by the business, becomes a request for a refund, which the business decides.
//
// Locks: appointment, payments, fee, invoice, and last the balances.
package visitfees
