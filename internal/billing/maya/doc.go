// Package maya is a client of Maya's payment gateway (formerly PayMaya): checkouts with a hosted page, payments,
// voids, refunds, and the registrations and signatures of callbacks. It knows nothing of the product. Amounts are
// centavos of the Philippine peso unless said otherwise; on the wire they are major units, which Maya writes as
// numbers and as strings.
//
// An account has two keys, sent as user names of HTTP Basic without a password: the public one makes checkouts, the
// secret one does everything else.
//
// A checkout and its payment share one id. Neither the answer of a create nor the return of the browser proves
// anything: what counts is the payment's status, fetched with the secret key. A success is final but for a void or a
// refund; a late PAYMENT_EXPIRED after it means nothing.
//
// Creates take no idempotency key. When the answer of one is lost, [Client.PaymentsByReference] finds what it made,
// so the reference has to be unique for ever.
//
// Source of the wire formats: Maya's developer documentation, and where that is silent what integrators observed;
// package sim says which is which.
package maya
