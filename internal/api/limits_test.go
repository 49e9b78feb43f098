package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/ratelimit"
)

// limited is an API whose limits count, at a time of day that stands still.
func limited(t *testing.T, change ...func(*api.Config)) *api.API {
	t.Helper()
	return newAPI(t, append([]func(*api.Config){func(c *api.Config) {
		c.RateLimitOff = false
		c.Limiter = ratelimit.NewMemory(10_000) // a small one may forget one key for another
		c.Now = func() time.Time { return time.Date(2026, 4, 1, 9, 15, 10, 0, time.UTC) }
	}}, change...)...)
}

func rates(got answered) [4]string {
	var out [4]string
	for i, h := range []string{"Limit-Minute", "Remaining-Minute", "Limit-Hour", "Remaining-Hour"} {
		out[i] = got.header.Get("X-RateLimit-" + h)
	}
	return out
}

func TestEachAudienceHasItsLimit(t *testing.T) {
	a := limited(t)
	registerWho(a)
	for _, c := range []struct {
		path, token string
		want        [4]string
	}{
		{"staff", "staff-super_admin", [4]string{"100", "99", "1000", "999"}},
		{"staff", "staff-staff", [4]string{"100", "98", "1000", "998"}}, // the same user, refused
		{"customer", "customer", [4]string{"60", "59", "600", "599"}},
		{"either", "customer", [4]string{"60", "58", "600", "598"}},
		{"public", "", [4]string{"30", "29", "300", "299"}},
		{"staff", "nonsense", [4]string{"30", "28", "300", "298"}}, // guessing counts by address
		{"staff", "customer", [4]string{"30", "27", "300", "297"}},
		{"nothing", "", [4]string{"30", "26", "300", "296"}},
	} {
		got := call{method: "GET", path: "/api/v1/who/" + c.path, token: c.token}.to(t, a)
		if diff := cmp.Diff(c.want, rates(got)); diff != "" {
			t.Errorf("%s as %q: %s", c.path, c.token, diff)
		}
	}
}

func TestOverTheLimit(t *testing.T) {
	a := limited(t)
	registerWho(a)
	failing(a, errNotFound)
	public := call{method: "GET", path: "/api/v1/who/public"}
	for range 30 {
		public.to(t, a).want(t, 200, "")
	}
	const tooMany = `{"detail":"Too many requests. Try again later.","code":"request.rate_limited"}`
	for _, path := range []string{"/api/v1/who/public", "/api/v1/who/staff", "/api/v1/nothing", "/api/v1/who/public?a=%00"} {
		got := call{method: "GET", path: path}.to(t, a)
		got.want(t, 429, tooMany)
		if after := got.header.Get("Retry-After"); after != "50" {
			t.Errorf("Retry-After = %q", after)
		}
		if diff := cmp.Diff([4]string{"30", "0", "300", "270"}, rates(got)); diff != "" {
			t.Error(diff)
		}
	}
	call{method: "GET", path: "/api/v1/guest/fail"}.to(t, a).want(t, 429, `{"statusCode":429,"message":"Too many requests. Try again later."}`)

	// Who has signed in, or comes from elsewhere, has limits of their own.
	call{method: "GET", path: "/api/v1/who/customer", token: "customer"}.to(t, a).want(t, 200, "")
	public.address = "192.0.2.2"
	public.to(t, a).want(t, 200, "")
}

func TestTighterLimitOfAnOperation(t *testing.T) {
	a := limited(t)
	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/register", ID: "register", Tag: "R", Summary: "R", Limit: &ratelimit.Limit{Hour: 2},
	}, func(context.Context, access.Visitor, *struct{}) (*api.None, error) { return nil, nil })
	register := call{method: "POST", path: "/api/v1/register"}
	for i := range 2 {
		got := register.to(t, a)
		got.want(t, 204, "")
		want := [4]string{"30", fmt.Sprint(29 - i), "2", fmt.Sprint(1 - i)}
		if diff := cmp.Diff(want, rates(got)); diff != "" {
			t.Error(diff)
		}
	}
	got := register.to(t, a)
	got.want(t, 429, "")
	if after := got.header.Get("Retry-After"); after != fmt.Sprint(44*60+50) {
		t.Errorf("Retry-After = %q", after)
	}
}

func TestWebhooksHaveALimitOfTheirOwn(t *testing.T) {
	a := limited(t)
	api.Webhook(a, api.Op{Method: http.MethodPost, Path: "/webhooks/x", ID: "hook", Tag: "H", Summary: "H"},
		func(_ context.Context, _ access.Visitor, in *struct{ RawBody []byte }) (*api.Message, error) {
			return api.NewMessage(string(in.RawBody)), nil
		})
	got := call{method: "POST", path: "/api/v1/webhooks/x", body: "{not json\x00", header: map[string]string{"Content-Type": "text/x"}}.to(t, a)
	got.want(t, 200, `{"message":"{not json\u0000"}`)
	if diff := cmp.Diff([4]string{"600", "599", "20000", "19999"}, rates(got)); diff != "" {
		t.Error(diff)
	}
}

type broken struct{}

func (broken) Take(context.Context, string, ratelimit.Limit, time.Time) (ratelimit.Decision, error) {
	return ratelimit.Decision{}, errors.New("unreachable")
}

func TestABrokenLimiterLetsRequestsThrough(t *testing.T) {
	a := limited(t, func(c *api.Config) { c.Limiter = broken{} })
	registerWho(a)
	got := call{method: "GET", path: "/api/v1/who/public"}.to(t, a)
	got.want(t, 200, "")
	if diff := cmp.Diff([4]string{"30", "30", "300", "300"}, rates(got)); diff != "" {
		t.Error(diff)
	}
}

func TestTrustedProxiesSpeakForTheirClients(t *testing.T) {
	a := limited(t, func(c *api.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
	registerWho(a)
	for client, remaining := range map[string]string{"203.0.113.1": "29", "203.0.113.2": "29"} {
		got := call{method: "GET", path: "/api/v1/who/public", header: map[string]string{"X-Forwarded-For": client}}.to(t, a)
		if rates(got)[1] != remaining {
			t.Errorf("%s: %v", client, rates(got))
		}
	}
}

// Operations of one name share their limit.
func TestLimitsTogether(t *testing.T) {
	a := limited(t)
	for _, name := range []string{"one", "two"} {
		api.Public(a, api.Op{
			Method: http.MethodGet, Path: "/limited/" + name, ID: "limited-" + name, Tag: "Who", Summary: "Limited",
			Limit: &ratelimit.Limit{Minute: 2}, LimitAs: "limited",
		}, func(context.Context, access.Visitor, *struct{}) (*api.None, error) { return &api.None{}, nil })
	}
	for i, want := range []int{204, 204, 429} {
		path := "/api/v1/limited/" + []string{"one", "two"}[i%2]
		if got := (call{method: "GET", path: path}).to(t, a); got.status != want {
			t.Errorf("request %d: status %d, want %d", i+1, got.status, want)
		}
	}
}
