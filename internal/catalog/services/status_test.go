package services_test

import (
	"fmt"
	"testing"

	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestStatuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, other := w.salon(subscriptions.Pro), w.salon(subscriptions.Pro)
	path := "/services/" + string(w.service(s.admin, "Cut", nil)) + "/"
	post := func(as testkit.Token, verb string, status int, want string) testkit.Scenario {
		return testkit.Scenario{As: as, Method: "POST", Path: path + verb, Status: status, Want: want}
	}
	archived := `{"status":"archived","is_active":false}`
	testkit.Run(t, w.World,
		post(s.admin, "deactivate", 200, `{"status":"inactive","is_active":false}`),
		post(s.admin, "deactivate", 200, `{"status":"inactive","is_active":false}`),
		post(s.admin, "restore", 409, `{"code":"service.not_retired"}`),
		post(s.manager, "activate", 200, `{"status":"active","is_active":true}`),
		post(s.admin, "archive", 200, archived),
		post(s.admin, "archive", 200, archived),
		post(s.admin, "restore", 200, `{"status":"active","is_active":true,"slug":"cut"}`),
		post(s.admin, "archive", 200, archived),
		post(s.admin, "activate", 200, `{"status":"active","is_active":true}`),
		post(s.staff, "archive", 403, `{"code":"auth.forbidden"}`),
		post(other.admin, "archive", 404, `{"code":"service.not_found"}`),
		post(other.admin, "restore", 404, `{"code":"service.not_found"}`),
	)
}

func TestRestoreRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.salon(subscriptions.Free)
	first, second := w.service(s.admin, "Cut", nil), id.ID("")
	path := "/services/" + string(first)
	w.Do(s.admin, "DELETE", path, nil, 200)
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "back under its slug", As: s.admin, Method: "POST", Path: path + "/restore", Status: 200,
			Want: `{"slug":"cut","status":"active","pricing":{"base_price":"150000.00"}}`},
		testkit.Scenario{Name: "there", As: s.admin, Method: "GET", Path: path, Status: 200},
	)
	w.Do(s.admin, "DELETE", path, nil, 200)
	second = w.service(s.admin, "Cut", nil)
	w.Do(s.admin, "POST", path+"/restore", nil, 200)
	if slug := w.JSON(s.admin, "GET", path, nil).Text("slug"); slug != "cut-2" {
		t.Errorf("the slug of %s was taken by %s; it is %q now", first, second, slug)
	}
	w.Do(s.admin, "DELETE", path, nil, 200)
	for n := range 9 {
		w.service(s.admin, fmt.Sprintf("Service %d", n), nil)
	}
	testkit.Run(t, w.World, testkit.Scenario{
		Name: "no room", As: s.admin, Method: "POST", Path: path + "/restore", Status: 402, Want: `{"code":"plan.services"}`,
	})
}

func TestSetStaff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, other := w.salon(subscriptions.Pro), w.salon(subscriptions.Pro)
	ayu, bima := w.staffMember(s), w.staffMember(s)
	path := "/services/" + string(w.service(s.admin, "Cut", object{"assigned_staff": []id.ID{ayu}})) + "/staff"
	put := func(as testkit.Token, staff any, status int, want string) testkit.Scenario {
		return testkit.Scenario{As: as, Method: "PUT", Path: path, Body: object{"staff_ids": staff}, Status: status, Want: want}
	}
	testkit.Run(t, w.World,
		put(s.manager, []id.ID{bima}, 200, fmt.Sprintf(`{"assigned_staff":[%q]}`, bima)),
		put(s.admin, []id.ID{w.staffMember(other)}, 422, `{"code":"service.staff_unknown"}`),
		put(s.admin, []id.ID{}, 200, `{"assigned_staff":[]}`),
		put(s.staff, []id.ID{ayu}, 403, ``),
		put(other.admin, []id.ID{}, 404, `{"code":"service.not_found"}`),
		testkit.Scenario{Name: "no list", As: s.admin, Method: "PUT", Path: path, Body: object{}, Status: 422},
	)
}

func TestCategoryTemplates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.salon(subscriptions.Pro)
	testkit.Run(t, w.World, testkit.Scenario{
		As: s.staff, Method: "GET", Path: "/services/categories/templates", Status: 200,
		Check: func(t *testing.T, a testkit.Answer) {
			if whole := w.JSON(s.staff, "GET", "/services/categories", nil); a.Len("templates") == 0 || a.Len("templates") != whole.Len("templates") {
				t.Errorf("templates %s, with the categories %s", a.Body, whole.Body)
			}
		},
	})
}
