package tenants_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

type object = map[string]any

// world serves the package's endpoints to whom its tests say.
type world struct {
	*testing.T
	db      *db.DB
	handler http.Handler
	people  people
	keys    *token.Keys
	tenants *tenants.Operations
}

// people stands in for sign-in: a token is a name.
type people map[string]access.Staff

func (p people) AuthenticateStaff(_ context.Context, bearer string) (access.Staff, error) {
	who, ok := p[bearer]
	if !ok {
		return access.Staff{}, api.ErrUnauthenticated
	}
	return who, nil
}

func newWorld(t *testing.T) *world {
	keys, err := token.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, db: testkit.DB(t), people: people{}, keys: keys}
	a := api.New(api.Config{Staff: w.people, RateLimitOff: true})
	operations := tenants.New(w.db, tenants.Config{Keys: keys, Plans: subscriptions.Terms{}, PublicURL: "https://book.example.com"})
	w.tenants = operations
	tenants.Register(a, operations)
	tenants.RegisterPublic(a, operations)
	w.handler = a.Handler()
	return w
}

// tenant makes a business, and people of each role named "admin@<slug>" and so on.
func (w *world) tenant() (tenant id.ID, slug string) {
	w.Helper()
	tenant, slug = id.New(), "salon-"+string(id.Random())
	err := w.db.Platform(w.Context(), "test", func(tx *db.Tx) error {
		tenants.Create(tx, tenant, tenants.Draft{
			Slug: slug, Name: "Bella Vista", Email: "contact@bellavista.com", Phone: "+15559876543", BusinessType: "spa",
		})
		tx.Exec(`
			INSERT INTO subscriptions (tenant_id, id, plan, current_period_start, current_period_end, created_at, updated_at)
			VALUES ($1, $2, 'FREE', $3, $3, $3, $3)`, tenant, id.New(), tx.Now())
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	for name, role := range map[string]access.Role{
		"super": access.SuperAdmin, "admin": access.TenantAdmin, "manager": access.OutletManager, "staff": access.StaffRole,
	} {
		w.people[name+"@"+slug] = access.Staff{UserID: id.New(), Tenant: tenant, Role: role}
	}
	return tenant, slug
}

func (w *world) outlet(tenant id.ID, name, status string) id.ID {
	w.Helper()
	outlet := id.New()
	err := w.db.Update(w.Context(), tenant, func(tx *db.Tx) error {
		tx.Exec(`
			INSERT INTO outlets (tenant_id, id, slug, name, status, timezone, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, 'Asia/Jakarta', $6, $6)`,
			tenant, outlet, strings.ToLower(name), name, status, tx.Now())
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return outlet
}

func (w *world) call(method, path, bearer string, body any, status int) (object, http.Header) {
	w.Helper()
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			w.Fatal(err)
		}
	}
	r := httptest.NewRequestWithContext(w.Context(), method, "/api/v1"+path, &sent)
	r.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	if answer.Code != status {
		w.Errorf("%s %s: status %d, want %d: %s", method, path, answer.Code, status, answer.Body)
	}
	var out object
	if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil {
		w.Fatalf("%s %s: %v: %s", method, path, err, answer.Body)
	}
	return out, answer.Header()
}

func (w *world) wantCode(method, path, bearer string, body any, status int, code string) {
	w.Helper()
	answer, _ := w.call(method, path, bearer, body, status)
	if answer["code"] != code {
		w.Errorf("%s %s: code %v, want %s", method, path, answer["code"], code)
	}
}

func TestReadTenant(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	other, _ := w.tenant()
	for _, who := range []string{"super", "admin", "manager", "staff"} {
		answer, _ := w.call("GET", "/tenants/"+string(tenant), who+"@"+slug, nil, 200)
		if answer["id"] != string(tenant) || answer["slug"] != slug {
			t.Errorf("%s reads %v", who, answer)
		}
	}
	for _, foreign := range []string{string(other), string(id.New()), "nonsense"} {
		w.wantCode("GET", "/tenants/"+foreign, "admin@"+slug, nil, 403, "tenant.other")
	}
	w.call("GET", "/tenants/"+string(other), "super@"+slug, nil, 200)
	w.wantCode("GET", "/tenants/"+string(id.New()), "super@"+slug, nil, 404, "tenant.not_found")
	w.call("GET", "/tenants/"+string(tenant), "", nil, 401)
}

func TestOwnTenantHasItsOutlets(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	stranger, _ := w.tenant()
	w.outlet(stranger, "Elsewhere", "active")
	outlet := w.outlet(tenant, "North", "inactive")
	answer, _ := w.call("GET", "/tenants/me", "staff@"+slug, nil, 200)
	if diff := cmp.Diff([]any{object{"id": string(outlet), "name": "North"}}, answer["outlets"]); diff != "" {
		t.Error(diff)
	}
	if answer["id"] != string(tenant) || answer["name"] != "Bella Vista" {
		t.Errorf("tenant = %v", answer)
	}
}

func TestSettingsHaveDefaults(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	answer, _ := w.call("GET", "/tenants/"+string(tenant), "admin@"+slug, nil, 200)
	got := answer["settings"].(object)
	delete(got, "staff_position_templates")
	delete(got, "service_category_templates")
	want := object{
		"timezone": "Asia/Jakarta", "currency": "IDR", "business_type": "spa", "language": "en",
		"booking_advance_days": 30.0, "cancellation_hours": 24.0, "theme_color": nil,
		"fee_mode": "customer", "managers_can_schedule": false, "strict_breaks": false, "tax_rate": 0.0, "cash_enabled": true, "preferred_payment_method": "paper_id",
		"confirm_requires_payment": false, "allow_bare_id_verification": true, "requires_owner_approval": false,
		"strict_booking_type": false, "reject_duplicate_guest_booking": false, "booking_horizon_days": 365.0,
		"guest_verification_minutes": 60.0, "waitlist_hold_minutes": 30.0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestUpdateTenant(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	path := "/tenants/" + string(tenant)
	update := func(body object) object {
		t.Helper()
		answer, _ := w.call("PUT", path, "admin@"+slug, body, 200)
		again, _ := w.call("GET", path, "staff@"+slug, nil, 200)
		if diff := cmp.Diff(answer, again); diff != "" {
			t.Errorf("the answer is not what was stored: %s", diff)
		}
		return answer
	}
	update(object{"settings": object{"cancellation_hours": 48, "allow_bare_id_verification": false, "timezone": "Asia/Manila"}})
	answer := update(object{
		"name": " Bella Nuova ", "website": "https://nuova.com", "theme_color": "#ABCDEF", "logo_url": "https://nuova.com/l.png",
		"settings": object{"currency": "php", "business_type": "salon", "staff_position_templates": []string{" Barber ", "Barber", "Owner"}},
	})
	settings := answer["settings"].(object)
	for key, want := range map[string]any{
		"cancellation_hours": 48.0, "allow_bare_id_verification": false, "timezone": "Asia/Manila", "currency": "PHP",
		"business_type": "beauty_salon", "theme_color": "#ABCDEF", "booking_advance_days": 30.0,
	} {
		if settings[key] != want {
			t.Errorf("settings.%s = %v, want %v", key, settings[key], want)
		}
	}
	if diff := cmp.Diff([]any{"Barber", "Owner"}, settings["staff_position_templates"]); diff != "" {
		t.Error(diff)
	}
	if answer["name"] != "Bella Nuova" || answer["email"] != "contact@bellavista.com" || answer["theme_color"] != "#ABCDEF" {
		t.Errorf("tenant = %v", answer)
	}

	answer = update(object{"website": nil, "logo_url": nil, "settings": object{"cancellation_hours": nil, "theme_color": nil, "timezone": nil}})
	settings = answer["settings"].(object)
	if answer["website"] != "" || answer["logo_url"] != nil || settings["cancellation_hours"] != 24.0 ||
		settings["theme_color"] != nil || settings["timezone"] != "Asia/Jakarta" {
		t.Errorf("null did not bring back the defaults: %v", answer)
	}
}

func TestUpdateTenantRefuses(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	other, _ := w.tenant()
	path := "/tenants/" + string(tenant)
	w.wantCode("PUT", path, "admin@"+slug, object{"slug": "new-slug"}, 400, "tenant.slug_fixed")
	w.wantCode("PUT", path, "admin@"+slug, object{"subscription": object{"plan": "pro"}}, 400, "tenant.plan_elsewhere")
	w.wantCode("PUT", path, "manager@"+slug, object{"name": "Mine now"}, 403, "auth.forbidden")
	w.wantCode("PUT", "/tenants/"+string(other), "admin@"+slug, object{"name": "Mine now"}, 403, "tenant.other")
	w.call("PUT", "/tenants/"+string(other), "super@"+slug, object{"name": "By the platform"}, 200)

	for _, body := range []object{
		{"name": "x"}, {"name": nil}, {"name": "two\nlines"}, {"email": "nobody"}, {"phone": "call me"}, {"website": "javascript:alert(1)"},
		{"is_active": false}, {"client_partner_id": "mine"}, {"theme_color": "red"},
		{"settings": object{"timezone": "Local"}}, {"settings": object{"timezone": "Mars/Olympus"}},
		{"settings": object{"currency": "XXX"}}, {"settings": object{"language": "en_US!"}}, {"settings": object{"business_type": "bank"}},
		{"settings": object{"unheard_of": 1}}, {"settings": object{"cancellation_hours": -1}}, {"settings": object{"cancellation_hours": "24"}},
		{"settings": object{"fee_mode": "nobody"}}, {"settings": object{"guest_verification_minutes": 0}},
		{"settings": object{"staff_position_templates": []string{""}}}, {"settings": object{"service_category_templates": "haircut"}},
	} {
		w.call("PUT", path, "admin@"+slug, body, 422)
	}
	answer, _ := w.call("GET", path, "admin@"+slug, nil, 200)
	if answer["name"] != "Bella Vista" || answer["slug"] != slug {
		t.Errorf("a refused update changed %v", answer)
	}
}

func TestBusinessCard(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	w.outlet(tenant, "North", "active")
	w.outlet(tenant, "South", "inactive")
	answer, header := w.call("GET", "/public/tenants/"+strings.ToUpper(slug), "", nil, 200)
	want := object{
		"name": "Bella Vista", "slug": slug, "description": "", "website": "", "business_type": "spa", "logo_url": nil,
		"outlets_count": 1.0, "support_email": "contact@bellavista.com", "support_phone": "+15559876543",
	}
	if diff := cmp.Diff(want, answer); diff != "" {
		t.Error(diff)
	}
	if got := header.Get("Cache-Control"); got != "public, max-age=300" {
		t.Errorf("Cache-Control = %q", got)
	}

	w.wantCode("GET", "/public/tenants/no-such-salon", "", nil, 404, "tenant.not_found")
	if _, err := testkit.Superuser(t).Exec(t.Context(), `UPDATE tenants SET is_active = false WHERE id = $1`, tenant); err != nil {
		t.Fatal(err)
	}
	_, header = w.call("GET", "/public/tenants/"+slug, "", nil, 404)
	if got := header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("a refusal may be kept: Cache-Control = %q", got)
	}
}

func TestPartnerIsStoredOnce(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	for _, partner := range []string{"first", "second"} {
		err := w.db.Update(t.Context(), tenant, func(tx *db.Tx) error {
			tenants.SetPartner(tx, tenant, partner)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	answer, _ := w.call("GET", "/tenants/me", "admin@"+slug, nil, 200)
	if answer["client_partner_id"] != "first" {
		t.Errorf("client_partner_id = %v", answer["client_partner_id"])
	}
}
