package feeds

import (
	"context"
	"time"

	"reserva/internal/api"
	"reserva/internal/kit/db"
	"reserva/internal/kit/ical"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
)

// What a feed shows, and how often programs should come back for it.
const (
	past    = 30 * 24 * time.Hour
	coming  = 180 * 24 * time.Hour
	refresh = 30 * time.Minute
	// mostVisits bounds what one answer holds; the furthest are left out.
	mostVisits = 20_000
)

// Read writes the calendar of an address, or that the caller's copy of the tag known is
// still good. It fails with ErrNotFound for whatever is no address of today.
func (o *Operations) Read(ctx context.Context, file, known string) (*api.Raw, error) {
	tenant, secret, ok := parse(file)
	if !ok {
		return nil, ErrNotFound
	}
	var opened *db.Result[openedRow]
	var visits *db.Results[visit]
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		opened = queueOpened(tx, token.HashSecret(secret))
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if !opened.Found {
			return ErrNotFound
		}
		from, to := tx.Now().Add(-past), tx.Now().Add(coming)
		if opened.Value.SubjectKey != nil {
			visits = queueOfMember(tx, *opened.Value.SubjectKey, from, to)
		} else {
			visits = queueOfOutlet(tx, *opened.Value.OutletID, from, to)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	calendar := ical.Calendar{
		Name: opened.Value.Name + " – " + opened.Value.Business, Refresh: refresh, Zone: zone(opened.Value.Timezone),
		Events: events(visits.Rows, opened.Value.SubjectKey == nil),
	}
	return api.Tagged("text/calendar; charset=utf-8", []byte(calendar.Text()), known), nil
}

// openedRow is a feed that is being read.
type openedRow struct {
	SubjectKey *int64 `db:"subject_key"` // of the staff member
	OutletID   *id.ID `db:"outlet_id"`
	Name       string `db:"name"`
	Business   string `db:"business"`
	Timezone   string `db:"timezone"`
}

func queueOpened(tx *db.Tx, hash []byte) *db.Result[openedRow] {
	return db.QueueOne[openedRow](tx, `
		SELECT s.subject_key, f.outlet_id, t.name AS business, coalesce(o.timezone, t.timezone) AS timezone,
			coalesce(o.name, nullif(s.display_name, ''), s.first_name || ' ' || s.last_name) AS name`+fromFeeds+`
		JOIN tenants t ON t.id = f.tenant_id AND t.is_active AND t.deleted_at IS NULL
		WHERE f.tenant_id = $1 AND f.hash = $2 AND `+answers, tx.Tenant(), hash)
}

// visit is a line of an appointment in a run of its service.
type visit struct {
	Line      id.ID     `db:"id"`
	Session   id.ID     `db:"session_id"`
	Capacity  int       `db:"capacity"`
	StartsAt  time.Time `db:"starts_at"`
	EndsAt    time.Time `db:"ends_at"`
	Service   string    `db:"service_name"`
	Staff     string    `db:"staff_name"`
	Pending   bool      `db:"pending"`
	Version   int64     `db:"version"`
	UpdatedAt time.Time `db:"updated_at"`
	Customer  string    `db:"customer"`
	Outlet    string    `db:"outlet"`
	Street    string    `db:"street"`
	City      string    `db:"city"`
	Timezone  string    `db:"timezone"`
}

const visitColumns = `
	SELECT l.id, l.session_id, l.capacity, l.starts_at, l.ends_at, l.service_name, l.staff_name, a.status = 'pending' AS pending,
		a.version, a.updated_at, coalesce(a.guest ->> 'name', trim(c.first_name || ' ' || c.last_name)) AS customer,
		o.name AS outlet, o.street, o.city, o.timezone`

// joinVisits adds what a line needs to be shown. What was cancelled or missed has no
// seat; a hold that lapsed has one until somebody tidies up.
const joinVisits = `
	JOIN outlets o ON o.tenant_id = $1 AND o.id = a.outlet_id
	JOIN customers c ON c.tenant_id = $1 AND c.id = a.customer_id
	WHERE l.session_id IS NOT NULL
		AND (a.status IN ('confirmed', 'in_progress', 'completed') OR a.status = 'pending' AND (a.hold_until IS NULL OR a.hold_until > $5))
	ORDER BY l.starts_at, l.session_id, l.id
	LIMIT $6`

// queueOfMember reads what a staff member is busy with, also as one of several.
func queueOfMember(tx *db.Tx, subject int64, from, to time.Time) *db.Results[visit] {
	return db.QueueAll[visit](tx, `
		WITH busy AS (
			SELECT DISTINCT y.session_id
			FROM occupancies y
			WHERE y.tenant_id = $1 AND y.subject_key = $2 AND y.busy_from >= $3 AND y.busy_from < $4)`+visitColumns+`
		FROM busy
		JOIN appointment_lines l ON l.tenant_id = $1 AND l.session_id = busy.session_id
		JOIN appointments a ON a.tenant_id = $1 AND a.id = l.appointment_id`+joinVisits,
		tx.Tenant(), subject, from, to, tx.Now(), mostVisits)
}

func queueOfOutlet(tx *db.Tx, outlet id.ID, from, to time.Time) *db.Results[visit] {
	return db.QueueAll[visit](tx, visitColumns+`
		FROM appointments a
		JOIN appointment_lines l ON l.tenant_id = $1 AND l.appointment_id = a.id AND a.outlet_id = $2 AND a.starts_at >= $3 AND a.starts_at < $4
			AND a.tenant_id = $1`+joinVisits,
		tx.Tenant(), outlet, from, to, tx.Now(), mostVisits)
}
