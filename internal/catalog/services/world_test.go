package services_test

import (
	"context"
	"testing"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/catalog/services"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

type object = testkit.Object

// people stands in for sign-in: a token is a name.
type people map[string]access.Staff

func (p people) AuthenticateStaff(_ context.Context, bearer string) (access.Staff, error) {
	who, ok := p[bearer]
	if !ok {
		return access.Staff{}, api.ErrUnauthenticated
	}
	return who, nil
}

// AuthenticateCustomer takes the id of a tenant as the token of one of its
// customers.
func (p people) AuthenticateCustomer(_ context.Context, bearer string) (access.Customer, error) {
	tenant, err := id.Parse(bearer)
	if err != nil || p[bearer].UserID != "" {
		return access.Customer{}, api.ErrUnauthenticated
	}
	return access.Customer{ID: id.New(), Tenant: tenant}, nil
}

// links stand in for the packages to come.
type links struct{ bundled map[id.ID]bool }

func (links) AssignService(ctx context.Context, tx *db.Tx, _ access.Staff, service id.ID, staff []id.ID) error {
	known, err := db.All[id.ID](ctx, tx, `SELECT id FROM staff WHERE tenant_id = $1 AND id = ANY ($2)`, tx.Tenant(), staff)
	if err != nil {
		return err
	}
	if len(known) < len(staff) {
		return services.ErrStaffUnknown
	}
	tx.Exec(`DELETE FROM staff_services WHERE tenant_id = $1 AND service_id = $2`, tx.Tenant(), service)
	tx.Exec(`
		INSERT INTO staff_services (tenant_id, staff_id, service_id)
		SELECT $1, s, $2
		FROM unnest($3::text[]) AS s`, tx.Tenant(), service, staff)
	return nil
}

func (l links) BundlesService(_ context.Context, _ *db.Tx, service id.ID) (bool, error) {
	return l.bundled[service], nil
}

// world serves the endpoints of services and outlets to whom its tests say.
type world struct {
	*testkit.World
	people people
	links  links
}

func newWorld(t *testing.T) *world {
	clock := testkit.NewClock(testkit.Beginning())
	d := testkit.DB(t, testkit.WithClock(clock.Now))
	w := &world{people: people{}, links: links{bundled: map[id.ID]bool{}}}
	a := api.New(api.Config{Staff: w.people, Customers: w.people, RateLimitOff: true, Now: clock.Now})
	outlets.Register(a, outlets.New(d))
	operations := services.New(d, outlets.NewRouter(d), services.Links{Staff: w.links, Packages: w.links})
	services.Register(a, operations)
	services.RegisterPublic(a, operations)
	services.RegisterCustomer(a, operations)
	w.World = testkit.Around(t, testkit.Parts{Handler: a.Handler(), DB: d, Clock: clock})
	return w
}

// salon is a business with two outlets and people.
type salon struct {
	tenant           id.ID
	slug             string
	here, there      id.ID
	admin, manager   testkit.Token
	staff, customers testkit.Token
}

func (w *world) salon(plan subscriptions.Plan) salon {
	w.Helper()
	s := salon{tenant: id.New()}
	s.slug, s.customers = "salon-"+string(s.tenant), testkit.Token(s.tenant)
	err := w.DB.Platform(w.Context(), "test", func(tx *db.Tx) error {
		tenants.Create(tx, s.tenant, tenants.Draft{
			Slug: s.slug, Name: "Bella Vista", Email: "contact@bellavista.com", Phone: "+15559876543", BusinessType: "hair_salon",
		})
		subscriptions.Open(tx, s.tenant)
		tx.Exec(`UPDATE subscriptions SET plan = 'PRO' WHERE tenant_id = $1`, s.tenant)
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	s.admin = w.member(s.tenant, access.TenantAdmin)
	s.here, s.there = w.outlet(s.admin, "Here"), w.outlet(s.admin, "There")
	s.manager, s.staff = w.member(s.tenant, access.OutletManager, s.here), w.member(s.tenant, access.StaffRole, s.here)
	w.plan(s, plan)
	return s
}

func (w *world) plan(s salon, plan subscriptions.Plan) {
	w.Helper()
	w.Exec(`UPDATE subscriptions SET plan = $2 WHERE tenant_id = $1`, s.tenant, string(plan))
}

func (w *world) member(tenant id.ID, role access.Role, outlets ...id.ID) testkit.Token {
	user := id.New()
	w.people[string(user)] = access.Staff{UserID: user, Tenant: tenant, Role: role, Outlets: outlets}
	return testkit.Token(user)
}

func (w *world) outlet(as testkit.Token, name string) id.ID {
	w.Helper()
	return id.ID(w.Do(as, "POST", "/outlets", object{
		"name": name, "address": object{"street": "Jl. 1", "city": "Jakarta"}, "contact": object{"phone": "+622150812345"},
	}, 201).Text("id"))
}

// staffMember is written as the staff package would.
func (w *world) staffMember(s salon) id.ID {
	w.Helper()
	staff := id.New()
	w.Exec(`
		WITH subject AS (INSERT INTO subjects (tenant_id, kind) VALUES ($1, 'staff') RETURNING key)
		INSERT INTO staff (tenant_id, id, subject_key, outlet_id, first_name, last_name, email, phone, created_at, updated_at)
		SELECT $1, $2::text, key, $3, 'Ayu', 'Lestari', $2::text || '@x.co', '+62', $4, $4
		FROM subject`, s.tenant, staff, s.here, w.Clock.Now())
	return staff
}

// draft is the least that a service needs, with changes.
func draft(name string, changes object) object {
	body := object{"name": name, "duration_minutes": 60, "pricing": object{"base_price": 150000}}
	for key, value := range changes {
		body[key] = value
	}
	return body
}

func (w *world) service(as testkit.Token, name string, changes object) id.ID {
	w.Helper()
	return id.ID(w.Do(as, "POST", "/services", draft(name, changes), 201).Text("id"))
}
