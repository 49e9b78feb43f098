package webhooks

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"reserva/internal/billing/paperid"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// event is a callback as it is stored.
type event struct {
	ID       id.ID
	Provider string
	Kind     string
	Key      string // of equal callbacks
	Route    string
	Tenant   *id.ID
	Body     []byte
	Headers  json.RawMessage
	Outcome  string
}

type routed struct {
	Tenant id.ID  `db:"tenant_id"`
	ID     id.ID  `db:"id"`
	Status string `db:"status"`
}

// route finds the invoice that a callback names, by our number or the provider's id.
// On a tenant's own route only that tenant's count.
func route(ctx context.Context, tx *db.Tx, refs []paperid.InvoiceRef, tenant *id.ID) (*db.Result[routed], error) {
	numbers, ids := []string{}, []string{}
	for _, ref := range refs {
		if ref.Number != "" {
			numbers = append(numbers, ref.Number)
		}
		if ref.ID != "" {
			ids = append(ids, ref.ID)
		}
	}
	found := db.QueueOne[routed](tx, `
		SELECT tenant_id, id, status
		FROM (
			SELECT tenant_id, id, status, 1 AS rank FROM invoices WHERE provider_number = ANY($1)
			UNION ALL
			SELECT tenant_id, id, status, 2 AS rank FROM invoices WHERE paper_invoice_id = ANY($2)
		) named
		WHERE $3::text IS NULL OR tenant_id = $3
		ORDER BY rank
		LIMIT 1`, numbers, ids, tenant)
	return found, tx.Flush(ctx)
}

// keepOnce stores an event unless an equal one is there, and tells its id and
// whether it is new.
func keepOnce(ctx context.Context, tx *db.Tx, e event) (kept id.ID, fresh bool, err error) {
	stored := db.QueueOne[id.ID](tx, `
		INSERT INTO webhook_events (id, provider, kind, event_key, route, tenant_id, body, headers, outcome, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT ON CONSTRAINT webhook_events_once DO NOTHING
		RETURNING id`, e.ID, e.Provider, e.Kind, e.Key, e.Route, e.Tenant, e.Body, e.Headers, e.Outcome, tx.Now())
	if err := tx.Flush(ctx); err != nil || stored.Found {
		return e.ID, true, err
	}
	kept, err = db.One[id.ID](ctx, tx, `SELECT id FROM webhook_events WHERE event_key = $1`, e.Key)
	return kept, false, err
}

// said is what a stored callback said.
type said struct {
	Provider string `db:"provider"`
	Body     []byte `db:"body"`
}

func saidBy(ctx context.Context, tx *db.Tx, event id.ID) (said, error) {
	return db.One[said](ctx, tx, `SELECT provider, body FROM webhook_events WHERE id = $1`, event)
}

// settleEvent notes what became of a callback. That it moved money stays noted when
// its job runs again and finds the invoice paid.
func settleEvent(tx *db.Tx, event id.ID, outcome string) {
	tx.Exec(`
		UPDATE webhook_events SET outcome = $2, processed_at = $3
		WHERE id = $1 AND NOT (outcome IN ('settled', 'credited') AND $2 = 'settled_before')`, event, outcome, tx.Now())
}

const forgetSQL = `
	UPDATE webhook_events
	SET body = '', headers = '{}'
	WHERE received_at < $1 AND body <> ''`

func knownTenant(ctx context.Context, tx *db.Tx, tenant id.ID) error {
	_, err := db.One[int](ctx, tx, `SELECT 1 FROM tenants WHERE id = $1 AND deleted_at IS NULL`, tenant)
	if errors.Is(err, db.ErrNotFound) {
		return tenants.ErrUnknown
	}
	return err
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
