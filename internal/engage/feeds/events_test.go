package feeds

import (
	"testing"

	"reserva/internal/kit/id"
)

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Amelia Hart": "A. H.", "amelia": "A.", "Ana María de la Cruz": "A. M. C.", "  élodie   o'neil ": "É. O.", "李 小龙": "李. 小.",
		"": "a customer", "!!! 42": "a customer", "\"X\" <y@example.com>": "X. Y.",
	} {
		if got := initials(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestParseReadsWhatAddressWrites(t *testing.T) {
	tenant, secret := id.Random(), "4Zk0bV0c8nq1mQ3r5t7u9w1y3A5C7E9G1I3K5M7O9-_"
	if gotTenant, gotSecret, ok := parse(address(tenant, secret)); !ok || gotTenant != tenant || gotSecret != secret {
		t.Errorf("%s %s %v", gotTenant, gotSecret, ok)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("65f1e2a0c3b4d5e6f7a8b9c0.4Zk0bV0c8nq1mQ3r5t7u9w1y3A5C7E9G1I3K5M7O9-_.ics")
	f.Add(".ics")
	f.Add("a.b.ics")
	f.Fuzz(func(t *testing.T, file string) {
		tenant, secret, ok := parse(file)
		if ok && (!tenant.Valid() || len(secret) != 43) {
			t.Fatalf("%q: %q %q", file, tenant, secret)
		}
	})
}
