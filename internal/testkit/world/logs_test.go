package world_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// private are the members of bodies, sent or answered, that nobody may find in a log.
var private = regexp.MustCompile(`(?i)(token|password|secret|otp|email|phone|^code$|_name$|firstName|lastName|notes?$|street|handle)`)

// harvest collects the texts of such members.
func harvest(found map[string]bool, name string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for inner, v := range value {
			harvest(found, inner, v)
		}
	case []any:
		for _, v := range value {
			harvest(found, name, v)
		}
	case string:
		public := map[string]bool{"bearer": true, "user": true, "customer": true, "Test": true}
		if private.MatchString(name) && len(value) > 3 && !public[value] {
			found[value] = true
		}
	}
}

// The log of a whole journey, with everything that goes wrong on the way, holds no
// secret and nobody's data.
func TestLogsTellNothingOfAnybody(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	w := world.Logged(t, &log)
	secrets := map[string]bool{testkit.Password: true}
	check := w.Inspect
	w.Inspect = func(method, path string, a testkit.Answer) []string {
		var body any
		if json.Unmarshal(a.Body, &body) == nil && a.Header.Get("X-RateLimit-Limit-Hour") != "" {
			harvest(secrets, "", body)
		}
		return check(method, path, a)
	}
	send := func(as testkit.Token, method, path string, body testkit.Object, header testkit.Object) testkit.Answer {
		t.Helper()
		harvest(secrets, "", map[string]any(body))
		return w.Send(testkit.Request{As: as, Method: method, Path: path, Body: orNil(body), Header: header})
	}

	salon := w.Salon()
	admin := testkit.Object{"email": salon.Email, "password": testkit.Password, "tenant_slug": salon.Slug}
	login := send("", "POST", "/auth/login", admin, nil)
	send("", "POST", "/auth/refresh", testkit.Object{"refresh_token": login.Text("refresh_token")}, nil)
	send("", "POST", "/auth/refresh", testkit.Object{"refresh_token": login.Text("refresh_token")}, nil)
	send("", "POST", "/auth/login", testkit.Object{"email": salon.Email, "password": "Wrong-Secret-1!", "tenant_slug": salon.Slug}, nil)
	send("", "POST", "/auth/login", testkit.Object{"email": "nobody@elsewhere.example", "password": "Wrong-Secret-2!"}, nil)
	send("", "POST", "/auth/forgot-password", testkit.Object{"email": salon.Email}, nil)
	salon.Admin = salon.SignIn(salon.Email)

	for range 6 { // until the account is locked
		send("", "POST", "/customer/auth/login", testkit.Object{
			"email": salon.Customer.Email, "password": "Wrong-Secret-3!", "tenant_slug": salon.Slug,
		}, nil)
	}
	send("", "POST", "/customer/auth/forgot-password", testkit.Object{"email": salon.Customer.Email, "tenant_slug": salon.Slug}, nil)
	code := w.Code(salon.Customer.Email)
	secrets[code] = true
	send("", "POST", "/customer/auth/reset-password", testkit.Object{
		"email": salon.Customer.Email, "code": code, "new_password": "Another#2026", "tenant_slug": salon.Slug,
	}, nil)

	guest := send("", "POST", "/bookings/type/hair", testkit.Object{
		"packageId": salon.Service.ID, "bookingDate": w.Day(2), "bookingTime": "14:00", "firstName": "Guadalupe",
		"lastName": "Villanueva", "email": "guadalupe@mail.example", "phone": "09161234567", "password": "Guest#2026",
	}, testkit.Object{"X-Tenant-Slug": salon.Slug})
	if guest.Status != 201 {
		t.Errorf("the guest's booking: %d %s", guest.Status, guest.Body)
	}
	w.RunJobs()
	link := regexp.MustCompile(`/verify/\S+`).FindString(w.Outbox("guadalupe@mail.example")[0].Text)
	handle := link[strings.LastIndexByte(link, '/')+1:]
	secrets[handle] = true
	send("", "GET", "/"+link, nil, nil)
	send("", "POST", "/"+link, nil, nil)
	send("", "PUT", "/bookings/"+handle+"/verify", nil, testkit.Object{"X-Verification-Token": guest.Text("booking.verificationToken")})

	appointment := string(salon.Book(1, "12:00", testkit.Object{"notes": "allergic to lavender"}))
	secrets["allergic to lavender"] = true
	send(salon.Admin, "POST", "/appointments/"+appointment+"/create-payment-link", nil, nil)
	send(salon.Admin, "GET", "/customers?search=Amelia", nil, nil)
	send(salon.Admin, "GET", "/customers?search="+salon.Customer.Email, nil, nil)
	send(testkit.Token(strings.Repeat("stolen", 20)), "GET", "/customers", nil, testkit.Object{"Cookie": "session=stolen"})
	send(salon.Admin, "POST", "/customers", testkit.Object{"first_name": "Ines\u0000", "email": "not an address"}, nil)
	secrets["stolen"], secrets["lavender"], secrets["Amelia"], secrets["Lestari"], secrets["198.51.100.77"] = true, true, true, true, true
	w.Send(testkit.Request{Method: "GET", Path: "/public/tenants/nobody", From: "198.51.100.77"})
	w.RunJobs()
	w.Exec(`ALTER TABLE customers RENAME TO customers_elsewhere`)
	if a := w.Send(testkit.Request{As: salon.Admin, Method: "GET", Path: "/customers?search=Amelia"}); a.Status != 500 {
		t.Errorf("without its table: %d", a.Status)
	}

	if lines := strings.Count(log.String(), "msg=request "); lines < 40 {
		t.Errorf("only %d requests were logged", lines)
	}
	if len(secrets) < 25 {
		t.Errorf("only %d texts to look for: %v", len(secrets), secrets)
	}
	for secret := range secrets {
		for line := range strings.Lines(log.String()) {
			if strings.Contains(line, secret) {
				t.Errorf("%q is in the log: %s", secret, line)
				break
			}
		}
	}
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "msg=request ") && !strings.Contains(line, "request_id=") {
			t.Errorf("a line without its request: %s", line)
		}
	}
}
