package customers_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// members fails the test unless the object at the path has these members and no others.
func (a answer) members(at []string, names ...string) {
	a.t.Helper()
	object, ok := a.get(at...).(m)
	if got := slices.Sorted(maps.Keys(object)); !ok || !slices.Equal(got, slices.Sorted(slices.Values(names))) {
		a.t.Errorf("%v has the members %v, want %v", at, got, names)
	}
}

// refused are the places of the body that a 422 names.
func (a answer) refused() []string {
	a.t.Helper()
	a.want(422, "request.invalid")
	var places []string
	for _, field := range a.get("detail").([]any) {
		loc := field.(m)["loc"].([]any)
		if loc[0] != "body" || field.(m)["msg"] == "" || field.(m)["type"] == "" {
			a.t.Errorf("field %v", field)
		}
		places = append(places, loc[len(loc)-1].(string))
	}
	return places
}

var (
	accountMembers = []string{"id", "tenant_id", "email", "phone", "first_name", "last_name", "email_verified", "phone_verified", "created_at"}
	tokenMembers   = []string{"access_token", "refresh_token", "token_type", "expires_in", "customer"}
)

// but returns the body with one member set, or without it for nil.
func but(body m, name string, value any) m {
	body = maps.Clone(body)
	if body[name] = value; value == nil {
		delete(body, name)
	}
	return body
}

func TestFieldsOfARegistration(t *testing.T) {
	s := newShop(t)
	right := s.registration(s.email)
	right["phone"] = "+628123456789"
	for _, c := range []struct {
		name  string
		value any
	}{
		{"email", "amelia"}, {"email", "a@b@example.com"}, {"email", strings.Repeat("a", 250) + "@example.com"}, {"email", 7},
		{"phone", "12"}, {"phone", "+62812345678901234567"}, {"phone", "call me"}, {"phone", []any{"+628123456789"}},
		{"password", nil}, {"password", ""}, {"password", "Hart#20"}, {"password", "hart#2026secure"}, {"password", "HART#2026SECURE"},
		{"password", "Hart#Secure"}, {"password", "Hart2026secure"}, {"password", "Hart#2026" + strings.Repeat("x", 120)}, {"password", "Password1!"},
		{"first_name", nil}, {"first_name", " "}, {"first_name", strings.Repeat("é", 101)}, {"first_name", "A\nB"},
		{"last_name", nil}, {"last_name", ""}, {"last_name", strings.Repeat("é", 101)},
		{"tenant_slug", nil}, {"tenant_slug", ""}, {"tenant_slug", 1},
		{"marketing_consent", "yes"},
	} {
		if got := s.post("/customer/auth/register", but(right, c.name, c.value)).refused(); !slices.Contains(got, c.name) {
			t.Errorf("%s %v: the answer names %v", c.name, c.value, got)
		}
	}
	neither := but(but(right, "email", nil), "phone", nil)
	if got := s.post("/customer/auth/register", neither).refused(); !slices.Equal(got, []string{"email"}) {
		t.Errorf("without an address: the answer names %v", got)
	}
	// What the server alone decides.
	for _, name := range []string{
		"id", "tenant_id", "is_active", "is_guest", "email_verified", "phone_verified", "password_hash", "loyalty_points", "membership_tier",
		"created_at", "source", "tags", "notes",
	} {
		if got := s.post("/customer/auth/register", but(right, name, "x")).refused(); !slices.Equal(got, []string{name}) {
			t.Errorf("with %s: the answer names %v", name, got)
		}
	}
	if sent := s.messages(s.email); len(sent) != 0 {
		t.Fatalf("refused registrations sent %q", sent)
	}

	right["first_name"], right["password"] = strings.Repeat("é", 100), "Hart#2026"+strings.Repeat("x", 119)
	got := s.post("/customer/auth/register", right).want(201)
	got.members(nil, "message", "customer", "verification")
	got.members([]string{"customer"}, accountMembers...)
	got.members([]string{"verification"}, "channel", "destination_masked", "expires_in")
	customer := got.get("customer").(m)
	delete(customer, "id")
	delete(customer, "created_at")
	want := m{
		"tenant_id": string(s.tenant), "email": s.email, "phone": "+628123456789", "first_name": strings.Repeat("é", 100), "last_name": "Hart",
		"email_verified": false, "phone_verified": false,
	}
	if diff := cmp.Diff(want, customer); diff != "" {
		t.Errorf("customer (-want +got):\n%s", diff)
	}
	if v := got.get("verification").(m); v["channel"] != "email" || v["expires_in"] != 600.0 || v["destination_masked"] != "a***@example.com" {
		t.Errorf("verification %v", v)
	}
	var consent bool
	if s.scan(&consent, "SELECT marketing_consent FROM customers WHERE tenant_id = $1", s.tenant); consent {
		t.Error("consent was never given")
	}
}

// Codes and passwords are kept as what cannot be turned back.
func TestSecretsAreStoredHashed(t *testing.T) {
	s := newShop(t)
	s.post("/customer/auth/register", but(s.registration(s.email), "marketing_consent", true)).want(201)
	code := s.code(s.email)
	var stored string
	s.scan(&stored, `
		SELECT (SELECT string_agg(c::text, ' ') FROM one_time_codes c WHERE tenant_id = $1) || (SELECT string_agg(c::text, ' ') FROM customers c WHERE tenant_id = $1)`,
		s.tenant)
	if strings.Contains(stored, code) || strings.Contains(stored, goodPassword) || !strings.Contains(stored, "$argon2id$") {
		t.Errorf("stored %s", stored)
	}
}

func TestFieldsOfASignIn(t *testing.T) {
	s := newShop(t)
	joined := s.join(s.email)
	right := m{"email": s.email, "password": goodPassword, "tenant_slug": s.slug}
	for _, c := range []struct {
		name  string
		value any
		place string
	}{
		{"password", nil, "password"}, {"password", 1, "password"}, {"email", nil, "email"}, {"email", "amelia", "email"}, {"phone", "12", "phone"},
		{"device", "phone", "device"}, {"device", m{"name": strings.Repeat("x", 101)}, "name"}, {"device", m{"model": "x"}, "model"}, {"tenant_id", "x", "tenant_id"},
	} {
		if got := s.post("/customer/auth/login", but(right, c.name, c.value)).refused(); !slices.Contains(got, c.place) {
			t.Errorf("%s %v: the answer names %v", c.name, c.value, got)
		}
	}
	s.post("/customer/auth/login", but(right, "tenant_slug", "nobody-here")).want(404, "tenant.not_found")

	got := s.post("/customer/auth/login", right).want(200)
	refreshed := s.post("/customer/auth/refresh", m{"refresh_token": got.text("refresh_token")}).want(200)
	seen := map[any]bool{}
	for name, a := range map[string]answer{"a proof": joined, "a sign-in": got, "a refresh": refreshed} {
		a.members(nil, tokenMembers...)
		a.members([]string{"customer"}, accountMembers...)
		if a.get("token_type") != "bearer" || a.get("expires_in") != 1800.0 {
			t.Errorf("%s: %v", name, a.body)
		}
		c := s.claims(a.text("access_token"))
		if !slices.Equal(slices.Sorted(maps.Keys(c)), []string{"aud", "exp", "iat", "iss", "jti", "sid", "sub", "tenant_id", "type"}) ||
			c["sub"] != a.get("customer", "id") || c["type"] != "access" || !cmp.Equal(c["aud"], []any{"customer"}) ||
			c["tenant_id"] != string(s.tenant) || c["exp"].(float64)-c["iat"].(float64) != 1800 || seen[c["jti"]] {
			t.Errorf("%s: claims %v", name, c)
		}
		seen[c["jti"]] = true
	}

	mine := refreshed.text("access_token")
	me := s.call("GET", "/customer/auth/me", mine, nil).want(200)
	me.members(nil, "customer", "tenant")
	me.members([]string{"customer"}, accountMembers...)
	me.members([]string{"tenant"}, "tenant_id", "slug", "name")
	sessions := s.call("GET", "/customer/auth/sessions", mine, nil).want(200).get("items").([]any)
	current := sessions[0].(m)
	if want := []string{"created_at", "current", "device", "id", "ip_address", "last_used_at"}; !slices.Equal(slices.Sorted(maps.Keys(current)), want) {
		t.Errorf("session %v", current)
	}
	if current["id"] != s.claims(mine)["sid"] || current["current"] != true || current["ip_address"] != "192.0.2.1" {
		t.Errorf("session %v of %v", current, s.claims(mine))
	}
}

// claims are what a client reads in a token.
func (s *shop) claims(bearer string) m {
	s.t.Helper()
	var c m
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(bearer, ".")[1])
	if err == nil {
		err = json.Unmarshal(payload, &c)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// A code is good for one address, at one business, for one purpose, until the next.
func TestWhatACodeIsGoodFor(t *testing.T) {
	s := newShop(t)
	s.post("/customer/auth/register", s.registration(s.email)).want(201)
	first := s.code(s.email)
	mine, slug := s.tenant, s.slug
	s.tenant, s.slug = s.business()
	s.post("/customer/auth/register", s.registration(s.email)).want(201)
	s.tenant, s.slug = mine, slug
	other := "other." + s.email
	s.advance(time.Minute)
	s.post("/customer/auth/register", s.registration(other)).want(201)
	for s.code(other) == first { // one in a million
		s.advance(time.Minute)
		s.post("/customer/auth/resend-verification", m{"email": other, "tenant_slug": s.slug}).want(200)
	}

	prove := func(email, code string) answer {
		return s.post("/customer/auth/verify-email", m{"email": email, "code": code, "tenant_slug": s.slug})
	}
	prove(other, first).want(400, "code.wrong")
	prove("nobody."+s.email, first).want(400, "code.wrong")
	s.post("/customer/auth/verify-phone", m{"phone": "+628123456789", "code": first, "tenant_slug": s.slug}).want(400, "code.wrong")
	s.post("/customer/auth/verify-email", m{"email": s.email, "code": first, "tenant_slug": "nobody-here"}).want(404, "tenant.not_found")
	s.post("/customer/auth/reset-password", m{"email": s.email, "code": first, "tenant_slug": s.slug, "new_password": "Fresh#2026secure"}).
		want(400, "code.wrong")
	s.post("/customer/auth/resend-verification", m{"email": s.email, "tenant_slug": "nobody-here"}).want(404, "tenant.not_found")
	again := s.post("/customer/auth/resend-verification", m{"email": s.email, "tenant_slug": s.slug}).want(200)
	again.members(nil, "message", "verification")
	again.members([]string{"verification"}, "channel", "destination_masked", "expires_in")
	second := s.code(s.email)
	if second != first {
		prove(s.email, first).want(400, "code.wrong") // void by the next
	}
	for _, name := range []string{"email", "code", "tenant_slug"} {
		body := but(m{"email": s.email, "code": second, "tenant_slug": s.slug}, name, nil)
		if got := s.post("/customer/auth/verify-email", body).refused(); !slices.Equal(got, []string{name}) {
			t.Errorf("without %s: the answer names %v", name, got)
		}
	}
	prove(s.email, second).want(200)
}
