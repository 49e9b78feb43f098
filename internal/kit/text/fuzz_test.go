package text_test

import (
	"strings"
	"testing"
	"unicode"

	"reserva/internal/kit/text"
)

// What passes is one line, keeps every character but the space around it, and passes
// again as it is.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{"Bella Vista", " é ", "a\r\nBcc: x", "\u2028", "\u202eevil\u202c", "<b>", "\xff", "\u00a0x\u3000", "💇‍♀️"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		line, err := text.Line(raw)
		if err != nil {
			if line != "" {
				t.Errorf("%q is refused and becomes %q", raw, line)
			}
			return
		}
		if line != strings.TrimSpace(raw) || strings.ContainsFunc(line, unicode.IsControl) || strings.ContainsAny(line, "\u2028\u2029") {
			t.Errorf("%q becomes %q", raw, line)
		}
		if again, err := text.Line(line); err != nil || again != line {
			t.Errorf("%q becomes %q, then %q, %v", raw, line, again, err)
		}
	})
}

// A slug is one, or nothing, and has nothing left to change.
func FuzzSlug(f *testing.F) {
	for _, seed := range []string{"Ann's Café & Spa!", "--a--", "ＦＵＬＬ", "美容室", "ß", "\xff\xfe", "İstanbul", "a\u0301-", "K"} {
		f.Add(seed, 20)
	}
	f.Fuzz(func(t *testing.T, name string, length int) {
		length = 1 + max(length, -length)&63
		slug := text.Slug(name, length)
		if slug != "" && !text.IsSlug(slug, length) || text.Slug(slug, length) != slug {
			t.Errorf("%q becomes %q, then %q", name, slug, text.Slug(slug, length))
		}
	})
}
