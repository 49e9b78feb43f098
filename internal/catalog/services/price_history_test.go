package services_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestPriceNow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, other := w.salon(subscriptions.Pro), w.salon(subscriptions.Pro)
	path := "/services/" + string(w.service(s.admin, "Cut", object{"pricing": object{
		"base_price": 100000, "outlet_prices": object{string(s.here): 120000},
		"promotional_price": 80000, "promotional_valid_until": "2026-03-02T02:00:00Z",
	}}))
	price := func(name, query string, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: s.staff, Method: "GET", Path: path + "/price" + query, Status: status, Want: want}
	}
	here, there := "?outlet_id="+string(s.here), "?outlet_id="+string(s.there)
	promoted := `{"price":"80000.00","currency":"IDR","source":"promotional_price","valid_until":"2026-03-02T02:00:00Z"}`
	testkit.Run(t, w.World,
		price("promotion", "", 200, promoted),
		price("promotion beats the outlet", here, 200, promoted),
		price("foreign outlet", "?outlet_id="+string(other.here), 404, `{"code":"outlet.not_found"}`),
		testkit.Scenario{Name: "foreign", As: other.admin, Method: "GET", Path: path + "/price", Status: 404, Want: `{"code":"service.not_found"}`},
	)
	w.Advance(3600e9) // the promotion ends strictly at its expiry
	testkit.Run(t, w.World,
		price("base", "", 200, `{"price":"100000.00","source":"base_price","valid_until":null}`),
		price("outlet", here, 200, `{"price":"120000.00","source":"outlet_override","valid_until":null}`),
		price("outlet without its own", there, 200, `{"price":"100000.00","source":"base_price"}`),
		testkit.Scenario{Name: "below a promotion that is over", As: s.admin, Method: "PUT", Path: path, Status: 200,
			Body: object{"pricing": object{"base_price": 70000}},
			Want: fmt.Sprintf(`{"pricing":{"base_price":"70000.00","promotional_price":null,"outlet_prices":{%q:"120000.00"}}}`, s.here)},
	)
}

func TestPriceHistory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, other := w.salon(subscriptions.Pro), w.salon(subscriptions.Pro)
	service := w.service(s.admin, "Cut", nil)
	path := "/services/" + string(service)
	here := string(s.here)
	for _, change := range []struct {
		method, path string
		body         any
	}{
		{"PUT", path, object{"name": "Long Cut", "pricing": object{"base_price": 150000}}}, // no price changes
		{"PUT", path, object{"pricing": object{"base_price": 160000}}},
		{"POST", path + "/pricing", object{"outlet_prices": object{here: 170000}}},
		{"PUT", path, object{"pricing": object{"promotional_price": 90000, "promotional_valid_until": "2026-03-09T00:00:00Z"}}},
		{"PUT", path, object{"pricing": object{"promotional_valid_until": "2026-03-10T00:00:00Z"}}},
		{"DELETE", path + "/pricing/" + here, nil},
		{"PUT", path, object{"pricing": object{"promotional_price": nil, "currency": "PHP"}}},
	} {
		w.Advance(1e9)
		w.Do(s.manager, change.method, change.path, change.body, 200)
	}
	w.Do(s.admin, "PUT", path, object{"pricing": object{"base_price": -1}}, 422)
	text := func(p *string) string {
		if p == nil {
			return "-"
		}
		return *p
	}
	var page struct {
		Total int
		Items []struct {
			Source      string
			OldPrice    *string `json:"old_price"`
			NewPrice    *string `json:"new_price"`
			NewCurrency *string `json:"new_currency"`
			ValidUntil  *string `json:"valid_until"`
			By          *string `json:"changed_by_id"`
		}
	}
	w.JSON(s.staff, "GET", path+"/price-history", nil).Into(&page)
	var got []string
	for _, c := range page.Items {
		if text(c.By) == "-" {
			t.Errorf("nobody changed %+v", c)
		}
		got = append(got, fmt.Sprintf("%s %s>%s %s %s", c.Source, text(c.OldPrice), text(c.NewPrice), text(c.NewCurrency), text(c.ValidUntil)))
	}
	want := []string{
		"base_price 160000.00>160000.00 PHP -",
		"promotional_price 90000.00>- - -",
		"outlet_override 170000.00>- - -",
		"promotional_price 90000.00>90000.00 IDR 2026-03-10T00:00:00Z",
		"promotional_price ->90000.00 IDR 2026-03-09T00:00:00Z",
		"outlet_override ->170000.00 IDR -",
		"base_price 150000.00>160000.00 IDR -",
		"base_price ->150000.00 IDR -",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	w.Do(s.admin, "DELETE", path, nil, 200)
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "a page of a removed one", As: s.staff, Method: "GET", Path: path + "/price-history?size=3&page=3", Status: 200,
			Want: `{"total":8,"page":3,"size":3,"pages":3,"items":[{"source":"base_price","new_price":"160000.00"},{"new_price":"150000.00","outlet_id":null}]}`},
		testkit.Scenario{Name: "foreign", As: other.admin, Method: "GET", Path: path + "/price-history", Status: 404, Want: `{"code":"service.not_found"}`},
		testkit.Scenario{Name: "absent", As: s.admin, Method: "GET", Path: "/services/" + string(id.New()) + "/price-history", Status: 404},
	)
}
