package outlets

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Statistics are an outlet in numbers: staff and services as they are now, the rest
// of what begins on the dates of the period, in the outlet's zone.
type Statistics struct {
	OutletID id.ID      `json:"outlet_id"`
	FromDate civil.Date `json:"from_date"`
	ToDate   civil.Date `json:"to_date"`
	Timezone string     `json:"timezone" example:"Asia/Jakarta"`

	StaffCount          int `json:"staff_count" doc:"Active staff members who work here."`
	ActiveServicesCount int `json:"active_services_count" doc:"Active services that are offered here."`
	TotalAppointments   int `json:"total_appointments" doc:"Of the period, in all states."`

	AppointmentsByStatus tenants.StatusCounts `json:"appointments_by_status"`
	Revenue              money.Number         `json:"revenue" doc:"The prices of completed appointments, in the currency of the business."`
	Currency             money.Currency       `json:"currency"`
	AverageRating        *float64             `json:"average_rating" doc:"Null while there are no reviews."`

	WorkingMinutes  int      `json:"working_minutes" doc:"Working hours of the staff here, without breaks, blocked time and vacation."`
	BookedMinutes   int      `json:"booked_minutes" doc:"In which staff were needed here, with preparation and cleanup."`
	UtilisationRate *float64 `json:"utilisation_rate" example:"0.72" doc:"Booked of working minutes; null without any."`
}

// Statistics sums up a period; without dates, this month until today. It fails with
// ErrNotFound and ErrOutOfScope.
func (o *Operations) Statistics(ctx context.Context, who access.Staff, outlet id.ID, from, to civil.Date) (Statistics, error) {
	var out Statistics
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		brand := tenants.Queue(tx)
		place, err := load(ctx, tx, outlet)
		if err != nil {
			return err
		}
		if err := reach(who, outlet); err != nil {
			return err
		}
		loc, err := civil.Zone(place.Settings.Timezone)
		if err != nil {
			return err
		}
		dates, err := NewPeriod(from, to, loc, tx.Now())
		if err != nil {
			return err
		}
		p := period{dates, outlet}
		counts, worked, booked := p.queueAppointments(tx, brand.Value.Currency), p.queueWorked(tx), p.queueBooked(tx)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		out = Statistics{
			OutletID: outlet, FromDate: p.From, ToDate: p.To, Timezone: place.Settings.Timezone,
			StaffCount: place.Stats.StaffCount, ActiveServicesCount: place.Stats.ActiveServicesCount,
			TotalAppointments: counts.Value.Total, AppointmentsByStatus: counts.Value.StatusCounts,
			Revenue: money.Number{Minor: counts.Value.Revenue, Currency: brand.Value.Currency}, Currency: brand.Value.Currency,
			WorkingMinutes: worked.Value, BookedMinutes: booked.Value,
		}
		if worked.Value > 0 {
			rate := float64(booked.Value) / float64(worked.Value)
			out.UtilisationRate = &rate
		}
		return nil
	})
	return out, err
}

// period is a stretch of dates of one outlet.
type period struct {
	Period
	outlet id.ID
}

type countsRow struct {
	Total int `db:"total"`
	tenants.StatusCounts
	Revenue int64 `db:"revenue"`
}

// queueAppointments counts. What was offered to somebody who waits, and never accepted,
// is none.
func (p period) queueAppointments(tx *db.Tx, currency money.Currency) *db.Result[countsRow] {
	return db.QueueOne[countsRow](tx, `
		SELECT count(*) AS total,`+tenants.StatusColumns+`,
			coalesce(sum(s.total_price) FILTER (WHERE s.status = 'completed' AND s.currency = $6), 0)::bigint AS revenue
		FROM (
			SELECT CASE WHEN status = 'pending' AND hold_until <= $5 THEN 'cancelled' ELSE status END AS status, total_price, currency
			FROM appointments
			WHERE tenant_id = $1 AND outlet_id = $2 AND starts_at >= $3 AND starts_at < $4 AND (source <> 'waitlist' OR accepted_at IS NOT NULL)) AS s`,
		tx.Tenant(), p.outlet, p.Start(), p.End(), tx.Now(), string(currency))
}

// queueWorked sums up the minutes of working hours here in which nothing, here or
// elsewhere, keeps the staff member off. 23:59 is the end of the day.
func (p period) queueWorked(tx *db.Tx) *db.Result[int] {
	return db.QueueOne[int](tx, `
		SELECT coalesce(sum(upper(worked.stretch) - lower(worked.stretch)), 0)::int
		FROM (
			SELECT range_agg(int4range(starts, CASE WHEN ends >= 1439 THEN 1440 ELSE ends END))
					FILTER (WHERE type = 'working_hours' AND outlet_id = $2) AS hours,
				coalesce(range_agg(int4range(starts, CASE WHEN ends >= 1439 THEN 1440 ELSE ends END)) FILTER (WHERE type <> 'working_hours'), '{}') AS off
			FROM availability_entries
			WHERE tenant_id = $1 AND date BETWEEN $3 AND $4 AND deleted_at IS NULL
			GROUP BY staff_id, date) AS day
		CROSS JOIN LATERAL unnest(day.hours - day.off) AS worked (stretch)`, tx.Tenant(), p.outlet, p.From, p.To)
}

// queueBooked sums up the minutes in which staff were or are needed here. Units of
// services without staff work no hours, and are left out.
func (p period) queueBooked(tx *db.Tx) *db.Result[int] {
	return db.QueueOne[int](tx, `
		SELECT (coalesce(sum(extract(epoch FROM o.busy_to - o.busy_from)), 0) / 60)::int
		FROM sessions s
		JOIN occupancies o ON o.tenant_id = $1 AND o.session_id = s.id
		JOIN staff m ON m.tenant_id = $1 AND m.subject_key = o.subject_key
		WHERE s.tenant_id = $1 AND s.outlet_id = $2 AND o.busy_from >= $3 AND o.busy_from < $4
			AND (o.lapses_at IS NULL OR o.lapses_at > $5)`,
		tx.Tenant(), p.outlet, p.Start(), p.End(), tx.Now())
}
