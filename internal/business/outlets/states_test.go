package outlets_test

import (
	"sync"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestActivation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	slug, admin := w.tenant(subscriptions.Pro)
	_, stranger := w.tenant(subscriptions.Pro)
	outlet := w.outlet(admin, "Senopati", nil)
	manager := w.colleague(admin, access.OutletManager, outlet)
	path := "/outlets/" + string(outlet)
	w.appointment(w.people[string(admin)].Tenant, outlet, "confirmed", time.Hour) // what is booked does not matter
	public := func(name string, status int, listed string) []testkit.Scenario {
		return []testkit.Scenario{
			{Name: name, Method: "GET", Path: "/public" + path, Status: status},
			{Name: name, Method: "GET", Path: "/public" + path + "/hours", Status: status},
			{Name: name, Method: "GET", Path: "/public/tenants/" + slug + "/outlets", Status: 200, Want: `{"total":` + listed + `}`},
			{Name: name, Method: "GET", Path: "/public/outlets?tenant_slug=" + slug, Status: 200, Want: `{"total":` + listed + `}`},
		}
	}
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "off", As: admin, Method: "POST", Path: path + "/deactivate", Status: 200, Want: `{"status":"inactive"}`},
		testkit.Scenario{Name: "off again", As: admin, Method: "POST", Path: path + "/deactivate", Status: 200, Want: `{"status":"inactive"}`},
	)
	testkit.Run(t, w.World, public("inactive", 404, "0")...)
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "on", As: admin, Method: "POST", Path: path + "/activate", Status: 200, Want: `{"status":"active"}`})
	testkit.Run(t, w.World, public("active", 200, "1")...)
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "closed", As: admin, Method: "PUT", Path: path, Body: object{"status": "temporarily_closed"}, Status: 200})
	testkit.Run(t, w.World, public("temporarily closed", 404, "0")...)
	for _, verb := range []string{"/activate", "/deactivate", "/restore"} {
		testkit.Run(t, w.World,
			testkit.Scenario{Name: "manager", As: manager, Method: "POST", Path: path + verb, Status: 403, Want: `{"code":"auth.forbidden"}`},
			testkit.Scenario{Name: "foreign", As: stranger, Method: "POST", Path: path + verb, Status: 404, Want: `{"code":"outlet.not_found"}`},
			testkit.Scenario{Name: "absent", As: admin, Method: "POST", Path: "/outlets/" + string(id.New()) + verb, Status: 404, Want: `{"code":"outlet.not_found"}`},
		)
	}
}

func TestRestore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	outlet := w.outlet(admin, "Senopati", object{"status": "temporarily_closed"})
	second := w.outlet(admin, "Kemang", nil)
	path := "/outlets/" + string(outlet)
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "is there", As: admin, Method: "POST", Path: path + "/restore", Status: 409, Want: `{"code":"outlet.not_deleted"}`},
		testkit.Scenario{Name: "deleted", As: admin, Method: "DELETE", Path: path, Status: 200},
		testkit.Scenario{Name: "not listed", As: admin, Method: "GET", Path: "/outlets", Status: 200, Want: `{"total":1}`},
		testkit.Scenario{Name: "listed where asked", As: admin, Method: "GET", Path: "/outlets?include_deleted=true&sort_by=name&sort_order=desc",
			Status: 200, Want: `{"items":[{"name":"Senopati","is_deleted":true},{"name":"Kemang","is_deleted":false}],"total":2}`},
		testkit.Scenario{Name: "not for managers", As: w.colleague(admin, access.OutletManager, outlet, second), Method: "GET",
			Path: "/outlets?include_deleted=true", Status: 200, Want: `{"total":1}`},
		testkit.Scenario{Name: "not activated", As: admin, Method: "POST", Path: path + "/activate", Status: 404},
		testkit.Scenario{Name: "as it was", As: admin, Method: "POST", Path: path + "/restore", Status: 200,
			Want: `{"slug":"senopati","status":"temporarily_closed","is_default":false,"is_deleted":false}`},
		testkit.Scenario{Name: "is there again", As: admin, Method: "GET", Path: path, Status: 200},

		testkit.Scenario{Name: "deleted", As: admin, Method: "DELETE", Path: path, Status: 200},
		testkit.Scenario{Name: "its slug is taken", As: admin, Method: "POST", Path: "/outlets", Body: draft("New", object{"slug": "senopati"}), Status: 201},
		testkit.Scenario{Name: "under another", As: admin, Method: "POST", Path: path + "/restore", Status: 200, Want: `{"slug":"senopati-2"}`},
	)
	tenant := w.people[string(admin)].Tenant
	w.Exec(`UPDATE outlets SET deleted_at = now(), is_default = false WHERE tenant_id = $1`, tenant)
	testkit.Scenario{Name: "the only one", As: admin, Method: "POST", Path: path + "/restore", Status: 200, Want: `{"is_default":true}`}.Run(t, w.World)
	w.Exec(`UPDATE subscriptions SET plan = 'FREE' WHERE tenant_id = $1`, tenant)
	testkit.Scenario{Name: "over the limit", As: admin, Method: "POST", Path: "/outlets/" + string(second) + "/restore", Status: 402,
		Want: `{"code":"plan.outlets"}`}.Run(t, w.World)
}

func TestPurge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Free)
	tenant := w.people[string(admin)].Tenant
	super := w.colleague(admin, access.SuperAdmin)
	outlet := w.outlet(admin, "Senopati", nil)
	path := "/outlets/" + string(outlet)
	w.appointment(tenant, outlet, "completed", -24*time.Hour)
	coming := w.appointment(tenant, outlet, "confirmed", 24*time.Hour)
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "not an administrator", As: admin, Method: "DELETE", Path: path + "?purge=true", Status: 403, Want: `{"code":"outlet.purge"}`},
		testkit.Scenario{Name: "upcoming", As: super, Method: "DELETE", Path: path + "?purge=true", Status: 409, Want: `{"code":"outlet.has_appointments"}`},
	)
	w.Exec(`UPDATE appointments SET status = 'cancelled' WHERE id = $1`, coming)
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "deleted", As: admin, Method: "DELETE", Path: path, Status: 200},
		testkit.Scenario{Name: "still counted", As: admin, Method: "POST", Path: "/outlets", Body: draft("Kemang", nil), Status: 402, Want: `{"code":"plan.outlets"}`},
		testkit.Scenario{Name: "purged", As: super, Method: "DELETE", Path: path + "?purge=true", Status: 200},
		testkit.Scenario{Name: "purged again", As: super, Method: "DELETE", Path: path + "?purge=true", Status: 404},
		testkit.Scenario{Name: "not restored", As: admin, Method: "POST", Path: path + "/restore", Status: 404},
		testkit.Scenario{Name: "not listed", As: admin, Method: "GET", Path: "/outlets?include_deleted=true", Status: 200, Want: `{"total":0}`},
		testkit.Scenario{Name: "not counted", As: admin, Method: "POST", Path: "/outlets", Body: draft("Kemang", nil), Status: 201, Want: `{"is_default":true}`},
	)
	var history int
	w.Row(`SELECT count(*) FROM appointments WHERE outlet_id = $1`, outlet)(&history)
	if history != 2 {
		t.Errorf("%d appointments are left of 2", history)
	}
	var open int
	w.Row(`SELECT count(*) FROM outlets WHERE tenant_id = $1 AND deleted_at IS NULL`, tenant)(&open)
	if open != 1 {
		t.Errorf("%d outlets", open)
	}
}

// However many restore an outlet at once, one of them does.
func TestAnOutletIsRestoredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	outlet := w.outlet(admin, "Same", nil)
	w.Do(admin, "DELETE", "/outlets/"+string(outlet), nil, 200)
	var lock sync.Mutex
	var work sync.WaitGroup
	answers := map[int]int{}
	for range 5 {
		work.Go(func() {
			a := w.Send(testkit.Request{As: admin, Method: "POST", Path: "/outlets/" + string(outlet) + "/restore"})
			lock.Lock()
			defer lock.Unlock()
			answers[a.Status]++
		})
	}
	work.Wait()
	if answers[200] != 1 || answers[409] != 4 {
		t.Errorf("answers %v", answers)
	}
}

func TestStatistics(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	_, stranger := w.tenant(subscriptions.Pro)
	tenant := w.people[string(admin)].Tenant
	outlet, far := w.outlet(admin, "Here", nil), w.outlet(admin, "Far", nil)
	manager := w.colleague(admin, access.OutletManager, outlet)
	path := "/outlets/" + string(outlet) + "/stats"
	day := func(in int) string {
		return w.Clock.Now().In(time.FixedZone("WIB", 7*3600)).AddDate(0, 0, in).Format("2006-01-02")
	}
	period := "?from_date=" + day(1) + "&to_date=" + day(3)
	get := func(name string, as testkit.Token, path string, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: as, Method: "GET", Path: path, Status: status, Want: want}
	}
	testkit.Run(t, w.World,
		get("nothing yet", admin, path, 200, `{"total_appointments":0,"revenue":0,"average_rating":null,"utilisation_rate":null,"working_minutes":0,
			"appointments_by_status":{"pending":0,"confirmed":0,"in_progress":0,"completed":0,"cancelled":0,"no_show":0},
			"from_date":"`+day(0)[:8]+`01","to_date":"`+day(0)+`","timezone":"Asia/Jakarta","currency":"IDR"}`))

	for status, in := range map[string]time.Duration{
		"completed": 24 * time.Hour, "confirmed": 30 * time.Hour, "cancelled": 48 * time.Hour, "no_show": 50 * time.Hour, "in_progress": 52 * time.Hour,
	} {
		made := w.appointment(tenant, outlet, status, in)
		w.Exec(`UPDATE appointments SET total_price = 150000 WHERE id = $1`, made)
	}
	lapsed := w.appointment(tenant, outlet, "pending", 26*time.Hour)
	w.Exec(`UPDATE appointments SET hold_until = $2 WHERE id = $1`, lapsed, w.Clock.Now())
	w.appointment(tenant, outlet, "completed", 8*24*time.Hour) // after the period
	w.appointment(tenant, far, "completed", 24*time.Hour)
	w.staff(tenant, outlet, "active")
	w.works(tenant, outlet, far, day(2))
	testkit.Run(t, w.World,
		get("summed up", manager, path+period, 200, `{"staff_count":1,"total_appointments":6,"revenue":150000,
			"appointments_by_status":{"pending":0,"confirmed":1,"in_progress":1,"completed":1,"cancelled":2,"no_show":1},
			"working_minutes":420,"booked_minutes":105,"utilisation_rate":0.25}`),
		get("out of scope", manager, "/outlets/"+string(far)+"/stats", 403, `{"code":"outlet.out_of_scope"}`),
		get("foreign", stranger, path, 404, `{"code":"outlet.not_found"}`),
		get("not for staff", w.colleague(admin, access.StaffRole, outlet), path, 403, `{"code":"auth.forbidden"}`),
		get("backwards", admin, path+"?from_date="+day(3)+"&to_date="+day(1), 422, ""),
		get("too long", admin, path+"?from_date="+day(0)+"&to_date="+day(366), 422, ""),
		get("just not too long", admin, path+"?from_date="+day(0)+"&to_date="+day(365), 200, ""),
	)
}

func TestSuperAdminsListAnyBusiness(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, admin := w.tenant(subscriptions.Pro)
	_, other := w.tenant(subscriptions.Pro)
	w.outlet(other, "Theirs", nil)
	super := w.colleague(admin, access.SuperAdmin)
	theirs := string(w.people[string(other)].Tenant)
	testkit.Run(t, w.World,
		testkit.Scenario{Name: "theirs", As: super, Method: "GET", Path: "/outlets?tenant_id=" + theirs, Status: 200, Want: `{"items":[{"name":"Theirs"}],"total":1}`},
		testkit.Scenario{Name: "own", As: super, Method: "GET", Path: "/outlets", Status: 200, Want: `{"total":0}`},
		testkit.Scenario{Name: "nobody's", As: super, Method: "GET", Path: "/outlets?tenant_id=" + string(id.New()), Status: 200, Want: `{"total":0}`},
		testkit.Scenario{Name: "an administrator", As: admin, Method: "GET", Path: "/outlets?tenant_id=" + theirs, Status: 403, Want: `{"code":"tenant.other"}`},
	)
}
