package storm_test

import (
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/testkit"
)

// slot is one time that everybody wants.
type slot struct {
	name string
	// seats are how many can win, each with so many lines; all of them together
	// begin so many sessions and occupy so many members.
	seats, lines, sessions, occupied int
	start                            func(i int) string
	want                             func(s *shop, i int) []testkit.Object
}

func ten(int) string { return "10:00" }

// slots are for a shop of twelve members.
func slots() []slot {
	return []slot{
		{"one member", 1, 1, 1, 1, ten, func(s *shop, _ int) []testkit.Object {
			return []testkit.Object{s.line(s.cut, 0)}
		}},
		{"one member, starts that overlap", 1, 1, 1, 1, func(i int) string { return []string{"10:00", "10:20", "10:40"}[i%3] }, func(s *shop, _ int) []testkit.Object {
			return []testkit.Object{s.line(s.cut, 0)}
		}},
		{"services back to back", 1, 3, 3, 3, ten, func(s *shop, _ int) []testkit.Object {
			return []testkit.Object{s.line(s.cut, 0), s.line(s.colour, 1), s.line(s.cut, 0)}
		}},
		{"members in opposite order", 2, 2, 4, 4, ten, func(s *shop, i int) []testkit.Object {
			return []testkit.Object{s.line(s.cut, i/2%2), s.line(s.colour, 1-i/2%2)}
		}},
		{"anybody", 12, 1, 12, 12, ten, func(s *shop, _ int) []testkit.Object {
			return []testkit.Object{s.line(s.cut, -1)}
		}},
		{"back to back by anybody", 12, 3, 36, 36, ten, func(s *shop, _ int) []testkit.Object {
			return []testkit.Object{s.line(s.cut, -1), s.line(s.colour, -1), s.line(s.cut, -1)}
		}},
		{"two members at once", 2, 1, 2, 4, ten, func(s *shop, _ int) []testkit.Object {
			return []testkit.Object{s.line(s.duo, -1)}
		}},
		{"a group with one member", yogaSeats, 1, 1, 1, ten, func(s *shop, _ int) []testkit.Object {
			return []testkit.Object{s.line(s.yoga, 0)}
		}},
		{"a group with anybody", 2 * yogaSeats, 1, 2, 2, ten, func(s *shop, _ int) []testkit.Object {
			return []testkit.Object{s.line(s.yoga, -1)}
		}},
		{"a haircut before the group", 2, 2, 3, 3, ten, func(s *shop, i int) []testkit.Object {
			return []testkit.Object{s.line(s.cut, i/2%2), s.line(s.yoga, 0)}
		}},
		{"fewer rooms than members", rooms, 1, rooms, 2 * rooms, ten, func(s *shop, _ int) []testkit.Object {
			return []testkit.Object{s.line(s.facial, -1)}
		}},
		{"one member, and a room", 1, 1, 1, 2, ten, func(s *shop, _ int) []testkit.Object {
			return []testkit.Object{s.line(s.facial, 0)}
		}},
		{"a room twice in a row", rooms, 2, 2 * rooms, 4 * rooms, ten, func(s *shop, _ int) []testkit.Object {
			return []testkit.Object{s.line(s.facial, -1), s.line(s.facial, -1)}
		}},
		{"the only one of its kind", 1, 1, 1, 1, ten, func(s *shop, _ int) []testkit.Object {
			return []testkit.Object{s.line(s.pods, -1)}
		}},
	}
}

// stormSlots lets everybody want each of the slots, on a day of its own.
func stormSlots(t *testing.T, s *shop, url string) {
	for day, slot := range slots() {
		t.Run(slot.name, func(t *testing.T) {
			s, before := s.in(t), count(t, url)
			var won atomic.Int64
			atOnce(rivals, func(i int) {
				switch o := s.book(i, s.Day(slotDays+day), slot.start(i), "", slot.want(s, i)...); {
				case o.Status == 201:
					won.Add(1)
				case !o.lost():
					t.Errorf("rival %d: %s", i, o)
				}
			})
			if won := int(won.Load()); won != slot.seats {
				t.Errorf("%d won, want %d", won, slot.seats)
			}
			want := tally{
				Appointments: slot.seats, Lines: slot.seats * slot.lines, Sessions: slot.sessions, Occupancies: slot.occupied, Booked: slot.seats,
				Jobs: slot.seats * query[int](t, url, `SELECT count(DISTINCT args ->> 'subscriber') FROM river.river_job WHERE args ->> 'event' = 'appointment.confirmed'`)[0],
			}
			if diff := cmp.Diff(want, count(t, url).less(before)); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
		})
	}
	checkWhole(t, url)
}
