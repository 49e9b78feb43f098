package bench

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"reserva/internal/kit/id"
)

// limit writes the rows of a booking without the product: nothing is looked up,
// decided or answered. The rows have the sizes of those that the server wrote for
// one booking, and stand under the same constraints.
type limit struct {
	db     *pgxpool.Pool
	sample sample
	rows   int // of one booking
}

// sample is what the server wrote beside the obvious.
type sample struct {
	salon                *salon
	appointment          id.ID
	policy               string
	actor                string
	action, new, request string
	jobs                 jobRows
}

// jobRows are the jobs of one booking, by column.
type jobRows struct {
	args, kinds []string
	priorities  []int16
}

// newLimit books once through the server and once through the driver, and checks
// that both wrote as many rows into the same tables.
func (r *run) newLimit(ctx context.Context, served, driven *agenda) (*limit, error) {
	l := &limit{db: r.driver}
	before, err := countRows(ctx, r.driver)
	if err != nil {
		return nil, err
	}
	if err := l.learn(ctx, r.api, served); err != nil {
		return nil, err
	}
	between, err := countRows(ctx, r.driver)
	if err != nil {
		return nil, err
	}
	if err := l.book(ctx, driven); err != nil {
		return nil, err
	}
	after, err := countRows(ctx, r.driver)
	if err != nil {
		return nil, err
	}
	wrote, limited := grown(before, between), grown(between, after)
	if !maps.Equal(wrote, limited) {
		return nil, fmt.Errorf("a booking writes %v, and the limit %v", wrote, limited)
	}
	for _, n := range limited {
		l.rows += int(n)
	}
	return l, nil
}

// learn books through the server and reads what that wrote.
func (l *limit) learn(ctx context.Context, api *client, from *agenda) error {
	s, err := from.take()
	if err != nil {
		return err
	}
	var made struct {
		ID id.ID `json:"id"`
	}
	if err := api.must(ctx, s.salon.token, http.MethodPost, "/appointments", s.request(), &made); err != nil {
		return err
	}
	l.sample = sample{salon: s.salon, appointment: made.ID}
	err = l.db.QueryRow(ctx, `
		SELECT a.policy::text, l.actor_id, l.action, l.new::text, l.request_id
		FROM appointments a JOIN audit_log l ON l.tenant_id = a.tenant_id AND l.object_id = a.id
		WHERE a.tenant_id = $1 AND a.id = $2`, s.salon.tenant, made.ID).
		Scan(&l.sample.policy, &l.sample.actor, &l.sample.action, &l.sample.new, &l.sample.request)
	if err != nil {
		return err
	}
	return l.db.QueryRow(ctx, `
		SELECT coalesce(array_agg(args::text), '{}'), coalesce(array_agg(kind), '{}'), coalesce(array_agg(priority), '{}')
		FROM river.river_job
		WHERE args::text LIKE '%' || $1 || '%'`, made.ID).
		Scan(&l.sample.jobs.args, &l.sample.jobs.kinds, &l.sample.jobs.priorities)
}

// book writes the next slot's booking in one round trip.
func (l *limit) book(ctx context.Context, from *agenda) error {
	s, err := from.take()
	if err != nil {
		return err
	}
	starts, ends, err := s.times()
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	batch := &pgx.Batch{}
	batch.Queue("BEGIN")
	l.queue(batch, s, starts, ends, now)
	batch.Queue("COMMIT")
	return l.db.SendBatch(ctx, batch).Close()
}

func (l *limit) queue(batch *pgx.Batch, s slot, starts, ends, now time.Time) {
	tenant, what := s.salon.tenant, s.salon.services[0]
	appointment, session := id.NewAt(now), id.NewAt(now)
	batch.Queue(`
		INSERT INTO sessions (tenant_id, id, outlet_id, service_id, subject_keys, starts_at, ends_at, busy, capacity, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)`,
		tenant, session, s.salon.outlet, what.id, []int64{s.member.key}, starts, ends, busy(starts, ends), now)
	batch.Queue(`
		INSERT INTO occupancies (tenant_id, subject_key, busy_from, busy_to, session_id) VALUES ($1, $2, $3, $4, $5)`,
		tenant, s.member.key, starts, ends, session)
	batch.Queue(`
		INSERT INTO appointments (tenant_id, id, outlet_id, customer_id, status, payment_status, appointment_type, source,
			starts_at, ends_at, total_price, currency, policy, confirmed_at, created_by_id, created_at, updated_at)
		VALUES ($1, $2, $3, $4, 'confirmed', 'pending', 'scheduled', 'staff', $5, $6, 150000, 'IDR', $7, $8, $9, $8, $8)`,
		tenant, appointment, s.salon.outlet, s.customer, starts, ends, l.sample.policy, now, l.sample.actor)
	batch.Queue(`
		INSERT INTO appointment_lines (tenant_id, id, appointment_id, position, customer_id, service_id, staff_id, service_name, staff_name,
			price, price_source, duration_minutes, preparation_minutes, cleanup_minutes, starts_at, ends_at, session_id, seat, capacity)
		VALUES ($1, $2, $3, 0, $4, $5, $6, 'Service 0 of 30 minutes', 'Ayu Lestari', 150000, 'base', $7, 0, 0, $8, $9, $10, 1, 1)`,
		tenant, id.NewAt(now), appointment, s.customer, what.id, s.member.id, what.minutes, starts, ends, session)
	batch.Queue(`
		WITH written AS (
			INSERT INTO audit_log (tenant_id, at, actor_kind, actor_id, action, object_kind, object_id, new, address, request_id)
			VALUES ($1, $2, 'staff', $3, $4, 'appointment', $5, $6, '127.0.0.1', $7)
			RETURNING tenant_id, id)
		INSERT INTO audit_unsealed (tenant_id, entry) SELECT tenant_id, id FROM written`,
		tenant, now, l.sample.actor, l.sample.action, appointment, l.sample.new, l.sample.request)
	// Finished, so that no worker takes them: the rows are what is measured.
	batch.Queue(`
		INSERT INTO river.river_job (args, kind, max_attempts, priority, queue, scheduled_at, state, finalized_at, tags)
		SELECT j.args, j.kind, 25, j.priority, 'default', $4, 'completed', $4, '{}'
		FROM unnest($1::jsonb[], $2::text[], $3::smallint[]) AS j (args, kind, priority)`,
		l.sample.jobs.args, l.sample.jobs.kinds, l.sample.jobs.priorities, now)
}

// read is one row by its key.
func (l *limit) read(ctx context.Context) error {
	customers := l.sample.salon.customers
	var name string
	return l.db.QueryRow(ctx, `SELECT first_name FROM customers WHERE tenant_id = $1 AND id = $2`,
		l.sample.salon.tenant, customers[rand.IntN(len(customers))]).Scan(&name)
}
