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
// The accounts of a tenant:
//
//	gateway        the outside world beyond the payment providers; negative by what came in and stayed
//	merchant       what the tenant earned online and has not withdrawn
//	platform       fees of the platform
//	wallet:<id>    what a customer has in hand
//	held:<id>      the part of it that an open payment link has put aside
//	refunds        what has left the merchant and is on its way back to customers
//	withdrawals    what has left the merchant and is on its way to its bank account
//	cash           the outside world at the desk; negative by what came in
//	takings        what the tenant took at the desk or at its own account, and has already
//	tax            the tax within what was paid, as a note beside the other accounts
//	taxed          the opposite of tax; negative by as much
//
// Only gateway, cash and taxed may be negative: they stand for what is outside. All
// accounts of a currency sum to nothing.
//
// Money that came in lately is a part of merchant that cannot be withdrawn yet: how
// much is asked of the entries by their time (Pending), so that nothing has to be
// moved for it to become available. The platform's own books are the platform
// accounts of all tenants together (Earned).
//
// What goes out goes in two movements: merchant gives to refunds or withdrawals
// where it is asked for, and they give to gateway where it went, or back to
// merchant where it did not. The references are those of the two, such as
// "hold:<id>" and "sent:<id>".
//
// Amounts are minor units of the currency beside them.
package ledger
