package users_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/api"
	"reserva/internal/kit/id"
	"reserva/internal/kit/ratelimit"
	"reserva/internal/testkit"
)

func TestRegister(t *testing.T) {
	w := newWorld(t)
	b := brand{email: string(id.Random()) + "@BellaVista.com"}
	name := "Bellà Vista & Spa " + string(id.Random())
	answer := w.call("POST", "/public/register", "", registration(b, object{
		"preferred_slug": nil, "business_name": "  " + name + " ", "business_type": "Barbershop",
		"admin_first_name": "Ana", "admin_last_name": "Reyes", "privacy_accepted": true,
		"website": "https://bellavista.com", "description": "Line one\nand <b>two</b>",
	}), 201)

	slug := strings.ReplaceAll(strings.ToLower(strings.NewReplacer("à", "a", " &", "").Replace(name)), " ", "-")
	if answer["slug"] != slug {
		t.Errorf("slug %v, want %s", answer["slug"], slug)
	}
	if got, want := answer["client_partner_id"], "partner-"+text(answer, "tenant_id"); got != want {
		t.Errorf("client_partner_id %v, want %s", got, want)
	}
	b.slug, b.tenant = slug, id.ID(text(answer, "tenant_id"))

	session := w.login(b)
	for path, want := range map[string]any{
		"user.id": answer["user_id"], "user.role": "tenant_admin", "user.first_name": "Ana",
		"user.email": strings.ToLower(b.email), "tenant.id": answer["tenant_id"], "tenant.slug": slug, "tenant.name": name,
		"access_type": "single", "subscription_status": "active", "token_type": "bearer", "token_type_identifier": "user",
		"expires_in": 1800.0,
	} {
		if got := at(session, path); got != want {
			t.Errorf("login %s = %v, want %v", path, got, want)
		}
	}

	profile := w.call("GET", "/tenants/"+string(b.tenant), text(session, "access_token"), nil, 200)
	for path, want := range map[string]any{
		"name": name, "phone": "+15559876543", "settings.business_type": "barber_shop", "settings.currency": "IDR",
		"subscription.plan": "free", "subscription.plan_type": "FREE", "subscription.status": "active",
		"client_partner_id": answer["client_partner_id"], "description": "Line one\nand <b>two</b>", "is_active": true,
	} {
		if got := at(profile, path); got != want {
			t.Errorf("tenant %s = %v, want %v", path, got, want)
		}
	}
	if list, _ := at(profile, "settings.service_category_templates").([]any); len(list) == 0 {
		t.Error("a new business is offered no service categories")
	}
}

func TestRegisterMakesSlugsApart(t *testing.T) {
	w := newWorld(t)
	name := "Twin " + string(id.Random())
	want := strings.ToLower(strings.ReplaceAll(name, " ", "-"))
	for _, slug := range []string{want, want + "-2", want + "-3"} {
		b := brand{email: string(id.Random()) + "@x.com"}
		answer := w.call("POST", "/public/register", "", registration(b, object{"preferred_slug": nil, "business_name": name}), 201)
		if answer["slug"] != slug {
			t.Errorf("slug %v, want %s", answer["slug"], slug)
		}
	}
}

func TestRegisterMakesSlugsApartAtOnce(t *testing.T) {
	w := newWorld(t)
	name := "Crowd " + string(id.Random())
	var wg sync.WaitGroup
	var mu sync.Mutex
	slugs := map[string]bool{}
	for range 8 {
		wg.Go(func() {
			b := brand{email: string(id.Random()) + "@x.com"}
			answer := w.call("POST", "/public/register", "", registration(b, object{"preferred_slug": nil, "business_name": name}), 201)
			mu.Lock()
			defer mu.Unlock()
			slugs[text(answer, "slug")] = true
		})
	}
	wg.Wait()
	if len(slugs) != 8 {
		t.Errorf("8 businesses have %d slugs: %v", len(slugs), slugs)
	}
}

func TestRegisterConflicts(t *testing.T) {
	w := newWorld(t)
	first := w.register()

	answer := w.call("POST", "/public/register", "",
		registration(brand{email: strings.ToUpper(first.email), slug: "salon-" + string(id.Random())}, nil), 409)
	w.wantCode(answer, "register.email_taken")

	other := brand{email: string(id.Random()) + "@x.com", slug: strings.ToUpper(first.slug)}
	w.wantCode(w.call("POST", "/public/register", "", registration(other, nil), 409), "register.slug_taken")
	w.wantCode(w.call("POST", "/public/register", "", registration(other, object{"preferred_slug": "www"}), 409), "register.slug_taken")

	// Nothing of a refused registration stays: the same administrator may try again.
	other.slug = "salon-" + string(id.Random())
	w.call("POST", "/public/register", "", registration(other, nil), 201)
}

func TestRegisterRefuses(t *testing.T) {
	w := newWorld(t)
	b := brand{email: "somebody@x.com", slug: "never-made"}
	for _, c := range []struct {
		change object
		field  string
	}{
		{object{"terms_accepted": false}, "terms_accepted"},
		{object{"terms_accepted": nil}, "terms_accepted"},
		{object{"privacy_accepted": false}, "privacy_accepted"},
		{object{"admin_password": "short1!"}, "admin_password"},
		{object{"admin_password": "alllowercase1!"}, "admin_password"},
		{object{"admin_email": "not-an-address"}, "admin_email"},
		{object{"business_email": "a@b.c\r\nBcc: d@e.f"}, "business_email"},
		{object{"business_phone": "call me"}, "business_phone"},
		{object{"business_name": "x"}, "business_name"},
		{object{"business_name": "two\nlines"}, "business_name"},
		{object{"admin_first_name": "two\nlines"}, "admin_first_name"},
		{object{"business_type": "bank"}, "business_type"},
		{object{"website": "javascript:alert(1)"}, "website"},
		{object{"preferred_slug": "-a-"}, "preferred_slug"},
		{object{"timezone": "Mars/Olympus"}, "timezone"},
		{object{"currency": "XXX"}, "currency"},
		{object{"is_super_admin": true}, "is_super_admin"},
		{object{"terms_accepted": false, "admin_password": "x"}, "admin_password,terms_accepted"},
	} {
		answer := w.call("POST", "/public/register", "", registration(b, c.change), 422)
		if got := fields(answer); got != c.field {
			t.Errorf("%v: refused %q, want %q: %v", c.change, got, c.field, answer)
		}
	}
}

func TestRegisterWithoutGateway(t *testing.T) {
	w := newWorld(t)
	w.gateway.set(true)
	b := brand{email: string(id.Random()) + "@x.com", slug: "salon-" + string(id.Random())}
	answer := w.call("POST", "/public/register", "", registration(b, nil), 201)
	partner, present := answer["client_partner_id"]
	if !present || partner != nil {
		t.Errorf("client_partner_id = %v, want null", partner)
	}
	b.tenant = id.ID(text(answer, "tenant_id"))

	run := func() error {
		return w.jobs.Run(t.Context(), "", "tenant.registered", "partner", []byte(`{"tenant_id":"`+string(b.tenant)+`"}`))
	}
	if err := run(); err == nil {
		t.Error("the job must fail, to be tried again, while the gateway is down")
	}
	w.gateway.set(false)
	for range 2 {
		if err := run(); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.gateway.times(); got != 3 {
		t.Errorf("the gateway was asked %d times, want 3: by the registration, in vain, and once more", got)
	}
	bearer := text(w.login(b), "access_token")
	if got := w.call("GET", "/tenants/me", bearer, nil, 200)["client_partner_id"]; got != "partner-"+string(b.tenant) {
		t.Errorf("client_partner_id = %v", got)
	}
}

// A business that was deleted before its job ran is no failure, and no partner.
func TestNoPartnerOfADeletedBusiness(t *testing.T) {
	w := newWorld(t)
	w.gateway.set(true)
	b := brand{email: string(id.Random()) + "@x.com", slug: "salon-" + string(id.Random())}
	b.tenant = id.ID(text(w.call("POST", "/public/register", "", registration(b, nil), 201), "tenant_id"))
	w.gateway.set(false)
	if _, err := testkit.Superuser(t).Exec(t.Context(), `UPDATE tenants SET deleted_at = now(), is_active = false WHERE id = $1`, b.tenant); err != nil {
		t.Fatal(err)
	}
	asked := w.gateway.times()
	if err := w.jobs.Run(t.Context(), "", "tenant.registered", "partner", []byte(`{"tenant_id":"`+string(b.tenant)+`"}`)); err != nil {
		t.Error(err)
	}
	if got := w.gateway.times(); got != asked {
		t.Errorf("the gateway was asked %d times, want %d", got, asked)
	}
}

func TestRegisterStoresItsJob(t *testing.T) {
	w := newWorld(t)
	b := w.register()
	var jobs int
	err := testkit.Superuser(t).QueryRow(t.Context(), `
		SELECT count(*)
		FROM river.river_job
		WHERE args -> 'data' ->> 'tenant_id' = $1 AND args ->> 'subscriber' = 'partner'`, b.tenant).Scan(&jobs)
	if err != nil || jobs != 1 {
		t.Errorf("%d jobs, %v", jobs, err)
	}
}

func TestRegisterIsLimited(t *testing.T) {
	w := newWorld(t, func(c *api.Config) {
		c.RateLimitOff, c.Limiter = false, ratelimit.NewMemory(1000)
	})
	for range 5 {
		w.register()
	}
	b := brand{email: string(id.Random()) + "@x.com", slug: "salon-" + string(id.Random())}
	_, header := w.callWithHeader("POST", "/public/register", "", registration(b, nil), 429)
	if header.Get("Retry-After") == "" {
		t.Error("429 without Retry-After")
	}
}

func TestRegisterOnceForOneKey(t *testing.T) {
	w := newWorld(t)
	w.key = string(id.Random())
	b := brand{email: string(id.Random()) + "@x.com", slug: "salon-" + string(id.Random())}
	answers := make([]object, 4)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { answers[i] = w.call("POST", "/public/register", "", registration(b, nil), 201) })
	}
	wg.Wait()
	for _, answer := range answers[1:] {
		if diff := cmp.Diff(answers[0], answer); diff != "" {
			t.Errorf("a repeated registration answers otherwise: %s", diff)
		}
	}
	if got := w.gateway.times(); got != 1 {
		t.Errorf("the gateway was asked %d times", got)
	}
	w.wantCode(w.call("POST", "/public/register", "", registration(b, object{"business_name": "Another"}), 422), "idempotency.reused")
}
