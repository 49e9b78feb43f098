package customers_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Why a sign-in is refused is told to nobody who does not know the password.
func TestOneWordingForEveryWrongSignIn(t *testing.T) {
	s := newShop(t)
	s.join(s.email)
	desk := s.as("tenant_admin")
	walkIn := s.call("POST", "/customers", desk, m{"first_name": "Amy", "email": "walkin." + s.email}).want(201)
	gone := s.join("gone." + s.email)
	s.call("DELETE", path("/customers/%s", gone.text("customer", "id")), desk, nil).want(200)
	s.join("off." + s.email)
	s.exec("UPDATE customers SET is_active = false WHERE tenant_id = $1 AND email = $2", s.tenant, "off."+s.email)
	s.post("/customer/auth/register", s.registration("waits."+s.email)).want(201)

	const wrongPassword = "Wrong#2026secure"
	want := s.login("nobody."+s.email, wrongPassword).want(401, "auth.credentials").body
	delete(want, "request_id")
	for name, c := range map[string]struct{ email, password string }{
		"a wrong password":       {s.email, wrongPassword},
		"an empty password":      {s.email, ""},
		"no password at all":     {walkIn.text("email"), goodPassword},
		"an account that is off": {"off." + s.email, wrongPassword},
		"an unproven account":    {"waits." + s.email, wrongPassword},
		"a removed account":      {"gone." + s.email, goodPassword},
	} {
		for _, slug := range []string{s.slug, ""} {
			body := m{"email": c.email, "password": c.password, "tenant_slug": slug}
			got := s.post("/customer/auth/login", body).want(401).body
			delete(got, "request_id")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}

	s.login("off."+s.email, goodPassword).want(403, "auth.disabled")
	s.login("waits."+s.email, goodPassword).want(403, "auth.unverified")
}

// An account that is switched off is out at once, and back when it is on again.
func TestADisabledAccount(t *testing.T) {
	s := newShop(t)
	tokens := s.join(s.email)
	s.exec("UPDATE customers SET is_active = false WHERE tenant_id = $1", s.tenant)
	s.call("GET", "/customer/auth/me", tokens.text("access_token"), nil).want(401, "auth.unauthenticated")
	next := s.post("/customer/auth/refresh", m{"refresh_token": tokens.text("refresh_token")})
	next.want(403, "auth.disabled")
	s.post("/customer/auth/forgot-password", m{"email": s.email, "tenant_slug": s.slug}).want(200)
	if sent := s.messages(s.email); len(sent) != 1 {
		t.Errorf("sent %q", sent)
	}
	s.exec("UPDATE customers SET is_active = true WHERE tenant_id = $1", s.tenant)
	s.call("GET", "/customer/auth/me", tokens.text("access_token"), nil).want(200)
	s.login(s.email, goodPassword).want(200)
}

func TestRefusalsOfAReset(t *testing.T) {
	s := newShop(t)
	s.join(s.email)
	s.advance(time.Minute)
	asked := s.post("/customer/auth/forgot-password", m{"email": s.email, "tenant_slug": s.slug}).want(200)
	asked.members(nil, "message")
	strange := s.post("/customer/auth/forgot-password", m{"email": "nobody." + s.email, "tenant_slug": s.slug}).want(200)
	if !cmp.Equal(asked.body, strange.body) {
		t.Errorf("%v for a customer, %v for a stranger", asked.body, strange.body)
	}
	code := s.code(s.email)
	right := m{"email": s.email, "tenant_slug": s.slug, "code": code, "new_password": "Fresh#2026secure"}
	for _, c := range []struct {
		name  string
		value any
	}{
		{"code", nil}, {"new_password", nil}, {"new_password", "Hart#20"}, {"new_password", "hart#2026secure"}, {"new_password", "HART#2026SECURE"},
		{"new_password", "Hart#Secure"}, {"new_password", "Hart2026secure"}, {"new_password", "Hart#2026" + strings.Repeat("x", 120)},
		{"new_password", "Password1!"}, {"tenant_slug", nil}, {"email", nil}, {"email", "amelia"}, {"is_active", true},
	} {
		if got := s.post("/customer/auth/reset-password", but(right, c.name, c.value)).refused(); !slices.Contains(got, c.name) {
			t.Errorf("%s %v: the answer names %v", c.name, c.value, got)
		}
	}
	// A business or a person that is not there says no more than a wrong code.
	s.post("/customer/auth/reset-password", but(right, "tenant_slug", "nobody-here")).want(400, "code.wrong")
	s.post("/customer/auth/reset-password", but(right, "email", "nobody."+s.email)).want(400, "code.wrong")
	for range 5 { // what was refused above was no try
		s.post("/customer/auth/reset-password", but(right, "code", wrong(code))).want(400, "code.wrong")
	}
	got := s.post("/customer/auth/reset-password", right).want(429, "code.attempts")
	if got.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}

	s.advance(time.Minute)
	s.post("/customer/auth/forgot-password", m{"email": s.email, "tenant_slug": s.slug}).want(200)
	right["code"] = s.code(s.email)
	s.advance(10 * time.Minute)
	s.post("/customer/auth/reset-password", right).want(400, "code.expired")
	s.login(s.email, goodPassword).want(200)
}

// A reset ends every login, opens a locked address, and proves the mailbox.
func TestWhatAResetDoes(t *testing.T) {
	s := newShop(t)
	one := s.join(s.email)
	other := s.login(s.email, goodPassword).want(200)
	for range 10 {
		s.login(s.email, "Wrong#2026secure").want(401)
	}
	s.login(s.email, goodPassword).want(423, "auth.locked")
	s.advance(time.Minute)
	s.post("/customer/auth/forgot-password", m{"email": s.email, "tenant_slug": s.slug}).want(200)
	s.post("/customer/auth/reset-password", m{
		"email": s.email, "tenant_slug": s.slug, "code": s.code(s.email), "new_password": "Fresh#2026secure",
	}).want(200).members(nil, "message")
	for _, tokens := range []answer{one, other} {
		s.call("GET", "/customer/auth/me", tokens.text("access_token"), nil).want(401)
		s.post("/customer/auth/refresh", m{"refresh_token": tokens.text("refresh_token")}).want(401, "auth.refresh_token")
	}
	s.login(s.email, goodPassword).want(401)
	if got := s.login(s.email, "Fresh#2026secure").want(200); got.get("customer", "email_verified") != true {
		t.Errorf("customer %v", got.get("customer"))
	}
}

func TestFieldsOfAChoice(t *testing.T) {
	s := newShop(t)
	s.join(s.email)
	first := s.tenant
	s.tenant, s.slug = s.business()
	s.join(s.email)
	choice := s.post("/customer/auth/login", m{"email": s.email, "password": goodPassword}).want(200)
	choice.members(nil, "requires_tenant_selection", "selection_token", "organizations")
	for _, one := range choice.get("organizations").([]any) {
		if o := one.(m); len(o) != 3 || o["tenant_id"] == "" || o["slug"] == "" || o["name"] == "" {
			t.Errorf("organization %v", o)
		}
	}
	token := choice.text("selection_token")
	right := m{"selection_token": token, "tenant_id": first, "device": m{"name": "Phone"}}
	for _, name := range []string{"selection_token", "tenant_id"} {
		if got := s.post("/customer/auth/complete-login", but(right, name, nil)).refused(); !slices.Equal(got, []string{name}) {
			t.Errorf("without %s: the answer names %v", name, got)
		}
	}
	if got := s.post("/customer/auth/complete-login", but(right, "tenant_id", "nonsense")).refused(); !slices.Equal(got, []string{"tenant_id"}) {
		t.Errorf("a malformed tenant: the answer names %v", got)
	}
	access := s.login(s.email, goodPassword).text("access_token")
	for name, wrong := range map[string]string{"nonsense": "x", "an access token": access, "damaged": token[:len(token)-2], "unsigned": token[:strings.LastIndex(token, ".")+1]} {
		if got := s.post("/customer/auth/complete-login", but(right, "selection_token", wrong)); got.status != 401 || got.body["code"] != "auth.selection_token" {
			t.Errorf("%s: %d %v", name, got.status, got.body)
		}
	}
	got := s.post("/customer/auth/complete-login", right).want(200)
	got.members(nil, tokenMembers...)
	list := s.call("GET", "/customer/auth/sessions", got.text("access_token"), nil).want(200).get("items").([]any)
	if list[0].(m)["device"] != "Phone" {
		t.Errorf("sessions %v", list)
	}

	// An account that was switched off between the two steps.
	choice = s.post("/customer/auth/login", m{"email": s.email, "password": goodPassword}).want(200)
	s.exec("UPDATE customers SET is_active = false WHERE tenant_id = $1", first)
	right["selection_token"] = choice.text("selection_token")
	s.post("/customer/auth/complete-login", right).want(403, "auth.disabled")
}

// Whoever is a customer of many businesses is offered them all.
func TestACustomerOfManyBusinesses(t *testing.T) {
	s := newShop(t)
	s.join(s.email)
	for range 5 {
		s.tenant, s.slug = s.business()
		s.join(s.email)
	}
	choice := s.post("/customer/auth/login", m{"email": s.email, "password": goodPassword}).want(200)
	offered := choice.get("organizations").([]any)
	if len(offered) != 6 || offered[0].(m)["slug"] != s.slug {
		t.Errorf("organizations %v, want all six, the last used first", offered)
	}
}

// Whoever has only a telephone resets the password with a text message.
func TestAResetByPhone(t *testing.T) {
	s := newShop(t)
	const number = "+639161234567"
	s.post("/customer/auth/register", but(s.registration(""), "phone", number)).want(201)
	s.post("/customer/auth/verify-phone", m{"phone": number, "code": s.code(number), "tenant_slug": s.slug}).want(200)
	s.advance(time.Minute)
	s.post("/customer/auth/forgot-password", m{"phone": "+63 916 123-4567", "tenant_slug": s.slug}).want(200)
	s.post("/customer/auth/reset-password", m{
		"phone": number, "tenant_slug": s.slug, "code": s.code(number), "new_password": "Fresh#2026secure",
	}).want(200)
	s.post("/customer/auth/login", m{"phone": number, "password": "Fresh#2026secure", "tenant_slug": s.slug}).want(200)
	s.post("/customer/auth/login", m{"phone": number, "password": goodPassword, "tenant_slug": s.slug}).want(401, "auth.credentials")
}
