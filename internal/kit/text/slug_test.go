package text_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"reserva/internal/kit/text"
)

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"Bella Vista — Downtown":  "bella-vista-downtown",
		"  Ann's Café & Spa! ":    "anns-cafe-spa",
		"ＦＵＬＬ width":              "full-width",
		"Größe 3":                 "gro-e-3", // ß is a letter of its own
		"美容室":                     "",
		"":                        "",
		strings.Repeat("ab ", 40): strings.TrimSuffix(strings.Repeat("ab-", 20), "-"),
	} {
		if got := text.Slug(name, 60); got != want {
			t.Errorf("Slug(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSlugIsNothingOrASlug(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.IntRange(1, 80).Draw(t, "length")
		slug := text.Slug(rapid.String().Draw(t, "name"), length)
		if slug != "" && !text.IsSlug(slug, length) {
			t.Fatalf("%q is no slug of %d bytes", slug, length)
		}
	})
}

func TestSlugsOfANumberedBase(t *testing.T) {
	list := text.Slugs("00000000000000000-2", 20)
	if list[0] != "00000000000000000-2" || list[1] != "00000000000000000-3" {
		t.Errorf("%q", list)
	}
}

func TestSlugsAreSlugs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.IntRange(20, 60).Draw(t, "length")
		base := rapid.StringMatching(`[a-z0-9]{1,30}(-[a-z0-9]{1,40})?`).Draw(t, "base")
		seen := map[string]bool{}
		for _, slug := range text.Slugs(base, length) {
			if !text.IsSlug(slug, length) || seen[slug] {
				t.Fatalf("%q of %q is no slug, or a second time", slug, base)
			}
			seen[slug] = true
		}
	})
}
