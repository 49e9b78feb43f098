package tenants

import (
	"context"
	"slices"
	"strings"

	"reserva/internal/kit/db"
	"reserva/internal/kit/text"
)

// Bounds of a slug that is created; longer ones, up to a label of a host name,
// may exist.
const (
	minSlug = 3
	maxSlug = 50
)

// reserved are host names of the platform itself: a tenant's slug may be the
// first label of its own address.
var reserved = []string{"admin", "api", "app", "docs", "mail", "owner", "public", "static", "www"}

// ParseSlug reads a slug that somebody chose, in any case: 3 to 50 letters,
// digits and single inner hyphens.
func ParseSlug(raw string) (slug string, ok bool) {
	slug = strings.ToLower(strings.TrimSpace(raw))
	return slug, len(slug) >= minSlug && text.IsSlug(slug, maxSlug)
}

// SlugTaken reports whether no tenant may ever have the slug.
func SlugTaken(slug string) bool { return slices.Contains(reserved, slug) }

// MakeSlug makes a slug of a business's name, always a valid one.
func MakeSlug(name string) string {
	slug := text.Slug(name, maxSlug)
	switch {
	case slug == "":
		return "business"
	case len(slug) < minSlug:
		return slug + "-business"
	default:
		return slug
	}
}

// candidates are the slugs to try for a base, the last one surely free.
func candidates(base string) []string { return text.Slugs(base, maxSlug) }

// SpareSlug returns base with a suffix that nobody else will have.
func SpareSlug(base string) string {
	tries := candidates(base)
	return tries[len(tries)-1]
}

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
