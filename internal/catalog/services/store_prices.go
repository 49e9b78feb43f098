package services

import (
	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// recordPrices queues the history of what a change did to the prices of a service.
func recordPrices(tx *db.Tx, who access.Actor, service id.ID, changes []priceRow) {
	var actor *string
	if name := who.ActorID(); name != "" && who.ActorKind() != access.ActorSystem {
		actor = &name
	}
	for _, c := range changes {
		tx.Exec(`
			INSERT INTO service_price_changes (tenant_id, id, service_id, kind, outlet_id, old_price, old_currency, new_price,
				new_currency, valid_until, actor_kind, actor_id, changed_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			tx.Tenant(), id.NewAt(tx.Now()), service, c.Kind, c.OutletID, c.OldPrice, c.OldCurrency, c.NewPrice,
			c.NewCurrency, c.ValidUntil, string(who.ActorKind()), actor, tx.Now())
	}
}

// queuePriceHistory counts the changes of a service's prices, finding nothing where
// there is no such service, and reads a page of them.
func queuePriceHistory(tx *db.Tx, service id.ID, page api.Page) (*db.Result[int], *db.Results[priceRow]) {
	total := db.QueueOne[int](tx, `
		SELECT (SELECT count(*)::int FROM service_price_changes c WHERE c.tenant_id = $1 AND c.service_id = s.id)
		FROM services s
		WHERE s.tenant_id = $1 AND s.id = $2`, tx.Tenant(), service)
	rows := db.QueueAll[priceRow](tx, `
		SELECT id, service_id, kind, outlet_id, old_price, old_currency, new_price, new_currency, valid_until, actor_kind, actor_id, changed_at
		FROM service_price_changes
		WHERE tenant_id = $1 AND service_id = $2
		ORDER BY changed_at DESC, kind, outlet_id, id
		LIMIT $3 OFFSET $4`, tx.Tenant(), service, page.Limit(), page.Offset())
	return total, rows
}

// queueUpcoming asks whether a service is booked from now on. It goes by the outlets'
// diaries, which are in order of time.
func queueUpcoming(tx *db.Tx, service id.ID) *db.Result[bool] {
	return db.QueueOne[bool](tx, `
		SELECT EXISTS (
			SELECT 1
			FROM outlets o
			JOIN appointments a ON a.tenant_id = $1 AND a.outlet_id = o.id AND a.starts_at > $3::timestamptz - interval '2 days'
				AND a.status IN ('pending', 'confirmed', 'in_progress')
			JOIN appointment_lines l ON l.tenant_id = $1 AND l.appointment_id = a.id AND l.service_id = $2 AND l.seat IS NOT NULL
				AND l.ends_at > $3 AND (l.lapses_at IS NULL OR l.lapses_at > $3)
			WHERE o.tenant_id = $1)`, tx.Tenant(), service, tx.Now())
}

// queueRemoved reads a service that may have been removed, locked.
func queueRemoved(tx *db.Tx, service id.ID) *db.Result[removedRow] {
	return db.QueueOne[removedRow](tx, `
		SELECT s.slug, s.status, s.deleted_at IS NOT NULL AS removed
		FROM services s
		WHERE s.tenant_id = $1 AND s.id = $2
		FOR NO KEY UPDATE OF s`, tx.Tenant(), service)
}

// removedRow is what restoring asks of a service.
type removedRow struct {
	Slug    string `db:"slug"`
	Status  Status `db:"status"`
	Removed bool   `db:"removed"`
}

// restore takes a service back; it is active under the slug.
func restore(tx *db.Tx, service id.ID, slug string) {
	tx.Expect(1, "services_changed", `
		UPDATE services
		SET deleted_at = NULL, slug = $3, status = 'active', is_active = true, updated_at = $4, version = version + 1
		WHERE tenant_id = $1 AND id = $2
		RETURNING id`, tx.Tenant(), service, slug, tx.Now())
}

// queueOwnPrice reads what a staff member takes for a service, null where that is not
// a price of their own in the service's currency. It finds nothing where the member
// does not give the service.
func queueOwnPrice(tx *db.Tx, service, staff id.ID) *db.Result[*int64] {
	return db.QueueOne[*int64](tx, `
		SELECT CASE WHEN ss.currency = s.currency AND s.required_staff_count = 1 THEN ss.price END
		FROM staff_services ss
		JOIN staff m ON m.tenant_id = $1 AND m.id = ss.staff_id AND m.deleted_at IS NULL
		JOIN services s ON s.tenant_id = $1 AND s.id = ss.service_id
		WHERE ss.tenant_id = $1 AND ss.service_id = $2 AND ss.staff_id = $3`, tx.Tenant(), service, staff)
}
