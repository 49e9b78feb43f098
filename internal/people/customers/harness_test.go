package customers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
	"reserva/internal/people/customers"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const goodPassword = "Hart#2026secure"

// shop is the API with one business of its own.
type shop struct {
	t       *testing.T
	db      *db.DB
	ops     *customers.Operations
	handler http.Handler
	tenant  id.ID
	slug    string
	email   string // of the customer that most tests are about

	mu  sync.Mutex
	now time.Time
}

func newShop(t *testing.T) *shop {
	t.Parallel()
	s := &shop{t: t, now: time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC)}
	clock := func() time.Time {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.now
	}
	s.db = testkit.DB(t, testkit.WithClock(clock))
	keys, err := token.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	cheap := token.NewHasher(token.Params{Memory: 64, Time: 1})
	s.ops = customers.New(s.db, keys, token.NewTokens(keys, "test", clock), cheap)
	a := api.New(api.Config{Staff: byName{}, Customers: s.ops, RateLimitOff: true, Now: clock})
	customers.Register(a, s.ops)
	customers.RegisterCustomer(a, s.ops)
	customers.RegisterPublic(a, s.ops)
	s.handler = a.Handler()
	s.tenant, s.slug = s.business()
	s.email = "amelia." + s.slug + "@example.com"
	return s
}

// byName takes a token "role:tenant:outlet" at its word.
type byName struct{}

func (byName) AuthenticateStaff(_ context.Context, bearer string) (access.Staff, error) {
	parts := strings.Split(bearer, ":")
	if len(parts) < 2 {
		return access.Staff{}, api.ErrUnauthenticated
	}
	who := access.Staff{UserID: id.New(), Role: access.Role(parts[0]), Tenant: id.ID(parts[1])}
	for _, outlet := range parts[2:] {
		who.Outlets = append(who.Outlets, id.ID(outlet))
	}
	return who, nil
}

func (s *shop) as(role access.Role) string { return string(role) + ":" + string(s.tenant) }

func (s *shop) advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// business makes another active tenant.
func (s *shop) business() (id.ID, string) {
	s.t.Helper()
	tenant := id.Random()
	slug := "shop-" + string(tenant[:10])
	err := s.db.Platform(s.t.Context(), "test", func(tx *db.Tx) error {
		tenants.Create(tx, tenant, tenants.Draft{
			Slug: slug, Name: "Bella & Co", Email: "owner@example.com", Phone: "+628111111111", BusinessType: "spa",
		})
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return tenant, slug
}

// exec writes to the shop's tenant around the operations.
func (s *shop) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := testkit.Superuser(s.t).Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) scan(dest any, sql string, args ...any) {
	s.t.Helper()
	if err := testkit.Superuser(s.t).QueryRow(s.t.Context(), sql, args...).Scan(dest); err != nil {
		s.t.Fatal(err)
	}
}

// answer is what the server said.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   map[string]any
}

type m = map[string]any

// call sends a request; bearer may be empty, body nil.
func (s *shop) call(method, path, bearer string, body any) answer {
	s.t.Helper()
	s.advance(time.Millisecond) // so that messages have an order
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			s.t.Fatal(err)
		}
	}
	r := httptest.NewRequestWithContext(s.t.Context(), method, "/api/v1"+path, bytes.NewReader(text))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	r.Header.Set("User-Agent", "Test Browser")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	out := answer{t: s.t, status: w.Code, header: w.Header()}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out.body); err != nil {
			s.t.Fatalf("%s %s: %v: %s", method, path, err, w.Body)
		}
	}
	return out
}

func (s *shop) post(path string, body any) answer {
	s.t.Helper()
	return s.call(http.MethodPost, path, "", body)
}

// want fails the test unless the answer has the status and, where given, the code.
func (a answer) want(status int, code ...string) answer {
	a.t.Helper()
	if a.status != status || (len(code) > 0 && a.body["code"] != code[0]) {
		a.t.Fatalf("answer %d %v, want %d %v", a.status, a.body, status, code)
	}
	return a
}

// get follows names into the answer.
func (a answer) get(names ...string) any {
	a.t.Helper()
	var at any = a.body
	for _, name := range names {
		object, ok := at.(map[string]any)
		if !ok {
			a.t.Fatalf("no %v in %v", names, a.body)
		}
		at = object[name]
	}
	return at
}

func (a answer) text(names ...string) string {
	a.t.Helper()
	text, ok := a.get(names...).(string)
	if !ok {
		a.t.Fatalf("%v is %v, not a text, in %v", names, a.get(names...), a.body)
	}
	return text
}

// messages are the texts that were sent to the address, the latest last.
func (s *shop) messages(to string) []string {
	s.t.Helper()
	rows, err := testkit.Superuser(s.t).Query(s.t.Context(),
		"SELECT body_text FROM messages WHERE tenant_id = $1 AND recipient = $2 ORDER BY created_at, id", s.tenant, to)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			s.t.Fatal(err)
		}
		out = append(out, text)
	}
	return out
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// code is the one in the latest message to the address.
func (s *shop) code(to string) string {
	s.t.Helper()
	all := s.messages(to)
	if len(all) == 0 {
		s.t.Fatalf("nothing was sent to %s", to)
	}
	code := sixDigits.FindString(all[len(all)-1])
	if code == "" {
		s.t.Fatalf("no code in %q", all[len(all)-1])
	}
	return code
}

// wrong is a code that is not the given one.
func wrong(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func (s *shop) registration(email string) m {
	return m{"email": email, "password": goodPassword, "first_name": "Amelia", "last_name": "Hart", "tenant_slug": s.slug}
}

// join registers and verifies a customer.
func (s *shop) join(email string) answer {
	s.t.Helper()
	s.post("/customer/auth/register", s.registration(email)).want(201)
	return s.post("/customer/auth/verify-email", m{"email": email, "code": s.code(email), "tenant_slug": s.slug}).want(200)
}

func (s *shop) login(email, password string) answer {
	s.t.Helper()
	return s.post("/customer/auth/login", m{"email": email, "password": password, "tenant_slug": s.slug})
}

// update runs fn in the shop's tenant.
func (s *shop) update(fn func(tx *db.Tx) error) {
	s.t.Helper()
	if err := s.db.Update(s.t.Context(), s.tenant, fn); err != nil {
		s.t.Fatal(err)
	}
}

func path(format string, args ...any) string { return fmt.Sprintf(format, args...) }
