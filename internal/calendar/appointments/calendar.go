package appointments

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// CalendarAsk is the part of the diary to show.
type CalendarAsk struct {
	View      string // day, week (from Monday) or month
	Date      civil.Date
	Outlet    id.ID // all of the caller's when empty
	Staff     id.ID // all when empty
	Cancelled bool  // with what was cancelled or missed
}

// Calendar is a part of the diary of one or several outlets: who works, and what is
// booked. Dates and times are the wall clock of each outlet.
type Calendar struct {
	View         string                     `json:"view" enum:"day,week,month"`
	StartDate    civil.Date                 `json:"start_date"`
	EndDate      civil.Date                 `json:"end_date"`
	Outlets      []CalendarOutlet           `json:"outlets"`
	Staff        []CalendarMember           `json:"staff"`
	Days         map[string][]CalendarItem  `json:"days" doc:"Every date of the view, with its appointments in order of time"`
	Availability map[string][]CalendarBlock `json:"availability" doc:"Every date of the view, with what the staff do in order of time"`
}

// CalendarOutlet is a place of the calendar.
type CalendarOutlet struct {
	ID       id.ID  `json:"id" db:"id"`
	Name     string `json:"name" db:"name" example:"Glow Kemang"`
	Timezone string `json:"timezone" db:"timezone" example:"Asia/Jakarta"`
}

// CalendarMember is a column of the calendar.
type CalendarMember struct {
	ID   id.ID  `json:"id" db:"id"`
	Name string `json:"name" db:"name" example:"Ayu Lestari"`
}

// CalendarItem is an appointment as a calendar shows it.
type CalendarItem struct {
	ID              id.ID          `json:"id"`
	OutletID        id.ID          `json:"outlet_id"`
	CustomerID      id.ID          `json:"customer_id"`
	CustomerName    string         `json:"customer_name" example:"Siti Rahma"`
	Status          Status         `json:"status" enum:"pending,confirmed,in_progress,completed,cancelled,no_show"`
	PaymentStatus   string         `json:"payment_status" enum:"pending,paid,partially_paid,refunded,not_required"`
	AppointmentType string         `json:"appointment_type" enum:"walk_in,scheduled,online"`
	StartTime       civil.Clock    `json:"start_time"`
	EndTime         civil.Clock    `json:"end_time"`
	Version         int64          `json:"version" example:"1"`
	Services        []CalendarLine `json:"services"`
}

// CalendarLine is one service of an appointment.
type CalendarLine struct {
	ServiceID   id.ID       `json:"service_id"`
	ServiceName string      `json:"service_name" example:"Hot stone massage"`
	StaffID     *id.ID      `json:"staff_id"`
	StaffName   string      `json:"staff_name" example:"Ayu Lestari"`
	Team        []Teammate  `json:"team,omitempty" doc:"Who serves beside them"`
	StartTime   civil.Clock `json:"start_time"`
	EndTime     civil.Clock `json:"end_time"`
}

// CalendarBlock is an availability entry.
type CalendarBlock struct {
	ID        id.ID       `json:"id"`
	StaffID   id.ID       `json:"staff_id"`
	OutletID  id.ID       `json:"outlet_id"`
	Type      string      `json:"availability_type" enum:"working_hours,break,blocked,vacation"`
	StartTime civil.Clock `json:"start_time"`
	EndTime   civil.Clock `json:"end_time"`
}

// span returns the first and the last date of the view.
func (a CalendarAsk) span() (from, to civil.Date) {
	switch a.View {
	case "month":
		from = civil.Date{Year: a.Date.Year, Month: a.Date.Month, Day: 1}
		return from, from.AddDays(31 - from.AddDays(31).Day)
	case "week":
		from = a.Date.AddDays(-a.Date.Weekday())
		return from, from.AddDays(6)
	}
	return a.Date, a.Date
}

// Calendar reads a part of the diary in one round trip. Staff members see their own
// column. Faults: availability.ErrOutletNotFound, ErrStaffNotFound.
func (o *Operations) Calendar(ctx context.Context, who access.Staff, a CalendarAsk) (*Calendar, error) {
	from, to := a.span()
	outlets, all := who.OutletScope()
	s := scope{allOutlets: all, outlets: texts(outlets)}
	if !who.Can(access.ReadAppointments) && !who.Can(access.ReadAll) {
		s.user = who.UserID
	}
	var c *calendarRead
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		c = newCalendarRead(a.View, from, to)
		c.queue(tx, s, a)
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case a.Outlet != "" && len(c.outlets.Rows) == 0:
		return nil, availability.ErrOutletNotFound
	case a.Staff != "" && len(c.staff.Rows) == 0:
		return nil, availability.ErrStaffNotFound
	}
	c.out.Outlets, c.out.Staff = c.outlets.Rows, c.staff.Rows
	c.out.addTeams(c.teams.Rows)
	return c.out, nil
}
