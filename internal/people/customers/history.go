package customers

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// HistoryFilter chooses appointments of a customer.
type HistoryFilter struct {
	Status   string                `query:"status" enum:"pending,confirmed,in_progress,completed,cancelled,no_show"`
	FromDate opt.Field[civil.Date] `query:"from_date" doc:"First day, on the outlet's calendar."`
	ToDate   opt.Field[civil.Date] `query:"to_date" doc:"Last day."`
}

// History is one page of a customer's appointments, the latest first.
type History struct {
	Appointments []Visit      `json:"appointments"`
	Statistics   VisitCounts  `json:"statistics"`
	Pagination   HistoryPages `json:"pagination"`
}

// Visit is one appointment. Date and times are those of the outlet; staff and
// service are of its first line.
type Visit struct {
	ID              id.ID        `json:"id"`
	TenantID        id.ID        `json:"tenant_id"`
	OutletID        id.ID        `json:"outlet_id"`
	CustomerID      id.ID        `json:"customer_id"`
	StaffID         *id.ID       `json:"staff_id"`
	StaffName       string       `json:"staff_name"`
	ServiceID       *id.ID       `json:"service_id"`
	ServiceName     string       `json:"service_name"`
	AppointmentDate civil.Date   `json:"appointment_date"`
	StartTime       civil.Clock  `json:"start_time" example:"14:30"`
	EndTime         civil.Clock  `json:"end_time" example:"15:30"`
	Status          string       `json:"status"`
	PaymentStatus   string       `json:"payment_status"`
	TotalPrice      money.Number `json:"total_price"`
	Notes           string       `json:"notes"`
	CreatedAt       time.Time    `json:"created_at"`
	UpdatedAt       time.Time    `json:"updated_at"`
}

// VisitCounts counts all appointments of a customer in the caller's outlets.
type VisitCounts struct {
	Total     int `json:"total_appointments" db:"total" doc:"In all states."`
	Completed int `json:"completed" db:"completed"`
	Cancelled int `json:"cancelled" db:"cancelled"`
	NoShow    int `json:"no_show" db:"no_show"`
	Upcoming  int `json:"upcoming" db:"upcoming" doc:"Pending or confirmed, and yet to begin."`
}

// HistoryPages is the paging of a History.
type HistoryPages struct {
	Total int `json:"total"`
	Page  int `json:"page" example:"1"`
	Size  int `json:"size" example:"20"`
	Pages int `json:"pages"`
}

type visitRow struct {
	ID            id.ID          `db:"id"`
	OutletID      id.ID          `db:"outlet_id"`
	Timezone      string         `db:"timezone"`
	StaffID       *id.ID         `db:"staff_id"`
	StaffName     string         `db:"staff_name"`
	ServiceID     *id.ID         `db:"service_id"`
	ServiceName   string         `db:"service_name"`
	StartsAt      time.Time      `db:"starts_at"`
	EndsAt        time.Time      `db:"ends_at"`
	Status        string         `db:"status"`
	PaymentStatus string         `db:"payment_status"`
	Price         int64          `db:"total_price"`
	Currency      money.Currency `db:"currency"`
	Notes         string         `db:"notes"`
	CreatedAt     time.Time      `db:"created_at"`
	UpdatedAt     time.Time      `db:"updated_at"`
}

// History lists a customer's appointments in the outlets that the caller reaches.
// It fails with ErrUnknown.
func (o *Operations) History(ctx context.Context, who access.Staff, customer id.ID, f HistoryFilter, page api.Page) (History, error) {
	outlets, all := who.OutletScope()
	var known *db.Result[bool]
	var counts *db.Result[VisitCounts]
	var total *db.Result[int]
	var rows *db.Results[visitRow]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		known = db.QueueOne[bool](tx, `
			SELECT EXISTS (SELECT 1 FROM customers WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL)`, tx.Tenant(), customer)
		counts = db.QueueOne[VisitCounts](tx, `
			SELECT
				count(*) AS total,
				count(*) FILTER (WHERE a.status = 'completed') AS completed,
				count(*) FILTER (WHERE `+statusNow+` = 'cancelled') AS cancelled,
				count(*) FILTER (WHERE a.status = 'no_show') AS no_show,
				count(*) FILTER (WHERE `+statusNow+` IN ('pending', 'confirmed') AND a.starts_at > $5) AS upcoming
			FROM appointments a
			WHERE a.tenant_id = $1 AND a.customer_id = $2 AND ($3 OR a.outlet_id = ANY ($4::text[])) AND (a.source <> 'waitlist' OR a.accepted_at IS NOT NULL)`,
			tx.Tenant(), customer, all, texts(outlets), tx.Now())
		args := []any{tx.Tenant(), customer, all, texts(outlets), tx.Now(), f.Status, f.FromDate.Ptr(), f.ToDate.Ptr()}
		total = db.QueueOne[int](tx, `
			SELECT count(*)
			FROM appointments a
			JOIN outlets o ON o.tenant_id = a.tenant_id AND o.id = a.outlet_id
			WHERE `+historySQL, args...)
		rows = db.QueueAll[visitRow](tx, `
			SELECT a.id, a.outlet_id, o.timezone, l.staff_id, coalesce(l.staff_name, '') AS staff_name, l.service_id,
			       coalesce(l.service_name, '') AS service_name, a.starts_at, a.ends_at, `+statusNow+` AS status, a.payment_status,
			       a.total_price, a.currency, a.notes, a.created_at, a.updated_at
			FROM appointments a
			JOIN outlets o ON o.tenant_id = a.tenant_id AND o.id = a.outlet_id
			LEFT JOIN LATERAL (
				SELECT staff_id, staff_name, service_id, service_name
				FROM appointment_lines
				WHERE tenant_id = a.tenant_id AND appointment_id = a.id
				ORDER BY position
				LIMIT 1) AS l ON true
			WHERE `+historySQL+`
			ORDER BY a.starts_at DESC, a.id
			LIMIT $9 OFFSET $10`, append(args, page.Limit(), page.Offset())...)
		return nil
	})
	if err != nil {
		return History{}, err
	}
	if !known.Value {
		return History{}, ErrUnknown
	}
	out := History{
		Appointments: make([]Visit, len(rows.Rows)),
		Statistics:   counts.Value,
		Pagination:   HistoryPages{Total: total.Value, Page: page.Page, Size: page.Size, Pages: page.Pages(total.Value)},
	}
	for i, r := range rows.Rows {
		out.Appointments[i] = r.visit(who.Tenant, customer)
	}
	return out, nil
}

// statusNow is the status of an appointment a that the world sees at $5: a hold that has
// lapsed is cancelled, whether or not that was written down yet.
const statusNow = `CASE WHEN a.status = 'pending' AND a.hold_until <= $5 THEN 'cancelled' ELSE a.status END`

const historySQL = `a.tenant_id = $1 AND a.customer_id = $2 AND ($3 OR a.outlet_id = ANY ($4::text[]))
	AND (a.source <> 'waitlist' OR a.accepted_at IS NOT NULL)
	AND ($6 = '' OR $6 = ` + statusNow + `)
	AND ($7::date IS NULL OR a.starts_at >= $7::date::timestamp AT TIME ZONE o.timezone)
	AND ($8::date IS NULL OR a.starts_at < ($8::date + 1)::timestamp AT TIME ZONE o.timezone)`

func (r visitRow) visit(tenant, customer id.ID) Visit {
	where := zone(r.Timezone)
	return Visit{
		ID: r.ID, TenantID: tenant, OutletID: r.OutletID, CustomerID: customer, StaffID: r.StaffID, StaffName: r.StaffName,
		ServiceID: r.ServiceID, ServiceName: r.ServiceName,
		AppointmentDate: civil.Of(r.StartsAt, where), StartTime: wall(r.StartsAt, where), EndTime: wall(r.EndsAt, where),
		Status: r.Status, PaymentStatus: r.PaymentStatus, TotalPrice: money.Number{Minor: r.Price, Currency: r.Currency},
		Notes: r.Notes, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
}

func wall(t time.Time, where *time.Location) civil.Clock {
	t = t.In(where)
	return civil.Clock(t.Hour()*60 + t.Minute())
}
