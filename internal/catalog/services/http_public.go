package services

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

const (
	publicTag = "Public Business"
	// fiveMinutes is how long public reads may be kept, as documented.
	fiveMinutes = "public, max-age=300"
)

type atOutlet struct {
	api.Page
	Browse
	OutletID string `path:"outlet_id" example:"65a1b2c3d4e5f6a7b8c9d0e2"`
}

type ofTenant struct {
	api.Page
	Browse
	Slug     string `path:"slug" example:"bella-vista-spa"`
	OutletID id.ID  `query:"outlet_id" doc:"Offered at this outlet, at its prices."`
}

type forCustomer struct {
	api.Page
	Browse
	OutletID id.ID `query:"outlet_id" doc:"Offered at this outlet, at its prices."`
}

// RegisterPublic adds the public endpoints.
func RegisterPublic(a *api.API, o *Operations) {
	api.Public(a, api.Op{
		Method: http.MethodGet, Path: "/public/outlets/{outlet_id}/services", ID: "browse-services-of-outlet", Tag: publicTag,
		Summary: "Browse the services of an outlet", CacheControl: fiveMinutes,
		Description: "Active services, by name, with what they cost there now.",
		Errors:      []*fault.Error{outlets.ErrNotFound},
	}, func(ctx context.Context, _ access.Visitor, in *atOutlet) (*api.List[Offer], error) {
		return o.OffersAt(ctx, api.ID(in.OutletID), in.Page, in.Browse)
	})

	api.Public(a, api.Op{
		Method: http.MethodGet, Path: "/public/tenants/{slug}/services", ID: "browse-services-of-business", Tag: publicTag,
		Summary: "Browse the services of a business", CacheControl: fiveMinutes,
		Description: "Active services, by name, with what they cost now; outlets may differ.",
		Errors:      []*fault.Error{tenants.ErrUnknown, outlets.ErrNotFound},
	}, func(ctx context.Context, _ access.Visitor, in *ofTenant) (*api.List[Offer], error) {
		return o.OffersOf(ctx, in.Slug, in.OutletID, in.Page, in.Browse)
	})
}

// RegisterCustomer adds the customer portal's endpoints.
func RegisterCustomer(a *api.API, o *Operations) {
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/booking/services", ID: "browse-services", Tag: "Booking",
		Aliases:     []string{"/customer/services"},
		Summary:     "Browse services",
		Description: "Active services, by name, with what they cost now; with outlet_id, those offered there at its prices.",
		Errors:      []*fault.Error{outlets.ErrNotFound, tenants.ErrUnknown},
	}, func(ctx context.Context, who access.Customer, in *forCustomer) (*api.List[Offer], error) {
		return o.Offers(ctx, who.Tenant, in.OutletID, in.Page, in.Browse)
	})
}
