package appointments

import (
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// calendarRead puts a calendar together as its rows arrive, those of the outlets
// before all others. There may be thousands, of a few staff members, services and
// states: their texts are kept once.
type calendarRead struct {
	out     *Calendar
	outlets *db.Results[CalendarOutlet]
	staff   *db.Results[CalendarMember]
	teams   *db.Results[teamRow]
	zones   map[id.ID]*time.Location
	texts   map[string]string
	members map[string]*id.ID

	last *CalendarItem // the rows of an appointment follow one another
	day  civil.Date    // of last
	name string        // of day
}

func newCalendarRead(view string, from, to civil.Date) *calendarRead {
	out := &Calendar{
		View: view, StartDate: from, EndDate: to, Days: map[string][]CalendarItem{}, Availability: map[string][]CalendarBlock{},
	}
	for date := from; !date.After(to); date = date.AddDays(1) {
		out.Days[date.String()], out.Availability[date.String()] = []CalendarItem{}, []CalendarBlock{}
	}
	return &calendarRead{out: out, texts: map[string]string{}, members: map[string]*id.ID{}}
}

// text returns the text of a column, which many rows share.
func (c *calendarRead) text(column db.Bytes) string {
	known, ok := c.texts[string(column)]
	if !ok {
		known = string(column)
		c.texts[known] = known
	}
	return known
}

// member is text for a staff member; nil where there is none.
func (c *calendarRead) member(column db.Bytes) *id.ID {
	if column == nil {
		return nil
	}
	known, ok := c.members[string(column)]
	if !ok {
		member := id.ID(column)
		known = &member
		c.members[string(member)] = known
	}
	return known
}

// zone is an outlet's.
func (c *calendarRead) zone(outlet id.ID) *time.Location {
	if c.zones == nil {
		c.zones = make(map[id.ID]*time.Location, len(c.outlets.Rows))
		for _, o := range c.outlets.Rows {
			loc, err := civil.Zone(o.Timezone)
			if err != nil {
				loc = time.UTC
			}
			c.zones[o.ID] = loc
		}
	}
	return c.zones[outlet]
}

// dayOf names the date of an instant.
func (c *calendarRead) dayOf(at time.Time, loc *time.Location) string {
	if day := civil.Of(at, loc); day != c.day || c.name == "" {
		c.day, c.name = day, day.String()
	}
	return c.name
}

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

// queue queues the statements of a calendar.
func (c *calendarRead) queue(tx *db.Tx, s scope, a CalendarAsk) {
	args := []any{tx.Tenant(), s.allOutlets, s.outlets, string(a.Outlet), c.out.StartDate, c.out.EndDate}
	c.outlets = db.QueueAll[CalendarOutlet](tx, calendarScope+`
		SELECT id, name, timezone FROM place WHERE begins < ends ORDER BY name, id`, args...)
	c.teams = queueTeams(tx, args...)
	args = append(args, string(a.Staff), string(s.user))
	c.staff = db.QueueAll[CalendarMember](tx, calendarStaff+`
		SELECT id, name FROM member ORDER BY name, subject_key`, args...)
	c.queueLines(tx, append(args, tx.Now(), a.Cancelled)...)
	c.queueBlocks(tx, args...)
}

// calendarRow is one line of an appointment.
type calendarRow struct {
	id, outlet, customer, name, status, paid, kind db.Bytes
	version                                        int64
	starts, ends                                   time.Time
	service, serviceName, staff, staffName         db.Bytes
	lineStarts, lineEnds                           time.Time
}

func (r *calendarRow) columns() []any {
	return []any{
		&r.id, &r.outlet, &r.customer, &r.name, &r.status, &r.paid, &r.kind, &r.version, &r.starts, &r.ends,
		&r.service, &r.serviceName, &r.staff, &r.staffName, &r.lineStarts, &r.lineEnds,
	}
}

// add puts the row under its date.
func (c *calendarRead) add(r *calendarRow) {
	outlet := id.ID(c.text(r.outlet))
	loc := c.zone(outlet)
	if c.last == nil || string(c.last.ID) != string(r.id) {
		day := c.dayOf(r.starts, loc)
		c.out.Days[day] = append(c.out.Days[day], CalendarItem{
			ID: id.ID(r.id), OutletID: outlet, CustomerID: id.ID(r.customer), CustomerName: c.text(r.name),
			Status: Status(c.text(r.status)), PaymentStatus: c.text(r.paid), AppointmentType: c.text(r.kind),
			StartTime: clockAt(r.starts, loc), EndTime: clockAt(r.ends, loc), Version: r.version,
			Services: make([]CalendarLine, 0, 1),
		})
		c.last = &c.out.Days[day][len(c.out.Days[day])-1]
	}
	c.last.Services = append(c.last.Services, CalendarLine{
		ServiceID: id.ID(c.text(r.service)), ServiceName: c.text(r.serviceName),
		StaffID: c.member(r.staff), StaffName: c.text(r.staffName),
		StartTime: clockAt(r.lineStarts, loc), EndTime: clockAt(r.lineEnds, loc),
	})
}

// queueLines reads the appointments, a row for each line.
func (c *calendarRead) queueLines(tx *db.Tx, args ...any) {
	var row calendarRow
	into := row.columns()
	db.QueueEach(tx, func(found db.Row) error {
		if err := found.Scan(into...); err != nil {
			return err
		}
		c.add(&row)
		return nil
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
			AND (a.source <> 'waitlist' OR a.accepted_at IS NOT NULL OR a.status = 'pending' AND a.hold_until > $9)
			AND (($7 = '' AND $8 = '') OR EXISTS (
				SELECT 1
				FROM appointment_lines x JOIN staff s ON s.tenant_id = $1 AND s.id = x.staff_id
				WHERE x.tenant_id = $1 AND x.appointment_id = a.id AND ($7 = '' OR s.id = $7) AND ($8 = '' OR s.user_id = $8)) OR EXISTS (
				SELECT 1
				FROM appointment_lines x
				JOIN sessions z ON z.tenant_id = $1 AND z.id = x.session_id AND cardinality(z.subject_keys) > 1
				JOIN staff s ON s.tenant_id = $1 AND s.subject_key = ANY (z.subject_keys)
				WHERE x.tenant_id = $1 AND x.appointment_id = a.id AND ($7 = '' OR s.id = $7) AND ($8 = '' OR s.user_id = $8)))
		ORDER BY a.starts_at, a.id, l.position`, args...)
}

func (c *calendarRead) queueBlocks(tx *db.Tx, args ...any) {
	db.QueueEach(tx, func(row db.Row) error {
		var b CalendarBlock
		var date civil.Date
		if err := row.Scan(&b.ID, &b.StaffID, &b.OutletID, &b.Type, &b.StartTime, &b.EndTime, &date); err != nil {
			return err
		}
		day := date.String()
		c.out.Availability[day] = append(c.out.Availability[day], b)
		return nil
	}, calendarStaff+`
		SELECT e.id, e.staff_id, e.outlet_id, e.type, e.starts, e.ends, e.date
		FROM member
		JOIN availability_entries e ON e.tenant_id = $1 AND e.staff_id = member.id AND e.date BETWEEN $5 AND $6 AND e.deleted_at IS NULL
			AND (NOT e.outlet_bound OR e.outlet_id IN (SELECT id FROM place))
		ORDER BY e.date, e.starts, e.id`, args...)
}
