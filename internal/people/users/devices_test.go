package users_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/kit/id"
)

func TestDevices(t *testing.T) {
	w := newWorld(t)
	b, other := w.register(), w.register()
	w.join(b.user, other, "staff")
	here := w.login(b)
	bearer := text(here, "access_token")
	there := w.call("POST", "/auth/switch-tenant", bearer, object{"tenant_slug": other.slug}, 200)
	strange := text(w.login(other), "access_token")

	list := func(bearer string) (ids []string, items []any) {
		t.Helper()
		items, _ = w.call("GET", "/auth/sessions", bearer, nil, 200)["items"].([]any)
		for _, item := range items {
			ids = append(ids, text(item.(object), "id"))
		}
		return ids, items
	}
	ids, items := list(bearer)
	if len(ids) != 2 {
		t.Fatalf("listed %v", items)
	}
	var tenants, current []any
	for _, item := range items {
		tenants = append(tenants, at(item.(object), "tenant.slug"))
		if item.(object)["current"] == true {
			current = append(current, at(item.(object), "tenant.slug"))
		}
	}
	if diff := cmp.Diff([]any{b.slug}, current); diff != "" || len(tenants) != 2 {
		t.Errorf("devices of %v, current %v", tenants, current)
	}

	mine, _ := list(strange)
	for _, foreign := range append(mine, string(id.Random()), "nonsense") {
		w.wantCode(w.call("DELETE", "/auth/sessions/"+foreign, bearer, nil, 404), "auth.session_not_found")
	}
	w.call("GET", "/auth/me", strange, nil, 200)

	second := payload(t, text(there, "access_token"))["sid"].(string)
	w.call("DELETE", "/auth/sessions/"+second, bearer, nil, 200)
	w.call("GET", "/auth/me", text(there, "access_token"), nil, 401)
	w.call("POST", "/auth/refresh", "", object{"refresh_token": text(there, "refresh_token")}, 401)
	w.call("DELETE", "/auth/sessions/"+second, bearer, nil, 404)
	if ids, _ := list(bearer); len(ids) != 1 {
		t.Errorf("left are %v", ids)
	}
	if w.audited(other, "login.ended") != 1 {
		t.Error("the audit log of the other business does not tell")
	}
}

func TestSwitchTenant(t *testing.T) {
	w := newWorld(t)
	b, other, third := w.register(), w.register(), w.register()
	w.join(b.user, other, "receptionist")
	bearer := text(w.login(b), "access_token")
	to := func(slug string, status int) object {
		t.Helper()
		return w.call("POST", "/auth/switch-tenant", bearer, object{"tenant_slug": slug}, status)
	}
	session := to(other.slug, 200)
	if text(session, "tenant.slug") != other.slug || text(session, "user.role") != "receptionist" || text(session, "access_type") != "multi" {
		t.Errorf("session = %v", session)
	}
	if claims := payload(t, text(session, "access_token")); claims["tenant_id"] != string(other.tenant) || claims["role"] != "receptionist" {
		t.Errorf("claims = %v", claims)
	}
	w.call("GET", "/auth/me", text(session, "access_token"), nil, 200)
	w.call("GET", "/auth/me", bearer, nil, 200) // the other session goes on

	w.wantCode(to("no-such-salon", 404), "tenant.not_found")
	w.wantCode(to(third.slug, 403), "staff_auth.no_access")
	w.call("POST", "/auth/switch-tenant", bearer, object{}, 422)
	w.exec(`UPDATE tenants SET is_active = false WHERE id = $1`, other.tenant)
	w.wantCode(to(other.slug, 404), "tenant.not_found")

	w.exec(`UPDATE users SET is_super_admin = true WHERE id = $1`, b.user)
	if session := to(third.slug, 200); text(session, "user.role") != "super_admin" || text(session, "access_type") != "super" {
		t.Errorf("session of a super admin = %v", session)
	}
}

// Without a slug a super admin chooses like anybody with several tenants: every
// session is in one.
func TestSuperAdminChoosesATenant(t *testing.T) {
	w := newWorld(t)
	b, other := w.register(), w.register()
	w.exec(`UPDATE users SET is_super_admin = true WHERE id = $1`, b.user)
	choice := w.call("POST", "/auth/login", "", object{"email": b.email, "password": password}, 200)
	if choice["requires_tenant_selection"] != true || len(choice["available_tenants"].([]any)) < 2 {
		t.Errorf("choice = %v", choice)
	}
	session := w.call("POST", "/auth/complete-login", "", object{"auth_token": text(choice, "auth_token"), "tenant_slug": other.slug}, 200)
	if text(session, "tenant.slug") != other.slug || text(session, "access_type") != "super" {
		t.Errorf("session = %v", session)
	}
}

func TestPermissionsVersion(t *testing.T) {
	w := newWorld(t)
	b := w.register()
	session := w.login(b)
	version := session["permissions_version"]
	if version == nil || payload(t, text(session, "access_token"))["permissions_version"] != version {
		t.Errorf("version %v in the session, %v in the token", version, payload(t, text(session, "access_token")))
	}
	if again := w.login(b)["permissions_version"]; again != version {
		t.Errorf("nothing changed but the version: %v, %v", version, again)
	}
	w.exec(`UPDATE memberships SET role = 'staff' WHERE user_id = $1`, b.user)
	if changed := w.call("GET", "/auth/me", text(session, "access_token"), nil, 200)["permissions_version"]; changed == version {
		t.Error("another role has the same version")
	}
}
