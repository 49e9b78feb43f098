package staff_test

import (
	"fmt"
	"slices"
	"testing"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestSkills(t *testing.T) {
	w := world.New(t)
	salon := w.Tenant().Plan("PRO")
	outlet, cut := salon.Outlet(), salon.Service()
	colour := salon.Service(object{"duration_minutes": 90, "processing_gaps": []object{{"from_minute": 30, "to_minute": 60}}})
	idle := salon.Service(object{"is_active": false})
	member := salon.Staff(outlet, nil)
	path := "/staff/" + string(member.ID)
	skills := func(name string, body object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "PUT", Path: path + "/skills", Body: body, Status: status, Want: want}
	}
	update := func(name string, body object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: salon.Admin, Method: "PUT", Path: path, Body: object{"skills": body}, Status: status, Want: want}
	}
	one := func(service id.ID, changes object) object {
		body := object{"service_id": service}
		for key, value := range changes {
			body[key] = value
		}
		return object{"services": []object{body}}
	}
	// both shows the skills of a cut and of colour, in the order of their ids.
	both := func(ofCut, ofColour string) string {
		first, second := fmt.Sprintf(`{"service_id":%q,%s}`, cut.ID, ofCut), fmt.Sprintf(`{"service_id":%q,%s}`, colour.ID, ofColour)
		if cut.ID > colour.ID {
			first, second = second, first
		}
		return fmt.Sprintf(`{"skills":{"services":[%s,%s]}}`, first, second)
	}
	testkit.Run(t, w,
		skills("level, time and price", object{"services": []object{
			{"service_id": cut.ID, "level": "expert", "duration_minutes": 45, "price": 200000}, {"service_id": colour.ID},
		}}, 200, both(`"level":"expert","duration_minutes":45,"price":"200000.00"`, `"level":null,"duration_minutes":null,"price":null`)),
		update("the years alone leave them", object{"years_experience": 3}, 200, both(`"level":"expert","price":"200000.00"`, `"level":null`)),
		update("ids alone leave those that stay", object{"service_ids": []id.ID{cut.ID}}, 200,
			fmt.Sprintf(`{"skills":{"services":[{"service_id":%q,"duration_minutes":45}]}}`, cut.ID)),
		update("both lists", object{"service_ids": []id.ID{colour.ID}, "services": []object{{"service_id": colour.ID, "price": "0"}}}, 200,
			fmt.Sprintf(`{"skills":{"services":[{"service_id":%q,"level":null,"price":"0.00"}]}}`, colour.ID)),
		skills("replaced whole", object{"service_ids": []id.ID{colour.ID}}, 200,
			fmt.Sprintf(`{"skills":{"services":[{"service_id":%q,"price":null}]}}`, colour.ID)),
		update("lists that differ", object{"service_ids": []id.ID{cut.ID}, "services": []object{{"service_id": colour.ID}}}, 422, "same services"),
		skills("named twice", object{"services": []object{{"service_id": cut.ID}, {"service_id": cut.ID}}}, 422, "named twice"),
		skills("neither list", object{"specialties": []string{"balayage"}}, 422, "service_ids"),
		skills("no such service", one(id.New(), nil), 400, `{"code":"staff.unknown_service"}`),
		skills("another tenant's service", one(w.Tenant().Service().ID, nil), 400, `{"code":"staff.unknown_service"}`),
		skills("an inactive service", one(idle.ID, nil), 400, `{"code":"staff.unknown_service"}`),
		skills("unheard level", one(cut.ID, object{"level": "god"}), 422, "level"),
		skills("off the raster", one(cut.ID, object{"duration_minutes": 44}), 422, "duration_minutes"),
		skills("no time at all", one(cut.ID, object{"duration_minutes": 0}), 422, "duration_minutes"),
		skills("longer than a day", one(cut.ID, object{"duration_minutes": 1445}), 422, "duration_minutes"),
		skills("over before the colour took effect", one(colour.ID, object{"duration_minutes": 60}), 422, "processing time"),
		skills("longer than that", one(colour.ID, object{"duration_minutes": 65}), 200, `{"skills":{"services":[{"duration_minutes":65}]}}`),
		skills("below zero", one(cut.ID, object{"price": -1}), 422, "price"),
		skills("too many digits", one(cut.ID, object{"price": "99999999999999999999"}), 422, "price"),
		skills("a fraction", one(cut.ID, object{"price": 1.999}), 422, "too many digits"),
		testkit.Scenario{
			Name: "on creation", As: salon.Admin, Method: "POST", Path: "/staff", Status: 201,
			Body: input(outlet, object{"skills": one(cut.ID, object{"level": "junior", "price": 100000})}),
			Want: fmt.Sprintf(`{"skills":{"service_ids":[%q],"services":[{"level":"junior","price":"100000.00"}]}}`, cut.ID),
		},
		testkit.Scenario{
			Name: "nothing was done by what was refused", As: salon.Admin, Method: "GET", Path: path, Status: 200,
			Want: fmt.Sprintf(`{"skills":{"service_ids":[%q],"services":[{"duration_minutes":65}]}}`, colour.ID),
		},
	)
}

// A price that was set in another currency than the service has now counts no more.
func TestOwnPrices(t *testing.T) {
	w := world.New(t)
	salon := w.Tenant().Plan("PRO")
	outlet, cut, pair := salon.Outlet(), salon.Service(), salon.Service(object{"required_staff_count": 2})
	member := salon.Staff(outlet, []*testkit.Service{cut})
	w.Do(salon.Admin, "PUT", "/staff/"+string(member.ID)+"/skills", object{"services": []object{
		{"service_id": cut.ID, "price": 120000}, {"service_id": pair.ID, "price": 1}}}, 200)
	price := func(service *testkit.Service, of id.ID, status int, want string) testkit.Scenario {
		return testkit.Scenario{
			As: salon.Admin, Method: "GET", Path: fmt.Sprintf("/services/%s/price?outlet_id=%s&staff_id=%s", service.ID, outlet.ID, of), Status: status, Want: want,
		}
	}
	change := func(pricing object) testkit.Scenario {
		return testkit.Scenario{As: salon.Admin, Method: "PUT", Path: "/services/" + string(cut.ID), Body: object{"pricing": pricing}, Status: 200}
	}
	testkit.Run(t, w,
		price(cut, member.ID, 200, `{"price":"120000.00","source":"staff_override"}`),
		price(cut, "", 200, `{"price":"150000.00","source":"base_price"}`),
		price(pair, member.ID, 200, `{"price":"150000.00","source":"base_price"}`),
		price(cut, salon.Staff(outlet, nil).ID, 404, `{"code":"service.not_given"}`),
		price(cut, w.Tenant().User, 404, `{"code":"service.not_given"}`),
		change(object{"outlet_prices": object{string(outlet.ID): 140000}}),
		price(cut, member.ID, 200, `{"price":"120000.00","source":"staff_override"}`),
		change(object{"promotional_price": 130000, "promotional_valid_until": "2026-12-31T00:00:00Z"}),
		price(cut, member.ID, 200, `{"price":"130000.00","source":"promotional_price"}`),
		change(object{"promotional_price": nil, "outlet_prices": object{}, "currency": "USD", "base_price": 15}),
		price(cut, member.ID, 200, `{"price":"15.00","currency":"USD","source":"base_price"}`),
	)
}

// Who gives a service is told by the service's own entries as well, whichever side
// changes it.
func TestServicesKnowWhoseStaffChanged(t *testing.T) {
	w := world.New(t)
	salon := w.Tenant().Plan("PRO")
	outlet, cut, colour := salon.Outlet(), salon.Service(), salon.Service()
	first := salon.Staff(outlet, []*testkit.Service{cut})
	second := salon.Staff(outlet, nil)
	path := "/staff/" + string(second.ID)
	last := func(service *testkit.Service, old, now []id.ID) testkit.Scenario {
		entry := func(staff []id.ID) string {
			return fmt.Sprintf(`{"id":%q,"assigned_staff":%s}`, service.ID, list(staff))
		}
		return testkit.Scenario{
			As: salon.Admin, Method: "GET", Path: "/audit-logs/objects/" + string(service.ID), Status: 200,
			Want: fmt.Sprintf(`{"state":%s,"last":{"action":"service.updated","old":%s,"new":%s}}`, entry(now), entry(old), entry(now)),
		}
	}
	testkit.Run(t, w,
		last(cut, nil, []id.ID{first.ID}),
		testkit.Scenario{As: salon.Admin, Method: "PUT", Path: path + "/skills", Body: object{"service_ids": []id.ID{cut.ID, colour.ID}}, Status: 200},
		last(cut, []id.ID{first.ID}, []id.ID{first.ID, second.ID}),
		last(colour, nil, []id.ID{second.ID}),
		testkit.Scenario{As: salon.Admin, Method: "PUT", Path: path, Body: object{"skills": object{"service_ids": []id.ID{colour.ID}}}, Status: 200},
		last(cut, []id.ID{first.ID, second.ID}, []id.ID{first.ID}),
		testkit.Scenario{As: salon.Admin, Method: "DELETE", Path: path, Status: 204},
		last(colour, []id.ID{second.ID}, nil),
		testkit.Scenario{As: salon.Admin, Method: "POST", Path: path + "/restore", Status: 200},
		last(colour, nil, []id.ID{second.ID}),
	)
}

func list(ids []id.ID) string {
	ids = slices.Sorted(slices.Values(ids))
	text := "["
	for i, one := range ids {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf("%q", one)
	}
	return text + "]"
}

// Rates are for services that there are; one that was removed since keeps its rate.
func TestRatesNameServices(t *testing.T) {
	w := world.New(t)
	salon := w.Tenant()
	outlet, cut := salon.Outlet(), salon.Service()
	path := "/staff/" + string(salon.Staff(outlet, nil).ID)
	rates := func(service id.ID) object { return object{"service_rates": object{string(service): 0.3}} }
	testkit.Run(t, w,
		testkit.Scenario{As: salon.Admin, Method: "PUT", Path: path + "/commission", Body: rates(id.New()), Status: 400, Want: `{"code":"staff.unknown_service"}`},
		testkit.Scenario{As: salon.Admin, Method: "PUT", Path: path, Body: object{"commission": rates(w.Tenant().Service().ID)}, Status: 400, Want: `{"code":"staff.unknown_service"}`},
		testkit.Scenario{As: salon.Admin, Method: "POST", Path: "/staff", Body: input(outlet, object{"commission": rates(id.New())}), Status: 400, Want: `{"code":"staff.unknown_service"}`},
		testkit.Scenario{As: salon.Admin, Method: "PUT", Path: path + "/commission", Body: rates(cut.ID), Status: 200, Want: fmt.Sprintf(`{"commission":{"service_rates":{%q:0.3}}}`, cut.ID)},
		testkit.Scenario{As: salon.Admin, Method: "DELETE", Path: "/services/" + string(cut.ID), Status: 200},
		testkit.Scenario{Name: "said again", As: salon.Admin, Method: "PUT", Path: path + "/commission", Body: rates(cut.ID), Status: 200},
	)
}

// A service that was removed is nobody's skill until it comes back; customers see those
// only that are offered at the outlet.
func TestSkillsOfServicesThatAreNotOffered(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	tenant := salon.Tenant.Plan("PRO")
	cut, colour, shave := tenant.Service(), tenant.Service(), tenant.Service(object{"outlet_ids": []id.ID{tenant.Outlet().ID}})
	ayu := tenant.Staff(salon.Outlet, []*testkit.Service{cut, colour, shave})
	path, public := "/staff/"+string(ayu.ID), "/public/outlets/"+string(salon.Outlet.ID)+"/staff?service_id="+string(cut.ID)
	skills := func(name string, of ...*testkit.Service) testkit.Scenario {
		return testkit.Scenario{Name: name, As: tenant.Admin, Method: "GET", Path: path, Status: 200, Check: func(t *testing.T, a testkit.Answer) {
			sameServices(t, a, "skills.service_ids", of)
		}}
	}
	shown := func(name string, of ...*testkit.Service) testkit.Scenario {
		return testkit.Scenario{Name: name, Method: "GET", Path: public, Status: 200, Check: func(t *testing.T, a testkit.Answer) {
			sameServices(t, a, "items.0.service_ids", of)
		}}
	}
	call := func(name, method, path string, body any) testkit.Scenario {
		return testkit.Scenario{Name: name, As: tenant.Admin, Method: method, Path: path, Body: body, Status: 200}
	}
	coloured := "/services/" + string(colour.ID)
	testkit.Run(t, w,
		skills("all", cut, colour, shave), shown("here", cut, colour),
		call("inactive", "POST", coloured+"/deactivate", nil), skills("still a skill", cut, colour, shave), shown("not offered", cut),
		call("removed", "DELETE", coloured, nil), skills("no skill", cut, shave), shown("not there", cut),
		call("without the removed one", "PUT", path+"/skills", object{"service_ids": []id.ID{cut.ID}}), skills("one left", cut),
		testkit.Scenario{Name: "the removed one cannot be learned", As: tenant.Admin, Method: "PUT", Path: path + "/skills",
			Body: object{"service_ids": []id.ID{cut.ID, colour.ID}}, Status: 400, Want: `{"code":"staff.unknown_service"}`},
		call("restored", "POST", coloured+"/restore", nil), skills("known again", cut, colour), shown("offered again", cut, colour),
	)
}

func sameServices(t *testing.T, a testkit.Answer, path string, want []*testkit.Service) {
	t.Helper()
	var got, ids []string
	for i := range a.Len(path) {
		got = append(got, a.Text(fmt.Sprintf("%s.%d", path, i)))
	}
	for _, service := range want {
		ids = append(ids, string(service.ID))
	}
	slices.Sort(got)
	slices.Sort(ids)
	if !slices.Equal(got, ids) {
		t.Errorf("at %s are %v, want %v: %s", path, got, ids, a.Body)
	}
}
