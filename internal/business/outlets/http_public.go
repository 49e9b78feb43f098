package outlets

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
)

const (
	publicTag = "Public Business"
	// fiveMinutes is how long public reads may be kept, as documented.
	fiveMinutes = "public, max-age=300"
)

type bySlug struct {
	api.Page
	Slug string `path:"slug" example:"bella-vista-spa"`
}

// RegisterPublic adds the public endpoints.
func RegisterPublic(a *api.API, o *Operations) {
	api.Public(a, api.Op{
		Method: http.MethodGet, Path: "/public/outlets", ID: "browse-outlets", Tag: publicTag,
		Summary: "Browse outlets", CacheControl: fiveMinutes,
		Description: "Active outlets of active businesses, by name.",
	}, func(ctx context.Context, _ access.Visitor, in *PlaceFilter) (*api.List[Place], error) {
		return o.Browse(ctx, *in)
	})

	api.Public(a, api.Op{
		Method: http.MethodGet, Path: "/public/tenants/{slug}/outlets", ID: "browse-outlets-of-business", Tag: publicTag,
		Summary: "Browse the outlets of a business", CacheControl: fiveMinutes,
		Description: "The active ones, for whoever wants to book. The business is named by its slug.",
		Errors:      []*fault.Error{tenants.ErrUnknown},
	}, func(ctx context.Context, _ access.Visitor, in *bySlug) (*api.List[Place], error) {
		return o.BrowseTenant(ctx, in.Slug, in.Page)
	})

	api.Public(a, api.Op{
		Method: http.MethodGet, Path: "/public/outlets/{outlet_id}", ID: "find-outlet", Tag: publicTag,
		Summary: "Read an outlet", CacheControl: fiveMinutes,
		Description: "What a visitor may know of an active outlet: where it is, how to reach it, and its time zone.",
		Errors:      []*fault.Error{ErrNotFound},
	}, func(ctx context.Context, _ access.Visitor, in *ByID) (*PlaceDetail, error) {
		place, err := o.Find(ctx, api.ID(in.OutletID))
		return &place, err
	})

	api.Public(a, api.Op{
		Method: http.MethodGet, Path: "/public/outlets/{outlet_id}/hours", ID: "find-outlet-hours", Tag: publicTag,
		Summary: "Read when an outlet is open", CacheControl: fiveMinutes,
		Description: "The weekly hours and the dates to come that differ from them, by the wall clock of the outlet.",
		Errors:      []*fault.Error{ErrNotFound},
	}, func(ctx context.Context, _ access.Visitor, in *ByID) (*PlaceHours, error) {
		hours, err := o.Hours(ctx, api.ID(in.OutletID))
		return &hours, err
	})
}

type ownPlaces struct{ api.Page }

// RegisterCustomer adds the customer portal's endpoint.
func RegisterCustomer(a *api.API, o *Operations) {
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/booking/outlets", ID: "browse-own-outlets", Tag: "Booking",
		Summary: "Browse outlets", Description: "The active outlets of your business, by name.",
	}, func(ctx context.Context, who access.Customer, in *ownPlaces) (*api.List[Place], error) {
		return o.BrowseOwn(ctx, who, in.Page)
	})
}
