package outlets_test

import (
	"testing"
	"time"

	"reserva/internal/business/outlets"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestPublicDirectory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	slug, admin := w.tenant(subscriptions.Pro)
	otherSlug, other := w.tenant(subscriptions.Pro)
	closedSlug, closed := w.tenant(subscriptions.Pro)
	city := "City " + string(id.Random())
	in := func(name, status string) object {
		return draft(name, object{"status": status, "address": object{"street": "Jl. 1", "city": city}})
	}
	b := id.ID(w.Do(admin, "POST", "/outlets", in("Bravo", "active"), 201).Text("id"))
	hidden := id.ID(w.Do(admin, "POST", "/outlets", in("Hidden", "inactive"), 201).Text("id"))
	w.Do(admin, "POST", "/outlets", in("Resting", "temporarily_closed"), 201)
	gone := id.ID(w.Do(admin, "POST", "/outlets", in("Gone", "active"), 201).Text("id"))
	w.Do(admin, "DELETE", "/outlets/"+string(gone), nil, 200)
	w.Do(other, "POST", "/outlets", in("Alpha", "active"), 201)
	ofClosed := id.ID(w.Do(closed, "POST", "/outlets", in("Shut", "active"), 201).Text("id"))
	w.Exec(`UPDATE tenants SET is_active = false WHERE slug = $1`, closedSlug)
	w.Exec(`UPDATE tenants SET business_type = 'barber_shop' WHERE slug = $1`, otherSlug)

	list := func(name, query, items, total string) testkit.Scenario {
		return testkit.Scenario{
			Name: name, Method: "GET", Path: "/public/outlets?city=" + escape(city) + query, Status: 200,
			Want: `{"items":[` + items + `],"total":` + total + `}`,
		}
	}
	testkit.Run(t, w.World,
		list("active ones", "", `{"name":"Alpha"},{"name":"Bravo"}`, "2"),
		list("page", "&size=1&page=2", `{"name":"Bravo"}`, "2"),
		list("of a business", "&tenant_slug="+slug, `{"name":"Bravo"}`, "1"),
		list("of an inactive business", "&tenant_slug="+closedSlug, ``, "0"),
		list("business type", "&business_type=Barbershop", `{"name":"Alpha"}`, "1"),
		list("no business type", "&business_type=bank", ``, "0"),
		list("search", "&search=brav", `{"name":"Bravo"}`, "1"),
		list("search the business", "&search="+slug, `{"name":"Bravo"}`, "1"),
		testkit.Scenario{Name: "any case", Method: "GET", Path: "/public/outlets?city=" + escape(upper(city)), Status: 200, Want: `{"total":2}`},
		testkit.Scenario{
			Name: "what is shown", Method: "GET", Path: "/public/tenants/" + slug + "/outlets", Status: 200,
			Want: `{"items":[{"id":"` + string(b) + `","name":"Bravo","slug":"bravo","timezone":"Asia/Jakarta",
				"tenant":{"slug":"` + slug + `","name":"*","business_type":"spa","logo_url":null},
				"address":{"city":"` + city + `"},"contact":{"phone":"+622150812345"},"accepts_online_booking":true}],"total":1,"pages":1}`,
			Check: func(t *testing.T, a testkit.Answer) {
				if a.Has("items.0.settings") || a.Has("items.0.tenant_id") || a.Has("items.0.stats") {
					t.Errorf("too much is shown: %s", a.Body)
				}
				if got := a.Header.Get("Cache-Control"); got != "public, max-age=300" {
					t.Errorf("Cache-Control %q", got)
				}
			},
		},
		testkit.Scenario{Name: "customer", As: testkit.Token(w.people[string(admin)].Tenant), Method: "GET", Path: "/customer/booking/outlets", Status: 200,
			Want: `{"items":[{"name":"Bravo","tenant":{"slug":"` + slug + `"}}],"total":1}`},
		testkit.Scenario{Name: "nobody's customer", Method: "GET", Path: "/customer/booking/outlets", Status: 401},
		testkit.Scenario{Name: "unknown business", Method: "GET", Path: "/public/tenants/none-such/outlets", Status: 404, Want: `{"code":"tenant.not_found"}`},
		testkit.Scenario{Name: "inactive business", Method: "GET", Path: "/public/tenants/" + closedSlug + "/outlets", Status: 404, Want: `{"code":"tenant.not_found"}`},
		testkit.Scenario{Name: "one", Method: "GET", Path: "/public/outlets/" + string(b), Status: 200, Want: `{"id":"` + string(b) + `","business_hours":[],"is_open_now":null}`},
		testkit.Scenario{Name: "inactive", Method: "GET", Path: "/public/outlets/" + string(hidden), Status: 404, Want: `{"code":"outlet.not_found"}`},
		testkit.Scenario{Name: "deleted", Method: "GET", Path: "/public/outlets/" + string(gone) + "/hours", Status: 404, Want: `{"code":"outlet.not_found"}`},
		testkit.Scenario{Name: "of an inactive business", Method: "GET", Path: "/public/outlets/" + string(ofClosed), Status: 404},
		testkit.Scenario{Name: "no id", Method: "GET", Path: "/public/outlets/x/hours", Status: 404},
	)
}

func TestPublicHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t) // Monday, 8 o'clock in Jakarta, 9 in Makassar
	_, admin := w.tenant(subscriptions.Pro)
	outlet := w.outlet(admin, "Makassar", object{
		"business_hours": []object{{"day": 0, "open_time": "09:00", "close_time": "17:00"}},
		"settings":       object{"timezone": "Asia/Makassar"},
	})
	special := "/outlets/" + string(outlet) + "/special-hours"
	for _, date := range []string{"2026-03-01", "2026-03-09", "2027-03-01"} {
		w.Do(admin, "POST", special, object{"date": date, "is_open": false}, 201)
	}
	hours := func(name string, open string) testkit.Scenario {
		return testkit.Scenario{
			Name: name, Method: "GET", Path: "/public/outlets/" + string(outlet) + "/hours", Status: 200,
			Want: `{"outlet_id":"` + string(outlet) + `","timezone":"Asia/Makassar","is_open_now":` + open + `,
				"business_hours":[{"day":0,"open_time":"09:00"},{"day":1},{"day":2},{"day":3},{"day":4},{"day":5},{"day":6}],
				"special_hours":[{"date":"2026-03-09","is_open":false},{"date":"2027-03-01"}]}`,
		}
	}
	hours("as it opens", "true").Run(t, w.World)
	w.Clock.Advance(-time.Minute)
	hours("before", "false").Run(t, w.World)
	w.Clock.Advance(8*time.Hour + time.Minute)
	hours("as it closes", "false").Run(t, w.World)
	w.Clock.Advance(-time.Minute)
	hours("just before", "true").Run(t, w.World)
	w.Clock.Advance(7 * 24 * time.Hour)
	hours("a week later, on a closed date", "false").Run(t, w.World)
}

func TestRouter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	outlet := w.outlet(admin, "One", nil)
	router := outlets.NewRouter(w.DB)
	for range 2 {
		tenant, err := router.TenantOf(t.Context(), outlet)
		if err != nil || tenant != w.people[string(admin)].Tenant {
			t.Errorf("TenantOf = %s, %v", tenant, err)
		}
	}
	for _, unknown := range []id.ID{id.New(), ""} {
		if tenant, err := router.TenantOf(t.Context(), unknown); err != outlets.ErrNotFound {
			t.Errorf("TenantOf(%q) = %s, %v", unknown, tenant, err)
		}
	}
}
