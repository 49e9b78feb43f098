package api_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"reserva/internal/access"
	"reserva/internal/api"
)

func TestPathsAndMethodsThatAreNot(t *testing.T) {
	a := newAPI(t)
	registerWho(a)
	registerBook(a)
	failing(a, errNotFound)
	const nothing = `{"detail":"There is nothing at this path.","code":"request.no_such_path"}`
	for _, path := range []string{
		"/api/", "/api/v1", "/api/v1/", "/api/v2/who/public", "/api/v1/nothing", "/api/v1/who", "/api/v1/who/public/",
		"/api/v1//who/public", "/api/v1/outlets//bookings", "/api/v1/who/%zz%",
	} {
		r := &http.Request{Method: "GET", Header: http.Header{}, Host: "x", RemoteAddr: "192.0.2.1:1"}
		r.URL = rawURL(path)
		serve(a, r.WithContext(t.Context())).want(t, 404, nothing)
	}
	got := call{method: "DELETE", path: "/api/v1/who/public"}.to(t, a)
	got.want(t, 405, `{"detail":"The path does not take this method.","code":"request.method"}`)
	if allow := got.header.Get("Allow"); allow != "GET, HEAD" {
		t.Errorf("Allow = %q", allow)
	}
	got = call{method: "DELETE", path: "/api/v1/guest/fail"}.to(t, a)
	got.want(t, 405, `{"statusCode":405,"message":"The path does not take this method."}`)
	call{method: "GET", path: "/api/v1/guest/other"}.to(t, a).want(t, 404, `{"statusCode":404,"message":"There is nothing at this path."}`)
	call{method: "HEAD", path: "/api/v1/who/public"}.to(t, a).want(t, 200, "")
	call{method: "GET", path: "/nothing"}.to(t, a).want(t, 404, "")
}

func TestEveryAnswerHasTheHeaders(t *testing.T) {
	a := newAPI(t)
	registerWho(a)
	registerBook(a)
	for name, c := range map[string]call{
		"200": {method: "GET", path: "/api/v1/who/public"},
		"401": {method: "GET", path: "/api/v1/who/staff"},
		"403": {method: "GET", path: "/api/v1/who/staff", token: "customer"},
		"404": {method: "GET", path: "/api/v1/nothing"},
		"405": {method: "PUT", path: "/api/v1/who/public"},
		"415": {method: "POST", path: "/api/v1/outlets/x/bookings", body: "x", header: map[string]string{"Content-Type": "text/plain"}},
		"422": {method: "POST", path: "/api/v1/outlets/x/bookings", body: "{}"},
		"400": {method: "POST", path: "/api/v1/outlets/x/bookings", body: "{"},
	} {
		got := c.to(t, a)
		for _, h := range []string{
			"X-RateLimit-Limit-Minute", "X-RateLimit-Remaining-Minute", "X-RateLimit-Limit-Hour", "X-RateLimit-Remaining-Hour",
			"X-Request-Id", "X-Content-Type-Options", "Content-Security-Policy", "Cache-Control", "Referrer-Policy", "X-Robots-Tag",
		} {
			if got.header.Get(h) == "" {
				t.Errorf("%s: no %s", name, h)
			}
		}
	}
}

func TestRequestID(t *testing.T) {
	a := newAPI(t)
	var seen string
	api.Public(a, api.Op{Method: "GET", Path: "/id", ID: "id", Tag: "Id", Summary: "Id"},
		func(ctx context.Context, v access.Visitor, _ *struct{}) (*api.None, error) {
			if seen = api.RequestID(ctx); seen != v.Origin.RequestID {
				t.Errorf("%q is not %q", seen, v.Origin.RequestID)
			}
			return nil, nil
		})
	for sent, kept := range map[string]bool{
		"abc-123_X.y": true, "": false, "a b": false, "a\nb": false, strings.Repeat("x", 65): false, "é": false,
	} {
		got := call{method: "GET", path: "/api/v1/id", header: map[string]string{"X-Request-Id": sent}}.to(t, a)
		got.want(t, 204, "")
		answered := got.header.Get("X-Request-Id")
		if answered != seen || answered == "" || (answered == sent) != kept {
			t.Errorf("sent %q, answered %q, handler saw %q", sent, answered, seen)
		}
	}
}

func TestPanicsBecome500(t *testing.T) {
	var log bytes.Buffer
	a := newAPI(t, func(c *api.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	api.Public(a, api.Op{Method: "GET", Path: "/panic", ID: "panic", Tag: "P", Summary: "P"},
		func(context.Context, access.Visitor, *struct{}) (*who, error) { panic("secret") })
	api.Public(a, api.Op{Method: "GET", Path: "/nil", ID: "nil", Tag: "P", Summary: "P"},
		func(context.Context, access.Visitor, *struct{}) (*who, error) { return nil, nil })
	for _, path := range []string{"/api/v1/panic", "/api/v1/nil"} {
		call{method: "GET", path: path}.to(t, a).want(t, 500, `{"detail":"Internal server error.","code":"internal"}`)
	}
	if !strings.Contains(log.String(), "handler_test.go") || strings.Count(log.String(), "level=ERROR") != 2 {
		t.Errorf("log:\n%s", log.String())
	}
}

func TestLogNamesTheRouteAndNothingPersonal(t *testing.T) {
	var log bytes.Buffer
	a := newAPI(t, func(c *api.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	registerWho(a)
	registerBook(a)
	call{method: "POST", path: "/api/v1/outlets/secret/bookings?sort_by=secret", body: `{"secret":"secret"}`}.to(t, a)
	call{method: "GET", path: "/api/v1/who/staff", token: "staff-super_admin", header: map[string]string{"User-Agent": "secret"}}.to(t, a)
	for _, want := range []string{
		"method=POST route=/api/v1/outlets/{outlet_id}/bookings status=422", "by=visitor",
		"route=/api/v1/who/staff status=200", "by=staff",
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %q in\n%s", want, log.String())
		}
	}
	if strings.Contains(log.String(), "secret") || strings.Contains(log.String(), "super_admin") {
		t.Errorf("personal data or a token in\n%s", log.String())
	}
}

func TestMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	a := newAPI(t, func(c *api.Config) { c.Registerer = registry })
	registerWho(a)
	for _, c := range []call{
		{method: "GET", path: "/api/v1/who/public"}, {method: "GET", path: "/api/v1/who/public"},
		{method: "GET", path: "/api/v1/who/staff"}, {method: "BREW", path: "/api/v1/some/pot"},
	} {
		c.to(t, a)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := f.GetName()
			for _, l := range m.GetLabel() {
				name += " " + l.GetValue()
			}
			got[name] = m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	want := map[string]float64{
		"reserva_http_requests_total GET /api/v1/who/public 200":       2,
		"reserva_http_requests_total GET /api/v1/who/staff 401":        1,
		"reserva_http_requests_total other unmatched 404":              1,
		"reserva_http_request_duration_seconds GET /api/v1/who/public": 2,
		"reserva_http_request_duration_seconds GET /api/v1/who/staff":  1,
		"reserva_http_request_duration_seconds other unmatched":        1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPagesKeepTheirOwnPolicy(t *testing.T) {
	a := newAPI(t)
	a.Mux().HandleFunc("GET /page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
		_, _ = w.Write([]byte("<p>"))
	})
	got := call{method: "GET", path: "/page"}.to(t, a)
	if got.status != 200 || got.header.Get("Content-Security-Policy") != "default-src 'self'" || got.header.Get("X-RateLimit-Limit-Hour") != "" {
		t.Errorf("%d %v", got.status, got.header)
	}
}
