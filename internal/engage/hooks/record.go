package hooks

import (
	"context"
	"encoding/json"

	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// record writes an event with the tenant's next number, and a delivery for each endpoint
// that asked for its type. Nothing is recorded for a tenant whose plan has no webhooks any
// more.
func (o *Operations) record(ctx context.Context, tenant id.ID, e jobs.Event, about subject) error {
	published, err := json.Marshal(e)
	if err != nil {
		return err
	}
	source := e.EventName() + " " + string(published)
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		plan := subscriptions.Queue(tx)
		before := db.QueueOne[id.ID](tx, `
			SELECT id
			FROM hook_events
			WHERE tenant_id = $1 AND source = $2`, tx.Tenant(), source)
		told, err := facts(ctx, tx, about)
		switch {
		case err != nil:
			return err
		case !plan.Found || !plan.Value.Plan.Features().WebhookIntegrations:
			return endListening(ctx, tx)
		case before.Found || told == nil:
			return nil
		}
		envelope := Envelope{ID: id.NewAt(tx.Now()), Type: e.EventName(), Timestamp: tx.Now(), Data: told}
		body, err := json.Marshal(envelope)
		if err != nil {
			return err
		}
		endpoints, err := db.All[Endpoint](ctx, tx, `
			SELECT `+endpointColumns+`
			FROM hook_endpoints
			WHERE tenant_id = $1 AND is_active
			ORDER BY id`, tx.Tenant())
		if err != nil {
			return err
		}
		for i := range endpoints {
			if endpoints[i].wants(envelope.Type) {
				begin(tx, endpoints[i].ID, envelope, string(body))
			}
		}
		insertEvent(tx, envelope, source, string(body))
		return nil
	})
}

// endListening spares a tenant jobs that come to nothing, unless it has an endpoint: that
// goes on by itself when the plan has webhooks again. A reader of the feed begins anew.
func endListening(ctx context.Context, tx *db.Tx) error {
	tx.Exec(`SELECT 1 FROM job_listeners WHERE tenant_id = $1 AND subscriber = $2 FOR UPDATE`, tx.Tenant(), listener)
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	active, err := db.One[bool](ctx, tx, `
		SELECT EXISTS (SELECT 1 FROM hook_endpoints WHERE tenant_id = $1 AND is_active)`, tx.Tenant())
	if err == nil && !active {
		tx.Unlisten(listener)
	}
	return err
}

// begin has an event sent to an endpoint, and returns the delivery.
func begin(tx *db.Tx, endpoint id.ID, e Envelope, body string) id.ID {
	delivery := id.NewAt(tx.Now())
	tx.Exec(`
		INSERT INTO hook_deliveries (tenant_id, id, endpoint_id, event_id, event_type, body, status, next_at, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $7, $7)`,
		tx.Tenant(), delivery, endpoint, e.ID, e.Type, body, tx.Now())
	jobs.Publish(tx, due{DeliveryID: delivery, Turn: 1})
	return delivery
}

// insertEvent numbers an event, last in its transaction: from here on other events of the
// tenant wait for the commit.
func insertEvent(tx *db.Tx, e Envelope, source, body string) {
	tx.Exec(`
		WITH next AS (
			INSERT INTO hook_feeds (tenant_id, last)
			VALUES ($1, 1)
			ON CONFLICT (tenant_id) DO UPDATE SET last = hook_feeds.last + 1
			RETURNING last
		)
		INSERT INTO hook_events (tenant_id, number, id, type, source, body, recorded_at)
		SELECT $1, last, $2, $3, $4, $5, $6
		FROM next`, tx.Tenant(), e.ID, e.Type, source, body, tx.Now())
}
