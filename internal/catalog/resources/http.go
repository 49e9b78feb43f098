package resources

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
)

const tag = "Resources"

// ByID names one resource.
type ByID struct {
	ResourceID string `path:"resource_id" example:"65f1e2a0c3b4d5e6f7a8b9c0"`
}

// Register adds the staff portal's endpoints.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/resources", ID: "list-resources", Tag: tag,
		Summary:     "List rooms, chairs and machines",
		Description: "Those of the outlets that you may see, by kind and name.",
	}, access.ServicesRead, func(ctx context.Context, who access.Staff, in *Filter) (*api.List[Resource], error) {
		return o.List(ctx, who, *in)
	})

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/resources", ID: "create-resource", Tag: tag, Status: http.StatusCreated, Idempotent: true,
		Summary: "Add a room, a chair or a machine",
		Description: "Or several that are alike, by their quantity. Services name the kind in required_resources; a start can be booked " +
			"only if enough units of it are free from the preparation to the cleanup.",
		Errors: []*fault.Error{tenants.ErrOther, outlets.ErrNotFound, outlets.ErrOutOfScope},
	}, access.OutletsConfigure, func(ctx context.Context, who access.Staff, in *struct{ Body Input }) (*Resource, error) {
		out, err := o.Add(ctx, who, in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/resources/{resource_id}", ID: "get-resource", Tag: tag,
		Summary: "Read a resource", Description: "Of an outlet that you may see.", Errors: []*fault.Error{ErrNotFound},
	}, access.ServicesRead, func(ctx context.Context, who access.Staff, in *ByID) (*Resource, error) {
		out, err := o.Get(ctx, who, api.ID(in.ResourceID))
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/resources/{resource_id}", ID: "update-resource", Tag: tag,
		Summary: "Change a resource",
		Description: "A partial update: what is absent stays. The quantity cannot fall below the number of units that are booked. " +
			"One that is not active takes no new bookings; what is booked stays.",
		Errors: []*fault.Error{ErrNotFound, ErrBooked},
	}, access.OutletsConfigure, func(ctx context.Context, who access.Staff, in *struct {
		ByID
		Body Change
	}) (*Resource, error) {
		out, err := o.Update(ctx, who, api.ID(in.ResourceID), in.Body)
		return &out, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/resources/{resource_id}", ID: "delete-resource", Tag: tag,
		Summary:     "Remove a resource",
		Description: "Refused while a unit is booked. Services that need its kind cannot be booked at the outlet unless it has others.",
		Errors:      []*fault.Error{ErrNotFound, ErrBooked},
	}, access.OutletsConfigure, func(ctx context.Context, who access.Staff, in *ByID) (*api.None, error) {
		return nil, o.Remove(ctx, who, api.ID(in.ResourceID))
	})
}
