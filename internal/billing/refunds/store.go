package refunds

import (
	"context"
	"errors"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

const columns = `r.id, r.payment_id, p.appointment_id, r.customer_id, r.status, r.amount, r.fee_amount, r.tax_amount, r.applied_amount, r.currency, r.method,
	r.reason, r.decision_note, r.requested_by, r.decided_by, r.provider_refund_id, r.sending_until, r.created_at, r.decided_at, r.completed_at`

const fromRefunds = `
	FROM refunds r
	JOIN payments p ON p.tenant_id = $1 AND p.id = r.payment_id
	LEFT JOIN appointments a ON a.tenant_id = $1 AND a.id = p.appointment_id`

// oneRequest is what a second request for one payment conflicts with.
const oneRequest = "refunds_one_request"

func insert(tx *db.Tx, r row) {
	tx.Exec(`
		INSERT INTO refunds (tenant_id, id, payment_id, customer_id, status, amount, fee_amount, applied_amount, currency, method, reason,
			decision_note, requested_by, decided_by, sending_until, created_at, decided_at, completed_at, updated_at, tax_amount)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $16, $19)`,
		tx.Tenant(), r.ID, r.PaymentID, r.CustomerID, string(r.Status), r.Amount, r.Fee, r.Applied, string(r.Currency), string(r.Method), r.Reason,
		r.Note, r.RequestedBy, r.DecidedBy, r.SendingUntil, tx.Now(), r.DecidedAt, r.CompletedAt, r.Tax)
}

// update queues what a decision changes. The caller has locked the refund.
func update(tx *db.Tx, r row) {
	tx.Expect(1, "refunds_changed", `
		UPDATE refunds
		SET status = $3, amount = $4, fee_amount = $5, applied_amount = $6, method = $7, decision_note = $8, decided_by = $9,
			provider_refund_id = $10, sending_until = $11, decided_at = $12, completed_at = $13, updated_at = $14, tax_amount = $15
		WHERE tenant_id = $1 AND id = $2
		RETURNING 1`,
		tx.Tenant(), r.ID, string(r.Status), r.Amount, r.Fee, r.Applied, string(r.Method), r.Note, r.DecidedBy,
		r.ProviderRefundID, r.SendingUntil, r.DecidedAt, r.CompletedAt, tx.Now(), r.Tax)
}

// load reads a refund of the tenant; ErrNotFound if there is none.
func load(ctx context.Context, tx *db.Tx, refund id.ID) (row, error) {
	return found(db.One[row](ctx, tx, `SELECT `+columns+fromRefunds+`
		WHERE r.tenant_id = $1 AND r.id = $2`, tx.Tenant(), refund))
}

// lock is load for those who change it. The caller has locked appointment and payment.
func lock(ctx context.Context, tx *db.Tx, refund id.ID) (row, error) {
	return found(db.One[row](ctx, tx, `SELECT `+columns+fromRefunds+`
		WHERE r.tenant_id = $1 AND r.id = $2
		FOR UPDATE OF r`, tx.Tenant(), refund))
}

func found(r row, err error) (row, error) {
	if errors.Is(err, db.ErrNotFound) {
		err = ErrNotFound
	}
	return r, err
}

// given is what the completed refunds of a payment gave back.
func given(ctx context.Context, tx *db.Tx, payment id.ID) (int64, error) {
	return db.One[int64](ctx, tx, `
		SELECT coalesce(sum(amount), 0)::bigint
		FROM refunds
		WHERE tenant_id = $1 AND payment_id = $2 AND status = 'completed'`, tx.Tenant(), payment)
}

// atGateway is what refunds at the provider have given back of a payment, or will.
func atGateway(ctx context.Context, tx *db.Tx, payment id.ID) (int64, error) {
	return db.One[int64](ctx, tx, `
		SELECT coalesce(sum(amount), 0)::bigint
		FROM refunds
		WHERE tenant_id = $1 AND payment_id = $2 AND method = 'gateway' AND status IN ('approved', 'completed')`, tx.Tenant(), payment)
}
