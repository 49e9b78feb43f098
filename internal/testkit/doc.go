// Package testkit is what tests stand on: a real PostgreSQL, scenarios, and a World
// that makes tenants, outlets, staff and bookings through the server's own
// operations. Package testkit/world builds the server for it:
//
//	w := world.New(t)
//
// The tests of one package share one database, which is theirs alone; each test
// makes tenants of its own and so needs no cleaning up. The database is a private
// PostgreSQL copied from a migrated folder in the user's cache, or a new database
// on the server that RESERVA_TEST_DATABASE_URL names. A test that needs it and
// cannot have it fails; nothing here skips.
//
// A package that uses the database says so once:
//
//	func TestMain(m *testing.M) { testkit.Main(m) }
//
// Only tests import testkit.
package testkit
