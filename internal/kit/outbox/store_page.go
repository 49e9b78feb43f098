package outbox

import (
	"context"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Files are not read for the list: there may be many.
const newestSQL = `
	SELECT ` + columns + `, NULL::bytea AS file
	FROM messages
	WHERE ($1 = '' OR lower(recipient) = lower($1))
	ORDER BY created_at DESC, id DESC
	LIMIT $2`

// newest returns messages of all tenants, or with to those to one recipient.
func (o *Outbox) newest(ctx context.Context, to string, limit int) ([]row, error) {
	var rows []row
	err := o.db.PlatformView(ctx, "show the outbox", func(tx *db.Tx) (err error) {
		rows, err = db.All[row](ctx, tx, newestSQL, to, limit)
		return err
	})
	return rows, err
}

const findSQL = `
	SELECT ` + columns + `, file
	FROM messages
	WHERE id = $1
	LIMIT 1`

// find returns a message of any tenant.
func (o *Outbox) find(ctx context.Context, message id.ID) (row, error) {
	var m row
	err := o.db.PlatformView(ctx, "show a message", func(tx *db.Tx) (err error) {
		m, err = db.One[row](ctx, tx, findSQL, string(message))
		return err
	})
	return m, err
}
