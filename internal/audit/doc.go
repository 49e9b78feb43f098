// Package audit keeps who did what to which object, in the transaction that did
// it: an entry exists exactly if the change does.
//
// Entries are written once; the database refuses to change or delete them. So
// they never hold what somebody has a right to see erased, nor what must not be
// kept: no passwords, tokens or codes, and of a customer only ids and the network
// that a request came from. The new value of an entry is all that the log knows of
// its object after the change, and not merely what differs, so that the last entry
// before a moment tells how the object was then. What belongs to an object and has
// a life of its own, such as the special dates of an outlet, is recorded under a
// kind of its own.
//
// Entries of a tenant form a chain: a [Sealer] gives each a number and a digest
// over it and the seal before it, in batches and after the commit, so that changes
// never wait for one another. [Verify] walks the chains and names what does not fit.
// What a seal covers, byte for byte, is in canonical.go. It must stay as it is.
package audit
