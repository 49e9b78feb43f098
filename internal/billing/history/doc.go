// Package history shows payments: lists, totals and a file of them, to the business, to
// its customers, and to the platform over all businesses.
//
// How many payments a list has is not counted anew for each page. A trigger notes each
// change of their number by tenant, day, type and state (payment_counts), in the
// transaction that makes it, and the count is the sum of the notes: always that of the
// payments themselves. Notes are only added, so that payments do not wait for one
// another, and a job folds them. Lists of a customer, or of some outlets, are short, and
// counted.
package history
