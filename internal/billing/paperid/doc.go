// Package paperid speaks to the Paper.id Open API: partners, sales invoices with their payment pages, fixed-method
// payment requests, balance and withdrawals, and it reads the callbacks that Paper.id sends.
//
// It knows nothing of appointments or tenants. A [Client] holds one account's credentials; making one is cheap, so
// callers make one per account and share the *http.Client.
//
// What is peculiar about this provider, and handled here so that no caller meets it:
//
//   - Credentials travel in two headers named client_id and client_secret, in lower case.
//   - Answers come in five envelopes, errors in four, sometimes an error inside HTTP 200 (see envelope.go).
//   - payper_url and pdf_url_short come without a scheme; every URL leaving this package is absolute.
//   - Dates are DD-MM-YYYY towards store-invoice and YYYY-MM-DD nearly everywhere else, in Jakarta's zone.
//   - An invoice number is burned by the first request that carried it, even when its answer was lost. Nothing that
//     creates is therefore sent twice: after a lost answer the number is looked up and what is found is adopted.
//   - Callbacks are not signed, arrive more than once or never, and put the amount under a key that is named after
//     the payment method. [ParseCallback] reads them; whether money moved is decided by [Client.GetInvoice] only.
//
// Amounts are whole rupiah in int64. Times without a zone are Jakarta's (UTC+7).
//
// The wire format follows the provider's public reference; what that leaves open is said at the type concerned. Left
// out is e-Meterai, the stamp duty: of its calls only the paths are documented.
// Package sim, below this one, is a server that behaves like it.
package paperid
