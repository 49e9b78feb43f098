package services

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

const tag = "Services"

// ByID is exported since fields of an unexported struct are not read when it is embedded.
type ByID struct {
	ServiceID string `path:"service_id" example:"65a1b2c3d4e5f6a7b8c9d0e1"`
}

type getInput struct {
	ByID
	OutletID id.ID `query:"outlet_id" doc:"Whose price to show."`
}

type addInput struct{ Body Input }

type changeInput struct {
	ByID
	Body Change
}

// Register adds the staff portal's endpoints.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/services", ID: "list-services", Tag: tag,
		Summary: "List services",
		Description: "With outlet_id: those offered there, with what they cost there. The effective price is a valid " +
			"promotion, else the outlet's own price, else the base price.",
		Errors: []*fault.Error{tenants.ErrOther, outlets.ErrNotFound},
	}, access.ServicesRead, func(ctx context.Context, who access.Staff, in *Filter) (*api.List[Service], error) {
		return o.List(ctx, who, *in)
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/services", ID: "create-service", Tag: tag,
		Summary: "Add a service", Status: http.StatusCreated, Idempotent: true,
		Description: "All lengths are multiples of 5 minutes. The plan limits how many services there may be, and whether " +
			"prices may differ by outlet. The slug is made of the name unless one is given.",
		Errors: []*fault.Error{
			tenants.ErrOther, outlets.ErrOutOfScope, subscriptions.ErrServiceLimit, ErrOutletPricePlan, ErrSlugTaken, ErrStaffUnknown,
		},
	}, access.ServicesWrite, func(ctx context.Context, who access.Staff, in *addInput) (*Service, error) {
		service, err := o.Add(ctx, who, in.Body)
		return &service, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/services/categories", ID: "list-service-categories", Tag: tag,
		Summary:     "List categories",
		Description: "The categories in use, with how many services each has, and those that the business may choose from.",
	}, access.ServicesRead, func(ctx context.Context, who access.Staff, _ *struct{}) (*Categories, error) {
		categories, err := o.Categories(ctx, who)
		return &categories, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/services/categories/templates", ID: "list-service-category-templates", Tag: tag,
		Summary:     "List the categories that the business offers",
		Description: "From the setting service_category_templates; any other text may be used as a category, and is kept in lower snake case.",
	}, access.ServicesRead, func(ctx context.Context, who access.Staff, _ *struct{}) (*CategoryTemplates, error) {
		templates, err := o.CategoryTemplates(ctx, who)
		return &templates, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/services/{service_id}", ID: "get-service", Tag: tag,
		Summary:     "Read a service",
		Description: "With outlet_id: what it costs there. Otherwise the price is that of no particular outlet.",
		Errors:      []*fault.Error{ErrNotFound},
	}, access.ServicesRead, func(ctx context.Context, who access.Staff, in *getInput) (*Service, error) {
		service, err := o.Get(ctx, who, api.ID(in.ServiceID), in.OutletID)
		return &service, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/services/{service_id}", ID: "update-service", Tag: tag,
		Summary: "Change a service",
		Description: "A partial update: what is absent stays. Pricing is merged key by key; its outlet_prices, and all other " +
			"lists, are replaced as a whole. A promotional_price of null ends the promotion. New prices and times concern new " +
			"appointments only.",
		Errors: []*fault.Error{
			tenants.ErrOther, outlets.ErrOutOfScope, ErrNotFound, ErrOutletPricePlan, ErrSlugTaken, ErrStaffUnknown,
		},
	}, access.ServicesWrite, func(ctx context.Context, who access.Staff, in *changeInput) (*Service, error) {
		service, err := o.Update(ctx, who, api.ID(in.ServiceID), in.Body)
		return &service, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/services/{service_id}", ID: "delete-service", Tag: tag,
		Summary:     "Remove a service",
		Description: "Refused while an active package contains it or appointments are coming up; archive it then. What was booked stays.",
		Errors:      []*fault.Error{ErrNotFound, ErrInPackage, ErrUpcoming},
	}, access.ServicesWrite, func(ctx context.Context, who access.Staff, in *ByID) (*api.Message, error) {
		return api.NewMessage("Service deleted."), o.Remove(ctx, who, api.ID(in.ServiceID))
	})

	registerPricing(a, o)
	registerStatus(a, o)
}
