package api_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

const (
	tenant   = id.ID("65f1e2a0c3b4d5e6f7a8b9c0")
	userID   = id.ID("65f1e2a0c3b4d5e6f7a8b9c1")
	personID = id.ID("65f1e2a0c3b4d5e6f7a8b9c2")
)

// tokens authenticates "staff-<role>" and "customer".
type tokens struct{}

var errTokenExpired = fault.New(fault.Unauthenticated, "auth.token_expired", "The token has expired.")

func (tokens) AuthenticateStaff(_ context.Context, bearer string) (access.Staff, error) {
	role, ok := strings.CutPrefix(bearer, "staff-")
	if !ok {
		return access.Staff{}, errTokenExpired
	}
	return access.Staff{UserID: userID, Tenant: tenant, Role: access.Role(role)}, nil
}

func (tokens) AuthenticateCustomer(_ context.Context, bearer string) (access.Customer, error) {
	if bearer != "customer" {
		return access.Customer{}, errTokenExpired
	}
	return access.Customer{ID: personID, Tenant: tenant}, nil
}

func newAPI(t *testing.T, change ...func(*api.Config)) *api.API {
	t.Helper()
	c := api.Config{Staff: tokens{}, Customers: tokens{}, RateLimitOff: true}
	for _, f := range change {
		f(&c)
	}
	return api.New(c)
}

// call is one request; answered is what came back.
type call struct {
	method, path, token, body string
	header                    map[string]string
	address                   string
}

type answered struct {
	status int
	header http.Header
	body   string
}

func (c call) to(t *testing.T, a *api.API) answered {
	t.Helper()
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, body)
	r.RemoteAddr = "192.0.2.1:1234"
	if c.address != "" {
		r.RemoteAddr = c.address + ":1234"
	}
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	for k, v := range c.header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, r)
	return answered{w.Code, w.Header(), w.Body.String()}
}

// want compares the status and the body, the request id taken off.
func (got answered) want(t *testing.T, status int, body string) {
	t.Helper()
	if got.status != status {
		t.Errorf("status %d, want %d: %s", got.status, status, got.body)
	}
	if body == "" {
		return
	}
	var have, wanted any
	if err := json.Unmarshal([]byte(got.body), &have); err != nil {
		t.Fatalf("%v in %q", err, got.body)
	}
	if err := json.Unmarshal([]byte(body), &wanted); err != nil {
		t.Fatal(err)
	}
	if m, ok := have.(map[string]any); ok {
		maps.DeleteFunc(m, func(k string, v any) bool { return k == "request_id" && v == got.header.Get("X-Request-Id") })
	}
	if diff := cmp.Diff(wanted, have); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

func (got answered) code(t *testing.T) string {
	t.Helper()
	var body struct{ Code string }
	if err := json.Unmarshal([]byte(got.body), &body); err != nil {
		t.Fatalf("%v in %q", err, got.body)
	}
	return body.Code
}

func serve(a *api.API, r *http.Request) answered {
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, r)
	return answered{w.Code, w.Header(), w.Body.String()}
}

// rawURL is a URL with the path as a client may write it, escaped or not.
func rawURL(path string) *url.URL {
	plain, err := url.PathUnescape(path)
	if err != nil {
		plain = path
	}
	return &url.URL{Path: plain, RawPath: path}
}
