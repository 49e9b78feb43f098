package hooks

import (
	"context"
	"slices"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// Missed asks for what an endpoint has not got.
type Missed struct {
	Since time.Time `json:"since" example:"2026-03-01T09:00:00Z" doc:"Events that were recorded then or later; they are kept for 30 days."`
}

// Resent tells how much of it is on its way.
type Resent struct {
	Begun   int  `json:"begun" minimum:"0" example:"12" doc:"Events that are sent again, or for the first time, the oldest first."`
	HasMore bool `json:"has_more" doc:"Whether there is more: ask once more with the same since."`
}

// resentAtOnce is how many deliveries one request begins.
const resentAtOnce = 500

type missedRow struct {
	Event    id.ID  `db:"id"`
	Type     string `db:"type"`
	Body     string `db:"body"`
	Delivery *id.ID `db:"delivery_id"`
}

// resend has an endpoint sent the events of its types that it has not got: those that were
// given up, and those of the time in which it was not active. What is on its way, or was
// delivered, is left alone. It fails with ErrNotFound, ErrInactive and ErrPlan.
func (o *Operations) resend(ctx context.Context, who access.Staff, endpoint id.ID, since time.Time) (Resent, error) {
	var out Resent
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		e, err := o.ready(ctx, tx, endpoint)
		if err != nil {
			return err
		}
		wanted := slices.DeleteFunc(Types(), func(t string) bool { return !e.wants(t) })
		rows, err := db.All[missedRow](ctx, tx, `
			SELECT e.id, e.type, e.body, d.id AS delivery_id
			FROM hook_events e
			LEFT JOIN hook_deliveries d ON d.tenant_id = $1 AND d.endpoint_id = $2 AND d.event_id = e.id
			WHERE e.tenant_id = $1 AND e.recorded_at >= $3 AND e.type = ANY($4) AND (d.id IS NULL OR d.status = 'failed')
			ORDER BY e.number
			LIMIT $5`, tx.Tenant(), endpoint, since, wanted, resentAtOnce+1)
		if err != nil {
			return err
		}
		out = Resent{Begun: min(len(rows), resentAtOnce), HasMore: len(rows) > resentAtOnce}
		var given []id.ID
		for _, r := range rows[:out.Begun] {
			if r.Delivery != nil {
				given = append(given, *r.Delivery)
				continue
			}
			begin(tx, endpoint, Envelope{ID: r.Event, Type: r.Type}, r.Body)
		}
		if err := beginAgain(ctx, tx, given); err != nil {
			return err
		}
		if out.Begun > 0 {
			now := auditOf(e)
			now.Resent = out.Begun
			audit.Record(tx, who, "webhook_endpoint.resent", "webhook_endpoint", endpoint, auditOf(e), now)
		}
		return nil
	})
	return out, err
}

type turnRow struct {
	ID   id.ID `db:"id"`
	Turn int   `db:"turn"`
}

// beginAgain begins deliveries anew that are over: at once, and with all their attempts.
func beginAgain(ctx context.Context, tx *db.Tx, deliveries []id.ID) error {
	rows, err := db.All[turnRow](ctx, tx, `
		UPDATE hook_deliveries
		SET status = 'pending', next_at = $3, turn = turn + 1, tries = 0, replays = replays + 1, updated_at = $3
		WHERE tenant_id = $1 AND id = ANY($2)
		RETURNING id, turn`, tx.Tenant(), deliveries, tx.Now())
	for _, r := range rows {
		jobs.Publish(tx, due{DeliveryID: r.ID, Turn: r.Turn})
	}
	return err
}
