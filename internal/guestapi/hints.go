package guestapi

import (
	"context"
	"slices"
	"strings"

	"reserva/internal/api"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// Hints are the ways in which a request names its tenant, beside its path.
type Hints struct {
	TenantSlug     string `header:"X-Tenant-Slug" doc:"Slug of the organization." example:"janes-salon"`
	OrganizationID string `query:"organizationId" doc:"Id of the organization, where neither header nor subdomain names it."`
	Slug           string `query:"slug" doc:"Slug of the organization, where neither header nor subdomain names it."`
}

// hint is one of them: an id or a slug.
type hint struct {
	id   id.ID
	slug string
}

// list returns the hints of a request that asked for a host. A malformed id in the
// query is a fault of that field.
func (h Hints) list(host, domain string) ([]hint, error) {
	var all []hint
	for _, slug := range []string{h.TenantSlug, subdomain(host, domain), h.Slug} {
		if slug = strings.ToLower(strings.TrimSpace(slug)); slug != "" {
			all = append(all, hint{slug: slug})
		}
	}
	if h.OrganizationID != "" {
		tenant, err := id.Parse(h.OrganizationID)
		if err != nil {
			return nil, fault.InvalidField("query:organizationId", "must be 24 hexadecimal characters")
		}
		all = append(all, hint{id: tenant})
	}
	return all, nil
}

// subdomain returns the label that a host has before the domain. The platform's own
// names, such as www, are nobody's.
func subdomain(host, domain string) string {
	label, ok := strings.CutSuffix(host, "."+domain)
	if !ok || domain == "" || strings.Contains(label, ".") || tenants.SlugTaken(label) {
		return ""
	}
	return label
}

// differ tells whether any hint of the request names another tenant than the given
// one, or none: then what is found without a hint is not what was asked for.
func (o *Operations) differ(ctx context.Context, h Hints, tenant id.ID, slug string) bool {
	all, err := h.list(api.Host(ctx), o.config.Domain)
	return err != nil || slices.ContainsFunc(all, func(h hint) bool { return !h.names(tenant, slug) })
}

func (h hint) names(tenant id.ID, slug string) bool {
	if h.id != "" {
		return h.id == tenant
	}
	return h.slug == slug
}
