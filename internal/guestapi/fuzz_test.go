package guestapi

import (
	"encoding/json"
	"strings"
	"testing"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/text"
)

// What is read is what the checks and the database may be given; all else is refused
// as the fields that it is, and never repeated.
func FuzzReadRequest(f *testing.F) {
	const right = `{"packageId":"507f1f77bcf86cd799439031","bookingDate":"2026-04-10","bookingTime":"14:30","firstName":"John",` +
		`"lastName":"Smith","email":"john@example.com","phone":"09161234567"}`
	f.Add("haircut", right)
	f.Add("Hair_Cut", strings.Replace(right, "14:30", "24:00", 1))
	f.Add("", `{"packageId":null,"firstName":1,"email":{}}`)
	f.Add("a--b", `[]`)
	f.Add("x", strings.Replace(right, "John", `<script>\n`, 1))
	f.Fuzz(func(t *testing.T, kind, body string) {
		r, err := readRequest(kind, []byte(body))
		if err != nil {
			refused, ok := fault.As(err)
			if !ok || len(refused.Fields) == 0 || refused.Code != fault.ErrInvalid.Code {
				t.Fatalf("%q %s: %v", kind, body, err)
			}
			return
		}
		if !r.service.Valid() || !r.date.Valid() || !r.time.Valid() || r.time == civil.EndOfDay || !typePattern.MatchString(r.kind) {
			t.Errorf("%q %s is read as %+v", kind, body, r)
		}
		for _, name := range []string{r.first, r.middle, r.last, r.name()} {
			if line, err := text.Line(name); err != nil || line != name {
				t.Errorf("a name of %s is %q", body, name)
			}
		}
		if strings.ContainsAny(r.email+r.phone+r.payment, "\r\n\x00<>") {
			t.Errorf("%s is read as %+v", body, r)
		}
	})
}

// The token of a verification is read, or the body refused.
func FuzzBodyToken(f *testing.F) {
	for _, seed := range []string{`{"token":"x"}`, `{"token":null}`, `{"token":1}`, `{}`, `null`, `[]`, `"x"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		sent, err := bodyToken([]byte(body))
		if err == nil && sent != "" && !json.Valid([]byte(body)) {
			t.Errorf("%q holds the token %q", body, sent)
		}
	})
}

// A host names a tenant by one label before the domain, and by nothing else.
func FuzzSubdomain(f *testing.F) {
	f.Add("janes-salon.example.com", "example.com")
	f.Add("www.example.com", "example.com")
	f.Add("a.b.example.com", "example.com")
	f.Add(".example.com", "example.com")
	f.Add("example.com", "")
	f.Add(".", "")
	f.Add("evil-example.com", "example.com")
	f.Fuzz(func(t *testing.T, host, domain string) {
		label := subdomain(host, domain)
		if label == "" {
			return
		}
		if host != label+"."+domain || strings.Contains(label, ".") || domain == "" {
			t.Errorf("%q below %q names %q", host, domain, label)
		}
		hints, err := (Hints{TenantSlug: host, OrganizationID: domain}).list(host, domain)
		for _, h := range hints {
			if (h.id == "") == (h.slug == "") || h.slug != strings.ToLower(h.slug) || h.id != "" && !h.id.Valid() {
				t.Errorf("%q and %q give %+v, %v", host, domain, h, err)
			}
		}
	})
}
