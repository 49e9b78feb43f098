// Package demo fills an empty database with four businesses that have been open for
// six weeks and are booked for six more, so that there is something to look at.
//
// Nothing is written around the product: a server without workers runs in this
// process, its clock is moved through the weeks, and whatever happens there is asked
// of its API at its time, as the desk, customers and guests do; payments online go
// through the simulated payment page. What is stored is therefore what a real
// business would have, with its mails, its ledger and its audit log.
//
// First everything is planned, from the seed alone; then the plans of all businesses
// are carried out in the order of time, until midnight of today. Ids and tokens are
// random; everything else is the same for a seed and a date. Nothing leaves the
// machine: mails are kept, and no payment provider but the simulated one is called.
package demo
