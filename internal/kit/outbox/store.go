package outbox

import (
	"context"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/mail"
)

// row is a message as it is stored.
type row struct {
	ID        id.ID      `db:"id"`
	Channel   Channel    `db:"channel"`
	To        string     `db:"recipient"`
	Subject   string     `db:"subject"`
	Text      string     `db:"body_text"`
	HTML      string     `db:"body_html"`
	CreatedAt time.Time  `db:"created_at"`
	SentAt    *time.Time `db:"sent_at"`
	Failure   string     `db:"failure"`
	Method    string     `db:"calendar_method"`
	Calendar  string     `db:"body_calendar"`
	ExpiresAt *time.Time `db:"expires_at"`
	FileName  string     `db:"file_name"`
	FileType  string     `db:"file_type"`
	File      []byte     `db:"file"`
}

// file is nil for a message without one.
func (m *row) file() *mail.File {
	if len(m.File) == 0 {
		return nil
	}
	return &mail.File{Name: m.FileName, Type: m.FileType, Bytes: m.File}
}

// entry is nil for a message without one.
func (m *row) entry() *mail.Entry {
	if m.Calendar == "" {
		return nil
	}
	return &mail.Entry{Method: m.Method, Text: m.Calendar}
}

const columns = `id, channel, recipient, subject, body_text, body_html, created_at, sent_at, failure,
	calendar_method, body_calendar, expires_at, file_name, file_type`

const waitingSQL = `
	SELECT ` + columns + `, file
	FROM messages
	WHERE tenant_id = $1
	  AND id = $2
	  AND sent_at IS NULL
	  AND failure = ''`

// waiting returns a message that is still to be sent.
func (o *Outbox) waiting(ctx context.Context, tenant, message id.ID) (row, error) {
	var m row
	err := o.db.View(ctx, tenant, func(tx *db.Tx) (err error) {
		m, err = db.One[row](ctx, tx, waitingSQL, string(tenant), string(message))
		return err
	})
	return m, err
}

const settleSQL = `
	UPDATE messages
	SET sent_at = CASE WHEN $3 = '' THEN $4::timestamptz END,
	    failure = $3,
	    body_text = '',
	    body_html = '',
	    body_calendar = '',
	    file = NULL
	WHERE tenant_id = $1
	  AND id = $2
	  AND sent_at IS NULL`

func settleMessage(tx *db.Tx, tenant, message id.ID, failure string) {
	tx.Exec(settleSQL, string(tenant), string(message), failure, tx.Now())
}

const deleteOlderSQL = `
	DELETE FROM messages
	WHERE created_at < $1`

func deleteOlder(tx *db.Tx, before time.Time) { tx.Exec(deleteOlderSQL, before) }
