package availability

import (
	"encoding/binary"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// queueOccupancies reads what the staff members, the units of services without staff,
// and those of the resources that a service needs, are busy with on the dates of the outlet, and the begun sessions of the
// services that may still have a seat. Nothing that is booked reaches over midnight of its
// own outlet, and no day is longer than 26 hours; but what somebody does at an outlet in
// another zone may reach over midnight here.
//
// It is one statement, so that all are of one moment: a session whose last customer
// leaves between two would stand in the way although nobody is in it.
func (d *Diary) queueOccupancies(tx *db.Tx) {
	var key int64
	var from, to db.Bytes // int64 each, as timestamptz_send makes them
	var session, service string
	var lapsed bool
	var capacity, taken int32
	into := []any{&key, &from, &to, &session, &lapsed, &service, &capacity, &taken}
	each := func(row db.Row) error {
		if err := row.Scan(into...); err != nil {
			return err
		}
		if service != "" {
			d.runs = append(d.runs, runRow{
				key: key, start: time.UnixMicro(unpack(from)), session: id.ID(session), service: id.ID(service),
				capacity: int(capacity), taken: int(taken),
			})
			return nil
		}
		for ; len(from) > 0; from, to = from[8:], to[8:] {
			d.scratch.loaded = append(d.scratch.loaded, occupancyRow{
				key: key, from: unpack(from), to: unpack(to), session: id.ID(session), lapsed: lapsed,
			})
		}
		return nil
	}
	args := []any{tx.Tenant(), d.ask.Outlet, texts(d.ask.Services), d.ask.From, d.now, d.ask.To}
	switch {
	case d.ask.Only != nil:
		db.QueueEach(tx, each, subjectsSQL+`$7::text[]`+resourcesSQL+plainSQL, append(args, texts(d.ask.Only))...)
	case d.ask.To.Sub(d.ask.From) <= fewDays:
		db.QueueEach(tx, each, subjectsSQL+givers+resourcesSQL+plainSQL, args...)
	default:
		db.QueueEach(tx, each, subjectsSQL+givers+resourcesSQL+packedSQL, args...)
	}
}

// fewDays is how many days have so few occupancies that each may come as a row.
const fewDays = 2

const (
	// subjectsSQL begins with those who may be busy, up to the staff members among them.
	subjectsSQL = `
		WITH outlet AS MATERIALIZED (
			SELECT $4::date::timestamp AT TIME ZONE timezone AS midnight, ($6::date + 1)::timestamp AT TIME ZONE timezone AS until
			FROM outlets WHERE tenant_id = $1 AND id = $2),
		subject AS MATERIALIZED (
			SELECT s.subject_key AS key
			FROM staff s
			WHERE s.tenant_id = $1 AND s.id = ANY(`
	resourcesSQL = `)
			UNION ALL
			SELECT u.subject_key FROM service_units u WHERE u.tenant_id = $1 AND u.outlet_id = $2 AND u.service_id = ANY($3)
			UNION ALL
			SELECT u.subject_key
			FROM resources r
			JOIN resource_units u ON u.tenant_id = $1 AND u.resource_id = r.id AND u.retired_at IS NULL
			WHERE r.tenant_id = $1 AND r.outlet_id = $2 AND r.deleted_at IS NULL AND r.is_active AND r.kind IN (
				SELECT n.need ->> 'kind'
				FROM services v CROSS JOIN LATERAL jsonb_array_elements(v.required_resources) AS n (need)
				WHERE v.tenant_id = $1 AND v.id = ANY($3)))`
	// plainSQL has a row for each occupancy.
	plainSQL = `
		SELECT o.subject_key, timestamptz_send(o.busy_from), timestamptz_send(o.busy_to), o.session_id,
			coalesce(o.lapses_at <= $5, false) AS lapsed, '' AS service_id, 0 AS capacity, 0 AS taken
		FROM subject m JOIN occupancies o ON o.tenant_id = $1 AND o.subject_key = m.key
		WHERE o.busy_from >= (SELECT midnight - interval '26 hours' FROM outlet) AND o.busy_to > (SELECT midnight FROM outlet)
			AND o.busy_from < (SELECT until FROM outlet)` + sessionsSQL
	// packedSQL has a row for each subject, read from the index alone: there may be thousands
	// of occupancies. Those whose session matters have rows of their own: where somebody may
	// join it, and where it is held for a time only.
	packedSQL = `,
		asked AS MATERIALIZED (
			SELECT coalesce(bool_or(allow_parallel_bookings), false) AS parallel
			FROM services
			WHERE tenant_id = $1 AND id = ANY($3))
		SELECT m.key, o.busy_from, o.busy_to, '' AS session_id, false AS lapsed, '' AS service_id, 0 AS capacity, 0 AS taken
		FROM subject m CROSS JOIN LATERAL (
			SELECT string_agg(timestamptz_send(o.busy_from), '') AS busy_from, string_agg(timestamptz_send(o.busy_to), '') AS busy_to
			FROM occupancies o
			WHERE o.tenant_id = $1 AND o.subject_key = m.key AND o.lapses_at IS NULL
				AND o.busy_from >= (SELECT midnight - interval '26 hours' FROM outlet) AND o.busy_to > (SELECT midnight FROM outlet)
				AND o.busy_from < (SELECT until FROM outlet)) AS o
		WHERE NOT (SELECT parallel FROM asked) AND o.busy_from IS NOT NULL
		UNION ALL
		SELECT o.subject_key, timestamptz_send(o.busy_from), timestamptz_send(o.busy_to), o.session_id, coalesce(o.lapses_at <= $5, false), '', 0, 0
		FROM subject m JOIN occupancies o ON o.tenant_id = $1 AND o.subject_key = m.key
		WHERE (SELECT parallel FROM asked)
			AND o.busy_from >= (SELECT midnight - interval '26 hours' FROM outlet) AND o.busy_to > (SELECT midnight FROM outlet)
				AND o.busy_from < (SELECT until FROM outlet)
		UNION ALL
		SELECT o.subject_key, timestamptz_send(o.busy_from), timestamptz_send(o.busy_to), o.session_id, o.lapses_at <= $5, '', 0, 0
		FROM subject m JOIN occupancies o ON o.tenant_id = $1 AND o.subject_key = m.key AND o.lapses_at IS NOT NULL
		WHERE NOT (SELECT parallel FROM asked)
			AND o.busy_from >= (SELECT midnight - interval '26 hours' FROM outlet) AND o.busy_to > (SELECT midnight FROM outlet)
				AND o.busy_from < (SELECT until FROM outlet)` + sessionsSQL
	// sessionsSQL adds the begun sessions that may have a seat.
	sessionsSQL = `
		UNION ALL
		SELECT k.key, timestamptz_send(s.starts_at), '', s.id, false, s.service_id, s.capacity,
			(SELECT count(*)::int FROM appointment_lines l
				WHERE l.tenant_id = $1 AND l.session_id = s.id AND l.seat IS NOT NULL AND (l.lapses_at IS NULL OR l.lapses_at > $5))
		FROM sessions s CROSS JOIN LATERAL unnest(s.subject_keys) AS k (key)
		WHERE s.tenant_id = $1 AND s.service_id = ANY($3) AND s.capacity > 1 AND s.outlet_id = $2
			AND s.starts_at >= (SELECT midnight FROM outlet) AND s.starts_at < (SELECT until FROM outlet)`
)

// unpack reads the first of packed instants, in Unix microseconds; PostgreSQL
// counts them from 2000.
func unpack(packed []byte) int64 {
	return int64(binary.BigEndian.Uint64(packed)) + postgresEpoch
}

var postgresEpoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
