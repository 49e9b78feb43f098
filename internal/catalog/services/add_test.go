package services_test

import (
	"fmt"
	"sync"
	"testing"

	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestAdd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, other := w.salon(subscriptions.Pro), w.salon(subscriptions.Pro)
	ayu, foreign := w.staffMember(s), w.staffMember(other)

	post := func(name string, as testkit.Token, body object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "POST", Path: "/services", Body: body, Status: status, Want: want}
	}
	priced := func(pricing object) object { return draft("Priced", object{"pricing": pricing}) }
	testkit.Run(t, w.World,
		testkit.Scenario{
			Name: "least", As: s.admin, Method: "POST", Path: "/services", Body: draft(" Hair Cut ", nil), Status: 201,
			Want: `{"id":"*","_id":"*","tenant_id":"` + string(s.tenant) + `","name":"Hair Cut","slug":"hair-cut","description":"","category":"",
				"duration_minutes":60,"preparation_minutes":0,"cleanup_minutes":0,"processing_gaps":[],
				"max_advance_booking_days":30,"min_advance_booking_hours":0,"requires_staff":true,"required_staff_count":1,
				"allow_parallel_bookings":false,"max_parallel_bookings":1,
				"pricing":{"base_price":"150000.00","currency":"IDR","outlet_prices":{},"promotional_price":null,"promotional_valid_until":null},
				"effective_price":"150000.00","price_source":"base_price","tags":[],"image_url":null,"is_active":true,"status":"active",
				"outlet_ids":[],"assigned_staff":[]}`,
			Check: func(t *testing.T, a testkit.Answer) {
				if a.Text("id") != a.Text("_id") || a.Has("staff_ids") {
					t.Errorf("ids, or staff nobody asked for: %s", a.Body)
				}
			},
		},
		post("all", s.admin, object{
			"tenant_id": s.tenant, "name": "Colour", "slug": "Colour-1", "description": " Long.\n ", "category": "hair_coloring",
			"duration_minutes": 120, "preparation_minutes": 15, "cleanup_minutes": 10,
			"processing_gaps":          []object{{"from_minute": 80, "to_minute": 100}, {"from_minute": 30, "to_minute": 60}},
			"max_advance_booking_days": 60, "min_advance_booking_hours": 2, "required_staff_count": 2,
			"allow_parallel_bookings": true, "max_parallel_bookings": 8,
			"pricing": object{
				"base_price": "250000.50", "currency": "php", "outlet_prices": object{string(s.here): "300000", string(s.there): 199.99},
				"promotional_price": 99.5, "promotional_valid_until": "2026-03-02T02:00:00",
			},
			"tags": []string{"a", " b ", "a"}, "image_url": "https://x.co/a.jpg", "status": "active", "is_active": true,
			"outlet_ids": []id.ID{s.here, s.here}, "assigned_staff": []id.ID{ayu},
		}, 201, `{"slug":"colour-1","description":"Long.","category":"hair_coloring","preparation_minutes":15,"cleanup_minutes":10,
			"processing_gaps":[{"from_minute":30,"to_minute":60},{"from_minute":80,"to_minute":100}],
			"max_advance_booking_days":60,"min_advance_booking_hours":2,"required_staff_count":2,"allow_parallel_bookings":true,"max_parallel_bookings":8,
			"pricing":{"base_price":"250000.50","currency":"PHP","outlet_prices":{"`+string(s.here)+`":"300000.00","`+string(s.there)+`":"199.99"},
				"promotional_price":"99.50","promotional_valid_until":"2026-03-02T02:00:00Z"},
			"effective_price":"99.50","price_source":"promotional_price",
			"tags":["a","b"],"image_url":"https://x.co/a.jpg","outlet_ids":["`+string(s.here)+`"],"assigned_staff":["`+string(ayu)+`"]}`),
		post("same name", s.manager, draft("Hair cut", nil), 201, `{"slug":"hair-cut-2"}`),
		post("taken slug", s.admin, draft("X", object{"slug": "hair-cut"}), 409, `{"code":"service.slug_taken"}`),
		post("slug of another business", other.admin, draft("X", object{"slug": "hair-cut"}), 201, `{"slug":"hair-cut"}`),
		post("inactive", s.admin, draft("Off", object{"is_active": false}), 201, `{"is_active":false,"status":"inactive"}`),
		post("archived", s.admin, draft("Old", object{"status": "archived"}), 201, `{"is_active":false,"status":"archived"}`),
		post("category as people write it", s.admin, draft("Manicure", object{"category": " Hände & Füße "}), 201, `{"category":"hände_füße"}`),
		post("without staff", s.admin, draft("Sauna", object{"requires_staff": false}), 201, `{"requires_staff":false}`),
		post("a limit for later", s.admin, draft("Yoga", object{"max_parallel_bookings": 5}), 201, `{"allow_parallel_bookings":false,"max_parallel_bookings":5}`),
		post("rounded", s.admin, priced(object{"base_price": 1000.5}), 201, `{"pricing":{"base_price":"1001.00"}}`),
		post("free", s.admin, priced(object{"base_price": 0}), 201, `{"effective_price":"0.00"}`),
		post("promotion without an end", s.admin, priced(object{"base_price": 10, "promotional_price": 5}), 201, `{"effective_price":"10.00","price_source":"base_price"}`),

		post("staff", s.staff, draft("X", nil), 403, `{"code":"auth.forbidden"}`),
		post("another's tenant_id", s.admin, draft("X", object{"tenant_id": other.tenant}), 403, `{"code":"tenant.other"}`),
		post("no name", s.admin, draft(" ", nil), 422, `"loc":["body","name"]`),
		post("forged line", s.admin, draft("a\nb", nil), 422, `"loc":["body","name"]`),
		post("no price", s.admin, object{"name": "X", "duration_minutes": 60, "pricing": object{}}, 422, `"loc":["body","pricing","base_price"]`),
		post("negative price", s.admin, priced(object{"base_price": -1}), 422, `"loc":["body","pricing","base_price"]`),
		post("no number", s.admin, priced(object{"base_price": "free"}), 422, `"loc":["body","pricing","base_price"]`),
		post("endless price", s.admin, priced(object{"base_price": "999999999999999999"}), 422, `"msg":"has too many digits for a price"`),
		post("price of a fraction", s.admin, priced(object{"base_price": 0.001, "currency": "USD"}), 422, `"msg":"has too many digits for a price"`),
		post("promotion of a fraction", s.admin, priced(object{"base_price": 5, "promotional_price": 1.999, "currency": "USD"}), 422, `"loc":["body","pricing","promotional_price"]`),
		post("outlet's price of a fraction", s.admin, priced(object{"base_price": 5, "outlet_prices": object{string(s.here): 1.999}}), 422, `"msg":"has too many digits for a price"`),
		post("currency", s.admin, priced(object{"base_price": 1, "currency": "XYZ"}), 422, `"loc":["body","pricing","currency"]`),
		post("promotion above", s.admin, priced(object{"base_price": 10, "promotional_price": 10}), 422, `"loc":["body","pricing","promotional_price"]`),
		post("off the raster", s.admin, draft("X", object{"duration_minutes": 62}), 422, `"loc":["body","duration_minutes"]`),
		post("no time", s.admin, draft("X", object{"duration_minutes": 0}), 422, `"loc":["body","duration_minutes"]`),
		post("cleanup off the raster", s.admin, draft("X", object{"cleanup_minutes": 3}), 422, `"loc":["body","cleanup_minutes"]`),
		post("gap beyond", s.admin, draft("X", object{"processing_gaps": []object{{"from_minute": 30, "to_minute": 65}}}), 422, `"loc":["body","processing_gaps"]`),
		post("gap backwards", s.admin, draft("X", object{"processing_gaps": []object{{"from_minute": 30, "to_minute": 30}}}), 422, `"loc":["body","processing_gaps"]`),
		post("gaps overlap", s.admin, draft("X", object{"processing_gaps": []object{{"from_minute": 10, "to_minute": 30}, {"from_minute": 25, "to_minute": 40}}}), 422, `"loc":["body","processing_gaps"]`),
		post("nothing but gap", s.admin, draft("X", object{"processing_gaps": []object{{"from_minute": 0, "to_minute": 60}}}), 422, `"loc":["body","processing_gaps"]`),
		post("parallel for one", s.admin, draft("X", object{"allow_parallel_bookings": true}), 422, `"loc":["body","max_parallel_bookings"]`),
		post("a team of nobody", s.admin, draft("X", object{"requires_staff": false, "required_staff_count": 2}), 422, `"loc":["body","required_staff_count"]`),
		post("no category", s.admin, draft("X", object{"category": "&"}), 422, `"loc":["body","category"]`),
		post("status and switch", s.admin, draft("X", object{"status": "active", "is_active": false}), 422, `"loc":["body","is_active"]`),
		post("script", s.admin, draft("X", object{"image_url": "javascript:alert(1)"}), 422, `"loc":["body","image_url"]`),
		post("foreign outlet", s.admin, draft("X", object{"outlet_ids": []id.ID{other.here}}), 422, `"loc":["body","outlet_ids"]`),
		post("absent outlet", s.admin, draft("X", object{"outlet_ids": []id.ID{id.New()}}), 422, `"loc":["body","outlet_ids"]`),
		post("price of a foreign outlet", s.admin, priced(object{"base_price": 1, "outlet_prices": object{string(other.here): 5}}), 422, `"loc":["body","pricing","outlet_prices"]`),
		post("price of no id", s.admin, priced(object{"base_price": 1, "outlet_prices": object{"here": 5}}), 422, `"loc":["body","pricing","outlet_prices"]`),
		post("price of nothing", s.admin, priced(object{"base_price": 1, "outlet_prices": object{string(s.here): 0}}), 422, `"loc":["body","pricing","outlet_prices"]`),
		post("manager's price elsewhere", s.manager, priced(object{"base_price": 1, "outlet_prices": object{string(s.there): 5}}), 403, `{"code":"outlet.out_of_scope"}`),
		post("manager's price", s.manager, priced(object{"base_price": 1, "outlet_prices": object{string(s.here): 5}}), 201, ``),
		post("foreign staff", s.admin, draft("X", object{"assigned_staff": []id.ID{foreign}}), 422, `{"code":"service.staff_unknown"}`),
		post("unknown field", s.admin, draft("X", object{"price": 5}), 422, `extra_forbidden`),
	)
}

func TestPlanLimitsServices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.salon(subscriptions.Free)
	var group sync.WaitGroup
	answers := make([]int, 14)
	for i := range answers {
		group.Go(func() {
			answers[i] = w.Send(testkit.Request{As: s.admin, Method: "POST", Path: "/services", Body: draft("Same", nil)}).Status
		})
	}
	group.Wait()
	count := map[int]int{}
	for _, status := range answers {
		count[status]++
	}
	if count[201] != 10 || count[402] != 4 {
		t.Fatalf("answers %v, want 10 services and 4 refusals", count)
	}
	testkit.Run(t, w.World,
		testkit.Scenario{As: s.admin, Method: "POST", Path: "/services", Body: draft("One more", nil), Status: 402,
			Want: `{"code":"plan.services","detail":"Subscription service limit reached: the FREE plan allows 10 services."}`},
	)
	first := w.JSON(s.admin, "GET", "/services", nil).Text("items.0.id")
	w.Do(s.admin, "DELETE", "/services/"+first, nil, 200)
	w.service(s.admin, "One more", nil) // deleted ones do not count
}

func TestOutletPricesNeedThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.salon(subscriptions.Free)
	service := w.service(s.admin, "Cut", nil)
	path := "/services/" + string(service)
	prices := func(price any) object { return object{"outlet_prices": object{string(s.here): price}} }
	refused := `{"code":"plan.outlet_prices"}`
	testkit.Run(t, w.World,
		testkit.Scenario{As: s.admin, Method: "POST", Path: path + "/pricing", Body: prices(5), Status: 402, Want: refused},
		testkit.Scenario{As: s.admin, Method: "PUT", Path: path, Body: object{"pricing": prices(5)}, Status: 402, Want: refused},
		testkit.Scenario{As: s.admin, Method: "POST", Path: "/services", Status: 402, Want: refused,
			Body: draft("X", object{"pricing": object{"base_price": 1, "outlet_prices": object{string(s.here): 5}}})},
	)
	w.plan(s, subscriptions.Pro)
	w.Do(s.admin, "POST", path+"/pricing", prices(5), 200)
	w.plan(s, subscriptions.Free)
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "what was set stays", As: s.admin, Method: "PUT", Path: path, Body: object{"name": "Cut 2"}, Status: 200,
			Want: fmt.Sprintf(`{"pricing":{"outlet_prices":{%q:"5.00"}}}`, s.here)},
		testkit.Scenario{Name: "cannot change", As: s.admin, Method: "POST", Path: path + "/pricing", Body: prices(6), Status: 402, Want: refused},
		testkit.Scenario{Name: "can be taken away", As: s.admin, Method: "PUT", Path: path, Body: object{"pricing": object{"outlet_prices": object{}}}, Status: 200,
			Check: func(t *testing.T, a testkit.Answer) {
				if a.Has("pricing.outlet_prices." + string(s.here)) {
					t.Error("the price is still there")
				}
			}},
	)
}
