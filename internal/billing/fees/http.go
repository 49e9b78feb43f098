package fees

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
)

const tag = "Platform fee"

// TenantPath is exported since fields of an unexported struct are not read when it is embedded.
type TenantPath struct {
	Tenant string `path:"tenant_id" example:"6b0122f129abbffc7f79db7a"`
}

// Register registers the endpoints of administrators and of the operator.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/platform-fees", ID: "get-effective-fee", Tag: tag, Summary: "Read the fee of your business",
		Description: "What the next payment online carries: the rate of the plan, or what the operator set for the business, with its bounds.",
	}, access.BillingRead, func(ctx context.Context, who access.Staff, _ *struct{}) (*Effective, error) {
		found, err := o.Effective(ctx, who)
		return &found, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/platform-fees/calculate", ID: "calculate-fee", Tag: tag, Summary: "Work out a payment",
		Description: "The wallet first, then the fee on the rest, half up to the currency's smallest unit and within its bounds. Nothing is stored.",
	}, access.BillingRead, func(ctx context.Context, who access.Staff, in *struct{ Body Question }) (*Breakdown, error) {
		found, err := o.Calculate(ctx, who, in.Body)
		return &found, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/platform-fees/config", ID: "get-fee-config", Tag: tag, Summary: "Read the fees of all plans",
		Description: "For the operator. A plan that was never changed has its documented rate: FREE 8 %, PRO 5 %, ENTERPRISE 3 %.",
	}, access.Platform, func(ctx context.Context, _ access.Staff, _ *struct{}) (*Config, error) {
		found, err := o.Config(ctx)
		return &found, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/platform-fees/config", ID: "set-fee-config", Tag: tag, Summary: "Change the fees of plans",
		Description: "A partial update of the plans that are named, for the payments to come. What was asked for keeps its fee.",
	}, access.Platform, func(ctx context.Context, who access.Staff, in *struct{ Body ConfigChange }) (*Config, error) {
		set, err := o.SetConfig(ctx, who, in.Body)
		return &set, err
	})
	registerOverrides(a, o)
}

func registerOverrides(a *api.API, o *Operations) {
	const path = "/platform-fees/tenants/{tenant_id}"
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: path, ID: "get-fee-override", Tag: tag, Summary: "Read the fee of a business",
		Description: "What its next payment carries, and what is set for it in place of its plan's rate.",
		Errors:      []*fault.Error{tenants.ErrUnknown},
	}, access.Platform, func(ctx context.Context, _ access.Staff, in *TenantPath) (*Effective, error) {
		found, err := o.Of(ctx, api.ID(in.Tenant))
		return &found, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: path, ID: "set-fee-override", Tag: tag, Summary: "Set the fee of a business",
		Description: "In place of its plan's rate, for ever or for a while; bounds and exempt kinds stay the plan's. It replaces what was set before.",
		Errors:      []*fault.Error{tenants.ErrUnknown},
	}, access.Platform, func(ctx context.Context, who access.Staff, in *struct {
		TenantPath
		Body OverrideWish
	}) (*Effective, error) {
		set, err := o.SetOverride(ctx, who, api.ID(in.Tenant), in.Body)
		return &set, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: path, ID: "remove-fee-override", Tag: tag, Summary: "Give a business its plan's fee again",
		Description: "For the payments to come.", Errors: []*fault.Error{tenants.ErrUnknown, ErrNoOverride},
	}, access.Platform, func(ctx context.Context, who access.Staff, in *TenantPath) (*api.None, error) {
		return nil, o.RemoveOverride(ctx, who, api.ID(in.Tenant))
	})
}
