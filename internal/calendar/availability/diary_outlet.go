package availability

import (
	"encoding/binary"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
)

// closedAll stands for the hours of a special date on which the outlet is closed; no
// time of a day is that late.
const closedAll = 2047

// queueOutlet reads the outlet with its opening hours and, of the dates, the special
// ones: as numbers in one row, since each statement more costs as much as reading them.
// The checks of the tables keep each number within its bits.
func (d *Diary) queueOutlet(tx *db.Tx) {
	d.outlet = db.QueueOne[outletRow](tx, `
		SELECT o.id, o.name, o.status, o.timezone, o.hours_set, o.settings,
			t.settings AS tenant_settings, t.is_active AND t.deleted_at IS NULL AS tenant_active, (
				SELECT string_agg(int8send((h.day::bigint << 22) | (h.opens::bigint << 11) | h.closes), '' ORDER BY h.day, h.opens)
				FROM outlet_hours h
				WHERE h.tenant_id = $1 AND h.outlet_id = $2) AS hours, (
				SELECT string_agg(int8send(((s.date - $3::date)::bigint << 22) | (coalesce(s.opens, 2047)::bigint << 11) | coalesce(s.closes, 2047)), ''
					ORDER BY s.date, s.opens)
				FROM outlet_special_dates s
				WHERE s.tenant_id = $1 AND s.outlet_id = $2 AND s.date BETWEEN $3 AND $4) AS special
		FROM outlets o JOIN tenants t ON t.id = o.tenant_id
		WHERE o.tenant_id = $1 AND o.id = $2 AND o.deleted_at IS NULL`,
		tx.Tenant(), d.ask.Outlet, d.ask.From, d.ask.To)
}

// openings are hours by weekday, or special ones by day from Ask.From, as they were
// packed.
func openings(packed []byte) (out []opening) {
	for ; len(packed) > 0; packed = packed[8:] {
		n := binary.BigEndian.Uint64(packed)
		out = append(out, opening{day: int(n >> 22), opens: civil.Clock(n >> 11 & 2047), closes: civil.Clock(n & 2047)})
	}
	return out
}
