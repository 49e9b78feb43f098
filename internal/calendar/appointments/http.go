package appointments

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/subscriptions"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

const tag = "Appointments"

// bookingFaults are what every booking may answer.
func bookingFaults() []*fault.Error {
	return []*fault.Error{
		availability.ErrOutletNotFound, availability.ErrServiceNotFound, ErrCustomerNotFound, availability.ErrServiceNotOffered,
		availability.ErrOutletClosed, availability.ErrOnlineBookingIsOff, availability.ErrStaffNotFound, availability.ErrStaffNotQualified, availability.ErrLocalTimeInGap,
		ErrSlotTaken, ErrAlreadyBooked, ErrPast, ErrOutsideWindow, ErrOutsideHours, ErrRaster, ErrMixedCurrencies,
		ErrForeignTenant, ErrNotYours, ErrNoCredits, ErrTooManyServices, subscriptions.ErrAppointmentLimit,
	}
}

// ByID names an appointment in the path.
type ByID struct {
	ID string `path:"appointment_id" example:"6b0122f129abbffc7f79db7a"`
}

type listQuery struct {
	api.Page
	api.Order
	DateFrom      civil.Date `query:"date_from" required:"false" doc:"At the outlet, inclusive"`
	DateTo        civil.Date `query:"date_to" required:"false" doc:"At the outlet, inclusive"`
	Status        string     `query:"status" enum:"pending,confirmed,in_progress,completed,cancelled,no_show"`
	Type          string     `query:"appointment_type" enum:"walk_in,scheduled,online"`
	PaymentStatus string     `query:"payment_status" enum:"pending,paid,partially_paid,refunded,not_required"`
	CustomerID    id.ID      `query:"customer_id" required:"false"`
	StaffID       id.ID      `query:"staff_id" required:"false"`
	OutletID      id.ID      `query:"outlet_id" required:"false"`
	ServiceID     id.ID      `query:"service_id" required:"false"`
	NotesSearch   string     `query:"completion_notes_search" maxLength:"100" doc:"Literal text in the completion notes"`
	SortBy        string     `query:"sort_by" enum:"starts_at,appointment_date,created_at,total_price"`
}

// sortColumn is what sort_by names.
func sortColumn(name string) string {
	if name == "appointment_date" {
		return "starts_at"
	}
	return name
}

func (q *listQuery) filter() Filter {
	return Filter{
		From: q.DateFrom, To: q.DateTo, Status: q.Status, PaymentStatus: q.PaymentStatus, Type: q.Type,
		Customer: q.CustomerID, Staff: q.StaffID, Outlet: q.OutletID, Service: q.ServiceID, NotesSearch: q.NotesSearch,
		SortBy: sortColumn(q.SortBy), Descending: q.Descending(false), Page: q.Page,
	}
}

// Register registers the desk's endpoints.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/appointments", ID: "create-appointment", Tag: tag, Status: http.StatusCreated, Idempotent: true,
		Summary: "Book an appointment for a customer",
		Description: "Several services follow one another. Without a staff member the server chooses: somebody qualified, a begun group session first, then by load. " +
			"Prices are the catalogue's. The appointment stands at once, unless the outlet wants payment up front. A refused time answers with the reason and the next free starts.",
		Errors: append(bookingFaults(), ErrNoWalkIns, ErrNotAWalkIn), Aliases: []string{"/staff/appointments"},
	}, access.AppointmentsWrite, func(ctx context.Context, who access.Staff, in *struct{ Body Create }) (*Appointment, error) {
		made, err := o.Create(ctx, who, in.Body)
		return &made, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/appointments", ID: "list-appointments", Tag: tag, Summary: "List appointments",
		Description: "Those of the caller's outlets; staff members see the ones they serve in.", Aliases: []string{"/staff/appointments"},
	}, access.AppointmentsRead, func(ctx context.Context, who access.Staff, in *listQuery) (*api.List[Appointment], error) {
		return o.List(ctx, who, in.filter())
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/appointments/{appointment_id}", ID: "get-appointment", Tag: tag, Summary: "Read an appointment",
		Aliases:     []string{"/staff/appointments/{appointment_id}"},
		Description: "With its services, prices as booked, and what was paid.", Errors: []*fault.Error{ErrNotFound},
	}, access.AppointmentsRead, func(ctx context.Context, who access.Staff, in *ByID) (*Appointment, error) {
		found, err := o.show(ctx, who.Tenant, who, api.ID(in.ID))
		return &found, err
	})
	registerChanges(a, o)
}

func registerChanges(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/appointments/{appointment_id}", ID: "update-appointment", Tag: tag, Summary: "Change notes or status",
		Aliases: []string{"/staff/appointments/{appointment_id}"},
		Description: "The status moves along the lifecycle only, and not before the time has come, as with start, complete and no-show. " +
			"What is completed or cancelled cannot be changed any more.",
		Errors: transitionFaults(ErrNotPaid, ErrHoldLapsed, ErrTooEarly),
	}, access.AppointmentsWrite, func(ctx context.Context, who access.Staff, in *struct {
		ByID
		Body Update
	}) (*Appointment, error) {
		changed, err := o.Change(ctx, who, api.ID(in.ID), in.Body)
		return &changed, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/appointments/{appointment_id}/confirm", ID: "confirm-appointment", Tag: tag, Summary: "Confirm",
		Aliases:     []string{"/staff/appointments/{appointment_id}/confirm"},
		Description: "A pending appointment stands from now on, paid or not.", Errors: transitionFaults(ErrHoldLapsed),
	}, access.AppointmentsWrite, func(ctx context.Context, who access.Staff, in *ByID) (*Appointment, error) {
		changed, err := o.Confirm(ctx, who, api.ID(in.ID))
		return &changed, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/appointments/{appointment_id}/start", ID: "start-appointment", Tag: tag, Summary: "Begin the visit",
		Aliases:     []string{"/staff/appointments/{appointment_id}/start"},
		Description: "A confirmed appointment is in progress from now on. Possible from the beginning of its date at the outlet, and at any time after.", Errors: transitionFaults(ErrTooEarly),
	}, access.AppointmentsWrite, func(ctx context.Context, who access.Staff, in *ByID) (*Appointment, error) {
		changed, err := o.Start(ctx, who, api.ID(in.ID))
		return &changed, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/appointments/{appointment_id}/complete", ID: "complete-appointment", Tag: tag, Summary: "Complete the visit",
		Aliases:     []string{"/staff/appointments/{appointment_id}/complete"},
		Description: "A visit that was started can be completed at any time, one that was not from its start on. What costs money has to be paid first; record a payment at the desk if it was not.",
		Errors:      transitionFaults(ErrNotPaid, ErrTooEarly), BodyOptional: true,
	}, access.AppointmentsWrite, func(ctx context.Context, who access.Staff, in *struct {
		ByID
		Body *Completion
	}) (*Appointment, error) {
		changed, err := o.Complete(ctx, who, api.ID(in.ID), in.Body.notes())
		return &changed, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/appointments/{appointment_id}/no-show", ID: "mark-no-show", Tag: tag, Summary: "Mark a no-show",
		Aliases:     []string{"/staff/appointments/{appointment_id}/no-show"},
		Description: "Possible from the start of the visit on. The time is free again; the reason is appended to the notes.", Errors: transitionFaults(ErrTooEarly), BodyOptional: true,
	}, access.AppointmentsWrite, func(ctx context.Context, who access.Staff, in *struct {
		ByID
		Body *Absence
	}) (*Appointment, error) {
		changed, err := o.MarkNoShow(ctx, who, api.ID(in.ID), in.Body.reason())
		return &changed, err
	})
	registerCancel(a, o)
	registerMoves(a, o)
	registerViews(a, o)
}

// Completion is the optional body of completing a visit.
type Completion struct {
	CompletionNotes string `json:"completion_notes,omitempty" maxLength:"1000"`
}

func (c *Completion) notes() string {
	if c == nil {
		return ""
	}
	return c.CompletionNotes
}

// Absence is the optional body of marking a no-show.
type Absence struct {
	Reason string `json:"reason,omitempty" maxLength:"500"`
}

func (a *Absence) reason() string {
	if a == nil {
		return ""
	}
	return a.Reason
}

// cancellation is the body of every cancellation.
type cancellation struct {
	Reason string `json:"cancellation_reason" minLength:"1" maxLength:"500" example:"The customer called in sick."`
}

type cancelInput struct {
	ByID
	Body cancellation
}

func registerCancel(a *api.API, o *Operations) {
	cancel := func(ctx context.Context, who access.Staff, in *cancelInput) (*Appointment, error) {
		changed, err := o.Cancel(ctx, who, api.ID(in.ID), in.Body.Reason)
		return &changed, err
	}
	op := api.Op{
		Method: http.MethodDelete, Path: "/appointments/{appointment_id}", ID: "cancel-appointment", Tag: tag, Summary: "Cancel",
		Aliases:     []string{"/staff/appointments/{appointment_id}"},
		Description: "The time is free again. The reason is kept.", Errors: transitionFaults(),
	}
	api.Staff(a, op, access.AppointmentsWrite, cancel)
	op.Method, op.Path, op.ID = http.MethodPost, "/appointments/{appointment_id}/cancel", "cancel-appointment-by-post"
	op.Aliases = []string{"/staff/appointments/{appointment_id}/cancel"}
	op.Description += " For clients that cannot send a body with DELETE."
	api.Staff(a, op, access.AppointmentsWrite, cancel)
}
