// Package pgserver runs a private PostgreSQL for the process that starts it, so that a newcomer needs no database
// setup: one data folder, no TCP port, no password, nothing left running afterwards.
//
// A data folder holds
//
//	postgres/     the cluster, an ordinary one: any PostgreSQL of the same major version can run it
//	postgres.log  what PostgreSQL wrote (two generations)
//	lock          held by flock while a server runs; names the process that holds it
//
// The server programs are the system's own (see [Find]). Four things take care here:
//
//   - PostgreSQL refuses to run as root. Started by root, it runs as the owner of the cluster, which for a new cluster
//     is the system's "postgres" user; that user must be able to enter the data folder.
//   - The path of a Unix socket is limited to about a hundred bytes, so the socket lives in a short folder under the
//     temporary folder, named by a hash of the data folder, that only the server's user (and root) can enter.
//     That folder is the whole of access control: whoever can reach the socket is the superuser "postgres".
//   - PostgreSQL must not outlive us. Linux ends it when we die, however we die; and because it may need a moment to
//     shut down, or because another system has no such signal, a start first ends a postmaster left from before.
//   - Two servers on one data folder would destroy it. Our lock gives the clear message; PostgreSQL's own check of
//     postmaster.pid and of the shared memory named there stays in force behind it.
//
// Durability is PostgreSQL's default unless Options.Ephemeral says otherwise.
package pgserver
