package appointments

import (
	"reserva/internal/kit/db"
)

// calendarScope are the outlets of a calendar and their stretch of time, from the
// arguments that all its statements share: tenant, all outlets, those of the caller,
// the wished outlet, the first and the last date.
const calendarScope = `
	WITH place AS MATERIALIZED (
		SELECT id, name, timezone, $5::date::timestamp AT TIME ZONE timezone AS begins, ($6::date + 1)::timestamp AT TIME ZONE timezone AS ends
		FROM outlets
		WHERE tenant_id = $1 AND deleted_at IS NULL AND ($2 OR id = ANY ($3)) AND ($4 = '' OR id = $4))`

// calendarStaff are the staff members of the calendar's columns: $7 is the wished
// one, and $8 the user who sees only their own.
const calendarStaff = calendarScope + `,
	member AS MATERIALIZED (
		SELECT s.id, s.subject_key, coalesce(nullif(s.display_name, ''), s.first_name || ' ' || s.last_name) AS name
		FROM staff s
		WHERE s.tenant_id = $1 AND s.deleted_at IS NULL AND ($7 = '' OR s.id = $7) AND ($8 = '' OR s.user_id = $8)
			AND EXISTS (SELECT 1 FROM staff_outlets so JOIN place ON place.id = so.outlet_id WHERE so.tenant_id = $1 AND so.staff_id = s.id))`

// queue queues the four statements of a calendar.
func (c *calendarRead) queue(tx *db.Tx, s scope, a CalendarAsk) {
	args := []any{tx.Tenant(), s.allOutlets, s.outlets, string(a.Outlet), c.out.StartDate, c.out.EndDate}
	c.outlets = db.QueueAll[CalendarOutlet](tx, calendarScope+`
		SELECT id, name, timezone FROM place WHERE begins < ends ORDER BY name, id`, args...)
	args = append(args, string(a.Staff), string(s.user))
	c.staff = db.QueueAll[CalendarMember](tx, calendarStaff+`
		SELECT id, name FROM member ORDER BY name, subject_key`, args...)
	c.queueLines(tx, append(args, tx.Now(), a.Cancelled)...)
	c.queueBlocks(tx, args...)
}

// queueLines reads the appointments, a row for each line. There may be thousands.
func (c *calendarRead) queueLines(tx *db.Tx, args ...any) {
	db.QueueEach(tx, func(row db.Row) error {
		var l calendarLine
		err := row.Scan(&l.item.ID, &l.item.OutletID, &l.item.CustomerID, &l.item.CustomerName, &l.item.Status, &l.item.PaymentStatus,
			&l.item.AppointmentType, &l.item.Version, &l.starts, &l.ends,
			&l.line.ServiceID, &l.line.ServiceName, &l.line.StaffID, &l.line.StaffName, &l.lineFrom, &l.lineTo)
		c.lines = append(c.lines, l)
		return err
	}, calendarScope+`
		SELECT a.id, a.outlet_id, a.customer_id, coalesce(a.guest ->> 'name', trim(c.first_name || ' ' || c.last_name)),
			CASE WHEN a.status = 'pending' AND a.hold_until <= $9 THEN 'cancelled' ELSE a.status END, a.payment_status,
			a.appointment_type, a.version, a.starts_at, a.ends_at,
			l.service_id, l.service_name, l.staff_id, l.staff_name, l.starts_at, l.ends_at
		FROM place
		JOIN appointments a ON a.tenant_id = $1 AND a.outlet_id = place.id AND a.starts_at >= place.begins AND a.starts_at < place.ends
		JOIN customers c ON c.tenant_id = $1 AND c.id = a.customer_id
		JOIN appointment_lines l ON l.tenant_id = $1 AND l.appointment_id = a.id
		WHERE ($10 OR a.status IN ('confirmed', 'in_progress', 'completed') OR a.status = 'pending' AND (a.hold_until IS NULL OR a.hold_until > $9))
			AND (($7 = '' AND $8 = '') OR EXISTS (
				SELECT 1
				FROM appointment_lines x JOIN staff s ON s.tenant_id = $1 AND s.id = x.staff_id
				WHERE x.tenant_id = $1 AND x.appointment_id = a.id AND ($7 = '' OR s.id = $7) AND ($8 = '' OR s.user_id = $8)))
		ORDER BY a.starts_at, a.id, l.position`, args...)
}

func (c *calendarRead) queueBlocks(tx *db.Tx, args ...any) {
	db.QueueEach(tx, func(row db.Row) error {
		var b calendarBlock
		err := row.Scan(&b.block.ID, &b.block.StaffID, &b.block.OutletID, &b.block.Type, &b.block.StartTime, &b.block.EndTime, &b.date)
		c.blocks = append(c.blocks, b)
		return err
	}, calendarStaff+`
		SELECT e.id, e.staff_id, e.outlet_id, e.type, e.starts, e.ends, e.date
		FROM member
		JOIN availability_entries e ON e.tenant_id = $1 AND e.staff_id = member.id AND e.date BETWEEN $5 AND $6 AND e.deleted_at IS NULL
		ORDER BY e.date, e.starts, e.id`, args...)
}
