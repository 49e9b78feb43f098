package waitlist

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/calendar/appointments"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

type ownQuery struct {
	api.Page
	OutletID id.ID  `query:"outlet_id" required:"false"`
	Status   string `query:"status" enum:"waiting,offered,accepted,lapsed,left,removed,expired"`
}

// RegisterCustomer registers the customers' endpoints.
func RegisterCustomer(a *api.API, o *Operations) {
	const tag = "Customer Booking"
	api.Customer(a, api.Op{
		Method: http.MethodPost, Path: "/customer/booking/waitlist", ID: "join-waitlist", Tag: tag, Status: http.StatusCreated, Idempotent: true,
		Summary: "Wait for a time that is taken", Description: joinText, Errors: joinFaults(availability.ErrOnlineBookingIsOff),
	}, func(ctx context.Context, who access.Customer, in *struct{ Body Input }) (*Wish, error) {
		made, err := o.Join(ctx, who, in.Body)
		return &made, err
	})
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/booking/waitlist", ID: "list-own-wishes", Tag: tag, Summary: "List what one waits for",
		Description: "With what is offered now, and how earlier wishes ended; the oldest first.",
	}, func(ctx context.Context, who access.Customer, in *ownQuery) (*api.List[Wish], error) {
		return o.ListOwn(ctx, who, Filter{Outlet: in.OutletID, Status: in.Status, Page: in.Page})
	})
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/booking/waitlist/{wish_id}", ID: "get-own-wish", Tag: tag, Summary: "Read an own wish",
		Description: "With all that was offered for it.", Errors: []*fault.Error{ErrNotFound},
	}, func(ctx context.Context, who access.Customer, in *ByID) (*Detail, error) {
		found, err := o.GetOwn(ctx, who, api.ID(in.ID))
		return &found, err
	})
	api.Customer(a, api.Op{
		Method: http.MethodDelete, Path: "/customer/booking/waitlist/{wish_id}", ID: "leave-waitlist", Tag: tag, Summary: "Wait no longer",
		Description: "What is offered goes to the next. Repeating it changes nothing.", Errors: []*fault.Error{ErrNotFound, ErrEnded, ErrNoOffer},
	}, func(ctx context.Context, who access.Customer, in *ByID) (*api.None, error) {
		return nil, o.Leave(ctx, who, api.ID(in.ID))
	})
	api.Customer(a, api.Op{
		Method: http.MethodPost, Path: "/customer/booking/waitlist/{wish_id}/accept", ID: "accept-own-offer", Tag: tag, Summary: "Accept an offer",
		Description: acceptText, Errors: acceptFaults(),
	}, func(ctx context.Context, who access.Customer, in *ByID) (*appointments.Appointment, error) {
		made, err := o.AcceptOwn(ctx, who, api.ID(in.ID))
		return &made, err
	})
	api.Customer(a, api.Op{
		Method: http.MethodPost, Path: "/customer/booking/waitlist/{wish_id}/decline", ID: "decline-own-offer", Tag: tag, Summary: "Decline an offer",
		Description: declineText, Errors: []*fault.Error{ErrNotFound, ErrNoOffer},
	}, func(ctx context.Context, who access.Customer, in *ByID) (*Wish, error) {
		changed, err := o.DeclineOwn(ctx, who, api.ID(in.ID))
		return &changed, err
	})
}
