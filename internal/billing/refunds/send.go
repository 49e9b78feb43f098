package refunds

import (
	"context"
	"errors"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/billing/ledger"
	"reserva/internal/billing/payments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/money"
)

// setAside is the first step of a refund at the provider: the amount is reserved, and a
// job stored that sends it if this request does not.
func (o *Operations) setAside(ctx context.Context, tx *db.Tx, who access.Actor, p payments.Refundable, r *row, share payments.Share, note string) error {
	// What nobody can be asked for is not decided by trying.
	if _, err := o.payments.RefunderWithin(ctx, tx, p); err != nil {
		return err
	}
	before, err := atGateway(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	if left := p.Received - before; r.Amount > left {
		return ErrTooMuch.WithExtra(map[string]any{"refundable_amount": money.Number{Minor: max(left, 0), Currency: p.Currency}})
	}
	r.decide(who, tx.Now(), Approved, note)
	until := tx.Now().Add(sendingLease)
	r.SendingUntil = &until
	p.Reserve(tx, who, share)
	jobs.PublishAt(tx, approved{RefundID: r.ID}, until)
	return nil
}

// sendNow is the second step within the request. Where the provider's answer stays out,
// the refund is on its way, and a job finds out.
func (o *Operations) sendNow(ctx context.Context, tenant id.ID, r row) (Refund, error) {
	// What the provider did is stored even if the client has gone.
	ctx = context.WithoutCancel(ctx)
	after, err := o.ask(ctx, tenant, r, false)
	switch {
	case errors.Is(err, payments.ErrUncertain), errors.Is(err, payments.ErrUnreachable):
		o.log.WarnContext(ctx, "a refund is not known to have been made; a job asks again", "tenant", tenant, "refund", r.ID, "error", err)
		return r.view(), nil
	case err != nil:
		return Refund{}, errors.Join(err, o.db.GiveBack(ctx))
	case after.Status == Rejected:
		return Refund{}, errors.Join(ErrRefused, o.db.GiveBack(ctx))
	}
	return after.view(), nil
}

// Send finishes a refund at the provider that was cut off, or that it had not finished:
// the provider is asked what it knows of it before it is asked to make it.
func (o *Operations) Send(ctx context.Context, tenant, refund id.ID) error {
	var r row
	claimed := false
	err := o.db.Update(ctx, tenant, func(tx *db.Tx) (err error) {
		r, err = lock(ctx, tx, refund)
		claimed = err == nil && r.Status == Approved && (r.SendingUntil == nil || !tx.Now().Before(*r.SendingUntil))
		if !claimed {
			return err
		}
		until := tx.Now().Add(sendingLease)
		r.SendingUntil = &until
		update(tx, r)
		return nil
	})
	if err != nil || !claimed {
		return err
	}
	_, err = o.ask(ctx, tenant, r, true)
	if errors.Is(err, payments.ErrNoProvider) || errors.Is(err, payments.ErrNoRefunds) {
		return nil // there is nobody to ask; it stays on its way until there is
	}
	return err
}

// ask has the provider make a refund, and stores what it says. The caller holds the lease.
func (o *Operations) ask(ctx context.Context, tenant id.ID, r row, again bool) (row, error) {
	var p payments.Refundable
	err := o.db.View(ctx, tenant, func(tx *db.Tx) (err error) {
		p, err = payments.FindRefundable(ctx, tx, r.PaymentID)
		return err
	})
	if err != nil {
		return r, err
	}
	provider, err := o.payments.RefunderOf(ctx, tenant, p)
	if err == nil {
		bounded, cancel := context.WithTimeout(ctx, gatewayTimeout)
		defer cancel()
		return o.answer(bounded, ctx, provider, tenant, p, r, again)
	}
	if errors.Is(err, payments.ErrNoRefunds) && !again {
		// Nobody was asked, so nothing can have moved.
		_, returnErr := o.store(ctx, tenant, r.ID, payments.RefundState{Progress: payments.RefundFailed})
		return r, errors.Join(err, returnErr)
	}
	return r, err
}

func (o *Operations) answer(bounded, ctx context.Context, provider payments.Refunder, tenant id.ID, p payments.Refundable, r row, again bool) (row, error) {
	state, err := payments.RefundState{}, payments.ErrNothingThere
	if again {
		state, err = provider.LookRefund(bounded, tenant, *p.ProviderID, string(r.ID))
	}
	if errors.Is(err, payments.ErrNothingThere) {
		state, err = provider.Refund(bounded, tenant, *p.ProviderID, r.Amount, r.Currency, string(r.ID))
	}
	if errors.Is(err, payments.ErrRefundRefused) {
		o.log.WarnContext(ctx, "the provider refused a refund", "tenant", tenant, "refund", r.ID, "error", err)
		state, err = payments.RefundState{Progress: payments.RefundFailed}, nil
	}
	if err != nil {
		return r, err
	}
	return o.store(ctx, tenant, r.ID, state)
}

// store is the third step: what the provider says of a refund takes effect, once.
func (o *Operations) store(ctx context.Context, tenant, refund id.ID, state payments.RefundState) (row, error) {
	who := access.System{Job: "refunds"}
	var r row
	err := o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		known, err := load(ctx, tx, refund)
		if err != nil {
			return err
		}
		p, err := lockPayment(ctx, tx, who, known.PaymentID)
		if err != nil {
			return err
		}
		if r, err = lock(ctx, tx, refund); err != nil || r.Status != Approved {
			return err
		}
		if state.ID != "" {
			r.ProviderRefundID = &state.ID
		}
		if state.Progress == payments.RefundOngoing {
			r.SendingUntil = nil
			update(tx, r)
			return nil
		}
		before := auditOf(r)
		movement := sent(p, r)
		if state.Progress == payments.RefundFailed {
			movement = returned(p, r)
			r.Status, r.SendingUntil, r.Note = Rejected, nil, "The payment provider refuses the refund."
			p.Release(tx, who, r.share())
		} else if err := conclude(ctx, tx, who, &p, &r, nil); err != nil {
			return err
		}
		update(tx, r)
		audit.Record(tx, who, "refund."+string(r.Status), "refund", r.ID, before, auditOf(r))
		return ledger.Post(tx, movement)
	})
	return r, err
}

type underWay struct {
	Tenant id.ID `db:"tenant_id"`
	Refund id.ID `db:"id"`
}

// Pursue asks the provider about refunds that have been under way for a while.
func (o *Operations) Pursue(ctx context.Context) error {
	var due []underWay
	err := o.db.PlatformView(ctx, "refunds that are under way", func(tx *db.Tx) (err error) {
		due, err = db.All[underWay](ctx, tx, `
			SELECT tenant_id, id
			FROM refunds
			WHERE status = 'approved' AND updated_at < $1
			ORDER BY updated_at
			LIMIT $2`, tx.Now().Add(-pursueAfter), pursuePage)
		return err
	})
	for _, d := range due {
		if ctx.Err() != nil {
			break
		}
		err = errors.Join(err, o.Send(ctx, d.Tenant, d.Refund))
	}
	return err
}
