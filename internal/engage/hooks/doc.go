// Package hooks tells a business's own servers what happens in its diary and its till:
// webhooks that are sent to them, and a feed of the same events for those who would
// rather ask. Only plans with webhook_integrations have it.
//
// An event is recorded by a job that the transaction of its cause wrote, and gets the
// tenant's next number there. The number's row stays locked until the commit, so events
// appear in the order of their numbers: who reads the feed after an event has missed
// nothing before it. The job locks it, and not the cause, so that bookings do not wait
// for one another. Jobs are written only for tenants that listen: from the first
// endpoint, or the first look at the feed, on.
//
// What is sent holds ids, times, states and amounts, and nothing of a person: names and
// addresses are read with the API, by whoever may still read them.
//
// A delivery is one event on its way to one endpoint, signed as Standard Webhooks says
// (https://www.standardwebhooks.com). It is tried for about a day; the endpoint's answer
// counts, not its body. Delivery is at least once and in no promised order. An endpoint
// that has failed for a day is given up, and its administrators are written to.
//
// Endpoints are addresses that a stranger typed, so they are called like nothing else in
// the product: over TLS, never at an address of this network (looked at when the
// connection is made, after the name was resolved), without following redirects, within
// ten seconds, by workers that serve nobody else.
package hooks
