package guestapi_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"reserva/internal/config"
	"reserva/internal/testkit"
)

// hosted makes the subdomains of example.com name tenants.
func hosted(t *testing.T) *shop {
	return newShop(t, func(f *config.Flags) { f.GuestDomain = "example.com" })
}

// at makes a request of a host.
func (s *shop) at(host, method, path string, body string, header object) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(s.Context(), method, "/api/v1"+path, strings.NewReader(body))
	r.Host = host
	for name, value := range header {
		r.Header.Set(name, value.(string))
	}
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	return w
}

func TestHowATenantIsNamed(t *testing.T) {
	t.Parallel()
	s := hosted(t)
	other := addShop(s.World)
	const path = "/bookings/fully-booked-slots"
	const undetermined, differ, unknown = "could not be determined", "different organizations", "Organization not found"
	for name, c := range map[string]struct {
		host, query, slug string
		status            int
		message           string
	}{
		"not":                     {"example.com", "", "", 422, undetermined},
		"by another domain":       {s.Slug + ".example.org", "", "", 422, undetermined},
		"by the platform's name":  {"www.example.com", "", "", 422, undetermined},
		"by two labels":           {"a." + s.Slug + ".example.com", "", "", 422, undetermined},
		"by an empty header":      {"example.com", "", " ", 422, undetermined},
		"by header":               {"example.com", "", s.Slug, 200, ""},
		"by header on the docs":   {"docs.example.com", "", s.Slug, 200, ""},
		"by host":                 {strings.ToUpper(s.Slug) + ".Example.com:8080", "", "", 200, ""},
		"by id":                   {"example.com", "?organizationId=" + string(s.ID), "", 200, ""},
		"by slug":                 {"example.com", "?slug=" + s.Slug, "", 200, ""},
		"by all":                  {s.Slug + ".example.com", "?slug=" + s.Slug + "&organizationId=" + string(s.ID), s.Slug, 200, ""},
		"by header, host differs": {other.Slug + ".example.com", "", s.Slug, 422, differ},
		"by host, id differs":     {other.Slug + ".example.com", "?organizationId=" + string(s.ID), "", 422, differ},
		"by host, slug unknown":   {other.Slug + ".example.com", "?slug=nobody", "", 422, differ},
		"by two unknown slugs":    {"nobody.example.com", "", "somebody", 422, differ},
		"by unknown slug and id":  {"nobody.example.com", "?organizationId=507f191e810c19729de860ea", "", 404, unknown},
		"unknown":                 {"example.com", "", "nobody", 404, unknown},
		"no slug":                 {"example.com", "", "No_Slug!", 404, unknown},
		"unknown id":              {"example.com", "?organizationId=507f191e810c19729de860ea", "", 404, unknown},
		"malformed id":            {"example.com", "?organizationId=507f", "", 422, "organizationId: must be 24"},
	} {
		t.Run(name, func(t *testing.T) {
			w := s.at(c.host, "GET", path+c.query, "", object{"X-Tenant-Slug": c.slug})
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.message) {
				t.Errorf("status %d, want %d %q: %s", w.Code, c.status, c.message, w.Body)
			}
		})
	}
}

func TestTenantsThatAreNotThere(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	guest := s.person()
	booking := s.booked(object{"email": guest}).Text("booking._id")
	handle := s.handle(guest)
	s.Exec(`UPDATE tenants SET is_active = false WHERE id = $1`, s.ID)
	s.want(s.create(), 404, "Organization not found")
	s.want(s.get("/bookings/fully-booked-slots"), 404, "Organization not found")
	s.want(s.get("/tenant/"+s.Slug), 404, "Organization not found")
	s.want(s.get("/bookings/"+booking), 200, "")
	for _, proof := range []string{booking, handle} {
		s.want(s.verify(proof), 404, "Organization not found")
	}
	if got := s.get("/bookings/" + booking).Text("status"); got != "pending" {
		t.Errorf("status %s", got)
	}
	s.Exec(`UPDATE tenants SET is_active = true WHERE id = $1`, s.ID)
	s.want(s.verify(handle), 200, "")
	s.Exec(`UPDATE tenants SET is_active = false WHERE id = $1`, s.ID)
	s.want(s.verify(handle), 404, "Organization not found")
	s.Exec(`UPDATE tenants SET deleted_at = now() WHERE id = $1`, s.ID)
	s.want(s.get("/bookings/"+booking), 404, "Booking not found")
	s.want(s.verify(booking), 404, "Booking not found")
}

func TestBranches(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	other := addShop(s.World)
	second := s.Outlet()
	closed := s.Outlet(object{"status": "temporarily_closed"})
	const undetermined = "Branch could not be determined. Please ensure you access via a valid branch URL."

	explicit := "/bookings/organizations/" + string(s.ID) + "/type/haircut"
	for name, c := range map[string]struct {
		path    string
		header  object
		status  int
		message string
	}{
		"explicit":                       {explicit, object{"X-Branch-Slug": s.outlet.Slug}, 201, ""},
		"explicit, none":                 {explicit, object{}, 422, undetermined},
		"explicit, unknown":              {explicit, object{"X-Branch-Slug": "nowhere"}, 422, undetermined},
		"explicit, another tenant's":     {explicit, object{"X-Branch-Slug": other.outlet.Slug}, 422, undetermined},
		"explicit, closed":               {explicit, object{"X-Branch-Slug": closed.Slug}, 422, undetermined},
		"explicit, another tenant":       {explicit, object{"X-Branch-Slug": s.outlet.Slug, "X-Tenant-Slug": other.Slug}, 422, "different organizations"},
		"explicit, an unknown tenant":    {explicit, object{"X-Branch-Slug": s.outlet.Slug, "X-Tenant-Slug": "nobody"}, 422, "different organizations"},
		"explicit, the same tenant":      {explicit, object{"X-Branch-Slug": s.outlet.Slug, "X-Tenant-Slug": s.Slug}, 409, ""},
		"explicit, malformed":            {"/bookings/organizations/x/type/haircut", object{"X-Branch-Slug": s.outlet.Slug}, 422, "organizationId"},
		"explicit, unknown organization": {"/bookings/organizations/507f191e810c19729de860ea/type/haircut", object{"X-Tenant-Slug": s.Slug}, 404, "Organization not found"},
		"default":                        {"/bookings/type/haircut", object{"X-Tenant-Slug": s.Slug}, 409, ""},
		"another":                        {"/bookings/type/haircut", object{"X-Tenant-Slug": s.Slug, "X-Branch-Slug": second.Slug}, 201, ""},
		"unknown":                        {"/bookings/type/haircut", object{"X-Tenant-Slug": s.Slug, "X-Branch-Slug": "nowhere"}, 422, undetermined},
		"closed":                         {"/bookings/type/haircut", object{"X-Tenant-Slug": s.Slug, "X-Branch-Slug": closed.Slug}, 422, undetermined},
	} {
		t.Run(name, func(t *testing.T) {
			if c.status == 409 { // whatever order the cases come in
				s.post("/bookings/type/haircut", s.body(), object{"X-Tenant-Slug": s.Slug})
			}
			if name == "explicit" {
				s.want(s.post(c.path, s.body(object{"bookingTime": "15:00"}), c.header), c.status, c.message)
				return
			}
			s.want(s.post(c.path, s.body(), c.header), c.status, c.message)
		})
	}
	s.want(s.post(explicit, `{}`, object{}), 422, undetermined) // before the fields
	s.want(s.post("/bookings/type/haircut", `{}`, object{"X-Tenant-Slug": "nobody"}), 404, "")
}

func TestTheDefaultBranch(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	second := s.Outlet(object{"name": "Second"})
	branch := func() string {
		t.Helper()
		a := s.get("/tenant/" + s.Slug + "/default-branch")
		s.want(a, 200, "")
		if slices.Compare(keys(t, a.Body), []string{"_id", "name", "slug"}) != 0 {
			t.Errorf("members of %s", a.Body)
		}
		return a.Text("_id")
	}
	if branch() != string(s.outlet.ID) {
		t.Error("the first outlet is the default")
	}
	s.JSON(s.Admin, "PUT", "/outlets/"+string(s.outlet.ID), object{"status": "inactive"})
	if branch() != string(second.ID) {
		t.Error("the oldest open outlet stands in for the default")
	}
	s.JSON(s.Admin, "PUT", "/outlets/"+string(second.ID), object{"status": "inactive"})
	s.want(s.get("/tenant/"+s.Slug+"/default-branch"), 404, "no open branch")
	s.want(s.create(), 422, "Branch could not be determined")
	if a := s.get("/tenant/" + s.Slug); a.Len("branches") != 0 || a.Len("packages") != 0 {
		t.Errorf("organization %s", a.Body)
	}
	for _, slug := range []string{"nobody", "no_slug", strings.Repeat("x", 64)} {
		s.want(s.get("/tenant/"+slug+"/default-branch"), 404, "Organization not found")
	}
}

func TestOrganizations(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.Service(object{"name": "Archived", "is_active": false})
	s.JSON(s.Admin, "PUT", "/outlets/"+string(s.outlet.ID)+"/business-hours", object{"business_hours": []object{
		{"day": 0, "is_open": true, "open_time": "09:00", "close_time": "12:00"},
		{"day": 0, "is_open": true, "open_time": "13:00", "close_time": "18:00"},
		{"day": 6, "is_open": false},
	}})
	a := s.get("/tenant/" + strings.ToUpper(s.Slug))
	s.want(a, 200, "")
	if slices.Compare(keys(t, a.Body), []string{
		"_id", "name", "slug", "serviceName", "mayaConnected", "cashConnected", "businessHoursSettings", "branches", "packages",
	}) != 0 {
		t.Errorf("members of %s", a.Body)
	}
	testkit.Run(t, s.World, testkit.Scenario{Method: http.MethodGet, Path: "/tenant/" + s.Slug, Status: 200, Want: `{
		"_id": "` + string(s.ID) + `", "name": "Bella Vista Spa", "slug": "` + s.Slug + `", "serviceName": "Other",
		"mayaConnected": false, "cashConnected": true,
		"businessHoursSettings": {"timezone": "Asia/Jakarta", "intervalMinutes": 30, "businessHours": [
			{"day": "monday", "isOpen": true, "openTime": "09:00", "closeTime": "18:00"},
			{"day": "tuesday", "isOpen": false, "openTime": "", "closeTime": ""}, {"day": "wednesday"}, {"day": "thursday"},
			{"day": "friday"}, {"day": "saturday"}, {"day": "sunday", "isOpen": false}]},
		"branches": [{"_id": "` + string(s.outlet.ID) + `", "slug": "` + s.outlet.Slug + `"}],
		"packages": [{"_id": "` + string(s.service.ID) + `", "name": "Haircut", "description": "Wash, cut and dry", "amount": 150000}]}`})
	for _, secret := range []string{"email", "phone", "partner"} {
		if strings.Contains(string(a.Body), secret) {
			t.Errorf("%s is told: %s", secret, a.Body)
		}
	}
}
