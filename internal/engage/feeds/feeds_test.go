package feeds_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// read follows an address.
func read(w *testkit.World, url string, header testkit.Object) testkit.Answer {
	w.Helper()
	_, path, ok := strings.Cut(url, "/api/v1")
	if !ok {
		w.Fatalf("not an address: %q", url)
	}
	return w.Send(testkit.Request{Method: "GET", Path: path, Header: header})
}

// shown lists the events of a feed: when they begin in UTC, what they say, and how
// certain they are.
func shown(w *testkit.World, url string) []string {
	w.Helper()
	answer := read(w, url, nil)
	if answer.Status != http.StatusOK {
		w.Fatalf("%s: %d %s", url, answer.Status, answer.Body)
	}
	calendar, err := ics.ParseCalendar(strings.NewReader(string(answer.Body)))
	if err != nil {
		w.Fatalf("%v\n%s", err, answer.Body)
	}
	out := []string{}
	for _, e := range calendar.Events() {
		start, err := e.GetStartAt()
		if err != nil {
			w.Fatal(err)
		}
		out = append(out, start.UTC().Format("02 15:04 ")+e.GetProperty(ics.ComponentPropertySummary).Value+" "+e.GetProperty(ics.ComponentPropertyStatus).Value)
	}
	return out
}

func staffFeed(s *testkit.Salon) string      { return "/staff/" + string(s.Staff.ID) + "/calendar-feed" }
func outletFeed(s *testkit.Salon) string     { return "/outlets/" + string(s.Outlet.ID) + "/calendar-feed" }
func gone(w *testkit.World, url string) bool { return read(w, url, nil).Status == http.StatusNotFound }

func TestTheLifeOfAFeed(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	for _, path := range []string{staffFeed(salon), outletFeed(salon)} {
		t.Run(path[1:strings.Index(path[1:], "/")+1], func(t *testing.T) {
			w := w.For(t)
			missing := `{"code":"calendar_feed.not_found"}`
			testkit.Run(t, w,
				testkit.Scenario{As: salon.Admin, Method: "GET", Path: path, Status: 404, Want: missing},
				testkit.Scenario{As: salon.Admin, Method: "DELETE", Path: path, Status: 404, Want: missing},
				testkit.Scenario{As: salon.Admin, Method: "POST", Path: path + "/rotate", Status: 404, Want: missing},
			)
			made := testkit.Scenario{
				As: salon.Admin, Method: "POST", Path: path, Header: testkit.Object{"Idempotency-Key": "feed-" + path}, Status: 201,
				Want: `{"id":"*","url":"*","is_active":true,"issued_by_id":"` + string(salon.User) + `"}`,
			}
			first := made.Run(t, w).Text("url")
			if again := made.Run(t, w).Text("url"); again != first {
				t.Errorf("the same request made %s and %s", first, again)
			}
			if read(w, first, nil).Status != 200 {
				t.Errorf("%s does not answer", first)
			}
			testkit.Run(t, w,
				testkit.Scenario{As: salon.Admin, Method: "POST", Path: path, Status: 409, Want: `{"code":"calendar_feed.exists"}`},
				testkit.Scenario{As: salon.Admin, Method: "GET", Path: path, Status: 200, Want: `{"id":"*","is_active":true}`, Check: func(t *testing.T, a testkit.Answer) {
					if a.Has("url") || strings.Contains(string(a.Body), first[len(first)-20:]) {
						t.Errorf("the address is told again: %s", a.Body)
					}
				}},
			)
			rotated := testkit.Scenario{As: salon.Admin, Method: "POST", Path: path + "/rotate", Header: testkit.Object{"Idempotency-Key": "rotate-" + path}, Status: 200, Want: `{"version":2}`}
			second := rotated.Run(t, w).Text("url")
			if again := rotated.Run(t, w).Text("url"); again != second {
				t.Errorf("the same request rotated to %s and %s", second, again)
			}
			if second == first || !gone(w, first) || read(w, second, nil).Status != 200 {
				t.Errorf("rotated from %s to %s", first, second)
			}
			w.Do(salon.Admin, "DELETE", path, nil, 204)
			if !gone(w, second) {
				t.Error("revoked, and still read")
			}
			w.Do(salon.Admin, "POST", path, nil, 201)
		})
	}
	log := w.JSON(salon.Admin, "GET", "/audit-logs?object_kind=calendar_feed&size=50", nil)
	for _, action := range []string{"calendar_feed.created", "calendar_feed.rotated", "calendar_feed.revoked"} {
		if n := strings.Count(string(log.Body), `"`+action+`"`); n < 2 {
			t.Errorf("%s is %d times in the audit log", action, n)
		}
	}
	if strings.Contains(string(log.Body), "hash") || strings.Contains(string(log.Body), "/calendar/") {
		t.Errorf("the audit log holds an address: %s", log.Body)
	}
}

func TestWhatFeedsShow(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	mine, outlet := w.JSON(salon.Admin, "POST", staffFeed(salon), nil).Text("url"), w.JSON(salon.Admin, "POST", outletFeed(salon), nil).Text("url")
	if got := shown(w, mine); len(got) != 0 {
		t.Errorf("nobody booked, and %q", got)
	}

	colleague := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service}, testkit.Object{"first_name": "Citra"}).WorksDaily(28)
	class := salon.Tenant.Service(testkit.Object{"name": "Yoga", "allow_parallel_bookings": true, "max_parallel_bookings": 5})
	salon.Tenant.Staff(salon.Outlet, []*testkit.Service{class}, testkit.Object{"first_name": "Maya", "last_name": "Sari"}).WorksDaily(28)
	w.JSON(salon.Admin, "PUT", "/services/"+string(salon.Service.ID), testkit.Object{"name": "Cut, wash"})
	with := func(staff any) testkit.Object {
		return testkit.Object{"services": []any{testkit.Object{"service_id": salon.Service.ID, "staff_id": staff}}, "notes": "allergic to nuts"}
	}
	salon.Book(1, "10:00", with(salon.Staff.ID))
	salon.Book(1, "12:00", with(colleague.ID))
	moved, cancelled := salon.Book(2, "10:00", with(salon.Staff.ID)), salon.Book(2, "14:00", with(salon.Staff.ID))
	for range 2 {
		salon.Tenant.Book(salon.Outlet, class, salon.Tenant.WalkIn(), 1, "15:00")
	}
	w.Advance(time.Minute)
	w.JSON(salon.Admin, "POST", "/appointments/"+string(moved)+"/reschedule", testkit.Object{"new_date": w.Day(3), "new_time": "09:00"})
	w.JSON(salon.Admin, "POST", "/appointments/"+string(cancelled)+"/cancel", testkit.Object{"cancellation_reason": "ill"})
	w.JSON(salon.Admin, "PUT", "/outlets/"+string(salon.Outlet.ID), testkit.Object{"settings": testkit.Object{"auto_confirm_bookings": false}})
	w.JSON(salon.Customer.Token, "POST", "/customer/booking/appointments", testkit.Object{
		"outlet_id": salon.Outlet.ID, "appointment_date": w.Day(4), "start_time": "11:00",
		"services": []any{testkit.Object{"service_id": salon.Service.ID, "staff_id": salon.Staff.ID}},
	})

	if diff := cmp.Diff([]string{
		"03 03:00 Cut, wash – A. H. CONFIRMED", "05 02:00 Cut, wash – A. H. CONFIRMED", "06 04:00 Cut, wash – A. H. TENTATIVE",
	}, shown(w, mine)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"03 03:00 Cut, wash – A. H. with Ayu Lestari CONFIRMED", "03 05:00 Cut, wash – A. H. with Citra Lestari CONFIRMED",
		"03 08:00 Yoga (2 of 5) with Maya Sari CONFIRMED", "05 02:00 Cut, wash – A. H. with Ayu Lestari CONFIRMED",
		"06 04:00 Cut, wash – A. H. with Ayu Lestari TENTATIVE",
	}, shown(w, outlet)); diff != "" {
		t.Error(diff)
	}
	for _, url := range []string{mine, outlet} {
		body := strings.ReplaceAll(string(read(w, url, nil).Body), "\r\n ", "")
		for _, secret := range []string{"Amelia", "Hart", "Siti", "Rahma", "@example.com", "nuts", "IDR", string(salon.Customer.ID)} {
			if strings.Contains(body, secret) {
				t.Errorf("a feed shows %q: %s", secret, body)
			}
		}
	}
}

// An event keeps its name when it is moved, and says that it is newer.
func TestEventsKeepTheirNames(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	url := w.JSON(salon.Admin, "POST", staffFeed(salon), nil).Text("url")
	event := func() *ics.VEvent {
		calendar, err := ics.ParseCalendar(strings.NewReader(string(read(w, url, nil).Body)))
		if err != nil || len(calendar.Events()) != 1 {
			t.Fatalf("%v in %v", err, calendar)
		}
		return calendar.Events()[0]
	}
	appointment := salon.Book(1, "10:00")
	before := event()
	w.JSON(salon.Admin, "POST", "/appointments/"+string(appointment)+"/reschedule", testkit.Object{"new_date": w.Day(2), "new_time": "09:00"})
	after := event()
	if before.Id() != after.Id() {
		t.Errorf("%s became %s", before.Id(), after.Id())
	}
	if old, now := before.GetProperty(ics.ComponentPropertySequence).Value, after.GetProperty(ics.ComponentPropertySequence).Value; old >= now {
		t.Errorf("sequence %s, then %s", old, now)
	}
}

func TestAFeedLooksBackAMonthAndHalfAYearAhead(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	salon.Book(1, "10:00")
	salon.Book(20, "10:00")
	for _, path := range []string{staffFeed(salon), outletFeed(salon)} {
		url := w.JSON(salon.Admin, "POST", path, nil).Text("url")
		now := w.Clock.Now()
		for days, want := range map[int]int{-161: 1, -158: 2, 0: 2, 30: 2, 32: 1, 52: 0} {
			w.Clock.Set(now.AddDate(0, 0, days))
			if got := shown(w, url); len(got) != want {
				t.Errorf("%s, %d days on: %q, want %d", path, days, got, want)
			}
		}
		w.Clock.Set(now)
	}
}

func TestCopiesThatAreStillGood(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	url := w.JSON(salon.Admin, "POST", staffFeed(salon), nil).Text("url")
	salon.Book(1, "10:00")
	first := read(w, url, nil)
	tag := first.Header.Get("ETag")
	if first.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || first.Header.Get("Cache-Control") != "private, max-age=300" || tag == "" {
		t.Errorf("headers %v", first.Header)
	}
	w.Clock.Advance(10 * time.Minute)
	if same := read(w, url, testkit.Object{"If-None-Match": tag}); same.Status != 304 || len(same.Body) != 0 || same.Header.Get("ETag") != tag {
		t.Errorf("the same: %d %v %q", same.Status, same.Header, same.Body)
	}
	salon.Book(1, "12:00")
	if changed := read(w, url, testkit.Object{"If-None-Match": tag}); changed.Status != 200 || changed.Header.Get("ETag") == tag {
		t.Errorf("changed: %d %v", changed.Status, changed.Header)
	}
}

func TestWhoMayHaveWhichFeed(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	elsewhere := salon.Tenant.Outlet()
	manager, stranger := salon.Member(access.OutletManager, salon.Outlet), salon.Member(access.OutletManager, elsewhere)
	desk := salon.Member(access.Receptionist, salon.Outlet)
	self, colleague := salon.Member(access.StaffRole, salon.Outlet), salon.Member(access.StaffRole, salon.Outlet)
	w.JSON(salon.Admin, "PUT", "/staff/"+string(salon.Staff.ID), testkit.Object{"user_id": self.ID})
	both := salon.Tenant.Staff(salon.Outlet, []*testkit.Service{salon.Service})
	w.JSON(salon.Admin, "PUT", "/staff/"+string(both.ID)+"/outlets", testkit.Object{"outlet_ids": []any{salon.Outlet.ID, elsewhere.ID}})
	super := salon.Member(access.SuperAdmin)

	staff, outlet, ofBoth := staffFeed(salon), outletFeed(salon), "/staff/"+string(both.ID)+"/calendar-feed"
	for _, tt := range []struct {
		who    string
		as     testkit.Token
		path   string
		status int
	}{
		{"the administrator", salon.Admin, staff, 201}, {"the administrator", salon.Admin, outlet, 201}, {"the administrator", salon.Admin, ofBoth, 201},
		{"the manager", manager.Token, staff, 201}, {"the manager", manager.Token, outlet, 201}, {"the manager of one outlet", manager.Token, ofBoth, 403},
		{"another outlet's manager", stranger.Token, staff, 403}, {"another outlet's manager", stranger.Token, outlet, 403},
		{"the desk", desk.Token, staff, 403}, {"the desk", desk.Token, outlet, 403},
		{"the staff member", self.Token, staff, 201}, {"the staff member", self.Token, outlet, 403},
		{"a colleague", colleague.Token, staff, 403},
		{"the platform", super.Token, staff, 201},
		{"nobody", "", staff, 401}, {"a customer", salon.Customer.Token, staff, 403},
	} {
		answer := w.Send(testkit.Request{As: tt.as, Method: "POST", Path: tt.path})
		if answer.Status != tt.status {
			t.Errorf("%s at %s: %d %s, want %d", tt.who, tt.path, answer.Status, answer.Body, tt.status)
		}
		if tt.status != 403 && tt.status != 401 {
			if url := answer.Text("url"); read(w, url, nil).Status != 200 {
				t.Errorf("%s at %s: the address does not answer", tt.who, tt.path)
			}
			w.Do(salon.Admin, "DELETE", tt.path, nil, 204)
		}
	}
	testkit.Run(t, w,
		testkit.Scenario{As: salon.Admin, Method: "POST", Path: "/staff/65f1e2a0c3b4d5e6f7a8b9c0/calendar-feed", Status: 404, Want: `{"code":"staff.not_found"}`},
		testkit.Scenario{As: salon.Admin, Method: "POST", Path: "/outlets/65f1e2a0c3b4d5e6f7a8b9c0/calendar-feed", Status: 404, Want: `{"code":"outlet.not_found"}`},
	)
}

// An address lasts no longer than the right to see what it shows.
func TestAddressesThatEnd(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	elsewhere := salon.Tenant.Outlet()
	manager, self := salon.Member(access.OutletManager, salon.Outlet), salon.Member(access.StaffRole, salon.Outlet)
	w.JSON(salon.Admin, "PUT", "/staff/"+string(salon.Staff.ID), testkit.Object{"user_id": self.ID})
	outlet := w.JSON(manager.Token, "POST", outletFeed(salon), nil).Text("url")
	staff := w.JSON(manager.Token, "POST", staffFeed(salon), nil).Text("url")
	both := func(step string, outletGone, staffGone bool) {
		t.Helper()
		if gone(w, outlet) != outletGone || gone(w, staff) != staffGone {
			t.Errorf("%s: outlet's gone %v, staff member's gone %v", step, gone(w, outlet), gone(w, staff))
		}
		if got := w.JSON(salon.Admin, "GET", outletFeed(salon), nil).Text("is_active"); (got == "true") == outletGone {
			t.Errorf("%s: is_active %s", step, got)
		}
	}
	both("made", false, false)
	w.JSON(salon.Admin, "PUT", "/users/"+string(manager.ID)+"/outlets", testkit.Object{"outlet_ids": []any{elsewhere.ID}})
	both("the manager works elsewhere", true, true)
	w.JSON(salon.Admin, "PUT", "/users/"+string(manager.ID)+"/outlets", testkit.Object{"outlet_ids": []any{elsewhere.ID, salon.Outlet.ID}})
	both("and here", false, false)
	w.JSON(salon.Admin, "POST", "/users/"+string(manager.ID)+"/deactivate", nil)
	both("the manager is locked out", true, true)

	staff = w.JSON(self.Token, "POST", staffFeed(salon)+"/rotate", nil).Text("url")
	outlet = w.JSON(salon.Admin, "POST", outletFeed(salon)+"/rotate", nil).Text("url")
	both("made anew", false, false)
	w.JSON(salon.Admin, "POST", "/users/"+string(self.ID)+"/deactivate", nil)
	both("the staff member is locked out", false, true)
	w.JSON(salon.Admin, "POST", "/users/"+string(self.ID)+"/activate", nil)
	both("and is back", false, false)
	w.Do(salon.Admin, "DELETE", "/staff/"+string(salon.Staff.ID), nil, 204)
	both("the staff member is gone", false, true)
	w.Exec(`UPDATE tenants SET is_active = false WHERE id = $1`, salon.ID)
	if !gone(w, outlet) {
		t.Error("the business is closed, and its feed is read")
	}
}

func TestAddressesOfNothing(t *testing.T) {
	w := world.New(t)
	salon, other := w.Salon(), w.Salon()
	url := w.JSON(salon.Admin, "POST", outletFeed(salon), nil).Text("url")
	w.JSON(other.Admin, "POST", outletFeed(other), nil)
	base, file := url[:strings.LastIndex(url, "/")+1], url[strings.LastIndex(url, "/")+1:]
	_, secret, _ := strings.Cut(file, ".")
	for _, wrong := range []string{
		string(other.ID) + "." + secret, // the same secret in another business
		strings.TrimSuffix(file, ".ics"), secret, file + ".ics", strings.ToUpper(file), string(salon.ID) + ".ics", "." + secret, "nonsense", "%00", "a.b.c.ics",
		string(salon.ID) + "." + strings.Repeat("A", 43) + ".ics", string(salon.ID) + "." + strings.Repeat("%C3%A9", 21) + "A.ics", strings.Repeat("x", 500),
	} {
		if answer := read(w, base+wrong, nil); answer.Status/100 != 4 || answer.Status != 404 && answer.Status != 422 && answer.Status != 400 {
			t.Errorf("%s: %d %s", wrong, answer.Status, answer.Body)
		}
	}
	if read(w, url, nil).Status != 200 {
		t.Error("the right one does not answer")
	}
}

// The feed of one business never shows the rows of another, whatever a feed says: the
// database sees to it.
func TestAFeedStaysInItsBusiness(t *testing.T) {
	w := world.New(t)
	salon, other := w.Salon(), w.Salon()
	salon.Book(1, "10:00")
	other.Book(1, "12:00")
	for _, path := range []func(*testkit.Salon) string{staffFeed, outletFeed} {
		mine, theirs := w.JSON(salon.Admin, "POST", path(salon), nil).Text("url"), w.JSON(other.Admin, "POST", path(other), nil).Text("url")
		for url, want := range map[string]string{mine: "03 03:00 ", theirs: "03 05:00 "} {
			if got := shown(w, url); len(got) != 1 || !strings.HasPrefix(got[0], want) {
				t.Errorf("shown %q, want one at %s", got, want)
			}
		}
		for _, method := range []string{"GET", "POST", "DELETE"} {
			if answer := w.Send(testkit.Request{As: other.Admin, Method: method, Path: path(salon)}); answer.Status != 404 {
				t.Errorf("%s of another's: %d %s", method, answer.Status, answer.Body)
			}
		}
	}
}

// Of two who make a feed at once, one makes it; whoever rotates last has the address.
func TestTwoAtOnce(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	at := func(path string) (statuses []int, urls []string) {
		var mu sync.Mutex
		var hands sync.WaitGroup
		for range 8 {
			hands.Go(func() {
				answer := w.Send(testkit.Request{As: salon.Admin, Method: "POST", Path: path})
				mu.Lock()
				defer mu.Unlock()
				if statuses = append(statuses, answer.Status); answer.Has("url") {
					urls = append(urls, answer.Text("url"))
				}
			})
		}
		hands.Wait()
		slices.Sort(statuses)
		return statuses, urls
	}
	if statuses, urls := at(outletFeed(salon)); !slices.Equal(statuses, []int{201, 409, 409, 409, 409, 409, 409, 409}) || gone(w, urls[0]) {
		t.Errorf("made at once: %v", statuses)
	}
	statuses, urls := at(outletFeed(salon) + "/rotate")
	good := 0
	for _, url := range urls {
		if !gone(w, url) {
			good++
		}
	}
	if len(urls) != 8 || good != 1 {
		t.Errorf("rotated at once: %v, %d addresses answer", statuses, good)
	}
}

// Callers of an address are limited, so that nobody tries many.
func TestReadingIsLimited(t *testing.T) {
	w := world.New(t, world.RateLimited())
	url := w.BaseURL + "/api/v1/calendar/65f1e2a0c3b4d5e6f7a8b9c0." + strings.Repeat("A", 43) + ".ics"
	for n := range 40 {
		answer := read(w, url, nil)
		if answer.Status == http.StatusTooManyRequests {
			if n < 10 || answer.Header.Get("Retry-After") == "" {
				t.Errorf("refused after %d: %v", n, answer.Header)
			}
			return
		}
	}
	t.Error("40 tries in a moment")
}
