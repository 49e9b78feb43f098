package subscriptions_test

import (
	"strings"
	"sync"
	"testing"

	"reserva/internal/access"
	"reserva/internal/testkit"
	server "reserva/internal/testkit/world"
)

func TestTheOperatorFoundsBusinesses(t *testing.T) {
	t.Parallel()
	w := server.New(t)
	first := w.Tenant()
	super := first.Member(access.SuperAdmin).Token
	found := func(changes testkit.Object) testkit.Object {
		body := testkit.Object{"name": "Bella Vista Spa", "email": "Contact@BellaVista.com", "phone": "021 555 12345"}
		for key, value := range changes {
			body[key] = value
		}
		return body
	}
	post := func(name string, body testkit.Object, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: super, Method: "POST", Path: "/tenants", Body: body, Status: status, Want: want}
	}
	testkit.Run(t, w,
		post("with what it needs", found(nil), 201, `{"id":"*","slug":"bella-vista-spa","email":"contact@bellavista.com","is_active":true,
			"subscription":{"plan":"free","status":"active"},"settings":{"timezone":"Asia/Jakarta","currency":"IDR","business_type":"other"}}`),
		post("the same again", found(nil), 201, `{"slug":"bella-vista-spa-2"}`),
		post("with everything", found(testkit.Object{
			"slug": "Own-Slug", "business_type": "salon", "timezone": "Asia/Manila", "currency": "PHP", "plan": "pro", "website": "https://a.example", "description": "D",
		}), 201, `{"slug":"own-slug","description":"D","subscription":{"plan":"pro"},"settings":{"timezone":"Asia/Manila","currency":"PHP","business_type":"beauty_salon",
			"service_category_templates":["haircut","hair_coloring","hair_treatment","styling","nails","facial","waxing"]}}`),
		post("a slug of another", found(testkit.Object{"slug": first.Slug}), 409, `{"code":"tenant.slug_taken"}`),
		post("a slug of the platform", found(testkit.Object{"slug": "api"}), 409, `{"code":"tenant.slug_taken"}`),
		post("a slug that is none", found(testkit.Object{"slug": "a b"}), 422, ""),
		post("nothing right", testkit.Object{"name": "x", "email": "x", "phone": "x", "business_type": "bank", "timezone": "x", "currency": "x", "website": "x"}, 422, ""),
		post("no plan", found(testkit.Object{"plan": "gold"}), 422, ""),
		testkit.Scenario{Name: "not an administrator", As: first.Admin, Method: "POST", Path: "/tenants", Body: found(nil), Status: 403, Want: `{"code":"auth.forbidden"}`},
	)

	// The operator may sign in to it, and the provider is asked for its account.
	made := w.Do(super, "POST", "/tenants", found(testkit.Object{"slug": "entered"}), 201)
	w.RunJobs()
	tenant := w.Do(super, "GET", "/tenants/"+made.Text("id"), nil, 200)
	if !tenant.Has("client_partner_id") {
		t.Errorf("no partner: %s", tenant.Body)
	}
}

func TestBusinessesOfOneNameAreFoundedAtOnce(t *testing.T) {
	t.Parallel()
	w := server.New(t)
	super := w.Tenant().Member(access.SuperAdmin).Token
	var lock sync.Mutex
	var work sync.WaitGroup
	slugs := map[string]bool{}
	for range 6 {
		work.Go(func() {
			a := w.Send(testkit.Request{As: super, Method: "POST", Path: "/tenants", Body: testkit.Object{
				"name": "Twin", "email": "a@b.co", "phone": "+622155512345",
			}})
			lock.Lock()
			defer lock.Unlock()
			if a.Status == 201 {
				slugs[a.Text("slug")] = true
			} else if a.Status != 409 {
				t.Errorf("status %d: %s", a.Status, a.Body)
			}
		})
	}
	work.Wait()
	if len(slugs) < 3 {
		t.Errorf("only %d were founded: %v", len(slugs), slugs)
	}
	for slug := range slugs {
		if !strings.HasPrefix(slug, "twin") {
			t.Errorf("slug %s", slug)
		}
	}
}
