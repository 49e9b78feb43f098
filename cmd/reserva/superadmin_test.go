package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// post makes a request with a JSON body and answers the status and the body.
func (s *server) post(t *testing.T, path, bearer string, body map[string]any) (int, map[string]any) {
	t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/api/v1"+path, bytes.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(said, &answer); err != nil {
		t.Fatalf("%s: %v: %s", path, err, said)
	}
	return resp.StatusCode, answer
}

// The first super admin is made beside a running server, and reaches a business that
// others registered.
func TestTheFirstSuperAdmin(t *testing.T) {
	t.Parallel()
	data := dataFolder(t)
	s := start(t, data, nil)
	if status, answer := s.post(t, "/public/register", "", map[string]any{
		"business_name": "Glow Studio", "business_email": "hello@glow.example", "business_phone": "+622155512345",
		"admin_email": "dewi@glow.example", "admin_password": "SecurePass123!", "terms_accepted": true, "preferred_slug": "glow",
	}); status != http.StatusCreated {
		t.Fatalf("register: %d %v", status, answer)
	}

	code, said := run(t, "--data="+data, "admin", "create", "Root@Example.com", "--name", "Root of All")
	found := regexp.MustCompile(`Password: (\S{16})\n`).FindStringSubmatch(said)
	if code != 0 || found == nil || !strings.Contains(said, "root@example.com is a super admin") {
		t.Fatalf("code %d: %s", code, said)
	}
	status, session := s.post(t, "/auth/login", "", map[string]any{"email": "root@example.com", "password": found[1], "tenant_slug": "glow"})
	if status != http.StatusOK {
		t.Fatalf("sign in: %d %v", status, session)
	}
	user, _ := session["user"].(map[string]any)
	if user["role"] != "super_admin" || user["must_change_password"] != true || user["first_name"] != "Root" || user["last_name"] != "of All" {
		t.Errorf("signed in as %v", user)
	}

	given := exec.CommandContext(t.Context(), program, "--data="+data, "admin", "create", "second@example.com", "--password-stdin")
	given.Env, given.Stdin = clean(), strings.NewReader("Plum-Kite-47-harbor\n")
	if said, err := given.CombinedOutput(); err != nil || strings.Contains(string(said), "Password") {
		t.Errorf("with a password: %v: %s", err, said)
	}
	status, session = s.post(t, "/auth/login", "", map[string]any{"email": "second@example.com", "password": "Plum-Kite-47-harbor", "tenant_slug": "glow"})
	user, _ = session["user"].(map[string]any)
	if status != http.StatusOK || user["must_change_password"] != false {
		t.Errorf("sign in with a password of one's own: %d %v", status, session)
	}

	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"create", "root@example.com"}, 1, "an account with this e-mail address already"},
		{[]string{"create", "dewi@glow.example"}, 1, "an account with this e-mail address already"},
		{[]string{"create", "root"}, 1, "email: must be an e-mail address"},
		{[]string{"create", "third@example.com", "--password-stdin"}, 1, "no password on standard input"},
		{[]string{"--help"}, 0, "Make a super admin"},
		{[]string{"create", "--help"}, 0, "The server may be running"},
	} {
		args := append([]string{"--data=" + data, "admin"}, c.args...)
		if code, said := run(t, args...); code != c.code || !strings.Contains(strings.Join(strings.Fields(said), " "), c.want) {
			t.Errorf("%v: code %d, want %d with %q:\n%s", c.args, code, c.code, c.want, said)
		}
	}
}
