// Package ledger holds the money of each tenant, double-entry and append-only.
//
// A movement is a balanced set of entries: what leaves some accounts arrives in
// others. It is written in the transaction of what causes it, once for each kind
// and reference, however often that transaction's job runs. Rows are never
// changed; a mistake is corrected by another movement.
//
// Balances are sums kept beside the entries, raised in the same transaction and
// compared with them by Check. Posting locks them, in the order of the accounts;
// it is the last thing that a transaction queues, since all payments of a tenant
// meet there.
//
// The accounts:
//
//	gateway        the outside world beyond the payment provider; negative by what came in
//	merchant       what the tenant earned online and may withdraw
//	platform       fees of the platform
//	wallet:<id>    what a customer has in hand
//	held:<id>      the part of it that an open payment link has put aside
//	cash           the outside world at the desk; negative by what came in
//	takings        what the tenant took at the desk, and has already
//
// Amounts are minor units of the currency beside them.
package ledger
