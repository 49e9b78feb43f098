package appointments

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// takeSeats prepares the sessions of a plan: it removes lapsed holds that stand in
// the way, makes the unit of a service that needs no staff, and picks a seat in
// each session that is joined.
func (p *plan) takeSeats(ctx context.Context, tx *db.Tx) error {
	p.clearLapsed(tx)
	made := map[id.ID]int64{} // by service: several lines may be of one
	for i := range p.lines {
		l := &p.lines[i]
		if !l.unit || l.keys[0] != 0 {
			continue
		}
		key, known := made[l.service.ID]
		if !known {
			var err error
			if key, err = makeUnit(ctx, tx, l.service.ID, p.booking.Outlet); err != nil {
				return err
			}
			made[l.service.ID] = key
		}
		l.keys[0] = key
	}
	return p.join(ctx, tx)
}

// clearLapsed queues the removal of sessions whose holds have lapsed. The
// appointments behind them are cancelled by the tidying job.
func (p *plan) clearLapsed(tx *db.Tx) {
	if sessions := p.lapsed(); len(sessions) > 0 {
		clearLapsedSeats(tx, sessions)
	}
}

// lapsed are the sessions of lapsed holds where the plan wants to be, in order.
func (p *plan) lapsed() (sessions []id.ID) {
	for _, l := range p.lines {
		for _, c := range l.claims() {
			if !l.joins {
				sessions = append(sessions, p.diary.LapsedWithin(c.key, c.spans)...)
			}
		}
	}
	slices.Sort(sessions)
	return slices.Compact(sessions)
}

// clearLapsedSeats gives lapsed seats back and removes the sessions that nobody is
// left in. A hold that was confirmed in the meantime keeps its session.
func clearLapsedSeats(tx *db.Tx, sessions []id.ID) {
	tx.Exec(`
		SELECT id FROM sessions WHERE tenant_id = $1 AND id = ANY($2) ORDER BY id FOR UPDATE`, tx.Tenant(), texts(sessions))
	tx.Exec(`
		UPDATE appointment_lines
		SET session_id = NULL, seat = NULL, capacity = NULL
		WHERE tenant_id = $1 AND session_id = ANY($2) AND lapses_at <= $3`, tx.Tenant(), texts(sessions), tx.Now())
	removeEmptySessions(tx, sessions)
}

func removeEmptySessions(tx *db.Tx, sessions []id.ID) {
	tx.Exec(`
		DELETE FROM sessions s
		WHERE s.tenant_id = $1 AND s.id = ANY($2)
			AND NOT EXISTS (SELECT 1 FROM appointment_lines l WHERE l.tenant_id = $1 AND l.session_id = s.id)`,
		tx.Tenant(), texts(sessions))
}

// makeUnit gives a service without staff its unit at an outlet. Of two at once the
// second fails with a Conflict, and reads again.
func makeUnit(ctx context.Context, tx *db.Tx, service, outlet id.ID) (int64, error) {
	return db.One[int64](ctx, tx, `
		WITH subject AS (INSERT INTO subjects (tenant_id, kind) VALUES ($1, 'unit') RETURNING key)
		INSERT INTO service_units (tenant_id, service_id, outlet_id, subject_key)
		SELECT $1, $2, $3, key FROM subject
		RETURNING subject_key`, tx.Tenant(), service, outlet)
}

// join locks the sessions that the plan joins, in a statement of its own, and then
// picks the lowest free seat of each. A session that has gone, or is full by now,
// is a lost race.
func (p *plan) join(ctx context.Context, tx *db.Tx) error {
	var joined []id.ID
	for _, l := range p.lines {
		if l.joins {
			joined = append(joined, l.session)
		}
	}
	if len(joined) == 0 {
		return nil
	}
	tx.Expect(int64(len(joined)), "sessions_joined", `
		SELECT id FROM sessions WHERE tenant_id = $1 AND id = ANY($2) ORDER BY id FOR UPDATE`, tx.Tenant(), texts(joined))
	tx.Exec(`
		UPDATE appointment_lines
		SET session_id = NULL, seat = NULL, capacity = NULL
		WHERE tenant_id = $1 AND session_id = ANY($2) AND lapses_at <= $3`, tx.Tenant(), texts(joined), tx.Now())
	seats := map[id.ID]*db.Result[seatRow]{}
	for _, session := range joined {
		seats[session] = db.QueueOne[seatRow](tx, `
			SELECT s.capacity, min(n.seat) AS seat,
				(SELECT count(*)::int FROM appointment_lines l WHERE l.tenant_id = $1 AND l.session_id = $2 AND l.seat IS NOT NULL) AS taken
			FROM sessions s CROSS JOIN LATERAL generate_series(1, s.capacity) AS n (seat)
			WHERE s.tenant_id = $1 AND s.id = $2
				AND NOT EXISTS (SELECT 1 FROM appointment_lines l WHERE l.tenant_id = $1 AND l.session_id = $2 AND l.seat = n.seat)
			GROUP BY s.capacity`, tx.Tenant(), session)
	}
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	for i := range p.lines {
		l := &p.lines[i]
		if !l.joins {
			continue
		}
		seat := seats[l.session]
		if !seat.Found || int(seat.Value.Taken) >= l.capacity { // the service may have fewer seats by now than the session
			return &db.Conflict{Constraint: "sessions_joined"}
		}
		l.seat, l.capacity = int(seat.Value.Seat), int(seat.Value.Capacity)
		p.extendHold(tx, l.session)
	}
	return nil
}

type seatRow struct {
	Capacity int32 `db:"capacity"`
	Seat     int32 `db:"seat"`
	Taken    int32 `db:"taken"`
}

// extendHold lets the occupancies of a joined session last as long as its longest
// seat.
func (p *plan) extendHold(tx *db.Tx, session id.ID) {
	tx.Exec(`
		UPDATE occupancies
		SET lapses_at = CASE WHEN $3::timestamptz IS NULL THEN NULL ELSE greatest(lapses_at, $3) END
		WHERE tenant_id = $1 AND session_id = $2 AND lapses_at IS NOT NULL`, tx.Tenant(), session, p.hold)
}

// busy is the multirange of a line's spans, in PostgreSQL's text form.
func (l *planLine) busy() string {
	var b strings.Builder
	b.WriteByte('{')
	for i, s := range l.spans {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "[%s,%s)", s.From.UTC().Format(time.RFC3339), s.To.UTC().Format(time.RFC3339))
	}
	b.WriteByte('}')
	return b.String()
}

func texts(ids []id.ID) []string {
	out := make([]string, len(ids))
	for i, v := range ids {
		out[i] = string(v)
	}
	return out
}
