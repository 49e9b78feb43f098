package tenants

import (
	"context"
	"errors"
	"fmt"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// findGateway reads the account at a provider that is in use or disabled, with
// retired ones left out. It fails with ErrNoGateway or ErrNoMaya.
func findGateway(ctx context.Context, tx *db.Tx, provider string) (gatewayRow, error) {
	row, err := db.One[gatewayRow](ctx, tx, `
		SELECT `+gatewayColumns+`
		FROM tenant_gateways
		WHERE tenant_id = $1 AND provider = $2 AND retired_at IS NULL`, tx.Tenant(), provider)
	if errors.Is(err, db.ErrNotFound) {
		return row, missing(provider)
	}
	return row, err
}

// retireGateway keeps the account for what it was asked to collect, and for nothing
// else.
func retireGateway(tx *db.Tx, provider string) {
	tx.Exec(`
		UPDATE tenant_gateways
		SET retired_at = $2, enabled = false, updated_at = $2
		WHERE tenant_id = $1 AND provider = $3 AND retired_at IS NULL`, tx.Tenant(), tx.Now(), provider)
}

func insertGateway(tx *db.Tx, r gatewayRow) {
	tx.Exec(`
		INSERT INTO tenant_gateways (tenant_id, id, provider, client_id, client_secret, is_production, enabled, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
		tx.Tenant(), r.ID, r.Provider, r.ClientID, r.Sealed, r.IsProduction, r.Enabled, tx.Now())
}

func updateGateway(tx *db.Tx, r gatewayRow) {
	tx.Expect(1, "tenant_gateways_changed", `
		UPDATE tenant_gateways
		SET client_secret = $3, enabled = $4, updated_at = $5
		WHERE tenant_id = $1 AND id = $2 AND retired_at IS NULL
		RETURNING id`, tx.Tenant(), r.ID, r.Sealed, r.Enabled, tx.Now())
}

// resealed is how many secrets one transaction seals anew.
const resealed = 100

// Reseal seals the secrets of accounts under the newest key, so that an old one can
// be dropped a day after it was replaced. A secret whose key is lost is left as it
// is, and reported.
func (o *Operations) Reseal(ctx context.Context) error {
	var lost error
	last := id.ID("")
	for {
		var rows []sealedRow
		var failed error
		err := o.db.Platform(ctx, "seal the secrets of payment accounts anew", func(tx *db.Tx) (err error) {
			rows, err = db.All[sealedRow](ctx, tx, `
				SELECT tenant_id, id, client_secret
				FROM tenant_gateways
				WHERE id > $1
				ORDER BY id
				LIMIT $2`, last, resealed)
			failed = nil
			for _, r := range rows {
				failed = errors.Join(failed, o.reseal(tx, r))
			}
			return err
		})
		lost = errors.Join(lost, failed, err)
		if err != nil || len(rows) < resealed {
			return lost
		}
		last = rows[len(rows)-1].ID
	}
}

type sealedRow struct {
	Tenant id.ID  `db:"tenant_id"`
	ID     id.ID  `db:"id"`
	Sealed []byte `db:"client_secret"`
}

// reseal queues one secret under the newest key, unless it was changed meanwhile.
func (o *Operations) reseal(tx *db.Tx, r sealedRow) error {
	if o.config.Keys.SealedNow(r.Sealed) {
		return nil
	}
	purpose := sealedFor(r.Tenant, r.ID)
	secret, err := o.config.Keys.Open(purpose, r.Sealed)
	if err != nil {
		return fmt.Errorf("payment account %s of %s: %w", r.ID, r.Tenant, err)
	}
	tx.Exec(`
		UPDATE tenant_gateways
		SET client_secret = $4
		WHERE tenant_id = $1 AND id = $2 AND client_secret = $3`, r.Tenant, r.ID, r.Sealed, o.config.Keys.Seal(purpose, secret))
	return nil
}
