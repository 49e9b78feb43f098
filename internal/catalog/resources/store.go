package resources

import (
	"context"
	"errors"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

const columns = `r.id, r.tenant_id, r.outlet_id, r.kind, r.name, r.is_active, r.created_at, r.updated_at,
	(SELECT count(*)::int FROM resource_units u WHERE u.tenant_id = $1 AND u.resource_id = r.id AND u.retired_at IS NULL) AS quantity`

const selectSQL = `
	SELECT ` + columns + `
	FROM resources r
	WHERE r.tenant_id = $1 AND r.id = $2 AND r.deleted_at IS NULL`

// load reads a resource. It fails with ErrNotFound.
func load(ctx context.Context, tx *db.Tx, resource id.ID) (Resource, error) {
	return found(db.One[Resource](ctx, tx, selectSQL, tx.Tenant(), resource))
}

// lock reads a resource that is about to be changed; bookings go on meanwhile.
func lock(ctx context.Context, tx *db.Tx, resource id.ID) (Resource, error) {
	return found(db.One[Resource](ctx, tx, selectSQL+` FOR NO KEY UPDATE OF r`, tx.Tenant(), resource))
}

func found(r Resource, err error) (Resource, error) {
	if errors.Is(err, db.ErrNotFound) {
		return r, ErrNotFound
	}
	r.CreatedAt, r.UpdatedAt = r.CreatedAt.UTC(), r.UpdatedAt.UTC()
	return r, err
}

func queueOutlet(tx *db.Tx, outlet id.ID) *db.Result[id.ID] {
	return db.QueueOne[id.ID](tx, `
		SELECT id
		FROM outlets
		WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL
		FOR KEY SHARE`, tx.Tenant(), outlet)
}

func insert(tx *db.Tx, r Resource) {
	tx.Exec(`
		INSERT INTO resources (tenant_id, id, outlet_id, kind, name, is_active, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`, tx.Tenant(), r.ID, r.OutletID, r.Kind, r.Name, r.IsActive, tx.Now())
}

func update(tx *db.Tx, r Resource) {
	tx.Expect(1, "resources_changed", `
		UPDATE resources
		SET name = $3, is_active = $4, updated_at = $5, version = version + 1
		WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL
		RETURNING id`, tx.Tenant(), r.ID, r.Name, r.IsActive, tx.Now())
}

func remove(tx *db.Tx, resource id.ID) {
	tx.Expect(1, "resources_changed", `
		UPDATE resources
		SET deleted_at = $3, updated_at = $3, version = version + 1
		WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL
		RETURNING id`, tx.Tenant(), resource, tx.Now())
}

// addUnits makes new units, numbered from first on.
func addUnits(tx *db.Tx, resource id.ID, first, n int) {
	tx.Exec(`
		WITH subject AS (
			INSERT INTO subjects (tenant_id, kind)
			SELECT $1, 'resource' FROM generate_series(1, $4::int)
			RETURNING key)
		INSERT INTO resource_units (tenant_id, resource_id, number, subject_key)
		SELECT $1, $2, $3::int - 1 + row_number() OVER (ORDER BY key), key
		FROM subject`, tx.Tenant(), resource, first, n)
}

// unit is one unit, and whether it is booked from now on.
type unit struct {
	Number  int  `db:"number"`
	Retired bool `db:"retired"`
	Booked  bool `db:"booked"`
}

// lockUnits reads the units of a resource in order. A booking under way holds the
// subjects that it takes; who takes units out of use waits for it here.
func lockUnits(ctx context.Context, tx *db.Tx, resource id.ID) ([]unit, error) {
	tx.Exec(`
		SELECT s.key
		FROM subjects s
		WHERE s.tenant_id = $1
			AND s.key IN (SELECT u.subject_key FROM resource_units u WHERE u.tenant_id = $1 AND u.resource_id = $2)
		ORDER BY s.key
		FOR UPDATE OF s`, tx.Tenant(), resource)
	return db.All[unit](ctx, tx, `
		SELECT u.number, u.retired_at IS NOT NULL AS retired,
			EXISTS (
				SELECT 1 FROM occupancies o
				WHERE o.tenant_id = $1 AND o.subject_key = u.subject_key AND o.busy_to > $3
					AND (o.lapses_at IS NULL OR o.lapses_at > $3)) AS booked
		FROM resource_units u
		WHERE u.tenant_id = $1 AND u.resource_id = $2
		ORDER BY u.number`, tx.Tenant(), resource, tx.Now())
}

// retireUnits takes units out of use, or brings them back.
func retireUnits(tx *db.Tx, resource id.ID, numbers []int, retired bool) {
	if len(numbers) == 0 {
		return
	}
	tx.Expect(int64(len(numbers)), "resources_changed", `
		UPDATE resource_units
		SET retired_at = CASE WHEN $4 THEN $5::timestamptz END
		WHERE tenant_id = $1 AND resource_id = $2 AND number = ANY ($3) AND (retired_at IS NULL) = $4
		RETURNING number`, tx.Tenant(), resource, numbers, retired, tx.Now())
}
