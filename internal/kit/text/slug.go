package text

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"reserva/internal/kit/id"
)

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// IsSlug reports whether s can stand for a thing in an address: lower-case
// letters and digits with single inner hyphens, at most length bytes.
func IsSlug(s string, length int) bool { return len(s) <= length && slugPattern.MatchString(s) }

// Slug makes a slug of at most length bytes of a name for people. Accents and
// apostrophes part no word. A name without a Latin letter or digit leaves nothing.
func Slug(name string, length int) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
		default:
			if b.Len() > 0 && b.String()[b.Len()-1] != '-' {
				b.WriteByte('-')
			}
		}
	}
	return cut(b.String(), length)
}

// Slugs returns the slugs to try for a base that may be taken: itself, then with a
// number, and last one that is surely free. None is longer than length, which is
// at least 20.
func Slugs(base string, length int) []string {
	list := []string{cut(base, length)}
	for n := 2; n <= 9; n++ {
		if next := cut(base, length-2) + "-" + strconv.Itoa(n); next != list[0] { // a base may end in a number itself
			list = append(list, next)
		}
	}
	return append(list, cut(base, length-13)+"-"+string(id.Random()[:12]))
}

func cut(slug string, length int) string {
	return strings.Trim(slug[:min(len(slug), length)], "-")
}
