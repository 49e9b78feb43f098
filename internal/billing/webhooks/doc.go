// Package webhooks takes what the payment provider calls back with.
//
// A callback is verified as far as it can be, stored once, answered, and worked
// by a job. It starts nothing but a question: whether money moved is what the
// provider answers when it is asked with our own credentials. So a forged
// callback costs a look, and one that comes twice, early, late or never changes
// nothing: the job settles once, and the reconciler asks by itself.
//
// The provider documents no signature. The three signed routes are for those who
// can prove themselves, our simulator and proxies, by any of the configured means;
// without any they are closed. The other two take what the provider really sends.
//
// Maya signs the callbacks of some accounts, and its routes ask for what is configured
// as well. The server registers them at Maya by itself, at its start and whenever an
// account is stored: it makes what is missing, and leaves alone what somebody else
// registered.
//
// Each kind of callback is understood on each route; the invoice or withdrawal that it
// names tells the tenant.
package webhooks
