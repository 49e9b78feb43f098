package webhooks

import (
	"context"
	"strings"

	"reserva/internal/billing/invoices"
	"reserva/internal/billing/paperid"
	"reserva/internal/billing/payments"
	"reserva/internal/billing/withdrawals"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// aim is what a callback is about: an invoice or a withdrawal of ours, or neither.
type aim struct {
	Tenant, Invoice, Withdrawal id.ID
	// Over is an invoice that is paid: nothing comes of asking about it again.
	Over bool
}

func (a aim) found() bool { return a.Invoice != "" || a.Withdrawal != "" }

// publish has the provider asked about it.
func (a aim) publish(tx *db.Tx, event id.ID) {
	if a.Withdrawal != "" {
		jobs.Publish(tx, withdrawals.Reported{Tenant: a.Tenant, WithdrawalID: a.Withdrawal, EventID: event})
		return
	}
	jobs.Publish(tx, Received{EventID: event, Tenant: a.Tenant, InvoiceID: a.Invoice})
}

// aimOf finds what a callback of Paper.id is about. The shape of those about payouts is
// not published, so the reference tells, whatever the kind. On a tenant's own route only
// what is that tenant's counts.
func aimOf(ctx context.Context, tx *db.Tx, said paperid.Callback, tenant *id.ID) (aim, error) {
	if strings.HasPrefix(said.RefID, withdrawals.ReferencePrefix) {
		a := aim{}
		var err error
		a.Tenant, a.Withdrawal, err = withdrawals.Find(ctx, tx, said.RefID)
		if err != nil || a.found() && (tenant == nil || *tenant == a.Tenant) {
			return a, err
		}
	}
	found, err := route(ctx, tx, said.Invoices, tenant)
	return aimAt(found), err
}

func aimAt(found *db.Result[routed]) aim {
	if found == nil || !found.Found {
		return aim{}
	}
	r := found.Value
	return aim{Tenant: r.Tenant, Invoice: r.ID, Over: r.Status == string(invoices.Paid)}
}

// WorkPayout asks the provider what became of the withdrawal of a callback.
func (o *Operations) WorkPayout(ctx context.Context, e withdrawals.Reported) error {
	if o.config.Payouts == nil {
		return nil
	}
	before, err := o.payoutOver(ctx, e)
	if err != nil {
		return err
	}
	outcome := payments.Before
	if !before {
		if err := o.config.Payouts.Check(ctx, e.Tenant, e.WithdrawalID); err != nil {
			return err
		}
		after, err := o.payoutOver(ctx, e)
		if err != nil {
			return err
		}
		if outcome = payments.NotPaid; after {
			outcome = payments.Settled
		}
	}
	return o.db.Platform(ctx, "note what became of a callback", func(tx *db.Tx) error {
		settleEvent(tx, e.EventID, string(outcome))
		return nil
	})
}

// payoutOver tells whether a withdrawal has ended, well or not.
func (o *Operations) payoutOver(ctx context.Context, e withdrawals.Reported) (over bool, err error) {
	err = o.db.View(ctx, e.Tenant, func(tx *db.Tx) error {
		status, err := db.One[withdrawals.Status](ctx, tx, `
			SELECT status
			FROM withdrawals
			WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), e.WithdrawalID)
		over = status != withdrawals.Pending && status != withdrawals.Processing
		return err
	})
	return over, err
}
