package customers_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/id"
)

func TestStaffEnterCustomers(t *testing.T) {
	s := newShop(t)
	walkIn := s.call("POST", "/customers", s.as(access.StaffRole), m{
		"first_name": "Amelia", "last_name": "Hart", "phone": "0812 3456 789", "registration_source": "walk_in", "tenant_id": s.tenant,
		"tags": []string{" vip ", "vip"}, "date_of_birth": "1990-02-28", "address": m{"city": "Jakarta"},
	}).want(201)
	if walkIn.get("has_password") != false || walkIn.get("email") != nil || walkIn.get("source") != "walk_in" ||
		walkIn.get("address", "city") != "Jakarta" || fmt.Sprint(walkIn.get("tags")) != "[vip staff-created]" ||
		walkIn.get("tenant_id") != string(s.tenant) || walkIn.get("total_spent") != 0.0 {
		t.Errorf("walk-in %v", walkIn.body)
	}
	withPassword := s.call("POST", "/customers", s.as(access.Receptionist), m{
		"first_name": "Mia", "email": s.email, "password": goodPassword, "source": "import",
	}).want(201)
	if withPassword.get("has_password") != true || withPassword.get("source") != "import" || len(withPassword.get("tags").([]any)) != 0 {
		t.Errorf("customer %v", withPassword.body)
	}
	s.login(s.email, goodPassword).want(200)
}

func TestEntryRefusals(t *testing.T) {
	s := newShop(t)
	s.call("POST", "/customers", s.as(access.TenantAdmin), m{"first_name": "A", "email": s.email, "phone": "+628123456789"}).want(201)
	foreign, _ := s.business()
	for name, c := range map[string]struct {
		body   m
		status int
	}{
		"no contact":      {m{"first_name": "A"}, 422},
		"no name":         {m{"email": "a@example.com"}, 422},
		"taken e-mail":    {m{"first_name": "A", "email": s.email}, 409},
		"taken phone":     {m{"first_name": "A", "phone": "08123456789"}, 409},
		"weak password":   {m{"first_name": "A", "email": "a@example.com", "password": "weak"}, 422},
		"other tenant":    {m{"first_name": "A", "email": "a@example.com", "tenant_id": foreign}, 403},
		"unknown source":  {m{"first_name": "A", "email": "a@example.com", "source": "guest_booking"}, 422},
		"unknown part":    {m{"first_name": "A", "email": "a@example.com", "address": m{"planet": "Mars"}}, 422},
		"absent favorite": {m{"first_name": "A", "email": "a@example.com", "preferences": m{"preferred_staff_ids": []id.ID{id.New()}}}, 404},
	} {
		if got := s.call("POST", "/customers", s.as(access.TenantAdmin), c.body); got.status != c.status {
			t.Errorf("%s: %d %v, want %d", name, got.status, got.body, c.status)
		}
	}
}

func TestDuplicatesNameTheOther(t *testing.T) {
	s := newShop(t)
	first := s.call("POST", "/customers", s.as(access.TenantAdmin), m{"first_name": "A", "email": s.email, "phone": "+628123456789"}).want(201)
	for field, body := range map[string]m{
		"email": {"first_name": "B", "email": s.email, "phone": "+628123456789"},
		"phone": {"first_name": "B", "phone": "+628123456789"},
	} {
		got := s.call("POST", "/customers", s.as(access.TenantAdmin), body).want(409, "customer."+field+"_taken")
		if got.get("duplicate_field") != field || got.get("existing_customer_id") != first.get("id") {
			t.Errorf("%s: %v", field, got.body)
		}
	}
	second := s.call("POST", "/customers", s.as(access.TenantAdmin), m{"first_name": "B", "email": "b." + s.email}).want(201)
	got := s.call("PUT", path("/customers/%s", second.text("id")), s.as(access.TenantAdmin), m{"phone": "+628123456789"})
	if got.want(409, "customer.phone_taken").get("duplicate_field") != "phone" {
		t.Errorf("answer %v", got.body)
	}
}

func TestStaffChangeCustomers(t *testing.T) {
	s := newShop(t)
	me := s.join(s.email)
	at := path("/customers/%s", me.text("customer", "id"))
	s.call("PUT", at, s.as(access.StaffRole), m{"first_name": "X"}).want(403)
	changed := s.call("PUT", at, s.as(access.OutletManager), m{"email": "new." + s.email, "tags": []string{"vip"}, "notes": "likes tea"}).want(200)
	if changed.get("email") != "new."+s.email || changed.get("email_verified") != false || changed.get("first_name") != "Amelia" {
		t.Errorf("customer %v", changed.body)
	}
	s.call("PUT", at, s.as(access.OutletManager), m{"email": nil}).want(422) // no phone either
	s.call("PUT", at+"/preferences", s.as(access.StaffRole), m{"notes": "window seat", "communication_preferences": m{"push_notifications": true}}).want(200)
	read := s.call("GET", at, s.as(access.StaffRole), nil).want(200)
	if read.get("preferences", "notes") != "window seat" || read.get("preferences", "communication_preferences", "push") != true {
		t.Errorf("preferences %v", read.get("preferences"))
	}
	s.call("PUT", at, s.as(access.TenantAdmin), m{"is_active": false}).want(200)
	s.call("GET", "/customers/profile", me.text("access_token"), nil).want(401)
	s.login("new."+s.email, goodPassword).want(403, "auth.disabled")
}

func TestRemovedCustomersGiveTheirAddressUp(t *testing.T) {
	s := newShop(t)
	me := s.join(s.email)
	at := path("/customers/%s", me.text("customer", "id"))
	s.call("DELETE", at, s.as(access.OutletManager), nil).want(403)
	s.call("DELETE", at, s.as(access.TenantAdmin), nil).want(200)
	s.call("DELETE", at, s.as(access.TenantAdmin), nil).want(404, "customer.not_found")
	s.call("GET", at, s.as(access.TenantAdmin), nil).want(404)
	s.call("GET", "/customers/profile", me.text("access_token"), nil).want(401)
	s.login(s.email, goodPassword).want(401)
	s.advance(time.Minute)
	s.join(s.email)
	if total := s.call("GET", "/customers", s.as(access.TenantAdmin), nil).want(200).get("total"); total != 1.0 {
		t.Errorf("%v customers in the list", total)
	}
}

func TestCustomersOfOthersDoNotExist(t *testing.T) {
	s := newShop(t)
	at := path("/customers/%s", s.join(s.email).text("customer", "id"))
	s.tenant, s.slug = s.business()
	admin := s.as(access.TenantAdmin)
	s.call("GET", at, admin, nil).want(404, "customer.not_found")
	s.call("PUT", at, admin, m{"first_name": "X"}).want(404, "customer.not_found")
	s.call("PUT", at+"/preferences", admin, m{"language": "de"}).want(404)
	s.call("GET", at+"/appointments", admin, nil).want(404)
	s.call("DELETE", at, admin, nil).want(404)
	s.call("GET", "/customers/nonsense", admin, nil).want(404)
	s.login(s.email, goodPassword).want(401)
}

func TestList(t *testing.T) {
	s := newShop(t)
	admin := s.as(access.TenantAdmin)
	s.join("zoe." + s.email)
	for _, body := range []m{
		{"first_name": "Anna", "middle_name": "Eva", "last_name": "Ba%r", "email": "anna." + s.email, "tags": []string{"vip", "tea"}},
		{"first_name": "Bert", "last_name": "Bar", "phone": "+628123456789", "tags": []string{"vip"}},
	} {
		s.call("POST", "/customers", admin, body).want(201)
	}
	for query, want := range map[string][]string{
		"sort_by=first_name":                            {"Amelia", "Anna", "Bert"},
		"sort_by=first_name&order=desc":                 {"Bert", "Anna", "Amelia"},
		"sort_by=total_spent&sort_order=desc&size=1":    nil,
		"sort_by=first_name&size=1&page=2":              {"Anna"},
		"search=" + url.QueryEscape("anna ba"):          {"Anna"},
		"search=" + url.QueryEscape("a%r"):              {"Anna"},
		"search=" + url.QueryEscape("ba.r"):             {},
		"search=" + url.QueryEscape("+62 812-3456"):     {"Bert"},
		"search=08123456789":                            {"Bert"},
		"search=628123":                                 {"Bert"},
		"search=6789":                                   {"Bert"},
		"search=0089":                                   {},
		"search=" + url.QueryEscape("anna  eva ba"):     {"Anna"},
		"search=" + url.QueryEscape("ZOE."):             {"Amelia"},
		"tags=vip&sort_by=first_name":                   {"Anna", "Bert"},
		"tags=vip,tea":                                  {"Anna"},
		"has_password=true":                             {"Amelia"},
		"has_password=false&sort_by=first_name":         {"Anna", "Bert"},
		"email_verified=true":                           {"Amelia"},
		"is_active=false":                               {},
		"created_from=2026-03-03":                       {},
		"created_from=2026-03-02&created_to=2026-03-02": nil,
	} {
		got := s.call("GET", "/customers?"+query, admin, nil).want(200)
		var names []string
		for _, item := range got.get("items").([]any) {
			names = append(names, item.(m)["first_name"].(string))
		}
		if want != nil && !slices.Equal(names, want) {
			t.Errorf("%s: %v, want %v", query, names, want)
		}
	}
	for _, query := range []string{"page=0", "size=101", "sort_by=password_hash", "order=up", "created_from=yesterday"} {
		s.call("GET", "/customers?"+query, admin, nil).want(422)
	}
}

// outlet puts an outlet into the shop's tenant.
func (s *shop) outlet() string {
	s.t.Helper()
	outlet := string(id.New())
	s.exec(`INSERT INTO outlets (tenant_id, id, slug, name, timezone, created_at, updated_at)
		VALUES ($1, $2, $3, 'Outlet', 'Asia/Jakarta', $4, $4)`, s.tenant, outlet, "o-"+outlet, s.now)
	return outlet
}

// visit puts an appointment of the customer into the shop's tenant.
func (s *shop) visit(outlet, customer, status string, at time.Time, paid int64) {
	s.t.Helper()
	s.exec(`INSERT INTO appointments (tenant_id, id, outlet_id, customer_id, status, payment_status, appointment_type, source,
			starts_at, ends_at, total_price, paid_amount, currency, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, 'paid', 'scheduled', 'staff', $6, $7, 100000, $8, 'IDR', $9, $9)`,
		s.tenant, string(id.New()), outlet, customer, status, at, at.Add(time.Hour), paid, s.now)
}

func TestHistory(t *testing.T) {
	s := newShop(t)
	customer := s.join(s.email).text("customer", "id")
	here, there := s.outlet(), s.outlet()
	yesterday := s.now.Add(-24 * time.Hour).Truncate(time.Hour)
	s.visit(here, customer, "completed", yesterday, 100000)
	s.visit(here, customer, "cancelled", yesterday.Add(-48*time.Hour), 0)
	s.visit(there, customer, "confirmed", yesterday.Add(72*time.Hour), 50000)
	// Cents are not added to rupiahs.
	s.exec(`UPDATE appointments SET currency = 'EUR', paid_amount = 6000 WHERE tenant_id = $1 AND status = 'cancelled'`, s.tenant)
	at := path("/customers/%s/appointments", customer)

	all := s.call("GET", at, s.as(access.TenantAdmin), nil).want(200)
	if fmt.Sprint(all.get("statistics")) != "map[cancelled:1 completed:1 no_show:0 total_appointments:3 upcoming:1]" ||
		fmt.Sprint(all.get("pagination")) != "map[page:1 pages:1 size:20 total:3]" {
		t.Errorf("history %v", all.body)
	}
	latest := all.get("appointments").([]any)[1].(m)
	if latest["appointment_date"] != "2026-03-01" || latest["start_time"] != "10:00" || latest["end_time"] != "11:00" || latest["total_price"] != 100000.0 {
		t.Errorf("visit %v", latest)
	}
	for query, want := range map[string]int{
		"?status=completed": 1, "?from_date=2026-03-01": 2, "?to_date=2026-02-28": 1, "?from_date=2026-03-01&to_date=2026-03-01": 1, "?size=2": 2,
	} {
		got := s.call("GET", at+query, s.as(access.TenantAdmin), nil).want(200).get("appointments").([]any)
		if len(got) != want {
			t.Errorf("%s: %d appointments, want %d", query, len(got), want)
		}
	}
	seen := s.call("GET", at, s.as(access.Receptionist)+":"+here, nil).want(200)
	if len(seen.get("appointments").([]any)) != 2 || seen.get("statistics", "total_appointments") != 2.0 {
		t.Errorf("a receptionist of one outlet sees %v", seen.body)
	}
	none := s.call("GET", at, s.as(access.Receptionist), nil).want(200)
	if len(none.get("appointments").([]any)) != 0 {
		t.Errorf("a receptionist of no outlet sees %v", none.body)
	}

	read := s.call("GET", path("/customers/%s", customer), s.as(access.TenantAdmin), nil).want(200)
	if read.get("total_appointments") != 3.0 || read.get("total_spent") != 150000.0 || read.get("last_appointment_date") != "2026-03-01" ||
		read.get("first_appointment_date") != "2026-03-01" {
		t.Errorf("customer %v", read.body)
	}
	if sum := s.call("GET", "/customers/statistics/summary", s.as(access.TenantAdmin), nil).want(200); sum.get("statistics", "total_revenue") != 150000.0 {
		t.Errorf("statistics %v", sum.body)
	}
}

// A hold that has lapsed is cancelled for everybody who looks, before a job says so.
func TestHistoryOfALapsedHold(t *testing.T) {
	s := newShop(t)
	customer := s.join(s.email).text("customer", "id")
	s.visit(s.outlet(), customer, "pending", s.now.Add(48*time.Hour), 0)
	s.exec(`UPDATE appointments SET hold_until = $2 WHERE tenant_id = $1`, s.tenant, s.now)
	at := path("/customers/%s/appointments", customer)
	all := s.call("GET", at, s.as(access.TenantAdmin), nil).want(200)
	if fmt.Sprint(all.get("statistics")) != "map[cancelled:1 completed:0 no_show:0 total_appointments:1 upcoming:0]" ||
		all.get("appointments").([]any)[0].(m)["status"] != "cancelled" {
		t.Errorf("history %v", all.body)
	}
	for query, want := range map[string]int{"?status=pending": 0, "?status=cancelled": 1} {
		if got := s.call("GET", at+query, s.as(access.TenantAdmin), nil).want(200).get("appointments").([]any); len(got) != want {
			t.Errorf("%s: %d appointments, want %d", query, len(got), want)
		}
	}
}

func TestStatistics(t *testing.T) {
	s := newShop(t)
	admin := s.as(access.TenantAdmin)
	empty := s.call("GET", "/customers/statistics/summary", admin, nil).want(200)
	if empty.get("statistics", "total_customers") != 0.0 || empty.get("statistics", "total_revenue") != 0.0 {
		t.Errorf("statistics %v", empty.body)
	}
	regular := s.join(s.email).text("customer", "id")
	once := s.call("POST", "/customers", admin, m{"first_name": "Otto", "phone": "+628123456789"}).want(201).text("id")
	s.call("POST", "/customers", admin, m{"first_name": "New", "phone": "+628123456780", "tags": []string{"vip"}}).want(201)
	outlet := s.outlet()
	s.visit(outlet, regular, "completed", s.now.Add(-48*time.Hour), 100000)
	s.visit(outlet, regular, "completed", s.now.Add(-24*time.Hour), 50000)
	s.visit(outlet, once, "completed", s.now.Add(-24*time.Hour), 30000)

	s.call("GET", "/customers/statistics/summary", s.as(access.OutletManager), nil).want(403)
	got := s.call("GET", "/customers/statistics/summary", admin, nil).want(200)
	for name, want := range map[string]any{
		"total_customers": 3.0, "active_customers": 3.0, "inactive_customers": 0.0, "verified_emails": 1.0, "customers_with_password": 1.0,
		"walk_in_customers": 2.0, "new_customers_in_period": 3.0, "total_appointments": 3.0, "total_revenue": 180000.0,
		"avg_appointments_per_customer": 1.0, "avg_spent_per_customer": 60000.0, "retention_rate": 50.0,
	} {
		if got.get("statistics", name) != want {
			t.Errorf("%s = %v, want %v", name, got.get("statistics", name), want)
		}
	}
	best := got.get("statistics", "top_customers_by_revenue").([]any)
	if len(best) != 2 || best[0].(m)["customer_id"] != regular || best[0].(m)["total_spent"] != 150000.0 {
		t.Errorf("best %v", best)
	}
	period := s.call("GET", "/customers/statistics/summary?from_date=2026-03-01&to_date=2026-03-01", admin, nil).want(200)
	if period.get("statistics", "total_revenue") != 80000.0 || period.get("period", "from") != "2026-03-01" {
		t.Errorf("period %v", period.body)
	}

	// An appointment that was called off counts wherever appointments are counted.
	s.visit(outlet, once, "cancelled", s.now.Add(-12*time.Hour), 0)
	all := s.call("GET", "/customers/statistics/summary", admin, nil).want(200)
	read := s.call("GET", path("/customers/%s", once), admin, nil).want(200)
	if all.get("statistics", "total_appointments") != 4.0 || read.get("total_appointments") != 2.0 {
		t.Errorf("%v appointments in all, %v of the customer", all.get("statistics", "total_appointments"), read.get("total_appointments"))
	}
}
