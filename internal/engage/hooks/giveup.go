package hooks

import (
	"context"
	"fmt"
	"html"
	"strings"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/outbox"
)

// giveUp ends an endpoint that does not answer, or answered that it is gone, with all
// that waits for it, and writes to the business's administrators.
func (o *Operations) giveUp(ctx context.Context, tx *db.Tx, e Endpoint, last outcome) error {
	old := e
	at := tx.Now()
	e.IsActive, e.DisabledAt, e.UpdatedAt = false, &at, at
	tx.Exec(`
		UPDATE hook_endpoints
		SET is_active = false, disabled_at = $3, updated_at = $3
		WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), e.ID, at)
	dropWaiting(tx, e.ID)
	audit.Record(tx, access.System{Job: "hooks.deliver"}, "webhook_endpoint.disabled", "webhook_endpoint", e.ID, auditOf(old), auditOf(e))
	admins, err := db.All[recipient](ctx, tx, `
		SELECT u.email, u.first_name, t.name AS business
		FROM memberships m
		JOIN users u ON u.id = m.user_id
		JOIN tenants t ON t.id = $1
		WHERE m.tenant_id = $1 AND m.role = 'tenant_admin' AND m.is_active AND u.is_active AND u.deleted_at IS NULL
		ORDER BY u.id`, tx.Tenant())
	if err != nil {
		return err
	}
	for _, admin := range admins {
		address, err := mail.Normalise(admin.Email)
		if err != nil {
			continue
		}
		lines := []string{
			fmt.Sprintf("Hello %s,", admin.FirstName),
			fmt.Sprintf("events of %s can no longer be delivered to %s: it %s.", admin.Business, e.URL, last.failure),
			"Nothing is sent there any more. Once the address answers again, make the webhook endpoint active; what was missed can be replayed there, or read from the feed of events, for 30 days.",
		}
		outbox.Queue(tx, outbox.Message{
			Channel: outbox.Email, To: address, Subject: "A webhook endpoint of " + admin.Business + " was disabled",
			Text:      strings.Join(lines, "\n\n"),
			HTML:      "<p>" + strings.ReplaceAll(html.EscapeString(strings.Join(lines, "\n")), "\n", "</p><p>") + "</p>",
			Reference: fmt.Sprintf("webhook_endpoint.disabled:%s:%d:%s", e.ID, at.UnixMicro(), address),
		})
	}
	return nil
}

type recipient struct {
	Email     string `db:"email"`
	FirstName string `db:"first_name"`
	Business  string `db:"business"`
}

// auditFacts are what the audit log keeps of an endpoint: no secret, and of the address
// only where it is, since its path and query may hold one.
type auditFacts struct {
	Host       string   `json:"host"`
	EventTypes []string `json:"event_types"`
	IsActive   bool     `json:"is_active"`
	NewSecret  bool     `json:"new_secret,omitempty"`
	Resent     int      `json:"resent,omitempty"` // events that were begun anew
}

func auditOf(e Endpoint) auditFacts {
	return auditFacts{Host: hostOf(e.URL), EventTypes: e.EventTypes, IsActive: e.IsActive}
}
