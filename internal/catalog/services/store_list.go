package services

import (
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// effectiveSQL is EffectivePrice where the database has to know it, at time $2 and
// outlet $3. A test holds the two together.
const effectiveSQL = `
		CASE
			WHEN s.promotional_price IS NOT NULL AND s.promotional_valid_until > $2 THEN s.promotional_price
			ELSE coalesce((
				SELECT e.price
				FROM service_outlet_prices e
				WHERE e.tenant_id = s.tenant_id AND e.service_id = s.id AND e.outlet_id = $3), s.base_price)
		END`

const filterSQL = `
	FROM services s
	WHERE s.tenant_id = $1 AND (s.deleted_at IS NULL OR $15)
		AND ($3::text = ''
			OR NOT EXISTS (SELECT 1 FROM service_outlets a WHERE a.tenant_id = s.tenant_id AND a.service_id = s.id)
			OR EXISTS (SELECT 1 FROM service_outlets b WHERE b.tenant_id = s.tenant_id AND b.service_id = s.id AND b.outlet_id = $3))
		AND ($4 = '' OR strpos(lower(s.name || ' ' || s.description || ' ' || array_to_string(s.tags, ' ')), lower($4)) > 0)
		AND ($5 = '' OR s.category = $5)
		AND ($6::bigint IS NULL OR s.currency = $7 AND ` + effectiveSQL + ` >= $6)
		AND ($8::bigint IS NULL OR s.currency = $7 AND ` + effectiveSQL + ` <= $8)
		AND ($9 = '' OR s.status = $9)
		AND ($10::boolean IS NULL OR s.is_active = $10)
		AND ($11::int IS NULL OR s.duration_minutes >= $11)
		AND ($12::int IS NULL OR s.duration_minutes <= $12)
		AND ($13::text[] IS NULL OR s.tags @> $13)
		AND ($14::boolean IS NULL OR s.allow_parallel_bookings = $14)
		AND $2::timestamptz IS NOT NULL`

// sought is the stored form of a category that a list is narrowed to. What cannot be
// one is sought as typed, and not found.
func sought(category string) string {
	if stored := tenants.Category(category); stored != "" {
		return stored
	}
	return category
}

// queueList reads one page of the services, and how many there are in all.
func queueList(tx *db.Tx, f Filter, activeOnly bool, currency money.Currency) (*db.Result[int], *db.Results[row]) {
	status, active := f.Status, f.IsActive.Ptr()
	if activeOnly {
		yes := true
		status, active = string(Active), &yes
	}
	filter := []any{
		tx.Tenant(), tx.Now(), f.OutletID, f.Search, sought(f.Category), inMinor(f.MinPrice, currency), string(currency),
		inMinor(f.MaxPrice, currency), status, active, f.MinDuration.Ptr(), f.MaxDuration.Ptr(), f.Tags, f.AllowParallel.Ptr(),
		f.IncludeDeleted,
	}
	total := db.QueueOne[int](tx, `SELECT count(*)`+filterSQL, filter...)
	page := append(filter[:len(filter):len(filter)], f.SortBy, f.Descending(false), f.Limit(), f.Offset())
	rows := db.QueueAll[row](tx, `
		SELECT `+columns+filterSQL+`
		ORDER BY
			CASE WHEN NOT $17 AND $16 = 'base_price' THEN s.base_price WHEN NOT $17 AND $16 = 'duration_minutes' THEN s.duration_minutes END,
			CASE WHEN $17 AND $16 = 'base_price' THEN s.base_price WHEN $17 AND $16 = 'duration_minutes' THEN s.duration_minutes END DESC,
			CASE WHEN NOT $17 AND $16 = 'created_at' THEN s.created_at END,
			CASE WHEN $17 AND $16 = 'created_at' THEN s.created_at END DESC,
			CASE WHEN $17 AND $16 IN ('', 'name') THEN lower(s.name) END DESC,
			lower(s.name), s.id
		LIMIT $18 OFFSET $19`, page...)
	return total, rows
}

// queueOutlet reads the status of an outlet.
func queueOutlet(tx *db.Tx, outlet id.ID) *db.Result[string] {
	return db.QueueOne[string](tx, `
		SELECT status
		FROM outlets
		WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL`, tx.Tenant(), outlet)
}

func queueCategories(tx *db.Tx) *db.Results[Category] {
	return db.QueueAll[Category](tx, `
		SELECT category AS name, count(*) AS service_count
		FROM services
		WHERE tenant_id = $1 AND deleted_at IS NULL AND category <> ''
		GROUP BY category
		ORDER BY lower(category), category`, tx.Tenant())
}
