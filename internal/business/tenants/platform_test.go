package tenants_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// exec changes the database around the product.
func (w *world) exec(sql string, args ...any) {
	w.Helper()
	if _, err := testkit.Superuser(w).Exec(w.Context(), sql, args...); err != nil {
		w.Fatal(err)
	}
}

func TestListTenants(t *testing.T) {
	w := newWorld(t)
	// Other tests share the database: a word of our own keeps them out.
	word := string(id.Random())
	slugs := map[string]string{}
	for i, name := range []string{"Bravo", "alpha", "Charlie"} {
		tenant, slug := w.tenant()
		slugs[slug] = name
		w.exec(`UPDATE tenants SET name = $2, created_at = created_at + $3 * interval '1 minute' WHERE id = $1`, tenant, name+" "+word, i)
		if name == "Charlie" {
			w.exec(`UPDATE tenants SET is_active = false, business_type = 'hair_salon' WHERE id = $1`, tenant)
			w.exec(`UPDATE subscriptions SET plan = 'PRO' WHERE tenant_id = $1`, tenant)
		}
		if name == "alpha" {
			w.exec(`UPDATE tenants SET email = $2 WHERE id = $1`, tenant, "found-"+word+"@example.com")
		}
	}
	_, own := w.tenant()
	list := func(query string) string {
		t.Helper()
		answer, _ := w.call("GET", "/tenants?"+query, "super@"+own, nil, 200)
		names := []string{}
		for _, item := range answer["items"].([]any) {
			names = append(names, slugs[item.(object)["slug"].(string)])
		}
		return strings.Join(names, " ")
	}
	for query, want := range map[string]string{
		"search=" + word:                                           "Bravo alpha Charlie",
		"search=" + word + "&sort_order=desc":                      "Charlie alpha Bravo",
		"search=" + word + "&sort_by=name":                         "alpha Bravo Charlie",
		"search=" + word + "&sort_by=name&order=desc":              "Charlie Bravo alpha",
		"search=" + word + "&sort_by=plan&sort_direction=desc":     "Charlie Bravo alpha",
		"search=" + word + "&is_active=false":                      "Charlie",
		"search=" + word + "&is_active=true":                       "Bravo alpha",
		"search=" + word + "&plan=pro":                             "Charlie",
		"search=" + word + "&plan=FREE":                            "Bravo alpha",
		"search=" + word + "&business_type=hair_salon":             "Charlie",
		"search=" + word + "&business_type=bank":                   "",
		"search=" + word + "&page=2&size=2":                        "Charlie",
		"search=FOUND-" + word:                                     "alpha",
		"search=" + word + "&plan=pro&is_active=true&sort_by=slug": "",
	} {
		if got := list(query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	w.wantCode("GET", "/tenants", "admin@"+own, nil, 403, "auth.forbidden")
	w.call("GET", "/tenants?sort_by=email", "super@"+own, nil, 422)
	w.call("GET", "/tenants?plan=gold", "super@"+own, nil, 422)
}

func TestStats(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	other, _ := w.tenant()
	outlet := w.outlet(tenant, "North", "active")
	w.outlet(tenant, "South", "temporarily_closed")
	w.exec(`UPDATE outlets SET deleted_at = now() WHERE id = $1`, w.outlet(tenant, "Gone", "active"))
	w.outlet(other, "Elsewhere", "active")
	now := time.Now().UTC().Truncate(time.Second)
	for i, role := range []string{"tenant_admin", "staff", "staff", "receptionist"} {
		user := id.New()
		w.exec(`INSERT INTO users (id, email, password_hash, is_active, created_at, updated_at) VALUES ($1, $2, 'x', true, $3, $3)`, user, string(user)+"@x.co", now)
		w.exec(`INSERT INTO memberships (tenant_id, user_id, role, is_active, created_at) VALUES ($1, $2, $3, $4, $5)`, tenant, user, role, i != 1, now)
	}
	customer := id.New()
	for i, c := range []id.ID{customer, id.New(), id.New()} {
		w.exec(`INSERT INTO customers (tenant_id, id, first_name, last_name, source, is_active, created_at, updated_at) VALUES ($1, $2, 'A', 'B', 'website', $3, $4, $4)`,
			tenant, c, i != 1, now.AddDate(0, 0, -31*(i/2)))
	}
	// The middle of this month in Jakarta, and half a year ago.
	loc := time.FixedZone("WIB", 7*3600)
	local := now.In(loc)
	month := time.Date(local.Year(), local.Month(), 15, 12, 0, 0, 0, loc)
	for at, states := range map[time.Time][]string{
		month: {"confirmed", "pending", "completed", "completed", "cancelled", "no_show", "in_progress"}, month.AddDate(0, -6, 0): {"completed"},
	} {
		for _, status := range states {
			w.exec(`
				INSERT INTO appointments (tenant_id, id, outlet_id, customer_id, status, payment_status, appointment_type, source,
					starts_at, ends_at, total_price, currency, created_at, updated_at)
				VALUES ($1, $2, $3, $4, $5, 'pending', 'scheduled', 'staff', $6::timestamptz, $6::timestamptz + interval '1 hour', 0, 'IDR', $7, $7)`,
				tenant, id.New(), outlet, customer, status, at, now)
		}
	}
	answer, _ := w.call("GET", "/tenants/"+string(tenant)+"/stats", "admin@"+slug, nil, 200)
	delete(answer, "generated_at")
	delete(answer["tenant_info"].(object), "created_at")
	want := object{
		"outlets":   object{"total": 2.0, "active": 1.0, "inactive": 1.0},
		"users":     object{"total": 4.0, "active": 3.0, "by_role": object{"tenant_admin": 1.0, "outlet_manager": 0.0, "staff": 2.0, "receptionist": 1.0}},
		"customers": object{"total": 3.0, "active": 2.0, "recent_signups": 2.0},
		"appointments": object{"this_month": 7.0, "this_month_by_status": object{
			"confirmed": 1.0, "pending": 1.0, "in_progress": 1.0, "completed": 2.0, "cancelled": 1.0, "no_show": 1.0,
		}},
		"subscription": object{"plan": "free", "status": "active", "trial_ends_at": nil},
		"tenant_info":  object{"id": string(tenant), "name": "Bella Vista", "slug": slug},
	}
	if diff := cmp.Diff(want, answer); diff != "" {
		t.Error(diff)
	}
	// A hold that has lapsed is as good as cancelled; an offer that was never accepted is
	// no appointment.
	w.exec(`UPDATE appointments SET hold_until = $2 WHERE tenant_id = $1 AND status = 'pending'`, tenant, now.AddDate(0, -1, 0))
	w.exec(`UPDATE appointments SET source = 'waitlist' WHERE tenant_id = $1 AND status = 'no_show'`, tenant)
	answer, _ = w.call("GET", "/tenants/"+string(tenant)+"/stats", "admin@"+slug, nil, 200)
	want["appointments"] = object{"this_month": 6.0, "this_month_by_status": object{
		"confirmed": 1.0, "pending": 0.0, "in_progress": 1.0, "completed": 2.0, "cancelled": 2.0, "no_show": 0.0,
	}}
	if diff := cmp.Diff(want["appointments"], answer["appointments"]); diff != "" {
		t.Error(diff)
	}
	w.wantCode("GET", "/tenants/"+string(other)+"/stats", "admin@"+slug, nil, 403, "tenant.other")
	w.wantCode("GET", "/tenants/"+string(tenant)+"/stats", "manager@"+slug, nil, 403, "auth.forbidden")
	w.call("GET", "/tenants/"+string(other)+"/stats", "super@"+slug, nil, 200)
	w.wantCode("GET", "/tenants/"+string(id.New())+"/stats", "super@"+slug, nil, 404, "tenant.not_found")
}

func TestPlatformFee(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	other, _ := w.tenant()
	path := "/tenants/" + string(tenant) + "/platform-fee"
	want := func(as string, body, want object) {
		t.Helper()
		method := "GET"
		if body != nil {
			method = "PUT"
		}
		var sent any
		if body != nil {
			sent = body
		}
		answer, _ := w.call(method, path, as+"@"+slug, sent, 200)
		if diff := cmp.Diff(want, answer); diff != "" {
			t.Error(diff)
		}
	}
	want("admin", nil, object{"fee_bearer": "customer", "override_rate": nil, "plan_rate": 0.08, "effective_rate": 0.08})
	want("super", object{"override_rate": 0.025}, object{"fee_bearer": "customer", "override_rate": 0.025, "plan_rate": 0.08, "effective_rate": 0.025})
	want("super", object{"fee_bearer": "merchant"}, object{"fee_bearer": "merchant", "override_rate": 0.025, "plan_rate": 0.08, "effective_rate": 0.025})
	settings, _ := w.call("GET", "/tenants/"+string(tenant)+"/settings", "admin@"+slug, nil, 200)
	if settings["fee_mode"] != "merchant" {
		t.Errorf("the setting fee_mode is %v", settings["fee_mode"])
	}
	want("super", object{"override_rate": 0}, object{"fee_bearer": "merchant", "override_rate": 0.0, "plan_rate": 0.08, "effective_rate": 0.0})
	want("super", object{"override_rate": nil}, object{"fee_bearer": "merchant", "override_rate": nil, "plan_rate": 0.08, "effective_rate": 0.08})
	w.wantCode("PUT", path, "admin@"+slug, object{"override_rate": 0}, 403, "auth.forbidden")
	w.wantCode("GET", path, "staff@"+slug, nil, 403, "auth.forbidden")
	w.wantCode("GET", "/tenants/"+string(other)+"/platform-fee", "admin@"+slug, nil, 403, "tenant.other")
	w.call("PUT", path, "super@"+slug, object{"override_rate": 1.01}, 422)
	w.call("PUT", path, "super@"+slug, object{"override_rate": -0.01}, 422)
	w.call("PUT", path, "super@"+slug, object{"fee_bearer": nil}, 422)
}

// Reseal is what lets an old key be dropped.
func TestSecretsAreSealedUnderTheNewestKey(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	config := "/tenants/" + string(tenant) + "/paper-id-config"
	w.call("PUT", config, "admin@"+slug, object{"client_id": "own", "client_secret": "s3cret"}, 200)
	both, newest := rotated(t, w.keys)
	rotatedTenants := w.with(both)
	if err := rotatedTenants.Reseal(t.Context()); err != nil && !strings.Contains(err.Error(), "its key is not here") {
		t.Fatal(err) // accounts of other tests are sealed with keys of theirs
	}
	var found string
	err := w.db.View(t.Context(), tenant, func(tx *db.Tx) error {
		secret, err := opened(t, tx, newest)
		found = secret
		return err
	})
	if err != nil || found != "s3cret" {
		t.Errorf("with the newest key alone: %q, %v", found, err)
	}
}
