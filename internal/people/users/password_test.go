package users_test

import (
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

const fresh = "Evening-Tram-47"

var resetCode = regexp.MustCompile(`Your code is ([A-Za-z0-9_-]{43}) `)

// mails are the texts that were sent to an address, the oldest first.
func (w *world) mails(to string) (texts []string) {
	w.Helper()
	rows, err := superuser(w.T).Query(w.Context(), `SELECT tenant_id, body_text FROM messages WHERE recipient = $1 ORDER BY created_at, id`, to)
	if err != nil {
		w.Fatal(err)
	}
	for rows.Next() {
		var tenant, text string
		if err := rows.Scan(&tenant, &text); err != nil {
			w.Fatal(err)
		}
		if id.ID(tenant) != db.PlatformTenant {
			w.Errorf("tenant %s could read %q", tenant, text)
		}
		texts = append(texts, text)
	}
	return texts
}

// forget asks for a code and returns the last that was sent.
func (w *world) forget(email string) string {
	w.Helper()
	w.clock.advance(time.Second) // so that the mails have an order
	w.call("POST", "/auth/forgot-password", "", object{"email": email}, 200)
	sent := w.mails(email)
	if len(sent) == 0 {
		w.Fatalf("nothing was sent to %s", email)
	}
	code := resetCode.FindStringSubmatch(sent[len(sent)-1])
	if code == nil {
		w.Fatalf("no code in %q", sent[len(sent)-1])
	}
	return code[1]
}

func (w *world) signIn(b brand, password string, status int) object {
	w.Helper()
	return w.call("POST", "/auth/login", "", object{"email": b.email, "password": password, "tenant_slug": b.slug}, status)
}

func (w *world) audited(b brand, action string) (n int) {
	w.Helper()
	err := superuser(w.T).QueryRow(w.Context(), `SELECT count(*) FROM audit_log WHERE tenant_id = $1 AND action = $2`, b.tenant, action).Scan(&n)
	if err != nil {
		w.Fatal(err)
	}
	return n
}

func TestResetPassword(t *testing.T) {
	w := newWorld(t)
	b, other := w.register(), w.register()
	w.join(b.user, other, "staff")
	here := w.login(b)
	there := w.call("POST", "/auth/login", "", object{"email": b.email, "password": password, "tenant_slug": other.slug}, 200)
	for range 5 {
		w.signIn(b, "Wrong1234!", 401)
	}
	w.signIn(b, password, 423)

	w.call("POST", "/auth/forgot-password", "", object{"email": strings.ToUpper(b.email), "tenant_slug": b.slug}, 200)
	if sent := w.mails(b.email); len(sent) != 1 || !strings.Contains(sent[0], "Bella Vista Spa") {
		t.Errorf("sent %q", sent)
	}
	first, second := resetCode.FindStringSubmatch(w.mails(b.email)[0])[1], w.forget(b.email)
	state := w.call("GET", "/auth/reset-password/"+second, "", nil, 200)
	if diff := cmp.Diff(object{"valid": true, "expires_at": "2026-04-10T10:00:01Z"}, state); diff != "" {
		t.Error(diff)
	}
	reset := func(code, password string, status int) object {
		t.Helper()
		return w.call("POST", "/auth/reset-password", "", object{"token": code, "new_password": password}, status)
	}
	if got := fields(reset(second, "Password1!", 422)); got != "new_password" {
		t.Errorf("refused %s", got)
	}
	w.wantCode(reset("nonsense", fresh, 400), "staff_auth.reset_token")
	w.clock.advance(time.Second)
	reset(second, fresh, 200)

	for name, code := range map[string]string{"used": second, "sent before": first} {
		w.wantCode(reset(code, "Another#2026pass", 400), "staff_auth.reset_token")
		state := w.call("GET", "/auth/reset-password/"+code, "", nil, 200)
		if diff := cmp.Diff(object{"valid": false, "expires_at": nil}, state); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for _, session := range []object{here, there} {
		w.call("GET", "/auth/me", text(session, "access_token"), nil, 401)
		w.call("POST", "/auth/refresh", "", object{"refresh_token": text(session, "refresh_token")}, 401)
	}
	w.signIn(b, password, 401)
	w.signIn(b, fresh, 200) // the lock went with the old password
	if sent := w.mails(b.email); !strings.Contains(sent[len(sent)-1], "was changed") {
		t.Errorf("the owner was told %q", sent[len(sent)-1])
	}
	for _, one := range []brand{b, other} {
		if w.audited(one, "user.password_reset") != 1 || w.audited(one, "user.password_forgotten") != 2 {
			t.Errorf("the audit log of %s does not tell", one.slug)
		}
	}
}

func TestForgottenPasswordsTellNothing(t *testing.T) {
	w := newWorld(t)
	b := w.register()
	ask := func(email string) object {
		t.Helper()
		answer := w.call("POST", "/auth/forgot-password", "", object{"email": email, "tenant_slug": "no-such-salon"}, 200)
		delete(answer, "request_id")
		return answer
	}
	known, unknown := ask(b.email), ask("nobody-"+b.email)
	if diff := cmp.Diff(known, unknown); diff != "" {
		t.Errorf("an unknown address can be told apart: %s", diff)
	}
	for range 5 {
		ask(b.email)
	}
	if sent := w.mails(b.email); len(sent) != 3 {
		t.Errorf("%d codes within the hour, want 3", len(sent))
	}
	if sent := w.mails("nobody-" + b.email); len(sent) != 0 {
		t.Errorf("nobody was sent %q", sent)
	}
	w.clock.advance(time.Hour + time.Second)
	ask(b.email)
	if sent := w.mails(b.email); len(sent) != 4 {
		t.Errorf("%d codes after the hour, want 4", len(sent))
	}
	w.exec(`UPDATE users SET is_active = false WHERE id = $1`, b.user)
	ask(b.email)
	if sent := w.mails(b.email); len(sent) != 4 {
		t.Error("a deactivated user got a code")
	}
	w.call("POST", "/auth/forgot-password", "", object{"email": "not an address"}, 422)
}

func TestResetCodesEnd(t *testing.T) {
	w := newWorld(t)
	b := w.register()
	late := w.forget(b.email)
	w.clock.advance(time.Hour)
	w.wantCode(w.call("POST", "/auth/reset-password", "", object{"token": late, "new_password": fresh}, 400), "staff_auth.reset_token")

	changed := w.forget(b.email)
	w.call("POST", "/auth/change-password", text(w.login(b), "access_token"), object{"current_password": password, "new_password": fresh}, 200)
	w.wantCode(w.call("POST", "/auth/reset-password", "", object{"token": changed, "new_password": "Another#2026pass"}, 400), "staff_auth.reset_token")

	inactive := w.forget(b.email)
	w.exec(`UPDATE users SET is_active = false WHERE id = $1`, b.user)
	w.call("POST", "/auth/reset-password", "", object{"token": inactive, "new_password": "Another#2026pass"}, 400)

	var kept int
	w.clock.advance(25 * time.Hour)
	if err := w.operations.TidyResets(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := superuser(t).QueryRow(t.Context(), `SELECT count(*) FROM password_resets WHERE email = $1`, b.email).Scan(&kept); err != nil {
		t.Fatal(err)
	}
	if kept != 0 {
		t.Errorf("%d codes were kept", kept)
	}
}

func TestAResetCodeWorksOnceAtOnce(t *testing.T) {
	w := newWorld(t)
	code := w.forget(w.register().email)
	var changed atomic.Int32
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			answer, ok := w.try("POST", "/auth/reset-password", object{"token": code, "new_password": fresh})
			if ok && answer["message"] != nil {
				changed.Add(1)
			}
		})
	}
	wg.Wait()
	if changed.Load() != 1 {
		t.Errorf("one code changed the password %d times", changed.Load())
	}
}

func TestChangePassword(t *testing.T) {
	w := newWorld(t)
	b, other := w.register(), w.register()
	w.join(b.user, other, "staff")
	mine := text(w.login(b), "access_token")
	theirs := text(w.call("POST", "/auth/login", "", object{"email": b.email, "password": password, "tenant_slug": other.slug}, 200), "access_token")
	change := func(current, new string, status int) object {
		t.Helper()
		return w.call("POST", "/auth/change-password", mine, object{"current_password": current, "new_password": new}, status)
	}
	w.wantCode(change("Wrong1234!", fresh, 400), "auth.wrong_password")
	for _, bad := range []string{"weak", "Password1!", "Qwerty123!", password} {
		if got := fields(change(password, bad, 422)); got != "new_password" {
			t.Errorf("%s refused %s", bad, got)
		}
	}
	change(password, fresh, 200)
	w.call("GET", "/auth/me", mine, nil, 200)
	w.call("GET", "/auth/me", theirs, nil, 401)
	w.signIn(b, password, 401)
	w.signIn(b, fresh, 200)
	if sent := w.mails(b.email); len(sent) != 1 || !strings.Contains(sent[0], "was changed") {
		t.Errorf("the owner was told %q", sent)
	}
	if w.audited(b, "user.password_changed") != 1 {
		t.Error("the audit log does not tell")
	}
	for range 5 {
		change("Wrong1234!", "Another#2026pass", 400)
	}
	w.wantCode(change(fresh, "Another#2026pass", 423), "auth.locked")
	w.signIn(b, fresh, 200) // signing in is counted apart
}

func TestAChoiceEndsWithItsPassword(t *testing.T) {
	w := newWorld(t)
	b, other := w.register(), w.register()
	w.join(b.user, other, "staff")
	choice := w.call("POST", "/auth/login", "", object{"email": b.email, "password": password}, 200)
	w.call("POST", "/auth/reset-password", "", object{"token": w.forget(b.email), "new_password": fresh}, 200)
	w.wantCode(w.call("POST", "/auth/complete-login", "", object{"auth_token": text(choice, "auth_token"), "tenant_slug": b.slug}, 401), "staff_auth.selection")
}

func TestMustChangePassword(t *testing.T) {
	w := newWorld(t)
	b, other := w.register(), w.register()
	w.join(b.user, other, "staff")
	w.exec(`UPDATE users SET must_change_password = true WHERE id = $1`, b.user)
	session := w.login(b)
	if at(session, "user.must_change_password") != true {
		t.Errorf("user = %v", session["user"])
	}
	bearer := text(session, "access_token")
	for _, call := range []struct {
		method, path string
		body         any
	}{
		{"GET", "/tenants/me", nil},
		{"PUT", "/tenants/" + string(b.tenant), object{"description": "ours"}},
		{"POST", "/auth/switch-tenant", object{"tenant_slug": other.slug}},
	} {
		w.wantCode(w.call(call.method, call.path, bearer, call.body, 403), "auth.must_change_password")
	}
	for _, path := range []string{"/auth/me", "/users/me", "/auth/sessions"} {
		w.call("GET", path, bearer, nil, 200)
	}
	bearer = text(w.call("POST", "/auth/refresh", "", object{"refresh_token": text(session, "refresh_token")}, 200), "access_token")
	w.wantCode(w.call("GET", "/tenants/me", bearer, nil, 403), "auth.must_change_password")
	w.call("POST", "/auth/logout", bearer, nil, 200)

	bearer = text(w.login(b), "access_token")
	w.call("POST", "/auth/change-password", bearer, object{"current_password": password, "new_password": fresh}, 200)
	w.call("GET", "/tenants/me", bearer, nil, 200)
	if at(w.signIn(b, fresh, 200), "user.must_change_password") != false {
		t.Error("the flag is still there")
	}
}

// No session outlives the password that began it, however the two meet.
func TestSignInAndResetAtOnce(t *testing.T) {
	w := newWorld(t)
	b := w.register()
	code := w.forget(b.email)
	var mu sync.Mutex
	var tokens []string
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if i == 4 {
				w.try("POST", "/auth/reset-password", object{"token": code, "new_password": fresh})
				return
			}
			answer, ok := w.try("POST", "/auth/login", object{"email": b.email, "password": password, "tenant_slug": b.slug})
			if ok && answer["access_token"] != nil {
				mu.Lock()
				defer mu.Unlock()
				tokens = append(tokens, text(answer, "access_token"))
			}
		})
	}
	wg.Wait()
	w.clock.advance(15*time.Minute + time.Second)
	w.signIn(b, fresh, 200)
	for _, token := range tokens {
		w.call("GET", "/auth/me", token, nil, 401)
	}
}
