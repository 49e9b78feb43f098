package proof_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

type object = testkit.Object

// diary is one day of an outlet that was drawn from a seed, with what is asked of it.
type diary struct {
	*testkit.World
	seed   uint64
	random *rand.Rand

	zone   string
	loc    *time.Location
	now    time.Time // when starts are asked for
	date   civil.Date
	online bool // customers ask, not the desk
	guest  bool // nor they, but guests, who take any time of the outlet's interval

	tenant   *testkit.Tenant
	outlets  []*testkit.Outlet // the second, where there is one, has staff in common with the first
	zones    []*time.Location  // theirs
	kinds    []string          // of resources
	services []*testkit.Service
	drawn    map[id.ID]object // what they were drawn with
	interval int              // of the outlet, in minutes
	beyond   bool             // the date is further ahead than guests may book
	guests   int              // who asked so far
	staff    []*testkit.StaffMember
	walkIns  []testkit.Customer
	customer testkit.Customer // who asks online

	asked  []*testkit.Service // one, or several back to back
	wanted id.ID              // who has to serve; empty for anybody

	story []string // what was drawn, for whoever has to look into a failure
}

// traits are what makes a diary special, in words; what is proven has to hold for each.
func (d *diary) traits() (traits []string) {
	begins, ends := d.date.Start(d.loc), d.date.End(d.loc)
	_, offset := begins.Zone()
	hours := ends.Sub(begins)
	has := func(what string, is bool) {
		if is {
			traits = append(traits, what)
		}
	}
	has("for the desk", !d.online && !d.guest)
	has("for customers", d.online)
	has("for guests", d.guest)
	has("a shorter day", hours < 24*time.Hour)
	has("a longer day", hours > 24*time.Hour)
	has("half an hour's change", hours%time.Hour != 0)
	has("an offset of no whole hours", offset%3600 != 0)
	has("a change at midnight", d.changesAtMidnight())
	has("back to back", len(d.asked) > 1)
	has("by somebody named", d.wanted != "")
	has("an outlet in another zone", len(d.zones) > 1 && d.zones[1].String() != d.zone)
	for _, member := range []struct{ what, key string }{
		{"processing time", "processing_gaps"}, {"resources", "required_resources"}, {"seats", "max_parallel_bookings"},
		{"two at once", "required_staff_count"}, {"nobody needed", "requires_staff"}, {"notice", "min_advance_booking_hours"},
	} {
		has(member.what, slices.ContainsFunc(d.asked, func(s *testkit.Service) bool {
			value, there := d.drawn[s.ID][member.key]
			return there && value != nil
		}))
	}
	return traits
}

// changesAtMidnight tells whether the clock is changed within an hour of the day's
// beginning or end, so that a midnight does not exist, or comes twice.
func (d *diary) changesAtMidnight() bool {
	for _, midnight := range []time.Time{d.date.Start(d.loc), d.date.End(d.loc)} {
		_, before := midnight.Add(-time.Hour - time.Minute).In(d.loc).Zone()
		_, after := midnight.Add(time.Hour + time.Minute).In(d.loc).Zone()
		if before != after {
			return true
		}
	}
	return false
}

func newDiary(w *testkit.World, seed uint64) *diary {
	return &diary{World: w, seed: seed, random: rand.New(rand.NewPCG(seed, 1)), drawn: map[id.ID]object{}}
}

func (d *diary) note(format string, args ...any) {
	d.story = append(d.story, fmt.Sprintf(format, args...))
}

// fail fails the test with the diary's story.
func (d *diary) fail(format string, args ...any) {
	d.Helper()
	d.Errorf("%s\nto repeat: go test ./internal/proof -run TestDiaries -seed %d -diaries 1\n%s",
		fmt.Sprintf(format, args...), d.seed, strings.Join(d.story, "\n"))
}

// one in n.
func (d *diary) oneIn(n int) bool { return d.random.IntN(n) == 0 }

// between draws from both ends, in steps.
func (d *diary) between(from, to, step int) int {
	return from + step*d.random.IntN((to-from)/step+1)
}

func pick[T any](d *diary, from []T) T { return from[d.random.IntN(len(from))] }

// zones whose clocks do all that clocks do: stand still, move by an hour, by half of
// one or by two, at midnight or over it, from offsets of whole hours, halves and
// quarters.
func zones() []string {
	return []string{
		"Asia/Jakarta", "Asia/Kathmandu", "Asia/Kolkata", "Australia/Eucla", "Pacific/Kiritimati", "Pacific/Marquesas",
		"Europe/Berlin", "America/New_York", "Australia/Adelaide", "Pacific/Chatham", "America/St_Johns",
		"Australia/Lord_Howe", "Antarctica/Troll", "Asia/Beirut", "Africa/Cairo", "America/Havana", "America/Santiago",
		"Atlantic/Azores", "America/Nuuk", "Africa/Casablanca", "America/Scoresbysund", "Asia/Gaza",
	}
}

// drawTime decides where and when: mostly a day on which the clock is changed, where
// the zone has one, at times today, else some day of the next weeks.
func (d *diary) drawTime() {
	d.zone = pick(d, zones())
	d.loc = d.location(d.zone)
	d.now = testkit.Beginning().Add(time.Duration(d.random.IntN(600*24*60)) * time.Minute)
	today := civil.Of(d.now, d.loc)
	switch _, change := d.now.In(d.loc).ZoneBounds(); {
	case d.oneIn(6):
		d.date = today
	case change.IsZero() || change.Sub(d.now) > 365*24*time.Hour || d.oneIn(4):
		d.date = today.AddDays(d.random.IntN(40))
	default:
		if _, later := change.In(d.loc).ZoneBounds(); later.Sub(d.now) < 365*24*time.Hour && d.oneIn(2) {
			change = later
		}
		d.date = civil.Of(change.Add(-time.Duration(d.random.IntN(2))*time.Nanosecond), d.loc)
	}
	d.online = d.oneIn(3)
	d.guest = !d.online && d.oneIn(3)
	d.note("%s on %s (%d hours), seen at %s, online %v, guests %v", d.zone, d.date, int(d.date.End(d.loc).Sub(d.date.Start(d.loc)).Hours()),
		d.now.In(d.loc).Format(time.RFC3339), d.online, d.guest)
}

func (d *diary) location(zone string) *time.Location {
	d.Helper()
	loc, err := civil.Zone(zone)
	if err != nil {
		d.Fatal(err)
	}
	return loc
}

// spans draws some that do not overlap; they may touch.
func (d *diary) spans(most int) (spans [][2]string) {
	at := 0
	for range d.random.IntN(most) + 1 {
		begin := at + d.between(0, 6*60, 5)
		end := min(begin+d.between(30, 12*60, 5), 24*60)
		if begin >= end {
			break
		}
		spans = append(spans, [2]string{civil.Clock(begin).String(), civil.Clock(end).String()})
		at = end
	}
	if len(spans) == 0 || d.oneIn(6) {
		return [][2]string{{"00:00", pick(d, []string{"23:59", "24:00"})}}
	}
	return spans
}
