package customers

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
)

// Consent is what a customer's data may be used for. Version counts the answers;
// 0 is what holds before the first: processing as the service needs it.
type Consent struct {
	Marketing      bool       `json:"marketing" db:"marketing"`
	DataProcessing bool       `json:"data_processing" db:"data_processing"`
	Analytics      bool       `json:"analytics" db:"analytics"`
	Version        int64      `json:"version" db:"version"`
	UpdatedAt      *time.Time `json:"updated_at" db:"given_at"`
}

// ConsentAnswer is a customer's new answer.
type ConsentAnswer struct {
	Marketing      bool `json:"marketing"`
	DataProcessing bool `json:"data_processing"`
	Analytics      bool `json:"analytics"`
}

// Consent reads the last answer.
func (o *Operations) Consent(ctx context.Context, who access.Customer) (Consent, error) {
	var out Consent
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		out, err = lastConsent(ctx, tx, who)
		return err
	})
	return out, err
}

// GiveConsent stores a new answer beside the earlier ones. It fails with
// ErrConsent where the customer withdraws what the service needs.
func (o *Operations) GiveConsent(ctx context.Context, who access.Customer, in ConsentAnswer) (Consent, error) {
	if !in.DataProcessing {
		return Consent{}, ErrConsent
	}
	var out Consent
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		r, err := lock(ctx, tx, who.ID)
		if err != nil {
			return err
		}
		last, err := lastConsent(ctx, tx, who)
		if err != nil {
			return err
		}
		now := tx.Now()
		out = Consent{
			Marketing: in.Marketing, DataProcessing: in.DataProcessing, Analytics: in.Analytics, Version: last.Version + 1, UpdatedAt: &now,
		}
		tx.Exec(`
			INSERT INTO customer_consents (tenant_id, customer_id, version, marketing, data_processing, analytics, address, user_agent, given_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			tx.Tenant(), who.ID, out.Version, out.Marketing, out.DataProcessing, out.Analytics,
			addressText(who.Origin), clip(who.Origin.UserAgent), now)
		r.Marketing = in.Marketing
		store(tx, r)
		audit.Record(tx, who, "customer.consent_given", "customer_consent", who.ID, last, out)
		return nil
	})
	return out, err
}

func lastConsent(ctx context.Context, tx *db.Tx, who access.Customer) (Consent, error) {
	found := db.QueueOne[Consent](tx, `
		SELECT c.marketing_consent AS marketing, coalesce(g.data_processing, true) AS data_processing,
		       coalesce(g.analytics, false) AS analytics, coalesce(g.version, 0) AS version, g.given_at
		FROM customers c
		LEFT JOIN LATERAL (
			SELECT version, data_processing, analytics, given_at
			FROM customer_consents
			WHERE tenant_id = c.tenant_id AND customer_id = c.id
			ORDER BY version DESC
			LIMIT 1) AS g ON true
		WHERE c.tenant_id = $1 AND c.id = $2`, who.Tenant, who.ID)
	if err := tx.Flush(ctx); err != nil {
		return Consent{}, err
	}
	if !found.Found {
		return Consent{}, ErrUnknown
	}
	return found.Value, nil
}

// clip bounds what a browser says of itself.
func clip(agent string) string {
	if len(agent) > 400 {
		return string([]rune(agent[:400]))
	}
	return agent
}
