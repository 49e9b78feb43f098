package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/api"
)

type listing struct {
	Items []string `json:"items"`
}

// registerLists registers what is small and what is large, what may be kept and
// what may not, each at a path that says so. text is what the lists hold.
func registerLists(a *api.API, text *string) {
	list := func(path, cache string, n int) {
		api.Public(a, api.Op{
			Method: http.MethodGet, Path: "/lists/" + path, ID: "list-" + path, Tag: "Lists", Summary: "List", CacheControl: cache,
		}, func(context.Context, access.Visitor, *struct{}) (*listing, error) {
			return &listing{Items: strings.Split(strings.Repeat(*text+" ", n), " ")}, nil
		})
	}
	list("small", "public, max-age=300", 1)
	list("large", "public, max-age=300", 400)
	list("checked", "no-cache", 1)
	list("private", "", 400)
	api.Public(a, api.Op{
		Method: http.MethodGet, Path: "/lists/picture", ID: "list-picture", Tag: "Lists", Summary: "Picture", ContentType: "image/png",
	}, func(context.Context, access.Visitor, *struct{}) (*api.Raw, error) {
		return &api.Raw{ContentType: "image/png", Body: bytes.Repeat([]byte("x"), 4000)}, nil
	})
	api.Public(a, api.Op{
		Method: http.MethodPost, Path: "/lists", ID: "make-list", Tag: "Lists", Summary: "Make a list",
	}, func(context.Context, access.Visitor, *struct{}) (*listing, error) {
		return &listing{Items: strings.Split(strings.Repeat("x ", 2000), " ")}, nil
	})
}

func TestLargeAnswersArePacked(t *testing.T) {
	a := newAPI(t)
	text := "haircut"
	registerLists(a, &text)
	plain := call{method: "GET", path: "/api/v1/lists/large"}.to(t, a)
	if plain.header.Get("Content-Encoding") != "" || plain.header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("without being asked: %v", plain.header)
	}
	for _, c := range []struct {
		method, path, accept string
		packed               bool
	}{
		{"GET", "large", "gzip", true},
		{"GET", "private", "br, GZIP;q=0.5", true},
		{"GET", "large", "*", true},
		{"GET", "large", "br;q=1, *;q=0.1", true},
		{"GET", "large", "gzip;q=0", false},
		{"GET", "large", "*;q=1, gzip;q=0", false},
		{"GET", "large", "gzip;q=nonsense", false},
		{"GET", "large", "br", false},
		{"GET", "large", "", false},
		{"GET", "small", "gzip", false},
		{"GET", "picture", "gzip", false},
		{"GET", "absent", "gzip", false},
		{"HEAD", "large", "gzip", false},
		{"POST", "", "gzip", false},
	} {
		path := strings.TrimSuffix("/api/v1/lists/"+c.path, "/")
		got := call{method: c.method, path: path, header: map[string]string{"Accept-Encoding": c.accept}}.to(t, a)
		if packed := got.header.Get("Content-Encoding") == "gzip"; packed != c.packed {
			t.Errorf("%s %s with %q: packed %v", c.method, c.path, c.accept, packed)
		}
		if vary := got.header.Get("Vary"); (vary == "Accept-Encoding") != (c.method != "POST") {
			t.Errorf("%s %s: Vary %q", c.method, c.path, vary)
		}
		if !c.packed || c.path != "large" {
			continue
		}
		if unpacked := unpack(t, got.body); unpacked != plain.body || len(got.body) > len(plain.body)/4 {
			t.Errorf("%d bytes became %d, and then %d", len(plain.body), len(got.body), len(unpacked))
		}
	}
}

func unpack(t *testing.T, body string) string {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhatIsPackedAlreadyStaysAsItIs(t *testing.T) {
	a := newAPI(t)
	a.Mux().HandleFunc("GET /packed", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		w.Header().Set("Content-Encoding", "br")
		_, _ = w.Write(bytes.Repeat([]byte("x"), 5000))
	})
	a.Mux().HandleFunc("GET /page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Content-Length", "5000")
		_, _ = w.Write(bytes.Repeat([]byte("x"), 2500))
		_, _ = w.Write(bytes.Repeat([]byte("y"), 2500))
	})
	gzipped := map[string]string{"Accept-Encoding": "gzip"}
	if got := (call{method: "GET", path: "/packed", header: gzipped}).to(t, a); got.header.Get("Content-Encoding") != "br" || len(got.body) != 5000 {
		t.Errorf("%v, %d bytes", got.header, len(got.body))
	}
	got := call{method: "GET", path: "/page", header: gzipped}.to(t, a)
	if unpack(t, got.body) != strings.Repeat("x", 2500)+strings.Repeat("y", 2500) {
		t.Error("not what was written")
	}
	if got.header.Get("ETag") != `W/"1"` || got.header.Get("Content-Length") != "" {
		t.Errorf("headers of other bytes: %v", got.header)
	}
}

func TestCopiesAreRevalidated(t *testing.T) {
	a := newAPI(t)
	text := "haircut"
	registerLists(a, &text)
	for _, path := range []string{"small", "large", "checked"} {
		text = "haircut"
		c := call{method: "GET", path: "/api/v1/lists/" + path, header: map[string]string{"Accept-Encoding": "gzip"}}
		first := c.to(t, a)
		tag := first.header.Get("ETag")
		if first.status != 200 || !strings.HasPrefix(tag, `W/"`) || first.header.Get("Cache-Control") == "no-store" {
			t.Errorf("%s: %d %v", path, first.status, first.header)
		}
		for _, known := range []string{tag, strings.TrimPrefix(tag, "W/"), `"other", ` + tag, "*"} {
			c.header["If-None-Match"] = known
			again := c.to(t, a)
			if again.status != 304 || again.body != "" || again.header.Get("ETag") != tag || again.header.Get("Content-Encoding") != "" ||
				again.header.Get("Cache-Control") != first.header.Get("Cache-Control") {
				t.Errorf("%s with %q: %d %v %q", path, known, again.status, again.header, again.body)
			}
		}
		for _, unknown := range []string{"", `"other"`, tag[:len(tag)-3] + `"`} {
			c.header["If-None-Match"] = unknown
			c.to(t, a).want(t, 200, "")
		}
		c.header["If-None-Match"] = tag
		text = "shave"
		if changed := c.to(t, a); changed.status != 200 || changed.header.Get("ETag") == tag {
			t.Errorf("%s: what changed is answered with %d %v", path, changed.status, changed.header)
		}
	}
	private := call{method: "GET", path: "/api/v1/lists/private", header: map[string]string{"If-None-Match": "*"}}.to(t, a)
	if private.status != 200 || private.header.Get("ETag") != "" || private.header.Get("Cache-Control") != "no-store" {
		t.Errorf("private: %d %v", private.status, private.header)
	}
}

func TestOtherPagesMayCallWhereTheyAreNamed(t *testing.T) {
	a := newAPI(t, func(c *api.Config) {
		c.CORSOrigins = []string{"https://app.example.com", "https://*.booking.example.com"}
	})
	registerWho(a)
	for origin, allowed := range map[string]bool{
		"https://app.example.com":               true,
		"https://glow.booking.example.com":      true,
		"http://app.example.com":                false,
		"https://app.example.com:8443":          false,
		"https://app.example.com.evil.com":      false,
		"https://evil-app.example.com":          false,
		"https://booking.example.com":           false,
		"https://.booking.example.com":          false,
		"https://a.b.booking.example.com":       false,
		"https://evil.com/.booking.example.com": false,
		"https://evil.com?.booking.example.com": false,
		"https://booking.example.com@evil":      false,
		"null":                                  false,
		"":                                      false,
	} {
		asked := call{method: "OPTIONS", path: "/api/v1/who/staff", header: map[string]string{
			"Origin": origin, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization",
		}}.to(t, a)
		sent := call{method: "GET", path: "/api/v1/who/public", header: map[string]string{"Origin": origin}}.to(t, a)
		want := ""
		if allowed {
			want = origin
		}
		for name, got := range map[string]answered{"preflight": asked, "request": sent} {
			if allow := got.header.Get("Access-Control-Allow-Origin"); allow != want {
				t.Errorf("%s of %q: Access-Control-Allow-Origin %q", name, origin, allow)
			}
			if !strings.Contains(strings.Join(got.header.Values("Vary"), ", "), "Origin") {
				t.Errorf("%s of %q: Vary %q", name, origin, got.header.Values("Vary"))
			}
			if got.header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s of %q: cookies are asked for", name, origin)
			}
		}
		if sent.status != 200 || (asked.status == 204) != allowed {
			t.Errorf("%q: %d, preflight %d", origin, sent.status, asked.status)
		}
		if !allowed {
			continue
		}
		for _, readable := range []string{"X-RateLimit-Remaining-Minute", "X-Request-Id", "Retry-After", "ETag"} {
			if !strings.Contains(sent.header.Get("Access-Control-Expose-Headers"), readable) {
				t.Errorf("%q may not read %s", origin, readable)
			}
		}
		for _, sendable := range []string{"Authorization", "Content-Type", "Idempotency-Key"} {
			if !strings.Contains(asked.header.Get("Access-Control-Allow-Headers"), sendable) {
				t.Errorf("%q may not send %s", origin, sendable)
			}
		}
	}
	page := call{method: "GET", path: "/nothing", header: map[string]string{"Origin": "https://app.example.com"}}.to(t, a)
	if page.header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("pages beside the API are shared")
	}
}

func TestNoOtherPageMayCallByItself(t *testing.T) {
	a := newAPI(t)
	registerWho(a)
	origin := map[string]string{"Origin": "https://app.example.com", "Access-Control-Request-Method": "GET"}
	for method, status := range map[string]int{"GET": 200, "OPTIONS": 405} {
		got := call{method: method, path: "/api/v1/who/public", header: origin}.to(t, a)
		if got.status != status || got.header.Get("Access-Control-Allow-Origin") != "" || strings.Contains(got.header.Get("Vary"), "Origin") {
			t.Errorf("%s: %d %v", method, got.status, got.header)
		}
	}
}

// Every header that the API documents may be sent by scripts of other pages.
func TestOtherPagesMaySendWhatIsDocumented(t *testing.T) {
	a := newAPI(t, func(c *api.Config) { c.CORSOrigins = []string{"https://app.example.com"} })
	got := call{method: "OPTIONS", path: "/api/v1/x", header: map[string]string{
		"Origin": "https://app.example.com", "Access-Control-Request-Method": "PUT",
	}}.to(t, a)
	want := []string{
		"Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "X-Branch-Slug", "X-Request-Id", "X-Tenant-Slug", "X-Verification-Token",
	}
	if diff := cmp.Diff(want, strings.Split(got.header.Get("Access-Control-Allow-Headers"), ", ")); diff != "" {
		t.Error(diff)
	}
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		if !strings.Contains(got.header.Get("Access-Control-Allow-Methods"), method) {
			t.Errorf("%s is not allowed", method)
		}
	}
}

func TestHeadersThatDisagreeAreRefused(t *testing.T) {
	a := newAPI(t)
	registerWho(a)
	failing(a, errNotFound)
	send := func(path, name string, values ...string) answered {
		r := httptest.NewRequestWithContext(t.Context(), "GET", path, nil)
		r.Header[name] = values
		return serve(a, r)
	}
	for _, name := range []string{"X-Tenant-Slug", "X-Branch-Slug", "X-Verification-Token"} {
		got := send("/api/v1/who/public", name, "glow", "glam")
		if got.status != 422 || !strings.Contains(got.body, `"loc":["header","`+name+`"]`) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		got = send("/api/v1/guest/fail", name, "glow", "glow", "glam")
		got.want(t, 422, `{"statusCode":422,"message":"`+name+`: The header is sent twice, and differs"}`)
		if got := send("/api/v1/who/public", name, "glow", "glow"); got.status != 200 {
			t.Errorf("%s, twice the same: %d %s", name, got.status, got.body)
		}
	}
	if got := send("/api/v1/who/customer", "Authorization", "Bearer customer", "Bearer staff-staff"); got.status != 401 {
		t.Errorf("two tokens: %d %s", got.status, got.body)
	}
	if got := send("/api/v1/who/customer", "Authorization", "Bearer customer"); got.status != 200 {
		t.Errorf("one token: %d %s", got.status, got.body)
	}
}

func TestSecurityHeaders(t *testing.T) {
	for _, strict := range []bool{false, true} {
		a := newAPI(t, func(c *api.Config) { c.StrictTransport = strict })
		registerWho(a)
		a.Mux().HandleFunc("GET /page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<p>") })
		want := map[string]string{
			"X-Content-Type-Options":            "nosniff",
			"X-Frame-Options":                   "DENY",
			"Referrer-Policy":                   "no-referrer",
			"Content-Security-Policy":           "default-src 'none'; frame-ancestors 'none'",
			"Cross-Origin-Resource-Policy":      "same-origin",
			"Cross-Origin-Opener-Policy":        "same-origin",
			"X-Permitted-Cross-Domain-Policies": "none",
			"Cache-Control":                     "no-store",
			"Strict-Transport-Security":         "",
		}
		if strict {
			want["Strict-Transport-Security"] = "max-age=31536000"
		}
		for _, path := range []string{"/api/v1/who/public", "/api/v1/who/staff", "/page", "/nothing"} {
			got := call{method: "GET", path: path}.to(t, a)
			for name, value := range want {
				if got.header.Get(name) != value {
					t.Errorf("%s: %s is %q", path, name, got.header.Get(name))
				}
			}
			if !strings.Contains(got.header.Get("Permissions-Policy"), "camera=()") {
				t.Errorf("%s: Permissions-Policy is %q", path, got.header.Get("Permissions-Policy"))
			}
		}
	}
}

func TestEveryLineOfARequestCarriesItsID(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(api.LogHandler(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	a := newAPI(t, func(c *api.Config) { c.Logger = logger })
	api.Public(a, api.Op{Method: "GET", Path: "/logs", ID: "logs", Tag: "L", Summary: "L"},
		func(ctx context.Context, _ access.Visitor, _ *struct{}) (*api.None, error) {
			logger.InfoContext(ctx, "below")
			logger.With("a", 1).WithGroup("g").InfoContext(ctx, "grouped")
			logger.Info("elsewhere")
			return nil, nil
		})
	a.Mux().Handle("GET /probe", api.Quietly(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })))
	call{method: "GET", path: "/api/v1/logs", header: map[string]string{"X-Request-Id": "mine"}}.to(t, a).want(t, 204, "")
	call{method: "GET", path: "/probe", header: map[string]string{"X-Request-Id": "probe"}}.to(t, a).want(t, 503, "")
	for line := range strings.Lines(log.String()) {
		want := 1
		if strings.Contains(line, "msg=elsewhere") {
			want = 0
		}
		if got := strings.Count(line, "request_id="); got != want {
			t.Errorf("%d request ids in %s", got, line)
		}
		if probe := strings.Contains(line, "/probe"); probe != strings.Contains(line, "level=DEBUG") {
			t.Errorf("the level of %s", line)
		}
	}
	if lines := strings.Count(log.String(), "\n"); lines != 5 {
		t.Errorf("%d lines:\n%s", lines, log.String())
	}
}
