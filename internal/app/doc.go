// Package app puts the product together by hand: it opens the storage, builds the
// features, mounts the routes and starts the workers. Nothing else knows all of
// the packages, and no package knows this one but the program.
//
// New does everything up to the first request, in this order: the address is
// taken, so that a port in use is told at once and features know where they will
// be reached; the database is started or reached, and migrated; features register
// their endpoints, subscribers and pages. Start begins to answer and to work jobs.
// Stop undoes it backwards: no new requests, those under way finish, jobs finish
// or go back to the queue, then the connections close and the private PostgreSQL
// ends. A server that is killed instead loses nothing that it has confirmed.
//
// To add a feature, build it in features.go. Describe builds the same features
// without a database, for the generated documents.
package app
