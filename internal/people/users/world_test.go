package users_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"reserva/internal/api"
	"reserva/internal/api/replay"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/token"
	"reserva/internal/people/users"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// world is the part of the server that registration and sign-in need.
type world struct {
	*testing.T
	db      *db.DB
	handler http.Handler
	jobs    *jobs.Registry
	gateway *gateway
	clock   *clock

	operations *users.Operations
	key        string // Idempotency-Key of the requests, where there is one
}

// clock is set by the test.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(0, c.at.Load()) }
func (c *clock) advance(d time.Duration) { c.at.Add(int64(d)) }

func newWorld(t *testing.T, configure ...func(*api.Config)) *world {
	t.Helper()
	c := &clock{}
	c.at.Store(time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC).UnixNano())
	keys, err := token.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	registry := jobs.NewRegistry()
	d := testkit.DB(t, testkit.WithClock(c.now), testkit.WithSubscribers(registry.Subscribers()))
	tokens := token.NewTokens(keys, "reserva", c.now)
	w := &world{T: t, db: d, jobs: registry, gateway: &gateway{}, clock: c}
	config := api.Config{
		Staff: users.NewAuthenticator(d, tokens), Idempotency: replay.New(d, keys), RateLimitOff: true, Now: c.now,
	}
	for _, change := range configure {
		change(&config)
	}
	a := api.New(config)
	operations := users.New(d, registry, users.Config{
		Tokens: tokens, Hasher: token.NewHasher(token.Params{Memory: 64, Time: 1}), Gateway: w.gateway,
	})
	w.operations = operations
	users.Register(a, operations)
	users.RegisterPublic(a, operations)
	tenants.Register(a, tenants.New(d, tenants.Config{Plans: subscriptions.Terms{}}))
	tenants.RegisterPublic(a, tenants.New(d, tenants.Config{Plans: subscriptions.Terms{}}))
	subscriptions.Register(a, subscriptions.New(d, registry))
	w.handler = a.Handler()
	return w
}

// gateway behaves like the payment gateway, and may be down.
type gateway struct {
	mu    sync.Mutex
	down  bool
	asked []users.PartnerRequest
}

func (g *gateway) CreatePartner(ctx context.Context, in users.PartnerRequest) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = append(g.asked, in)
	if g.down {
		return "", errors.New("gateway is down")
	}
	return "partner-" + string(in.TenantID), nil
}

func (g *gateway) set(down bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.down = down
}

func (g *gateway) times() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.asked)
}

type object = map[string]any

// call makes a request and checks the status. It returns the body.
func (w *world) call(method, path, bearer string, body any, status int) object {
	w.Helper()
	answer, _ := w.callWithHeader(method, path, bearer, body, status)
	return answer
}

func (w *world) callWithHeader(method, path, bearer string, body any, status int) (object, http.Header) {
	w.Helper()
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			w.Fatal(err)
		}
	}
	r := httptest.NewRequestWithContext(w.Context(), method, "/api/v1"+path, &sent)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	if w.key != "" {
		r.Header.Set("Idempotency-Key", w.key)
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	if answer.Code != status {
		w.Errorf("%s %s: status %d, want %d: %s", method, path, answer.Code, status, answer.Body)
	}
	var out object
	if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil {
		w.Fatalf("%s %s: %v: %s", method, path, err, answer.Body)
	}
	return out, answer.Header()
}

// try makes a request that may be refused, and tells whether it was answered at all.
func (w *world) try(method, path string, body any) (object, bool) {
	sent, err := json.Marshal(body)
	if err != nil {
		return nil, false
	}
	r := httptest.NewRequestWithContext(w.Context(), method, "/api/v1"+path, bytes.NewReader(sent))
	r.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	var out object
	err = json.Unmarshal(answer.Body.Bytes(), &out)
	return out, err == nil
}

// brand is a registered business.
type brand struct {
	tenant, user id.ID
	slug, email  string
}

const password = "SecurePass123!"

// register makes a business that nobody else has.
func (w *world) register() brand {
	w.Helper()
	b := brand{slug: "salon-" + string(id.Random()), email: string(id.Random()) + "@bellavista.com"}
	answer := w.call("POST", "/public/register", "", registration(b, nil), 201)
	b.tenant, b.user = id.ID(text(answer, "tenant_id")), id.ID(text(answer, "user_id"))
	return b
}

func registration(b brand, change object) object {
	body := object{
		"business_name":  "Bella Vista Spa",
		"business_email": "contact@bellavista.com",
		"business_phone": "+1-555-987-6543",
		"admin_email":    b.email,
		"admin_password": password,
		"terms_accepted": true,
		"preferred_slug": b.slug,
	}
	for key, value := range change {
		if value == nil {
			delete(body, key)
			continue
		}
		body[key] = value
	}
	return body
}

func (w *world) login(b brand) object {
	w.Helper()
	return w.call("POST", "/auth/login", "", object{"email": b.email, "password": password, "tenant_slug": b.slug}, 200)
}

// exec changes the database as no endpoint yet does.
func (w *world) exec(sql string, args ...any) {
	w.Helper()
	if _, err := testkit.Superuser(w.T).Exec(w.Context(), sql, args...); err != nil {
		w.Fatal(err)
	}
}

// join makes the user of one business a member of another.
func (w *world) join(user id.ID, b brand, role string) {
	w.Helper()
	w.exec(`INSERT INTO memberships (tenant_id, user_id, role, created_at) VALUES ($1, $2, $3, now())`, b.tenant, user, role)
}

func text(o object, path string) string {
	s, _ := at(o, path).(string)
	return s
}

// at follows a dotted path.
func at(o object, path string) any {
	var value any = o
	for _, key := range strings.Split(path, ".") {
		inner, ok := value.(object)
		if !ok {
			return nil
		}
		value = inner[key]
	}
	return value
}

// wantCode checks the code of a refusal.
func (w *world) wantCode(answer object, code string) {
	w.Helper()
	if answer["code"] != code {
		w.Errorf("code %v, want %s: %v", answer["code"], code, answer)
	}
}

// fields names the refused fields of a 422.
func fields(answer object) string {
	var names []string
	list, _ := answer["detail"].([]any)
	for _, entry := range list {
		loc, _ := entry.(object)["loc"].([]any)
		names = append(names, fmt.Sprint(loc[len(loc)-1]))
	}
	return strings.Join(names, ",")
}
