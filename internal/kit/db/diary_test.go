package db_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/id"
)

// A diary is a tenant with one booked appointment, written around the application:
// the first staff member is busy 10:00-11:00 UTC on 2 March 2026 in an ordinary
// session with its one seat taken, and the second has no work.
type diary struct {
	tenant, outlet, service, customer, user  id.ID
	staff, second                            int64 // subject keys
	staffID, session, appointment, line, own id.ID
	movement                                 id.ID
	slug                                     string
}

const (
	ten       = "2026-03-02 10:00+00"
	halfTen   = "2026-03-02 10:30+00"
	eleven    = "2026-03-02 11:00+00"
	noon      = "2026-03-02 12:00+00"
	busyTen   = "{[2026-03-02 10:00+00,2026-03-02 11:00+00)}"
	busyNoon  = "{[2026-03-02 12:00+00,2026-03-02 13:00+00)}"
	one       = "2026-03-02 13:00+00"
	createdAt = "2026-03-01 00:00+00"
)

// newDiary runs as superuser, for whom row-level security does not hold.
func newDiary(t *testing.T, conn *pgx.Conn) diary {
	t.Helper()
	d := diary{
		tenant: id.New(), outlet: id.New(), service: id.New(), customer: id.New(), user: id.New(),
		staffID: id.New(), session: id.New(), appointment: id.New(), line: id.New(), movement: id.New(),
	}
	d.slug = "t-" + string(d.tenant)
	ctx := t.Context()
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		run := func(sql string, args ...any) {
			if _, err := tx.Exec(ctx, sql, args...); err != nil {
				t.Fatalf("diary: %v\n%s", err, sql)
			}
		}
		run(`INSERT INTO tenants (id, slug, name, email, phone, created_at, updated_at)
			VALUES ($1, $2, 'Test', 'a@example.com', '+62', now(), now())`, d.tenant, d.slug)
		run(`INSERT INTO outlets (tenant_id, id, slug, name, timezone, created_at, updated_at)
			VALUES ($1, $2, 'main', 'Main', 'UTC', now(), now())`, d.tenant, d.outlet)
		run(`INSERT INTO services (tenant_id, id, slug, name, duration_minutes, base_price, currency, created_at, updated_at)
			VALUES ($1, $2, 'cut', 'Cut', 60, 100000, 'IDR', now(), now())`, d.tenant, d.service)
		run(`INSERT INTO customers (tenant_id, id, first_name, last_name, source, created_at, updated_at)
			VALUES ($1, $2, 'Ann', 'Test', 'walk_in', now(), now())`, d.tenant, d.customer)
		run(`INSERT INTO users (id, email, password_hash, created_at, updated_at)
			VALUES ($1, $2, '', now(), now())`, d.user, string(d.user)+"@example.com")
		run(`INSERT INTO memberships (tenant_id, user_id, role, created_at) VALUES ($1, $2, 'staff', now())`, d.tenant, d.user)
		const subjectSQL = `INSERT INTO subjects (tenant_id, kind) VALUES ($1, 'staff') RETURNING key`
		for _, key := range []*int64{&d.staff, &d.second} {
			if err := tx.QueryRow(ctx, subjectSQL, d.tenant).Scan(key); err != nil {
				return err
			}
		}
		run(`INSERT INTO staff (tenant_id, id, subject_key, outlet_id, first_name, last_name, email, phone, created_at, updated_at)
			VALUES ($1, $2, $3, $4, 'Bob', 'Test', 'bob@example.com', '+620000000', now(), now())`, d.tenant, d.staffID, d.staff, d.outlet)
		run(insertSessionSQL, d.tenant, d.session, d.outlet, d.service, []int64{d.staff}, ten, eleven, busyTen, 1)
		run(insertOccupancySQL, d.tenant, d.staff, ten, eleven, d.session)
		run(insertAppointmentSQL, d.tenant, d.appointment, d.outlet, d.customer, ten, eleven)
		run(insertLineSQL, d.tenant, d.line, d.appointment, 0, d.customer, d.service, ten, eleven, d.session, 1, 1)
		run(`INSERT INTO ledger_movements (tenant_id, id, kind, reference, created_at) VALUES ($1, $2, 'charge', 'first', now())`, d.tenant, d.movement)
		run(insertEntrySQL, d.tenant, d.movement, 0, "cash", "IDR", 100)
		run(insertEntrySQL, d.tenant, d.movement, 1, "sales", "IDR", -100)
		run(`INSERT INTO audit_log (tenant_id, at, actor_kind, action, object_kind, object_id)
			VALUES ($1, now(), 'system', 'made', 'diary', $2)`, d.tenant, d.appointment)
		run(insertJobSQL, d.tenant)
		return nil
	})
	if err != nil {
		t.Fatalf("diary: %v", err)
	}
	return d
}

const (
	insertSessionSQL = `
		INSERT INTO sessions (tenant_id, id, outlet_id, service_id, subject_keys, starts_at, ends_at, busy, capacity, created_at)
		VALUES ($1, $2, $3, $4, $5, $6::text::timestamptz, $7::text::timestamptz, $8::text::tstzmultirange, $9, now())`
	insertOccupancySQL = `
		INSERT INTO occupancies (tenant_id, subject_key, busy_from, busy_to, session_id)
		VALUES ($1, $2, $3::text::timestamptz, $4::text::timestamptz, $5)`
	insertAppointmentSQL = `
		INSERT INTO appointments (tenant_id, id, outlet_id, customer_id, status, payment_status, appointment_type, source,
			starts_at, ends_at, total_price, currency, created_at, updated_at)
		VALUES ($1, $2, $3, $4, 'confirmed', 'pending', 'scheduled', 'staff',
			$5::text::timestamptz, $6::text::timestamptz, 100000, 'IDR', now(), now())`
	insertLineSQL = `
		INSERT INTO appointment_lines (tenant_id, id, appointment_id, position, customer_id, service_id, service_name, price, price_source,
			duration_minutes, preparation_minutes, cleanup_minutes, starts_at, ends_at, session_id, seat, capacity)
		VALUES ($1, $2, $3, $4, $5, $6, 'Cut', 100000, 'base_price', 60, 0, 0,
			$7::text::timestamptz, $8::text::timestamptz, $9, $10, $11)`
	insertEntrySQL = `
		INSERT INTO ledger_entries (tenant_id, movement_id, position, account, currency, amount)
		VALUES ($1, $2, $3, $4, $5, $6)`
	insertJobSQL = `
		INSERT INTO river.river_job (args, kind, max_attempts, queue)
		VALUES (jsonb_build_object('tenant', $1::text), 'test', 1, 'default')`
)

// A step is a statement of an attempt, or what happens between two.
type step struct {
	sql  string
	args []any
	then func()
}

func do(sql string, args ...any) step { return step{sql: sql, args: args} }

// attempt runs the steps in one transaction, in the role and tenant given (no role
// being the superuser), and returns the first refusal, COMMIT's included. The rows
// that the last step changed or returned are counted.
func attempt(ctx context.Context, conn *pgx.Conn, role string, tenant id.ID, steps ...step) (rows int64, err error) {
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if role != "" {
			_, err := tx.Exec(ctx, `SELECT set_config('role', $1, true), set_config('reserva.tenant', $2, true)`, role, tenant)
			if err != nil {
				return err
			}
		}
		for _, s := range steps {
			if s.then != nil {
				s.then()
				continue
			}
			tag, err := tx.Exec(ctx, s.sql, s.args...)
			if err != nil {
				return err
			}
			rows = tag.RowsAffected()
		}
		return nil
	})
	return rows, err
}
