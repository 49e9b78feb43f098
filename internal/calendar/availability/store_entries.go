package availability

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"reserva/internal/access"
	"reserva/internal/calendar/staff"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

const personSQL = `
	SELECT s.id, s.subject_key, s.outlet_id, s.user_id, o.timezone,
		ARRAY(SELECT so.outlet_id FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = s.id ORDER BY so.outlet_id) AS outlet_ids,
		ARRAY(
			SELECT z.timezone
			FROM staff_outlets so JOIN outlets z ON z.tenant_id = $1 AND z.id = so.outlet_id
			WHERE so.tenant_id = $1 AND so.staff_id = s.id
			ORDER BY so.outlet_id) AS timezones,
		s.is_active AND s.status = 'active' AND s.is_bookable AS bookable,
		coalesce((t.settings ->> 'managers_can_schedule')::boolean, false) AS managed,
		coalesce((t.settings ->> 'strict_breaks')::boolean, false) AS strict
	FROM staff s
	JOIN outlets o ON o.tenant_id = s.tenant_id AND o.id = s.outlet_id
	JOIN tenants t ON t.id = s.tenant_id
	WHERE s.tenant_id = $1 AND s.deleted_at IS NULL`

// queuePerson reads a staff member.
func queuePerson(tx *db.Tx, staff id.ID) *db.Result[person] {
	return db.QueueOne[person](tx, personSQL+` AND s.id = $2`, tx.Tenant(), staff)
}

// Keep keeps the schedules of the business as they are until tx ends, for who books by
// them: whoever changes one waits, and is told of what was booked. It comes before the
// first statement of tx.
func Keep(tx *db.Tx) { tx.Share(staff.Schedules) }

// alone queues the wait for bookings that are under way, and has those that come wait until
// tx ends: what is read of bookings after it is all that there is. It comes once the change
// is known to be allowed, and after lockPeople, for which no booking waits.
func alone(tx *db.Tx) { tx.Alone(staff.Schedules) }

// lockPeople queues the lock of staff members: whoever changes their entries waits
// here, so that what is read by the statements after it stays true. Bookings do not
// wait.
func lockPeople(tx *db.Tx, members ...id.ID) *db.Results[person] {
	return db.QueueAll[person](tx, personSQL+` AND s.id = ANY ($2) ORDER BY s.id FOR NO KEY UPDATE OF s`, tx.Tenant(), members)
}

const (
	entryColumns = `e.id, e.staff_id, e.outlet_id, e.outlet_bound, e.date, e.starts, e.ends, e.type, e.recurrence_type, e.recurrence_end_date,
		e.recurrence_days, e.recurrence_group_id, e.service_ids, e.capacity, e.is_group_service, e.notes, e.created_at, e.updated_at`

	// shownColumns counts the seats until $2, which is now.
	shownColumns = entryColumns + `,
		CASE WHEN e.type <> 'working_hours' THEN 0 ELSE (
			SELECT count(*)
			FROM appointment_lines l
			WHERE l.tenant_id = $1 AND l.seat IS NOT NULL AND l.session_id IN (
					SELECT y.session_id
					FROM staff m JOIN occupancies y ON y.tenant_id = $1 AND y.subject_key = m.subject_key
						AND y.busy_from >= (e.date + make_interval(mins => e.starts)) AT TIME ZONE o.timezone
						AND y.busy_from < (e.date + make_interval(mins => e.ends)) AT TIME ZONE o.timezone
					WHERE m.tenant_id = $1 AND m.id = e.staff_id)
				AND (l.lapses_at IS NULL OR l.lapses_at > $2)
				AND l.starts_at >= (e.date + make_interval(mins => e.starts)) AT TIME ZONE o.timezone
				AND l.starts_at < (e.date + make_interval(mins => e.ends)) AT TIME ZONE o.timezone) END AS current_bookings`

	shownSQL = `
		SELECT ` + shownColumns + `
		FROM availability_entries e
		JOIN outlets o ON o.tenant_id = e.tenant_id AND o.id = e.outlet_id
		WHERE e.tenant_id = $1 AND e.deleted_at IS NULL`
)

// findEntry reads one entry. It fails with ErrEntryNotFound.
func findEntry(ctx context.Context, tx *db.Tx, target id.ID) (shown, error) {
	e, err := db.One[shown](ctx, tx, shownSQL+` AND e.id = $3`, tx.Tenant(), tx.Now(), target)
	if errors.Is(err, db.ErrNotFound) {
		return e, ErrEntryNotFound
	}
	return e, err
}

// queueDays reads all entries of staff members on some dates.
func queueDays(tx *db.Tx, staff []id.ID, dates []civil.Date) *db.Results[entry] {
	texts := make([]string, len(dates))
	for i, date := range dates {
		texts[i] = date.String()
	}
	return db.QueueAll[entry](tx, `
		SELECT `+entryColumns+`
		FROM availability_entries e
		WHERE e.tenant_id = $1 AND e.staff_id = ANY ($2) AND e.date = ANY ($3::text[]::date[]) AND e.deleted_at IS NULL
		ORDER BY e.date, e.starts, e.id`, tx.Tenant(), staff, texts)
}

// queueGroup reads an entry and, by scope, those of its group.
func queueGroup(tx *db.Tx, e *entry, scope Scope) *db.Results[entry] {
	return db.QueueAll[entry](tx, `
		SELECT `+entryColumns+`
		FROM availability_entries e
		WHERE e.tenant_id = $1 AND e.deleted_at IS NULL AND (e.id = $2
			OR $3 <> 'single' AND e.recurrence_group_id = $4 AND e.staff_id = $5 AND ($3 = 'all' OR e.date >= $6))
		ORDER BY e.date, e.starts, e.id`, tx.Tenant(), e.ID, string(scope), e.GroupID, e.StaffID, e.Date)
}

// queueKnownServices counts how many of the services are there.
func queueKnownServices(tx *db.Tx, services []id.ID) *db.Result[int] {
	return db.QueueOne[int](tx, `
		SELECT count(*)
		FROM services
		WHERE tenant_id = $1 AND id = ANY ($2) AND deleted_at IS NULL`, tx.Tenant(), services)
}

// entryTable reads entries out of $2.
const entryTable = `
	jsonb_to_recordset($2::jsonb) AS e (id text, staff_id text, outlet_id text, outlet_bound boolean, date date, starts int, ends int, type text,
		recurrence_type text, recurrence_end_date date, recurrence_days int[], recurrence_group_id text, service_ids text[],
		capacity int, is_group_service boolean, notes text)`

// insertEntries queues all of the entries in one statement, and notes in them when.
func insertEntries(tx *db.Tx, entries []entry) {
	for i := range entries {
		entries[i].CreatedAt, entries[i].UpdatedAt = tx.Now(), tx.Now()
	}
	tx.Exec(`
		INSERT INTO availability_entries (tenant_id, id, staff_id, outlet_id, outlet_bound, date, starts, ends, type, is_available,
			recurrence_type, recurrence_end_date, recurrence_days, recurrence_group_id, service_ids, capacity,
			is_group_service, notes, created_at, updated_at)
		SELECT $1, e.id, e.staff_id, e.outlet_id, e.outlet_bound, e.date, e.starts, e.ends, e.type, e.type = 'working_hours',
			e.recurrence_type, e.recurrence_end_date, e.recurrence_days, e.recurrence_group_id, e.service_ids, e.capacity,
			e.is_group_service, e.notes, $3, $3
		FROM `+entryTable, tx.Tenant(), entriesJSON(entries), tx.Now())
}

// updateEntries queues what may change of the entries, in one statement, and notes
// in them when.
func updateEntries(tx *db.Tx, entries []entry) {
	for i := range entries {
		entries[i].UpdatedAt = tx.Now()
	}
	tx.Expect(int64(len(entries)), "availability_changed", `
		UPDATE availability_entries a
		SET staff_id = e.staff_id, outlet_id = e.outlet_id, outlet_bound = e.outlet_bound, date = e.date, starts = e.starts, ends = e.ends, type = e.type,
			is_available = e.type = 'working_hours', service_ids = e.service_ids, capacity = e.capacity,
			is_group_service = e.is_group_service, notes = e.notes, updated_at = $3
		FROM `+entryTable+`
		WHERE a.tenant_id = $1 AND a.id = e.id AND a.deleted_at IS NULL
		RETURNING a.id`, tx.Tenant(), entriesJSON(entries), tx.Now())
}

// removeEntries queues the removal of entries.
func removeEntries(tx *db.Tx, entries []entry) {
	ids := make([]string, len(entries))
	for i := range entries {
		ids[i] = string(entries[i].ID)
	}
	tx.Expect(int64(len(ids)), "availability_changed", `
		UPDATE availability_entries
		SET deleted_at = $3, updated_at = $3
		WHERE tenant_id = $1 AND id = ANY ($2) AND deleted_at IS NULL
		RETURNING id`, tx.Tenant(), ids, tx.Now())
}

func entriesJSON(entries []entry) []byte {
	text, err := json.Marshal(entries)
	if err != nil {
		panic(fmt.Sprintf("availability: entries cannot be written: %v", err)) // texts, numbers and dates
	}
	return text
}

// sight is whose schedules a user may read, for lists.
type sight struct {
	all     bool
	outlets []id.ID // of all staff there, for receptionists
	managed []id.ID // of all staff there, where managers keep schedules
}

func sightOf(who access.Staff) sight {
	switch who.Role {
	case access.Receptionist:
		return sight{outlets: who.Outlets}
	case access.OutletManager:
		return sight{managed: who.Outlets}
	default:
		return sight{all: who.Role.AllOutlets()}
	}
}
