// Package payments takes money for appointments: online through the payment
// provider, or at the desk.
//
// Online, the customer pays an invoice on the provider's page. Inside a
// transaction there is only SQL, so a link is made in three steps: a transaction
// locks the appointment and stores the invoice as a draft with a pending payment;
// the provider is asked outside of any transaction, for a bounded time; a second
// transaction stores its answer. A job finishes what was cut between.
//
//	payment  pending ──> completed
//	            ├──> failed        the provider refused the invoice
//	            ├──> cancelled     the link was withdrawn
//	            └──> needs_review  the provider took another amount than was due
//
// Whether money moved is decided by the provider's own word, asked for with our
// credentials (Settle), never by a callback. Settling happens once, however often
// it is tried: the appointment is told, the ledger posted, the receipt queued, all
// in one transaction. Money that nobody is waiting for any more, because the
// appointment was cancelled, missed or paid otherwise, goes to the customer's wallet.
// Callbacks are late or lost: the reconciler asks by itself, and at once where somebody
// looks for a payment or comes back from its page (Await, Returned).
//
// The platform's fee is the plan's share of what is paid online. With fee_mode
// customer it is added to the price, with fee_mode merchant taken off the
// merchant's part. The operator may set another rate for a business. Money taken
// at the desk carries none.
//
// Where the business adds a tax to its prices, a link asks for the tax on its part of the
// price as well. The business gets the tax with the price, and gives it back with it;
// the fee is of the price alone, and so is what the appointment is paid by. The wallet
// pays for the price first, then for the tax. What the desk takes for an appointment is
// of the price.
//
// A business may have an account of its own at the provider. While it is enabled,
// new links are made there: without a fee, and what comes in is the business's at
// once, beside the balance that can be withdrawn. Each invoice remembers its
// account, and is settled and withdrawn there whatever the business uses by then. A
// payment at its own account that nobody waits for any more is the business's to
// give back; only what was held of the wallet goes to the wallet.
//
// The providers say which currencies they take (Gateway.Takes): Paper.id rupiah, Maya
// pesos. What is priced in another is paid at the desk: a link is refused before an
// invoice is numbered. A page at Maya ends an hour after it was made; then the link
// ends, and another can be made.
//
// The link of a booking that waits for its payment expires with the booking's hold.
// A link ends at once where somebody cancelled the appointment or marked it as
// missed, and after a grace where its hold lapsed.
//
// Locks: appointment, invoice, payment, and last the counters of invoices and
// balances.
//
// Events: Completed, Surplus.
package payments
