// Package fees lets the operator set the platform's share of what businesses are
// paid online, and shows everybody what it comes to.
//
// Each plan has a documented rate, which the operator may change, bound, switch off,
// or not take on some kinds of payments. A business may have a rate of its own, for
// ever or for a while. Where it collects at an account of its own, there is no fee.
// Packages, subscriptions and set-up are free of it whatever is set; so is money
// taken at the desk.
//
// What it comes to is decided in one place, subscriptions.FeeTerms, for payment
// links, invoices, the breakdown on appointments and the calculator alike. Each
// payment keeps the rate of its time: a change counts for what is asked for later.
package fees
