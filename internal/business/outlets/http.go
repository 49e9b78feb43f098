package outlets

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
)

const tag = "Outlets"

// ByID is exported since fields of an unexported struct are not read when it is embedded.
type ByID struct {
	OutletID string `path:"outlet_id" example:"65a1b2c3d4e5f6a7b8c9d0e1"`
}

type openInput struct{ Body Input }

type changeInput struct {
	ByID
	Body Change
}

type removeInput struct {
	ByID
	Purge bool `query:"purge" doc:"Also out of the plan's count, for super admins; of outlets that were deleted before, too."`
}

// Register adds the staff portal's endpoints.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/outlets", ID: "list-outlets", Tag: tag,
		Summary:     "List outlets",
		Description: "Administrators see every outlet of the business, everybody else those they work at.",
		Errors:      []*fault.Error{tenants.ErrOther},
	}, access.OutletsRead, func(ctx context.Context, who access.Staff, in *Filter) (*api.List[Outlet], error) {
		return o.List(ctx, who, *in)
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/outlets", ID: "create-outlet", Tag: tag,
		Summary: "Open an outlet", Status: http.StatusCreated, Idempotent: true,
		Description: "The plan limits how many outlets there may be, deleted ones included. The slug is made of the name " +
			"unless one is given; the first outlet becomes the default.",
		Errors: []*fault.Error{tenants.ErrOther, subscriptions.ErrOutletLimit, ErrSlugTaken},
	}, access.OutletsWrite, func(ctx context.Context, who access.Staff, in *openInput) (*Outlet, error) {
		outlet, err := o.Open(ctx, who, in.Body)
		return &outlet, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/outlets/{outlet_id}", ID: "get-outlet", Tag: tag,
		Summary:     "Read an outlet",
		Description: "With its address, contact, weekly hours and settings, and how many staff members and services it has.",
		Errors:      []*fault.Error{ErrNotFound, ErrOutOfScope},
	}, access.OutletsRead, func(ctx context.Context, who access.Staff, in *ByID) (*Outlet, error) {
		outlet, err := o.Get(ctx, who, api.ID(in.OutletID))
		return &outlet, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/outlets/{outlet_id}", ID: "update-outlet", Tag: tag,
		Summary: "Change an outlet",
		Description: "A partial update: what is absent stays. Address, contact and settings are merged key by key, hours " +
			"are replaced as a whole. What is booked already keeps its time and the rules it was promised, and the time zone stays while appointments are coming up.",
		Errors: []*fault.Error{tenants.ErrOther, ErrNotFound, ErrOutOfScope, ErrSlugTaken, ErrClockInUse},
	}, access.OutletsWrite, func(ctx context.Context, who access.Staff, in *changeInput) (*Outlet, error) {
		outlet, err := o.Update(ctx, who, api.ID(in.OutletID), in.Body)
		return &outlet, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/outlets/{outlet_id}", ID: "delete-outlet", Tag: tag,
		Summary: "Close an outlet for good",
		Description: "The outlet is shown no more and takes no bookings; its history stays, and the plan still counts it. " +
			"Refused while it has upcoming appointments. Super admins may purge it: then the plan does not count it, and it " +
			"cannot be restored.",
		Errors: []*fault.Error{ErrNotFound, ErrOutOfScope, ErrHasFuture, ErrPurge},
	}, access.OutletsWrite, func(ctx context.Context, who access.Staff, in *removeInput) (*api.Message, error) {
		if in.Purge {
			return api.NewMessage("Outlet purged."), o.Purge(ctx, who, api.ID(in.OutletID))
		}
		return api.NewMessage("Outlet deleted."), o.Remove(ctx, who, api.ID(in.OutletID))
	})

	registerStates(a, o)
	registerConfiguration(a, o)
}
