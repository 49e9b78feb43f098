package staff

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

type cardsInput struct {
	OutletID  string `path:"outlet_id" doc:"Id of the outlet." example:"65f1e2a0c3b4d5e6f7a8b9c0"`
	ServiceID id.ID  `query:"service_id" doc:"Only those who can be booked for it."`
}

// Cards is the public list of an outlet's staff.
type Cards struct {
	Items []Card `json:"items"`
	Total int    `json:"total"`
}

// RegisterPublic adds the public list of an outlet's staff.
func RegisterPublic(a *api.API, o *Operations, route *outlets.Router) {
	api.Public(a, api.Op{
		Method: http.MethodGet, Path: "/public/outlets/{outlet_id}/staff", ID: "list-public-staff", Tag: "Public Business",
		Summary:      "List who can be booked at an outlet",
		Description:  "Those who take online bookings. Nothing but what customers see is shown.",
		Errors:       []*fault.Error{outlets.ErrNotFound},
		CacheControl: "public, max-age=300",
	}, func(ctx context.Context, _ access.Visitor, in *cardsInput) (*Cards, error) {
		outlet := api.ID(in.OutletID)
		tenant, err := route.TenantOf(ctx, outlet)
		if err != nil {
			return nil, err
		}
		cards, err := o.Cards(ctx, tenant, outlet, in.ServiceID)
		return &Cards{Items: cards, Total: len(cards)}, err
	})
}
