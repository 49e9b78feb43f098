package availability

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// gridQuery are the parameters of every grid.
type gridQuery struct {
	ServiceID    id.ID      `query:"service_id" required:"true" example:"6b0122f129abbffc7f79db7a"`
	OutletID     id.ID      `query:"outlet_id" required:"true" example:"6b0122f129abbffc7f79db7b"`
	StartDate    civil.Date `query:"start_date" required:"true" doc:"First date, in the outlet's zone; a date in the past means today"`
	NumDays      int        `query:"num_days" default:"7" minimum:"1" maximum:"31"`
	SlotInterval int        `query:"slot_interval_minutes" default:"30" minimum:"5" maximum:"240" multipleOf:"5" doc:"Distance of the starts, counted from opening"`
	StaffID      id.ID      `query:"staff_id" required:"false" doc:"Only slots of this staff member"`
}

func (q gridQuery) ask(audience Audience) GridAsk {
	return GridAsk{
		Service: q.ServiceID, Outlet: q.OutletID, Start: q.StartDate, Days: q.NumDays,
		Interval: q.SlotInterval, Staff: q.StaffID, Audience: audience,
	}
}

var gridErrors = []*fault.Error{
	ErrOutletNotFound, ErrServiceNotFound, ErrServiceNotOffered, ErrOutletClosed, ErrOnlineBookingIsOff, ErrStaffNotQualified,
}

const gridText = "The starts at which the service can be begun, for each of the days, as the outlet's clock shows them. " +
	"A slot lasts preparation, duration and cleanup together. Starts that cannot be booked are listed with the reason. " +
	"Each start shown as available can be booked as long as nobody else was faster."

// RegisterGrid registers the grids of all audiences.
func RegisterGrid(a *api.API, o *Operations, route *outlets.Router) {
	api.Public(a, api.Op{
		Method: http.MethodGet, Path: "/public/availability/grid", ID: "get-public-availability-grid", Tag: "Public Availability",
		Summary: "Availability grid", Description: gridText, Errors: gridErrors,
		Aliases: []string{"/public/availability/availability-grid"},
	}, func(ctx context.Context, _ access.Visitor, in *gridQuery) (*Grid, error) {
		tenant, err := route.TenantOf(ctx, in.OutletID)
		if err != nil {
			return nil, err
		}
		return o.Grid(ctx, tenant, in.ask(Online))
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/availability/availability-grid", ID: "get-availability-grid", Tag: "Availability",
		Summary: "Availability grid for the desk", Description: gridText + " Notice and horizon bind customers only.", Errors: gridErrors,
	}, access.AvailabilityRead, func(ctx context.Context, who access.Staff, in *gridQuery) (*Grid, error) {
		return o.Grid(ctx, who.Tenant, in.ask(Desk))
	})
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/booking/availability-grid", ID: "get-customer-availability-grid", Tag: "Customer Booking",
		Summary: "Availability grid for customers", Description: gridText, Errors: gridErrors,
	}, func(ctx context.Context, who access.Customer, in *gridQuery) (*Grid, error) {
		return o.Grid(ctx, who.Tenant, in.ask(Online))
	})
	registerOffers(a, o)
	registerChoices(a, o)
}

// offersQuery are the parameters of available-slots.
type offersQuery struct {
	ServiceID []id.ID    `query:"service_id,explode" required:"true" minItems:"1" maxItems:"20" doc:"Repeat it for several services, which follow one another in this order"`
	OutletID  id.ID      `query:"outlet_id" required:"true"`
	Date      civil.Date `query:"date" required:"true" doc:"In the outlet's zone"`
	StaffID   id.ID      `query:"staff_id" required:"false" doc:"Who has to give all of the services; anybody qualified when absent"`
}

func registerOffers(a *api.API, o *Operations) {
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/booking/available-slots", ID: "list-available-slots", Tag: "Customer Booking",
		Summary: "Starts that can be booked on a date",
		Description: "Where several services are named, each start is one at which all of them can follow one another. " +
			"The staff member named is the one who would give the first service.",
		Errors: gridErrors,
	}, func(ctx context.Context, who access.Customer, in *offersQuery) (*Offers, error) {
		offers, err := o.Offers(ctx, who.Tenant, OfferAsk{
			Outlet: in.OutletID, Services: in.ServiceID, Staff: in.StaffID, Date: in.Date, Audience: Online,
		})
		return &offers, err
	})
}
