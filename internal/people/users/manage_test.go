package users_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
	"reserva/internal/people/users"
	"reserva/internal/testkit"
	server "reserva/internal/testkit/world"
)

// team is a business of two outlets with somebody of each role.
type team struct {
	*testkit.World
	*testkit.Tenant
	here, there       *testkit.Outlet
	super             testkit.Token
	manager           testkit.SignedIn // of here
	receptionist, ayu testkit.SignedIn // at here; ayu is staff
	distant           testkit.SignedIn // staff of there
}

func newTeam(t *testing.T) *team {
	t.Helper()
	w := server.New(t)
	s := &team{World: w, Tenant: w.Tenant().Plan("PRO")}
	s.here = s.Outlet()
	s.Advance(time.Minute) // outlets are listed by age
	s.there = s.Outlet()
	s.super = s.Member(access.SuperAdmin).Token
	s.manager = s.Member(access.OutletManager, s.here)
	s.receptionist = s.Member(access.Receptionist, s.here)
	s.ayu, s.distant = s.Member(access.StaffRole, s.here), s.Member(access.StaffRole, s.there)
	return s
}

// newcomer is the body of a new user with an address that nobody has.
func newcomer(role access.Role, change object) object {
	body := object{"email": string(id.Random()) + "@example.com", "first_name": "Rina", "last_name": "Wijaya", "role": role}
	for key, value := range change {
		body[key] = value
	}
	return body
}

// hire adds a user who knows the password of all.
func (s *team) hire(role access.Role, outlets ...*testkit.Outlet) testkit.SignedIn {
	s.Helper()
	ids := []id.ID{}
	for _, outlet := range outlets {
		ids = append(ids, outlet.ID)
	}
	as := s.Admin
	if role == access.TenantAdmin {
		as = s.super
	}
	made := s.JSON(as, "POST", "/users", newcomer(role, object{"outlet_ids": ids, "password": testkit.Password}))
	user := testkit.SignedIn{ID: id.ID(made.Text("id")), Email: made.Text("email")}
	user.Token = s.SignIn(user.Email)
	return user
}

// trail are the actions that the audit log has of an object.
func (s *team) trail(object id.ID) (actions []string) {
	s.Helper()
	rows, err := s.DB.Pool().Query(s.Context(), `SELECT action FROM audit_log WHERE object_id = $1 ORDER BY at, id`, object)
	if err == nil {
		actions, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		s.Fatal(err)
	}
	return actions
}

func path(user id.ID, more ...string) string {
	return "/users/" + string(user) + strings.Join(append([]string{""}, more...), "/")
}

func TestCreateUser(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	email := string(id.Random()) + "@Example.com"
	answer := testkit.Scenario{
		Name: "a receptionist", As: s.Admin, Method: "POST", Path: "/users", Status: 201,
		Body: object{
			"email": email, "first_name": " Rina ", "last_name": "Wijaya", "role": "receptionist", "tenant_ids": []id.ID{s.ID},
			"outlet_ids": []id.ID{s.here.ID, s.here.ID}, "phone": "0812-3456-7890", "position": "Front desk", "employment_type": "part_time",
		},
		Want: fmt.Sprintf(`{
			"id":"*","_id":"*","email":%q,"email_verified":false,"first_name":"Rina","last_name":"Wijaya","phone":"+6281234567890",
			"role":"receptionist","tenant_id":%[2]q,"tenant_ids":[%[2]q],"outlet_ids":[%[3]q],"position":"Front desk",
			"employment_type":"part_time","avatar_url":null,"is_active":true,"must_change_password":true,"last_login":null,
			"outlets":[{"id":%[3]q,"name":"*","slug":%[4]q}],"created_at":"*","updated_at":"*"}`,
			strings.ToLower(email), s.ID, s.here.ID, s.here.Slug),
	}.Run(t, s.World)
	if answer.Has("temporary_password") {
		t.Error("the password is in the answer although the mail carries it")
	}
	if answer.Text("id") != answer.Text("_id") {
		t.Error("id and _id differ")
	}

	// The mail carries the password, which opens the account and must be changed.
	mails := s.Outbox(strings.ToLower(email))
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	found := regexp.MustCompile(`temporary password is (\S{16}) `).FindStringSubmatch(mails[0].Text)
	if found == nil {
		t.Fatalf("no password in %q", mails[0].Text)
	}
	session := s.JSON("", "POST", "/auth/login", object{"email": email, "password": found[1]})
	if session.Text("user.must_change_password") != "true" || session.Text("tenant.id") != string(s.ID) {
		t.Errorf("session %s", session.Body)
	}
	if diff := cmp.Diff([]string{"user.created"}, s.trail(id.ID(answer.Text("id")))); diff != "" {
		t.Error(diff)
	}
}

func TestCreateUserShowsThePasswordWhereNoMailCarriesIt(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	silent := s.JSON(s.Admin, "POST", "/users", newcomer("receptionist", object{"send_welcome_email": false}))
	if got := silent.Text("temporary_password"); len(got) != 16 {
		t.Errorf("temporary password %q", got)
	}
	s.JSON("", "POST", "/auth/login", object{"email": silent.Text("email"), "password": silent.Text("temporary_password")})
	if mails := s.Outbox(silent.Text("email")); len(mails) != 0 {
		t.Errorf("an unwanted mail: %v", mails)
	}

	given := s.JSON(s.Admin, "POST", "/users", newcomer("receptionist", object{"password": "Plum-Kite-47-harbor"}))
	if given.Has("temporary_password") || given.Text("must_change_password") != "false" {
		t.Errorf("with a password given: %s", given.Body)
	}
	for _, mail := range s.Outbox(given.Text("email")) {
		if strings.Contains(mail.Text+mail.HTML, "Plum-Kite-47-harbor") {
			t.Errorf("a password that was given is sent: %s", mail.Text)
		}
	}
}

func TestCreateUserOnceForOneKey(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	body := newcomer("receptionist", nil)
	var answers [3]testkit.Answer
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			answers[i] = s.Send(testkit.Request{As: s.Admin, Method: "POST", Path: "/users", Body: body, Header: object{"Idempotency-Key": "one"}})
		})
	}
	wg.Wait()
	for _, answer := range answers {
		if answer.Status != 201 || string(answer.Body) != string(answers[0].Body) {
			t.Errorf("status %d: %s", answer.Status, answer.Body)
		}
	}
	if mails := s.Outbox(body["email"].(string)); len(mails) != 1 {
		t.Errorf("%d mails", len(mails))
	}
}

// Who may create whom: nobody an equal or a higher role, a manager only for the own
// outlets, and each only in the own tenant.
func TestCreateUserIsLimitedByRank(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	other := s.World.Tenant()
	theirs := other.Outlet()
	admin := s.hire(access.TenantAdmin)
	callers := map[access.Role]testkit.Token{
		access.SuperAdmin: s.super, access.TenantAdmin: admin.Token, access.OutletManager: s.manager.Token,
		access.Receptionist: s.receptionist.Token, access.StaffRole: s.ayu.Token,
	}
	for _, caller := range access.Roles() {
		for _, role := range access.Roles() {
			status, want := 201, `{"role":"`+string(role)+`"}`
			switch {
			case caller.Rank() == 1:
				status, want = 403, `{"code":"auth.forbidden"}`
			case caller.Rank() <= role.Rank():
				status, want = 403, `{"code":"user.rank"}`
			}
			testkit.Scenario{
				Name: string(caller) + " creates " + string(role), As: callers[caller], Method: "POST", Path: "/users",
				Body: newcomer(role, object{"outlet_ids": []id.ID{s.here.ID}}), Status: status, Want: want,
			}.Run(t, s.World)
		}
	}
	post := func(name string, as testkit.Token, change object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "POST", Path: "/users", Body: newcomer("staff", change), Status: status, Want: want}
	}
	testkit.Run(t, s.World,
		post("manager without an outlet", s.manager.Token, nil, 422, `"loc":["body","outlet_ids"]`),
		post("manager for another's outlet", s.manager.Token, object{"outlet_ids": []id.ID{s.here.ID, s.there.ID}}, 403, "outlet.out_of_scope"),
		post("an absent outlet", s.Admin, object{"outlet_ids": []id.ID{id.New()}}, 404, "outlet.not_found"),
		post("another tenant's outlet", s.Admin, object{"outlet_ids": []id.ID{theirs.ID}}, 404, "outlet.not_found"),
		post("another tenant", s.Admin, object{"tenant_ids": []id.ID{s.ID, other.ID}}, 403, "tenant.other"),
		post("an absent tenant", s.super, object{"tenant_ids": []id.ID{id.New()}}, 404, "tenant.not_found"),
		post("another role", s.Admin, object{"role": "owner"}, 422, `"loc":["body","role"]`),
		post("no address", s.Admin, object{"email": "rina"}, 422, `"loc":["body","email"]`),
		post("no name", s.Admin, object{"first_name": " "}, 422, `"loc":["body","first_name"]`),
		post("a name of two lines", s.Admin, object{"last_name": "a\nb"}, 422, `"loc":["body","last_name"]`),
		post("a weak password", s.Admin, object{"password": "Password1!"}, 422, `"loc":["body","password"]`),
		post("a server's field", s.Admin, object{"is_super_admin": true}, 422, `"loc":["body","is_super_admin"]`),
		post("no token", "", nil, 401, ""),
	)
	admins := s.JSON(s.super, "POST", "/users", newcomer("tenant_admin", object{"outlet_ids": []id.ID{s.here.ID}}))
	if admins.Len("outlet_ids") != 0 {
		t.Error("an administrator was given outlets")
	}
}

// One address is one account, and who is refused learns no more than that.
func TestCreateUserAddressesAreUnique(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	other := s.World.Tenant()
	made := s.JSON(other.Admin, "POST", "/users", newcomer("receptionist", nil))
	var bodies []string
	for _, email := range []string{made.Text("email"), strings.ToUpper(made.Text("email")), other.Email, s.ayu.Email} {
		answer := s.Do(s.Admin, "POST", "/users", newcomer("receptionist", object{"email": email}), 409)
		bodies = append(bodies, strings.ReplaceAll(string(answer.Body), answer.Text("request_id"), ""))
	}
	for _, body := range bodies {
		if body != bodies[0] || !strings.Contains(body, "user.email_taken") {
			t.Errorf("answer %s, and %s", body, bodies[0])
		}
	}

	var wg sync.WaitGroup
	var statuses [6]int
	body := newcomer("receptionist", nil)
	for i := range statuses {
		as := []testkit.Token{s.Admin, other.Admin}[i%2]
		wg.Go(func() {
			statuses[i] = s.Send(testkit.Request{As: as, Method: "POST", Path: "/users", Body: body}).Status
		})
	}
	wg.Wait()
	slices.Sort(statuses[:])
	if diff := cmp.Diff([6]int{201, 409, 409, 409, 409, 409}, statuses); diff != "" {
		t.Error(diff)
	}
}

// A super admin may place one person in several businesses. Then none of them alone
// decides over the person, and each only over its own membership.
func TestSharedAccounts(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	other := s.World.Tenant()
	theirs := other.Outlet()
	made := s.JSON(s.super, "POST", "/users", newcomer("outlet_manager", object{
		"tenant_ids": []id.ID{s.ID, other.ID}, "outlet_ids": []id.ID{s.here.ID, theirs.ID}, "password": testkit.Password,
	}))
	user := id.ID(made.Text("id"))
	if made.Len("tenant_ids") != 2 || made.Len("outlet_ids") != 1 {
		t.Errorf("made %s", made.Body)
	}
	testkit.Run(t, s.World,
		testkit.Scenario{
			Name: "seen by one", As: s.Admin, Method: "GET", Path: path(user), Status: 200,
			Want: fmt.Sprintf(`{"tenant_ids":[%q],"outlet_ids":[%q]}`, s.ID, s.here.ID),
		},
		testkit.Scenario{
			Name: "seen by the other", As: other.Admin, Method: "GET", Path: path(user), Status: 200,
			Want: fmt.Sprintf(`{"tenant_ids":[%q],"outlet_ids":[%q]}`, other.ID, theirs.ID),
		},
		testkit.Scenario{Name: "password", As: s.Admin, Method: "POST", Path: path(user, "reset-password"), Status: 409, Want: "user.shared"},
		testkit.Scenario{Name: "welcome", As: s.Admin, Method: "POST", Path: path(user, "resend-welcome"), Status: 409, Want: "user.shared"},
		testkit.Scenario{
			Name: "name", As: s.Admin, Method: "PUT", Path: path(user), Status: 409, Want: "user.shared", Body: object{"first_name": "Mallory"},
		},
		testkit.Scenario{
			Name: "membership", As: s.Admin, Method: "PUT", Path: path(user), Status: 200, Body: object{"position": "Lead", "role": "staff"},
			Want: `{"position":"Lead","role":"staff"}`,
		},
		testkit.Scenario{
			Name: "the other membership is as it was", As: other.Admin, Method: "GET", Path: path(user), Status: 200,
			Want: `{"position":"","role":"outlet_manager"}`,
		},
	)
	email := made.Text("email")
	elsewhere := other.SignIn(email)
	s.Do(s.Admin, "DELETE", path(user), nil, 200)
	s.Do(elsewhere, "GET", "/users/me", nil, 200)
	s.Do(s.Admin, "POST", "/users", newcomer("staff", object{"email": email}), 409)
	// Now the account is the other's alone.
	s.Do(other.Admin, "POST", path(user, "reset-password"), nil, 200)
	s.Do(elsewhere, "GET", "/users/me", nil, 401)
	s.Do(other.Admin, "DELETE", path(user), nil, 200)
	s.Do(s.Admin, "POST", "/users", newcomer("staff", object{"email": email}), 201)
	s.Do(s.Admin, "POST", path(user, "restore"), nil, 409)
}

func TestTemporaryPasswords(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 200 {
		password, err := users.TemporaryPassword()
		if err != nil || len(password) != 16 || token.CheckPassword(password) != "" || seen[password] {
			t.Fatalf("%q, %v", password, err)
		}
		seen[password] = true
	}
}
