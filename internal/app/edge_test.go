package app_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/app"
	"reserva/internal/config"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// alone makes an App on a database of its own, and returns that database's address.
func alone(t *testing.T, f config.Flags, log *slog.Logger) (a *app.App, address string) {
	t.Helper()
	address = testkit.FreshURL(t)
	f.Data, f.Addr, f.DatabaseURL = t.TempDir(), "127.0.0.1:0", address
	c, err := f.Parse()
	if err != nil {
		t.Fatal(err)
	}
	a, err = app.New(t.Context(), c, app.Options{NoWorkers: true, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, a) })
	return a, address
}

func ask(t *testing.T, h http.Handler, path string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// Readiness comes and goes with the database; the process lives in any case, and
// neither fills the log.
func TestReadinessFollowsTheDatabase(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	a, address := alone(t, config.Flags{}, slog.New(slog.NewTextHandler(&log, nil)))
	handler := a.API.Handler()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(parsed.Path, "/")
	super := testkit.Superuser(t)
	allow := func(connections bool) {
		t.Helper()
		if _, err := super.Exec(t.Context(), fmt.Sprintf(`ALTER DATABASE %s ALLOW_CONNECTIONS %v`, name, connections)); err != nil {
			t.Fatal(err)
		}
	}
	for _, up := range []bool{true, false, true, false, true} {
		allow(up)
		if !up {
			if _, err := super.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, name); err != nil {
				t.Fatal(err)
			}
		}
		want := map[bool]int{true: http.StatusOK, false: http.StatusServiceUnavailable}[up]
		if got := ask(t, handler, "/readyz"); got.Code != want {
			t.Errorf("database %v: readiness %d: %s", up, got.Code, got.Body)
		}
		if got := ask(t, handler, "/healthz"); got.Code != http.StatusOK {
			t.Errorf("database %v: health %d", up, got.Code)
		}
		if got := ask(t, handler, "/metrics"); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "go_goroutines") {
			t.Errorf("database %v: metrics %d", up, got.Code)
		}
	}
	if strings.Contains(log.String(), "msg=request") || strings.Count(log.String(), "not ready") != 2 {
		t.Errorf("log:\n%s", log.String())
	}
}

func TestNumbersOfTheEdge(t *testing.T) {
	t.Parallel()
	a, _ := alone(t, config.Flags{SMTPURL: "smtp://127.0.0.1:1?tls=none", MailFrom: "no-reply@example.com"}, nil)
	handler := a.API.Handler()
	for range 31 {
		ask(t, handler, "/api/v1/public/tenants/nobody")
	}
	for _, path := range []string{"/api/v1/" + strings.Repeat("a", 50), "/api/v1/outlets/1", "/api/v1/outlets/2"} {
		ask(t, handler, path, func(r *http.Request) { r.RemoteAddr = "203.0.113.1:1" })
	}
	page := ask(t, handler, "/metrics").Body.String()
	for _, want := range []string{
		`reserva_http_rate_limited_total{limit="public"} 1`,
		`reserva_http_requests_total{method="GET",route="/api/v1/public/tenants/{slug}",status="404"} 30`,
		`reserva_http_requests_total{method="GET",route="/api/v1/public/tenants/{slug}",status="429"} 1`,
		`reserva_http_requests_total{method="GET",route="/api/v1/outlets/{outlet_id}",status="401"} 2`,
		`reserva_http_requests_total{method="GET",route="unmatched",status="404"} 1`,
		`reserva_http_request_duration_seconds_count{method="GET",route="/api/v1/outlets/{outlet_id}"} 2`,
		`reserva_jobs{state="available"} 0`, `reserva_jobs_overdue_seconds 0`,
		`reserva_outbox_messages{channel="email"} 0`, `reserva_outbox_oldest_seconds{channel="email"} 0`,
		`reserva_db_connections{state="used"}`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the numbers lack %s", want)
		}
	}
	if strings.Contains(page, `channel="sms"`) {
		t.Error("short messages wait for a gateway that is not there")
	}
}

func TestOverdueWorkIsCounted(t *testing.T) {
	t.Parallel()
	a, _ := alone(t, config.Flags{SMTPURL: "smtp://127.0.0.1:1?tls=none", MailFrom: "no-reply@example.com"}, nil)
	for _, sql := range []string{
		`INSERT INTO tenants (id, slug, name, email, phone, created_at, updated_at)
		SELECT '65f1e2a0c3b4d5e6f7a8b9c0', 'glow', 'Glow', 'glow@example.com', '+62812', now(), now()`,
		`INSERT INTO messages (tenant_id, id, channel, recipient, body_text, reference, created_at)
		VALUES ('65f1e2a0c3b4d5e6f7a8b9c0', '65f1e2a0c3b4d5e6f7a8b9c1', 'email', 'a@example.com', 'x', '1', now() - interval '1 hour'),
			('65f1e2a0c3b4d5e6f7a8b9c0', '65f1e2a0c3b4d5e6f7a8b9c2', 'sms', '+62812', 'x', '2', now() - interval '1 hour')`,
		`INSERT INTO river.river_job (args, kind, max_attempts, state, scheduled_at)
		VALUES ('{}', 'event', 5, 'available', now() - interval '2 hours'), ('{}', 'event', 5, 'scheduled', now() + interval '2 hours')`,
	} {
		if _, err := a.DB.Pool().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	page := ask(t, a.API.Handler(), "/metrics").Body.String()
	for _, want := range []string{
		"reserva_jobs_overdue_seconds 720", `reserva_outbox_messages{channel="email"} 1`, `reserva_outbox_oldest_seconds{channel="email"} 360`,
		`reserva_jobs{state="available"} 1`, `reserva_jobs{state="scheduled"} 1`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the numbers lack %s", want)
		}
	}
}

// The database does not go on with what nobody waits for any more.
func TestTheDeadlineReachesTheDatabase(t *testing.T) {
	t.Parallel()
	a, _ := alone(t, config.Flags{}, nil)
	api.Public(a.API, api.Op{
		Method: http.MethodGet, Path: "/slow", ID: "slow", Tag: "Slow", Summary: "Slow", Timeout: 200 * time.Millisecond,
	}, func(ctx context.Context, _ access.Visitor, _ *struct{}) (*api.None, error) {
		return nil, a.DB.View(ctx, id.New(), func(tx *db.Tx) error {
			_, err := db.One[string](ctx, tx, `SELECT 'done' FROM pg_sleep(600)`)
			return err
		})
	})
	got := ask(t, a.API.Handler(), "/api/v1/slow")
	if got.Code != http.StatusServiceUnavailable || !strings.Contains(got.Body.String(), "request.timeout") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	super := testkit.Superuser(t)
	for running := true; running && t.Context().Err() == nil; {
		err := super.QueryRow(t.Context(), `
			SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid())`,
		).Scan(&running)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Clients that send too much or too slowly are cut off.
func TestClientsThatTakeTooLong(t *testing.T) {
	t.Parallel()
	a, _ := alone(t, config.Flags{}, nil)
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(a.BaseURL, "http://")
	for name, c := range map[string]struct {
		sent   string
		status int // 0: the connection is closed without a word
	}{
		"headers that never end":   {"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: 1", 0},
		"too many headers":         {"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Large: " + strings.Repeat("a", 80<<10) + "\r\n\r\n", 431},
		"a body that is too large": {"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999999\r\n\r\n", 413},
		"a body that never comes":  {"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{", 503},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(conn, c.sent); err != nil && c.status != 431 {
				t.Fatal(err)
			}
			from := bufio.NewReader(conn)
			answer, err := http.ReadResponse(from, nil)
			switch {
			case c.status == 0 && err != io.ErrUnexpectedEOF:
				t.Errorf("got %v, %v", answer, err)
			case c.status != 0 && err != nil:
				t.Error(err)
			case c.status != 0:
				defer answer.Body.Close()
				if answer.StatusCode != c.status {
					t.Errorf("status %d, want %d", answer.StatusCode, c.status)
				}
				if _, err := io.Copy(io.Discard, answer.Body); err != nil {
					t.Error(err)
				}
				if _, err := from.ReadByte(); err == nil || strings.Contains(err.Error(), "timeout") {
					t.Errorf("the connection stays open: %v", err)
				}
			}
		})
	}
}

// No answer leads to where the request says: neither by its host nor by its path.
func TestNothingLeadsElsewhere(t *testing.T) {
	t.Parallel()
	a, _ := alone(t, config.Flags{PublicURL: "https://book.example.com"}, nil)
	handler := a.API.Handler()
	for _, path := range []string{
		"/", "/docs", "/redoc", "/docs/", "/openapi.json", "/dev/outbox", "/verify/x", "/verify/a/b/c", "/offers/x", "/nothing", "/api/v1/nothing",
		"//evil.example", "//evil.example/%2e%2e", "///evil.example", "/docs//evil.example", "//evil.example/..//docs", "/.//evil.example",
		"/%2f/evil.example", "/\\evil.example", "/%5cevil.example", "/docs/..//evil.example", "/?next=https://evil.example", "/docs?url=//evil.example",
		"/https://evil.example", "/verify/https://evil.example", "/api/v1//evil.example", "/dev/outbox?to=https://evil.example",
	} {
		for _, header := range []string{"", "X-Forwarded-Host", "X-Original-Url", "X-Rewrite-Url", "Forwarded", "X-Forwarded-Proto"} {
			got := ask(t, handler, "/", func(r *http.Request) {
				r.URL = &url.URL{Path: path}
				if parsed, err := url.ParseRequestURI(path); err == nil && parsed.Host == "" {
					r.URL = parsed
				}
				r.Host = "evil.example"
				if header != "" {
					r.Header.Set(header, "evil.example")
				}
			})
			location := got.Header().Get("Location")
			if location != "" && (!strings.HasPrefix(location, "/") || strings.HasPrefix(location, "//") || strings.HasPrefix(location, `/\`)) {
				t.Errorf("%s leads to %s", path, location)
			}
			if got.Code/100 == 2 && !strings.Contains(path, "evil") && strings.Contains(got.Body.String(), "evil.example") {
				t.Errorf("%s speaks of the host that was asked for", path)
			}
		}
	}
}
