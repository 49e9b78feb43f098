package storm_test

import (
	"testing"

	"reserva/internal/testkit"
)

// Two servers on one database are as good as one.
func TestTwoServers(t *testing.T) {
	t.Parallel()
	url := testkit.FreshURL(t)
	d := openDatabase(t, url)
	t.Cleanup(d.Close)
	settings := sharedDatabase(t, url)
	var doors []*testkit.World
	for range 2 {
		server := startServer(t, settings())
		t.Cleanup(func() {
			server.stop()
			server.check(t, false)
		})
		doors = append(doors, door(t, server, d))
	}
	s := newShop(12, rivals, doors...)
	storms(t, s, url)
	checkDone(t, url)
}
