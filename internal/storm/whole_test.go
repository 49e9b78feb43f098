package storm_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

// half lists queries for what must not be there: anything of a booking without the
// rest of it. They hold at any time, whatever is going on.
var half = map[string]string{
	"an appointment without lines": `
		SELECT a.id FROM appointments a
		WHERE NOT EXISTS (SELECT 1 FROM appointment_lines l WHERE l.appointment_id = a.id)`,
	"a price that is not the sum of its lines": `
		SELECT a.id FROM appointments a
		WHERE a.total_price <> (SELECT sum(l.price) FROM appointment_lines l WHERE l.appointment_id = a.id)`,
	"lines that do not follow one another": `
		SELECT l.appointment_id
		FROM appointment_lines l JOIN appointment_lines n ON n.appointment_id = l.appointment_id AND n.position = l.position + 1
		WHERE n.starts_at <> l.ends_at`,
	"a line that stands and has no seat, or was cancelled and has one": `
		SELECT l.appointment_id FROM appointment_lines l JOIN appointments a ON a.id = l.appointment_id
		WHERE (a.status = 'cancelled') = (l.seat IS NOT NULL)`,
	"a session with nobody in it": `
		SELECT s.id FROM sessions s
		WHERE NOT EXISTS (SELECT 1 FROM appointment_lines l WHERE l.session_id = s.id)`,
	"a session that does not occupy its members and rooms": `
		SELECT s.id FROM sessions s
		WHERE cardinality(s.subject_keys || s.resource_keys) <> (SELECT count(*) FROM occupancies o
			WHERE o.session_id = s.id AND o.busy_from = s.starts_at AND o.busy_to = s.ends_at)`,
	"a member in two places at once": `
		SELECT a.session_id FROM occupancies a JOIN occupancies b
			ON b.subject_key = a.subject_key AND b.session_id > a.session_id AND a.busy_from < b.busy_to AND b.busy_from < a.busy_to`,
	"more seats taken than there are": `
		SELECT s.id FROM sessions s WHERE s.capacity < (SELECT count(*) FROM appointment_lines l WHERE l.session_id = s.id)`,
	"an appointment without its one audit entry": `
		SELECT a.id FROM appointments a
		WHERE 1 <> (SELECT count(*) FROM audit_log g WHERE g.object_id = a.id AND g.action = 'appointment.booked')
			OR (a.status = 'cancelled')::int <> (SELECT count(*) FROM audit_log g WHERE g.object_id = a.id AND g.action = 'appointment.cancelled')`,
	"an audit entry of nothing": `
		SELECT g.object_id FROM audit_log g
		WHERE g.object_kind = 'appointment' AND NOT EXISTS (SELECT 1 FROM appointments a WHERE a.id = g.object_id)`,
	"a job of nothing": `
		SELECT j.id::text FROM river.river_job j
		WHERE j.args ->> 'event' LIKE 'appointment.%'
			AND NOT EXISTS (SELECT 1 FROM appointments a WHERE a.id = j.args -> 'data' ->> 'appointment_id')`,
	"a number of jobs other than one for each subscriber": `
		WITH job AS (
			SELECT args ->> 'event' AS event, args ->> 'subscriber' AS subscriber, args -> 'data' ->> 'appointment_id' AS appointment
			FROM river.river_job WHERE args ->> 'event' LIKE 'appointment.%'),
		subscribed AS (SELECT DISTINCT event, subscriber FROM job)
		SELECT a.id || ' ' || s.event || ' ' || s.subscriber
		FROM appointments a JOIN subscribed s
			ON s.event IN ('appointment.booked', 'appointment.confirmed') OR s.event = 'appointment.cancelled' AND a.status = 'cancelled'
		WHERE 1 <> (SELECT count(*) FROM job j WHERE j.appointment = a.id AND j.event = s.event AND j.subscriber = s.subscriber)`,
}

// checkWhole looks for halves.
func checkWhole(t testing.TB, url string) {
	t.Helper()
	for name, sql := range half {
		for _, found := range query[string](t, url, sql) {
			t.Errorf("%s: %s", name, found)
		}
	}
}

// checkTold looks for the messages that follow from what is stored, once the jobs
// have run: all appointments of a storm are confirmed when they are booked.
func checkTold(t testing.TB, url string) {
	t.Helper()
	for name, sql := range map[string]string{
		"not told of a confirmation": `
			SELECT a.id FROM appointments a
			WHERE a.status = 'confirmed' AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.reference = 'appointment:confirmed:' || a.id)`,
		"not told of a cancellation": `
			SELECT a.id FROM appointments a
			WHERE a.status = 'cancelled' AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.reference = 'appointment:cancelled:' || a.id)`,
		"told of something that is not so": `
			SELECT m.reference FROM messages m
			WHERE m.reference LIKE 'appointment:%' AND NOT EXISTS (
				SELECT 1 FROM appointments a
				WHERE m.reference = 'appointment:confirmed:' || a.id
					OR m.reference = 'appointment:cancelled:' || a.id AND a.status = 'cancelled')`,
	} {
		for _, found := range query[string](t, url, sql) {
			t.Errorf("%s: %s", name, found)
		}
	}
}

// query reads a column as superuser, on a connection that is not kept: servers and
// databases come and go here.
func query[T any](t testing.TB, url, sql string, args ...any) []T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	return found
}

// tally counts the rows that bookings write.
type tally struct{ Appointments, Cancelled, Lines, Sessions, Occupancies, Booked, Jobs int }

func count(t testing.TB, url string) (n tally) {
	t.Helper()
	for sql, into := range map[string]*int{
		`SELECT count(*) FROM appointments`:                                                     &n.Appointments,
		`SELECT count(*) FROM appointments WHERE status = 'cancelled'`:                          &n.Cancelled,
		`SELECT count(*) FROM appointment_lines`:                                                &n.Lines,
		`SELECT count(*) FROM sessions`:                                                         &n.Sessions,
		`SELECT count(*) FROM occupancies`:                                                      &n.Occupancies,
		`SELECT count(*) FROM audit_log WHERE action = 'appointment.booked'`:                    &n.Booked,
		`SELECT count(*) FROM river.river_job WHERE args ->> 'event' = 'appointment.confirmed'`: &n.Jobs,
	} {
		*into = query[int](t, url, sql)[0]
	}
	return n
}

func (n tally) less(before tally) tally {
	return tally{
		Appointments: n.Appointments - before.Appointments, Cancelled: n.Cancelled - before.Cancelled, Lines: n.Lines - before.Lines,
		Sessions: n.Sessions - before.Sessions, Occupancies: n.Occupancies - before.Occupancies, Booked: n.Booked - before.Booked, Jobs: n.Jobs - before.Jobs,
	}
}
