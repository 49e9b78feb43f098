package availability

import (
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Queue queues the reads of a Diary; after the transaction's next Flush, Build
// makes it usable.
func Queue(tx *db.Tx, ask Ask) *Diary {
	d := &Diary{ask: ask, now: tx.Now(), entries: map[id.ID][]entryRow{}, scratch: newScratch()}
	d.outlet = queueOutlet(tx, ask.Outlet)
	d.queueHours(tx)
	d.services = queueServices(tx, ask)
	d.queueStaff(tx)
	d.queueEntries(tx)
	d.queueOccupancies(tx)
	return d
}

func queueOutlet(tx *db.Tx, outlet id.ID) *db.Result[outletRow] {
	return db.QueueOne[outletRow](tx, `
		SELECT o.id, o.name, o.status, o.timezone, o.hours_set, o.settings,
			t.settings AS tenant_settings, t.is_active AND t.deleted_at IS NULL AS tenant_active
		FROM outlets o JOIN tenants t ON t.id = o.tenant_id
		WHERE o.tenant_id = $1 AND o.id = $2 AND o.deleted_at IS NULL`,
		tx.Tenant(), outlet)
}

func (d *Diary) queueHours(tx *db.Tx) {
	db.QueueEach(tx, func(row db.Row) error {
		var h hoursRow
		err := row.Scan(&h.day, &h.opens, &h.closes)
		d.hours = append(d.hours, h)
		return err
	}, `
		SELECT day, opens, closes
		FROM outlet_hours
		WHERE tenant_id = $1 AND outlet_id = $2
		ORDER BY day, opens`, tx.Tenant(), d.ask.Outlet)
	db.QueueEach(tx, func(row db.Row) error {
		var s specialRow
		err := row.Scan(&s.day, &s.opens, &s.closes)
		d.special = append(d.special, s)
		return err
	}, `
		SELECT date - $3::date, opens, closes
		FROM outlet_special_dates
		WHERE tenant_id = $1 AND outlet_id = $2 AND date BETWEEN $3 AND $4
		ORDER BY date, opens`, tx.Tenant(), d.ask.Outlet, d.ask.From, d.ask.To)
}

func queueServices(tx *db.Tx, ask Ask) *db.Results[Service] {
	return db.QueueAll[Service](tx, `
		SELECT s.id, s.name, s.category, s.slug, s.duration_minutes, s.preparation_minutes, s.cleanup_minutes, s.processing_gaps,
			s.max_advance_booking_days, s.min_advance_booking_hours, s.requires_staff, s.required_staff_count,
			s.allow_parallel_bookings, s.max_parallel_bookings,
			s.base_price, s.currency, s.promotional_price, s.promotional_valid_until, p.price AS outlet_price,
			s.is_active AND s.status = 'active' AS active,
			(NOT EXISTS (SELECT 1 FROM service_outlets so WHERE so.tenant_id = $1 AND so.service_id = s.id)
				OR EXISTS (SELECT 1 FROM service_outlets so WHERE so.tenant_id = $1 AND so.service_id = s.id AND so.outlet_id = $3)) AS offered,
			NOT $4 OR EXISTS (
				SELECT 1
				FROM staff_services ss
				JOIN staff_outlets so ON so.tenant_id = $1 AND so.staff_id = ss.staff_id AND so.outlet_id = $3
				JOIN staff m ON m.tenant_id = $1 AND m.id = ss.staff_id AND m.deleted_at IS NULL
				WHERE ss.tenant_id = $1 AND ss.service_id = s.id) AS staffed,
			u.subject_key AS unit_key
		FROM services s
		LEFT JOIN service_outlet_prices p ON p.tenant_id = $1 AND p.service_id = s.id AND p.outlet_id = $3
		LEFT JOIN service_units u ON u.tenant_id = $1 AND u.service_id = s.id AND u.outlet_id = $3
		WHERE s.tenant_id = $1 AND s.id = ANY($2) AND s.deleted_at IS NULL`,
		tx.Tenant(), texts(ask.Services), ask.Outlet, ask.Audience == Guest)
}

// queueStaff reads who may give any of the services at the outlet.
func (d *Diary) queueStaff(tx *db.Tx) {
	db.QueueEach(tx, func(row db.Row) error {
		var m member
		err := row.Scan(&m.id, &m.key, &m.name, &m.maxDays, &m.services)
		d.staff = append(d.staff, m)
		return err
	}, `
		SELECT s.id, s.subject_key, coalesce(nullif(s.display_name, ''), s.first_name || ' ' || s.last_name), s.max_advance_booking_days,
			array_agg(ss.service_id)
		FROM staff s
		JOIN staff_outlets so ON so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = $2
		JOIN staff_services ss ON ss.tenant_id = $1 AND ss.staff_id = s.id AND ss.service_id = ANY($3)
		WHERE s.tenant_id = $1 AND s.deleted_at IS NULL AND s.is_active AND s.status = 'active' AND s.is_bookable
			AND (s.accepts_online_booking OR NOT $4) AND ($5::text[] IS NULL OR s.id = ANY($5))
		GROUP BY s.tenant_id, s.id
		ORDER BY s.subject_key`,
		tx.Tenant(), d.ask.Outlet, texts(d.ask.Services), d.ask.Audience != Desk, d.only())
}

func (d *Diary) queueEntries(tx *db.Tx) {
	// One set of variables for all rows: there may be thousands.
	var staff, kind string
	var day, starts, ends, capacity int32
	var available bool
	var services []string
	into := []any{&staff, &day, &starts, &ends, &kind, &available, &services, &capacity}
	db.QueueEach(tx, func(row db.Row) error {
		if err := row.Scan(into...); err != nil {
			return err
		}
		d.entries[id.ID(staff)] = append(d.entries[id.ID(staff)], entryRow{
			day: int(day), starts: civil.Clock(starts), ends: civil.Clock(ends), kind: kind,
			available: available, services: services, capacity: int(capacity),
		})
		return nil
	}, `
		SELECT e.staff_id, e.date - $4::date, e.starts, e.ends, e.type, e.is_available, e.service_ids, e.capacity
		FROM availability_entries e
		WHERE e.tenant_id = $1 AND e.date BETWEEN $4 AND $5 AND e.deleted_at IS NULL
			AND e.staff_id = ANY(ARRAY(
				SELECT ss.staff_id
				FROM staff_services ss
				JOIN staff_outlets so ON so.tenant_id = $1 AND so.staff_id = ss.staff_id AND so.outlet_id = $2
				WHERE ss.tenant_id = $1 AND ss.service_id = ANY($3) AND ($6::text[] IS NULL OR ss.staff_id = ANY($6))))
		ORDER BY e.staff_id, e.date`,
		tx.Tenant(), d.ask.Outlet, texts(d.ask.Services), d.ask.From, d.ask.To, d.only())
}

// queueOccupancies reads what the staff members, and the units of services without
// staff, are busy with on the dates of the outlet, and the begun sessions of the
// services that may still have a seat. Nothing that is booked reaches over midnight;
// the hours before are for outlets that changed their zone. The session of an
// occupancy is read only where somebody may join it, or where its hold has lapsed.
//
// It is one statement, so that both are of one moment: a session whose last customer
// leaves between two would stand in the way although nobody is in it.
func (d *Diary) queueOccupancies(tx *db.Tx) {
	var key int64
	var from, to time.Time
	var session, service string
	var lapsed bool
	var capacity, taken int32
	into := []any{&key, &from, &to, &session, &lapsed, &service, &capacity, &taken}
	db.QueueEach(tx, func(row db.Row) error {
		if err := row.Scan(into...); err != nil {
			return err
		}
		if service != "" {
			d.runs = append(d.runs, runRow{
				key: key, start: from, session: id.ID(session), service: id.ID(service), capacity: int(capacity), taken: int(taken),
			})
			return nil
		}
		d.scratch.loaded = append(d.scratch.loaded, occupancyRow{
			key: key, from: from.UnixMicro(), to: to.UnixMicro(), session: id.ID(session), lapsed: lapsed,
		})
		return nil
	}, `
		WITH outlet AS MATERIALIZED (
			SELECT $4::date::timestamp AT TIME ZONE timezone AS midnight, ($5::date + 1)::timestamp AT TIME ZONE timezone AS until
			FROM outlets WHERE tenant_id = $1 AND id = $2),
		asked AS MATERIALIZED (
			SELECT bool_or(allow_parallel_bookings) AS parallel FROM services WHERE tenant_id = $1 AND id = ANY($3))
		SELECT o.subject_key, o.busy_from, o.busy_to,
			CASE WHEN o.lapses_at <= $6 OR (SELECT parallel FROM asked) THEN o.session_id ELSE '' END,
			coalesce(o.lapses_at <= $6, false), '', 0, 0
		FROM occupancies o
		WHERE o.tenant_id = $1 AND o.busy_from >= (SELECT midnight - interval '6 hours' FROM outlet) AND o.busy_from < (SELECT until FROM outlet)
			AND o.subject_key = ANY(ARRAY(
				SELECT s.subject_key
				FROM staff s
				JOIN staff_services ss ON ss.tenant_id = $1 AND ss.staff_id = s.id AND ss.service_id = ANY($3)
				JOIN staff_outlets so ON so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = $2
				WHERE s.tenant_id = $1 AND ($7::text[] IS NULL OR s.id = ANY($7))
				UNION
				SELECT u.subject_key FROM service_units u WHERE u.tenant_id = $1 AND u.outlet_id = $2 AND u.service_id = ANY($3)))
		UNION ALL
		SELECT k.key, s.starts_at, s.ends_at, s.id, false, s.service_id, s.capacity,
			(SELECT count(*)::int FROM appointment_lines l
				WHERE l.tenant_id = $1 AND l.session_id = s.id AND l.seat IS NOT NULL AND (l.lapses_at IS NULL OR l.lapses_at > $6))
		FROM sessions s CROSS JOIN LATERAL unnest(s.subject_keys) AS k (key)
		WHERE s.tenant_id = $1 AND s.service_id = ANY($3) AND s.capacity > 1 AND s.outlet_id = $2
			AND s.starts_at >= (SELECT midnight FROM outlet) AND s.starts_at < (SELECT until FROM outlet)`,
		tx.Tenant(), d.ask.Outlet, texts(d.ask.Services), d.ask.From, d.ask.To, d.now, d.only())
}

// only is nil for all staff members.
func (d *Diary) only() []string {
	if d.ask.Only == nil {
		return nil
	}
	return texts(d.ask.Only)
}

func texts(ids []id.ID) []string {
	out := make([]string, len(ids))
	for i, v := range ids {
		out[i] = string(v)
	}
	return out
}
