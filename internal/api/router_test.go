package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func routes(t *testing.T, paths ...string) *router {
	t.Helper()
	rt := &router{}
	for _, p := range paths {
		method, path, _ := strings.Cut(p, " ")
		rt.add(method, path, reserva, func(http.ResponseWriter, *http.Request) {})
	}
	return rt
}

func TestLiteralsWinWhateverTheOrder(t *testing.T) {
	paths := []string{
		"GET /staff/{staff_id}/performance", "GET /staff/appointments/{id}", "GET /staff/{staff_id}",
		"GET /availability/{id}", "GET /availability/check", "PUT /availability/{id}", "POST /availability/check/{x}/y",
	}
	cases := map[string]string{
		"GET staff/appointments/performance": "/staff/appointments/{id}",
		"GET staff/s1/performance":           "/staff/{staff_id}/performance",
		"GET staff/appointments":             "/staff/{staff_id}", // the literal leads nowhere
		"GET availability/check":             "/availability/check",
		"PUT availability/check":             "/availability/{id}",
		"HEAD availability/check":            "/availability/check",
		"GET availability/a%2Fb":             "/availability/{id}",
		"GET availability/":                  "",
		"GET availability/a/b":               "",
	}
	for range 2 {
		rt := routes(t, paths...)
		for request, want := range cases {
			method, path, _ := strings.Cut(request, " ")
			got := ""
			if m := rt.find(method, path); m.route != nil {
				got = m.route.pattern
			}
			if got != want {
				t.Errorf("%s leads to %q, want %q", request, got, want)
			}
		}
		slices.Reverse(paths)
	}
	m := routes(t, paths...).find("GET", "availability/a%2Fb")
	if diff := cmp.Diff([]string{"a/b"}, m.values); diff != "" {
		t.Error(diff)
	}
	m = routes(t, paths...).find("DELETE", "availability/check")
	if diff := cmp.Diff([]string{"GET", "HEAD", "PUT"}, m.allowed); diff != "" {
		t.Error(diff)
	}
}

// Every registered path is found, with its parameters, whatever else there is.
func TestEveryRouteIsReachable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		segment := rapid.SampledFrom([]string{"a", "b", "{x}", "{y}", "c"})
		path := rapid.Map(rapid.SliceOfN(segment, 1, 4), func(s []string) string { return "/" + strings.Join(s, "/") })
		// Paths that differ only in the names of parameters are one path.
		shape := func(p string) string { return strings.NewReplacer("{x}", "{}", "{y}", "{}").Replace(p) }
		paths := rapid.SliceOfNDistinct(path, 1, 20, shape).Draw(t, "paths")
		rt := &router{}
		for _, p := range paths {
			rt.add("GET", p, reserva, nil)
		}
		for _, p := range paths {
			request := strings.NewReplacer("{x}", "zz", "{y}", "zz").Replace(p)[1:]
			m := rt.find("GET", request)
			if m.route == nil || m.route.pattern != p {
				t.Fatalf("%s leads to %v", p, m.route)
			}
			if len(m.values) != strings.Count(p, "{") {
				t.Fatalf("%s has the values %v", p, m.values)
			}
		}
	})
}
