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

// Event is an event of the feed: what is sent to endpoints, member by member.
type Event struct {
	ID        id.ID      `json:"id" doc:"As in the header webhook-id of its deliveries; a cursor for after."`
	Type      string     `json:"type" example:"appointment.booked"`
	Timestamp time.Time  `json:"timestamp" doc:"When it was recorded, moments after it happened."`
	Data      api.Object `json:"data" doc:"What the event is about, as it stood when it was recorded: ids, times, states and amounts."`
}

// Feed is a part of the tenant's events, the oldest first.
type Feed struct {
	Items []Event `json:"items"`
	// Next goes into after for what follows.
	Next    *id.ID `json:"next" doc:"The last event here, or after as it was given: what to ask after next. Null while there is none."`
	HasMore bool   `json:"has_more" doc:"Whether there is more already."`
}

type eventRow struct {
	ID   id.ID  `db:"id"`
	Body string `db:"body"`
}

// feed reads the events after one, in the order of their numbers. The tenant listens from
// its first look on. It fails with ErrPlan and ErrUnknownEvent.
func (o *Operations) feed(ctx context.Context, who access.Staff, after id.ID, limit int) (Feed, error) {
	var rows []eventRow
	var listens bool
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		if err := entitled(ctx, tx); err != nil {
			return err
		}
		heard := db.QueueOne[bool](tx, `
			SELECT EXISTS (SELECT 1 FROM job_listeners WHERE tenant_id = $1 AND subscriber = $2)`, tx.Tenant(), listener)
		number, err := numberOf(ctx, tx, after)
		if err != nil {
			return err
		}
		rows, err = db.All[eventRow](ctx, tx, `
			SELECT id, body
			FROM hook_events
			WHERE tenant_id = $1 AND number > $2
			ORDER BY number
			LIMIT $3`, tx.Tenant(), number, limit+1)
		listens = heard.Value
		return err
	})
	if err == nil && !listens {
		err = o.listen(ctx, who)
	}
	if err != nil {
		return Feed{}, err
	}
	return shown(rows, after, limit)
}

// numberOf finds the place of an event; the empty id stands before the first.
func numberOf(ctx context.Context, tx *db.Tx, event id.ID) (int64, error) {
	if event == "" {
		return 0, tx.Flush(ctx)
	}
	number, err := db.One[int64](ctx, tx, `
		SELECT number
		FROM hook_events
		WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), event)
	if errors.Is(err, db.ErrNotFound) {
		return 0, ErrUnknownEvent
	}
	return number, err
}

// listen begins the feed.
func (o *Operations) listen(ctx context.Context, who access.Staff) error {
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		tx.Listen(listener)
		audit.Record(tx, who, "events.begun", "tenant", tx.Tenant(), nil, nil)
		return nil
	})
}

func shown(rows []eventRow, after id.ID, limit int) (Feed, error) {
	out := Feed{Items: []Event{}, HasMore: len(rows) > limit}
	if after != "" {
		out.Next = &after
	}
	for _, r := range rows[:min(len(rows), limit)] {
		var e Event
		if err := json.Unmarshal([]byte(r.Body), &e); err != nil {
			return out, err
		}
		out.Items = append(out.Items, e)
		out.Next = &r.ID
	}
	return out, nil
}
