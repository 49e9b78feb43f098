package appointments

import (
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Teammate serves beside the staff member of a service that takes several at once.
type Teammate struct {
	StaffID   id.ID  `json:"staff_id"`
	StaffName string `json:"staff_name" example:"Bima Putra"`
}

// Who serves beside the first is not stored with the line: the session has the subjects
// that it occupies, and a line that has lost its session has nobody any more.

// teammateSQL is a Teammate of a staff member m.
const teammateSQL = `json_build_object('staff_id', m.id, 'staff_name', coalesce(nullif(m.display_name, ''), m.first_name || ' ' || m.last_name))`

// teamColumn is the team of a row of appointment_lines, without its first.
const teamColumn = `coalesce((
		SELECT json_agg(` + teammateSQL + ` ORDER BY m.subject_key)
		FROM sessions z
		JOIN staff m ON m.tenant_id = $1 AND m.subject_key = ANY (z.subject_keys) AND m.id <> appointment_lines.staff_id
		WHERE z.tenant_id = $1 AND z.id = appointment_lines.session_id AND cardinality(z.subject_keys) > 1), '[]') AS team`

// teamOf is the rest of the team of a line that is being written.
func (p *plan) teamOf(l *planLine) (team []Teammate) {
	for _, member := range l.team[min(len(l.team), 1):] {
		team = append(team, Teammate{StaffID: member, StaffName: p.diary.StaffName(member)})
	}
	return team
}

// teamRow is one Teammate of a line in a calendar.
type teamRow struct {
	Appointment id.ID  `db:"appointment_id"`
	Position    int    `db:"position"`
	StaffID     id.ID  `db:"staff_id"`
	StaffName   string `db:"staff_name"`
}

// queueTeams reads who serves beside the first. Most calendars have nobody.
func queueTeams(tx *db.Tx, args ...any) *db.Results[teamRow] {
	return db.QueueAll[teamRow](tx, calendarScope+`
		SELECT l.appointment_id, l.position, m.id AS staff_id, coalesce(nullif(m.display_name, ''), m.first_name || ' ' || m.last_name) AS staff_name
		FROM place
		JOIN sessions z ON z.tenant_id = $1 AND z.outlet_id = place.id AND z.starts_at >= place.begins AND z.starts_at < place.ends
			AND cardinality(z.subject_keys) > 1
		JOIN appointment_lines l ON l.tenant_id = $1 AND l.session_id = z.id
		JOIN staff m ON m.tenant_id = $1 AND m.subject_key = ANY (z.subject_keys) AND m.id <> l.staff_id
		ORDER BY m.subject_key`, args...)
}

// addTeams puts them beside the first.
func (c *Calendar) addTeams(rows []teamRow) {
	if len(rows) == 0 {
		return
	}
	items := map[id.ID]*CalendarItem{}
	for _, day := range c.Days {
		for i := range day {
			items[day[i].ID] = &day[i]
		}
	}
	for _, r := range rows {
		if item := items[r.Appointment]; item != nil && r.Position < len(item.Services) {
			line := &item.Services[r.Position]
			line.Team = append(line.Team, Teammate{StaffID: r.StaffID, StaffName: r.StaffName})
		}
	}
}
