package staff

import (
	"context"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Schedules is what bookings share until they are written, and what whoever takes time
// from a staff member has alone: who books meanwhile is named among the affected, or sees
// the change.
const Schedules = "schedules"

// Affected is an appointment with a staff member who is to be there no more. It stands:
// whoever changes the staff member or the schedule decides what becomes of it.
type Affected struct {
	AppointmentID id.ID      `json:"appointment_id"`
	Status        string     `json:"status" example:"confirmed"`
	Date          civil.Date `json:"date"`
	StartTime     string     `json:"start_time" example:"14:00:00"`
	EndTime       string     `json:"end_time" example:"15:30:00"`
	ServiceName   string     `json:"service_name" example:"Hair Colouring"`
	CustomerID    id.ID      `json:"customer_id"`
	CustomerName  string     `json:"customer_name" example:"Amelia Hart"`
}

type affectedRow struct {
	AppointmentID id.ID     `db:"id"`
	Status        string    `db:"status"`
	StartsAt      time.Time `db:"starts_at"`
	EndsAt        time.Time `db:"ends_at"`
	ServiceName   string    `db:"service_name"`
	CustomerID    id.ID     `db:"customer_id"`
	CustomerName  string    `db:"customer_name"`
	Timezone      string    `db:"timezone"`
}

// maxAffected bounds how many appointments are named; the first come first.
const maxAffected = 100

// affected reads what is booked with a subject from now on, at any of the outlets or,
// where they are nil, at all.
func affected(ctx context.Context, tx *db.Tx, subject int64, at []id.ID) ([]Affected, error) {
	rows, err := db.All[affectedRow](ctx, tx, `
		SELECT DISTINCT a.id, a.status, l.starts_at, l.ends_at, l.service_name, a.customer_id,
			trim(c.first_name || ' ' || c.last_name) AS customer_name, p.timezone
		FROM occupancies o
		JOIN sessions s ON s.tenant_id = $1 AND s.id = o.session_id AND ($4::text[] IS NULL OR s.outlet_id = ANY ($4))
		JOIN appointment_lines l ON l.tenant_id = $1 AND l.session_id = s.id AND l.seat IS NOT NULL
			AND (l.lapses_at IS NULL OR l.lapses_at > $3)
		JOIN appointments a ON a.tenant_id = $1 AND a.id = l.appointment_id AND a.status IN ('pending', 'confirmed', 'in_progress')
		JOIN outlets p ON p.tenant_id = $1 AND p.id = a.outlet_id
		JOIN customers c ON c.tenant_id = $1 AND c.id = a.customer_id
		WHERE o.tenant_id = $1 AND o.subject_key = $2 AND o.busy_to > $3
		ORDER BY l.starts_at, a.id
		LIMIT $5`, tx.Tenant(), subject, tx.Now(), at, maxAffected)
	if err != nil {
		return nil, err
	}
	out := make([]Affected, len(rows))
	for i, r := range rows {
		loc, err := civil.Zone(r.Timezone)
		if err != nil {
			return nil, err
		}
		out[i] = Affected{
			AppointmentID: r.AppointmentID, Status: r.Status, Date: civil.Of(r.StartsAt, loc),
			StartTime: civil.ClockOf(r.StartsAt, loc).Long(), EndTime: civil.ClockOf(r.EndsAt, loc).Long(),
			ServiceName: r.ServiceName, CustomerID: r.CustomerID, CustomerName: r.CustomerName,
		}
	}
	return out, nil
}

// booked refuses because of what is booked, which it names.
func booked(ctx context.Context, tx *db.Tx, subject int64, at []id.ID) error {
	named, err := affected(ctx, tx, subject, at)
	if err != nil {
		return err
	}
	return ErrUpcoming.WithExtra(map[string]any{"affected_appointments": named})
}
