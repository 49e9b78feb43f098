package tenants

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMakeSlug(t *testing.T) {
	for name, want := range map[string]string{
		"Bella Vista Spa":           "bella-vista-spa",
		"  Hair & Nails!  ":         "hair-nails",
		"Ann's Barbershop":          "anns-barbershop",
		"Ann’s":                     "anns",
		"Crème Brûlée — Façade":     "creme-brulee-facade",
		"美容室":                       "business",
		"Bo":                        "bo-business",
		"Ǆ Ⅷ ﬁne":                   "dz-viii-fine",
		strings.Repeat("long ", 30): strings.TrimSuffix(strings.Repeat("long-", 10), "-"),
	} {
		if got := MakeSlug(name); got != want {
			t.Errorf("MakeSlug(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestParseSlug(t *testing.T) {
	for raw, want := range map[string]string{" Bella-Vista ": "bella-vista", "abc": "abc", "a1-b2": "a1-b2"} {
		if got, ok := ParseSlug(raw); !ok || got != want {
			t.Errorf("ParseSlug(%q) = %q, %v", raw, got, ok)
		}
	}
	for _, raw := range []string{"", "ab", "-abc", "abc-", "a--b", "a b c", "ünal", "a.b.c", strings.Repeat("a", 51)} {
		if got, ok := ParseSlug(raw); ok {
			t.Errorf("ParseSlug(%q) = %q", raw, got)
		}
	}
}

func TestEverySlugMadeIsOneThatParses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		base := MakeSlug(name)
		seen := map[string]bool{}
		for _, slug := range candidates(base) {
			if got, ok := ParseSlug(slug); !ok || got != slug {
				t.Fatalf("candidate %q of %q does not parse", slug, name)
			}
			if seen[slug] {
				t.Fatalf("candidate %q of %q comes twice", slug, name)
			}
			seen[slug] = true
		}
	})
}

func TestParseBusinessType(t *testing.T) {
	for raw, want := range map[string]string{
		"": "other", "Salon": "beauty_salon", "barbershop": "barber_shop", "Barber Shop": "barber_shop", "nail-salon": "nail_salon", "SPA": "spa",
	} {
		if got, ok := ParseBusinessType(raw); !ok || got != want {
			t.Errorf("ParseBusinessType(%q) = %q, %v", raw, got, ok)
		}
	}
	if got, ok := ParseBusinessType("bank"); ok {
		t.Errorf("bank is a %q", got)
	}
}

func TestCleanPhone(t *testing.T) {
	for raw, want := range map[string]string{
		"+1-555-987-6543": "+15559876543",
		"0812 3456 7890":  "+6281234567890",
		" +999 123 456 ":  "+999 123 456", // no country's: kept as it was typed
	} {
		got, err := CleanPhone("phone", raw)
		if err != nil || got != want {
			t.Errorf("CleanPhone(%q) = %q, %v; want %q", raw, got, err, want)
		}
	}
	for _, raw := range []string{"", "call me", "123", "12345\n678", "+1-555-CALL", strings.Repeat("9", 21)} {
		if got, err := CleanPhone("phone", raw); err == nil {
			t.Errorf("CleanPhone(%q) = %q", raw, got)
		}
	}
}

func TestCleanWebsite(t *testing.T) {
	for _, raw := range []string{"", "https://bellavista.com", "http://x.co/a?b=c"} {
		if _, err := CleanWebsite("website", raw); err != nil {
			t.Errorf("CleanWebsite(%q): %v", raw, err)
		}
	}
	for _, raw := range []string{"bellavista.com", "javascript:alert(1)", "data:text/html,x", "https://", "https://a:b@x.co", "https://x.co/\r\nx", "//x.co"} {
		if _, err := CleanWebsite("website", raw); err == nil {
			t.Errorf("CleanWebsite(%q) was let through", raw)
		}
	}
}
