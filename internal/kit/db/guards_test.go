package db_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

const (
	app       = "reserva_app"
	platform  = "reserva_platform"
	superuser = ""
)

// refusal is how the database has to refuse: SQLSTATE and constraint.
type refusal struct{ code, constraint string }

func (r refusal) check(t *testing.T, err error) {
	t.Helper()
	var pg *pgconn.PgError
	switch {
	case err == nil:
		t.Errorf("accepted; want %s %s", r.code, r.constraint)
	case !errors.As(err, &pg) || pg.Code != r.code || r.constraint != "" && pg.ConstraintName != r.constraint:
		t.Errorf("refused with %v; want %s %s", err, r.code, r.constraint)
	}
}

var (
	notCovered = refusal{"RV003", "sessions_covered"}
	unbalanced = refusal{"RV004", "ledger_balanced"}
	privilege  = refusal{"42501", ""} // no privilege, or a row outside the policy
	overlap    = refusal{"23P01", "occupancies_no_overlap"}
)

// Each of these is tried in a diary of its own.
func TestGuardsOfTheCalendar(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		role  string
		steps func(d diary) []step
		want  refusal
	}{
		{"an overlapping occupancy", app, func(d diary) []step {
			return []step{
				newSession(d, d.own, []int64{d.staff}, halfTen, noon, "{[2026-03-02 10:30+00,2026-03-02 12:00+00)}", 1),
				do(insertOccupancySQL, d.tenant, d.staff, halfTen, noon, d.own),
			}
		}, overlap},
		{"an occupancy inside another", app, func(d diary) []step {
			return []step{do(insertOccupancySQL, d.tenant, d.staff, "2026-03-02 10:15+00", halfTen, d.session)}
		}, overlap},
		{"an overlap by moving", app, func(d diary) []step {
			return []step{
				do(insertOccupancySQL, d.tenant, d.staff, noon, one, d.session),
				do(`UPDATE occupancies SET busy_from = $3::text::timestamptz
					WHERE tenant_id = $1 AND subject_key = $2 AND busy_from = $4::text::timestamptz`, d.tenant, d.staff, halfTen, noon),
			}
		}, overlap},
		{"an overlap as superuser", superuser, func(d diary) []step {
			return []step{do(insertOccupancySQL, d.tenant, d.staff, halfTen, noon, d.session)}
		}, overlap},
		{"an empty interval", app, func(d diary) []step {
			return []step{do(insertOccupancySQL, d.tenant, d.second, noon, noon, d.session)}
		}, refusal{"23514", "occupancies_not_empty"}},
		{"an interval that ends before it begins", app, func(d diary) []step {
			return []step{do(insertOccupancySQL, d.tenant, d.second, one, noon, d.session)}
		}, refusal{"23514", "occupancies_not_empty"}},
		{"a seat beyond the capacity", app, func(d diary) []step {
			return []step{secondLine(d, d.session, 2, 1)}
		}, refusal{"23514", "appointment_lines_within_capacity"}},
		{"seat zero", app, func(d diary) []step {
			return []step{secondLine(d, d.session, 0, 1)}
		}, refusal{"23514", "appointment_lines_within_capacity"}},
		{"a capacity that is not the session's", app, func(d diary) []step {
			return []step{
				newSession(d, d.own, []int64{d.second}, noon, one, busyNoon, 1),
				secondLine(d, d.own, 2, 2),
			}
		}, refusal{"23503", "appointment_lines_tenant_id_session_id_capacity_fkey"}},
		{"a seat without its session", app, func(d diary) []step {
			return []step{do(`UPDATE appointment_lines SET session_id = NULL WHERE tenant_id = $1 AND id = $2`, d.tenant, d.line)}
		}, refusal{"23514", "appointment_lines_seat_whole"}},
		{"a seat that is taken", app, func(d diary) []step {
			return []step{
				do(`INSERT INTO customers (tenant_id, id, first_name, last_name, source, created_at, updated_at)
					VALUES ($1, $2, 'Cat', 'Test', 'walk_in', now(), now())`, d.tenant, d.own),
				do(insertLineSQL, d.tenant, id.New(), d.appointment, 1, d.own, d.service, ten, eleven, d.session, 1, 1),
			}
		}, refusal{"23505", "appointment_lines_seat"}},
		{"a customer twice in a session", app, func(d diary) []step {
			return []step{
				newSession(d, d.own, []int64{d.second}, ten, eleven, busyTen, 2),
				do(insertOccupancySQL, d.tenant, d.second, ten, eleven, d.own),
				secondLine(d, d.own, 1, 2),
				do(insertLineSQL, d.tenant, id.New(), d.appointment, 2, d.customer, d.service, ten, eleven, d.own, 2, 2),
			}
		}, refusal{"23505", "appointment_lines_same_customer"}},
		{"a seated line without occupancies", app, func(d diary) []step {
			return []step{
				newSession(d, d.own, []int64{d.second}, noon, one, busyNoon, 1),
				secondLine(d, d.own, 1, 1),
			}
		}, notCovered},
		{"a seated line half covered in time", app, func(d diary) []step {
			return []step{
				newSession(d, d.own, []int64{d.second}, noon, one, busyNoon, 1),
				do(insertOccupancySQL, d.tenant, d.second, noon, "2026-03-02 12:30+00", d.own),
				secondLine(d, d.own, 1, 1),
			}
		}, notCovered},
		{"a seated line with one of two staff members", app, func(d diary) []step {
			return []step{
				newSession(d, d.own, []int64{d.staff, d.second}, noon, one, busyNoon, 1),
				do(insertOccupancySQL, d.tenant, d.staff, noon, one, d.own),
				secondLine(d, d.own, 1, 1),
			}
		}, notCovered},
		{"a line moved to a session that is not covered", app, func(d diary) []step {
			return []step{
				newSession(d, d.own, []int64{d.second}, noon, one, busyNoon, 1),
				do(`UPDATE appointment_lines SET session_id = $3 WHERE tenant_id = $1 AND id = $2`, d.tenant, d.line, d.own),
			}
		}, notCovered},
		{"removing an occupancy under a seat", app, func(d diary) []step {
			return []step{do(`DELETE FROM occupancies WHERE tenant_id = $1 AND session_id = $2`, d.tenant, d.session)}
		}, notCovered},
		{"shortening an occupancy under a seat", app, func(d diary) []step {
			return []step{do(`UPDATE occupancies SET busy_to = $3::text::timestamptz
				WHERE tenant_id = $1 AND session_id = $2`, d.tenant, d.session, halfTen)}
		}, notCovered},
		{"giving an occupancy to another staff member", app, func(d diary) []step {
			return []step{do(`UPDATE occupancies SET subject_key = $3
				WHERE tenant_id = $1 AND session_id = $2`, d.tenant, d.session, d.second)}
		}, notCovered},
		{"giving an occupancy to another session", app, func(d diary) []step {
			return []step{
				newSession(d, d.own, []int64{d.staff}, ten, eleven, busyTen, 1),
				do(`UPDATE occupancies SET session_id = $3 WHERE tenant_id = $1 AND session_id = $2`, d.tenant, d.session, d.own),
			}
		}, notCovered},
		{"a seat whose tenant is let go of before COMMIT", app, func(d diary) []step {
			return []step{
				newSession(d, d.own, []int64{d.second}, noon, one, busyNoon, 1),
				secondLine(d, d.own, 1, 1),
				do(`SELECT set_config('reserva.tenant', '', true)`),
			}
		}, notCovered},
		{"a session that is busy at another time than it runs", app, func(d diary) []step {
			return []step{newSession(d, d.own, []int64{d.second}, noon, one, busyTen, 1)}
		}, refusal{"23514", "sessions_busy_within"}},
		{"removing an occupancy as superuser", superuser, func(d diary) []step {
			return []step{do(`DELETE FROM occupancies WHERE tenant_id = $1 AND session_id = $2`, d.tenant, d.session)}
		}, notCovered},
		{"removing a session under a seat", app, func(d diary) []step {
			return []step{do(`DELETE FROM sessions WHERE tenant_id = $1 AND id = $2`, d.tenant, d.session)}
		}, refusal{"23503", "appointment_lines_tenant_id_session_id_capacity_fkey"}},
		{"changing a session's capacity", app, func(d diary) []step {
			return []step{do(`UPDATE sessions SET capacity = 2 WHERE tenant_id = $1 AND id = $2`, d.tenant, d.session)}
		}, privilege},
		{"changing a session's time", platform, func(d diary) []step {
			return []step{do(`UPDATE sessions SET busy = '{[2026-03-02 10:00+00,2026-03-02 10:05+00)}' WHERE id = $1`, d.session)}
		}, privilege},
		{"changing a session's staff", app, func(d diary) []step {
			return []step{do(`UPDATE sessions SET subject_keys = $3 WHERE tenant_id = $1 AND id = $2`, d.tenant, d.session, []int64{d.second})}
		}, privilege},
		{"a session that needs nobody", app, func(d diary) []step {
			return []step{newSession(d, d.own, []int64{}, noon, one, busyNoon, 1)}
		}, refusal{"23514", "sessions_subject_keys_check"}},
		{"a session that keeps nobody busy", app, func(d diary) []step {
			return []step{newSession(d, d.own, []int64{d.second}, noon, one, "{}", 1)}
		}, refusal{"23514", "sessions_busy_check"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			conn := testkit.Superuser(t)
			d := newDiary(t, conn)
			d.own = id.New()
			_, err := attempt(t.Context(), conn, c.role, d.tenant, c.steps(d)...)
			c.want.check(t, err)
		})
	}
}

// Two transactions that each see the other's rows as they were: one seats somebody,
// is judged, and stays open; the other takes the time away.
func TestGuardSeesTheSeatOfAnOpenTransaction(t *testing.T) {
	t.Parallel()
	conn, rival := testkit.Superuser(t), testkit.Superuser(t)
	d := newDiary(t, conn)
	d.own = id.New()
	ctx := t.Context()
	_, err := attempt(ctx, conn, app, d.tenant,
		newSession(d, d.own, []int64{d.second}, noon, one, busyNoon, 1),
		do(insertOccupancySQL, d.tenant, d.second, noon, one, d.own))
	if err != nil {
		t.Fatal(err)
	}
	removed := make(chan error, 1)
	_, err = attempt(ctx, conn, app, d.tenant,
		secondLine(d, d.own, 1, 1),
		do(`SET CONSTRAINTS ALL IMMEDIATE`),
		step{then: func() {
			go func() {
				_, err := attempt(ctx, rival, app, d.tenant, do(`DELETE FROM occupancies WHERE tenant_id = $1 AND session_id = $2`, d.tenant, d.own))
				removed <- err
			}()
			awaitLock(t, rival, removed)
		}})
	if err != nil {
		t.Errorf("the seat was refused: %v", err)
	}
	notCovered.check(t, <-removed)
}

// awaitLock returns once conn waits for a lock that somebody else holds, or is done.
func awaitLock(t *testing.T, conn *pgx.Conn, done <-chan error) {
	t.Helper()
	observer := testkit.Superuser(t)
	for len(done) == 0 {
		var waits bool
		err := observer.QueryRow(t.Context(), `SELECT cardinality(pg_blocking_pids($1)) > 0`, conn.PgConn().PID()).Scan(&waits)
		if err != nil {
			t.Fatal(err)
		}
		if waits {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// What the guards leave alone, so that the refusals above have one cause each.
func TestGuardsLetTheCalendarWork(t *testing.T) {
	t.Parallel()
	cases := map[string]func(d diary) []step{
		"touching intervals": func(d diary) []step {
			return []step{
				newSession(d, d.own, []int64{d.staff}, eleven, noon, "{[2026-03-02 11:00+00,2026-03-02 12:00+00)}", 1),
				do(insertOccupancySQL, d.tenant, d.staff, eleven, noon, d.own),
				do(insertLineSQL, d.tenant, id.New(), d.appointment, 1, d.customer, d.service, eleven, noon, d.own, 1, 1),
			}
		},
		"a line before its occupancies": func(d diary) []step {
			return []step{
				newSession(d, d.own, []int64{d.staff, d.second}, noon, one, busyNoon, 1),
				secondLine(d, d.own, 1, 1),
				do(insertOccupancySQL, d.tenant, d.second, noon, one, d.own),
				do(insertOccupancySQL, d.tenant, d.staff, noon, one, d.own),
			}
		},
		"two occupancies with a gap for processing": func(d diary) []step {
			return []step{
				newSession(d, d.own, []int64{d.second}, ten, noon,
					"{[2026-03-02 10:00+00,2026-03-02 10:30+00),[2026-03-02 11:00+00,2026-03-02 12:00+00)}", 1),
				do(insertOccupancySQL, d.tenant, d.second, ten, halfTen, d.own),
				do(insertOccupancySQL, d.tenant, d.second, eleven, noon, d.own),
				secondLine(d, d.own, 1, 1),
			}
		},
		"giving back the seat, then the time": func(d diary) []step {
			return []step{
				do(`UPDATE appointment_lines SET session_id = NULL, seat = NULL, capacity = NULL WHERE tenant_id = $1 AND id = $2`, d.tenant, d.line),
				do(`DELETE FROM occupancies WHERE tenant_id = $1 AND session_id = $2`, d.tenant, d.session),
			}
		},
		"giving back the time, then the seat": func(d diary) []step {
			return []step{
				do(`DELETE FROM occupancies WHERE tenant_id = $1 AND session_id = $2`, d.tenant, d.session),
				do(`UPDATE appointment_lines SET session_id = NULL, seat = NULL, capacity = NULL WHERE tenant_id = $1 AND id = $2`, d.tenant, d.line),
			}
		},
		"locking a session": func(d diary) []step {
			return []step{do(`SELECT id FROM sessions WHERE tenant_id = $1 AND id = $2 FOR UPDATE`, d.tenant, d.session)}
		},
	}
	for name, steps := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := testkit.Superuser(t)
			d := newDiary(t, conn)
			d.own = id.New()
			if _, err := attempt(t.Context(), conn, app, d.tenant, steps(d)...); err != nil {
				t.Error(err)
			}
		})
	}
}

func newSession(d diary, session id.ID, keys []int64, from, to, busy string, capacity int) step {
	return do(insertSessionSQL, d.tenant, session, d.outlet, d.service, keys, from, to, busy, capacity)
}

// secondLine seats the diary's appointment once more.
func secondLine(d diary, session id.ID, seat, capacity int) step {
	return do(insertLineSQL, d.tenant, id.New(), d.appointment, 1, d.customer, d.service, noon, one, session, seat, capacity)
}

func TestGuardsOfTheLedgerAndTheLog(t *testing.T) {
	t.Parallel()
	conn := testkit.Superuser(t)
	movement := func(d diary) step {
		return do(`INSERT INTO ledger_movements (tenant_id, id, kind, reference, created_at) VALUES ($1, $2, 'charge', 'second', now())`, d.tenant, d.own)
	}
	entry := func(d diary, position int, currency string, amount int64) step {
		return do(insertEntrySQL, d.tenant, d.own, position, "cash", currency, amount)
	}
	cases := []struct {
		name  string
		role  string
		steps func(d diary) []step
		want  refusal
	}{
		{"a movement without entries", app, func(d diary) []step { return []step{movement(d)} }, unbalanced},
		{"a movement that does not balance", app, func(d diary) []step {
			return []step{movement(d), entry(d, 0, "IDR", 100), entry(d, 1, "IDR", -99)}
		}, unbalanced},
		{"a movement that balances over two currencies only", app, func(d diary) []step {
			return []step{movement(d), entry(d, 0, "IDR", 100), entry(d, 1, "PHP", -100)}
		}, unbalanced},
		{"an entry that moves nothing", app, func(d diary) []step {
			return []step{movement(d), entry(d, 0, "IDR", 0)}
		}, refusal{"23514", "ledger_entries_amount_check"}},
		{"an entry added afterwards", app, func(d diary) []step {
			return []step{do(insertEntrySQL, d.tenant, d.movement, 2, "cash", "IDR", 5)}
		}, unbalanced},
		{"the same cause twice", app, func(d diary) []step {
			return []step{do(`INSERT INTO ledger_movements (tenant_id, id, kind, reference, created_at) VALUES ($1, $2, 'charge', 'first', now())`, d.tenant, d.own)}
		}, refusal{"23505", "ledger_movements_once"}},
		{"a balance below zero", app, func(d diary) []step {
			return []step{do(`INSERT INTO ledger_balances (tenant_id, account, currency, amount) VALUES ($1, 'wallet', 'IDR', -1)`, d.tenant)}
		}, refusal{"23514", "ledger_balances_not_negative"}},
	}
	for _, table := range []string{"ledger_movements", "ledger_entries", "audit_log"} {
		for _, sql := range []string{`UPDATE ` + table + ` SET tenant_id = tenant_id WHERE tenant_id = $1`, `DELETE FROM ` + table + ` WHERE tenant_id = $1`} {
			for role, want := range map[string]refusal{app: privilege, platform: privilege, superuser: {"RV002", table + "_append_only"}} {
				cases = append(cases, struct {
					name  string
					role  string
					steps func(d diary) []step
					want  refusal
				}{sql + " as " + role, role, func(d diary) []step { return []step{do(sql, d.tenant)} }, want})
			}
		}
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newDiary(t, conn)
			d.own = id.New()
			_, err := attempt(t.Context(), conn, c.role, d.tenant, c.steps(d)...)
			c.want.check(t, err)
		})
	}
	t.Run("a balanced movement is accepted", func(t *testing.T) {
		d := newDiary(t, conn)
		d.own = id.New()
		steps := []step{movement(d), entry(d, 0, "IDR", 100), entry(d, 1, "IDR", -60), entry(d, 2, "IDR", -40), entry(d, 3, "PHP", 7), entry(d, 4, "PHP", -7)}
		if _, err := attempt(t.Context(), conn, app, d.tenant, steps...); err != nil {
			t.Error(err)
		}
	})
}
