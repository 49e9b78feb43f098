package tenants

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
)

const tag = "Tenants"

// Path names one business. Fields of an unexported struct are not read when it is embedded.
type Path struct {
	TenantID string `path:"tenant_id" example:"65a1b2c3d4e5f6a7b8c9d0e1"`
}

type changeByID struct {
	Path
	Body Change
}

// Register adds the staff portal's endpoints.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/tenants/me", ID: "get-own-tenant", Tag: tag,
		Summary:     "Read your own business",
		Description: "The profile of the business that you are signed in to, with all its outlets.",
	}, access.TenantRead, func(ctx context.Context, who access.Staff, _ *struct{}) (*Mine, error) {
		mine, err := o.Mine(ctx, who)
		return &mine, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/tenants/{tenant_id}", ID: "get-tenant", Tag: tag,
		Summary:     "Read a business",
		Description: "Super admins may read any business, everybody else their own.",
		Errors:      []*fault.Error{ErrOther, ErrUnknown},
	}, access.TenantRead, func(ctx context.Context, who access.Staff, in *Path) (*Tenant, error) {
		tenant, err := o.Get(ctx, who, api.ID(in.TenantID))
		return &tenant, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/tenants/{tenant_id}", ID: "update-tenant", Tag: tag,
		Summary: "Change a business",
		Description: "A partial update: what is absent stays. Settings are merged key by key, null brings back a " +
			"default, and unknown keys are refused. Changes act at once on all outlets. The slug never changes, and " +
			"the plan changes only through the subscription endpoints.",
		Errors: []*fault.Error{ErrOther, ErrUnknown, ErrSlugFixed, ErrPlanElsewhere, ErrOwnCategories},
	}, access.TenantWrite, func(ctx context.Context, who access.Staff, in *changeByID) (*Tenant, error) {
		tenant, err := o.Update(ctx, who, api.ID(in.TenantID), in.Body)
		return &tenant, err
	})

	registerConfiguration(a, o)
	registerPlatform(a, o)
}

type bySlug struct {
	Slug string `path:"slug" example:"bella-vista-spa"`
}

type logoBySlug struct {
	Slug    string `path:"slug" example:"bella-vista-spa"`
	Version string `query:"v" maxLength:"64" doc:"Changes with the picture; kept copies of another are not shown."`
}

// RegisterPublic adds the public endpoints.
func RegisterPublic(a *api.API, o *Operations) {
	api.Public(a, api.Op{
		Method: http.MethodGet, Path: "/public/tenants/{slug}", ID: "get-business-card", Tag: "Public Business",
		Summary:      "Read a business card",
		Description:  "What anybody may know of an active business. Settings and subscription are never shown.",
		CacheControl: "public, max-age=300",
		Errors:       []*fault.Error{ErrUnknown},
	}, func(ctx context.Context, _ access.Visitor, in *bySlug) (*Card, error) {
		card, err := o.Card(ctx, in.Slug)
		return &card, err
	})

	api.Public(a, api.Op{
		Method: http.MethodGet, Path: "/public/tenants/{slug}/logo", ID: "get-logo", Tag: "Public Business",
		Summary:     "See the logo of a business",
		Description: "The picture that was uploaded; `logo_url` of the business card leads here, or elsewhere.",
		ContentType: "image/png", CacheControl: "public, max-age=300",
		Errors: []*fault.Error{ErrNoLogo},
	}, func(ctx context.Context, _ access.Visitor, in *logoBySlug) (*api.Raw, error) {
		logo, err := o.findLogo(ctx, in.Slug)
		return &api.Raw{ContentType: logo.Type, Body: logo.Image, Header: http.Header{
			"Etag": {`"` + logo.Digest + `"`}, "Content-Disposition": {"inline"}, "Cross-Origin-Resource-Policy": {"cross-origin"},
			"Content-Security-Policy": {"default-src 'none'; sandbox"},
		}}, err
	})
}
