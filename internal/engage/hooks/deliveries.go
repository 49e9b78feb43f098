package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Delivery is an event on its way to an endpoint.
type Delivery struct {
	ID        id.ID      `json:"id" db:"id"`
	EventID   id.ID      `json:"event_id" db:"event_id" doc:"As in the header webhook-id."`
	EventType string     `json:"event_type" db:"event_type" example:"appointment.booked"`
	Status    string     `json:"status" db:"status" enum:"pending,delivered,failed"`
	NextAt    *time.Time `json:"next_attempt_at" db:"next_at" doc:"Of a pending one."`
	CreatedAt time.Time  `json:"created_at" db:"created_at"`
	UpdatedAt time.Time  `json:"updated_at" db:"updated_at"`
	Replays   int        `json:"replays" db:"replays" minimum:"0" example:"0" doc:"How often it was begun anew."`
	Attempts  []Attempt  `json:"attempts" db:"-" doc:"The first one first."`
}

// Attempt is one call of an endpoint.
type Attempt struct {
	Delivery id.ID     `json:"-" db:"delivery_id"`
	Number   int       `json:"number" db:"number" minimum:"1" example:"1"`
	At       time.Time `json:"at" db:"at"`
	Status   int       `json:"status" db:"status" example:"200" doc:"Of the answer; 0 where there was none."`
	Failure  string    `json:"failure" db:"failure" example:"" doc:"Why it does not count; empty for a success."`
	TookMS   int       `json:"took_ms" db:"took_ms" example:"84"`
}

// Filter narrows a list of deliveries; empty fields do not.
type Filter struct {
	Status, EventType string
	Page              api.Page
}

const deliveryColumns = `id, event_id, event_type, status, replays, next_at, created_at, updated_at`

// deliveries lists what was sent to an endpoint, the newest first. It fails with
// ErrNotFound.
func (o *Operations) deliveries(ctx context.Context, who access.Staff, endpoint id.ID, f Filter) (*api.List[Delivery], error) {
	var out *api.List[Delivery]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		total := db.QueueOne[int](tx, `
			SELECT count(*)
			FROM hook_deliveries
			WHERE tenant_id = $1 AND endpoint_id = $2 AND ($3 = '' OR status = $3) AND ($4 = '' OR event_type = $4)`,
			tx.Tenant(), endpoint, f.Status, f.EventType)
		rows := db.QueueAll[Delivery](tx, `
			SELECT `+deliveryColumns+`
			FROM hook_deliveries
			WHERE tenant_id = $1 AND endpoint_id = $2 AND ($3 = '' OR status = $3) AND ($4 = '' OR event_type = $4)
			ORDER BY created_at DESC, id DESC
			LIMIT $5 OFFSET $6`, tx.Tenant(), endpoint, f.Status, f.EventType, f.Page.Limit(), f.Page.Offset())
		if _, err := findEndpoint(ctx, tx, endpoint); err != nil {
			return err
		}
		out = api.NewList(rows.Rows, total.Value, f.Page)
		return addAttempts(ctx, tx, rows.Rows)
	})
	return out, err
}

// addAttempts reads the attempts of deliveries, in one query.
func addAttempts(ctx context.Context, tx *db.Tx, deliveries []Delivery) error {
	ids := make([]id.ID, len(deliveries))
	place := map[id.ID]*Delivery{}
	for i := range deliveries {
		d := &deliveries[i]
		ids[i], place[d.ID] = d.ID, d
		d.CreatedAt, d.UpdatedAt, d.Attempts = d.CreatedAt.UTC(), d.UpdatedAt.UTC(), []Attempt{}
		if d.NextAt != nil {
			*d.NextAt = d.NextAt.UTC()
		}
	}
	attempts, err := db.All[Attempt](ctx, tx, `
		SELECT delivery_id, number, at, status, failure, took_ms
		FROM hook_attempts
		WHERE tenant_id = $1 AND delivery_id = ANY ($2)
		ORDER BY delivery_id, number`, tx.Tenant(), ids)
	for _, a := range attempts {
		a.At = a.At.UTC()
		d := place[a.Delivery]
		d.Attempts = append(d.Attempts, a)
	}
	return err
}

// replay begins a delivery anew: the same event with the same id, at once, and again with
// all its attempts. It fails with ErrNotFound, ErrNoDelivery, ErrDeliveryPending,
// ErrInactive and ErrPlan.
func (o *Operations) replay(ctx context.Context, who access.Staff, endpoint, delivery id.ID) (Delivery, error) {
	var out Delivery
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		if _, err := o.ready(ctx, tx, endpoint); err != nil {
			return err
		}
		old, err := findDelivery(ctx, tx, endpoint, delivery)
		if err != nil {
			return err
		}
		if old.Status == "pending" {
			return ErrDeliveryPending
		}
		if err := beginAgain(ctx, tx, []id.ID{delivery}); err != nil {
			return err
		}
		out, err = findDelivery(ctx, tx, endpoint, delivery)
		audit.Record(tx, who, "webhook_delivery.replayed", "webhook_delivery", delivery, old.facts(endpoint), out.facts(endpoint))
		return err
	})
	return out, err
}

// test sends an event that happened nowhere. It fails with ErrNotFound, ErrInactive and
// ErrPlan.
func (o *Operations) test(ctx context.Context, who access.Staff, endpoint id.ID) (Delivery, error) {
	var out Delivery
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		if _, err := o.ready(ctx, tx, endpoint); err != nil {
			return err
		}
		e := Envelope{ID: id.NewAt(tx.Now()), Type: testType, Timestamp: tx.Now(), Data: json.RawMessage(`{"message":"This is a test."}`)}
		body, err := json.Marshal(e)
		if err != nil {
			return err
		}
		delivery := begin(tx, endpoint, e, string(body))
		out, err = findDelivery(ctx, tx, endpoint, delivery)
		audit.Record(tx, who, "webhook_delivery.test_sent", "webhook_delivery", delivery, nil, out.facts(endpoint))
		return err
	})
	return out, err
}

// ready locks an endpoint and refuses what cannot be sent to.
func (o *Operations) ready(ctx context.Context, tx *db.Tx, endpoint id.ID) (Endpoint, error) {
	e, err := lockEndpoint(ctx, tx, endpoint)
	if err != nil {
		return e, err
	}
	if err := entitled(ctx, tx); err != nil {
		return e, err
	}
	if !e.IsActive {
		return e, ErrInactive
	}
	return e, nil
}

// deliveryFacts are what the audit log keeps of a delivery.
type deliveryFacts struct {
	EndpointID id.ID  `json:"endpoint_id"`
	EventID    id.ID  `json:"event_id"`
	EventType  string `json:"event_type"`
	Replays    int    `json:"replays"`
}

func (d *Delivery) facts(endpoint id.ID) deliveryFacts {
	return deliveryFacts{EndpointID: endpoint, EventID: d.EventID, EventType: d.EventType, Replays: d.Replays}
}

func findDelivery(ctx context.Context, tx *db.Tx, endpoint, delivery id.ID) (Delivery, error) {
	d, err := db.One[Delivery](ctx, tx, `
		SELECT `+deliveryColumns+`
		FROM hook_deliveries
		WHERE tenant_id = $1 AND endpoint_id = $2 AND id = $3`, tx.Tenant(), endpoint, delivery)
	if errors.Is(err, db.ErrNotFound) {
		return d, ErrNoDelivery
	}
	if err != nil {
		return d, err
	}
	list := []Delivery{d}
	err = addAttempts(ctx, tx, list)
	return list[0], err
}
