package world_test

import (
	"bytes"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// hostileNames are names all the same: they are stored as they were typed, and escaped
// where they are shown.
var hostileNames = map[string]string{
	"markup":      "<script>alert(1)</script>",
	"attribute":   `"><img src=x onerror='alert(1)'>`,
	"SQL":         "Robert'); DROP TABLE tenants; --",
	"template":    "{{.Name}} ${x} %s%n {0} <%= 1 %> \\u0041 &lt;b&gt;",
	"spreadsheet": `=HYPERLINK("http://example.com";"x")`,
	"scripts":     "💇‍♀️ مرحبا \u200fשלום 美容室 \u200b.",
	"marks":       "Z" + strings.Repeat("\u0301\u0316\u0489", 12) + " é e\u0301 ﬁ",
	"long":        strings.Repeat("𝓦", 50),
}

// business is one whose every name is the same.
type business struct {
	*testkit.World
	*testkit.Tenant
	name, guest string // guest is the address of one
	outlet      *testkit.Outlet
	service     *testkit.Service
	staff       *testkit.StaffMember
	customer    testkit.Customer
	link        string // to pay at
	invoice     string
}

func newBusiness(w *testkit.World, name string) *business {
	w.Helper()
	b := &business{World: w, name: name, Tenant: w.Tenant(testkit.Object{
		"business_name": name, "admin_first_name": name, "admin_last_name": name, "description": name,
	}).Plan("ENTERPRISE")}
	b.outlet = b.Tenant.Outlet(testkit.Object{
		"name": name, "description": name, "address": testkit.Object{"street": name, "city": name, "country": "ID"},
	})
	b.service = b.Tenant.Service(testkit.Object{"name": name, "description": name, "category": name, "tags": []string{name}})
	b.staff = b.Tenant.Staff(b.outlet, []*testkit.Service{b.service}, testkit.Object{
		"first_name": name, "last_name": name, "display_name": name, "position": name, "bio": name,
	}).WorksDaily(28)
	b.customer = b.Tenant.Customer(testkit.Object{"first_name": name, "last_name": name})
	booked := b.Tenant.Book(b.outlet, b.service, b.customer, 1, "10:00", testkit.Object{"notes": name})
	pay := b.JSON(b.Admin, "POST", "/appointments/"+string(booked)+"/create-payment-link", testkit.Object{"send_email": true, "notes": name})
	b.link, b.invoice = pay.Text("payment_link.url"), pay.Text("invoice.id")
	cancelled := b.Tenant.Book(b.outlet, b.service, b.customer, 2, "10:00")
	b.JSON(b.Admin, "POST", "/appointments/"+string(cancelled)+"/cancel", testkit.Object{"cancellation_reason": name})
	b.guest = "guest-" + b.Slug + "@example.com"
	b.Do("", "POST", "/bookings/organizations/"+string(b.ID)+"/type/guest", testkit.Object{
		"packageId": b.service.ID, "bookingDate": b.Day(3), "bookingTime": "10:00", "firstName": name, "lastName": name, "middleName": name,
		"email": b.guest, "phone": "09161234567",
	}, 422) // the branch is missing
	made := b.Send(testkit.Request{
		Method: "POST", Path: "/bookings/type/guest", Header: testkit.Object{"X-Tenant-Slug": b.Slug}, Body: testkit.Object{
			"packageId": b.service.ID, "bookingDate": b.Day(3), "bookingTime": "10:00", "firstName": name, "lastName": name, "middleName": name,
			"email": b.guest, "phone": "09161234567",
		},
	})
	if made.Status != 201 {
		b.Fatalf("a guest: %d %s", made.Status, made.Body)
	}
	b.RunJobs()
	return b
}

func TestNamesAreData(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	for kind, name := range hostileNames {
		t.Run(kind, func(t *testing.T) {
			b := newBusiness(w.For(t), name)
			b.givenBack(t)
			b.shown(t)
		})
	}
}

// givenBack reads each name where it was stored.
func (b *business) givenBack(t *testing.T) {
	for _, c := range []struct {
		as           testkit.Token
		path, member string
	}{
		{b.Admin, "/tenants/me", "name"},
		{b.Admin, "/outlets/" + string(b.outlet.ID), "name"},
		{b.Admin, "/outlets/" + string(b.outlet.ID), "address.street"},
		{b.Admin, "/services/" + string(b.service.ID), "name"},
		{b.Admin, "/services/" + string(b.service.ID), "tags.0"},
		{b.Admin, "/staff/" + string(b.staff.ID), "first_name"},
		{b.Admin, "/staff/" + string(b.staff.ID), "bio"},
		{b.Admin, "/customers/" + string(b.customer.ID), "last_name"},
		{b.Admin, "/appointments?size=1&sort_by=starts_at&sort_order=asc", "items.0.notes"},
		{"", "/public/outlets/" + string(b.outlet.ID), "name"},
		{"", "/public/tenants/" + b.Slug, "name"},
		{"", "/tenant/" + b.Slug, "packages.0.name"},
		{b.customer.Token, "/customer/auth/me", "customer.first_name"},
	} {
		if a := b.JSON(c.as, "GET", c.path, nil); a.Text(c.member) != b.name {
			t.Errorf("%s of %s is %q", c.member, c.path, a.Text(c.member))
		}
	}
	// What is looked for is text as well, and not a pattern.
	for _, path := range []string{"/outlets", "/services", "/customers", "/staff"} {
		found := b.Send(testkit.Request{As: b.Admin, Method: "GET", Path: path + "?search=" + url.QueryEscape(b.name)})
		if found.Status != 200 {
			t.Errorf("search in %s: %d %s", path, found.Status, found.Body)
		}
	}
}

var (
	verifyLink = regexp.MustCompile(`https?://[^/\s]+(/verify/\S+)`)
	madeUpTags = regexp.MustCompile(`(?i)<(script|img|b|%=)[\s>/]|onerror\s*=\s*'alert`)
)

// shown looks at each page and message that shows a name.
func (b *business) shown(t *testing.T) {
	b.page(t, "/dev/outbox", true)
	messages := append(b.Outbox(b.customer.Email), b.Outbox(b.guest)...)
	if len(messages) < 4 {
		t.Errorf("only %d messages", len(messages))
	}
	verify := ""
	for _, m := range messages {
		if strings.ContainsAny(m.Subject+m.To, "\r\n") || !strings.Contains(m.Subject, b.name) {
			t.Errorf("subject %q to %q", m.Subject, m.To)
		}
		if id.ID(m.ID).Valid() && m.HTML != "" {
			b.page(t, "/dev/outbox/"+m.ID, true)
		}
		if found := verifyLink.FindStringSubmatch(m.Text); found != nil {
			verify = found[1]
		}
	}
	b.page(t, verify, true)
	if a := b.Send(testkit.Request{Method: "POST", Path: "/" + verify}); a.Status != 200 || madeUpTags.Match(a.Body) {
		t.Errorf("verified: %d %s", a.Status, a.Body)
	}
	b.page(t, strings.TrimPrefix(b.link, b.BaseURL), false)
	elsewhere := b.Do(b.Admin, "GET", "/invoices/"+b.invoice+"/download?source=provider", nil, 302).Header.Get("Location")
	for _, path := range []string{"/api/v1/invoices/" + b.invoice + "/download?source=local", strings.TrimPrefix(elsewhere, b.BaseURL)} {
		pdf := b.Send(testkit.Request{As: b.Admin, Method: "GET", Path: "/" + path})
		if pdf.Status != 200 || !bytes.HasPrefix(pdf.Body, []byte("%PDF-")) || strings.ContainsAny(pdf.Header.Get("Content-Disposition"), "\r\n<>") {
			t.Errorf("%s: %d %v %.20q", path, pdf.Status, pdf.Header, pdf.Body)
		}
	}
}

// page opens a page, on which no name is markup.
func (b *business) page(t *testing.T, path string, names bool) {
	t.Helper()
	a := b.Send(testkit.Request{Method: "GET", Path: "/" + path, Header: testkit.Object{"Accept": "text/html"}})
	if a.Status != 200 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		t.Fatalf("%s: %d %v", path, a.Status, a.Header)
	}
	if found := madeUpTags.Find(a.Body); found != nil {
		t.Errorf("%s has markup of a name: %q", path, found)
	}
	if names && !strings.Contains(html.UnescapeString(string(a.Body)), b.name) {
		t.Errorf("%s does not show the name as it is: %s", path, a.Body)
	}
	if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("%s: content policy %q", path, csp)
	}
}
