// Package sim is a server that behaves like the Paper.id Open API: the same paths, envelopes, refusals and traps, a
// payment page that a person can use, and callbacks. It is what the product talks to when no account is configured,
// and what the tests of the client and of everything above it run against, over real HTTP.
//
// A [Simulator] is an http.Handler with three parts:
//
//	/api/v1/..., /api/v2/...   the Open API; every path that package paperid calls, credentials required
//	/pay/{token}, /pdf/{token} the hosted payment page and document of an invoice or payment request
//	/sim/...                   remote control for tests, present only when [Config.Control] is set
//
// Each [Account] has its own books: invoices, partners, payment requests, balance. Another account's invoice is not
// found.
//
// Reproduced on purpose: payper_url without scheme; a number burned even when the invoice is deleted or the answer is
// lost; "number sudah dipakai."; a known customer id with other contact data refused; totals outside of data; HTTP 200
// that says status_code 201; amounts in callbacks under the method's name; callbacks unsigned unless an account has a
// WebhookSecret; virtual accounts good for 30 days and OVO for 30 seconds. Not reproduced: fees, stamps, what tax comes
// to, supplier invoices. What the provider leaves undocumented (disbursement callbacks, the entries of most lists, the
// texts of most refusals) is ours.
//
// A payment page pays only when a person presses the button; [Simulator.Pay] and /sim/ do it for tests. The one-time
// code is always 123456. State lives in memory and, with [Config.File], in a JSON file so that links outlive a restart.
package sim
