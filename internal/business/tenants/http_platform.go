package tenants

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
)

type removeByID struct {
	Path
	Force bool `query:"force" doc:"Also while a paid subscription is active."`
}

type feeByID struct {
	Path
	Body FeeChange
}

// registerPlatform adds what the operator does with businesses, and what their
// administrators may know of it.
func registerPlatform(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/tenants", ID: "list-tenants", Tag: tag,
		Summary:     "List businesses",
		Description: "All of the platform, active or not; deleted ones are left out.",
	}, access.Platform, func(ctx context.Context, who access.Staff, in *Filter) (*api.List[Tenant], error) {
		return o.List(ctx, who, *in)
	})

	for _, to := range []struct {
		verb, summary, description string
		active                     bool
	}{
		{"activate", "Activate a business", "Its people can sign in again, and it is listed and booked as before.", true},
		{"deactivate", "Deactivate a business",
			"From now on nobody can sign in to it, access tokens of its users and customers are refused, and it is neither " +
				"listed nor booked. Super admins can still enter it. Appointments stay.", false},
	} {
		api.Staff(a, api.Op{
			Method: http.MethodPost, Path: "/tenants/{tenant_id}/" + to.verb, ID: to.verb + "-tenant", Tag: tag,
			Summary: to.summary, Description: to.description, Errors: []*fault.Error{ErrUnknown},
		}, access.Platform, func(ctx context.Context, who access.Staff, in *Path) (*Tenant, error) {
			tenant, err := o.SetActive(ctx, who, api.ID(in.TenantID), to.active)
			return &tenant, err
		})
	}

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/tenants/{tenant_id}", ID: "delete-tenant", Tag: tag,
		Summary: "Delete a business",
		Description: "Nobody can sign in to it or see it any more; its records and its slug stay. Refused while a paid " +
			"subscription is active, unless forced.",
		Errors: []*fault.Error{ErrUnknown, ErrPaidPlan},
	}, access.Platform, func(ctx context.Context, who access.Staff, in *removeByID) (*api.Message, error) {
		return api.NewMessage("Business deleted."), o.Remove(ctx, who, api.ID(in.TenantID), in.Force)
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/tenants/{tenant_id}/stats", ID: "get-tenant-stats", Tag: tag,
		Summary:     "Read the statistics of a business",
		Description: "Outlets, users, customers and this month's appointments, counted when asked.",
		Errors:      []*fault.Error{ErrOther, ErrUnknown},
	}, access.TenantReports, func(ctx context.Context, who access.Staff, in *Path) (*Stats, error) {
		stats, err := o.Stats(ctx, who, api.ID(in.TenantID))
		return &stats, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/tenants/{tenant_id}/platform-fee", ID: "get-platform-fee", Tag: tag,
		Summary:     "Read the platform's fee",
		Description: "Who bears it, and its rate: the plan's, unless the operator set another for this business.",
		Errors:      []*fault.Error{ErrOther, ErrUnknown},
	}, access.BillingRead, func(ctx context.Context, who access.Staff, in *Path) (*Fee, error) {
		fee, err := o.Fee(ctx, who, api.ID(in.TenantID))
		return &fee, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/tenants/{tenant_id}/platform-fee", ID: "set-platform-fee", Tag: tag,
		Summary:     "Change the platform's fee",
		Description: "A partial update for the payments to come. What was invoiced keeps its fee.",
		Errors:      []*fault.Error{ErrUnknown},
	}, access.Platform, func(ctx context.Context, who access.Staff, in *feeByID) (*Fee, error) {
		fee, err := o.SetFee(ctx, who, api.ID(in.TenantID), in.Body)
		return &fee, err
	})
}
