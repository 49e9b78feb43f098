// Package auditlog shows tenant administrators the audit log that package audit
// keeps: as a list, entry by entry, and as the state that an object had at a moment.
//
// It is a feature of its own because audit stands below the API and so cannot
// register endpoints. It only reads.
//
// The state of an object is what its last entry before the moment calls new. For
// the objects of one kind entries have the order of their ids, not of their times: a
// change that waited for another's lock began earlier and was written later.
package auditlog
