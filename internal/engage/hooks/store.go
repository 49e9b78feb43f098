package hooks

import (
	"context"
	"errors"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

const endpointColumns = `id, url, description, event_types, is_active, failures, failing_since, disabled_at, previous_until,
	created_at, updated_at`

const selectEndpoint = `
	SELECT ` + endpointColumns + `
	FROM hook_endpoints
	WHERE tenant_id = $1 AND id = $2`

func findEndpoint(ctx context.Context, tx *db.Tx, endpoint id.ID) (Endpoint, error) {
	return one(db.One[Endpoint](ctx, tx, selectEndpoint, tx.Tenant(), endpoint))
}

// lockEndpoint reads an endpoint that is about to be changed.
func lockEndpoint(ctx context.Context, tx *db.Tx, endpoint id.ID) (Endpoint, error) {
	return one(db.One[Endpoint](ctx, tx, selectEndpoint+` FOR UPDATE`, tx.Tenant(), endpoint))
}

func one(e Endpoint, err error) (Endpoint, error) {
	if errors.Is(err, db.ErrNotFound) {
		return Endpoint{}, ErrNotFound
	}
	return e.inUTC(), err
}

func (e Endpoint) inUTC() Endpoint {
	e.CreatedAt, e.UpdatedAt = e.CreatedAt.UTC(), e.UpdatedAt.UTC()
	for _, at := range []**time.Time{&e.FailingSince, &e.DisabledAt, &e.PreviousUntil} {
		if *at != nil {
			utc := (*at).UTC()
			*at = &utc
		}
	}
	return e
}

func insertEndpoint(tx *db.Tx, e Endpoint, sealed []byte) {
	tx.Exec(`
		INSERT INTO hook_endpoints (tenant_id, id, url, description, event_types, is_active, secret, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
		tx.Tenant(), e.ID, e.URL, e.Description, e.EventTypes, e.IsActive, sealed, tx.Now())
}

// updateEndpoint writes what a user may change; one that was made active has no past.
func updateEndpoint(tx *db.Tx, e Endpoint, anew bool) {
	tx.Exec(`
		UPDATE hook_endpoints
		SET url = $3, description = $4, event_types = $5, is_active = $6, updated_at = $7,
			failures = CASE WHEN $8 THEN 0 ELSE failures END,
			failing_since = CASE WHEN $8 THEN NULL ELSE failing_since END,
			quiet_until = CASE WHEN $8 THEN NULL ELSE quiet_until END,
			disabled_at = CASE WHEN $8 THEN NULL ELSE disabled_at END
		WHERE tenant_id = $1 AND id = $2`,
		tx.Tenant(), e.ID, e.URL, e.Description, e.EventTypes, e.IsActive, tx.Now(), anew)
}

func replaceSecret(tx *db.Tx, endpoint id.ID, sealed []byte) {
	tx.Exec(`
		UPDATE hook_endpoints
		SET previous_secret = secret, previous_until = $4, secret = $3, updated_at = $5
		WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), endpoint, sealed, tx.Now().Add(overlap), tx.Now())
}

// forgiveEndpoint forgets failures. Nothing is written where there were none.
func forgiveEndpoint(tx *db.Tx, e Endpoint) {
	if e.Failures > 0 {
		tx.Exec(`
			UPDATE hook_endpoints
			SET failures = 0, failing_since = NULL, quiet_until = NULL
			WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), e.ID)
	}
}

func blameEndpoint(tx *db.Tx, e Endpoint, since, quietUntil time.Time) {
	tx.Exec(`
		UPDATE hook_endpoints
		SET failures = $3, failing_since = $4, quiet_until = $5
		WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), e.ID, e.Failures, since, quietUntil)
}

// dropWaiting gives up what waits for an endpoint.
func dropWaiting(tx *db.Tx, endpoint id.ID) {
	tx.Exec(`
		UPDATE hook_deliveries
		SET status = 'failed', next_at = NULL, turn = turn + 1, updated_at = $3
		WHERE tenant_id = $1 AND endpoint_id = $2 AND status = 'pending'`, tx.Tenant(), endpoint, tx.Now())
}

// noteAttempt ends a turn, and tells whether it was still the delivery's.
func noteAttempt(ctx context.Context, tx *db.Tx, e due, status string, next *time.Time, became outcome) (bool, error) {
	noted, err := tx.ExecNow(ctx, `
		WITH ended AS (
			UPDATE hook_deliveries
			SET status = $4, next_at = $5, turn = turn + 1, tries = tries + 1, attempts = attempts + 1, updated_at = $6
			WHERE tenant_id = $1 AND id = $2 AND turn = $3 AND status = 'pending'
			RETURNING id, attempts
		)
		INSERT INTO hook_attempts (tenant_id, delivery_id, number, at, status, failure, took_ms)
		SELECT $1, id, attempts, $6, $7, $8, $9
		FROM ended`,
		tx.Tenant(), e.DeliveryID, e.Turn, status, next, tx.Now(), became.status, became.failure, became.took.Milliseconds())
	return noted == 1, err
}
