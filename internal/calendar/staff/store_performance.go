package staff

import (
	"context"
	"time"

	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// queueZone reads the zone of an outlet.
func queueZone(ctx context.Context, tx *db.Tx, outlet id.ID) (*time.Location, error) {
	name, err := db.One[string](ctx, tx, `SELECT timezone FROM outlets WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), outlet)
	if err != nil {
		return nil, err
	}
	return civil.Zone(name)
}

// servedSQL are the services that a staff member was booked for in a period. What was
// offered to somebody who waits, and never accepted, is none.
const servedSQL = `
		FROM appointment_lines l
		JOIN appointments a ON a.tenant_id = $1 AND a.id = l.appointment_id
		WHERE l.tenant_id = $1 AND l.staff_id = $2 AND l.starts_at >= $3 AND l.starts_at < $4
			AND (a.source <> 'waitlist' OR a.accepted_at IS NOT NULL)`

// queueBookings counts them, also those that others lead: sessions in which the staff
// member is one of several.
func (p *period) queueBookings(tx *db.Tx) *db.Result[BookingCounts] {
	return db.QueueOne[BookingCounts](tx, `
		SELECT count(*) AS total,`+tenants.StatusColumns+`
		FROM (
			SELECT CASE WHEN a.status = 'pending' AND a.hold_until <= $5 THEN 'cancelled' ELSE a.status END AS status`+servedSQL+`
			UNION ALL
			SELECT CASE WHEN a.status = 'pending' AND a.hold_until <= $5 THEN 'cancelled' ELSE a.status END
			FROM (SELECT DISTINCT y.session_id FROM occupancies y WHERE y.tenant_id = $1 AND y.subject_key = $6 AND y.busy_from >= $3 AND y.busy_from < $4) AS y
			JOIN appointment_lines l ON l.tenant_id = $1 AND l.session_id = y.session_id AND l.staff_id <> $2 AND l.starts_at >= $3 AND l.starts_at < $4
			JOIN appointments a ON a.tenant_id = $1 AND a.id = l.appointment_id
			WHERE a.source <> 'waitlist' OR a.accepted_at IS NOT NULL) AS s`,
		tx.Tenant(), p.member, p.Start(), p.End(), tx.Now(), p.subject)
}

func (p *period) queueEarned(tx *db.Tx, currency money.Currency) *db.Results[earning] {
	return db.QueueAll[earning](tx, `
		SELECT to_char(l.starts_at AT TIME ZONE $6, 'YYYY-MM') AS month, l.service_id, sum(l.price)::bigint AS price`+servedSQL+`
			AND a.status = 'completed' AND a.currency = $5
		GROUP BY month, l.service_id
		ORDER BY month, l.service_id`,
		tx.Tenant(), p.member, p.Start(), p.End(), string(currency), p.Zone.String())
}

// queueWorked sums up the minutes of working hours in which nothing keeps the staff
// member off. 23:59 is the end of the day.
func (p *period) queueWorked(tx *db.Tx) *db.Result[int] {
	return db.QueueOne[int](tx, `
		SELECT coalesce(sum(upper(worked.stretch) - lower(worked.stretch)), 0)::int
		FROM (
			SELECT range_agg(int4range(starts, CASE WHEN ends >= 1439 THEN 1440 ELSE ends END)) FILTER (WHERE type = 'working_hours') AS hours,
				coalesce(range_agg(int4range(starts, CASE WHEN ends >= 1439 THEN 1440 ELSE ends END)) FILTER (WHERE type <> 'working_hours'), '{}') AS off
			FROM availability_entries
			WHERE tenant_id = $1 AND staff_id = $2 AND date BETWEEN $3 AND $4 AND deleted_at IS NULL
			GROUP BY date) AS day
		CROSS JOIN LATERAL unnest(day.hours - day.off) AS worked (stretch)`, tx.Tenant(), p.member, p.From, p.To)
}

// queueBooked sums up the minutes in which the staff member was or is needed.
func (p *period) queueBooked(tx *db.Tx) *db.Result[int] {
	return db.QueueOne[int](tx, `
		SELECT (coalesce(sum(extract(epoch FROM busy_to - busy_from)), 0) / 60)::int
		FROM occupancies
		WHERE tenant_id = $1 AND subject_key = $2 AND busy_from >= $3 AND busy_from < $4 AND (lapses_at IS NULL OR lapses_at > $5)`,
		tx.Tenant(), p.subject, p.Start(), p.End(), tx.Now())
}
