package waitlist

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/subscriptions"
	"reserva/internal/calendar/appointments"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

const tag = "Waitlist"

// ByID names a wish in the path.
type ByID struct {
	ID string `path:"wish_id" example:"6b0122f129abbffc7f79db7a"`
}

// joinFaults are what a wish may be refused with.
func joinFaults(more ...*fault.Error) []*fault.Error {
	return append([]*fault.Error{
		availability.ErrOutletNotFound, availability.ErrOutletClosed, availability.ErrServiceNotFound, availability.ErrServiceNotOffered,
		availability.ErrStaffNotFound, availability.ErrStaffNotQualified, appointments.ErrCustomerNotFound, appointments.ErrForeignTenant,
		ErrOver, ErrOutsideWindow, ErrTooShort, ErrSlotFree, ErrAlreadyWaiting, ErrTooMany,
	}, more...)
}

func acceptFaults() []*fault.Error {
	return []*fault.Error{ErrNotFound, ErrNoOffer, subscriptions.ErrAppointmentLimit}
}

const (
	joinText = "For a service in a window of dates, and of times of day: refused with the next starts where something is free there already. " +
		"When time is freed, the first wish that it suits gets it offered by e-mail, and it is held for a while; then the next. " +
		"Nobody waits for more than five things, nor twice for one service on one date."
	acceptText  = "Makes an appointment of what is held. It stands, or waits for payment, like any that is booked. Repeating it answers with the same appointment."
	declineText = "The time goes to the next. The wish keeps its place, and is not offered that time again."
)

type listQuery struct {
	api.Page
	OutletID   id.ID      `query:"outlet_id" required:"false"`
	CustomerID id.ID      `query:"customer_id" required:"false"`
	ServiceID  id.ID      `query:"service_id" required:"false"`
	StaffID    id.ID      `query:"staff_id" required:"false" doc:"Wishes for this staff member"`
	Status     string     `query:"status" enum:"waiting,offered,accepted,lapsed,left,removed,expired"`
	DateFrom   civil.Date `query:"date_from" required:"false" doc:"Windows that end on this date or later"`
	DateTo     civil.Date `query:"date_to" required:"false" doc:"Windows that begin on this date or earlier"`
}

type offersQuery struct {
	api.Page
	OutletID   id.ID      `query:"outlet_id" required:"false"`
	CustomerID id.ID      `query:"customer_id" required:"false"`
	Outcome    string     `query:"outcome" enum:"open,accepted,declined,lapsed,withdrawn"`
	DateFrom   civil.Date `query:"date_from" required:"false" doc:"Of what was offered, at the outlet, inclusive"`
	DateTo     civil.Date `query:"date_to" required:"false" doc:"Of what was offered, at the outlet, inclusive"`
}

// Register registers the desk's endpoints.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/waitlist", ID: "add-to-waitlist", Tag: tag, Status: http.StatusCreated, Idempotent: true,
		Summary: "Put a customer on the waitlist", Description: joinText + " Notice and advance window do not bind the desk.", Errors: joinFaults(),
	}, access.WaitlistWrite, func(ctx context.Context, who access.Staff, in *struct{ Body StaffInput }) (*Wish, error) {
		made, err := o.Add(ctx, who, in.Body)
		return &made, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/waitlist", ID: "list-waitlist", Tag: tag, Summary: "List who waits",
		Description: "Wishes of the caller's outlets in the order in which they are served, with what is offered to them now.",
	}, access.WaitlistRead, func(ctx context.Context, who access.Staff, in *listQuery) (*api.List[Wish], error) {
		return o.List(ctx, who, Filter{
			Outlet: in.OutletID, Customer: in.CustomerID, Service: in.ServiceID, Staff: in.StaffID, Status: in.Status,
			From: in.DateFrom, To: in.DateTo, Page: in.Page,
		})
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/waitlist/offers", ID: "list-waitlist-offers", Tag: tag, Summary: "List who was offered what",
		Description: "All offers of the caller's outlets and how they ended, the newest first.",
	}, access.WaitlistRead, func(ctx context.Context, who access.Staff, in *offersQuery) (*api.List[Offer], error) {
		return o.Offers(ctx, who, OfferFilter{
			Outlet: in.OutletID, Customer: in.CustomerID, Outcome: in.Outcome, From: in.DateFrom, To: in.DateTo, Page: in.Page,
		})
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/waitlist/{wish_id}", ID: "get-wish", Tag: tag, Summary: "Read a wish",
		Description: "With all that was offered for it.", Errors: []*fault.Error{ErrNotFound},
	}, access.WaitlistRead, func(ctx context.Context, who access.Staff, in *ByID) (*Detail, error) {
		found, err := o.Get(ctx, who, api.ID(in.ID))
		return &found, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/waitlist/{wish_id}", ID: "remove-wish", Tag: tag, Summary: "Take a customer off the waitlist",
		Description: "What is offered to the customer goes to the next. Repeating it changes nothing.", Errors: []*fault.Error{ErrNotFound, ErrEnded, ErrNoOffer},
	}, access.WaitlistWrite, func(ctx context.Context, who access.Staff, in *ByID) (*api.None, error) {
		return nil, o.Remove(ctx, who, api.ID(in.ID))
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/waitlist/{wish_id}/accept", ID: "accept-offer", Tag: tag, Summary: "Accept an offer for the customer",
		Description: acceptText, Errors: acceptFaults(),
	}, access.WaitlistWrite, func(ctx context.Context, who access.Staff, in *ByID) (*appointments.Appointment, error) {
		made, err := o.Accept(ctx, who, api.ID(in.ID))
		return &made, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/waitlist/{wish_id}/decline", ID: "decline-offer", Tag: tag, Summary: "Decline an offer for the customer",
		Description: declineText, Errors: []*fault.Error{ErrNotFound, ErrNoOffer},
	}, access.WaitlistWrite, func(ctx context.Context, who access.Staff, in *ByID) (*Wish, error) {
		changed, err := o.Decline(ctx, who, api.ID(in.ID))
		return &changed, err
	})
}
