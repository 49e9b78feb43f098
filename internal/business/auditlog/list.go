package auditlog

import (
	"context"
	"errors"
	"strconv"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Filter chooses entries; what is absent does not matter.
type Filter struct {
	Actor      id.ID       `query:"actor" doc:"Made by this user or customer."`
	Action     string      `query:"action" maxLength:"100" example:"outlet.updated"`
	ObjectKind string      `query:"object_kind" maxLength:"50" example:"outlet"`
	ObjectID   id.ID       `query:"object_id"`
	From       api.Instant `query:"from" doc:"Not before this moment."`
	To         api.Instant `query:"to" doc:"Before this moment."`
}

// where leaves the entries that the arguments of a Filter ask for.
const where = `
		WHERE e.tenant_id = $1
			AND ($2 = '' OR e.actor_id = $2)
			AND ($3 = '' OR e.action = $3)
			AND ($4 = '' OR e.object_kind = $4)
			AND ($5 = '' OR e.object_id = $5)
			AND ($6::timestamptz IS NULL OR e.at >= $6)
			AND ($7::timestamptz IS NULL OR e.at < $7)`

// List returns one page of the log, newest first.
func (o *Operations) List(ctx context.Context, who access.Staff, f Filter, page api.Page) (*api.List[Entry], error) {
	var total *db.Result[int]
	var rows *db.Results[row]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		args := []any{tx.Tenant(), f.Actor, f.Action, f.ObjectKind, f.ObjectID, moment(f.From), moment(f.To)}
		total = db.QueueOne[int](tx, `
			SELECT count(*)
			FROM audit_log e`+where, args...)
		rows = db.QueueAll[row](tx, `
			SELECT `+columns+from+where+`
			ORDER BY e.at DESC, e.id DESC
			LIMIT $8 OFFSET $9`, append(args, page.Limit(), page.Offset())...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	items := make([]Entry, len(rows.Rows))
	for i := range rows.Rows {
		if items[i], err = rows.Rows[i].entry(); err != nil {
			return nil, err
		}
	}
	return api.NewList(items, total.Value, page), nil
}

func moment(i api.Instant) *time.Time {
	if i.IsZero() {
		return nil
	}
	return &i.Time
}

// Get returns one entry. It fails with ErrNotFound.
func (o *Operations) Get(ctx context.Context, who access.Staff, entry string) (Entry, error) {
	number, err := strconv.ParseInt(entry, 10, 64)
	if err != nil || formatID(number) != entry {
		return Entry{}, ErrNotFound
	}
	var found row
	err = o.db.View(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		found, err = db.One[row](ctx, tx, `
			SELECT `+columns+from+`
			WHERE e.tenant_id = $1 AND e.id = $2`, tx.Tenant(), number)
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		return Entry{}, ErrNotFound
	}
	if err != nil {
		return Entry{}, err
	}
	return found.entry()
}

func formatID(n int64) string { return strconv.FormatInt(n, 10) }
