package services_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestUpdate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, other := w.salon(subscriptions.Pro), w.salon(subscriptions.Pro)
	ayu := w.staffMember(s)
	service := w.service(s.admin, "Cut", object{
		"processing_gaps": []object{{"from_minute": 30, "to_minute": 45}}, "tags": []string{"a"}, "assigned_staff": []id.ID{ayu},
		"outlet_ids": []id.ID{s.here}, "pricing": object{"base_price": 100000, "outlet_prices": object{string(s.there): 120000}},
	})
	w.service(s.admin, "Colour", nil)
	path := "/services/" + string(service)
	put := func(name string, as testkit.Token, body object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "PUT", Path: path, Body: body, Status: status, Want: want}
	}
	price := func(name string, pricing object, status int, want string) testkit.Scenario {
		return put(name, s.admin, object{"pricing": pricing}, status, want)
	}
	there := fmt.Sprintf(`"outlet_prices":{%q:"120000.00"}`, s.there)
	testkit.Run(t, w.World,
		put("nothing", s.admin, object{}, 200, `{"name":"Cut","slug":"cut","tags":["a"],"assigned_staff":["`+string(ayu)+`"],"outlet_ids":["`+string(s.here)+`"],"pricing":{`+there+`}}`),
		put("some", s.admin, object{"name": "Long Cut", "duration_minutes": 90, "tags": []string{}, "image_url": "https://x.co/y"}, 200,
			`{"name":"Long Cut","slug":"cut","duration_minutes":90,"tags":[],"image_url":"https://x.co/y","processing_gaps":[{"from_minute":30,"to_minute":45}]}`),
		put("null", s.admin, object{"image_url": nil, "max_advance_booking_days": nil, "outlet_ids": nil, "assigned_staff": nil, "processing_gaps": nil}, 200,
			`{"image_url":null,"max_advance_booking_days":30,"outlet_ids":[],"assigned_staff":[],"processing_gaps":[]}`),
		put("parallel", s.admin, object{"allow_parallel_bookings": true, "max_parallel_bookings": 10}, 200, `{"allow_parallel_bookings":true,"max_parallel_bookings":10}`),
		put("parallel off", s.admin, object{"allow_parallel_bookings": false}, 200, `{"allow_parallel_bookings":false,"max_parallel_bookings":10}`),
		put("off", s.admin, object{"is_active": false}, 200, `{"is_active":false,"status":"inactive"}`),
		put("archived", s.admin, object{"status": "archived"}, 200, `{"is_active":false,"status":"archived"}`),
		put("archived stays", s.admin, object{"is_active": false}, 200, `{"status":"archived"}`),
		put("on", s.manager, object{"is_active": true}, 200, `{"is_active":true,"status":"active"}`),

		price("base alone", object{"base_price": 110000}, 200, `{"pricing":{"base_price":"110000.00",`+there+`}}`),
		price("promotion alone", object{"promotional_price": 90000, "promotional_valid_until": "2026-03-03T08:00:00+07:00"}, 200,
			`{"pricing":{"base_price":"110000.00",`+there+`,"promotional_price":"90000.00","promotional_valid_until":"2026-03-03T01:00:00Z"},
			"effective_price":"90000.00","price_source":"promotional_price"}`),
		price("base below the promotion", object{"base_price": 90000}, 422, `"loc":["body","pricing","promotional_price"]`),
		price("longer", object{"promotional_valid_until": "2026-03-05T00:00:00Z"}, 200, `{"pricing":{"promotional_price":"90000.00"}}`),
		price("null ends it", object{"promotional_price": nil}, 200, `{"pricing":{"promotional_price":null,"promotional_valid_until":null},"price_source":"base_price"}`),
		price("currency keeps the numbers", object{"currency": "PHP"}, 200, `{"pricing":{"base_price":"110000.00","currency":"PHP",`+there+`}}`),
		put("manager takes another's price away", s.manager, object{"pricing": object{"outlet_prices": object{}}}, 403, `{"code":"outlet.out_of_scope"}`),
		price("map replaced", object{"outlet_prices": object{string(s.here): 5}}, 200, fmt.Sprintf(`{"pricing":{"outlet_prices":{%q:"5.00"}}}`, s.here)),
		price("null price", object{"base_price": nil}, 422, `"loc":["body","pricing","base_price"]`),

		put("gap beyond a shorter duration", s.admin, object{"processing_gaps": []object{{"from_minute": 60, "to_minute": 80}}}, 200, ``),
		put("shorter", s.admin, object{"duration_minutes": 75}, 422, `"loc":["body","processing_gaps"]`),
		put("limit", s.admin, object{"allow_parallel_bookings": true, "max_parallel_bookings": 1}, 422, `"loc":["body","max_parallel_bookings"]`),
		put("taken slug", s.admin, object{"slug": "colour"}, 409, `{"code":"service.slug_taken"}`),
		put("null name", s.admin, object{"name": nil}, 422, `"loc":["body","name"]`),
		put("null duration", s.admin, object{"duration_minutes": nil}, 422, `"loc":["body","duration_minutes"]`),
		put("foreign outlet", s.admin, object{"outlet_ids": []id.ID{other.here}}, 422, `"loc":["body","outlet_ids"]`),
		put("foreign staff", s.admin, object{"assigned_staff": []id.ID{w.staffMember(other)}}, 422, `{"code":"service.staff_unknown"}`),
		put("manager takes the own price away", s.manager, object{"pricing": object{"outlet_prices": object{}}}, 200, ``),
		put("staff", s.staff, object{"name": "X"}, 403, `{"code":"auth.forbidden"}`),
		put("foreign", other.admin, object{"name": "X"}, 404, `{"code":"service.not_found"}`),
		put("another's tenant_id", s.admin, object{"tenant_id": other.tenant}, 403, `{"code":"tenant.other"}`),
		testkit.Scenario{As: s.admin, Method: "PUT", Path: "/services/none", Body: object{}, Status: 404},
	)
}

func TestOutletPrices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, other := w.salon(subscriptions.Pro), w.salon(subscriptions.Pro)
	service := w.service(s.admin, "Cut", nil)
	path := "/services/" + string(service) + "/pricing"
	set := func(name string, as testkit.Token, prices object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "POST", Path: path, Body: object{"outlet_prices": prices}, Status: status, Want: want}
	}
	here, there := string(s.here), string(s.there)
	testkit.Run(t, w.World,
		set("admin", s.admin, object{here: 175000, there: "160000.4"}, 200,
			fmt.Sprintf(`{"id":%q,"_id":%q,"pricing":{"base_price":"150000.00","outlet_prices":{%q:"175000.00",%q:"160000.00"}}}`, service, service, here, there)),
		set("others keep theirs", s.manager, object{here: 180000}, 200,
			fmt.Sprintf(`{"pricing":{"outlet_prices":{%q:"180000.00",%q:"160000.00"}}}`, here, there)),
		set("elsewhere", s.manager, object{here: 1, there: 1}, 403, `{"code":"outlet.out_of_scope"}`),
		set("elsewhere unchanged", s.manager, object{here: 180000, there: 160000}, 200, ``),
		set("foreign outlet", s.admin, object{string(other.here): 1}, 422, `"loc":["body","pricing","outlet_prices"]`),
		set("no id", s.admin, object{"x": 1}, 422, `"loc":["body","outlet_prices"]`),
		set("zero", s.admin, object{here: 0}, 422, `"loc":["body","outlet_prices"]`),
		set("text", s.admin, object{here: "much"}, 422, ``),
		set("null", s.admin, nil, 422, ``),
		set("staff", s.staff, object{here: 1}, 403, `{"code":"auth.forbidden"}`),
		set("foreign", other.admin, object{string(other.here): 1}, 404, `{"code":"service.not_found"}`),
		testkit.Scenario{Name: "read", As: s.staff, Method: "GET", Path: path, Status: 200, Want: fmt.Sprintf(`{"id":%q,"pricing":{"outlet_prices":{%q:"180000.00"}}}`, service, here)},
		testkit.Scenario{Name: "read of another business", As: other.staff, Method: "GET", Path: path, Status: 404},
		testkit.Scenario{Name: "take away elsewhere", As: s.manager, Method: "DELETE", Path: path + "/" + there, Status: 403, Want: `{"code":"outlet.out_of_scope"}`},
		testkit.Scenario{Name: "take away", As: s.manager, Method: "DELETE", Path: path + "/" + here, Status: 200,
			Check: func(t *testing.T, a testkit.Answer) {
				if a.Has("pricing.outlet_prices."+here) || !a.Has("pricing.outlet_prices."+there) {
					t.Errorf("prices left: %s", a.Body)
				}
			}},
		testkit.Scenario{Name: "take away again", As: s.manager, Method: "DELETE", Path: path + "/" + here, Status: 404, Want: `{"code":"service.price_not_found"}`},
		testkit.Scenario{Name: "of another business", As: other.admin, Method: "DELETE", Path: path + "/" + there, Status: 404, Want: `{"code":"service.not_found"}`},
	)
}

// Every price that there ever was is in the audit log, the old beside the new.
func TestPriceHistoryIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.salon(subscriptions.Pro)
	service := w.service(s.admin, "Cut", nil)
	w.Do(s.admin, "PUT", "/services/"+string(service), object{"pricing": object{"base_price": 160000}}, 200)
	w.Do(s.admin, "POST", "/services/"+string(service)+"/pricing", object{"outlet_prices": object{string(s.here): 170000}}, 200)
	rows, err := testkit.Superuser(t).Query(t.Context(), `
		SELECT action, coalesce(old #>> '{pricing,base_price}', ''), new #>> '{pricing,base_price}', new #> '{pricing,outlet_prices}'
		FROM audit_log
		WHERE object_id = $1
		ORDER BY id`, service)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var action, before, after string
		var outlets json.RawMessage
		if err := rows.Scan(&action, &before, &after, &outlets); err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s %s>%s %s", action, before, after, outlets))
	}
	want := []string{
		"service.created >150000.00 {}",
		"service.updated 150000.00>160000.00 {}",
		fmt.Sprintf(`service.prices_set 160000.00>160000.00 {"%s": "170000.00"}`, s.here),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, other := w.salon(subscriptions.Pro), w.salon(subscriptions.Pro)
	service, bundled := w.service(s.admin, "Cut", nil), w.service(s.admin, "Colour", nil)
	w.links.bundled[bundled] = true
	path := "/services/" + string(service)
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "foreign", As: other.admin, Method: "DELETE", Path: path, Status: 404, Want: `{"code":"service.not_found"}`},
		testkit.Scenario{Name: "staff", As: s.staff, Method: "DELETE", Path: path, Status: 403},
		testkit.Scenario{Name: "in a package", As: s.admin, Method: "DELETE", Path: "/services/" + string(bundled), Status: 409, Want: `{"code":"service.in_package"}`},
		testkit.Scenario{Name: "removed", As: s.manager, Method: "DELETE", Path: path, Status: 200, Want: `{"message":"*"}`},
		testkit.Scenario{Name: "gone", As: s.admin, Method: "GET", Path: path, Status: 404},
		testkit.Scenario{Name: "gone again", As: s.admin, Method: "DELETE", Path: path, Status: 404},
		testkit.Scenario{Name: "not listed", As: s.admin, Method: "GET", Path: "/services", Status: 200, Want: `{"total":1}`},
		testkit.Scenario{Name: "its slug is free", As: s.admin, Method: "POST", Path: "/services", Body: draft("Cut", nil), Status: 201, Want: `{"slug":"cut"}`},
	)
}
