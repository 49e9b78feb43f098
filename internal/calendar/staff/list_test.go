package staff_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// names lists the first names in an answer.
func names(a testkit.Answer) string {
	var page struct {
		Items []struct {
			First string `json:"first_name"`
		}
	}
	a.Into(&page)
	var all []string
	for _, item := range page.Items {
		all = append(all, item.First)
	}
	return strings.Join(all, " ")
}

func TestList(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	second := salon.Tenant.Outlet()
	cut, colour := salon.Service, salon.Tenant.Service()
	w.Do(salon.Admin, "PUT", "/staff/"+string(salon.Staff.ID), object{"first_name": "Dewi", "position": "Colourist"}, 200)
	salon.Book(1, "10:00")
	for _, m := range []struct {
		name     string
		outlet   *testkit.Outlet
		services []*testkit.Service
		changes  object
	}{
		{"Bima", salon.Outlet, []*testkit.Service{colour}, object{"employment_type": "freelance", "is_bookable": false}},
		{"Citra", second, []*testkit.Service{cut, colour}, object{"status": "on_leave", "outlet_ids": []id.ID{salon.Outlet.ID}}},
		{"anisa", second, nil, object{"status": "inactive", "accepts_online_booking": false, "last_name": "100%_Sure"}},
	} {
		w.Clock.Advance(time.Second)
		m.changes["first_name"] = m.name
		salon.Tenant.Staff(m.outlet, m.services, m.changes)
	}
	user := salon.Member(access.StaffRole)
	w.JSON(salon.Admin, "PUT", "/staff/"+string(salon.Staff.ID), object{"user_id": user.ID})
	for query, want := range map[string]string{
		"":                                       "Dewi Bima Citra anisa",
		"sort_by=first_name":                     "anisa Bima Citra Dewi",
		"sort_by=first_name&sort_order=desc":     "Dewi Citra Bima anisa",
		"sort_by=total_bookings&order=desc":      "Dewi Bima Citra anisa",
		"sort_by=created_at&sort_direction=desc": "anisa Citra Bima Dewi",
		"outlet_id=" + string(second.ID):         "Citra anisa",
		"outlet_id=" + string(salon.Outlet.ID):   "Dewi Bima Citra",
		"service_id=" + string(colour.ID):        "Bima Citra",
		"status=on_leave":                        "Citra",
		"is_active=false":                        "anisa",
		"is_bookable=false":                      "Bima",
		"accepts_online_booking=false":           "anisa",
		"employment_type=freelance":              "Bima",
		"position=colourIST":                     "Dewi",
		"role=colourist":                         "Dewi",
		"search=CIT":                             "Citra",
		"search=" + url.QueryEscape("100%_"):     "anisa",
		"search=" + url.QueryEscape("'%"):        "",
		"page=2&size=3":                          "anisa",
	} {
		answer := w.For(t).Do(salon.Admin, "GET", "/staff?"+query, nil, 200)
		if got := names(answer); got != want {
			t.Errorf("%s lists %q, want %q", query, got, want)
		}
	}
	for _, query := range []string{"sort_by=salary", "status=gone", "size=101", "page=0", "outlet_id=x"} {
		w.Do(salon.Admin, "GET", "/staff?"+query, nil, 422)
	}
	for who, c := range map[string]struct {
		as   testkit.Token
		want string
	}{
		"manager of the second": {salon.Member(access.OutletManager, second).Token, "Citra anisa"},
		"themselves":            {user.Token, "Dewi"},
		"another business":      {w.Tenant().Admin, ""},
	} {
		if got := names(w.Do(c.as, "GET", "/staff", nil, 200)); got != c.want {
			t.Errorf("%s: %q, want %q", who, got, c.want)
		}
	}
	testkit.Run(t, w,
		testkit.Scenario{
			As: salon.Admin, Method: "GET", Path: "/staff/statistics/summary", Status: 200,
			Want: `{"total_staff":4,"active_staff":3,"bookable_staff":1,"average_rating":null}`,
		},
		testkit.Scenario{
			As: salon.Admin, Method: "GET", Path: "/staff/statistics/summary?outlet_id=" + string(second.ID), Status: 200,
			Want: `{"total_staff":2,"active_staff":1,"bookable_staff":0}`,
		},
		testkit.Scenario{
			Name: "a manager's", As: salon.Member(access.OutletManager, second).Token, Method: "GET", Path: "/staff/statistics/summary", Status: 200,
			Want: `{"total_staff":2}`,
		},
		testkit.Scenario{As: salon.Admin, Method: "GET", Path: "/staff/positions/templates", Status: 200, Want: `{"templates":"*"}`},
	)
}

func TestNextAvailableSlot(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	path := "/staff/" + string(salon.Staff.ID)
	// It is 8 o'clock in Jakarta; that very start lies not in the future.
	testkit.Scenario{As: salon.Admin, Method: "GET", Path: path, Status: 200, Want: `{"next_available_slot":"2026-03-02T01:05:00Z"}`}.Run(t, w)
	w.JSON(salon.Admin, "POST", "/availability", object{
		"staff_id": salon.Staff.ID, "date": w.Day(0), "start_time": "00:00", "end_time": "23:59",
		"availability_type": "vacation", "recurrence_type": "none",
	})
	testkit.Scenario{Name: "tomorrow", As: salon.Admin, Method: "GET", Path: path, Status: 200, Want: `{"next_available_slot":"2026-03-03T01:00:00Z"}`}.Run(t, w)
	w.JSON(salon.Admin, "PUT", path+"/skills", object{"service_ids": []id.ID{}})
	testkit.Scenario{Name: "nothing to give", As: salon.Admin, Method: "GET", Path: path, Status: 200, Want: `{"next_available_slot":null}`}.Run(t, w)
}

func TestPublicStaff(t *testing.T) {
	w := world.New(t)
	salon := w.Salon()
	salon.Tenant.Staff(salon.Outlet, nil, object{"first_name": "Offline", "accepts_online_booking": false})
	salon.Tenant.Staff(salon.Outlet, nil, object{"first_name": "Absent", "status": "on_leave"})
	path := "/public/outlets/" + string(salon.Outlet.ID) + "/staff"
	answer := testkit.Scenario{
		Method: "GET", Path: path, Status: 200,
		Want: fmt.Sprintf(`{"total":1,"items":[{"id":%q,"_id":%q,"display_name":"Ayu Lestari","position":"Stylist","service_ids":[%q]}]}`,
			salon.Staff.ID, salon.Staff.ID, salon.Service.ID),
	}.Run(t, w)
	if cache := answer.Header.Get("Cache-Control"); cache != "public, max-age=300" {
		t.Errorf("Cache-Control %q", cache)
	}
	for _, secret := range []string{"email", "phone", "salary", "last_name"} {
		if strings.Contains(string(answer.Body), secret) {
			t.Errorf("%s is public", secret)
		}
	}
	testkit.Run(t, w,
		testkit.Scenario{Method: "GET", Path: path + "?service_id=" + string(id.New()), Status: 200, Want: `{"items":[],"total":0}`},
		testkit.Scenario{Method: "GET", Path: "/public/outlets/" + string(id.New()) + "/staff", Status: 404, Want: `{"code":"outlet.not_found"}`},
	)
	w.JSON(salon.Admin, "PUT", "/outlets/"+string(salon.Outlet.ID), object{"status": "inactive"})
	testkit.Scenario{Name: "closed outlet", Method: "GET", Path: path, Status: 404}.Run(t, w)
}
