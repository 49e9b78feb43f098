package services

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

type pricesInput struct {
	ByID
	Body PricesInput
}

type priceInput struct {
	ByID
	OutletID string `path:"outlet_id" example:"65a1b2c3d4e5f6a7b8c9d0e2"`
}

type quoteInput struct {
	ByID
	OutletID id.ID `query:"outlet_id" doc:"Whose price to show."`
	StaffID  id.ID `query:"staff_id" doc:"With whom."`
}

type historyInput struct {
	ByID
	api.Page
}

func registerPricing(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/services/{service_id}/pricing", ID: "get-service-pricing", Tag: tag,
		Summary:     "Read what a service costs",
		Description: "The base price, the promotion, and the prices of outlets that have their own.",
		Errors:      []*fault.Error{ErrNotFound},
	}, access.ServicesRead, func(ctx context.Context, who access.Staff, in *ByID) (*ServicePricing, error) {
		pricing, err := o.Pricing(ctx, who, api.ID(in.ServiceID))
		return &pricing, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/services/{service_id}/price", ID: "get-service-price", Tag: tag,
		Summary: "Read what a service costs now",
		Description: "A valid promotion, else with staff_id the staff member's own price, else with outlet_id the outlet's own, else " +
			"the base price. Appointments copy it when they are booked.",
		Errors: []*fault.Error{ErrNotFound, outlets.ErrNotFound, ErrNotGiven},
	}, access.ServicesRead, func(ctx context.Context, who access.Staff, in *quoteInput) (*PriceNow, error) {
		price, err := o.Price(ctx, who, api.ID(in.ServiceID), in.OutletID, in.StaffID)
		return &price, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/services/{service_id}/price-history", ID: "list-service-prices", Tag: tag,
		Summary: "List what a service has cost",
		Description: "One entry for each price that a change touched, the newest first; the first one of a service is its base " +
			"price. A removed service keeps its history.",
		Errors: []*fault.Error{ErrNotFound},
	}, access.ServicesRead, func(ctx context.Context, who access.Staff, in *historyInput) (*api.List[PriceChange], error) {
		return o.PriceHistory(ctx, who, api.ID(in.ServiceID), in.Page)
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/services/{service_id}/pricing", ID: "set-outlet-prices", Tag: tag,
		Summary: "Set prices of outlets",
		Description: "Outlets that are not named keep their price. Outlet managers may set the prices of their own outlets " +
			"only. Prices that differ by outlet need the PRO plan or a higher one.",
		Errors: []*fault.Error{ErrNotFound, outlets.ErrOutOfScope, ErrOutletPricePlan},
	}, access.PricesWrite, func(ctx context.Context, who access.Staff, in *pricesInput) (*ServicePricing, error) {
		pricing, err := o.SetPrices(ctx, who, api.ID(in.ServiceID), in.Body)
		return &pricing, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/services/{service_id}/pricing/{outlet_id}", ID: "clear-outlet-price", Tag: tag,
		Summary:     "Take an outlet's own price away",
		Description: "The service costs its base price there again.",
		Errors:      []*fault.Error{ErrNotFound, ErrPriceNotFound, outlets.ErrOutOfScope},
	}, access.PricesWrite, func(ctx context.Context, who access.Staff, in *priceInput) (*ServicePricing, error) {
		pricing, err := o.ClearPrice(ctx, who, api.ID(in.ServiceID), api.ID(in.OutletID))
		return &pricing, err
	})
}
