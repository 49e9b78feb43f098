package proof_test

import (
	"time"

	"github.com/jackc/pgx/v5"
)

// broken lists queries for what must not be there on any evening.
var broken = map[string]string{
	"somebody is in two places at once": `
		SELECT a.session_id || ' ' || b.session_id
		FROM occupancies a JOIN occupancies b ON b.tenant_id = a.tenant_id AND b.subject_key = a.subject_key AND (b.session_id, b.busy_from) > (a.session_id, a.busy_from)
			AND a.busy_from < b.busy_to AND b.busy_from < a.busy_to`,
	"more seats are taken than there are": `
		SELECT s.id FROM sessions s JOIN appointment_lines l ON l.tenant_id = s.tenant_id AND l.session_id = s.id
		GROUP BY s.id, s.capacity
		HAVING count(*) > s.capacity OR count(DISTINCT l.seat) <> count(*) OR max(l.seat) > s.capacity`,
	"a session does not take its members while they are needed": `
		SELECT s.id || ' ' || k.key
		FROM sessions s CROSS JOIN LATERAL unnest(s.subject_keys) AS k (key)
		WHERE s.busy IS DISTINCT FROM (
			SELECT range_agg(tstzrange(o.busy_from, o.busy_to)) FROM occupancies o WHERE o.tenant_id = s.tenant_id AND o.session_id = s.id AND o.subject_key = k.key)`,
	"a session does not take its rooms for its whole length": `
		SELECT s.id || ' ' || k.key
		FROM sessions s CROSS JOIN LATERAL unnest(s.resource_keys) AS k (key)
		WHERE tstzmultirange(tstzrange(s.starts_at, s.ends_at)) IS DISTINCT FROM (
			SELECT range_agg(tstzrange(o.busy_from, o.busy_to)) FROM occupancies o WHERE o.tenant_id = s.tenant_id AND o.session_id = s.id AND o.subject_key = k.key)`,
	"a time is taken for nothing": `
		SELECT o.session_id FROM occupancies o
		WHERE NOT EXISTS (SELECT 1 FROM appointment_lines l WHERE l.tenant_id = o.tenant_id AND l.session_id = o.session_id)`,
	"a visit that stands has no seat, or one that does not has one": `
		SELECT a.id || ' ' || a.status
		FROM appointments a JOIN appointment_lines l ON l.tenant_id = a.tenant_id AND l.appointment_id = a.id
		WHERE (a.status IN ('confirmed', 'in_progress', 'completed')) <> (l.seat IS NOT NULL) AND a.status <> 'pending'`,
	"a price is not the sum of its lines": `
		SELECT a.id FROM appointments a
		WHERE a.total_price <> (SELECT sum(l.price) FROM appointment_lines l WHERE l.tenant_id = a.tenant_id AND l.appointment_id = a.id)`,
	"a visit was not booked just once": `
		SELECT a.id FROM appointments a
		WHERE 1 <> (SELECT count(*) FROM audit_log g WHERE g.tenant_id = a.tenant_id AND g.object_id = a.id AND g.action = 'appointment.booked')`,
	"an audit entry does not go on from the one before": `
		SELECT g.object_id || ' ' || g.action
		FROM (
			SELECT object_id, action, old, lag(new) OVER (PARTITION BY object_id ORDER BY id) AS was
			FROM audit_log WHERE object_kind = 'appointment') AS g
		WHERE coalesce(g.old, 'null'::jsonb) - 'changed' IS DISTINCT FROM coalesce(g.was, 'null'::jsonb) - 'changed'
			AND NOT (g.old IS NULL AND g.was IS NULL)`,
	"a visit is not what its audit trail says": `
		SELECT a.id || ' ' || a.status || ' ' || g.action || ' ' || coalesce(g.new::text, '-')
		FROM appointments a CROSS JOIN LATERAL (
			SELECT action, new FROM audit_log WHERE tenant_id = a.tenant_id AND object_id = a.id AND object_kind = 'appointment' ORDER BY id DESC LIMIT 1) AS g
		WHERE g.new ->> 'status' IS DISTINCT FROM a.status
			OR g.new ->> 'payment_status' IS DISTINCT FROM a.payment_status
			OR (g.new ->> 'starts_at')::timestamptz IS DISTINCT FROM a.starts_at
			OR (g.new ->> 'ends_at')::timestamptz IS DISTINCT FROM a.ends_at
			OR (g.new ->> 'total_price')::bigint IS DISTINCT FROM a.total_price
			OR g.new -> 'staff' IS DISTINCT FROM (
				SELECT jsonb_agg(coalesce(l.staff_id, '') ORDER BY l.position) FROM appointment_lines l WHERE l.tenant_id = a.tenant_id AND l.appointment_id = a.id)`,
	"a request with a key has happened twice": `
		SELECT a.customer_id || ' ' || a.starts_at
		FROM appointments a JOIN appointment_lines l ON l.tenant_id = a.tenant_id AND l.appointment_id = a.id AND l.seat IS NOT NULL
		GROUP BY a.customer_id, a.starts_at, l.session_id
		HAVING count(*) > 1`,
	"money came twice, or in part": `
		SELECT id || ' ' || paid_amount FROM appointments WHERE paid_amount NOT IN (0, total_price)`,
}

// check holds the database against what must never be, and against what the
// simulation knows.
func (y *year) check() {
	y.Helper()
	for name, sql := range broken {
		for _, found := range query[string](y, sql) {
			y.Errorf("%s: %s", name, found)
		}
	}
	type row struct {
		ID       string
		Status   string
		StartsAt time.Time
		Total    int64
	}
	rows, err := y.DB.Pool().Query(y.Context(), `SELECT id, status, starts_at, total_price FROM appointments`)
	if err != nil {
		y.Fatal(err)
	}
	stored, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		y.Fatal(err)
	}
	known := map[string]*visit{}
	for _, v := range y.visits {
		known[v.id] = v
	}
	if len(stored) != len(known) {
		y.Errorf("%d visits are stored, and %d are known of", len(stored), len(known))
	}
	for _, r := range stored {
		v := known[r.ID]
		if v == nil {
			y.Errorf("visit %s at %s is stored, and nobody was told of it", r.ID, r.StartsAt)
			continue
		}
		lapsed := r.Status == "pending" && v.status == "cancelled"
		if r.Status != v.status && !lapsed || int(r.Total) != v.price || !r.StartsAt.Equal(v.starts) {
			y.Errorf("visit %s is stored as %+v, and known as %+v", r.ID, r, *v)
		}
	}
}

// query reads a column as superuser.
func query[T any](y *year, sql string) []T {
	y.Helper()
	rows, err := y.DB.Pool().Query(y.Context(), sql)
	if err != nil {
		y.Fatalf("%v\n%s", err, sql)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		y.Fatalf("%v\n%s", err, sql)
	}
	return found
}
