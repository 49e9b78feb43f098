package payments

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// complement notes how a payment was made that took effect before anybody said it: of the
// two callbacks about a payment at Paper.id only one tells, and it may come last.
func (o *Operations) complement(ctx context.Context, tenant, invoice id.ID, hint Hint) error {
	if hint.Method == "" {
		return nil
	}
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		p, err := lockOfInvoice(ctx, tx, invoice)
		if err != nil || p.Method != "" || p.Status != Completed {
			return err
		}
		before := auditOf(p)
		p.Method, p.Channel = hint.Method, hint.Channel
		finish(tx, p)
		audit.Record(tx, access.System{Job: "payments"}, "payment.method_told", "payment", p.ID, before, auditOf(p))
		return nil
	})
}
