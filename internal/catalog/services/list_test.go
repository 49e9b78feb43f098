package services_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"reserva/internal/business/subscriptions"
	"reserva/internal/catalog/services"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, other := w.salon(subscriptions.Pro), w.salon(subscriptions.Pro)
	ayu := w.staffMember(s)
	w.service(s.admin, "Bob cut", object{
		"category": "haircut", "tags": []string{"short", "100%"}, "assigned_staff": []id.ID{ayu},
		"pricing": object{"base_price": 150000, "outlet_prices": object{string(s.here): 175000}},
	})
	w.Clock.Advance(time.Minute)
	w.service(s.admin, "Colour", object{
		"category": "Hair & Coloring", "duration_minutes": 120, "outlet_ids": []id.ID{s.here}, "description": "Full head",
		"pricing": object{"base_price": 400000, "promotional_price": 120000, "promotional_valid_until": w.Clock.Now().Add(time.Hour)},
	})
	w.Clock.Advance(time.Minute)
	w.service(s.admin, "Aerobics", object{
		"category": "haircut", "duration_minutes": 45, "status": "inactive", "allow_parallel_bookings": true, "max_parallel_bookings": 20,
		"pricing": object{"base_price": 90000}, "tags": []string{"short"},
	})

	list := func(query string, names ...string) testkit.Scenario {
		items := ""
		for i, name := range names {
			if i > 0 {
				items += ","
			}
			items += fmt.Sprintf(`{"name":%q}`, name)
		}
		return testkit.Scenario{Name: query, As: s.staff, Method: "GET", Path: "/services" + query, Status: 200,
			Want: fmt.Sprintf(`{"items":[%s],"total":%d}`, items, len(names))}
	}
	a, b, c := "Aerobics", "Bob cut", "Colour"
	here, there := string(s.here), string(s.there)
	testkit.Run(t, w.World,
		list("", a, b, c),
		list("?order=desc", c, b, a),
		list("?sort_by=created_at", b, c, a),
		list("?sort_by=created_at&sort_order=desc", a, c, b),
		list("?sort_by=base_price", a, b, c),
		list("?sort_by=base_price&sort_direction=desc", c, b, a),
		list("?sort_by=duration_minutes", a, b, c),
		list("?sort_by=duration_minutes&sort_order=desc", c, b, a),
		list("?search=FULL", c),
		list("?search=100%25", b),
		list("?category=hair_coloring", c),
		list("?category=Hair+coloring", c),
		list("?category=hair"),
		list("?category=%26"),
		list("?status=inactive", a),
		list("?is_active=true", b, c),
		list("?is_active=false", a),
		list("?min_duration=60", b, c),
		list("?max_duration=60", a, b),
		list("?tags=short", a, b),
		list("?tags=short,100%25", b),
		list("?allow_parallel_bookings=true", a),
		list("?allow_parallel_bookings=false", b, c),
		list("?min_price=130000", b),
		list("?max_price=120000", a, c),
		list("?outlet_id="+there, a, b),
		list("?outlet_id="+here+"&min_price=160000", b),
		list("?min_price=99999999999999999", []string{}...),
		testkit.Scenario{Name: "at an outlet", As: s.staff, Method: "GET", Path: "/services?outlet_id=" + here, Status: 200,
			Want: `{"items":[{"name":"Aerobics","effective_price":"90000.00","price_source":"base_price"},
				{"name":"Bob cut","effective_price":"175000.00","price_source":"outlet_override"},
				{"name":"Colour","effective_price":"120000.00","price_source":"promotional_price"}]}`},
		testkit.Scenario{Name: "with staff", As: s.staff, Method: "GET", Path: "/services?include_staff=true&size=2&page=1", Status: 200,
			Want: `{"items":[{"staff_count":0},{"staff_ids":["` + string(ayu) + `"],"staff_count":1}],"total":3,"pages":2,"size":2}`},
		testkit.Scenario{Name: "another business", As: other.staff, Method: "GET", Path: "/services", Status: 200, Want: `{"items":[],"total":0}`},
		testkit.Scenario{Name: "foreign outlet", As: s.staff, Method: "GET", Path: "/services?outlet_id=" + string(other.here), Status: 404, Want: `{"code":"outlet.not_found"}`},
		testkit.Scenario{Name: "absent outlet", As: s.staff, Method: "GET", Path: "/services?outlet_id=" + string(id.New()), Status: 404, Want: `{"code":"outlet.not_found"}`},
		testkit.Scenario{Name: "no id", As: s.staff, Method: "GET", Path: "/services?outlet_id=x", Status: 422},
		testkit.Scenario{Name: "no number", As: s.staff, Method: "GET", Path: "/services?min_price=cheap", Status: 422},
		testkit.Scenario{Name: "no order", As: s.staff, Method: "GET", Path: "/services?sort_by=staff", Status: 422},
		testkit.Scenario{Name: "another's tenant_id", As: s.staff, Method: "GET", Path: "/services?tenant_id=" + string(other.tenant), Status: 403, Want: `{"code":"tenant.other"}`},
		testkit.Scenario{Name: "categories", As: s.staff, Method: "GET", Path: "/services/categories", Status: 200,
			Want: `{"categories":[{"name":"hair_coloring","service_count":1},{"name":"haircut","service_count":2}],
				"templates":["haircut","hair_coloring","hair_treatment","styling"]}`},
		testkit.Scenario{Name: "nobody", Method: "GET", Path: "/services", Status: 401},
	)
}

func TestGet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, other := w.salon(subscriptions.Pro), w.salon(subscriptions.Pro)
	service := w.service(s.admin, "Cut", object{"pricing": object{"base_price": 10, "outlet_prices": object{string(s.here): 20}}})
	path := "/services/" + string(service)
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "plain", As: s.staff, Method: "GET", Path: path, Status: 200, Want: `{"effective_price":"10.00","price_source":"base_price"}`},
		testkit.Scenario{Name: "at an outlet", As: s.staff, Method: "GET", Path: path + "?outlet_id=" + string(s.here), Status: 200,
			Want: `{"effective_price":"20.00","price_source":"outlet_override"}`},
		testkit.Scenario{Name: "foreign", As: other.staff, Method: "GET", Path: path, Status: 404, Want: `{"code":"service.not_found"}`},
		testkit.Scenario{Name: "absent", As: s.staff, Method: "GET", Path: "/services/" + string(id.New()), Status: 404, Want: `{"code":"service.not_found"}`},
		testkit.Scenario{Name: "no id", As: s.staff, Method: "GET", Path: "/services/x", Status: 404, Want: `{"code":"service.not_found"}`},
	)
}

func TestOffers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, other := w.salon(subscriptions.Pro), w.salon(subscriptions.Pro)
	cut := w.service(s.admin, "Cut", object{
		"category": "hair", "preparation_minutes": 5, "cleanup_minutes": 10, "max_parallel_bookings": 4,
		"pricing": object{"base_price": 10, "outlet_prices": object{string(s.here): 20}, "promotional_price": 5, "promotional_valid_until": "2026-03-01T00:00:00Z"},
	})
	w.service(s.admin, "Elsewhere", object{"outlet_ids": []id.ID{s.there}})
	w.service(s.admin, "Off", object{"is_active": false})

	here := "/public/outlets/" + string(s.here) + "/services"
	atHere := `{"items":[{"id":"` + string(cut) + `","_id":"` + string(cut) + `","name":"Cut","total_minutes":75,"max_parallel_bookings":1,
		"effective_price":"20.00","price_source":"outlet_override",
		"pricing":{"base_price":"10.00","currency":"IDR","promotional_price":null,"promotional_valid_until":null}}],"total":1}`
	both := `{"items":[{"name":"Cut","effective_price":"10.00"},{"name":"Elsewhere"}],"total":2}`
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "outlet", Method: "GET", Path: here, Status: 200, Want: atHere,
			Check: func(t *testing.T, a testkit.Answer) {
				if a.Has("items.0.tenant_id") || a.Has("items.0.assigned_staff") || a.Has("items.0.pricing.outlet_prices") {
					t.Errorf("too much is shown: %s", a.Body)
				}
				if got := a.Header.Get("Cache-Control"); got != "public, max-age=300" {
					t.Errorf("Cache-Control %q", got)
				}
			}},
		testkit.Scenario{Name: "filtered", Method: "GET", Path: here + "?category=nails", Status: 200, Want: `{"items":[],"total":0}`},
		testkit.Scenario{Name: "priced", Method: "GET", Path: here + "?min_price=15&max_price=20", Status: 200, Want: `{"total":1}`},
		testkit.Scenario{Name: "unknown outlet", Method: "GET", Path: "/public/outlets/" + string(id.New()) + "/services", Status: 404, Want: `{"code":"outlet.not_found"}`},
		testkit.Scenario{Name: "business", Method: "GET", Path: "/public/tenants/" + s.slug + "/services", Status: 200, Want: both},
		testkit.Scenario{Name: "business at an outlet", Method: "GET", Path: "/public/tenants/" + s.slug + "/services?outlet_id=" + string(s.here), Status: 200, Want: atHere},
		testkit.Scenario{Name: "business at another's outlet", Method: "GET", Path: "/public/tenants/" + s.slug + "/services?outlet_id=" + string(other.here), Status: 404},
		testkit.Scenario{Name: "unknown business", Method: "GET", Path: "/public/tenants/none-such/services", Status: 404, Want: `{"code":"tenant.not_found"}`},
		testkit.Scenario{Name: "customer", As: s.customers, Method: "GET", Path: "/customer/booking/services", Status: 200, Want: both},
		testkit.Scenario{Name: "customer at an outlet", As: s.customers, Method: "GET", Path: "/customer/services?outlet_id=" + string(s.here), Status: 200, Want: atHere},
		testkit.Scenario{Name: "customer searches", As: s.customers, Method: "GET", Path: "/customer/booking/services?search=else", Status: 200, Want: `{"total":1}`},
		testkit.Scenario{Name: "customer at another's outlet", As: s.customers, Method: "GET", Path: "/customer/services?outlet_id=" + string(other.here), Status: 404, Want: `{"code":"outlet.not_found"}`},
		testkit.Scenario{Name: "another business's customer", As: other.customers, Method: "GET", Path: "/customer/services", Status: 200, Want: `{"total":0}`},
		testkit.Scenario{Name: "nobody", Method: "GET", Path: "/customer/services", Status: 401},
		testkit.Scenario{Name: "staff", As: s.admin, Method: "GET", Path: "/customer/services", Status: 403},
	)
	w.Exec(`UPDATE outlets SET status = 'inactive' WHERE id = $1`, s.here)
	testkit.Scenario{Name: "inactive outlet", Method: "GET", Path: here, Status: 404, Want: `{"code":"outlet.not_found"}`}.Run(t, w.World)
	w.Exec(`UPDATE tenants SET is_active = false WHERE id = $1`, s.tenant)
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "outlet of an inactive business", Method: "GET", Path: "/public/outlets/" + string(s.there) + "/services", Status: 404, Want: `{"code":"outlet.not_found"}`},
		testkit.Scenario{Name: "inactive business", Method: "GET", Path: "/public/tenants/" + s.slug + "/services", Status: 404, Want: `{"code":"tenant.not_found"}`},
	)
}

// The database's idea of the effective price, which filters go by, is the rule's.
func TestPriceFilterAgreesWithTheRule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.salon(subscriptions.Enterprise)
	service := w.service(s.admin, "Cut", nil)
	rapid.Check(t, func(t *rapid.T) {
		now := w.Clock.Now()
		base := rapid.Int64Range(1, 6).Draw(t, "base")
		promotion := rapid.Ptr(rapid.Int64Range(0, 6), true).Draw(t, "promotion")
		outlet := rapid.Ptr(rapid.Int64Range(1, 6), true).Draw(t, "outlet")
		var until *time.Time
		if offset := rapid.IntRange(-2, 2).Draw(t, "offset"); offset < 2 {
			at := now.Add(time.Duration(offset) * time.Microsecond)
			until = &at
		}
		w.Exec(`UPDATE services SET base_price = $2, promotional_price = $3, promotional_valid_until = $4 WHERE id = $1`, service, base, promotion, until)
		w.Exec(`DELETE FROM service_outlet_prices WHERE service_id = $1`, service)
		if outlet != nil {
			w.Exec(`INSERT INTO service_outlet_prices (tenant_id, service_id, outlet_id, price) VALUES ($1, $2, $3, $4)`, s.tenant, service, s.here, *outlet)
		}
		want, source := services.EffectivePrice(base, promotion, until, outlet, now)
		path := fmt.Sprintf("/services?outlet_id=%s&min_price=%d&max_price=%d", s.here, want, want)
		answer := w.JSON(s.admin, "GET", path, nil)
		if answer.Len("items") != 1 || answer.Text("items.0.effective_price") != fmt.Sprintf("%d.00", want) || answer.Text("items.0.price_source") != source {
			t.Fatalf("costs %d by %s; the answer: %s", want, source, answer.Body)
		}
	})
}
