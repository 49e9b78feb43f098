package availability

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

type explainQuery struct {
	OutletID  id.ID          `query:"outlet_id" required:"true"`
	ServiceID id.ID          `query:"service_id" required:"true"`
	StaffID   id.ID          `query:"staff_id" required:"false" doc:"Only this staff member"`
	Date      civil.Date     `query:"date" required:"true" doc:"At the outlet"`
	StartTime api.ClockParam `query:"start_time" required:"true"`
	Audience  string         `query:"audience" enum:"desk,online" default:"desk" doc:"Who would book: the desk, or customers themselves, whom notice and horizon bind."`
}

type choicesQuery struct {
	ServiceID id.ID      `query:"service_id" required:"true"`
	OutletID  id.ID      `query:"outlet_id" required:"true"`
	Date      civil.Date `query:"date" required:"true" doc:"At the outlet"`
}

// registerChoices registers the customers' question who.
func registerChoices(a *api.API, o *Operations) {
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/booking/staff", ID: "list-bookable-staff", Tag: "Customer Booking",
		Summary: "List who could give a service on a date",
		Description: "Staff members who take online bookings for the service at the outlet, with the first start that can be booked with each. " +
			"The start holds as long as nobody else is faster.",
		Errors: []*fault.Error{ErrOutletNotFound, ErrServiceNotFound, ErrServiceNotOffered, ErrOutletClosed, ErrOnlineBookingIsOff},
	}, func(ctx context.Context, who access.Customer, in *choicesQuery) (*Choices, error) {
		return o.Choices(ctx, who.Tenant, ChoiceAsk{Outlet: in.OutletID, Service: in.ServiceID, Date: in.Date, Audience: Online})
	})
}

// registerExplain registers the desk's question why.
func registerExplain(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/availability/explain", ID: "explain-availability", Tag: entriesTag,
		Summary: "Explain why a time can or cannot be booked",
		Description: "Decided by the engine that accepts bookings. Names every reason with its code, for each staff member who gives the " +
			"service, and until when it holds. Where the time itself is refused (the outlet is closed, say), staff members are not looked at. " +
			"An outlet, a service or a staff member that cannot be booked at any time is a reason as well, and so is a time that the clock skips on that date.",
		Errors: []*fault.Error{ErrOutletNotFound, ErrServiceNotFound, ErrStaffNotFound},
	}, access.AvailabilityRead, func(ctx context.Context, who access.Staff, in *explainQuery) (*Explanation, error) {
		audience := Desk
		if in.Audience == "online" {
			audience = Online
		}
		return o.Explain(ctx, who, ExplainAsk{
			Outlet: in.OutletID, Service: in.ServiceID, Staff: in.StaffID, Date: in.Date, Start: in.StartTime.Clock, Audience: audience,
		})
	})
}
