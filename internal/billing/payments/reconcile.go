package payments

import (
	"context"
	"errors"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

const (
	// reconcilePage is how many invoices are asked about in one run, those first about
	// which nobody has asked for longest.
	reconcilePage = 500
	// overdueDays is how long after its due date an unpaid invoice is still asked
	// about.
	overdueDays = 3
	// silentAfter is how many questions in a row an account leaves without an answer before
	// a run asks it no more.
	silentAfter = 3
)

type pendingRow struct {
	Tenant   id.ID  `db:"tenant_id"`
	Invoice  id.ID  `db:"invoice_id"`
	Provider string `db:"payment_provider"`
	Own      *id.ID `db:"gateway_id"` // the business's own account; nil for the platform's
}

// account names the account that has the invoice.
func (r pendingRow) account() string {
	if r.Own != nil {
		return string(*r.Own)
	}
	return r.Provider
}

// Reconcile asks the provider about invoices that nobody called back for. An account that
// cannot be reached waits for the next run, so that the others get their turn.
func (o *Operations) Reconcile(ctx context.Context) error {
	due, err := o.unreported(ctx)
	silent := map[string]int{}
	for _, d := range due {
		if ctx.Err() != nil {
			break
		}
		if silent[d.account()] >= silentAfter {
			continue
		}
		settleErr := o.reconcile(ctx, d)
		if silent[d.account()]++; !errors.Is(settleErr, ErrUnreachable) {
			silent[d.account()] = 0
		}
		if settleErr != nil && !errors.Is(settleErr, ErrNoProvider) {
			err = errors.Join(err, settleErr)
		}
	}
	return err
}

// reconcile asks about one invoice, unless somebody else has meanwhile.
func (o *Operations) reconcile(ctx context.Context, d pendingRow) error {
	var claimed *db.Results[id.ID]
	err := o.db.Update(ctx, d.Tenant, func(tx *db.Tx) error {
		claimed = queueClaim(tx, d.Invoice, reconcileAfter)
		return nil
	})
	if err != nil || len(claimed.Rows) == 0 {
		return err
	}
	_, err = o.Settle(ctx, d.Tenant, d.Invoice, Hint{})
	return err
}

// unreported lists open invoices that the provider has had for a while, and those that were
// paid in part: nobody can take their page away, cancelled or not, and the rest may follow.
func (o *Operations) unreported(ctx context.Context) ([]pendingRow, error) {
	var rows []pendingRow
	err := o.db.PlatformView(ctx, "payments that nobody called back for", func(tx *db.Tx) (err error) {
		rows, err = db.All[pendingRow](ctx, tx, `
			SELECT p.tenant_id, p.invoice_id, i.payment_provider, i.gateway_id
			FROM payments p
			JOIN invoices i ON i.tenant_id = p.tenant_id AND i.id = p.invoice_id
			WHERE p.status IN ('pending', 'needs_review') AND p.payment_provider <> 'manual' AND p.created_at < $1
				AND (p.asked_at IS NULL OR p.asked_at <= $1) AND i.due_date >= $2::date
				AND (i.status IN ('SENT', 'OVERDUE') OR i.status = 'CANCELLED' AND p.status = 'needs_review')
			ORDER BY p.asked_at NULLS FIRST, p.created_at DESC, p.id
			LIMIT $3`, tx.Now().Add(-reconcileAfter), tx.Now().AddDate(0, 0, -overdueDays), reconcilePage)
		return err
	})
	return rows, err
}
