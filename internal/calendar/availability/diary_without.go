package availability

import (
	"slices"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// heldRow is an occupancy of a session in which lines that are to be left out have a
// seat.
type heldRow struct {
	Session id.ID     `db:"session_id"`
	Key     int64     `db:"subject_key"`
	From    time.Time `db:"busy_from"`
	Shared  bool      `db:"shared"` // others have seats in it as well
}

// queueWithout reads what the lines of Ask.Without occupy, if there are any.
func (d *Diary) queueWithout(tx *db.Tx) {
	if len(d.ask.Without) == 0 {
		return
	}
	d.without = db.QueueAll[heldRow](tx, `
		SELECT l.session_id, o.subject_key, o.busy_from,
			EXISTS (
				SELECT 1 FROM appointment_lines x
				WHERE x.tenant_id = $1 AND x.session_id = l.session_id AND x.id <> ALL ($2)
					AND (x.lapses_at IS NULL OR x.lapses_at > $3)) AS shared
		FROM appointment_lines l
		JOIN occupancies o ON o.tenant_id = $1 AND o.session_id = l.session_id
		WHERE l.tenant_id = $1 AND l.id = ANY ($2)`, tx.Tenant(), texts(d.ask.Without), tx.Now())
}

// leaveOut makes the diary what it would be if the lines of Ask.Without had no
// seats: sessions in which nobody else is are gone, the others have a seat more. An
// occupancy is known by its subject and its begin, since those of a subject never
// overlap.
func (d *Diary) leaveOut() {
	if d.without == nil {
		return
	}
	type begin struct{ key, from int64 }
	gone, free := map[begin]bool{}, map[id.ID]bool{}
	for _, h := range d.without.Rows {
		if h.Shared {
			free[h.Session] = true
		} else {
			gone[begin{h.Key, h.From.UnixMicro()}] = true
			free[h.Session] = false
		}
	}
	d.scratch.loaded = slices.DeleteFunc(d.scratch.loaded, func(o occupancyRow) bool { return gone[begin{o.key, o.from}] })
	d.runs = slices.DeleteFunc(d.runs, func(r runRow) bool { shared, ours := free[r.session]; return ours && !shared })
	for i := range d.runs {
		if free[d.runs[i].session] {
			d.runs[i].taken--
		}
	}
}

// Held returns the sessions in which the lines of Ask.Without have seats, and the
// subjects that these occupy.
func (d *Diary) Held() (sessions []id.ID, keys []int64) {
	if d.without == nil {
		return nil, nil
	}
	for _, h := range d.without.Rows {
		sessions, keys = append(sessions, h.Session), append(keys, h.Key)
	}
	slices.Sort(sessions)
	return slices.Compact(sessions), keys
}
