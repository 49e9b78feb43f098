package availability

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// packedTypes are the types of entries as queueEntries numbers them.
var packedTypes = [4]EntryType{WorkingHours, Break, Blocked, Vacation}

// queueStaff reads who may give any of the services at the outlet, with their entries on
// the dates in order of the day, but hours that they work elsewhere. There may be thousands of those, so they come as numbers
// that addPacked reads (the checks of the table keep each within its bits), and the
// services of those entries that name some.
func (d *Diary) queueStaff(tx *db.Tx) {
	var packed, services db.Bytes
	each := func(row db.Row) error {
		var m member
		var durations []int
		var prices []*int64
		if err := row.Scan(&m.id, &m.key, &m.name, &m.maxDays, &m.services, &durations, &prices, &packed, &services); err != nil {
			return err
		}
		m.settle(durations, prices)
		d.staff = append(d.staff, m)
		return d.addPacked(m.id, packed, services)
	}
	args := []any{tx.Tenant(), d.ask.Outlet, texts(d.ask.Services), d.ask.Audience != Desk, d.ask.From, d.ask.To}
	if d.ask.Only != nil {
		db.QueueEach(tx, each, staffSQL+`$7::text[]`+staffWhere, append(args, texts(d.ask.Only))...)
		return
	}
	db.QueueEach(tx, each, staffSQL+givers+staffWhere, args...)
}

const (
	staffSQL = `
		SELECT s.id, s.subject_key, coalesce(nullif(s.display_name, ''), s.first_name || ' ' || s.last_name), s.max_advance_booking_days,
			given.services, given.durations, given.prices, entered.packed, entered.services
		FROM staff s
		CROSS JOIN LATERAL (
			SELECT array_agg(ss.service_id) AS services,
				CASE WHEN bool_or(ss.duration_minutes IS NOT NULL OR ss.price IS NOT NULL) THEN array_agg(coalesce(ss.duration_minutes, 0)) END AS durations,
				CASE WHEN bool_or(ss.price IS NOT NULL) THEN array_agg(CASE WHEN ss.price IS NOT NULL AND ss.currency = (
					SELECT v.currency FROM services v WHERE v.tenant_id = $1 AND v.id = ss.service_id) THEN ss.price END) END AS prices
			FROM staff_services ss
			WHERE ss.tenant_id = $1 AND ss.staff_id = s.id AND ss.service_id = ANY($3)) AS given
		CROSS JOIN LATERAL (
			SELECT string_agg(int8send(((e.date - $5::date)::bigint << 36)
					| (CASE e.type WHEN 'working_hours' THEN 0 WHEN 'break' THEN 1 WHEN 'blocked' THEN 2 ELSE 3 END::bigint << 34)
					| (e.is_available::int::bigint << 33) | ((e.service_ids IS NOT NULL)::int::bigint << 32)
					| (e.capacity::bigint << 22) | (e.starts::bigint << 11) | e.ends), '') AS packed,
				json_agg(e.service_ids) FILTER (WHERE e.service_ids IS NOT NULL)::text AS services
			FROM (
				SELECT e.date, e.starts, e.ends, e.type, e.is_available, e.service_ids, e.capacity
				FROM availability_entries e
				WHERE e.tenant_id = $1 AND e.staff_id = s.id AND e.date BETWEEN $5 AND $6 AND e.deleted_at IS NULL
					AND (NOT e.outlet_bound OR e.outlet_id = $2)
				ORDER BY e.date) AS e) AS entered
		WHERE s.tenant_id = $1 AND s.id = ANY(`
	staffWhere = `) AND given.services IS NOT NULL
			AND $2 IN (SELECT so.outlet_id FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = s.id)
			AND s.deleted_at IS NULL AND s.is_active AND s.status = 'active' AND s.is_bookable AND (s.accepts_online_booking OR NOT $4)
		ORDER BY s.subject_key`
	// givers are the staff members who give any of the services at the outlet.
	givers = `ARRAY(
			SELECT DISTINCT g.staff_id
			FROM staff_services g
			JOIN staff_outlets p ON p.tenant_id = $1 AND p.staff_id = g.staff_id AND p.outlet_id = $2
			WHERE g.tenant_id = $1 AND g.service_id = ANY($3))`
)

// addPacked adds the entries of a staff member.
func (d *Diary) addPacked(staff id.ID, packed, services []byte) error {
	var named [][]string
	if len(services) > 0 {
		if err := json.Unmarshal(services, &named); err != nil {
			return fmt.Errorf("services of the entries of %s: %w", staff, err)
		}
	}
	first := len(d.scratch.entries)
	for ; len(packed) > 0; packed = packed[8:] {
		e := binary.BigEndian.Uint64(packed)
		row := entryRow{
			day: int(e >> 36), kind: packedTypes[e>>34&3], available: e>>33&1 == 1,
			capacity: int(e >> 22 & 1023), starts: civil.Clock(e >> 11 & 2047), ends: civil.Clock(e & 2047),
		}
		if e>>32&1 == 1 {
			row.services, named = named[0], named[1:]
		}
		d.scratch.entries = append(d.scratch.entries, row)
	}
	d.entries[staff] = d.scratch.entries[first:len(d.scratch.entries):len(d.scratch.entries)]
	return nil
}
