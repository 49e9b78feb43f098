// Package db is the product's access to PostgreSQL and the only package that
// imports a database driver.
//
// A transaction belongs to one tenant and runs as an unprivileged role, so that
// row-level security holds whatever the statements say:
//
//	err := d.Update(ctx, tenant, func(tx *db.Tx) error {
//		outlet, err := db.One[outletRow](ctx, tx, `SELECT ...`, tenant, id)
//		...
//		tx.Exec(`INSERT ...`, ...)   // queued
//		return nil                   // sent together with COMMIT
//	})
//
// Statements that do not need each other's result are queued and travel in one
// round trip: QueueOne, QueueAll and Exec queue, Flush, One and All send. The
// role and the tenant are set by the first batch, and COMMIT travels with the
// last. A batch that commits must not be able to commit half, therefore a write
// whose count matters goes through Expect, which makes the database raise.
//
// View is for reading: each of its batches is an implicit read-only transaction,
// so a View with one Flush costs one round trip. Platform is the rarer
// transaction over all tenants (sign-in, registration, public directory, webhook
// routing); a test lists the packages that may call it.
//
// Serialization failures and deadlocks are retried, so the function given to
// Update or Platform must have no effect outside its transaction.
package db
