package customers_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"reserva/internal/kit/token"
)

func TestRegistrationUntilSignedIn(t *testing.T) {
	s := newShop(t)
	registered := s.post("/customer/auth/register", m{
		"email": strings.ToUpper(s.email), "phone": "0812 3456 789", "password": goodPassword,
		"first_name": "  Amelia ", "last_name": "Hart", "tenant_slug": s.slug, "marketing_consent": true,
	}).want(201)
	if registered.text("customer", "email") != s.email || registered.text("customer", "phone") != "+628123456789" ||
		registered.text("customer", "first_name") != "Amelia" {
		t.Errorf("customer %v", registered.get("customer"))
	}
	if registered.get("verification", "channel") != "email" || strings.Contains(registered.text("verification", "destination_masked"), "amelia") {
		t.Errorf("verification %v", registered.get("verification"))
	}

	s.login(s.email, goodPassword).want(403, "auth.unverified")
	s.login(s.email, "Wrong#2026secure").want(401, "auth.credentials")
	code := s.code(s.email)
	proof := m{"email": s.email, "code": wrong(code), "tenant_slug": s.slug}
	s.post("/customer/auth/verify-email", proof).want(400, "code.wrong")
	proof["code"] = code
	tokens := s.post("/customer/auth/verify-email", proof).want(200)
	if tokens.get("customer", "email_verified") != true || tokens.get("token_type") != "bearer" || tokens.get("expires_in") != 1800.0 {
		t.Errorf("tokens %v", tokens.body)
	}
	s.post("/customer/auth/verify-email", proof).want(400, "code.wrong") // used

	me := s.call("GET", "/customer/auth/me", tokens.text("access_token"), nil).want(200)
	if me.get("customer", "id") != registered.get("customer", "id") || me.get("tenant", "slug") != s.slug {
		t.Errorf("me %v", me.body)
	}
	s.login(s.email, goodPassword).want(200)
	s.post("/customer/auth/login", m{"phone": "+62 812-3456-789", "password": goodPassword, "tenant_slug": s.slug}).want(200)
}

func TestRegistrationRefusals(t *testing.T) {
	s := newShop(t)
	s.join(s.email)
	for name, c := range map[string]struct {
		change m
		status int
		code   string
	}{
		"unknown business":  {m{"tenant_slug": "nobody-here"}, 404, "tenant.not_found"},
		"weak password":     {m{"password": "short"}, 422, "request.invalid"},
		"no address":        {m{"email": nil}, 422, "request.invalid"},
		"bad address":       {m{"email": "amelia at home"}, 422, "request.invalid"},
		"bad phone":         {m{"phone": "12"}, 422, "request.invalid"},
		"empty name":        {m{"first_name": "  "}, 422, "request.invalid"},
		"name of two lines": {m{"last_name": "Hart\r\nBcc: x"}, 422, "request.invalid"},
		"unknown field":     {m{"is_active": true}, 422, "request.invalid"},
		"known address":     {m{"email": s.email}, 409, "customer.email_taken"},
	} {
		body := s.registration("other." + s.email)
		for key, value := range c.change {
			if body[key] = value; value == nil {
				delete(body, key)
			}
		}
		got := s.post("/customer/auth/register", body)
		if got.status != c.status || got.body["code"] != c.code {
			t.Errorf("%s: %d %v, want %d %s", name, got.status, got.body, c.status, c.code)
		}
	}
	if sent := s.messages("other." + s.email); len(sent) != 0 {
		t.Errorf("refused registrations sent %q", sent)
	}
}

func TestRegistrationOfATakenPhone(t *testing.T) {
	s := newShop(t)
	first := s.registration(s.email)
	first["phone"] = "+628123456789"
	s.post("/customer/auth/register", first).want(201)
	second := s.registration("other." + s.email)
	second["phone"] = "08123456789"
	s.post("/customer/auth/register", second).want(409, "customer.phone_taken")
	third := s.registration("")
	third["phone"] = "08123456789"
	s.post("/customer/auth/register", third).want(409, "customer.phone_taken")
}

func TestPhoneRegistration(t *testing.T) {
	s := newShop(t)
	body := s.registration("")
	body["phone"] = "+63 916 123 4567"
	registered := s.post("/customer/auth/register", body).want(201)
	if registered.get("verification", "channel") != "sms" {
		t.Errorf("verification %v", registered.get("verification"))
	}
	const number = "+639161234567"
	tokens := s.post("/customer/auth/verify-phone", m{"phone": number, "code": s.code(number), "tenant_slug": s.slug}).want(200)
	if tokens.get("customer", "phone_verified") != true || tokens.get("customer", "email") != nil {
		t.Errorf("customer %v", tokens.get("customer"))
	}
}

// A phone must not open an account whose mailbox is somebody else's.
func TestPhoneDoesNotProveAMailbox(t *testing.T) {
	s := newShop(t)
	body := s.registration(s.email)
	body["phone"] = "+639161234567"
	s.post("/customer/auth/register", body).want(201)
	s.post("/customer/auth/resend-verification", m{"phone": "+639161234567", "tenant_slug": s.slug}).want(200)
	s.post("/customer/auth/forgot-password", m{"phone": "+639161234567", "tenant_slug": s.slug}).want(200)
	if sent := s.messages("+639161234567"); len(sent) != 0 {
		t.Errorf("codes went to an unproven phone: %q", sent)
	}
}

func TestRegisteringAgainReplacesAnUnprovenAccount(t *testing.T) {
	s := newShop(t)
	s.post("/customer/auth/register", s.registration(s.email)).want(201)
	s.post("/customer/auth/register", s.registration(s.email)).want(409, "customer.email_taken")
	s.advance(11 * time.Minute)
	again := s.registration(s.email)
	again["password"], again["first_name"] = "Other#2026secure", "Mia"
	s.post("/customer/auth/register", again).want(201)
	tokens := s.post("/customer/auth/verify-email", m{"email": s.email, "code": s.code(s.email), "tenant_slug": s.slug}).want(200)
	if tokens.get("customer", "first_name") != "Mia" {
		t.Errorf("customer %v", tokens.get("customer"))
	}
	s.login(s.email, goodPassword).want(401)
	s.login(s.email, "Other#2026secure").want(200)
}

func TestWalkInRegistersWithItsOwnAddress(t *testing.T) {
	s := newShop(t)
	entered := s.call("POST", "/customers", s.as("receptionist"), m{
		"first_name": "Amy", "last_name": "H", "email": s.email, "phone": "+628123456789", "notes": "likes tea",
	}).want(201)
	registered := s.post("/customer/auth/register", s.registration(s.email)).want(201)
	if registered.get("customer", "first_name") != "Amelia" || registered.get("customer", "phone") != nil {
		t.Errorf("a stranger was told of the record: %v", registered.get("customer"))
	}
	before := s.call("GET", path("/customers/%s", entered.text("id")), s.as("receptionist"), nil).want(200)
	if before.get("has_password") != false || before.get("first_name") != "Amy" {
		t.Errorf("an unproven registration changed the record: %v", before.body)
	}
	tokens := s.post("/customer/auth/verify-email", m{"email": s.email, "code": s.code(s.email), "tenant_slug": s.slug}).want(200)
	if tokens.get("customer", "id") != entered.get("id") {
		t.Errorf("signed in as %v, want the record that staff entered", tokens.get("customer"))
	}
}

func TestCodesCanBeTriedFiveTimes(t *testing.T) {
	s := newShop(t)
	s.post("/customer/auth/register", s.registration(s.email)).want(201)
	code := s.code(s.email)
	var wg sync.WaitGroup
	tries := make(chan int, 12)
	for range 12 {
		wg.Go(func() {
			tries <- s.post("/customer/auth/verify-email", m{"email": s.email, "code": wrong(code), "tenant_slug": s.slug}).status
		})
	}
	wg.Wait()
	close(tries)
	count := map[int]int{}
	for status := range tries {
		count[status]++
	}
	if count[400] != 5 || count[429] != 7 {
		t.Errorf("answers %v, want 5 compared and 7 refused", count)
	}
	got := s.post("/customer/auth/verify-email", m{"email": s.email, "code": code, "tenant_slug": s.slug}).want(429, "code.attempts")
	if got.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	s.advance(time.Minute)
	s.post("/customer/auth/resend-verification", m{"email": s.email, "tenant_slug": s.slug}).want(200)
	s.post("/customer/auth/verify-email", m{"email": s.email, "code": code, "tenant_slug": s.slug}).want(400)
	s.post("/customer/auth/verify-email", m{"email": s.email, "code": s.code(s.email), "tenant_slug": s.slug}).want(200)
}

func TestCodesExpire(t *testing.T) {
	s := newShop(t)
	s.post("/customer/auth/register", s.registration(s.email)).want(201)
	s.advance(10 * time.Minute)
	s.post("/customer/auth/verify-email", m{"email": s.email, "code": s.code(s.email), "tenant_slug": s.slug}).want(400, "code.expired")
}

// Waiting times are the same for those who wait for a code and for strangers.
func TestResendLimits(t *testing.T) {
	s := newShop(t)
	s.post("/customer/auth/register", s.registration(s.email)).want(201)
	stranger := "nobody." + s.email
	s.post("/customer/auth/resend-verification", m{"email": stranger, "tenant_slug": s.slug}).want(200)
	for _, email := range []string{s.email, stranger} {
		got := s.post("/customer/auth/resend-verification", m{"email": email, "tenant_slug": s.slug}).want(429, "code.too_soon")
		if got.header.Get("Retry-After") != "60" {
			t.Errorf("%s: Retry-After %q", email, got.header.Get("Retry-After"))
		}
	}
	for range 4 {
		s.advance(time.Minute)
		for _, email := range []string{s.email, stranger} {
			s.post("/customer/auth/resend-verification", m{"email": email, "tenant_slug": s.slug}).want(200)
		}
	}
	s.advance(time.Minute)
	for _, email := range []string{s.email, stranger} {
		s.post("/customer/auth/resend-verification", m{"email": email, "tenant_slug": s.slug}).want(429)
	}
	s.advance(time.Hour)
	s.post("/customer/auth/resend-verification", m{"email": s.email, "tenant_slug": s.slug}).want(200)
	if sent := s.messages(s.email); len(sent) != 6 {
		t.Errorf("%d codes were sent, want 6", len(sent))
	}
	if sent := s.messages(stranger); len(sent) != 0 {
		t.Errorf("a stranger got %q", sent)
	}
}

func TestLockOutTellsNothing(t *testing.T) {
	s := newShop(t)
	s.join(s.email)
	for _, email := range []string{s.email, "nobody." + s.email} {
		for range 10 {
			s.login(email, "Wrong#2026secure").want(401, "auth.credentials")
		}
		got := s.login(email, goodPassword).want(423, "auth.locked")
		if got.header.Get("Retry-After") != "900" {
			t.Errorf("%s: Retry-After %q", email, got.header.Get("Retry-After"))
		}
	}
	s.advance(15 * time.Minute)
	s.login(s.email, goodPassword).want(200)
}

func TestGuessesAtOnceAreBounded(t *testing.T) {
	s := newShop(t)
	s.join(s.email)
	var wg sync.WaitGroup
	statuses := make(chan int, 40)
	for range 40 {
		wg.Go(func() { statuses <- s.login(s.email, "Wrong#2026secure").status })
	}
	wg.Wait()
	close(statuses)
	count := map[int]int{}
	for status := range statuses {
		count[status]++
	}
	if count[401] != 10 || count[423] != 30 {
		t.Errorf("answers %v, want 10 compared and 30 locked", count)
	}
}

func TestARightPasswordForgivesFailures(t *testing.T) {
	s := newShop(t)
	s.join(s.email)
	for range 3 {
		for range 9 {
			s.login(s.email, "Wrong#2026secure").want(401)
		}
		s.login(s.email, goodPassword).want(200)
	}
}

func TestCentralLogin(t *testing.T) {
	s := newShop(t)
	central := m{"email": s.email, "password": goodPassword}
	s.post("/customer/auth/login", central).want(401)
	s.join(s.email)
	s.post("/customer/auth/login", central).want(200)

	first := s.tenant
	s.tenant, s.slug = s.business()
	s.join(s.email)
	choice := s.post("/customer/auth/login", central).want(200)
	if choice.get("requires_tenant_selection") != true || choice.get("access_token") != nil || len(choice.get("organizations").([]any)) != 2 {
		t.Fatalf("choice %v", choice.body)
	}
	selected := m{"selection_token": choice.text("selection_token"), "tenant_id": "0123456789abcdef01234567"}
	s.post("/customer/auth/complete-login", selected).want(401, "auth.selection_token")
	selected["tenant_id"] = first
	tokens := s.post("/customer/auth/complete-login", selected).want(200)
	if tokens.get("customer", "tenant_id") != string(first) {
		t.Errorf("signed in at %v", tokens.get("customer"))
	}
	s.post("/customer/auth/complete-login", selected).want(401) // used
	s.call("GET", "/customer/auth/me", choice.text("selection_token"), nil).want(401)

	choice = s.post("/customer/auth/login", central).want(200)
	s.advance(6 * time.Minute)
	s.post("/customer/auth/complete-login", m{"selection_token": choice.text("selection_token"), "tenant_id": first}).want(401)
}

// A foreign business that knows the address with a password of its own cannot
// wash off guesses at the others.
func TestCentralGuessesAreNotForgivenByAnotherBusiness(t *testing.T) {
	s := newShop(t)
	s.join(s.email)
	s.tenant, s.slug = s.business()
	s.call("POST", "/customers", s.as("tenant_admin"), m{"first_name": "A", "email": s.email, "password": "Trap#2026secure"}).want(201)
	for range 9 {
		s.post("/customer/auth/login", m{"email": s.email, "password": "Wrong#2026secure"}).want(401)
	}
	s.post("/customer/auth/login", m{"email": s.email, "password": "Trap#2026secure"}).want(200)
	s.post("/customer/auth/login", m{"email": s.email, "password": "Wrong#2026secure"}).want(423)
}

func TestRefreshRotatesAndReuseEndsTheSession(t *testing.T) {
	s := newShop(t)
	first := s.join(s.email)
	second := s.post("/customer/auth/refresh", m{"refresh_token": first.text("refresh_token")}).want(200)
	s.call("GET", "/customer/auth/me", second.text("access_token"), nil).want(200)
	if !strings.HasPrefix(first.text("refresh_token"), string(s.tenant)+".") {
		t.Error("a refresh token names its tenant")
	}
	s.post("/customer/auth/refresh", m{"refresh_token": first.text("refresh_token")}).want(401, "auth.refresh_token")
	s.post("/customer/auth/refresh", m{"refresh_token": second.text("refresh_token")}).want(401)
	s.call("GET", "/customer/auth/me", second.text("access_token"), nil).want(401)
	s.login(s.email, goodPassword).want(200) // others are untouched
}

func TestRefreshRefusals(t *testing.T) {
	s := newShop(t)
	tokens := s.join(s.email)
	for name, text := range map[string]string{
		"nonsense":      "nonsense",
		"access token":  tokens.text("access_token"),
		"other tenant":  "0123456789abcdef01234567" + tokens.text("refresh_token")[24:],
		"without a dot": strings.ReplaceAll(tokens.text("refresh_token"), ".", ""),
	} {
		if got := s.post("/customer/auth/refresh", m{"refresh_token": text}); got.status != 401 {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	s.advance(30 * 24 * time.Hour)
	s.post("/customer/auth/refresh", m{"refresh_token": tokens.text("refresh_token")}).want(401)
}

func TestOfRefreshesAtOnceOneWins(t *testing.T) {
	s := newShop(t)
	tokens := s.join(s.email)
	var wg sync.WaitGroup
	answers := make(chan answer, 8)
	for range 8 {
		wg.Go(func() { answers <- s.post("/customer/auth/refresh", m{"refresh_token": tokens.text("refresh_token")}) })
	}
	wg.Wait()
	close(answers)
	won := 0
	for a := range answers {
		if a.status == 200 {
			won++
			s.post("/customer/auth/refresh", m{"refresh_token": a.text("refresh_token")}).want(401)
		}
	}
	if won != 1 {
		t.Errorf("%d refreshes won", won)
	}
}

func TestAccessTokenEnds(t *testing.T) {
	s := newShop(t)
	tokens := s.join(s.email)
	s.call("GET", "/customers/profile", "", nil).want(401)
	s.call("GET", "/customers/profile", tokens.text("access_token")+"x", nil).want(401)
	s.call("GET", "/customers", tokens.text("access_token"), nil).want(403, "auth.wrong_audience")
	s.call("GET", "/customers/profile", s.as("tenant_admin"), nil).want(403, "auth.wrong_audience")
	s.advance(31 * time.Minute)
	s.call("GET", "/customers/profile", tokens.text("access_token"), nil).want(401)
}

func TestSessions(t *testing.T) {
	s := newShop(t)
	first := s.join(s.email).text("access_token")
	s.advance(time.Second)
	second := s.post("/customer/auth/login", m{
		"email": s.email, "password": goodPassword, "tenant_slug": s.slug, "device": m{"name": "Phone", "platform": "ios"},
	}).want(200).text("access_token")
	list := s.call("GET", "/customer/auth/sessions", second, nil).want(200).get("items").([]any)
	if len(list) != 2 {
		t.Fatalf("sessions %v", list)
	}
	newest, oldest := list[0].(m), list[1].(m)
	if newest["device"] != "Phone (ios)" || newest["current"] != true || oldest["device"] != "Test Browser" || oldest["current"] != false {
		t.Errorf("sessions %v", list)
	}
	s.call("DELETE", path("/customer/auth/sessions/%s", oldest["id"]), second, nil).want(200)
	s.call("DELETE", path("/customer/auth/sessions/%s", oldest["id"]), second, nil).want(404, "auth.session_not_found")
	s.call("DELETE", "/customer/auth/sessions/nonsense", second, nil).want(404)
	s.call("GET", "/customer/auth/me", first, nil).want(401)

	stranger := s.join("other." + s.email).text("access_token")
	s.call("DELETE", path("/customer/auth/sessions/%s", newest["id"]), stranger, nil).want(404)
	s.call("POST", "/customer/auth/logout", second, nil).want(200)
	s.call("GET", "/customer/auth/me", second, nil).want(401)
}

func TestForgottenPassword(t *testing.T) {
	s := newShop(t)
	tokens := s.join(s.email)
	s.post("/customer/auth/forgot-password", m{"email": "nobody." + s.email, "tenant_slug": s.slug}).want(200)
	s.post("/customer/auth/forgot-password", m{"email": s.email, "tenant_slug": "nobody-here"}).want(200)
	if sent := s.messages(s.email); len(sent) != 1 {
		t.Errorf("sent %q", sent)
	}
	s.post("/customer/auth/forgot-password", m{"email": s.email, "tenant_slug": s.slug}).want(200)
	s.post("/customer/auth/forgot-password", m{"email": s.email, "tenant_slug": s.slug}).want(200) // sends nothing
	if sent := s.messages(s.email); len(sent) != 2 {
		t.Errorf("sent %q", sent)
	}
	code := s.code(s.email)
	reset := m{"email": s.email, "tenant_slug": s.slug, "code": wrong(code), "new_password": "Fresh#2026secure"}
	s.post("/customer/auth/reset-password", reset).want(400, "code.wrong")
	s.post("/customer/auth/verify-email", m{"email": s.email, "code": code, "tenant_slug": s.slug}).want(400) // another purpose
	reset["code"], reset["new_password"] = code, "weak"
	s.post("/customer/auth/reset-password", reset).want(422)
	reset["new_password"] = "Fresh#2026secure"
	s.post("/customer/auth/reset-password", reset).want(200)
	s.post("/customer/auth/reset-password", reset).want(400)
	s.call("GET", "/customer/auth/me", tokens.text("access_token"), nil).want(401)
	s.login(s.email, goodPassword).want(401)
	s.login(s.email, "Fresh#2026secure").want(200)
}

// Whoever left a password with somebody's address is out once the owner resets it.
func TestResetDropsAPendingPassword(t *testing.T) {
	s := newShop(t)
	s.post("/customer/auth/register", s.registration(s.email)).want(201)
	s.post("/customer/auth/forgot-password", m{"email": s.email, "tenant_slug": s.slug}).want(200)
	s.post("/customer/auth/reset-password", m{
		"email": s.email, "tenant_slug": s.slug, "code": s.code(s.email), "new_password": "Fresh#2026secure",
	}).want(200)
	var pending int
	s.scan(&pending, "SELECT count(*) FROM customers WHERE tenant_id = $1 AND pending_password IS NOT NULL", s.tenant)
	if pending != 0 {
		t.Error("the pending password is still there")
	}
}

func TestChangePassword(t *testing.T) {
	s := newShop(t)
	other := s.join(s.email).text("access_token")
	mine := s.login(s.email, goodPassword).want(200).text("access_token")
	change := m{"current_password": "Wrong#2026secure", "new_password": "Fresh#2026secure"}
	s.call("POST", "/customer/auth/change-password", mine, change).want(400, "auth.wrong_password")
	change["current_password"], change["new_password"] = goodPassword, "weak"
	s.call("POST", "/customer/auth/change-password", mine, change).want(422)
	change["new_password"] = goodPassword
	s.call("POST", "/customer/auth/change-password", mine, change).want(422)
	change["new_password"] = "Fresh#2026secure"
	s.call("POST", "/customer/auth/change-password", mine, change).want(200)
	s.call("GET", "/customer/auth/me", mine, nil).want(200)
	s.call("GET", "/customer/auth/me", other, nil).want(401)
	s.login(s.email, "Fresh#2026secure").want(200)
	for range 10 {
		s.call("POST", "/customer/auth/change-password", mine, m{"current_password": "Wrong#2026secure", "new_password": goodPassword}).want(400)
	}
	s.call("POST", "/customer/auth/change-password", mine, m{"current_password": "Fresh#2026secure", "new_password": goodPassword}).want(423)
}

func TestInactiveBusinessSignsNobodyIn(t *testing.T) {
	s := newShop(t)
	tokens := s.join(s.email)
	s.exec("UPDATE tenants SET is_active = false WHERE id = $1", s.tenant)
	s.login(s.email, goodPassword).want(404)
	s.post("/customer/auth/login", m{"email": s.email, "password": goodPassword}).want(401)
	s.call("GET", "/customer/auth/me", tokens.text("access_token"), nil).want(401)
	s.post("/customer/auth/refresh", m{"refresh_token": tokens.text("refresh_token")}).want(403)
}

func TestCommonPasswordsAreRefusedAtRegistration(t *testing.T) {
	s := newShop(t)
	for _, common := range []string{"Password1!", "Qwerty123!"} {
		s.post("/customer/auth/register", m{
			"email": s.email, "password": common, "first_name": "Amelia", "last_name": "Hart", "tenant_slug": s.slug,
		}).want(422)
	}
}

// What a password of another day cost is put right at the next sign-in.
func TestSignInRenewsOldHashes(t *testing.T) {
	s := newShop(t)
	s.join(s.email)
	old, err := token.NewHasher(token.Params{Memory: 32, Time: 2}).Hash(t.Context(), goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	s.exec("UPDATE customers SET password_hash = $2 WHERE tenant_id = $1", s.tenant, old)
	s.login(s.email, goodPassword).want(200)
	var stored string
	s.scan(&stored, "SELECT password_hash FROM customers WHERE tenant_id = $1", s.tenant)
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("stored %s", stored)
	}
	s.login(s.email, goodPassword).want(200)
}

// Who changes a password shuts out whoever began to sign in with the old one.
func TestAChoiceEndsWithItsPassword(t *testing.T) {
	s := newShop(t)
	mine := s.join(s.email).text("access_token")
	first := s.tenant
	s.tenant, s.slug = s.business()
	s.join(s.email)
	answer := s.post("/customer/auth/login", m{"email": s.email, "password": goodPassword}).want(200)
	choice := answer.text("selection_token")
	if choice == "" {
		t.Fatalf("no choice: %v", answer)
	}
	s.call("POST", "/customer/auth/change-password", mine,
		m{"current_password": goodPassword, "new_password": "Fresh#2026secure"}).want(200)
	s.post("/customer/auth/complete-login", m{"selection_token": choice, "tenant_id": first}).want(401, "auth.selection_token")
}
