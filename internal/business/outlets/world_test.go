package outlets_test

import (
	"context"
	"testing"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
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

// world serves the package's endpoints to whom its tests say.
type world struct {
	*testkit.World
	people people
}

func newWorld(t *testing.T) *world {
	clock := testkit.NewClock(testkit.Beginning())
	d := testkit.DB(t, testkit.WithClock(clock.Now))
	w := &world{people: people{}}
	a := api.New(api.Config{Staff: w.people, Customers: w.people, RateLimitOff: true, Now: clock.Now})
	operations := outlets.New(d)
	outlets.Register(a, operations)
	outlets.RegisterPublic(a, operations)
	outlets.RegisterCustomer(a, operations)
	w.World = testkit.Around(t, testkit.Parts{Handler: a.Handler(), DB: d, Clock: clock})
	return w
}

// tenant makes a business on a plan with an administrator.
func (w *world) tenant(plan subscriptions.Plan) (slug string, admin testkit.Token) {
	w.Helper()
	tenant := id.New()
	slug = "salon-" + string(tenant)
	err := w.DB.Platform(w.Context(), "test", func(tx *db.Tx) error {
		tenants.Create(tx, tenant, tenants.Draft{
			Slug: slug, Name: "Bella Vista " + slug, Email: "contact@bellavista.com", Phone: "+15559876543", BusinessType: "spa",
		})
		subscriptions.Open(tx, tenant)
		tx.Exec(`UPDATE subscriptions SET plan = $2 WHERE tenant_id = $1`, tenant, string(plan))
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return slug, w.member(tenant, access.TenantAdmin)
}

// member makes somebody who works at the outlets.
func (w *world) member(tenant id.ID, role access.Role, outlets ...id.ID) testkit.Token {
	user := id.New()
	w.people[string(user)] = access.Staff{UserID: user, Tenant: tenant, Role: role, Outlets: outlets}
	return testkit.Token(user)
}

// colleague makes somebody of the tenant of as.
func (w *world) colleague(as testkit.Token, role access.Role, outlets ...id.ID) testkit.Token {
	return w.member(w.people[string(as)].Tenant, role, outlets...)
}

// draft is the least that an outlet needs, with changes.
func draft(name string, changes object) object {
	body := object{
		"name":    name,
		"address": object{"street": "Jl. Senopati 10", "city": "Jakarta"},
		"contact": object{"phone": "021 5081 2345"},
	}
	for key, value := range changes {
		body[key] = value
	}
	return body
}

func (w *world) outlet(as testkit.Token, name string, changes object) id.ID {
	w.Helper()
	return id.ID(w.Do(as, "POST", "/outlets", draft(name, changes), 201).Text("id"))
}
