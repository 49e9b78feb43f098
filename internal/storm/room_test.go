package storm_test

import (
	"net/http"
	"testing"

	"reserva/internal/testkit"
)

// stormRoom lets callers book and cancel where there is room for all of them: nobody
// is refused, whatever the others do at that moment, be it that they begin the class,
// or are the last to leave it, or take the member whom everybody would have got.
func stormRoom(t *testing.T, s *shop, url string) {
	const times = 12
	before := count(t, url)
	for day, room := range []struct {
		name    string
		service *testkit.Service
		callers int
	}{
		{"in a class that comes and goes", s.yoga, 4},
		{"in a class", s.yoga, len(s.staff)},
		{"with one of twelve members", s.cut, len(s.staff)},
	} {
		t.Run(room.name, func(t *testing.T) {
			s := s.in(t)
			atOnce(room.callers, func(i int) {
				for range times {
					o := s.book(i, s.Day(roomDays+day), "10:00", "", s.line(room.service, -1))
					if o.Status != http.StatusCreated {
						t.Errorf("caller %d books: %s", i, o)
						continue
					}
					if o := s.cancel(i, o.ID); o.Status != http.StatusOK {
						t.Errorf("caller %d cancels: %s", i, o)
					}
				}
			})
		})
	}
	if n := count(t, url).less(before); n.Sessions != 0 || n.Occupancies != 0 || n.Cancelled != n.Appointments {
		t.Errorf("all have left, and yet there is %+v", n)
	}
}
