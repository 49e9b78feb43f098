// Package withdrawals shows a merchant what they earned online, and pays it out.
//
// Earnings become available a while after they were paid; until then they are
// pending. Money taken at the desk, or at a payment account of the business's own, is
// not part of it: the merchant has it. Only what the platform's account collected is
// withdrawn here.
//
// A withdrawal leaves the earnings when it is asked for, one at a time:
//
//	pending ──> processing ──> completed
//	   │            └────────> failed     the money is back
//	   └──> cancelled                     the money is back
//
// The provider is asked outside of any transaction, under a reference that it pays
// once. An answer that was lost is never followed by a second payout: the provider is
// asked what became of the reference, and only long after it is still unknown the
// same reference is sent again, which the provider refuses if it had it. A callback
// proves nothing; what it says is asked of the provider, and jobs ask about those
// that nobody called back for. Where no provider pays out, as in all currencies but
// rupiah, the operator does: they see what is open with the full numbers of the bank
// accounts, and say what became of it.
//
// Whoever asks for a withdrawal, or adds or changes a bank account, confirms it with
// a code that they get by e-mail or telephone: six digits, for five minutes, five
// tries and one use, good only for the amount and the account it was asked for.
// Numbers of bank accounts are sealed, and shown to the business by their last four
// digits.
//
// Locks: bank account, withdrawal, and last the tenant's earnings (the balance). A new
// withdrawal is written under the lock on the earnings: nobody can wait for it yet.
package withdrawals
