package subscriptions

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
)

const tag = "Subscriptions"

type catalogueInput struct {
	Format string `query:"format" enum:"v1,v2" doc:"v2 gives features as lines of text instead of a block of switches."`
}

// Register adds the staff portal's endpoints.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/subscriptions/plans", ID: "list-plans", Tag: tag,
		Summary:     "List the plans",
		Description: "Prices, limits and features of all plans, and which of them are up and down from yours.",
	}, access.PlanRead, func(ctx context.Context, who access.Staff, in *catalogueInput) (*Catalogue, error) {
		list, err := o.Catalogue(ctx, who, in.Format == "v2")
		return &list, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/subscriptions/current", ID: "get-subscription", Tag: tag,
		Summary:     "Read your subscription",
		Description: "Plan, period and features, with what is used of them now.",
	}, access.PlanRead, func(ctx context.Context, who access.Staff, _ *struct{}) (*Subscription, error) {
		subscription, err := o.Current(ctx, who)
		return &subscription, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/subscriptions/usage", ID: "get-usage", Tag: tag,
		Summary:     "Read your usage",
		Description: "What is used of each limit of your plan, and what comes near its limit.",
	}, access.PlanRead, func(ctx context.Context, who access.Staff, _ *struct{}) (*Usage, error) {
		usage, err := o.Usage(ctx, who)
		return &usage, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/tenants", ID: "create-tenant", Tag: "Tenants",
		Summary: "Create a business", Status: http.StatusCreated, Idempotent: true,
		Description: "Without registration, and without users: you may sign in to it yourself and add some. It is active at " +
			"once and begins with the templates of its kind.",
		Errors: []*fault.Error{ErrSlugTaken},
	}, access.Platform, func(ctx context.Context, who access.Staff, in *struct{ Body Founding }) (*tenants.Tenant, error) {
		made, err := o.Found(ctx, who, in.Body)
		return &made, err
	})
}
