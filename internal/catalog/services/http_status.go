package services

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

type staffInput struct {
	ByID
	Body struct {
		StaffIDs []id.ID `json:"staff_ids" maxItems:"1000" doc:"All who give the service; empty for nobody."`
	}
}

func registerStatus(a *api.API, o *Operations) {
	for _, action := range []struct {
		verb, id, summary, text string
		status                  Status
	}{
		{"activate", "activate-service", "Let a service be booked", "Active from now on, whatever it was.", Active},
		{"deactivate", "deactivate-service", "Stop bookings of a service", "It is shown to customers no more and cannot be booked. What is booked stays.", Inactive},
		{"archive", "archive-service", "Retire a service", "It cannot be booked any more. What is booked stays, and is served as booked.", Archived},
	} {
		api.Staff(a, api.Op{
			Method: http.MethodPost, Path: "/services/{service_id}/" + action.verb, ID: action.id, Tag: tag,
			Summary: action.summary, Description: action.text + " Repeating it changes nothing.", Errors: []*fault.Error{ErrNotFound},
		}, access.ServicesWrite, func(ctx context.Context, who access.Staff, in *ByID) (*Service, error) {
			service, err := o.SetStatus(ctx, who, api.ID(in.ServiceID), action.status)
			return &service, err
		})
	}

	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/services/{service_id}/restore", ID: "restore-service", Tag: tag,
		Summary:     "Bring a retired service back",
		Description: "Undoes archiving and removal. A removed one needs room in the plan; where its slug was taken since, it gets another.",
		Errors:      []*fault.Error{ErrNotFound, ErrNotRetired, ErrSlugTaken, subscriptions.ErrServiceLimit},
	}, access.ServicesWrite, func(ctx context.Context, who access.Staff, in *ByID) (*Service, error) {
		service, err := o.Restore(ctx, who, api.ID(in.ServiceID))
		return &service, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/services/{service_id}/staff", ID: "set-service-staff", Tag: tag,
		Summary:     "Set who gives a service",
		Description: "Replaces the list; the skills of the staff members follow. Outlet managers change only who works at their outlets. What is booked already stays.",
		Errors:      []*fault.Error{ErrNotFound, ErrStaffUnknown, outlets.ErrOutOfScope},
	}, access.ServicesWrite, func(ctx context.Context, who access.Staff, in *staffInput) (*Service, error) {
		service, err := o.SetStaff(ctx, who, api.ID(in.ServiceID), in.Body.StaffIDs)
		return &service, err
	})
}
