package storm_test

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"reserva/internal/testkit"
)

// edge is two servers in processes of their own, on one database and behind one proxy,
// that limit their callers.
type edge struct {
	*testkit.World
	doors []*testkit.World
	next  int // client address
}

func newEdge(t *testing.T) *edge {
	t.Helper()
	t.Parallel()
	url := testkit.FreshURL(t)
	d := openDatabase(t, url)
	t.Cleanup(d.Close)
	settings := sharedDatabase(t, url)
	e := &edge{}
	for range 2 {
		f := settings()
		f.RateLimit, f.Proxies = "on", "127.0.0.0/8"
		server := startServer(t, f)
		t.Cleanup(func() {
			server.stop()
			server.check(t, false)
		})
		e.doors = append(e.doors, door(t, server, d))
	}
	e.World = e.doors[0]
	return e
}

// client is the address of somebody who has not asked yet.
func (e *edge) client() testkit.Object {
	e.next++
	return testkit.Object{"X-Forwarded-For": fmt.Sprintf("203.0.113.%d", e.next)}
}

// all makes requests at once, by turns through the servers.
func (e *edge) all(n int, request func(i int) testkit.Request) []testkit.Answer {
	e.Helper()
	answers := make([]testkit.Answer, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { answers[i] = e.doors[i%len(e.doors)].Send(request(i)) })
	}
	wg.Wait()
	return answers
}

func statuses(answers []testkit.Answer) map[int]int {
	count := map[int]int{}
	for _, a := range answers {
		count[a.Status]++
	}
	return count
}

// withinAMinute runs fn such that all of it is counted in one minute.
func (e *edge) withinAMinute(fn func()) {
	e.Helper()
	for range 5 {
		began := time.Now().Truncate(time.Minute)
		if fn(); time.Now().Truncate(time.Minute).Equal(began) {
			return
		}
	}
	e.Fatal("the requests never fit into one minute")
}

// A caller has the documented number of requests in all, not at each of the servers:
// somebody with an address and no account, a staff user, and a customer.
func TestTwoServersCountTogether(t *testing.T) {
	e := newEdge(t)
	salon := e.Salon()
	for name, c := range map[string]struct {
		minute, hour int
		path         string
		as           func() testkit.Token // somebody who has not asked yet
	}{
		"a visitor":  {30, 300, "/public/tenants/" + salon.Slug, func() testkit.Token { return "" }},
		"a user":     {100, 1000, "/users/me", func() testkit.Token { return salon.Member("receptionist", salon.Outlet).Token }},
		"a customer": {60, 600, "/customer/auth/me", func() testkit.Token { return salon.Tenant.Customer().Token }},
	} {
		e.withinAMinute(func() {
			who, from := c.as(), e.client()
			answers := e.all(c.minute+20, func(int) testkit.Request {
				return testkit.Request{As: who, Method: "GET", Path: c.path, Header: from}
			})
			if got := statuses(answers); got[200] != c.minute || got[429] != 20 {
				t.Errorf("%s: answers %v, want %d of 200 and 20 of 429", name, got, c.minute)
			}
			left := map[string]bool{}
			for _, a := range answers {
				checkLimitHeaders(t, name, a, c.minute, c.hour)
				if a.Status == http.StatusOK {
					left[a.Header.Get("X-Ratelimit-Remaining-Minute")] = true
				}
			}
			if len(left) != c.minute {
				t.Errorf("%s: %d different numbers of requests were left, want %d", name, len(left), c.minute)
			}
		})
	}
}

func checkLimitHeaders(t *testing.T, name string, a testkit.Answer, minute, hour int) {
	t.Helper()
	if a.Header.Get("X-Ratelimit-Limit-Minute") != strconv.Itoa(minute) || a.Header.Get("X-Ratelimit-Limit-Hour") != strconv.Itoa(hour) {
		t.Errorf("%s: headers %v", name, a.Header)
	}
	after, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if refused := a.Status == http.StatusTooManyRequests; refused && (err != nil || after < 1 || after > 60) || !refused && err == nil {
		t.Errorf("%s: status %d with Retry-After %q", name, a.Status, a.Header.Get("Retry-After"))
	}
}

// The tighter limits of sign-in, and the lock after failures, are those of one server.
func TestTwoServersGuardSignInTogether(t *testing.T) {
	e := newEdge(t)
	salon := e.Salon()
	guess := func(path string, who string, from testkit.Object) testkit.Request {
		return testkit.Request{Method: "POST", Path: path, Header: from, Body: testkit.Object{
			"email": who, "password": "Wrong#2026secure", "tenant_slug": salon.Slug,
		}}
	}
	for _, c := range []struct {
		path, known string
		tries       int // before the address is locked
	}{
		{"/auth/login", salon.Email, 5},
		{"/customer/auth/login", salon.Customer.Email, 10},
	} {
		for _, who := range []string{c.known, "nobody@example.com"} {
			from := make([]testkit.Object, 24)
			for i := range from {
				from[i] = e.client()
			}
			answers := e.all(len(from), func(i int) testkit.Request { return guess(c.path, who, from[i]) })
			if got := statuses(answers); got[401] != c.tries || got[423] != len(from)-c.tries {
				t.Errorf("%s for %s: answers %v, want %d compared and the rest locked", c.path, who, got, c.tries)
			}
		}
		e.withinAMinute(func() {
			from := e.client()
			answers := e.all(24, func(i int) testkit.Request { return guess(c.path, fmt.Sprintf("nobody%d@example.com", i), from) })
			if got := statuses(answers); got[429] != 4 {
				t.Errorf("%s from one address: answers %v, want 20 of 24 tried", c.path, got)
			}
		})
	}
}

// What one server has answered to a key is the answer of all, and twins that come to
// two servers at once have one effect.
func TestTwoServersHaveOneAnswerToAKey(t *testing.T) {
	e := newEdge(t)
	salon := e.Salon()
	paid := string(salon.Book(2, "10:00"))
	for name, c := range map[string]struct {
		as     testkit.Token
		path   string
		body   testkit.Object
		other  testkit.Object // differs
		effect string         // counts what came of it
		of     any
	}{
		"a customer": {
			salon.Admin, "/customers",
			testkit.Object{"first_name": "Siti", "last_name": "Rahma", "email": "twin@example.com"}, testkit.Object{"first_name": "Sita"},
			`SELECT count(*) FROM customers WHERE email = $1`, "twin@example.com",
		},
		"money": {
			salon.Admin, "/appointments/" + paid + "/record-payment",
			testkit.Object{"amount": 50000, "payment_method": "cash"}, testkit.Object{"amount": 60000},
			`SELECT count(*) FROM payments WHERE appointment_id = $1`, paid,
		},
		"a business": {
			"", "/public/register", testkit.Object{
				"business_name": "Twin Spa", "business_email": "contact@twin.example", "business_phone": "+62215081234", "preferred_slug": "twin-spa",
				"admin_email": "admin@twin.example", "admin_password": testkit.Password, "terms_accepted": true,
			}, testkit.Object{"business_name": "Another Spa"},
			`SELECT count(*) FROM users WHERE email = $1`, "admin@twin.example",
		},
	} {
		t.Run(name, func(t *testing.T) {
			header := testkit.Object{"Idempotency-Key": "twins-" + name[2:]}
			maps.Copy(header, e.client())
			send := func(door int, body testkit.Object) testkit.Answer {
				return e.doors[door].For(t).Send(testkit.Request{As: c.as, Method: "POST", Path: c.path, Header: header, Body: body})
			}
			answers := e.all(4, func(int) testkit.Request {
				return testkit.Request{As: c.as, Method: "POST", Path: c.path, Header: header, Body: c.body}
			})
			var first testkit.Answer
			for _, a := range answers {
				switch {
				case a.Status/100 == 2 && first.Status == 0:
					first = a
				case a.Status/100 == 2 && string(a.Body) != string(first.Body), a.Status/100 != 2 && a.Text("code") != "idempotency.in_progress":
					t.Errorf("a twin: %d %s, the first: %s", a.Status, a.Body, first.Body)
				}
			}
			if first.Status == 0 {
				t.Fatalf("none of the twins succeeded: %v", statuses(answers))
			}
			different := maps.Clone(c.body)
			maps.Copy(different, c.other)
			// Registrations are five an hour from one address, and four are gone.
			retried := send(1, c.body)
			if retried.Status != first.Status || string(retried.Body) != string(first.Body) || retried.Header.Get("Idempotency-Replayed") != "true" {
				t.Errorf("a retry: %d %s", retried.Status, retried.Body)
			}
			if c.as != "" {
				for door := range e.doors {
					if a := send(door, different); a.Status != 422 || a.Text("code") != "idempotency.reused" {
						t.Errorf("another body: %d %s", a.Status, a.Body)
					}
				}
			}
			var made int
			if err := e.DB.Pool().QueryRow(t.Context(), c.effect, c.of).Scan(&made); err != nil || made != 1 {
				t.Errorf("%d were made, %v", made, err)
			}
		})
	}
}

// A login is known to all servers, and so is its end; of refreshes at two servers at
// once one wins.
func TestTwoServersKnowTheSameLogins(t *testing.T) {
	e := newEdge(t)
	salon := e.Salon()
	for name, paths := range map[string]struct{ login, refresh, me, logout, email string }{
		"staff":     {"/auth/login", "/auth/refresh", "/users/me", "/auth/logout", salon.Email},
		"customers": {"/customer/auth/login", "/customer/auth/refresh", "/customer/auth/me", "/customer/auth/logout", salon.Customer.Email},
	} {
		t.Run(name, func(t *testing.T) {
			one, other := e.doors[0].For(t), e.doors[1].For(t)
			login := func() testkit.Answer {
				return one.JSON("", "POST", paths.login, testkit.Object{"email": paths.email, "password": testkit.Password, "tenant_slug": salon.Slug})
			}
			tokens := login()
			as := testkit.Token(tokens.Text("access_token"))
			other.Do(as, "GET", paths.me, nil, 200)
			other.Do(as, "POST", paths.logout, nil, 200)
			one.Do(as, "GET", paths.me, nil, 401)
			one.Do("", "POST", paths.refresh, testkit.Object{"refresh_token": tokens.Text("refresh_token")}, 401)

			refresh := testkit.Object{"refresh_token": login().Text("refresh_token")}
			from := e.client()
			answers := e.all(8, func(int) testkit.Request {
				return testkit.Request{Method: "POST", Path: paths.refresh, Header: from, Body: refresh}
			})
			if got := statuses(answers); got[200] != 1 || got[401] != 7 {
				t.Errorf("refreshes at once: %v", got)
			}
		})
	}
}
