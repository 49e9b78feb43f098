package storm_test

import (
	"testing"

	"reserva/internal/config"
	"reserva/internal/kit/jobs"
	"reserva/internal/testkit/world"
)

// daysOfPages are how many days the pages of a kind of bookings need.
const daysOfPages = 2

// The days of each storm.
const (
	slotDays = 1
	pageDays = 15
	roomDays = pageDays + 5*daysOfPages
)

// storms lets them loose on a shop of twelve members, one after another.
func storms(t *testing.T, s *shop, url string) {
	t.Run("a seat has one winner", func(t *testing.T) { stormSlots(t, s, url) })
	t.Run("answers fit an order", func(t *testing.T) { stormPages(t, s.in(t)) })
	t.Run("nobody is refused while there is room", func(t *testing.T) { stormRoom(t, s, url) })
	checkWhole(t, url)
}

func TestOneServer(t *testing.T) {
	t.Parallel()
	var url string
	w := world.New(t, func(f *config.Flags) { f.MaxConns, url = "24", f.DatabaseURL })
	s := newShop(12, rivals, w)
	storms(t, s, url)
	runner, err := jobs.NewRunner(w.Jobs, jobs.Options{DB: w.DB, Workers: 32})
	if err == nil {
		err = runner.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	checkDone(t, url)
	if err := runner.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}
