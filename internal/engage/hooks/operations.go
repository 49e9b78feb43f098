package hooks

import (
	"context"
	"errors"
	"net/http"
	"time"

	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
)

// Config is how webhooks are sent.
type Config struct {
	// Keys seal the secrets of endpoints.
	Keys *token.Keys
	// Local allows endpoints in this network, and without TLS: for development.
	Local bool
}

// Operations are what may be done with endpoints, deliveries and the feed.
type Operations struct {
	db     *db.DB
	keys   *token.Keys
	local  bool
	client *http.Client
}

// New makes the operations on a database.
func New(d *db.DB, c Config) *Operations {
	return &Operations{db: d, keys: c.Keys, local: c.Local, client: newClient(c.Local)}
}

// entitled refuses tenants whose plan has no webhooks, with ErrPlan.
func entitled(ctx context.Context, tx *db.Tx) error {
	plan := subscriptions.Queue(tx)
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	if !plan.Found || !plan.Value.Plan.Features().WebhookIntegrations {
		return ErrPlan
	}
	return nil
}

// sealedFor is the purpose under which a secret is sealed, so that it opens in its own
// row only.
func sealedFor(tenant, endpoint id.ID) string {
	return "webhook endpoint:" + string(tenant) + ":" + string(endpoint)
}

// secrets are those that sign now, the newest first.
func (o *Operations) secrets(tenant id.ID, p planned, now time.Time) ([]string, error) {
	newest, err := o.keys.Open(sealedFor(tenant, p.Endpoint), p.Secret)
	if err != nil {
		return nil, err
	}
	secrets := []string{string(newest)}
	if p.PreviousUntil != nil && now.Before(*p.PreviousUntil) {
		previous, err := o.keys.Open(sealedFor(tenant, p.Endpoint), p.Previous)
		if err != nil {
			return nil, err
		}
		secrets = append(secrets, string(previous))
	}
	return secrets, nil
}

// tidied is how many rows one transaction removes.
const tidied = 5000

// Tidy removes events and deliveries that are kept no more, and secrets that sign no
// more.
func (o *Operations) Tidy(ctx context.Context) error {
	for {
		var events, deliveries int64
		err := o.db.Platform(ctx, "remove old events of webhooks", func(tx *db.Tx) (err error) {
			tx.Exec(`
				UPDATE hook_endpoints
				SET previous_secret = NULL, previous_until = NULL
				WHERE previous_until < $1`, tx.Now())
			events, err = tx.ExecNow(ctx, `
				DELETE FROM hook_events
				WHERE (tenant_id, number) IN (SELECT tenant_id, number FROM hook_events WHERE recorded_at < $1 ORDER BY recorded_at LIMIT $2)`,
				tx.Now().Add(-keep), tidied)
			if err != nil {
				return err
			}
			deliveries, err = tx.ExecNow(ctx, `
				DELETE FROM hook_deliveries
				WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM hook_deliveries WHERE created_at < $1 ORDER BY created_at LIMIT $2)`,
				tx.Now().Add(-keep), tidied)
			return err
		})
		if err != nil || events < tidied && deliveries < tidied {
			return err
		}
	}
}

type sealedRow struct {
	Tenant   id.ID  `db:"tenant_id"`
	ID       id.ID  `db:"id"`
	Secret   []byte `db:"secret"`
	Previous []byte `db:"previous_secret"`
}

// Reseal seals secrets under the newest key, so that an old one can be dropped a day
// after it was replaced. A secret whose key is lost is left as it is, and reported.
func (o *Operations) Reseal(ctx context.Context) error {
	var lost error
	err := o.db.Platform(ctx, "seal the secrets of webhooks anew", func(tx *db.Tx) error {
		lost = nil
		rows, err := db.All[sealedRow](ctx, tx, `
			SELECT tenant_id, id, secret, previous_secret
			FROM hook_endpoints
			ORDER BY tenant_id, id
			FOR UPDATE`)
		for _, r := range rows {
			secret, failed := o.anew(r, r.Secret)
			previous, failedBefore := o.anew(r, r.Previous)
			lost = errors.Join(lost, failed, failedBefore)
			if failed == nil && failedBefore == nil && (secret != nil || previous != nil) {
				tx.Exec(`
					UPDATE hook_endpoints
					SET secret = coalesce($3, secret), previous_secret = coalesce($4, previous_secret)
					WHERE tenant_id = $1 AND id = $2`, r.Tenant, r.ID, secret, previous)
			}
		}
		return err
	})
	return errors.Join(lost, err)
}

// anew seals a secret under the newest key; nil where there is none or it was.
func (o *Operations) anew(r sealedRow, sealed []byte) ([]byte, error) {
	if sealed == nil || o.keys.SealedNow(sealed) {
		return nil, nil
	}
	plain, err := o.keys.Open(sealedFor(r.Tenant, r.ID), sealed)
	if err != nil {
		return nil, err
	}
	return o.keys.Seal(sealedFor(r.Tenant, r.ID), plain), nil
}
