package payments

import (
	"context"
	"errors"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

const (
	// reconcilePage is how many invoices are asked about in one run; of more, each
	// run takes the next page.
	reconcilePage = 500
	// overdueDays is how long after its due date an unpaid invoice is still asked
	// about.
	overdueDays = 3
)

type pendingRow struct {
	Tenant  id.ID `db:"tenant_id"`
	Invoice id.ID `db:"invoice_id"`
}

// Reconcile asks the provider about invoices that nobody called back for.
func (o *Operations) Reconcile(ctx context.Context) error {
	due, err := o.unreported(ctx)
	for _, d := range due {
		if ctx.Err() != nil {
			break
		}
		if _, settleErr := o.Settle(ctx, d.Tenant, d.Invoice, Hint{}); settleErr != nil && !errors.Is(settleErr, ErrNoProvider) {
			err = errors.Join(err, settleErr)
		}
	}
	return err
}

// unreportedWhere finds the open links, and those that were paid in part: nobody can take
// their page away, cancelled or not, and the rest may follow.
const unreportedWhere = `p.status IN ('pending', 'needs_review') AND p.payment_provider <> 'manual' AND p.created_at < $1
				AND (i.status IN ('SENT', 'OVERDUE') OR i.status = 'CANCELLED' AND p.status = 'needs_review') AND i.due_date >= $2::date`

// unreported lists a page of open invoices that the provider has had for a while.
// Which page is told by the clock, so that every one gets its turn.
func (o *Operations) unreported(ctx context.Context) ([]pendingRow, error) {
	var rows []pendingRow
	err := o.db.PlatformView(ctx, "payments that nobody called back for", func(tx *db.Tx) error {
		before := tx.Now().Add(-reconcileAfter)
		oldest := tx.Now().AddDate(0, 0, -overdueDays)
		total, err := db.One[int64](ctx, tx, `
			SELECT count(*)
			FROM payments p
			JOIN invoices i ON i.tenant_id = p.tenant_id AND i.id = p.invoice_id
			WHERE `+unreportedWhere, before, oldest)
		if err != nil {
			return err
		}
		pages := (total + reconcilePage - 1) / reconcilePage
		run := tx.Now().Unix() / int64(reconcileEvery.Seconds())
		rows, err = db.All[pendingRow](ctx, tx, `
			SELECT p.tenant_id, p.invoice_id
			FROM payments p
			JOIN invoices i ON i.tenant_id = p.tenant_id AND i.id = p.invoice_id
			WHERE `+unreportedWhere+`
			ORDER BY p.created_at DESC, p.id
			LIMIT $3 OFFSET $4`, before, oldest, reconcilePage, run%max(pages, 1)*reconcilePage)
		return err
	})
	return rows, err
}
