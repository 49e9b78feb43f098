package webhooks

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/audit"
	"reserva/internal/billing/maya"
	"reserva/internal/billing/paperid"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// Faults of looking at callbacks.
var (
	ErrNoEvent = fault.New(fault.NotFound, "webhook_event.not_found", "There is no such callback.")
	ErrEmptied = fault.New(fault.Conflict, "webhook_event.emptied", "The text of the callback is kept no more.")
)

// Event is a callback that came in, for the platform's administrators.
type Event struct {
	ID          id.ID      `json:"id" db:"id"`
	Provider    string     `json:"provider" db:"provider" example:"paper_id"`
	Kind        string     `json:"kind" db:"kind" example:"invoice_paid" doc:"What it is about, as its shape tells; unknown where that tells nothing."`
	Route       string     `json:"route" db:"route" example:"/webhooks/paper-id-invoice"`
	TenantID    *id.ID     `json:"tenant_id" db:"tenant_id" doc:"Of the invoice or withdrawal that it names, or whose own account it came for; null where none is known."`
	Outcome     string     `json:"outcome" db:"outcome" enum:",ignored,settled,settled_before,not_paid,credited,needs_review" doc:"Empty until it is worked; ignored where it names no invoice or withdrawal of ours, or tells of no money. settled: what it told of took effect; of a withdrawal also that it failed."`
	ReceivedAt  time.Time  `json:"received_at" db:"received_at"`
	ProcessedAt *time.Time `json:"processed_at" db:"processed_at"`
}

// EventDetail is a callback with what came.
type EventDetail struct {
	Event
	Body    string            `json:"body" doc:"As it came; empty after half a year." example:"{}"`
	Headers map[string]string `json:"headers" doc:"The means by which it proved itself, and where it came from."`
}

// Replayed tells what becomes of a callback that is worked again.
type Replayed struct {
	Status string `json:"status" enum:"accepted,ignored" doc:"ignored: it still names no invoice and no withdrawal of ours."`
	Event  Event  `json:"event"`
}

// Filter narrows the list of callbacks; empty fields do not.
type Filter struct {
	Provider, Kind string
	Outcome        string // "open" is one that is not worked yet
	Tenant         id.ID
	From, To       *time.Time // of receipt
	Page           api.Page
}

const eventColumns = `id, provider, kind, route, tenant_id, outcome, received_at, processed_at`

const eventsWhere = `
	WHERE ($1 = '' OR provider = $1) AND ($2 = '' OR kind = $2)
		AND ($3 = '' OR outcome = CASE WHEN $3 = 'open' THEN '' ELSE $3 END)
		AND ($4 = '' OR tenant_id = $4) AND ($5::timestamptz IS NULL OR received_at >= $5) AND ($6::timestamptz IS NULL OR received_at < $6)`

// list lists callbacks of all tenants, the newest first.
func (o *Operations) list(ctx context.Context, f Filter) (*api.List[Event], error) {
	var out *api.List[Event]
	err := o.db.PlatformView(ctx, "callbacks that came in", func(tx *db.Tx) error {
		where := []any{f.Provider, f.Kind, f.Outcome, string(f.Tenant), f.From, f.To}
		total := db.QueueOne[int](tx, `SELECT count(*) FROM webhook_events`+eventsWhere, where...)
		rows, err := db.All[Event](ctx, tx, `SELECT `+eventColumns+` FROM webhook_events`+eventsWhere+`
			ORDER BY received_at DESC, id DESC
			LIMIT $7 OFFSET $8`, append(where, f.Page.Limit(), f.Page.Offset())...)
		for i := range rows {
			rows[i] = rows[i].inUTC()
		}
		out = api.NewList(rows, total.Value, f.Page)
		return err
	})
	return out, err
}

func (e Event) inUTC() Event {
	e.ReceivedAt = e.ReceivedAt.UTC()
	if e.ProcessedAt != nil {
		at := e.ProcessedAt.UTC()
		e.ProcessedAt = &at
	}
	return e
}

// get reads a callback with what came. It fails with ErrNoEvent.
func (o *Operations) get(ctx context.Context, event id.ID) (EventDetail, error) {
	var out EventDetail
	err := o.db.PlatformView(ctx, "a callback that came in", func(tx *db.Tx) error {
		row, err := findEvent(ctx, tx, event)
		if err != nil {
			return err
		}
		out = EventDetail{Event: row.inUTC(), Body: string(row.Body)}
		return json.Unmarshal(row.Headers, &out.Headers)
	})
	return out, err
}

type eventRow struct {
	Event
	Body    []byte          `db:"body"`
	Headers json.RawMessage `db:"headers"`
}

func findEvent(ctx context.Context, tx *db.Tx, event id.ID) (eventRow, error) {
	row, err := db.One[eventRow](ctx, tx, `
		SELECT `+eventColumns+`, body, headers
		FROM webhook_events
		WHERE id = $1`, event)
	if errors.Is(err, db.ErrNotFound) {
		return row, ErrNoEvent
	}
	return row, err
}

// replay has a callback worked again: its invoice or withdrawal is looked for once more,
// since it may be known by now, and the provider asked about it. It proves no more than it did, so it
// can be done at any time. It fails with ErrNoEvent and ErrEmptied.
func (o *Operations) replay(ctx context.Context, who access.Staff, event id.ID) (Replayed, error) {
	var out Replayed
	err := o.db.Platform(ctx, "work a callback again", func(tx *db.Tx) error {
		row, err := findEvent(ctx, tx, event)
		if err != nil {
			return err
		}
		if len(row.Body) == 0 {
			return ErrEmptied
		}
		out = Replayed{Status: Ignored, Event: row.inUTC()}
		about, err := aimAgain(ctx, tx, row)
		if err != nil {
			return err
		}
		tenant := who.Tenant
		if about.found() {
			tenant = about.Tenant
			out.Status, out.Event.TenantID = Accepted, &tenant
			tx.Exec(`UPDATE webhook_events SET tenant_id = $2 WHERE id = $1`, event, tenant)
			about.publish(tx, event)
		}
		audit.RecordIn(tx, tenant, who, "webhook_event.replayed", "webhook_event", event, nil, map[string]string{"status": out.Status, "kind": row.Kind})
		return nil
	})
	return out, err
}

// aimAgain finds what a stored callback is about. One that came for a tenant's own account
// stays with what is that tenant's.
func aimAgain(ctx context.Context, tx *db.Tx, row eventRow) (aim, error) {
	if row.Provider == tenants.Maya {
		said, err := maya.ParseCallback(row.Body)
		if err != nil {
			return aim{}, err
		}
		found, err := routeMaya(ctx, tx, said, row.TenantID)
		return aimAt(found), err
	}
	said, err := paperid.ParseCallback(row.Body)
	if errors.Is(err, paperid.ErrUnknownCallback) {
		return aim{}, nil // as when it came
	}
	if err != nil {
		return aim{}, err
	}
	return aimOf(ctx, tx, said, row.TenantID)
}
