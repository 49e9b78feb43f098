package users_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
	"reserva/internal/testkit"
)

func superuser(t *testing.T) *pgx.Conn { return testkit.Superuser(t) }

func oldHash(t *testing.T) string {
	t.Helper()
	hash, err := token.NewHasher(token.Params{Memory: 32, Time: 2}).Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func TestRefreshRotates(t *testing.T) {
	w := newWorld(t)
	b := w.register()
	session := w.login(b)
	refresh := func(token string, status int) object {
		t.Helper()
		return w.call("POST", "/auth/refresh", "", object{"refresh_token": token}, status)
	}
	w.clock.advance(31 * time.Minute)
	w.wantCode(w.call("GET", "/auth/me", text(session, "access_token"), nil, 401), "staff_auth.token_expired")

	first := text(session, "refresh_token")
	tokens := refresh(first, 200)
	if tokens["expires_in"] != 1800.0 || tokens["token_type"] != "bearer" || text(tokens, "refresh_token") == first {
		t.Errorf("tokens = %v", tokens)
	}
	w.call("GET", "/auth/me", text(tokens, "access_token"), nil, 200)
	second := text(refresh(text(tokens, "refresh_token"), 200), "refresh_token")

	// Somebody else holds the first one, too: nobody keeps the session.
	refresh(first, 401)
	refresh(second, 401)
	w.wantCode(w.call("GET", "/auth/me", text(tokens, "access_token"), nil, 401), "auth.unauthenticated")
	if n := w.audited(b, "login.token_reused"); n != 1 {
		t.Errorf("the audit log tells of %d reused tokens, want 1", n)
	}

	refresh("nonsense", 401)
	refresh(string(id.New())+".nonsense", 401)
}

func TestRefreshTokenLastsAWeek(t *testing.T) {
	w := newWorld(t)
	session := w.login(w.register())
	w.clock.advance(7*24*time.Hour + time.Second)
	w.call("POST", "/auth/refresh", "", object{"refresh_token": text(session, "refresh_token")}, 401)
}

func TestRefreshAtOnceGivesOneSuccessor(t *testing.T) {
	w := newWorld(t)
	session := w.login(w.register())
	body := object{"refresh_token": text(session, "refresh_token")}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var successors int
	for range 6 {
		wg.Go(func() {
			if answer, ok := w.try("POST", "/auth/refresh", body); ok && answer["refresh_token"] != nil {
				mu.Lock()
				defer mu.Unlock()
				successors++
			}
		})
	}
	wg.Wait()
	if successors != 1 {
		t.Errorf("%d of 6 got a new token, want 1", successors)
	}
}

func TestSessionEndsWithTheMembership(t *testing.T) {
	w := newWorld(t)
	for _, end := range []string{
		`UPDATE memberships SET is_active = false WHERE user_id = $1`,
		`UPDATE users SET is_active = false WHERE id = $1`,
		`UPDATE tenants SET is_active = false WHERE id = (SELECT tenant_id FROM memberships WHERE user_id = $1)`,
	} {
		b := w.register()
		session := w.login(b)
		w.exec(end, b.user)
		w.wantCode(w.call("GET", "/auth/me", text(session, "access_token"), nil, 401), "auth.unauthenticated")
		w.wantCode(w.call("POST", "/auth/refresh", "", object{"refresh_token": text(session, "refresh_token")}, 401), "auth.refresh_token")
	}
}

func TestRoleIsReadAtEachRequest(t *testing.T) {
	w := newWorld(t)
	b := w.register()
	bearer := text(w.login(b), "access_token")
	w.call("PUT", "/tenants/"+string(b.tenant), bearer, object{"description": "ours"}, 200)
	w.exec(`UPDATE memberships SET role = 'staff' WHERE user_id = $1`, b.user)
	w.wantCode(w.call("PUT", "/tenants/"+string(b.tenant), bearer, object{"description": "mine"}, 403), "auth.forbidden")
}

func TestLogout(t *testing.T) {
	w := newWorld(t)
	b := w.register()
	here, there, kept := w.login(b), w.login(b), w.login(b)
	answer := w.call("POST", "/auth/logout", text(here, "access_token"), object{"refresh_token": text(there, "refresh_token")}, 200)
	if text(answer, "message") == "" {
		t.Errorf("answer = %v", answer)
	}
	for _, ended := range []object{here, there} {
		w.call("GET", "/auth/me", text(ended, "access_token"), nil, 401)
		w.call("POST", "/auth/refresh", "", object{"refresh_token": text(ended, "refresh_token")}, 401)
	}
	w.call("POST", "/auth/logout", text(kept, "access_token"), nil, 200)
	w.call("GET", "/auth/me", text(kept, "access_token"), nil, 401)
}

func TestMe(t *testing.T) {
	w := newWorld(t)
	b, other := w.register(), w.register()
	w.join(b.user, other, "staff")
	session := w.login(b)
	bearer := text(session, "access_token")

	me := w.call("GET", "/auth/me", bearer, nil, 200)
	for key := range me {
		if diff := cmp.Diff(session[key], me[key]); diff != "" {
			t.Errorf("%s differs from the sign-in's answer: %s", key, diff)
		}
	}
	user := w.call("GET", "/users/me", bearer, nil, 200)
	want := object{"id": string(b.user), "_id": string(b.user), "email": b.email, "role": "tenant_admin", "tenant_id": string(b.tenant), "is_active": true}
	for key, value := range want {
		if user[key] != value {
			t.Errorf("%s = %v, want %v", key, user[key], value)
		}
	}
	if diff := cmp.Diff([]any{string(b.tenant), string(other.tenant)}, user["tenant_ids"]); diff != "" {
		t.Error(diff)
	}
	w.call("GET", "/auth/me", "", nil, 401)
	w.call("GET", "/users/me", "not.a.token", nil, 401)
}
