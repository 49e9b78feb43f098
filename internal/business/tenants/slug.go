package tenants

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Bounds of a slug that is created; longer ones, up to a label of a host name,
// may exist.
const (
	minSlug = 3
	maxSlug = 50
)

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// reserved are host names of the platform itself: a tenant's slug may be the
// first label of its own address.
var reserved = []string{"admin", "api", "app", "docs", "mail", "owner", "public", "static", "www"}

// ParseSlug reads a slug that somebody chose, in any case: 3 to 50 letters,
// digits and single inner hyphens.
func ParseSlug(raw string) (slug string, ok bool) {
	slug = strings.ToLower(strings.TrimSpace(raw))
	return slug, len(slug) >= minSlug && len(slug) <= maxSlug && slugPattern.MatchString(slug)
}

// SlugTaken reports whether no tenant may ever have the slug.
func SlugTaken(slug string) bool { return slices.Contains(reserved, slug) }

// MakeSlug makes a slug of a business's name, always a valid one.
func MakeSlug(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
			// An accent, or the apostrophe of "Ann's", parts no word.
		default:
			if b.Len() > 0 && b.String()[b.Len()-1] != '-' {
				b.WriteByte('-')
			}
		}
	}
	slug := cut(b.String(), maxSlug)
	switch {
	case slug == "":
		return "business"
	case len(slug) < minSlug:
		return slug + "-business"
	default:
		return slug
	}
}

func cut(slug string, length int) string {
	return strings.Trim(slug[:min(len(slug), length)], "-")
}

// candidates are the slugs to try for a base, the last one surely free.
func candidates(base string) []string {
	list := []string{base}
	for n := 2; n <= 9; n++ {
		list = append(list, cut(base, maxSlug-2)+"-"+strconv.Itoa(n))
	}
	return append(list, SpareSlug(base))
}

// SpareSlug returns base with a suffix that nobody else will have.
func SpareSlug(base string) string { return cut(base, maxSlug-13) + "-" + string(id.Random()[:12]) }

// FreeSlug returns base, or base with a suffix where a tenant has it already.
// Another transaction may take it first: then the insert conflicts with
// SlugConstraint.
func FreeSlug(ctx context.Context, tx *db.Tx, base string) (string, error) {
	tries := candidates(base)
	taken, err := db.All[string](ctx, tx, `
		SELECT slug
		FROM tenants
		WHERE slug = ANY ($1)`, tries)
	if err != nil {
		return "", err
	}
	for _, slug := range tries {
		if !slices.Contains(taken, slug) && !SlugTaken(slug) {
			return slug, nil
		}
	}
	return tries[len(tries)-1], nil
}

// SlugConstraint is what creating a tenant with a taken slug conflicts with.
const SlugConstraint = "tenants_slug"
