package world_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// remaining is what an answer says of the present minute's limit and what is left.
func remaining(a testkit.Answer) string {
	return a.Header.Get("X-RateLimit-Remaining-Minute") + " of " + a.Header.Get("X-RateLimit-Limit-Minute") + ", " +
		a.Header.Get("X-RateLimit-Remaining-Hour") + " of " + a.Header.Get("X-RateLimit-Limit-Hour")
}

// Several servers of one database allow together what one would, to whoever asks.
func TestTwoServersLimitAsOne(t *testing.T) {
	t.Parallel()
	one, other := world.Two(t, world.RateLimited())
	salon := one.Salon()
	one.Advance(2 * time.Hour) // what was made until now is counted no more
	admin, customer := salon.SignIn(salon.Email), salon.Tenant.Customer().Token
	servers := []*testkit.World{one.For(t), other.For(t)}
	for name, c := range map[string]struct {
		request testkit.Request
		limit   int64
	}{
		"staff":    {testkit.Request{As: admin, Method: "GET", Path: "/outlets"}, 100},
		"customer": {testkit.Request{As: customer, Method: "GET", Path: "/customer/auth/me"}, 60},
		"public":   {testkit.Request{Method: "GET", Path: "/public/tenants/nobody", From: "203.0.113.8"}, 30},
		"guest":    {testkit.Request{Method: "GET", Path: "/bookings/65f1e2a0c3b4d5e6f7a8b9c0", From: "203.0.113.9"}, 30},
		"forged":   {testkit.Request{As: "nonsense", Method: "GET", Path: "/outlets", From: "203.0.113.10"}, 30},
	} {
		var allowed atomic.Int64
		var callers sync.WaitGroup
		for i := range 4 {
			callers.Go(func() {
				for n := range c.limit/2 + 5 {
					a := servers[(int64(i)+n)%2].Send(c.request)
					switch {
					case a.Status != http.StatusTooManyRequests:
						allowed.Add(1)
					case a.Header.Get("Retry-After") != "60":
						t.Errorf("%s: Retry-After %q", name, a.Header.Get("Retry-After"))
					}
				}
			})
		}
		callers.Wait()
		if got := allowed.Load(); got != c.limit {
			t.Errorf("%s: two servers allowed %d requests of %d", name, got, c.limit)
		}
		one.Advance(time.Minute)
		for i, s := range servers {
			a := s.Send(c.request)
			want := fmt.Sprintf("%d of %d, %d of %d", c.limit-1-int64(i), c.limit, 9*c.limit-1-int64(i), 10*c.limit)
			if got := remaining(a); got != want {
				t.Errorf("%s: a minute later %d, %s left, want %s", name, a.Status, got, want)
			}
		}
	}
}

// What costs a password hash, sends a message or makes an account is limited more
// tightly than other public requests, over all servers as well.
func TestTighterLimitsAreShared(t *testing.T) {
	t.Parallel()
	one, other := world.Two(t, world.RateLimited())
	servers := []*testkit.World{one, other}
	document, err := world.Describe(one.Handler)
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, o := range document.Operations {
		accounts := strings.Contains(o.Path, "/auth/") || strings.HasSuffix(o.Path, "/register")
		if o.Method != "POST" || o.Audience != "public" || !accounts || strings.HasSuffix(o.Path, "/refresh") {
			continue // a refresh token cannot be guessed, and clients exchange it by themselves
		}
		tried++
		from := fmt.Sprintf("203.0.113.%d", tried)
		one.Advance(time.Hour)
		served, limit := 0, 0
		for i := 0; served <= 120; i++ {
			a := servers[i%2].Send(testkit.Request{Method: "POST", Path: o.Path, Body: "{}", From: from})
			if a.Status != http.StatusTooManyRequests {
				served++
				continue
			}
			if a.Header.Get("X-RateLimit-Remaining-Hour") == "0" {
				limit, _ = strconv.Atoi(a.Header.Get("X-RateLimit-Limit-Hour"))
				break
			}
			one.Advance(time.Minute)
		}
		if served != limit {
			t.Errorf("%s: %d requests are served in an hour, of %d", o, served, limit)
		}
	}
	if tried < 10 {
		t.Errorf("only %d operations are about accounts", tried)
	}
}

// Every answer tells the caller's limits, whatever it is and whoever gave it.
func TestEveryAnswerTellsTheLimits(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	for _, o := range s.Operations {
		for _, as := range []testkit.Token{"", s.token(o)} {
			a := s.Send(testkit.Request{As: as, Method: o.Method, Path: path(o, s.mine.ids), Body: `{"`})
			for _, name := range []string{"Limit-Minute", "Remaining-Minute", "Limit-Hour", "Remaining-Hour"} {
				if a.Header.Get("X-RateLimit-"+name) == "" {
					t.Errorf("%s: %d without X-RateLimit-%s", o, a.Status, name)
				}
			}
			if a.Header.Get("X-Request-Id") == "" {
				t.Errorf("%s: %d without a request id", o, a.Status)
			}
		}
	}
}
