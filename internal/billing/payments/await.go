package payments

import (
	"context"
	"time"

	"reserva/internal/billing/invoices"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

const (
	// awaitEvery is how often the provider is asked about one payment, however many look
	// for it.
	awaitEvery = 15 * time.Second
	// awaitAgain is when it is asked once more after a payer came back before the
	// provider's own books showed the payment.
	awaitAgain = 20 * time.Second
)

// awaited is published where somebody looks for a payment at this moment. Again asks once
// more where it is not made yet.
type awaited struct {
	InvoiceID id.ID `json:"invoice_id"`
	Again     bool  `json:"again,omitempty"`
}

// EventName implements jobs.Event.
func (awaited) EventName() string { return "payment.awaited" }

// Await has a job ask the provider about the open payments of an appointment or an invoice
// that somebody looks for at this moment, so that nobody waits for the reconciler where a
// callback was lost. Who looks is not kept waiting: they see it when they look again.
func (o *Operations) Await(ctx context.Context, tenant, of id.ID) error {
	return o.await(ctx, tenant, of, false)
}

// LookSoon is Await for those who show something all the same where it fails.
func (o *Operations) LookSoon(ctx context.Context, tenant, of id.ID) {
	if err := o.Await(ctx, tenant, of); err != nil {
		o.log.WarnContext(ctx, "the provider is not asked about a payment that somebody looks for", "tenant", tenant, "of", of, "error", err)
	}
}

func (o *Operations) await(ctx context.Context, tenant, of id.ID, again bool) error {
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		found := queueClaim(tx, of, awaitEvery)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		for _, invoice := range found.Rows {
			jobs.Publish(tx, awaited{InvoiceID: invoice, Again: again})
		}
		return nil
	})
}

// queueClaim takes the open payments of an appointment or an invoice to be asked about,
// where nobody has asked for a while, and reads their invoices.
func queueClaim(tx *db.Tx, of id.ID, while time.Duration) *db.Results[id.ID] {
	return db.QueueAll[id.ID](tx, `
		UPDATE payments p
		SET asked_at = $3
		WHERE p.tenant_id = $1 AND (p.invoice_id = $2 OR p.appointment_id = $2) AND p.invoice_id IS NOT NULL
			AND p.status IN ('pending', 'needs_review') AND p.payment_provider <> 'manual' AND (p.asked_at IS NULL OR p.asked_at <= $4)
		RETURNING p.invoice_id`, tx.Tenant(), of, tx.Now(), tx.Now().Add(-while))
}

// askAwaited is the job of awaited. What the provider does not say now, the reconciler
// asks again.
func (o *Operations) askAwaited(ctx context.Context, tenant id.ID, e awaited) error {
	outcome, err := o.Settle(ctx, tenant, e.InvoiceID, Hint{})
	if err != nil {
		o.log.WarnContext(ctx, "a payment that somebody looks for is not known yet", "tenant", tenant, "invoice", e.InvoiceID, "error", err)
		return nil
	}
	if outcome != NotPaid || !e.Again {
		return nil
	}
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		s, err := invoices.Load(ctx, tx, e.InvoiceID)
		if err == nil && s.Status.Open() {
			jobs.PublishAt(tx, awaited{InvoiceID: e.InvoiceID}, tx.Now().Add(awaitAgain))
		}
		return err
	})
}
