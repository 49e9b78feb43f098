package outlets_test

import (
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestListAndGet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	_, stranger := w.tenant(subscriptions.Pro)
	b := w.outlet(admin, "Bravo", object{"address": object{"street": "Jl. Braga 1", "city": "Bandung"}})
	w.Clock.Advance(time.Minute)
	c := w.outlet(admin, "Charlie", object{"status": "inactive"})
	w.Clock.Advance(time.Minute)
	w.outlet(admin, "Alpha 100%", nil)
	manager := w.colleague(admin, access.OutletManager, c)
	nowhere := w.colleague(admin, access.StaffRole)

	list := func(as testkit.Token, query, names string, total string) testkit.Scenario {
		want := `{"items":[` + names + `],"total":` + total + `}`
		return testkit.Scenario{Name: query, As: as, Method: "GET", Path: "/outlets" + query, Status: 200, Want: want}
	}
	alpha, bravo, charlie := `{"name":"Alpha 100%"}`, `{"name":"Bravo"}`, `{"name":"Charlie"}`
	testkit.Run(t, w.World,
		list(admin, "", bravo+","+charlie+","+alpha, "3"),
		list(admin, "?sort_by=created_at&sort_order=desc", alpha+","+charlie+","+bravo, "3"),
		list(admin, "?sort_by=name", alpha+","+bravo+","+charlie, "3"),
		list(admin, "?sort_by=name&order=desc", charlie+","+bravo+","+alpha, "3"),
		list(admin, "?sort_by=city", bravo+","+charlie+","+alpha, "3"),
		list(admin, "?sort_by=status&sort_direction=desc", charlie+","+bravo+","+alpha, "3"),
		list(admin, "?page=2&size=2", alpha, "3"),
		list(admin, "?status=inactive", charlie, "1"),
		list(admin, "?search=BRAGA", bravo, "1"),
		list(admin, "?search=100%25", alpha, "1"),
		list(admin, "?search=_", "", "0"),
		list(admin, "?city=bandung", bravo, "1"),
		list(admin, "?tenant_id="+string(w.people[string(admin)].Tenant), bravo+","+charlie+","+alpha, "3"),
		list(manager, "", charlie, "1"),
		list(manager, "?search=alpha", "", "0"),
		list(nowhere, "", "", "0"),
		list(stranger, "", "", "0"),
		testkit.Scenario{As: admin, Method: "GET", Path: "/outlets?tenant_id=" + string(id.New()), Status: 403, Want: `{"code":"tenant.other"}`},
		testkit.Scenario{As: admin, Method: "GET", Path: "/outlets?sort_by=phone", Status: 422},
		testkit.Scenario{As: admin, Method: "GET", Path: "/outlets?size=101", Status: 422},
		testkit.Scenario{As: "", Method: "GET", Path: "/outlets", Status: 401},

		testkit.Scenario{Name: "get", As: manager, Method: "GET", Path: "/outlets/" + string(c), Status: 200, Want: `{"id":"` + string(c) + `"}`},
		testkit.Scenario{Name: "out of scope", As: manager, Method: "GET", Path: "/outlets/" + string(b), Status: 403, Want: `{"code":"outlet.out_of_scope"}`},
		testkit.Scenario{Name: "foreign", As: stranger, Method: "GET", Path: "/outlets/" + string(b), Status: 404, Want: `{"code":"outlet.not_found"}`},
		testkit.Scenario{Name: "absent", As: manager, Method: "GET", Path: "/outlets/" + string(id.New()), Status: 404, Want: `{"code":"outlet.not_found"}`},
		testkit.Scenario{Name: "no id", As: admin, Method: "GET", Path: "/outlets/x", Status: 404, Want: `{"code":"outlet.not_found"}`},
	)
}

func TestStatsCountWhatIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	tenant := w.people[string(admin)].Tenant
	outlet, far := w.outlet(admin, "Here", nil), w.outlet(admin, "Far", nil)
	w.appointment(tenant, outlet, "completed", -48*time.Hour)
	w.appointment(tenant, outlet, "cancelled", 48*time.Hour)
	w.service(tenant, "active") // offered everywhere
	elsewhere, archived := w.service(tenant, "active"), w.service(tenant, "archived")
	w.Exec(`INSERT INTO service_outlets (tenant_id, service_id, outlet_id) VALUES ($1, $2, $3), ($1, $4, $5)`,
		tenant, elsewhere, far, archived, outlet)
	w.staff(tenant, outlet, "active")
	w.staff(tenant, outlet, "terminated")
	w.staff(tenant, far, "active")
	testkit.Scenario{
		As: admin, Method: "GET", Path: "/outlets/" + string(outlet), Status: 200,
		Want: `{"stats":{"staff_count":1,"active_services_count":1,"total_appointments":2}}`,
	}.Run(t, w.World)
}

func TestRemove(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	_, stranger := w.tenant(subscriptions.Pro)
	tenant := w.people[string(admin)].Tenant
	outlet := w.outlet(admin, "Senopati", nil)
	w.Clock.Advance(time.Minute)
	second := w.outlet(admin, "Kemang", nil)
	manager := w.colleague(admin, access.OutletManager, outlet)
	path := "/outlets/" + string(outlet)
	w.appointment(tenant, outlet, "completed", -24*time.Hour)
	w.appointment(tenant, outlet, "cancelled", 24*time.Hour)
	coming := w.appointment(tenant, outlet, "confirmed", 24*time.Hour)

	testkit.Run(t, w.World,
		testkit.Scenario{Name: "manager", As: manager, Method: "DELETE", Path: path, Status: 403},
		testkit.Scenario{Name: "foreign", As: stranger, Method: "DELETE", Path: path, Status: 404, Want: `{"code":"outlet.not_found"}`},
		testkit.Scenario{Name: "upcoming", As: admin, Method: "DELETE", Path: path, Status: 409, Want: `{"code":"outlet.has_appointments"}`},
	)
	w.Exec(`UPDATE appointments SET status = 'cancelled' WHERE id = $1`, coming)
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "removed", As: admin, Method: "DELETE", Path: path, Status: 200, Want: `{"message":"*"}`},
		testkit.Scenario{Name: "gone", As: admin, Method: "GET", Path: path, Status: 404},
		testkit.Scenario{Name: "gone again", As: admin, Method: "DELETE", Path: path, Status: 404},
		testkit.Scenario{Name: "not listed", As: admin, Method: "GET", Path: "/outlets", Status: 200, Want: `{"total":1}`},
		testkit.Scenario{Name: "the next is the default", As: admin, Method: "GET", Path: "/outlets/" + string(second), Status: 200, Want: `{"is_default":true}`},
		testkit.Scenario{Name: "its slug is free", As: admin, Method: "POST", Path: "/outlets", Body: draft("Again", object{"slug": "senopati"}),
			Status: 201, Want: `{"slug":"senopati","is_default":false}`},
	)
	w.Exec(`UPDATE appointments SET status = 'pending', hold_until = $2 WHERE id = $1`, coming, w.Clock.Now())
	w.Exec(`UPDATE appointments SET outlet_id = $2 WHERE id = $1`, coming, second)
	testkit.Scenario{Name: "a hold that lapsed", As: admin, Method: "DELETE", Path: "/outlets/" + string(second), Status: 200}.Run(t, w.World)
}
