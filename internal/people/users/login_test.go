package users_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/kit/id"
)

// payload reads an access token as the admin client does: without the key.
func payload(t *testing.T, jwt string) object {
	t.Helper()
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		t.Fatalf("not a JWT: %q", jwt)
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims object
	if err := json.Unmarshal(raw, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestAccessTokenClaims(t *testing.T) {
	w := newWorld(t)
	b := w.register()
	claims := payload(t, text(w.login(b), "access_token"))
	for name, want := range map[string]any{
		"sub": string(b.user), "email": b.email, "role": "tenant_admin", "tenant_id": string(b.tenant), "type": "access",
	} {
		if claims[name] != want {
			t.Errorf("%s = %v, want %v", name, claims[name], want)
		}
	}
	if life := claims["exp"].(float64) - claims["iat"].(float64); life != 1800 {
		t.Errorf("exp - iat = %v", life)
	}
	if diff := cmp.Diff([]any{}, claims["outlet_ids"]); diff != "" {
		t.Error(diff)
	}
	if claims["jti"] == nil || claims["sid"] == nil {
		t.Errorf("no jti or sid: %v", claims)
	}
}

func TestLoginWithOneTenantNeedsNoSlug(t *testing.T) {
	w := newWorld(t)
	b := w.register()
	session := w.call("POST", "/auth/login", "", object{"email": " " + strings.ToUpper(b.email), "password": password}, 200)
	if text(session, "tenant.slug") != b.slug {
		t.Errorf("tenant = %v", session["tenant"])
	}
	if _, there := session["requires_tenant_selection"]; there {
		t.Error("a session must not hold the members of a choice")
	}
	if diff := cmp.Diff([]any{}, session["outlets"]); diff != "" {
		t.Error(diff)
	}
}

func TestLoginRefusesInTheDocumentedOrder(t *testing.T) {
	w := newWorld(t)
	b, other := w.register(), w.register()
	login := func(email, pass, slug string, status int) object {
		t.Helper()
		body := object{"email": email, "password": pass}
		if slug != "" {
			body["tenant_slug"] = slug
		}
		return w.call("POST", "/auth/login", "", body, status)
	}
	w.wantCode(login(b.email, "Wrong1234!", "no-such-salon", 404), "tenant.not_found")

	wrong, unknown := login(b.email, "Wrong1234!", b.slug, 401), login("nobody@x.com", "Wrong1234!", b.slug, 401)
	delete(wrong, "request_id")
	delete(unknown, "request_id")
	if diff := cmp.Diff(wrong, unknown); diff != "" {
		t.Errorf("an unknown address can be told from a wrong password: %s", diff)
	}
	w.wantCode(login(b.email, password, other.slug, 403), "staff_auth.no_access")

	w.exec(`UPDATE users SET is_active = false WHERE id = $1`, b.user)
	w.wantCode(login(b.email, password, b.slug, 403), "staff_auth.inactive")
	w.wantCode(login(b.email, "Wrong1234!", b.slug, 401), "staff_auth.credentials")

	w.exec(`UPDATE tenants SET is_active = false WHERE id = $1`, other.tenant)
	w.wantCode(login(other.email, password, other.slug, 404), "tenant.not_found")
	w.wantCode(login(other.email, password, "", 403), "staff_auth.no_access")

	for _, body := range []object{
		{"email": "not an address", "password": password},
		{"email": b.email, "password": ""},
		{"email": b.email},
		{"email": b.email, "password": password, "remember": true},
	} {
		w.call("POST", "/auth/login", "", body, 422)
	}
}

func TestLoginLocksTheTypedAddress(t *testing.T) {
	w := newWorld(t)
	b := w.register()
	for _, email := range []string{b.email, string(id.Random()) + "@x.com"} {
		attempt := func(pass string, status int) (object, string) {
			t.Helper()
			answer, header := w.callWithHeader("POST", "/auth/login", "", object{"email": email, "password": pass}, status)
			return answer, header.Get("Retry-After")
		}
		for range 5 {
			attempt("Wrong1234!", 401)
		}
		answer, after := attempt(password, 423)
		w.wantCode(answer, "auth.locked")
		if after != "900" {
			t.Errorf("Retry-After = %q, want 900", after)
		}
	}
	w.clock.advance(15*time.Minute + time.Second)
	w.login(b)

	// A success forgets the failures before it.
	for range 2 {
		for range 4 {
			w.call("POST", "/auth/login", "", object{"email": b.email, "password": "Wrong1234!"}, 401)
		}
		w.login(b)
	}
}

func TestLoginWithSeveralTenants(t *testing.T) {
	w := newWorld(t)
	b, other, third := w.register(), w.register(), w.register()
	w.join(b.user, other, "receptionist")

	choose := func() string {
		t.Helper()
		answer := w.call("POST", "/auth/login", "", object{"email": b.email, "password": password}, 200)
		if answer["requires_tenant_selection"] != true || answer["access_token"] != nil || text(answer, "message") == "" {
			t.Errorf("not a choice: %v", answer)
		}
		var slugs []string
		for _, choice := range answer["available_tenants"].([]any) {
			slugs = append(slugs, text(choice.(object), "slug"))
		}
		if len(slugs) != 2 {
			t.Errorf("choices %v, want %s and %s", slugs, b.slug, other.slug)
		}
		return text(answer, "auth_token")
	}
	complete := func(body object, status int) object {
		t.Helper()
		return w.call("POST", "/auth/complete-login", "", body, status)
	}

	session := complete(object{"email": b.email, "password": password, "tenant_slug": other.slug}, 200)
	if text(session, "user.role") != "receptionist" || text(session, "access_type") != "multi" || text(session, "tenant.slug") != other.slug {
		t.Errorf("session = %v", session)
	}

	token := choose()
	w.call("GET", "/auth/me", token, nil, 401)
	w.wantCode(complete(object{"auth_token": token, "tenant_slug": "no-such-salon"}, 404), "tenant.not_found")
	w.wantCode(complete(object{"auth_token": token, "tenant_slug": third.slug}, 403), "staff_auth.no_access")
	session = complete(object{"auth_token": token, "tenant_slug": b.slug}, 200)
	w.call("GET", "/auth/me", text(session, "access_token"), nil, 200)
	w.wantCode(complete(object{"auth_token": token, "tenant_slug": b.slug}, 401), "staff_auth.selection")

	late := choose()
	w.clock.advance(5*time.Minute + time.Second)
	w.wantCode(complete(object{"auth_token": late, "tenant_slug": b.slug}, 401), "staff_auth.selection")
	w.wantCode(complete(object{"auth_token": text(session, "access_token"), "tenant_slug": b.slug}, 401), "staff_auth.selection")

	w.wantCode(complete(object{"email": b.email, "password": "Wrong1234!", "tenant_slug": b.slug}, 401), "staff_auth.credentials")
	complete(object{"email": b.email, "password": password}, 422)
	complete(object{"email": b.email, "tenant_slug": b.slug}, 422)
}

func TestSuperAdminHasEveryTenant(t *testing.T) {
	w := newWorld(t)
	b, other := w.register(), w.register()
	w.exec(`UPDATE users SET is_super_admin = true WHERE id = $1`, b.user)

	bearer := text(w.call("POST", "/auth/login", "", object{"email": b.email, "password": password, "tenant_slug": other.slug}, 200), "access_token")
	session := w.call("GET", "/auth/me", bearer, nil, 200)
	if text(session, "user.role") != "super_admin" || text(session, "access_type") != "super" || text(session, "tenant.slug") != other.slug {
		t.Errorf("session = %v", session)
	}
	if text(session, "user.last_login") == "" {
		t.Error("the sign-in was not noted")
	}
	w.call("GET", "/tenants/"+string(b.tenant), bearer, nil, 200)
	w.call("GET", "/tenants/"+string(id.New()), bearer, nil, 404)
	w.call("GET", "/tenants/nonsense", bearer, nil, 404)
}

func TestRehashAtLogin(t *testing.T) {
	w := newWorld(t)
	b := w.register()
	hash := func() (h string) {
		t.Helper()
		err := superuser(t).QueryRow(t.Context(), `SELECT password_hash FROM users WHERE id = $1`, b.user).Scan(&h)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	first := hash()
	w.login(b)
	if hash() != first {
		t.Error("a hash that is up to date was replaced")
	}
	// The hash of the same password with parameters of another day.
	old := oldHash(t)
	w.exec(`UPDATE users SET password_hash = $2 WHERE id = $1`, b.user, old)
	w.login(b)
	if hash() == old {
		t.Error("an old hash was kept")
	}
	w.login(b)
}
