package payments

import (
	"context"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

const columns = `p.id, p.payment_type, p.status, p.invoice_id, p.appointment_id, p.customer_id, p.reference_id, p.description, p.currency,
	p.base_amount, p.tax_amount, p.platform_fee, p.platform_fee_rate, p.total_amount, p.merchant_amount, p.payment_method, p.payment_channel,
	p.payment_provider, p.provider_payment_id, p.recorded_by, p.receipt_number, p.notes, p.failure_reason,
	p.applied_amount, p.refunded_amount, p.refunded_fee, p.refunded_tax, p.paid_at, p.created_at, p.updated_at`

// referenceConstraint is what a second payment of one reference conflicts with.
const referenceConstraint = "payments_reference"

// insert queues a new payment. Its invoice was queued before.
func insert(tx *db.Tx, p stored) {
	tx.Exec(`
		INSERT INTO payments (tenant_id, id, payment_type, status, invoice_id, appointment_id, customer_id, reference_id, description, currency,
			base_amount, platform_fee, platform_fee_rate, total_amount, merchant_amount, payment_method, payment_channel, payment_provider,
			recorded_by, receipt_number, notes, applied_amount, paid_at, created_at, updated_at, tax_amount)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $24, $25)`,
		tx.Tenant(), p.ID, string(p.Kind), string(p.Status), p.InvoiceID, p.AppointmentID, p.CustomerID, p.Reference, p.Description, string(p.Currency),
		p.Base, p.Fee, int64(p.FeeRate), p.Total, p.Merchant, p.Method, p.Channel, p.Provider,
		p.RecordedBy, p.Receipt, p.Notes, p.Applied, p.PaidAt, tx.Now(), p.Tax)
}

// queueOfInvoice reads the payment of an invoice with the next batch, and locks
// it. The caller has locked the invoice.
func queueOfInvoice(tx *db.Tx, invoice id.ID) *db.Result[stored] {
	return db.QueueOne[stored](tx, `
		SELECT `+columns+`
		FROM payments p
		WHERE p.tenant_id = $1 AND p.invoice_id = $2
		ORDER BY p.created_at
		LIMIT 1
		FOR UPDATE OF p`, tx.Tenant(), invoice)
}

// lockOfInvoice is queueOfInvoice at once.
func lockOfInvoice(ctx context.Context, tx *db.Tx, invoice id.ID) (stored, error) {
	p := queueOfInvoice(tx, invoice)
	if err := tx.Flush(ctx); err != nil {
		return stored{}, err
	}
	if !p.Found {
		return stored{}, ErrNotFound
	}
	return p.Value, nil
}

// finish queues the end of a payment that its caller has locked: what of it is
// final, how it was paid, and why it was not.
func finish(tx *db.Tx, p stored) {
	tx.Expect(1, "payments_changed", `
		UPDATE payments
		SET status = $3, platform_fee = $4, merchant_amount = $5, payment_method = $6, payment_channel = $7, provider_payment_id = $8,
			notes = $9, failure_reason = $10, paid_at = $11, updated_at = $12, applied_amount = $13, base_amount = $14, tax_amount = $15
		WHERE tenant_id = $1 AND id = $2
		RETURNING 1`,
		tx.Tenant(), p.ID, string(p.Status), p.Fee, p.Merchant, p.Method, p.Channel, p.ProviderID,
		p.Notes, p.Failure, p.PaidAt, tx.Now(), p.Applied, p.Base, p.Tax)
}

// queueOfAppointment reads the payments of an appointment, the oldest first.
func queueOfAppointment(tx *db.Tx, appointment id.ID) *db.Results[recorded] {
	return db.QueueAll[recorded](tx, `
		SELECT `+columns+`, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email) AS recorder
		FROM payments p
		LEFT JOIN users u ON u.id = p.recorded_by
		WHERE p.tenant_id = $1 AND p.appointment_id = $2
		ORDER BY p.created_at, p.id`, tx.Tenant(), appointment)
}

// recorded is a payment with the name of who recorded it.
type recorded struct {
	stored
	Recorder *string `db:"recorder"`
}
