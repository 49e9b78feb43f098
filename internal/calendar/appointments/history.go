package appointments

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// HistoryEntry is one thing that happened to an appointment, as the audit log has it.
type HistoryEntry struct {
	At        time.Time `json:"at"`
	Action    string    `json:"action" example:"appointment.rescheduled"`
	ActorKind string    `json:"actor_kind" enum:"staff,customer,visitor,system"`
	ActorID   *id.ID    `json:"actor_id"`
	ActorName string    `json:"actor_name" doc:"Of users of the staff portal; empty for everybody else" example:"Dewi Anggraini"`
	Changes   []Change  `json:"changes" doc:"What the appointment says differently since"`
}

// Change is one value before and after.
type Change struct {
	Field string  `json:"field" example:"starts_at"`
	Old   *string `json:"old" doc:"Null where there was nothing" example:"2026-04-10T03:00:00Z"`
	New   *string `json:"new" example:"2026-04-11T07:30:00Z"`
}

type historyRow struct {
	At        time.Time       `db:"at"`
	Action    string          `db:"action"`
	ActorKind string          `db:"actor_kind"`
	ActorID   *id.ID          `db:"actor_id"`
	ActorName string          `db:"actor_name"`
	Old       json.RawMessage `db:"old"`
	New       json.RawMessage `db:"new"`
}

// History lists what happened to an appointment that who may see, the oldest first.
// Fault: ErrNotFound.
func (o *Operations) History(ctx context.Context, who access.Staff, appointment id.ID, page api.Page) (*api.List[HistoryEntry], error) {
	var total *db.Result[int]
	var rows *db.Results[historyRow]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		total = db.QueueOne[int](tx, `
			SELECT count(*) FROM audit_log WHERE tenant_id = $1 AND object_id = $2 AND object_kind = 'appointment'`, tx.Tenant(), appointment)
		rows = db.QueueAll[historyRow](tx, `
			SELECT h.at, h.action, h.actor_kind, h.actor_id, trim(coalesce(u.first_name || ' ' || u.last_name, '')) AS actor_name, h.old, h.new
			FROM audit_log h
			LEFT JOIN users u ON h.actor_kind = 'staff' AND u.id = h.actor_id
			WHERE h.tenant_id = $1 AND h.object_id = $2 AND h.object_kind = 'appointment'
			ORDER BY h.id
			LIMIT $3 OFFSET $4`, tx.Tenant(), appointment, page.Limit(), page.Offset())
		r, lines, err := find(ctx, tx, appointment)
		if err != nil {
			return err
		}
		return visible(ctx, tx, who, r, lines)
	})
	if err != nil {
		return nil, err
	}
	entries := make([]HistoryEntry, len(rows.Rows))
	for i, r := range rows.Rows {
		entries[i] = HistoryEntry{
			At: r.At.UTC(), Action: r.Action, ActorKind: r.ActorKind, ActorID: r.ActorID, ActorName: r.ActorName, Changes: changes(r.Old, r.New),
		}
	}
	return api.NewList(entries, total.Value, page), nil
}

// changes compares two audit entries, by name of the field.
func changes(old, new json.RawMessage) []Change {
	var was, is map[string]json.RawMessage
	_ = json.Unmarshal(old, &was) // null, or written by auditView
	_ = json.Unmarshal(new, &is)
	fields := maps.Clone(is)
	if fields == nil {
		fields = map[string]json.RawMessage{}
	}
	maps.Copy(fields, was)
	out := []Change{}
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if !bytes.Equal(was[field], is[field]) {
			out = append(out, Change{Field: field, Old: plain(was[field]), New: plain(is[field])})
		}
	}
	return out
}

// plain is a JSON value as text: strings without quotes, everything else as written.
func plain(value json.RawMessage) *string {
	if len(value) == 0 || string(value) == "null" {
		return nil
	}
	text := string(value)
	var unquoted string
	if json.Unmarshal(value, &unquoted) == nil {
		text = unquoted
	}
	return &text
}
