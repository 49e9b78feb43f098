package users_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestReadUsers(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	other := s.World.Tenant()
	get := func(name string, as testkit.Token, user id.ID, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "GET", Path: path(user), Status: status, Want: want}
	}
	testkit.Run(t, s.World,
		get("admin", s.Admin, s.ayu.ID, 200, fmt.Sprintf(`{"id":%[1]q,"_id":%[1]q,"role":"staff","email":%[2]q}`, s.ayu.ID, s.ayu.Email)),
		get("manager", s.manager.Token, s.ayu.ID, 200, `{"role":"staff"}`),
		get("manager of another outlet's", s.manager.Token, s.distant.ID, 404, "user.not_found"),
		get("manager of the administrator", s.manager.Token, s.User, 404, "user.not_found"),
		get("self", s.ayu.Token, s.ayu.ID, 200, `{"role":"staff"}`),
		get("colleague", s.ayu.Token, s.receptionist.ID, 404, "user.not_found"),
		get("desk", s.receptionist.Token, s.ayu.ID, 404, "user.not_found"),
		get("another tenant's", s.Admin, other.User, 404, "user.not_found"),
		get("nobody", s.Admin, id.New(), 404, "user.not_found"),
	)
}

func TestListUsers(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	s.Do(s.Admin, "PUT", path(s.ayu.ID), object{"first_name": "Ayu", "last_name": "Lestari", "position": "Stylist"}, 200)
	s.Do(s.Admin, "POST", path(s.receptionist.ID, "deactivate"), nil, 200)
	gone := s.JSON(s.Admin, "POST", "/users", newcomer("staff", nil))
	s.Do(s.Admin, "DELETE", path(id.ID(gone.Text("id"))), nil, 200)
	fresh := s.JSON(s.Admin, "POST", "/users", newcomer("outlet_manager", object{"outlet_ids": []id.ID{s.there.ID}, "last_name": "aaa"}))
	freshID := id.ID(fresh.Text("id"))

	all := []id.ID{s.User, s.manager.ID, s.receptionist.ID, s.ayu.ID, s.distant.ID, freshID}
	mine := []id.ID{s.manager.ID, s.receptionist.ID, s.ayu.ID}
	for _, c := range []struct {
		as    testkit.Token
		query string
		want  []id.ID // in any order where it is not sorted
	}{
		{s.Admin, "", all},
		{s.super, "", all},
		{s.manager.Token, "", mine},
		{s.Admin, "role=staff", []id.ID{s.ayu.ID, s.distant.ID}},
		{s.Admin, "is_active=false", []id.ID{s.receptionist.ID}},
		{s.Admin, "is_active=true&role=receptionist", nil},
		{s.Admin, "outlet_id=" + string(s.there.ID), []id.ID{s.distant.ID, freshID}},
		{s.manager.Token, "outlet_id=" + string(s.there.ID), nil},
		{s.Admin, "outlet_id=" + string(id.New()), nil},
		{s.Admin, "search=LESTARI", []id.ID{s.ayu.ID}},
		{s.Admin, "search=ayu%20lestari", []id.ID{s.ayu.ID}},
		{s.Admin, "search=sty", []id.ID{s.ayu.ID}},
		{s.Admin, "search=%25", nil},
	} {
		list := s.JSON(c.as, "GET", "/users?size=100&"+c.query, nil)
		if got, want := sorted(ids(list)), sorted(c.want); !slices.Equal(got, want) || list.Text("total") != fmt.Sprint(len(want)) {
			t.Errorf("%q: %v, want %v: total %s", c.query, got, want, list.Text("total"))
		}
	}
	if got := ids(s.JSON(s.Admin, "GET", "/users?sort_by=last_login&sort_order=desc", nil)); got[len(got)-1] != freshID {
		t.Errorf("who never signed in comes in the middle: %v", got)
	}
	if got := ids(s.JSON(s.Admin, "GET", "/users?sort_by=last_name&sort_order=desc", nil)); got[0] != s.ayu.ID {
		t.Errorf("by last name: %v", got)
	}
	page := s.JSON(s.Admin, "GET", "/users?sort_by=email&page=2&size=2", nil)
	byEmail := ids(s.JSON(s.Admin, "GET", "/users?sort_by=email", nil))
	if diff := cmp.Diff(byEmail[2:4], ids(page)); diff != "" || page.Text("pages") != "3" {
		t.Errorf("second page: %s, of %s", diff, page.Text("pages"))
	}
	s.Do(s.Admin, "GET", "/users?sort_by=password_hash", nil, 422)
	s.Do(s.ayu.Token, "GET", "/users", nil, 403)
}

func ids(list testkit.Answer) (found []id.ID) {
	for i := range list.Len("items") {
		found = append(found, id.ID(list.Text(fmt.Sprintf("items.%d.id", i))))
	}
	return found
}

func sorted(ids []id.ID) []id.ID { return slices.Sorted(slices.Values(ids)) }

func TestUserStatistics(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	s.Do(s.Admin, "POST", path(s.ayu.ID, "deactivate"), nil, 200)
	s.Advance(8 * 24 * time.Hour)
	s.Admin = s.SignIn(s.Email)
	s.manager.Token = s.SignIn(s.manager.Email)
	s.JSON(s.Admin, "POST", "/users", newcomer("staff", object{"outlet_ids": []id.ID{s.here.ID, s.there.ID}}))
	testkit.Run(t, s.World,
		testkit.Scenario{
			As: s.Admin, Method: "GET", Path: "/users/stats/summary", Status: 200,
			Want: fmt.Sprintf(`{"total":6,"active":5,"inactive":1,
				"by_role":{"super_admin":0,"tenant_admin":1,"outlet_manager":1,"receptionist":1,"staff":3},
				"by_outlet":[{"outlet_id":%q,"count":4},{"outlet_id":%q,"count":2}],
				"recent_logins":2,"never_logged_in":1,"generated_at":"*"}`, s.here.ID, s.there.ID),
		},
		testkit.Scenario{
			Name: "manager", As: s.manager.Token, Method: "GET", Path: "/users/stats/summary", Status: 200,
			Want: fmt.Sprintf(`{"total":4,"active":3,"by_role":{"staff":2},"by_outlet":[{"outlet_id":%q,"count":4}]}`, s.here.ID),
		},
	)
}

func TestChangeUser(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	other := s.World.Tenant()
	put := func(name string, as testkit.Token, user id.ID, body object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "PUT", Path: path(user), Body: body, Status: status, Want: want}
	}
	testkit.Run(t, s.World,
		put("nothing", s.Admin, s.ayu.ID, object{}, 200, `{"role":"staff"}`),
		put("all", s.Admin, s.ayu.ID, object{
			"first_name": "Ayu", "last_name": "L", "phone": "+6281234567890", "role": "receptionist", "position": "Desk",
			"employment_type": "intern", "outlet_ids": []id.ID{s.there.ID},
		}, 200, fmt.Sprintf(`{"first_name":"Ayu","last_name":"L","phone":"+6281234567890","role":"receptionist","position":"Desk",
			"employment_type":"intern","outlet_ids":[%q]}`, s.there.ID)),
		put("null", s.Admin, s.ayu.ID, object{"employment_type": nil, "phone": nil, "position": nil}, 200,
			`{"employment_type":null,"phone":"","position":"","first_name":"Ayu"}`),
		put("out of the manager's sight", s.manager.Token, s.ayu.ID, object{"last_name": "M"}, 404, "user.not_found"),
		put("back", s.Admin, s.ayu.ID, object{"outlet_ids": []id.ID{s.here.ID}, "role": "staff"}, 200, ""),
		put("by the manager", s.manager.Token, s.ayu.ID, object{"role": "receptionist"}, 200, `{"role":"receptionist"}`),
		put("raised to the manager's own role", s.manager.Token, s.ayu.ID, object{"role": "outlet_manager"}, 403, "user.rank"),
		put("raised above", s.manager.Token, s.ayu.ID, object{"role": "tenant_admin"}, 403, "user.rank"),
		put("raised by the admin", s.Admin, s.ayu.ID, object{"role": "tenant_admin"}, 403, "user.rank"),
		put("to super admin", s.super, s.ayu.ID, object{"role": "super_admin"}, 403, "user.rank"),
		put("moved out of scope", s.manager.Token, s.ayu.ID, object{"outlet_ids": []id.ID{s.here.ID, s.there.ID}}, 403, "outlet.out_of_scope"),
		put("left nowhere", s.manager.Token, s.ayu.ID, object{"outlet_ids": []id.ID{}}, 422, `"loc":["body","outlet_ids"]`),
		put("an absent outlet", s.Admin, s.ayu.ID, object{"outlet_ids": []id.ID{id.New()}}, 404, "outlet.not_found"),
		put("oneself", s.manager.Token, s.manager.ID, object{"role": "staff"}, 400, "user.self"),
		put("the administrator", s.Admin, s.User, object{"last_name": "x"}, 400, "user.self"),
		put("another tenant's", s.Admin, other.User, object{"last_name": "x"}, 404, "user.not_found"),
		put("the address", s.Admin, s.ayu.ID, object{"email": "x@example.com"}, 422, `"loc":["body","email"]`),
		put("no name", s.Admin, s.ayu.ID, object{"first_name": nil}, 422, `"loc":["body","first_name"]`),
		put("no role", s.Admin, s.ayu.ID, object{"role": nil}, 422, `"loc":["body","role"]`),
		put("no state", s.Admin, s.ayu.ID, object{"is_active": nil}, 422, `"loc":["body","is_active"]`),
	)
	peer := s.hire(access.OutletManager, s.here)
	s.Do(s.manager.Token, "PUT", path(peer.ID), object{"last_name": "x"}, 403)
	if diff := cmp.Diff([]string{"user.updated", "user.updated", "user.updated", "user.updated"}, s.trail(s.ayu.ID)); diff != "" {
		t.Errorf("the trail has what was changed, and nothing else: %s", diff)
	}

	// Who works elsewhere, too, is not one manager's to change.
	both := s.hire(access.StaffRole, s.here, s.there)
	for method, at := range map[string]string{"PUT": path(both.ID), "DELETE": path(both.ID), "POST": path(both.ID, "reset-password")} {
		var body any
		if method == "PUT" {
			body = object{"last_name": "x"}
		}
		if code := s.Do(s.manager.Token, method, at, body, 403).Text("code"); code != "outlet.out_of_scope" {
			t.Errorf("%s: %s", method, code)
		}
	}
}

func TestChangeOwnAccount(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	put := func(name string, as testkit.Token, body object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "PUT", Path: "/users/me", Body: body, Status: status, Want: want}
	}
	testkit.Run(t, s.World,
		put("name", s.ayu.Token, object{"first_name": "Ayu", "last_name": "Lestari", "phone": "081234567890", "avatar_url": "https://x.co/a.jpg"},
			200, `{"first_name":"Ayu","last_name":"Lestari","phone":"+6281234567890","avatar_url":"https://x.co/a.jpg","role":"staff"}`),
		put("null", s.ayu.Token, object{"avatar_url": nil, "phone": nil}, 200, `{"first_name":"Ayu","phone":"","avatar_url":null}`),
		put("super admin", s.super, object{"first_name": "Root"}, 200, `{"first_name":"Root","role":"super_admin"}`),
		put("a script for a picture", s.ayu.Token, object{"avatar_url": "javascript:alert(1)"}, 422, `"loc":["body","avatar_url"]`),
		put("no name", s.ayu.Token, object{"first_name": ""}, 422, `"loc":["body","first_name"]`),
		put("the role", s.ayu.Token, object{"role": "tenant_admin"}, 422, `"loc":["body","role"]`),
		put("the outlets", s.ayu.Token, object{"outlet_ids": []id.ID{s.there.ID}}, 422, `"loc":["body","outlet_ids"]`),
		put("nobody", "", object{}, 401, ""),
	)
}

func TestUserOutlets(t *testing.T) {
	t.Parallel()
	s := newTeam(t)
	run := func(name string, as testkit.Token, method string, outlet id.ID, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: method, Path: path(s.ayu.ID, "outlets", string(outlet)), Status: status, Want: want}
	}
	both := sorted([]id.ID{s.here.ID, s.there.ID})
	check := func(t *testing.T, a testkit.Answer) {
		got := sorted([]id.ID{id.ID(a.Text("outlet_ids.0")), id.ID(a.Text("outlet_ids.1"))})
		if !slices.Equal(got, both) {
			t.Errorf("outlets %v", got)
		}
	}
	second := run("a second", s.Admin, "POST", s.there.ID, 200, "")
	second.Check = check
	again := run("again", s.Admin, "POST", s.there.ID, 200, "")
	again.Check = check
	testkit.Run(t, s.World,
		run("a manager, out of scope", s.manager.Token, "POST", s.there.ID, 403, "outlet.out_of_scope"),
		second, again,
		run("absent", s.Admin, "POST", id.New(), 404, "outlet.not_found"),
		run("malformed", s.Admin, "POST", "nonsense", 404, "outlet.not_found"),
		run("away", s.Admin, "DELETE", s.there.ID, 200, fmt.Sprintf(`{"outlet_ids":[%q]}`, s.here.ID)),
		run("away again", s.Admin, "DELETE", s.there.ID, 404, "outlet.not_found"),
		run("the last by the manager", s.manager.Token, "DELETE", s.here.ID, 422, `"loc":["body","outlet_ids"]`),
		run("the last", s.Admin, "DELETE", s.here.ID, 200, `{"outlet_ids":[]}`),
		testkit.Scenario{
			Name: "all", As: s.Admin, Method: "PUT", Path: path(s.ayu.ID, "outlets"), Status: 200,
			Body: object{"outlet_ids": []id.ID{s.there.ID}}, Want: fmt.Sprintf(`{"outlet_ids":[%q]}`, s.there.ID),
		},
	)
	// An outlet that is gone counts for nothing.
	s.Do(s.Admin, "DELETE", "/outlets/"+string(s.there.ID), nil, 200)
	testkit.Scenario{
		As: s.Admin, Method: "GET", Path: path(s.ayu.ID), Status: 200, Want: `{"outlet_ids":[],"outlets":[]}`,
	}.Run(t, s.World)
	s.Do(s.Admin, "POST", path(s.ayu.ID, "outlets", string(s.there.ID)), nil, 404)
}

func TestUserPlanLimit(t *testing.T) {
	t.Parallel()
	s := newTeam(t) // ayu is one of five at here
	s.Plan("FREE")
	statuses := make(chan int, 9)
	var wg sync.WaitGroup
	for range cap(statuses) {
		wg.Go(func() {
			a := s.Send(testkit.Request{As: s.Admin, Method: "POST", Path: "/users", Body: newcomer("staff", object{"outlet_ids": []id.ID{s.here.ID}})})
			statuses <- a.Status
		})
	}
	wg.Wait()
	close(statuses)
	counts := map[int]int{}
	for status := range statuses {
		counts[status]++
	}
	if diff := cmp.Diff(map[int]int{201: 4, 403: 5}, counts); diff != "" {
		t.Errorf("nine at once where four may: %s", diff)
	}
	limit := `{"code":"plan.staff_users","current_plan":"FREE","usage":{"staff_per_outlet":5,"limit":5},"upgrade_available":true}`
	here := object{"outlet_ids": []id.ID{s.here.ID}}
	post := func(name, role string, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: s.Admin, Method: "POST", Path: "/users", Body: newcomer(access.Role(role), here), Status: status, Want: want}
	}
	testkit.Run(t, s.World,
		post("a sixth", "staff", 403, limit),
		post("a receptionist", "receptionist", 201, ""),
		post("a manager", "outlet_manager", 201, ""),
		testkit.Scenario{Name: "moved here", As: s.Admin, Method: "POST", Path: path(s.distant.ID, "outlets", string(s.here.ID)), Status: 403, Want: limit},
		testkit.Scenario{Name: "put here", As: s.Admin, Method: "PUT", Path: path(s.distant.ID, "outlets"), Body: here, Status: 403, Want: limit},
		testkit.Scenario{Name: "made staff", As: s.Admin, Method: "PUT", Path: path(s.receptionist.ID), Body: object{"role": "staff"}, Status: 403, Want: limit},
		testkit.Scenario{Name: "deactivated", As: s.Admin, Method: "POST", Path: path(s.ayu.ID, "deactivate"), Status: 200},
		post("who still counts", "staff", 403, limit),
		testkit.Scenario{Name: "activated", As: s.Admin, Method: "POST", Path: path(s.ayu.ID, "activate"), Status: 200},
		testkit.Scenario{Name: "removed", As: s.Admin, Method: "DELETE", Path: path(s.ayu.ID), Status: 200, Want: `{"message":"*"}`},
		post("who counts no longer", "staff", 201, ""),
		testkit.Scenario{Name: "restored", As: s.Admin, Method: "POST", Path: path(s.ayu.ID, "restore"), Status: 403, Want: limit},
	)
	s.Plan("PRO")
	s.Do(s.Admin, "POST", path(s.ayu.ID, "restore"), nil, 200)
}
