package subscriptions

import (
	"context"
	"errors"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// period is how long a subscription that nobody pays runs at a time.
const period = 30 * 24 * time.Hour

// Open queues the FREE subscription of a new tenant, in the transaction that
// creates it, and returns its id.
func Open(tx *db.Tx, tenant id.ID) id.ID {
	subscription := id.NewAt(tx.Now())
	tx.Exec(`
		INSERT INTO subscriptions (tenant_id, id, plan, billing_period, status, current_period_start, current_period_end,
			created_at, updated_at)
		VALUES ($1, $2, 'FREE', 'monthly', 'active', $3, $4, $3, $3)`,
		tenant, subscription, tx.Now(), tx.Now().Add(period))
	return subscription
}

// OutletUse is how many staff members an outlet has.
type OutletUse struct {
	OutletID id.ID  `json:"outlet_id" db:"outlet_id"`
	Name     string `json:"name" db:"name"`
	Used     int    `json:"used" db:"used"`
	Limit    int    `json:"limit" db:"-"`
}

// use is what a tenant has of everything that plans speak of.
type use struct {
	outlets, services, customers, staff, appointments *db.Result[int]
	byOutlet                                          *db.Results[OutletUse]
}

func (c Current) queueUse(tx *db.Tx) use {
	return use{
		outlets: db.QueueOne[int](tx, `SELECT count(*) FROM outlets WHERE tenant_id = $1 AND purged_at IS NULL`, tx.Tenant()),
		services: db.QueueOne[int](tx, `
			SELECT count(*)
			FROM services
			WHERE tenant_id = $1 AND deleted_at IS NULL`, tx.Tenant()),
		customers: db.QueueOne[int](tx, `
			SELECT count(*)
			FROM customers
			WHERE tenant_id = $1 AND deleted_at IS NULL`, tx.Tenant()),
		staff: db.QueueOne[int](tx, `
			SELECT count(*)
			FROM staff
			WHERE tenant_id = $1 AND deleted_at IS NULL AND is_active AND status <> 'terminated'`, tx.Tenant()),
		byOutlet: db.QueueAll[OutletUse](tx, `
			SELECT o.id AS outlet_id, o.name, count(s.id) AS used
			FROM outlets o
			LEFT JOIN staff_outlets so ON so.tenant_id = $1 AND so.outlet_id = o.id
			LEFT JOIN staff s ON s.tenant_id = $1 AND s.id = so.staff_id
				AND s.deleted_at IS NULL AND s.is_active AND s.status <> 'terminated'
			WHERE o.tenant_id = $1 AND o.deleted_at IS NULL
			GROUP BY o.id, o.name, o.created_at
			ORDER BY o.created_at, o.id`, tx.Tenant()),
		appointments: queueCounted(tx, c, tx.Now()),
	}
}

// setPlan changes the plan of a tenant from a platform transaction. A plan that
// counts appointments begins with those that the month already has.
func setPlan(tx *db.Tx, tenant id.ID, c Current, plan Plan) {
	tx.Expect(1, "subscriptions_changed", `
		UPDATE subscriptions
		SET plan = $2, status = 'active', current_period_start = $3, current_period_end = $4, updated_at = $3
		WHERE tenant_id = $1
		RETURNING id`, tenant, string(plan), tx.Now(), tx.Now().Add(period))
	if plan.Limits().AppointmentsPerMonth == Unlimited {
		return
	}
	from, to := monthBounds(tx.Now(), c.location())
	tx.Exec(`
		INSERT INTO plan_usage (tenant_id, month, appointments)
		SELECT $1::text, $2::date, count(*)
		FROM appointments
		WHERE tenant_id = $1 AND created_at >= $3 AND created_at < $4 AND (source <> 'waitlist' OR accepted_at IS NOT NULL)
		ON CONFLICT (tenant_id, month) DO UPDATE
		SET appointments = EXCLUDED.appointments`, tenant, c.Month(tx.Now()), from, to)
}

type found struct {
	TenantID id.ID `db:"tenant_id"`
	Current
}

func findBySlug(ctx context.Context, tx *db.Tx, slug string) (found, error) {
	row, err := db.One[found](ctx, tx, `
		SELECT s.tenant_id, s.id, s.plan, s.billing_period, s.status, s.current_period_start, s.current_period_end,
			s.created_at, s.updated_at, t.timezone, '{}'::jsonb AS fee
		FROM tenants t
		JOIN subscriptions s ON s.tenant_id = t.id
		WHERE t.slug = $1 AND t.deleted_at IS NULL
		FOR UPDATE OF s`, slug)
	if errors.Is(err, db.ErrNotFound) {
		return row, ErrUnknown
	}
	return row, err
}

// roll begins the next period of every subscription whose period is over. A
// server that slept for months catches up at once.
func roll(tx *db.Tx) {
	tx.Exec(`
		UPDATE subscriptions
		SET current_period_start = current_period_start + n.periods * interval '30 days',
			current_period_end = current_period_end + n.periods * interval '30 days',
			updated_at = $1
		FROM (
			SELECT tenant_id, 1 + floor(extract(epoch FROM $1::timestamptz - current_period_end) / 2592000)::int AS periods
			FROM subscriptions
			WHERE tenant_id IS NOT NULL AND current_period_end <= $1) n
		WHERE subscriptions.tenant_id = n.tenant_id AND current_period_end <= $1`, tx.Now())
}
