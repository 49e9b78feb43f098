package availability

import (
	"fmt"
	"slices"
	"time"

	"reserva/internal/calendar/staff"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Affected is an appointment that lies in time which a staff member does not have
// any more.
type Affected = staff.Affected

// loss is a stretch of a date in which a staff member can no longer be booked at an
// outlet, or, where none is named, at any.
type loss struct {
	outlet   id.ID
	location *time.Location
	date     civil.Date
	from, to int // minutes of the wall clock
	// hours: working hours went, so that whole appointments are affected. Otherwise
	// time off came, which leaves the processing times of a service alone.
	hours bool
}

// The raster of schedules.
const (
	stepMinutes = 5
	daySteps    = int(civil.EndOfDay) / stepMinutes
)

// daySchedule is what a staff member does in each step of a date.
type daySchedule [daySteps]struct{ work, off bool }

func (s *daySchedule) add(e *entry) {
	for step := e.Starts / stepMinutes; step < e.end()/stepMinutes; step++ {
		if e.Type == WorkingHours {
			s[step].work = true
		} else {
			s[step].off = true
		}
	}
}

func schedules(entries []entry) map[civil.Date]*daySchedule {
	days := map[civil.Date]*daySchedule{}
	for i := range entries {
		e := &entries[i]
		if days[e.Date] == nil {
			days[e.Date] = new(daySchedule)
		}
		days[e.Date].add(e)
	}
	return days
}

// losses compares the person's entries before and after a change, as each of the outlets
// where they work sees them.
func (p *person) losses(before, after []entry) (lost []loss) {
	for i, outlet := range p.OutletIDs {
		elsewhere := func(e entry) bool { return !e.countsAt(outlet) }
		here := losses(slices.DeleteFunc(slices.Clone(before), elsewhere), slices.DeleteFunc(slices.Clone(after), elsewhere))
		for n := range here {
			here[n].outlet, here[n].location = outlet, zone(p.Timezones[i])
		}
		lost = append(lost, here...)
	}
	return lost
}

func losses(before, after []entry) (lost []loss) {
	was, is := schedules(before), schedules(after)
	for date := range was {
		if is[date] == nil {
			is[date] = new(daySchedule)
		}
	}
	for date, now := range is {
		then := was[date]
		if then == nil {
			then = new(daySchedule)
		}
		lost = append(lost, stretches(date, true, func(step int) bool { return then[step].work && !now[step].work })...)
		lost = append(lost, stretches(date, false, func(step int) bool { return now[step].off && !then[step].off })...)
	}
	return lost
}

// stretches are the runs of steps of which gone is true.
func stretches(date civil.Date, hours bool, gone func(step int) bool) (runs []loss) {
	from := -1
	for step := 0; step <= daySteps; step++ {
		switch is := step < daySteps && gone(step); {
		case is && from < 0:
			from = step
		case !is && from >= 0:
			runs = append(runs, loss{date: date, from: from * stepMinutes, to: step * stepMinutes, hours: hours})
			from = -1
		}
	}
	return runs
}

// affectedRow is a line of an appointment.
type affectedRow struct {
	AppointmentID id.ID     `db:"id"`
	Status        string    `db:"status"`
	StartsAt      time.Time `db:"starts_at"`
	EndsAt        time.Time `db:"ends_at"`
	ServiceName   string    `db:"service_name"`
	CustomerID    id.ID     `db:"customer_id"`
	CustomerName  string    `db:"customer_name"`
	Timezone      string    `db:"timezone"`
}

// queueAffected reads what is booked with a person, from now on, in lost time.
func queueAffected(tx *db.Tx, p *person, lost []loss) *db.Results[affectedRow] {
	from, to, hours, places := make([]time.Time, len(lost)), make([]time.Time, len(lost)), make([]bool, len(lost)), make([]id.ID, len(lost))
	for i, l := range lost {
		from[i], to[i], hours[i], places[i] = instant(l.date, l.from, l.location), instant(l.date, l.to, l.location), l.hours, l.outlet
	}
	return db.QueueAll[affectedRow](tx, `
		SELECT DISTINCT a.id, a.status, l.starts_at, l.ends_at, l.service_name, a.customer_id,
			trim(c.first_name || ' ' || c.last_name) AS customer_name, p.timezone
		FROM unnest($3::timestamptz[], $4::timestamptz[], $5::boolean[], $7::text[]) AS lost (begins, ends, hours, outlet)
		JOIN occupancies o ON o.tenant_id = $1 AND o.subject_key = $2 AND o.busy_from < lost.ends
			AND o.busy_from >= lost.begins - interval '2 days' AND (lost.hours OR o.busy_to > lost.begins)
		JOIN sessions s ON s.tenant_id = $1 AND s.id = o.session_id AND s.ends_at > lost.begins AND s.ends_at > $6
			AND lost.outlet IN ('', s.outlet_id)
		JOIN appointment_lines l ON l.tenant_id = $1 AND l.session_id = s.id AND l.seat IS NOT NULL
			AND (l.lapses_at IS NULL OR l.lapses_at > $6)
		JOIN appointments a ON a.tenant_id = $1 AND a.id = l.appointment_id AND a.status IN ('pending', 'confirmed', 'in_progress')
		JOIN outlets p ON p.tenant_id = $1 AND p.id = a.outlet_id
		JOIN customers c ON c.tenant_id = $1 AND c.id = a.customer_id
		ORDER BY l.starts_at, a.id`, tx.Tenant(), p.Key, from, to, hours, tx.Now(), places)
}

// instant is when a wall in loc first shows a time, or a later one where the clock
// is put forward over it.
func instant(date civil.Date, minutes int, loc *time.Location) time.Time {
	for c := civil.Clock(minutes); c < civil.EndOfDay; c += stepMinutes {
		if t, err := civil.Resolve(date, c, loc); err == nil {
			return t
		}
	}
	return date.End(loc)
}

func affectedOf(rows []affectedRow) []Affected {
	out := make([]Affected, len(rows))
	for i, r := range rows {
		loc := zone(r.Timezone)
		out[i] = Affected{
			AppointmentID: r.AppointmentID, Status: r.Status, Date: civil.Of(r.StartsAt, loc),
			StartTime: civil.ClockOf(r.StartsAt, loc).Long(), EndTime: civil.ClockOf(r.EndsAt, loc).Long(),
			ServiceName: r.ServiceName, CustomerID: r.CustomerID, CustomerName: r.CustomerName,
		}
	}
	return out
}

// maxWarnings bounds what a large recurrence is warned of.
const maxWarnings = 20

// warnings name breaks that nobody works around. They are taken all the same,
// because templates may bring the hours later.
func warnings(changed, after []entry) (out []string) {
	days := schedules(after)
	for i := range changed {
		e := &changed[i]
		if e.Type != Break || days[e.Date].covers(e) {
			continue
		}
		if len(out) == maxWarnings {
			return append(out, "Further breaks lie outside working hours.")
		}
		out = append(out, fmt.Sprintf("The break on %s, %s, lies outside working hours.", e.Date, e.span()))
	}
	return out
}

// covers tells whether the staff member works all through an entry.
func (s *daySchedule) covers(e *entry) bool {
	for step := e.Starts / stepMinutes; s != nil && step < e.end()/stepMinutes; step++ {
		if !s[step].work {
			return false
		}
	}
	return s != nil
}
