package tenants_test

import (
	"fmt"
	"net/http"
	"testing"

	"reserva/internal/access"
	"reserva/internal/testkit"
	server "reserva/internal/testkit/world"
)

// door is a way into a business, and how it answers while the business is open and
// when it is closed.
type door struct {
	name         string
	request      testkit.Request
	open, closed int
}

// doors are all kinds of ways into a salon.
func doors(w *testkit.World, s *testkit.Salon, hour int, refresh, customerRefresh string) []door {
	outlet, service := string(s.Outlet.ID), string(s.Service.ID)
	guest := testkit.Object{"X-Tenant-Slug": s.Slug, "X-Branch-Slug": s.Outlet.Slug}
	get := func(as testkit.Token, path string) testkit.Request {
		return testkit.Request{As: as, Method: "GET", Path: path}
	}
	post := func(path string, body testkit.Object) testkit.Request {
		return testkit.Request{Method: "POST", Path: path, Body: body}
	}
	return []door{
		{"a user's token", get(s.Admin, "/auth/me"), 200, 401},
		{"a customer's token", get(s.Customer.Token, "/customer/auth/me"), 200, 401},
		{"a user signs in", post("/auth/login", testkit.Object{"email": s.Email, "password": testkit.Password, "tenant_slug": s.Slug}), 200, 404},
		{"a user signs in somewhere", post("/auth/login", testkit.Object{"email": s.Email, "password": testkit.Password}), 200, 403},
		{"a user's refresh token", post("/auth/refresh", testkit.Object{"refresh_token": refresh}), 200, 401},
		{"a customer signs in", post("/customer/auth/login", testkit.Object{
			"email": s.Customer.Email, "password": testkit.Password, "tenant_slug": s.Slug,
		}), 200, 404},
		{"a customer's refresh token", post("/customer/auth/refresh", testkit.Object{"refresh_token": customerRefresh}), 200, 403},
		{"the business card", get("", "/public/tenants/"+s.Slug), 200, 404},
		{"its outlets", get("", "/public/tenants/"+s.Slug+"/outlets"), 200, 404},
		{"an outlet", get("", "/public/outlets/"+outlet), 200, 404},
		{"its hours", get("", "/public/outlets/"+outlet+"/hours"), 200, 404},
		{"its services", get("", "/public/outlets/"+outlet+"/services"), 200, 404},
		{"the services of the business", get("", "/public/tenants/"+s.Slug+"/services"), 200, 404},
		{"its staff", get("", "/public/outlets/"+outlet+"/staff"), 200, 404},
		{"a guest looks the business up", get("", "/tenant/"+s.Slug), 200, 404},
		{"a guest asks what is full", testkit.Request{
			Method: "GET", Path: "/bookings/fully-booked-slots?from=" + w.Day(2) + "&to=" + w.Day(2) + "&packageId=" + service, Header: guest,
		}, 200, 404},
		{"the grid", get("", "/public/availability/grid?outlet_id="+outlet+"&service_id="+service+"&start_date="+w.Day(2)), 200, 400},
		{"a guest books", testkit.Request{Method: "POST", Path: "/bookings/organizations/" + string(s.ID) + "/type/guest", Header: guest, Body: testkit.Object{
			"packageId": service, "bookingDate": w.Day(2), "bookingTime": fmt.Sprintf("%d:00", hour),
			"firstName": "John", "lastName": "Smith", "email": "john@example.com", "phone": "08123456701",
		}}, 201, 404},
	}
}

// Everybody knocks at one server, and the operator uses another.
func TestADeactivatedBusinessIsClosedToEverybody(t *testing.T) {
	t.Parallel()
	w, other := server.Two(t)
	salon := w.Salon()
	super := salon.Member(access.SuperAdmin).Token
	path := "/tenants/" + string(salon.ID)
	refreshes := func() (user, customer string) {
		user = w.JSON("", "POST", "/auth/login", testkit.Object{
			"email": salon.Email, "password": testkit.Password, "tenant_slug": salon.Slug,
		}).Text("refresh_token")
		customer = w.JSON("", "POST", "/customer/auth/login", testkit.Object{
			"email": salon.Customer.Email, "password": testkit.Password, "tenant_slug": salon.Slug,
		}).Text("refresh_token")
		return user, customer
	}
	hour := 10
	knock := func(when string, user, customer string, want func(door) int) {
		t.Helper()
		hour++
		for _, d := range doors(w, salon, hour, user, customer) {
			if a := other.Send(d.request); a.Status != want(d) {
				t.Errorf("%s, %s: status %d, want %d: %s", when, d.name, a.Status, want(d), a.Body)
			}
		}
		listed := other.JSON("", "GET", "/public/outlets?tenant_slug="+salon.Slug, nil).Text("total")
		if open := want(door{open: 1}) == 1; open != (listed == "1") {
			t.Errorf("%s: %s outlets are listed", when, listed)
		}
	}
	open, closed := func(d door) int { return d.open }, func(d door) int { return d.closed }

	user, customer := refreshes()
	knock("before", user, customer, open)
	user, customer = refreshes()
	if w.Do(super, "POST", path+"/deactivate", nil, http.StatusOK).Text("is_active") != "false" {
		t.Error("the answer says that it is active")
	}
	knock("closed", user, customer, closed)
	w.Do(super, "GET", path, nil, http.StatusOK)
	w.Do(super, "POST", path+"/deactivate", nil, http.StatusOK) // again changes nothing
	w.Do(super, "POST", path+"/activate", nil, http.StatusOK)
	w.Exec(`DELETE FROM signin_failures`)
	user, customer = refreshes() // those that were shown to a closed door are spent
	knock("open again", user, customer, open)

	var entries int
	if err := w.DB.Pool().QueryRow(t.Context(), `
		SELECT count(*) FROM audit_log WHERE tenant_id = $1 AND action IN ('tenant.deactivated', 'tenant.activated')`, salon.ID).Scan(&entries); err != nil {
		t.Fatal(err)
	}
	if entries != 2 {
		t.Errorf("%d entries of the audit log", entries)
	}
}

func TestADeletedBusinessIsGone(t *testing.T) {
	t.Parallel()
	w := server.New(t)
	salon, other := w.Salon(), w.Salon()
	super := other.Member(access.SuperAdmin).Token
	path := "/tenants/" + string(salon.ID)
	testkit.Run(t, w,
		testkit.Scenario{Name: "not its own", As: salon.Admin, Method: "DELETE", Path: path, Status: 403, Want: `{"code":"auth.forbidden"}`},
		testkit.Scenario{Name: "paid for", As: super, Method: "DELETE", Path: path, Status: 409, Want: `{"code":"tenant.paid_plan"}`},
		testkit.Scenario{Name: "still there", As: salon.Admin, Method: "GET", Path: "/tenants/me", Status: 200},
		testkit.Scenario{Name: "forced", As: super, Method: "DELETE", Path: path + "?force=true", Status: 200, Want: `{"message":"*"}`},
		testkit.Scenario{Name: "gone", As: super, Method: "DELETE", Path: path + "?force=true", Status: 404, Want: `{"code":"tenant.not_found"}`},
		testkit.Scenario{Name: "not activated", As: super, Method: "POST", Path: path + "/activate", Status: 404, Want: `{"code":"tenant.not_found"}`},
		testkit.Scenario{Name: "not read", As: super, Method: "GET", Path: path, Status: 404},
		testkit.Scenario{Name: "not listed", As: super, Method: "GET", Path: "/tenants?search=" + salon.Slug, Status: 200, Want: `{"total":0}`},
		testkit.Scenario{Name: "its people", As: salon.Admin, Method: "GET", Path: "/auth/me", Status: 401},
		testkit.Scenario{Name: "its customers", As: salon.Customer.Token, Method: "GET", Path: "/customer/auth/me", Status: 401},
		testkit.Scenario{Name: "its card", Method: "GET", Path: "/public/tenants/" + salon.Slug, Status: 404},
		testkit.Scenario{Name: "its outlet", Method: "GET", Path: "/public/outlets/" + string(salon.Outlet.ID), Status: 404},
		testkit.Scenario{Name: "its slug stays taken", As: super, Method: "POST", Path: "/tenants",
			Body:   testkit.Object{"name": "Again", "email": "a@b.co", "phone": "+622155512345", "slug": salon.Slug},
			Status: 409, Want: `{"code":"tenant.slug_taken"}`},
	)
	other.Plan("FREE")
	w.Do(super, "DELETE", "/tenants/"+string(other.ID), nil, 200)
}
