package outbox

import (
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/mail"
)

// Channel is the way that a message goes.
type Channel string

// The channels.
const (
	Email Channel = "email"
	SMS   Channel = "sms"
)

// Message is one message to one person.
type Message struct {
	// Tenant is whose message it is, for a platform transaction; a tenant's own
	// transaction goes before it.
	Tenant  id.ID
	Channel Channel
	// To is an address as kit/mail normalises it, or a number in E.164.
	To      string
	Subject string // of an e-mail
	Text    string // plain text
	HTML    string // of an e-mail; optional, says the same as Text
	// Entry is what the reader's calendar makes of an e-mail; optional.
	Entry *mail.Entry
	// File goes with an e-mail; optional.
	File *mail.File
	// Until is when the message has become pointless: what was not sent by then is not
	// sent any more. Zero is never.
	Until time.Time
	// Reference names the cause, unique in the tenant: of two messages with one
	// Reference the first is sent. Empty stands for a cause of its own.
	Reference string
}

// Queued is published with each message.
type Queued struct {
	Tenant id.ID `json:"message_tenant"`
	ID     id.ID `json:"id"`
}

// EventName implements jobs.Event.
func (Queued) EventName() string { return "message.queued" }

const insertMessageSQL = `
	INSERT INTO messages (tenant_id, id, channel, recipient, subject, body_text, body_html, reference, created_at,
		calendar_method, body_calendar, expires_at, file_name, file_type, file)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
	ON CONFLICT ON CONSTRAINT messages_once DO NOTHING`

// Queue stores the message in tx and has it sent once tx has committed.
func Queue(tx *db.Tx, m Message) {
	tenant := tx.Tenant()
	if tenant == "" {
		tenant = m.Tenant
	}
	message := id.New()
	reference := m.Reference
	if reference == "" {
		reference = string(message)
	}
	var entry mail.Entry
	if m.Entry != nil {
		entry = *m.Entry
	}
	var file mail.File
	if m.File != nil {
		file = *m.File
	}
	var until *time.Time
	if !m.Until.IsZero() {
		until = &m.Until
	}
	tx.Exec(insertMessageSQL,
		string(tenant), string(message), string(m.Channel), m.To, m.Subject, m.Text, m.HTML, reference, tx.Now(),
		entry.Method, entry.Text, until, file.Name, file.Type, file.Bytes)
	jobs.Publish(tx, Queued{Tenant: tenant, ID: message})
}

const forgetSQL = `
	DELETE FROM messages
	WHERE tenant_id = $1
	  AND lower(recipient) = lower($2)`

// Forget removes all messages to a recipient, sent or not: part of erasing a
// person. tx is a transaction of the tenant.
func Forget(tx *db.Tx, recipient string) { tx.Exec(forgetSQL, string(tx.Tenant()), recipient) }
