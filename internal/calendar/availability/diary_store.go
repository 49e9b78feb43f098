package availability

import (
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
	d.queueWithout(tx)
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
			u.subject_key AS unit_key, s.required_resources, `+unitsColumn+` AS resource_units, s.terms
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
		var durations []int
		var prices []*int64
		err := row.Scan(&m.id, &m.key, &m.name, &m.maxDays, &m.services, &durations, &prices)
		m.settle(durations, prices)
		d.staff = append(d.staff, m)
		return err
	}, `
		SELECT s.id, s.subject_key, coalesce(nullif(s.display_name, ''), s.first_name || ' ' || s.last_name), s.max_advance_booking_days,
			given.services, given.durations, given.prices
		FROM staff s
		CROSS JOIN LATERAL (
			SELECT array_agg(ss.service_id) AS services,
				CASE WHEN bool_or(ss.duration_minutes IS NOT NULL OR ss.price IS NOT NULL) THEN array_agg(coalesce(ss.duration_minutes, 0)) END AS durations,
				CASE WHEN bool_or(ss.price IS NOT NULL) THEN array_agg(CASE WHEN ss.price IS NOT NULL AND ss.currency = (
					SELECT v.currency FROM services v WHERE v.tenant_id = $1 AND v.id = ss.service_id) THEN ss.price END) END AS prices
			FROM staff_services ss
			WHERE ss.tenant_id = $1 AND ss.staff_id = s.id AND ss.service_id = ANY($3)) AS given
		WHERE s.tenant_id = $1 AND s.id = ANY(`+givers+`) AND given.services IS NOT NULL
			AND $2 IN (SELECT so.outlet_id FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = s.id)
			AND s.deleted_at IS NULL AND s.is_active AND s.status = 'active' AND s.is_bookable AND (s.accepts_online_booking OR NOT $4)
		ORDER BY s.subject_key`,
		tx.Tenant(), d.ask.Outlet, texts(d.ask.Services), d.ask.Audience != Desk, d.only())
}

// givers are the staff members that only names, $5; where it names none, those who give any of the services at the
// outlet.
const givers = `coalesce($5::text[], ARRAY(
	SELECT DISTINCT g.staff_id
	FROM staff_services g
	JOIN staff_outlets p ON p.tenant_id = $1 AND p.staff_id = g.staff_id AND p.outlet_id = $2
	WHERE g.tenant_id = $1 AND g.service_id = ANY($3)))`

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
