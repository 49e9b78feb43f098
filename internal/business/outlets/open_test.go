package outlets_test

import (
	"sync"
	"testing"

	"reserva/internal/access"
	"reserva/internal/business/subscriptions"
	"reserva/internal/testkit"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	_, other := w.tenant(subscriptions.Pro)
	manager := w.colleague(admin, access.OutletManager)

	post := func(name string, as testkit.Token, body object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "POST", Path: "/outlets", Body: body, Status: status, Want: want}
	}
	testkit.Run(t, w.World,
		post("least", admin, draft("  Bella Vista — Senopati ", nil), 201, `{
			"id":"*","tenant_id":"*","name":"Bella Vista — Senopati","slug":"bella-vista-senopati","description":"","status":"active",
			"is_default":true,
			"address":{"street":"Jl. Senopati 10","city":"Jakarta","state":"","postal_code":"","country":""},
			"contact":{"phone":"+622150812345","email":"","website":""},
			"business_hours":[],
			"settings":{"timezone":"Asia/Jakarta","accepts_online_booking":true,"requires_appointment":false,
				"walk_ins_allowed":true,"auto_confirm_bookings":false,"advance_booking_days":30,"min_notice_minutes":0,
				"cancellation_hours":24,"slot_interval_minutes":30,"default_service_buffer_minutes":15,
				"payment_required_upfront":false,"accepts_online_payment":true,"accepts_cash_payment":true,"payment_on_arrival":false},
			"stats":{"staff_count":0,"active_services_count":0,"total_appointments":0}}`),
		post("same name", admin, draft("Bella Vista Senopati", nil), 201, `{"slug":"bella-vista-senopati-2","is_default":false}`),
		post("slug of one's own", admin, draft("Third", object{"slug": "Kemang"}), 201, `{"slug":"kemang"}`),
		post("taken slug", admin, draft("Fourth", object{"slug": "kemang"}), 409, `{"code":"outlet.slug_taken"}`),
		post("taken by another business", other, draft("Fourth", object{"slug": "kemang"}), 201, `{"slug":"kemang"}`),
		post("no Latin letter", admin, draft("美容室", nil), 201, `{"name":"美容室","slug":"outlet"}`),
		post("markup is data", admin, draft("<b>A & B</b>", nil), 201, `{"name":"<b>A & B</b>"}`),
		post("all", admin, draft("Full", object{
			"status": "inactive", "description": " Upstairs.\nRing twice. ", "tenant_id": w.people[string(admin)].Tenant,
			"address":        object{"street": "1 Main St", "city": "New York", "state": "NY", "postal_code": "10001", "country": "us"},
			"contact":        object{"phone": "+12125550123", "email": "NY@Bella.com", "website": "https://bella.com/ny"},
			"business_hours": []object{{"day": 0, "open_time": "13:00", "close_time": "24:00"}, {"day": 0, "is_open": true, "open_time": "09:00", "close_time": "12:00:00"}, {"day": 6, "is_open": false, "open_time": "09:00"}},
			"settings":       object{"timezone": "America/New_York", "slot_interval_minutes": 15, "min_notice_minutes": 60, "walk_ins_allowed": false},
		}), 201, `{"status":"inactive","description":"Upstairs.\nRing twice.","address":{"country":"US"},"contact":{"email":"ny@bella.com"},
			"business_hours":[
				{"day":0,"is_open":true,"open_time":"09:00","close_time":"12:00"},{"day":0,"is_open":true,"open_time":"13:00","close_time":"24:00"},
				{"day":1,"is_open":false},{"day":2,"is_open":false},{"day":3,"is_open":false},{"day":4,"is_open":false},
				{"day":5,"is_open":false},{"day":6,"is_open":false}],
			"settings":{"timezone":"America/New_York","slot_interval_minutes":15,"min_notice_minutes":60,"walk_ins_allowed":false,"advance_booking_days":30}}`),

		post("manager", manager, draft("Mine", nil), 403, `{"code":"auth.forbidden"}`),
		post("another's tenant_id", admin, draft("X", object{"tenant_id": w.people[string(other)].Tenant}), 403, `{"code":"tenant.other"}`),
		post("no name", admin, draft("  ", nil), 422, `"loc":["body","name"]`),
		post("forged line", admin, draft("A\r\nBcc: b@x.co", nil), 422, `"loc":["body","name"]`),
		post("no phone", admin, draft("X", object{"contact": object{"email": "a@x.co"}}), 422, `"loc":["body","contact","phone"]`),
		post("no telephone", admin, draft("X", object{"contact": object{"phone": "call me"}}), 422, `"loc":["body","contact","phone"]`),
		post("no city", admin, draft("X", object{"address": object{"street": "Jl. 1"}}), 422, `"loc":["body","address","city"]`),
		post("empty street", admin, draft("X", object{"address": object{"street": " ", "city": "Jakarta"}}), 422, `"loc":["body","address","street"]`),
		post("country", admin, draft("X", object{"address": object{"street": "a", "city": "b", "country": "1D"}}), 422, `"loc":["body","address","country"]`),
		post("zone", admin, draft("X", object{"settings": object{"timezone": "Mars/Olympus"}}), 422, `"loc":["body","settings","timezone"]`),
		post("local zone", admin, draft("X", object{"settings": object{"timezone": "Local"}}), 422, `"loc":["body","settings","timezone"]`),
		post("unknown setting", admin, draft("X", object{"settings": object{"colour": "red"}}), 422, `extra_forbidden`),
		post("interval off the raster", admin, draft("X", object{"settings": object{"slot_interval_minutes": 7}}), 422, `"loc":["body","settings","slot_interval_minutes"]`),
		post("slug", admin, draft("X", object{"slug": "a b"}), 422, `"loc":["body","slug"]`),
		post("script", admin, draft("X", object{"contact": object{"phone": "+12125550123", "website": "javascript:alert(1)"}}), 422, `"loc":["body","contact","website"]`),
		post("hours", admin, draft("X", object{"business_hours": []object{{"day": 1, "open_time": "18:00", "close_time": "09:00"}}}), 422, `"loc":["body","business_hours",0,"close_time"]`),
		post("no day", admin, draft("X", object{"business_hours": []object{{"day": 7, "open_time": "08:00", "close_time": "09:00"}}}), 422, `"loc":["body","business_hours",0,"day"]`),
	)
}

func TestNewOutletTakesTheBusinessesDefaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	w.Exec(`
		UPDATE tenants
		SET timezone = 'Asia/Makassar', settings = settings || '{"booking_advance_days": 90, "cancellation_hours": 6}'
		WHERE id = $1`, w.people[string(admin)].Tenant)
	first := w.outlet(admin, "First", object{"settings": object{"cancellation_hours": 2}})
	testkit.Run(t, w.World,
		testkit.Scenario{
			As: admin, Method: "GET", Path: "/outlets/" + string(first) + "/settings", Status: 200,
			Want: `{"timezone":"Asia/Makassar","advance_booking_days":90,"cancellation_hours":2}`,
		},
		testkit.Scenario{
			Name: "null brings the default back", As: admin, Method: "PUT", Path: "/outlets/" + string(first) + "/settings",
			Body: object{"cancellation_hours": nil, "advance_booking_days": 5}, Status: 200,
			Want: `{"timezone":"Asia/Makassar","advance_booking_days":5,"cancellation_hours":6}`,
		},
	)
}

func TestPlanLimitsOutlets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Free)
	only := w.outlet(admin, "Only", nil)
	again := testkit.Scenario{
		As: admin, Method: "POST", Path: "/outlets", Body: draft("Second", nil), Status: 402, Want: `{"code":"plan.outlets"}`,
		Check: func(t *testing.T, a testkit.Answer) {
			if got, want := a.Text("detail"), "Subscription limit reached. Maximum outlets allowed on the FREE plan: 1."; got != want {
				t.Errorf("detail %q, want %q", got, want)
			}
		},
	}
	again.Run(t, w.World)
	w.Do(admin, "DELETE", "/outlets/"+string(only), nil, 200)
	again.Name = "deleted ones count"
	again.Run(t, w.World)
}

func TestPlanLimitHoldsInARace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	var group sync.WaitGroup
	answers := make([]int, 16)
	for i := range answers {
		group.Go(func() {
			answers[i] = w.Send(testkit.Request{As: admin, Method: "POST", Path: "/outlets", Body: draft("Same Name", nil)}).Status
		})
	}
	group.Wait()
	count := map[int]int{}
	for _, status := range answers {
		count[status]++
	}
	if count[201] != 10 || count[402] != 6 {
		t.Errorf("answers %v, want 10 outlets and 6 refusals", count)
	}
	defaults := 0
	list := w.JSON(admin, "GET", "/outlets?size=100", nil)
	var page struct {
		Items []struct {
			IsDefault bool `json:"is_default"`
		}
	}
	list.Into(&page)
	for _, outlet := range page.Items {
		if outlet.IsDefault {
			defaults++
		}
	}
	if defaults != 1 || len(page.Items) != 10 {
		t.Errorf("%d of %d outlets are the default", defaults, len(page.Items))
	}
}
