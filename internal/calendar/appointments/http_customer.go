package appointments

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

const customerTag = "Customer Booking"

type ownQuery struct {
	api.Page
	api.Order
	DateFrom      civil.Date `query:"date_from" required:"false" doc:"At the outlet, inclusive"`
	DateTo        civil.Date `query:"date_to" required:"false" doc:"At the outlet, inclusive"`
	Status        string     `query:"status" enum:"pending,confirmed,in_progress,completed,cancelled,no_show"`
	PaymentStatus string     `query:"payment_status" enum:"pending,paid,partially_paid,refunded,not_required"`
	OutletID      id.ID      `query:"outlet_id" required:"false"`
	Upcoming      bool       `query:"upcoming" doc:"Only those to come"`
	SortBy        string     `query:"sort_by" enum:"starts_at,appointment_date,created_at,total_price"`
}

// RegisterCustomer registers the customers' endpoints.
func RegisterCustomer(a *api.API, o *Operations) {
	api.Customer(a, api.Op{
		Method: http.MethodPost, Path: "/customer/booking/appointments", ID: "book-own-appointment", Tag: customerTag,
		Status: http.StatusCreated, Idempotent: true, Summary: "Book an appointment",
		Description: "Several services follow one another, each with a chosen staff member or anybody qualified. " +
			"The appointment waits for payment and is held for a day at most; free services, and outlets that confirm by themselves, stand at once.",
		Errors: bookingFaults(), Aliases: []string{"/customer/appointments"},
	}, func(ctx context.Context, who access.Customer, in *struct{ Body CreateOwn }) (*Appointment, error) {
		made, err := o.CreateOwn(ctx, who, in.Body)
		return &made, err
	})
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/booking/appointments", ID: "list-own-appointments", Tag: customerTag, Summary: "List own appointments",
		Description: "The newest date first, unless asked otherwise.", Aliases: []string{"/customer/appointments"},
	}, func(ctx context.Context, who access.Customer, in *ownQuery) (*api.List[Appointment], error) {
		return o.ListOwn(ctx, who, Filter{
			From: in.DateFrom, To: in.DateTo, Status: in.Status, PaymentStatus: in.PaymentStatus, Outlet: in.OutletID,
			Upcoming: in.Upcoming, SortBy: sortColumn(in.SortBy), Descending: in.Descending(true), Page: in.Page,
		})
	})
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/booking/appointments/{appointment_id}", ID: "get-own-appointment", Tag: customerTag,
		Aliases: []string{"/customer/appointments/{appointment_id}"},
		Summary: "Read an own appointment", Description: "With its services, prices as booked, and what was paid.", Errors: []*fault.Error{ErrNotFound},
	}, func(ctx context.Context, who access.Customer, in *ByID) (*Appointment, error) {
		found, err := o.show(ctx, who.Tenant, who, api.ID(in.ID))
		return &found, err
	})
	cancel := func(ctx context.Context, who access.Customer, in *cancelInput) (*Appointment, error) {
		changed, err := o.CancelOwn(ctx, who, api.ID(in.ID), in.Body.Reason)
		return &changed, err
	}
	op := api.Op{
		Method: http.MethodDelete, Path: "/customer/booking/appointments/{appointment_id}", ID: "cancel-own-appointment", Tag: customerTag,
		Summary: "Cancel an own appointment", Description: "Up to the promised hours before it begins, and later, until it begins, only where a fee was promised for that; " +
			"a pending one at any time.",
		Errors: transitionFaults(ErrTooLate), Aliases: []string{"/customer/appointments/{appointment_id}"},
	}
	api.Customer(a, op, cancel)
	op.Method, op.Path, op.ID = http.MethodPost, "/customer/booking/appointments/{appointment_id}/cancel", "cancel-own-appointment-by-post"
	op.Aliases = []string{"/customer/appointments/{appointment_id}/cancel"}
	op.Description += " For clients that cannot send a body with DELETE."
	api.Customer(a, op, cancel)
	api.Customer(a, api.Op{
		Method: http.MethodPost, Path: "/customer/booking/appointments/{appointment_id}/reschedule", ID: "reschedule-own-appointment", Tag: customerTag,
		Idempotent: true, Summary: "Move an own appointment", Description: moveText + " Customers may move an appointment three times: a confirmed one " +
			"up to the promised hours before it begins, a pending one at any time before. Notice and horizon bind as they do when booking.",
		Errors:  moveFaults(availability.ErrOnlineBookingIsOff, ErrTooLateToMove, ErrMovedTooOften, ErrOutsideWindow),
		Aliases: []string{"/customer/appointments/{appointment_id}/reschedule"},
	}, func(ctx context.Context, who access.Customer, in *rescheduleInput) (*Appointment, error) {
		changed, err := o.RescheduleOwn(ctx, who, api.ID(in.ID), in.Body)
		return &changed, err
	})
}
