package outlets

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/fault"
)

type periodInput struct {
	ByID
	From api.DateParam `query:"from_date" doc:"Where absent, the first of the month of to_date."`
	To   api.DateParam `query:"to_date" doc:"Where absent, today at the outlet. At most 366 days."`
}

// registerStates adds what opens and closes an outlet, and what it achieved.
func registerStates(a *api.API, o *Operations) {
	for _, to := range []struct {
		verb, summary, description string
		status                     Status
	}{
		{"activate", "Activate an outlet", "It is listed and takes bookings from now on.", Active},
		{"deactivate", "Deactivate an outlet", "It is not listed and takes no bookings from now on. What is booked stays.", Inactive},
	} {
		api.Staff(a, api.Op{
			Method: http.MethodPost, Path: "/outlets/{outlet_id}/" + to.verb, ID: to.verb + "-outlet", Tag: tag,
			Summary: to.summary, Description: to.description, Errors: []*fault.Error{ErrNotFound, ErrOutOfScope},
		}, access.OutletsWrite, func(ctx context.Context, who access.Staff, in *ByID) (*Outlet, error) {
			outlet, err := o.SetStatus(ctx, who, api.ID(in.OutletID), to.status)
			return &outlet, err
		})
	}

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/outlets/{outlet_id}/restore", ID: "restore-outlet", Tag: tag,
		Summary: "Restore a deleted outlet",
		Description: "As it was, with its status, and with its slug unless another outlet has that now. Refused where the " +
			"plan allows fewer outlets than there are; deleted ones count.",
		Errors: []*fault.Error{ErrNotFound, ErrOutOfScope, ErrNotDeleted, ErrSlugTaken, subscriptions.ErrOutletLimit},
	}, access.OutletsWrite, func(ctx context.Context, who access.Staff, in *ByID) (*Outlet, error) {
		outlet, err := o.Restore(ctx, who, api.ID(in.OutletID))
		return &outlet, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/outlets/{outlet_id}/stats", ID: "get-outlet-stats", Tag: tag,
		Summary: "Read the statistics of an outlet",
		Description: "Staff and services as they are now; appointments, revenue and utilisation of what begins in the " +
			"period, by the outlet's clock.",
		Errors: []*fault.Error{ErrNotFound, ErrOutOfScope},
	}, access.ReportsRead, func(ctx context.Context, who access.Staff, in *periodInput) (*Statistics, error) {
		statistics, err := o.Statistics(ctx, who, api.ID(in.OutletID), in.From.Date, in.To.Date)
		return &statistics, err
	})
}
