package world_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"reserva/internal/config"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// foreign is the host of somebody else, as a request may name it.
const foreign = "evil.example"

// misled are headers by which a request claims to have come through elsewhere.
var misled = testkit.Object{
	"X-Forwarded-Host": foreign, "X-Forwarded-Server": foreign, "X-Host": foreign, "X-Original-Host": foreign,
	"X-Original-Url": "/" + foreign, "X-Rewrite-Url": "/" + foreign, "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "//" + foreign,
	"Forwarded": "for=198.51.100.7;host=" + foreign, "Origin": "https://" + foreign, "Referer": "https://" + foreign + "/",
}

// asElsewhere sends a request as if the server were at another host.
func asElsewhere(w *testkit.World, r testkit.Request) *httptest.ResponseRecorder {
	w.Helper()
	prefix := "/api/v1"
	if strings.HasPrefix(r.Path, "//") {
		prefix, r.Path = "", r.Path[1:]
	}
	body, _ := r.Body.(string)
	request := httptest.NewRequestWithContext(w.Context(), r.Method, prefix+r.Path, strings.NewReader(body))
	request.Host = foreign
	if r.As != "" {
		request.Header.Set("Authorization", "Bearer "+string(r.As))
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, headers := range []testkit.Object{misled, r.Header} {
		for name, value := range headers {
			request.Header.Set(name, fmt.Sprint(value))
		}
	}
	answer := httptest.NewRecorder()
	w.Handler.ServeHTTP(answer, request)
	return answer
}

// Links lead to where the operator says that the server is, whatever host a request
// names: in answers, in pages and in messages.
func TestLinksLeadToTheServersOwnAddress(t *testing.T) {
	t.Parallel()
	const public = "https://book.example.com"
	w := world.New(t, func(f *config.Flags) { f.PublicURL = public })
	s := sweepOf(t, w)
	salon := s.mine
	look := func(what string, a *httptest.ResponseRecorder) {
		t.Helper()
		if a.Code >= 500 {
			t.Errorf("%s: status %d: %s", what, a.Code, a.Body)
		}
		if strings.Contains(a.Body.String(), foreign) {
			t.Errorf("%s: the answer names the host of the request: %s", what, a.Body)
		}
		for name, values := range a.Header() {
			if strings.Contains(strings.Join(values, " "), foreign) {
				t.Errorf("%s: the header %s names the host of the request: %q", what, name, values)
			}
		}
	}
	asked := 0
	for _, o := range s.Operations {
		if o.Method != http.MethodGet {
			continue
		}
		asked++
		look(o.String(), asElsewhere(w, testkit.Request{As: s.token(o), Method: o.Method, Path: path(o, salon.ids), Header: s.named(o)}))
	}
	if asked < 60 {
		t.Errorf("only %d operations were asked", asked)
	}
	for _, page := range []string{"/", "/docs", "/openapi.json", "/openapi-3.0.json", "/.well-known/jwks.json", "/healthz", "/readyz"} {
		look(page, asElsewhere(w, testkit.Request{Method: "GET", Path: "/" + page}))
	}
	w.Advance(3 * 3600e9)
	for _, c := range []struct{ path, body string }{
		{"/auth/forgot-password", `{"email":"` + salon.Email + `"}`},
		{"/customer/auth/forgot-password", `{"email":"` + salon.Customer.Email + `","tenant_slug":"` + salon.Slug + `"}`},
		{"/customer/auth/register", `{"email":"new@example.com","password":"Plum-Kites-47-Harbour","first_name":"A","last_name":"B","tenant_slug":"` + salon.Slug + `"}`},
		{"/bookings/type/online", `{"packageId":"` + string(salon.Service.ID) + `","bookingDate":"` + w.Day(2) +
			`","bookingTime":"11:00","firstName":"John","lastName":"Smith","email":"guest@example.com","phone":"09161234567"}`},
	} {
		a := asElsewhere(w, testkit.Request{Method: "POST", Path: c.path, Body: c.body, Header: salon.named()})
		look(c.path, a)
		if a.Code/100 != 2 {
			t.Errorf("%s: status %d: %s", c.path, a.Code, a.Body)
		}
	}
	w.RunJobs()
	var messages, wrong, own int
	err := w.DB.Pool().QueryRow(t.Context(), `
		SELECT count(*), count(*) FILTER (WHERE m::text LIKE '%' || $1 || '%'), count(*) FILTER (WHERE m::text LIKE '%' || $2 || '%')
		FROM messages m`, foreign, public).Scan(&messages, &wrong, &own)
	if err != nil || messages < 4 || wrong > 0 || own == 0 {
		t.Errorf("of %d messages %d lead elsewhere and %d to the server: %v", messages, wrong, own, err)
	}
}

// No path makes the server send anybody elsewhere.
func TestNobodyIsSentElsewhere(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	for _, target := range []string{
		"//evil.example", "//evil.example/", "//evil.example/..", "///evil.example", "/%2f%2fevil.example/", "/%5cevil.example/", "/.//evil.example",
		"/..//evil.example/", "/docs//evil.example", "/docs/..//evil.example", "/api//evil.example", "/api/v1//evil.example/..", "/api/v1/..//evil.example",
		"/?next=https://evil.example", "/?redirect=//evil.example", "/?return_url=https://evil.example", "/docs?url=https://evil.example/openapi.json",
		"/dev/outbox?next=//evil.example", "/%0d%0aLocation:%20https://evil.example", "/https://evil.example",
	} {
		request := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		parsed, err := request.URL.Parse("http://book.example.com" + target)
		if err != nil {
			t.Fatal(err)
		}
		request.URL.Path, request.URL.RawPath, request.URL.RawQuery = parsed.Path, parsed.RawPath, parsed.RawQuery
		request.Host = foreign
		answer := httptest.NewRecorder()
		w.Handler.ServeHTTP(answer, request)
		to := answer.Header().Get("Location")
		switch {
		case answer.Code/100 == 3 && to == "" && answer.Code != http.StatusNotModified:
			t.Errorf("%s: sent nowhere", target)
		case strings.HasPrefix(to, "//"), strings.HasPrefix(to, `/\`), strings.Contains(to, "://"), strings.ContainsAny(to, "\r\n"):
			t.Errorf("%s: sent to %q", target, to)
		}
	}
}

// Who is no trusted proxy cannot choose the address by which it is counted, listed and
// audited.
func TestForgedAddressesAreNotBelieved(t *testing.T) {
	t.Parallel()
	w := world.New(t, world.RateLimited())
	forged := func(n int) testkit.Object {
		address := fmt.Sprintf("198.51.100.%d", n)
		return testkit.Object{
			"X-Forwarded-For": address, "X-Real-Ip": address, "True-Client-Ip": address, "Cf-Connecting-Ip": address,
			"X-Client-Ip": address, "Forwarded": "for=" + address,
		}
	}
	refused := 0
	for n := range 40 {
		a := w.Send(testkit.Request{Method: "GET", Path: "/public/tenants/nobody", From: "203.0.113.50", Header: forged(n)})
		if a.Status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 10 {
		t.Errorf("of 40 requests with forged addresses %d were refused, want 10", refused)
	}
	w.Advance(2 * 3600e9)
	salon := w.Salon()
	signedIn := w.Send(testkit.Request{
		Method: "POST", Path: "/customer/auth/login", From: "203.0.113.51", Header: forged(9),
		Body: testkit.Object{"email": salon.Customer.Email, "password": testkit.Password, "tenant_slug": salon.Slug},
	})
	sessions := w.JSON(testkit.Token(signedIn.Text("access_token")), "GET", "/customer/auth/sessions", nil)
	if strings.Contains(string(sessions.Body), "198.51.100.") || !strings.Contains(string(sessions.Body), "203.0.113.51") {
		t.Errorf("the list of sessions believes a forged address: %s", sessions.Body)
	}
	var believed int
	if err := w.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM audit_log a WHERE a::text LIKE '%198.51.100.%'`).Scan(&believed); err != nil || believed > 0 {
		t.Errorf("%d audit entries believe a forged address: %v", believed, err)
	}
}
