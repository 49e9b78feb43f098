package users_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestDeactivationActsAtOnce(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	s.Do(s.ayu.Token, "GET", "/users/me", nil, 200)
	testkit.Run(t, s.World,
		testkit.Scenario{
			Name: "deactivate", As: s.manager.Token, Method: "POST", Path: path(s.ayu.ID, "deactivate"), Status: 200,
			Want: `{"is_active":false,"role":"staff"}`,
		},
		testkit.Scenario{Name: "the token is dead", As: s.ayu.Token, Method: "GET", Path: "/users/me", Status: 401},
		testkit.Scenario{
			Name: "no new one", Method: "POST", Path: "/auth/login", Status: 403,
			Body: object{"email": s.ayu.Email, "password": testkit.Password, "tenant_slug": s.Slug},
		},
		testkit.Scenario{Name: "activate", As: s.manager.Token, Method: "POST", Path: path(s.ayu.ID, "activate"), Status: 200, Want: `{"is_active":true}`},
		testkit.Scenario{Name: "twice", As: s.manager.Token, Method: "POST", Path: path(s.ayu.ID, "activate"), Status: 200, Want: `{"is_active":true}`},
		testkit.Scenario{Name: "the old token stays dead", As: s.ayu.Token, Method: "GET", Path: "/users/me", Status: 401},
	)
	s.SignIn(s.ayu.Email)
	s.Do(s.Admin, "PUT", path(s.receptionist.ID), object{"is_active": false}, 200)
	s.Do(s.receptionist.Token, "GET", "/users/me", nil, 401)
	if diff := cmp.Diff([]string{"user.deactivated", "user.activated"}, s.trail(s.ayu.ID)); diff != "" {
		t.Error(diff)
	}
}

func TestRemoveAndRestore(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	other := s.World.Tenant()
	testkit.Run(t, s.World,
		testkit.Scenario{Name: "oneself", As: s.manager.Token, Method: "DELETE", Path: path(s.manager.ID), Status: 400, Want: "user.self"},
		testkit.Scenario{Name: "the administrator himself", As: s.Admin, Method: "DELETE", Path: path(s.User), Status: 400, Want: "user.self"},
		testkit.Scenario{Name: "another tenant's", As: s.Admin, Method: "DELETE", Path: path(other.User), Status: 404, Want: "user.not_found"},
		testkit.Scenario{Name: "out of sight", As: s.manager.Token, Method: "DELETE", Path: path(s.distant.ID), Status: 404, Want: "user.not_found"},
		testkit.Scenario{Name: "who is there", As: s.Admin, Method: "POST", Path: path(s.ayu.ID, "restore"), Status: 409, Want: "user.not_removed"},
		testkit.Scenario{Name: "remove", As: s.manager.Token, Method: "DELETE", Path: path(s.ayu.ID), Status: 200, Want: `{"message":"*"}`},
		testkit.Scenario{Name: "the token is dead", As: s.ayu.Token, Method: "GET", Path: "/users/me", Status: 401},
		testkit.Scenario{Name: "gone", As: s.Admin, Method: "GET", Path: path(s.ayu.ID), Status: 404, Want: "user.not_found"},
		testkit.Scenario{Name: "gone for changes", As: s.Admin, Method: "PUT", Path: path(s.ayu.ID), Body: object{"last_name": "x"}, Status: 404},
		testkit.Scenario{Name: "gone for passwords", As: s.Admin, Method: "POST", Path: path(s.ayu.ID, "reset-password"), Status: 404},
		testkit.Scenario{Name: "again", As: s.Admin, Method: "DELETE", Path: path(s.ayu.ID), Status: 404, Want: "user.not_found"},
		testkit.Scenario{
			Name: "no sign-in", Method: "POST", Path: "/auth/login", Status: 401,
			Body: object{"email": s.ayu.Email, "password": testkit.Password},
		},
		testkit.Scenario{Name: "restore", As: s.manager.Token, Method: "POST", Path: path(s.ayu.ID, "restore"), Status: 200, Want: `{"is_active":true,"outlet_ids":["` + string(s.here.ID) + `"]}`},
	)
	s.SignIn(s.ayu.Email)
	s.Do(s.ayu.Token, "GET", "/users/me", nil, 401)

	// The address is free meanwhile, and whoever took it keeps it.
	s.Do(s.Admin, "DELETE", path(s.ayu.ID), nil, 200)
	s.Do(other.Admin, "POST", "/users", newcomer("receptionist", object{"email": s.ayu.Email}), 201)
	if code := s.Do(s.Admin, "POST", path(s.ayu.ID, "restore"), nil, 409).Text("code"); code != "user.email_taken" {
		t.Error(code)
	}
}

// A business is never left without an administrator, whatever happens at once.
func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	for _, c := range []struct {
		method string
		path   string
		body   any
	}{
		{"DELETE", path(s.User), nil},
		{"POST", path(s.User, "deactivate"), nil},
		{"PUT", path(s.User), object{"role": "outlet_manager"}},
		{"PUT", path(s.User), object{"is_active": false}},
	} {
		if code := s.Do(s.super, c.method, c.path, c.body, 409).Text("code"); code != "user.last_admin" {
			t.Errorf("%s %s: %s", c.method, c.path, code)
		}
	}
	inactive := s.hire(access.TenantAdmin)
	s.Do(s.super, "POST", path(inactive.ID, "deactivate"), nil, 200)
	s.Do(s.super, "DELETE", path(s.User), nil, 409)
	s.Do(s.super, "DELETE", path(inactive.ID), nil, 200)

	for range 4 {
		second := s.hire(access.TenantAdmin)
		both := []id.ID{s.User, second.ID}
		var wg sync.WaitGroup
		var statuses [2]int
		for i, user := range both {
			wg.Go(func() {
				statuses[i] = s.Send(testkit.Request{As: s.super, Method: "PUT", Path: path(user), Body: object{"role": "receptionist"}}).Status
			})
		}
		wg.Wait()
		if statuses != [2]int{200, 409} && statuses != [2]int{409, 200} {
			t.Fatalf("two at once: %v", statuses)
		}
		for i, user := range both {
			if statuses[i] == 200 {
				s.Do(s.super, "PUT", path(user), object{"role": "tenant_admin"}, 200)
			}
		}
		s.Do(s.super, "DELETE", path(second.ID), nil, 200)
	}
}

func TestResetPasswordOfAUser(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	quiet := s.Do(s.manager.Token, "POST", path(s.ayu.ID, "reset-password"), nil, 200)
	password := quiet.Text("temporary_password")
	if len(password) != 16 || len(s.Outbox(s.ayu.Email)) != 0 {
		t.Errorf("password %q, %d mails", password, len(s.Outbox(s.ayu.Email)))
	}
	s.Do(s.ayu.Token, "GET", "/users/me", nil, 401)
	s.Do("", "POST", "/auth/login", object{"email": s.ayu.Email, "password": testkit.Password}, 401)
	session := s.Do("", "POST", "/auth/login", object{"email": s.ayu.Email, "password": password}, 200)
	if session.Text("user.must_change_password") != "true" {
		t.Error("the temporary password may be kept")
	}

	told := s.Do(s.Admin, "POST", path(s.ayu.ID, "reset-password"), object{"notify": true}, 200)
	mails := s.Outbox(s.ayu.Email)
	if len(mails) != 1 || !strings.Contains(mails[0].Text, told.Text("temporary_password")) {
		t.Errorf("mails: %v", mails)
	}
	testkit.Run(t, s.World,
		testkit.Scenario{Name: "own", As: s.manager.Token, Method: "POST", Path: path(s.manager.ID, "reset-password"), Status: 400, Want: "user.self"},
		testkit.Scenario{Name: "a superior", As: s.Admin, Method: "POST", Path: path(s.hire(access.TenantAdmin).ID, "reset-password"), Status: 403, Want: "user.rank"},
		testkit.Scenario{Name: "out of sight", As: s.manager.Token, Method: "POST", Path: path(s.distant.ID, "reset-password"), Status: 404, Want: "user.not_found"},
		testkit.Scenario{Name: "the desk", As: s.receptionist.Token, Method: "POST", Path: path(s.ayu.ID, "reset-password"), Status: 403, Want: "auth.forbidden"},
	)
	for _, entry := range s.secrets() {
		if strings.Contains(entry, password) || strings.Contains(entry, "argon2") {
			t.Errorf("the audit log has a secret: %s", entry)
		}
	}
}

// secrets is all that the audit log says of changes.
func (s *team) secrets() (said []string) {
	s.Helper()
	rows, err := s.DB.Pool().Query(s.Context(), `SELECT concat(old::text, new::text) FROM audit_log`)
	if err != nil {
		s.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var entry string
		if err := rows.Scan(&entry); err != nil {
			s.Fatal(err)
		}
		said = append(said, entry)
	}
	return said
}

func TestResendWelcome(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	made := s.JSON(s.Admin, "POST", "/users", newcomer("receptionist", nil))
	user, email := id.ID(made.Text("id")), made.Text("email")
	s.Advance(time.Minute)
	s.Do(s.Admin, "POST", path(user, "resend-welcome"), nil, 200)
	mails := s.Outbox(email)
	if len(mails) != 2 || mails[0].Text == mails[1].Text {
		t.Fatalf("mails %v", mails)
	}
	const lead = "password is "
	at := strings.Index(mails[0].Text, lead) + len(lead)
	signIn := func(mail testkit.Message) testkit.Answer {
		return s.Send(testkit.Request{
			Method: "POST", Path: "/auth/login", Body: object{"email": email, "password": mail.Text[at : at+16]},
		})
	}
	if a := signIn(mails[1]); a.Status != 401 {
		t.Errorf("the first password still opens: %d", a.Status)
	}
	if a := signIn(mails[0]); a.Status != 200 {
		t.Errorf("the second password does not: %d %s", a.Status, a.Body)
	}
	if code := s.Do(s.Admin, "POST", path(user, "resend-welcome"), nil, 409).Text("code"); code != "user.welcomed" {
		t.Error(code)
	}
}
