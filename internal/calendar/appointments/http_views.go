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

// shortQuery are the filters of the lists of upcoming and of today's appointments.
type shortQuery struct {
	api.Page
	api.Order
	OutletID   id.ID  `query:"outlet_id" required:"false"`
	StaffID    id.ID  `query:"staff_id" required:"false"`
	CustomerID id.ID  `query:"customer_id" required:"false"`
	ServiceID  id.ID  `query:"service_id" required:"false"`
	Status     string `query:"status" enum:"pending,confirmed,in_progress,completed,cancelled,no_show"`
}

func (q *shortQuery) filter() Filter {
	return Filter{
		Outlet: q.OutletID, Staff: q.StaffID, Customer: q.CustomerID, Service: q.ServiceID, Status: q.Status,
		Descending: q.Descending(false), Page: q.Page,
	}
}

type calendarQuery struct {
	View      string     `query:"view" enum:"day,week,month" default:"week"`
	Date      civil.Date `query:"date" required:"true" doc:"A date of the view, at the outlet; weeks begin on Monday"`
	OutletID  id.ID      `query:"outlet_id" required:"false" doc:"All of the caller's outlets when absent"`
	StaffID   id.ID      `query:"staff_id" required:"false"`
	Cancelled bool       `query:"include_cancelled" doc:"Also what was cancelled or missed"`
}

type analyticsQuery struct {
	DateFrom civil.Date `query:"date_from" required:"true" doc:"At the outlet, inclusive"`
	DateTo   civil.Date `query:"date_to" required:"true" doc:"At the outlet, inclusive; at most a year after date_from"`
	OutletID id.ID      `query:"outlet_id" required:"false"`
	StaffID  id.ID      `query:"staff_id" required:"false" doc:"Only the services that this staff member gives"`
}

type groupQuery struct {
	Date      civil.Date `query:"date" required:"true" doc:"At the outlet"`
	OutletID  id.ID      `query:"outlet_id" required:"false"`
	StaffID   id.ID      `query:"staff_id" required:"false"`
	ServiceID id.ID      `query:"service_id" required:"false"`
}

type historyInput struct {
	ByID
	api.Page
}

const ownOnly = " Those of the caller's outlets; staff members see the ones they serve in."

// registerViews registers the ways in which the desk looks at its diary.
func registerViews(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/appointments/upcoming", ID: "list-upcoming-appointments", Tag: tag, Summary: "List appointments to come",
		Aliases:     []string{"/staff/appointments/upcoming"},
		Description: "Pending and confirmed ones that begin from now on, the next first." + ownOnly,
	}, access.AppointmentsRead, func(ctx context.Context, who access.Staff, in *shortQuery) (*api.List[Appointment], error) {
		f := in.filter()
		f.Upcoming = true
		return o.List(ctx, who, f)
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/appointments/today", ID: "list-appointments-of-today", Tag: tag, Summary: "List the appointments of today",
		Aliases:     []string{"/staff/appointments/today"},
		Description: "In every status, in order of time; today is what each outlet's clock says." + ownOnly,
	}, access.AppointmentsRead, func(ctx context.Context, who access.Staff, in *shortQuery) (*api.List[Appointment], error) {
		f := in.filter()
		f.Today = true
		return o.List(ctx, who, f)
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/appointments/calendar", ID: "get-appointment-calendar", Tag: tag, Summary: "Read the diary of a day, week or month",
		Aliases: []string{"/staff/appointments/calendar"},
		Description: "Appointments and what the staff do, by date, on the wall clock of each outlet, in one answer without pages. Appointments are those " +
			"of the caller's outlets; staff members see their own column.",
		Errors: []*fault.Error{availability.ErrOutletNotFound, availability.ErrStaffNotFound},
	}, access.AppointmentsRead, func(ctx context.Context, who access.Staff, in *calendarQuery) (*Calendar, error) {
		return o.Calendar(ctx, who, CalendarAsk{View: in.View, Date: in.Date, Outlet: in.OutletID, Staff: in.StaffID, Cancelled: in.Cancelled})
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/appointments/analytics/summary", ID: "get-appointment-analytics", Tag: tag, Summary: "Sum appointments up",
		Aliases:     []string{"/staff/appointments/analytics/summary"},
		Description: "By the date on which they begin: how many by status, what they cost as booked, which services, staff members and hours are asked for most.",
		Errors:      []*fault.Error{availability.ErrDateRange, availability.ErrOutletNotFound},
	}, access.ReportsRead, func(ctx context.Context, who access.Staff, in *analyticsQuery) (*Analytics, error) {
		return o.Analytics(ctx, who, AnalyticsAsk{From: in.DateFrom, To: in.DateTo, Outlet: in.OutletID, Staff: in.StaffID})
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/appointments/group-sessions", ID: "list-group-sessions", Tag: tag, Summary: "List the group sessions of a date",
		Aliases:     []string{"/staff/appointments/group-sessions"},
		Description: "Each with who attends and how many places are left." + ownOnly,
	}, access.AppointmentsRead, func(ctx context.Context, who access.Staff, in *groupQuery) (*GroupSessions, error) {
		return o.GroupSessions(ctx, who, GroupAsk{Date: in.Date, Outlet: in.OutletID, Staff: in.StaffID, Service: in.ServiceID})
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/appointments/{appointment_id}/history", ID: "get-appointment-history", Tag: tag, Summary: "Read what happened to an appointment",
		Aliases:     []string{"/staff/appointments/{appointment_id}/history"},
		Description: "Every change of status, time, staff and payment, with who made it, the oldest first.", Errors: []*fault.Error{ErrNotFound},
	}, access.AppointmentsRead, func(ctx context.Context, who access.Staff, in *historyInput) (*api.List[HistoryEntry], error) {
		return o.History(ctx, who, api.ID(in.ID), in.Page)
	})
}
