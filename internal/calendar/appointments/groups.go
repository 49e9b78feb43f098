package appointments

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// GroupAsk chooses group sessions.
type GroupAsk struct {
	Date                   civil.Date // at the outlet
	Outlet, Staff, Service id.ID      // empty for any
}

// GroupSessions is the roster of a date.
type GroupSessions struct {
	Date  civil.Date     `json:"date"`
	Items []GroupSession `json:"items" doc:"In order of time"`
	Total int            `json:"total" example:"2"`
}

// GroupSession is one run of a service that several customers attend.
type GroupSession struct {
	ID          id.ID       `json:"id"`
	OutletID    id.ID       `json:"outlet_id"`
	ServiceID   id.ID       `json:"service_id"`
	ServiceName string      `json:"service_name" example:"Morning yoga"`
	StaffID     *id.ID      `json:"staff_id"`
	StaffName   string      `json:"staff_name" example:"Ayu Lestari"`
	Team        []Teammate  `json:"team,omitempty" doc:"Who gives it together with them"`
	StartTime   civil.Clock `json:"start_time"`
	EndTime     civil.Clock `json:"end_time"`
	MaxCapacity int         `json:"max_capacity" doc:"Seats that may be filled: of the session, or fewer where the service or the working hours have been limited since" example:"20"`
	Booked      int         `json:"current_bookings" example:"12"`
	Available   int         `json:"available_capacity" example:"8"`
	Attendees   []Attendee  `json:"attendees" doc:"By seat"`
}

// Attendee is a customer with a seat.
type Attendee struct {
	AppointmentID id.ID  `json:"appointment_id"`
	CustomerID    id.ID  `json:"customer_id"`
	CustomerName  string `json:"customer_name" example:"Siti Rahma"`
	Seat          int    `json:"seat" example:"3"`
	Status        Status `json:"status" enum:"pending,confirmed,in_progress,completed"`
	PaymentStatus string `json:"payment_status" enum:"pending,paid,partially_paid,refunded,not_required"`
}

type seatedRow struct {
	Session       id.ID      `db:"session_id"`
	Outlet        id.ID      `db:"outlet_id"`
	Service       id.ID      `db:"service_id"`
	ServiceName   string     `db:"service_name"`
	Staff         *id.ID     `db:"staff_id"`
	StaffName     string     `db:"staff_name"`
	StartsAt      time.Time  `db:"starts_at"`
	EndsAt        time.Time  `db:"ends_at"`
	Timezone      string     `db:"timezone"`
	Capacity      int        `db:"capacity"`
	Appointment   id.ID      `db:"appointment_id"`
	Customer      id.ID      `db:"customer_id"`
	CustomerName  string     `db:"customer_name"`
	Seat          int        `db:"seat"`
	Status        Status     `db:"status"`
	PaymentStatus string     `db:"payment_status"`
	Team          []Teammate `db:"team"`
}

// seatsNow is what the engine fills of a session: never more than it was begun with, and
// fewer where the service v, or the working hours that it lies in, have been limited since.
const seatsNow = `least(s.capacity, CASE WHEN v.allow_parallel_bookings THEN v.max_parallel_bookings ELSE 1 END, (
					SELECT min(e.capacity)
					FROM availability_entries e
					WHERE e.tenant_id = $1 AND e.staff_id = l.staff_id AND e.date = $5 AND e.deleted_at IS NULL AND e.type = 'working_hours'
						AND e.capacity > 1 AND (NOT e.outlet_bound OR e.outlet_id = o.id) AND (e.service_ids IS NULL OR s.service_id = ANY (e.service_ids))
						AND (e.date + make_interval(mins => e.starts)) AT TIME ZONE o.timezone < s.ends_at
						AND (e.date + make_interval(mins => e.ends)) AT TIME ZONE o.timezone > s.starts_at))`

// GroupSessions lists the begun group sessions of a date with who attends: those of
// the caller's outlets, and of staff members the ones that they give.
func (o *Operations) GroupSessions(ctx context.Context, who access.Staff, a GroupAsk) (*GroupSessions, error) {
	outlets, all := who.OutletScope()
	user := id.ID("")
	if !who.Can(access.ReadAppointments) && !who.Can(access.ReadAll) {
		user = who.UserID
	}
	var rows []seatedRow
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		rows, err = db.All[seatedRow](ctx, tx, `
			SELECT s.id AS session_id, s.outlet_id, s.service_id, l.service_name, l.staff_id, l.staff_name, l.starts_at, l.ends_at, o.timezone,
				`+seatsNow+` AS capacity, a.id AS appointment_id, a.customer_id, coalesce(a.guest ->> 'name', trim(c.first_name || ' ' || c.last_name)) AS customer_name,
				l.seat, a.status, a.payment_status, coalesce((
					SELECT json_agg(`+teammateSQL+` ORDER BY m.subject_key)
					FROM staff m
					WHERE m.tenant_id = $1 AND m.subject_key = ANY (s.subject_keys) AND m.id <> l.staff_id AND cardinality(s.subject_keys) > 1), '[]') AS team
			FROM outlets o
			JOIN sessions s ON s.tenant_id = $1 AND s.outlet_id = o.id AND s.capacity > 1
				AND s.starts_at >= $5::date::timestamp AT TIME ZONE o.timezone AND s.starts_at < ($5::date + 1)::timestamp AT TIME ZONE o.timezone
			JOIN appointment_lines l ON l.tenant_id = $1 AND l.session_id = s.id AND l.seat IS NOT NULL AND (l.lapses_at IS NULL OR l.lapses_at > $9)
			JOIN appointments a ON a.tenant_id = $1 AND a.id = l.appointment_id
			JOIN customers c ON c.tenant_id = $1 AND c.id = a.customer_id
			JOIN services v ON v.tenant_id = $1 AND v.id = s.service_id
			WHERE o.tenant_id = $1 AND ($2 OR o.id = ANY ($3)) AND ($4 = '' OR o.id = $4)
				AND ($7 = '' OR s.service_id = $7)
				AND (($6 = '' AND $8 = '') OR EXISTS (
					SELECT 1 FROM staff m
					WHERE m.tenant_id = $1 AND m.subject_key = ANY (s.subject_keys) AND ($6 = '' OR m.id = $6) AND ($8 = '' OR m.user_id = $8)))
			ORDER BY s.starts_at, s.created_at, s.id, l.seat`,
			tx.Tenant(), all, texts(outlets), string(a.Outlet), a.Date, string(a.Staff), string(a.Service), string(user), tx.Now())
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &GroupSessions{Date: a.Date, Items: groups(rows)}
	out.Total = len(out.Items)
	return out, nil
}

// groups puts the seats, which come by session, into their sessions.
func groups(rows []seatedRow) []GroupSession {
	out := []GroupSession{}
	for i := range rows {
		r := &rows[i]
		if len(out) == 0 || out[len(out)-1].ID != r.Session {
			loc, err := civil.Zone(r.Timezone)
			if err != nil {
				loc = time.UTC
			}
			out = append(out, GroupSession{
				ID: r.Session, OutletID: r.Outlet, ServiceID: r.Service, ServiceName: r.ServiceName, StaffID: r.Staff, StaffName: r.StaffName, Team: r.Team,
				StartTime: clockAt(r.StartsAt, loc), EndTime: clockAt(r.EndsAt, loc), MaxCapacity: r.Capacity,
			})
		}
		s := &out[len(out)-1]
		s.Attendees = append(s.Attendees, Attendee{
			AppointmentID: r.Appointment, CustomerID: r.Customer, CustomerName: r.CustomerName,
			Seat: r.Seat, Status: r.Status, PaymentStatus: r.PaymentStatus,
		})
		s.Booked, s.Available = len(s.Attendees), max(s.MaxCapacity-len(s.Attendees), 0)
	}
	return out
}
