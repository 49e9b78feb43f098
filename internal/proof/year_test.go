package proof_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// A brand lives through a year, on two servers and one clock, by which the queue of
// jobs goes as well. After every day its diary is whole.
func TestYear(t *testing.T) {
	t.Parallel()
	seed, days := option(t, "seed"), int(option(t, "days"))
	one, other := world.Two(t)
	y := &year{
		World: one, servers: []*testkit.World{one, other}, seed: seed, random: rand.New(rand.NewPCG(seed, 2)),
		counts: map[string]int{}, today: civil.Of(one.Clock.Now(), time.UTC),
	}
	y.open()
	for range days {
		y.live()
		y.check()
		if t.Failed() {
			t.Fatalf("on day %s; to repeat: go test ./internal/proof -run TestYear -seed %d -days %d", y.today, seed, days)
		}
		y.today = y.today.AddDays(1)
	}
	t.Logf("%d days from seed %d: %v", days, seed, y.counts)
	for _, lived := range []string{"booked", "moved", "cancelled", "completed", "no-show", "lapsed", "vacation over bookings", "left", "price", "cut off"} {
		if y.counts[lived] == 0 && days >= fewDays {
			t.Errorf("nothing was %s: the year is too dull to show anything", lived)
		}
	}
}

// year is the simulation. Whatever it does follows from the seed: nothing happens at
// once, and ids decide nothing.
type year struct {
	*testkit.World
	servers []*testkit.World
	seed    uint64
	random  *rand.Rand
	today   civil.Date
	counts  map[string]int
	keys    int

	tenant    *testkit.Tenant
	places    []place
	services  []*offer
	staff     []*employee
	customers []testkit.Customer // walk-ins
	members   []testkit.Customer // with an account
	signedIn  map[string]time.Time
	visits    []*visit
}

// place is an outlet.
type place struct {
	*testkit.Outlet
	loc *time.Location
}

// offer is a service with the price that it has at the moment.
type offer struct {
	*testkit.Service
	price int
}

type employee struct {
	*testkit.StaffMember
	place int
	gives []*testkit.Service
	until civil.Date // the last day with working hours
	gone  bool
}

// visit is an appointment as the simulation knows it.
type visit struct {
	id      string
	place   int
	service *offer // the first
	lines   int
	online  *testkit.Customer // nil at the desk
	status  string
	price   int
	starts  time.Time
	hold    time.Time // pending ones lapse then
}

func (v *visit) stands(now time.Time) bool {
	return v.status == "confirmed" || v.status == "pending" && now.Before(v.hold)
}

// horizon is how many days ahead people book.
const horizon = 14

func (y *year) oneIn(n int) bool { return y.random.IntN(n) == 0 }

// open sets the brand up: two outlets in zones whose clocks change, six services of all
// kinds, six people.
func (y *year) open() {
	y.Helper()
	y.tenant = y.Tenant().Plan("ENTERPRISE").Settings(object{"booking_advance_days": 90})
	y.signedIn = map[string]time.Time{y.tenant.Email: y.Clock.Now()}
	for i, zone := range []string{"Europe/Berlin", "America/St_Johns"} {
		loc, err := civil.Zone(zone)
		if err != nil {
			y.Fatal(err)
		}
		y.places = append(y.places, place{y.tenant.Outlet(object{"settings": object{
			"timezone": zone, "slot_interval_minutes": 5, "auto_confirm_bookings": i == 0, "cancellation_hours": 24,
		}}), loc})
		y.JSON(y.tenant.Admin, "POST", "/resources", object{"outlet_id": y.places[i].ID, "kind": "room", "name": "Rooms", "quantity": 1 + i})
	}
	for _, s := range []object{
		{"duration_minutes": 45, "cleanup_minutes": 5},
		{"duration_minutes": 90, "preparation_minutes": 10, "processing_gaps": []object{{"from_minute": 30, "to_minute": 60}}},
		{"duration_minutes": 60, "allow_parallel_bookings": true, "max_parallel_bookings": 4},
		{"duration_minutes": 50, "cleanup_minutes": 20, "required_resources": []object{{"kind": "room", "quantity": 1}}},
		{"duration_minutes": 75, "required_staff_count": 2},
		{"duration_minutes": 30, "requires_staff": false},
	} {
		s["max_advance_booking_days"] = 90
		y.services = append(y.services, &offer{y.tenant.Service(s), 150_000})
	}
	for range 6 {
		y.hire()
	}
	for range 12 {
		y.customers = append(y.customers, y.tenant.WalkIn())
	}
	for range 4 {
		y.members = append(y.members, y.tenant.Customer())
	}
}

// hire lets somebody begin, with skills that each service keeps two people for.
func (y *year) hire() {
	y.Helper()
	n := len(y.staff)
	var gives []*testkit.Service
	for i, s := range y.services[:5] {
		if (i+n)%3 != 0 || y.oneIn(3) {
			gives = append(gives, s.Service)
		}
	}
	e := &employee{place: n % 2, gives: gives, until: y.today.AddDays(-1)}
	var skills []object
	for _, s := range gives {
		skill := object{"service_id": s.ID}
		if s != y.services[1].Service && y.oneIn(4) {
			skill["duration_minutes"] = 30 + 5*y.random.IntN(10)
		}
		skills = append(skills, skill)
	}
	changes := object{"skills": object{"services": skills}}
	if y.oneIn(3) {
		changes["outlet_ids"] = []id.ID{y.places[1-e.place].ID}
	}
	e.StaffMember = y.tenant.Staff(y.places[e.place].Outlet, gives, changes)
	y.staff = append(y.staff, e)
	y.roster(e)
}

// roster writes working hours, a week at once, for as far as people book.
func (y *year) roster(e *employee) {
	y.Helper()
	for !e.gone && e.until.Before(y.today.AddDays(horizon+1)) {
		var entries []object
		for range 7 {
			e.until = e.until.AddDays(1)
			entries = append(entries, object{
				"date": e.until, "start_time": "09:00", "end_time": "18:00", "availability_type": "working_hours", "recurrence_type": "none",
			})
			if y.oneIn(2) {
				entries = append(entries, object{
					"date": e.until, "start_time": "12:30", "end_time": "13:00", "availability_type": "break", "recurrence_type": "none",
				})
			}
		}
		y.must(http.StatusCreated, y.desk("POST", "/availability/bulk", object{"staff_id": e.ID, "availability_entries": entries}))
	}
}

// live is one day: from six in the morning (UTC) things happen at random times, and in
// the evening what took place is written down.
func (y *year) live() {
	y.Helper()
	y.advanceTo(y.today.Start(time.UTC).Add(6 * time.Hour))
	for _, e := range y.staff {
		y.roster(e)
	}
	for range 12 + y.random.IntN(14) {
		y.advanceTo(y.Clock.Now().Add(time.Duration(y.random.IntN(50)) * time.Minute))
		y.act()
		if y.oneIn(4) {
			y.runJobs()
		}
	}
	y.advanceTo(y.today.Start(time.UTC).Add(23*time.Hour + 30*time.Minute))
	y.close()
	y.sample()
	y.runJobs()
	if y.today.Weekday() == 0 {
		server := y.server()
		for _, name := range server.Jobs.Intervals() {
			if name != "keys.turn" { // the other server would read the new key half a real minute later
				server.Every(name)
			}
		}
	}
}

func (y *year) act() {
	y.Helper()
	switch n := y.random.IntN(100); {
	case n < 55:
		y.book()
	case n < 70:
		y.move()
	case n < 80:
		y.cancel()
	case n < 86:
		y.settle()
	case n < 93:
		y.vacation()
	case n < 94:
		y.leave()
	case n < 97:
		y.reprice()
	default:
		y.server().Every("appointments.expire")
	}
}

// server is the one that is asked next.
func (y *year) server() *testkit.World { return y.servers[y.random.IntN(len(y.servers))] }

// advanceTo moves the clock on, never back.
func (y *year) advanceTo(at time.Time) {
	if d := at.Sub(y.Clock.Now()); d > 0 {
		y.Advance(d)
	}
}

func (y *year) runJobs() {
	y.Helper()
	y.server().RunJobs()
}

// admin and customer sign in again before their tokens run out.
func (y *year) admin() testkit.Token {
	if y.Clock.Now().Sub(y.signedIn[y.tenant.Email]) > 20*time.Minute {
		y.tenant.Admin = y.tenant.SignIn(y.tenant.Email)
		y.signedIn[y.tenant.Email] = y.Clock.Now()
	}
	return y.tenant.Admin
}

func (y *year) customer(c *testkit.Customer) testkit.Token {
	y.Helper()
	if y.Clock.Now().Sub(y.signedIn[c.Email]) > 20*time.Minute {
		c.Token = testkit.Token(y.JSON("", "POST", "/customer/auth/login",
			object{"email": c.Email, "password": testkit.Password, "tenant_slug": y.tenant.Slug}).Text("access_token"))
		y.signedIn[c.Email] = y.Clock.Now()
	}
	return c.Token
}

// desk asks as the administrator.
func (y *year) desk(method, path string, body any) testkit.Answer {
	y.Helper()
	return y.send(testkit.Request{As: y.admin(), Method: method, Path: path, Body: body})
}

// send asks one of the servers. Now and then the request is cut off at some round trip
// to the database, or its answer is lost, and is sent again with its key, perhaps to
// the other server: what counts is the second answer.
func (y *year) send(r testkit.Request) testkit.Answer {
	y.Helper()
	if r.Method == http.MethodPost {
		y.keys++
		r.Header = object{"Idempotency-Key": fmt.Sprintf("request-%d", y.keys)}
		for r.Method == http.MethodPost && repeatable(r.Path) && y.oneIn(8) {
			y.counts["cut off"]++
			y.cutOff(y.server(), r, 1+y.random.IntN(6))
		}
	}
	answer := y.server().Send(r)
	if answer.Status >= 500 {
		y.Errorf("%s %s: %d %s", r.Method, r.Path, answer.Status, answer.Body)
	}
	return answer
}

// repeatable requests honour their key.
func repeatable(path string) bool {
	return strings.HasSuffix(path, "/appointments") || strings.HasSuffix(path, "/reschedule") || strings.HasSuffix(path, "/record-payment") ||
		strings.HasSuffix(path, "/availability")
}

// cutOff sends a request whose caller is gone before its n-th round trip, or, where it
// has fewer, before the answer.
func (y *year) cutOff(w *testkit.World, r testkit.Request, n int) {
	whole := w.Handler
	half := *w
	half.Inspect = nil
	half.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		w.Work.Watch(func() {
			if n--; n == 0 {
				cancel()
			}
		})
		defer w.Work.Watch(nil)
		whole.ServeHTTP(rw, r.WithContext(ctx))
	})
	half.Send(r)
}

// must fails the test for another status.
func (y *year) must(status int, answer testkit.Answer) testkit.Answer {
	y.Helper()
	if answer.Status != status {
		y.Fatalf("status %d, want %d: %s\non day %s; seed %d", answer.Status, status, answer.Body, y.today, y.seed)
	}
	return answer
}
