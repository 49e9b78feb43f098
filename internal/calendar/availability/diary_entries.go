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

// queueEntries reads the entries of the staff members on the dates, in order of the
// day. There may be thousands, so those of a member come as one row: of numbers that
// addPacked reads (the checks of the table keep each within its bits), and of the
// services of those entries that name some.
func (d *Diary) queueEntries(tx *db.Tx) {
	var staff string
	var packed, services db.Bytes
	into := []any{&staff, &packed, &services}
	db.QueueEach(tx, func(row db.Row) error {
		if err := row.Scan(into...); err != nil {
			return err
		}
		return d.addPacked(id.ID(staff), packed, services)
	}, `
		SELECT m.id, e.packed, e.services
		FROM unnest(`+givers+`) AS m (id)
		CROSS JOIN LATERAL (
			SELECT string_agg(int8send(((e.date - $4::date)::bigint << 36)
					| (CASE e.type WHEN 'working_hours' THEN 0 WHEN 'break' THEN 1 WHEN 'blocked' THEN 2 ELSE 3 END::bigint << 34)
					| (e.is_available::int::bigint << 33) | ((e.service_ids IS NOT NULL)::int::bigint << 32)
					| (e.capacity::bigint << 22) | (e.starts::bigint << 11) | e.ends), '') AS packed,
				json_agg(e.service_ids) FILTER (WHERE e.service_ids IS NOT NULL)::text AS services
			FROM (
				SELECT e.date, e.starts, e.ends, e.type, e.is_available, e.service_ids, e.capacity
				FROM availability_entries e
				WHERE e.tenant_id = $1 AND e.staff_id = m.id AND e.date BETWEEN $4 AND $6 AND e.deleted_at IS NULL
				ORDER BY e.date) AS e) AS e
		WHERE e.packed IS NOT NULL`,
		tx.Tenant(), d.ask.Outlet, texts(d.ask.Services), d.ask.From, d.only(), d.ask.To)
}

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
