package outlets_test

import (
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestUpdate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	_, other := w.tenant(subscriptions.Pro)
	outlet := w.outlet(admin, "Senopati", object{"business_hours": []object{{"day": 0, "open_time": "09:00", "close_time": "17:00"}}})
	w.outlet(admin, "Kemang", nil)
	manager := w.colleague(admin, access.OutletManager, outlet)
	path := "/outlets/" + string(outlet)

	put := func(name string, as testkit.Token, body object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "PUT", Path: path, Body: body, Status: status, Want: want}
	}
	testkit.Run(t, w.World,
		put("merged", admin, object{
			"name": "Senopati II", "address": object{"city": "Bandung"}, "contact": object{"email": "a@bella.com"},
			"settings": object{"auto_confirm_bookings": true}, "status": "temporarily_closed", "description": "Up",
		}, 200, `{"name":"Senopati II","slug":"senopati","status":"temporarily_closed","description":"Up",
			"address":{"street":"Jl. Senopati 10","city":"Bandung"},"contact":{"phone":"+622150812345","email":"a@bella.com"},
			"settings":{"auto_confirm_bookings":true,"slot_interval_minutes":30}}`),
		put("nothing", admin, object{}, 200, `{"name":"Senopati II","settings":{"auto_confirm_bookings":true}}`),
		put("null clears", admin, object{"description": nil, "contact": object{"email": nil}}, 200, `{"description":"","contact":{"email":""}}`),
		put("zone", admin, object{"settings": object{"timezone": "Europe/Berlin"}}, 200, `{"settings":{"timezone":"Europe/Berlin"}}`),
		put("hours replaced", admin, object{"business_hours": []object{{"day": 6, "open_time": "10:00", "close_time": "11:00"}}}, 200,
			`{"business_hours":[{"day":0,"is_open":false},{"day":1},{"day":2},{"day":3},{"day":4},{"day":5},{"day":6,"is_open":true,"open_time":"10:00","close_time":"11:00"}]}`),
		put("no hours stated", admin, object{"business_hours": nil}, 200, `{"business_hours":[]}`),
		put("own slug", admin, object{"slug": "senopati"}, 200, `{"slug":"senopati"}`),
		put("taken slug", admin, object{"slug": "kemang"}, 409, `{"code":"outlet.slug_taken"}`),
		put("null name", admin, object{"name": nil}, 422, `"loc":["body","name"]`),
		put("empty slug", admin, object{"slug": ""}, 422, `"loc":["body","slug"]`),
		put("null phone", admin, object{"contact": object{"phone": nil}}, 422, `"loc":["body","contact","phone"]`),
		put("null status", admin, object{"status": nil}, 422, `"loc":["body","status"]`),
		put("status", admin, object{"status": "open"}, 422, `"loc":["body","status"]`),
		put("unknown", admin, object{"is_deleted": true}, 422, `extra_forbidden`),
		put("manager", manager, object{"name": "Mine"}, 403, `{"code":"auth.forbidden"}`),
		put("another business", other, object{"name": "Mine"}, 404, `{"code":"outlet.not_found"}`),
		put("another's tenant_id", admin, object{"tenant_id": w.people[string(other)].Tenant}, 403, `{"code":"tenant.other"}`),
		testkit.Scenario{As: admin, Method: "PUT", Path: "/outlets/none", Body: object{}, Status: 404},
	)
	var audited int
	w.Row(`SELECT count(*) FROM audit_log WHERE object_id = $1 AND action = 'outlet.updated' AND old IS NOT NULL AND new IS NOT NULL`, outlet)(&audited)
	if audited != 7 {
		t.Errorf("%d changes in the audit log, want 7", audited)
	}
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	_, stranger := w.tenant(subscriptions.Pro)
	outlet := w.outlet(admin, "Senopati", nil)
	far := w.outlet(admin, "Kemang", nil)
	manager := w.colleague(admin, access.OutletManager, outlet)
	desk := w.colleague(admin, access.Receptionist, outlet)
	at := func(outlet id.ID, rest string) string { return "/outlets/" + string(outlet) + rest }
	week := object{"business_hours": []object{{"day": 2, "open_time": "09:00", "close_time": "12:00"}, {"day": 2, "open_time": "12:00", "close_time": "17:30"}}}

	testkit.Run(t, w.World,
		testkit.Scenario{Name: "not stated", As: desk, Method: "GET", Path: at(outlet, "/business-hours"), Status: 200,
			Want: `{"outlet_id":"` + string(outlet) + `","timezone":"Asia/Jakarta","business_hours":[]}`},
		testkit.Scenario{Name: "hours", As: manager, Method: "PUT", Path: at(outlet, "/business-hours"), Body: week, Status: 200,
			Want: `{"business_hours":[{"day":0,"is_open":false},{"day":1},{"day":2,"open_time":"09:00","close_time":"12:00"},{"day":2,"open_time":"12:00","close_time":"17:30"},{"day":3},{"day":4},{"day":5},{"day":6}]}`},
		testkit.Scenario{Name: "closed all week", As: manager, Method: "PUT", Path: at(outlet, "/business-hours"),
			Body: object{"business_hours": []object{{"day": 0, "is_open": false}}}, Status: 200, Want: `{"business_hours":[{"day":0},{"day":1},{"day":2},{"day":3},{"day":4},{"day":5},{"day":6}]}`},
		testkit.Scenario{Name: "overlap", As: manager, Method: "PUT", Path: at(outlet, "/business-hours"), Status: 422, Want: `"loc":["body","business_hours"]`,
			Body: object{"business_hours": []object{{"day": 2, "open_time": "09:00", "close_time": "12:01"}, {"day": 2, "open_time": "12:00", "close_time": "17:30"}}}},
		testkit.Scenario{Name: "open and closed", As: manager, Method: "PUT", Path: at(outlet, "/business-hours"), Status: 422, Want: `"loc":["body","business_hours"]`,
			Body: object{"business_hours": []object{{"day": 2, "open_time": "09:00", "close_time": "12:00"}, {"day": 2, "is_open": false}}}},
		testkit.Scenario{Name: "open without times", As: manager, Method: "PUT", Path: at(outlet, "/business-hours"), Status: 422, Want: `"loc":["body","business_hours",0,"open_time"]`,
			Body: object{"business_hours": []object{{"day": 2, "is_open": true}}}},
		testkit.Scenario{Name: "no list", As: manager, Method: "PUT", Path: at(outlet, "/business-hours"), Body: object{}, Status: 422},
		testkit.Scenario{Name: "receptionist", As: desk, Method: "PUT", Path: at(outlet, "/business-hours"), Body: week, Status: 403, Want: `{"code":"auth.forbidden"}`},
		testkit.Scenario{Name: "out of scope", As: manager, Method: "PUT", Path: at(far, "/business-hours"), Body: week, Status: 403, Want: `{"code":"outlet.out_of_scope"}`},
		testkit.Scenario{Name: "stranger", As: stranger, Method: "PUT", Path: at(outlet, "/business-hours"), Body: week, Status: 404, Want: `{"code":"outlet.not_found"}`},

		testkit.Scenario{Name: "settings", As: manager, Method: "PUT", Path: at(outlet, "/settings"), Status: 200,
			Body: object{"timezone": "Asia/Tokyo", "payment_on_arrival": true}, Want: `{"timezone":"Asia/Tokyo","payment_on_arrival":true,"cancellation_hours":24}`},
		testkit.Scenario{Name: "settings stay", As: desk, Method: "GET", Path: at(outlet, "/settings"), Status: 200, Want: `{"timezone":"Asia/Tokyo","payment_on_arrival":true}`},
		testkit.Scenario{Name: "bad zone", As: manager, Method: "PUT", Path: at(outlet, "/settings"), Body: object{"timezone": "Tokyo"}, Status: 422, Want: `"loc":["body","timezone"]`},
		testkit.Scenario{Name: "settings out of scope", As: manager, Method: "GET", Path: at(far, "/settings"), Status: 403, Want: `{"code":"outlet.out_of_scope"}`},
		testkit.Scenario{Name: "settings of a stranger", As: stranger, Method: "PUT", Path: at(outlet, "/settings"), Body: object{}, Status: 404},
	)
	var zone, stored string
	w.Row(`SELECT timezone, settings ->> 'timezone' FROM outlets WHERE id = $1`, outlet)(&zone, &stored)
	if zone != "Asia/Tokyo" || stored != zone {
		t.Errorf("stored zones %q and %q", zone, stored)
	}
}

func TestSpecialHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	_, stranger := w.tenant(subscriptions.Pro)
	outlet := w.outlet(admin, "Senopati", nil)
	far := w.outlet(admin, "Kemang", nil)
	manager := w.colleague(admin, access.OutletManager, outlet)
	path := "/outlets/" + string(outlet) + "/special-hours"
	post := func(name string, body object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: manager, Method: "POST", Path: path, Body: body, Status: status, Want: want}
	}
	testkit.Run(t, w.World,
		post("closed", object{"date": "2026-12-25", "is_open": false, "reason": "Christmas"}, 201,
			`{"date":"2026-12-25","is_open":false,"intervals":[],"reason":"Christmas"}`),
		post("open", object{"date": "2026-12-24", "is_open": true, "open_time": "10:00", "close_time": "14:00"}, 201,
			`{"date":"2026-12-24","is_open":true,"open_time":"10:00","close_time":"14:00","intervals":[{"open_time":"10:00","close_time":"14:00"}],"reason":""}`),
		post("twice", object{"date": "2026-12-31", "intervals": []object{{"open_time": "16:00", "close_time": "24:00"}, {"open_time": "08:00", "close_time": "12:00"}}}, 201,
			`{"date":"2026-12-31","is_open":true,"open_time":"08:00","close_time":"24:00","intervals":[{"open_time":"08:00"},{"open_time":"16:00"}]}`),
		post("replaced", object{"date": "2026-12-24", "open_time": "10:00", "close_time": "13:00"}, 201, `{"close_time":"13:00"}`),
		post("overlap", object{"date": "2026-12-31", "intervals": []object{{"open_time": "08:00", "close_time": "12:00"}, {"open_time": "11:00", "close_time": "12:00"}}}, 422, `"loc":["body","intervals"]`),
		post("backwards", object{"date": "2026-12-31", "intervals": []object{{"open_time": "08:00", "close_time": "07:00"}}}, 422, `"loc":["body","intervals",0,"close_time"]`),
		post("no times", object{"date": "2026-12-31", "is_open": true}, 422, `"loc":["body","open_time"]`),
		post("both ways", object{"date": "2026-12-31", "open_time": "08:00", "close_time": "09:00", "intervals": []object{{"open_time": "08:00", "close_time": "12:00"}}}, 422, `"loc":["body","intervals"]`),
		post("no date", object{"date": "2026-02-30"}, 422, `"loc":["body","date"]`),
		post("two lines", object{"date": "2026-12-31", "is_open": false, "reason": "a\nb"}, 422, `"loc":["body","reason"]`),
		testkit.Scenario{Name: "out of scope", As: manager, Method: "POST", Path: "/outlets/" + string(far) + "/special-hours",
			Body: object{"date": "2026-12-31"}, Status: 403, Want: `{"code":"outlet.out_of_scope"}`},
		testkit.Scenario{Name: "stranger", As: stranger, Method: "POST", Path: path, Body: object{"date": "2026-12-31"}, Status: 404},

		testkit.Scenario{Name: "list", As: manager, Method: "GET", Path: path, Status: 200,
			Want: `{"timezone":"Asia/Jakarta","special_hours":[{"date":"2026-12-24"},{"date":"2026-12-25"},{"date":"2026-12-31"}]}`},
		testkit.Scenario{Name: "between", As: manager, Method: "GET", Path: path + "?from_date=2026-12-25&to_date=2026-12-30", Status: 200,
			Want: `{"special_hours":[{"date":"2026-12-25"}]}`},
		testkit.Scenario{Name: "list of a stranger", As: stranger, Method: "GET", Path: path, Status: 404},
		testkit.Scenario{Name: "list out of scope", As: manager, Method: "GET", Path: "/outlets/" + string(far) + "/special-hours", Status: 403},

		testkit.Scenario{Name: "clear", As: manager, Method: "DELETE", Path: path + "/2026-12-25", Status: 200},
		testkit.Scenario{Name: "clear again", As: manager, Method: "DELETE", Path: path + "/2026-12-25", Status: 404, Want: `{"code":"outlet.date_not_found"}`},
		testkit.Scenario{Name: "clear by query", As: manager, Method: "DELETE", Path: path + "?date=2026-12-31", Status: 200},
		testkit.Scenario{Name: "clear nothing", As: manager, Method: "DELETE", Path: path, Status: 422},
		testkit.Scenario{Name: "clear of a stranger", As: stranger, Method: "DELETE", Path: path + "/2026-12-24", Status: 404, Want: `{"code":"outlet.not_found"}`},
		testkit.Scenario{Name: "what is left", As: manager, Method: "GET", Path: path, Status: 200, Want: `{"special_hours":[{"date":"2026-12-24"}]}`},
	)
}

// Appointments are instants: another time zone would tell customers another time than they
// booked, so it waits until none is coming up.
func TestTheClockStaysUnderAppointments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	tenant := w.people[string(admin)].Tenant
	outlet := w.outlet(admin, "Senopati", nil)
	path := "/outlets/" + string(outlet)
	w.appointment(tenant, outlet, "completed", -24*time.Hour)
	coming := w.appointment(tenant, outlet, "confirmed", 24*time.Hour)
	put := func(name, at string, body object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: admin, Method: "PUT", Path: path + at, Body: body, Status: status, Want: want}
	}
	refused := `{"code":"outlet.timezone_in_use","upcoming_appointments":1}`
	testkit.Run(t, w.World,
		put("settings", "/settings", object{"timezone": "Asia/Tokyo"}, 409, refused),
		put("outlet", "", object{"name": "Other", "settings": object{"timezone": "Asia/Tokyo"}}, 409, refused),
		put("the same", "/settings", object{"timezone": "Asia/Jakarta", "min_notice_minutes": 5}, 200, `{"timezone":"Asia/Jakarta","min_notice_minutes":5}`),
		put("the standard", "/settings", object{"timezone": nil}, 200, `{"timezone":"Asia/Jakarta"}`),
		testkit.Scenario{Name: "nothing changed", As: admin, Method: "GET", Path: path, Status: 200, Want: `{"name":"Senopati","settings":{"timezone":"Asia/Jakarta"}}`},
	)
	w.Exec(`UPDATE appointments SET status = 'cancelled' WHERE id = $1`, coming)
	testkit.Run(t, w.World, put("free", "/settings", object{"timezone": "Asia/Tokyo"}, 200, `{"timezone":"Asia/Tokyo"}`))
}
