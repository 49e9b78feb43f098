package withdrawals

import (
	"context"
	"errors"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Payouts is the provider as this package needs it. Calls end with their context.
type Payouts interface {
	// Send has an amount of rupiah paid out under a reference, which is paid once. It
	// fails with ErrRefused where it certainly was not and will not be, and with any
	// other error where that is not known.
	Send(ctx context.Context, reference string, amount int64) error
	// Look tells what became of a reference. It fails with ErrUnknown.
	Look(ctx context.Context, reference string) (Payout, error)
}

// Payout is what the provider says of a reference.
type Payout struct {
	Ref    string // the provider's name of it
	Amount int64
	Done   bool
	Failed bool
}

// What a provider may answer that callers act on.
var (
	ErrRefused = errors.New("withdrawals: the provider refuses the payout")
	ErrUnknown = errors.New("withdrawals: the provider does not know the reference")
)

// byProvider tells whether the provider pays out a currency: it does rupiah. The rest
// waits for the operator.
func (o *Operations) byProvider(c money.Currency) bool { return o.payouts != nil && c == money.IDR }

// PayOut has a withdrawal paid out, once however often it is called: a transaction
// notes that the provider is asked, it is asked outside of any, and a second
// transaction stores the answer. A note without an answer is looked into first.
func (o *Operations) PayOut(ctx context.Context, tenant, withdrawal id.ID) error {
	if o.payouts == nil {
		return nil
	}
	var r row
	first := false
	err := o.db.Update(ctx, tenant, func(tx *db.Tx) (err error) {
		first = false
		old, err := lock(ctx, tx, withdrawal)
		r = old
		if err != nil || old.Status != Pending || !o.byProvider(old.Currency) {
			return err
		}
		now := tx.Now()
		first, r.Status, r.SentAt = true, Processing, &now
		return r.store(tx, system(), old)
	})
	if err != nil || r.Status != Processing {
		return err
	}
	if !first {
		return o.Check(ctx, tenant, withdrawal)
	}
	return o.ask(ctx, tenant, r, false)
}

// ask sends the payout and stores a refusal. An answer that is not known leaves the
// withdrawal to Check. So does the refusal of a reference that was sent before: it says
// nothing of the first time, whose money may have left.
func (o *Operations) ask(ctx context.Context, tenant id.ID, r row, again bool) error {
	bounded, cancel := context.WithTimeout(ctx, payoutTimeout)
	defer cancel()
	err := o.payouts.Send(bounded, r.Reference, r.Amount-r.Fee)
	if err == nil {
		return nil // the provider tells when it is done
	}
	o.log.WarnContext(ctx, "payout not confirmed", "tenant", tenant, "withdrawal", r.ID, "again", again, "error", err)
	if again || !errors.Is(err, ErrRefused) {
		return nil // it may have been taken: Check asks
	}
	return o.settle(context.WithoutCancel(ctx), tenant, r.ID, Payout{Failed: true}, "The provider refused the payout.")
}

// Check asks the provider what became of a withdrawal and lets its answer take
// effect: once, however often it is called.
func (o *Operations) Check(ctx context.Context, tenant, withdrawal id.ID) error {
	if o.payouts == nil {
		return nil
	}
	var r row
	err := o.db.View(ctx, tenant, func(tx *db.Tx) (err error) {
		r, err = db.One[row](ctx, tx, `SELECT `+columns+fromSQL+` WHERE w.tenant_id = $1 AND w.id = $2`, tenant, withdrawal)
		return err
	})
	if err != nil || r.Status != Processing || !o.byProvider(r.Currency) {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, payoutTimeout)
	defer cancel()
	found, err := o.payouts.Look(bounded, r.Reference)
	switch {
	case errors.Is(err, ErrUnknown):
		return o.sendAgain(ctx, tenant, r)
	case err != nil:
		return err
	case found.Amount != r.Amount-r.Fee:
		o.log.ErrorContext(ctx, "the provider pays another amount", "tenant", tenant, "withdrawal", r.ID, "amount", found.Amount)
		return nil // the operator has to look at it
	case !found.Done && !found.Failed:
		return nil
	}
	return o.settle(ctx, tenant, withdrawal, found, "The bank did not take the payout.")
}

// sendAgain sends the same reference once more where the provider does not know it
// long after it was sent: the request never arrived. If it did after all, the
// provider refuses the reference, and Check finds it. Where it refuses again and again
// for another reason, the operator resolves it.
func (o *Operations) sendAgain(ctx context.Context, tenant id.ID, r row) error {
	due := false
	err := o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		old, err := lock(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		due = old.Status == Processing && old.SentAt != nil && tx.Now().Sub(*old.SentAt) >= patience
		if !due {
			return nil
		}
		now, next := tx.Now(), old
		next.SentAt = &now
		return next.store(tx, system(), old)
	})
	if err != nil || !due {
		return err
	}
	return o.ask(ctx, tenant, r, true)
}

// settle stores the provider's final word.
func (o *Operations) settle(ctx context.Context, tenant, withdrawal id.ID, found Payout, failure string) error {
	_, err := o.end(ctx, system(), tenant, withdrawal, func(r row) (row, error) {
		if r.Status != Processing {
			return r, nil // somebody was faster
		}
		if found.Ref != "" {
			r.ProviderRef = found.Ref
		}
		r.Status = Completed
		if found.Failed {
			r.Status, r.Failure = Failed, failure
		}
		return r, nil
	})
	return err
}

func system() access.System { return access.System{Job: "withdrawals"} }

type openRow struct {
	Tenant     id.ID     `db:"tenant_id"`
	Withdrawal id.ID     `db:"id"`
	At         time.Time `db:"updated_at"`
}

// reconcilePage is how many withdrawals are asked about in one run, the longest
// waiting first.
const reconcilePage = 200

// Reconcile asks the provider about withdrawals that nobody called back for.
func (o *Operations) Reconcile(ctx context.Context) error {
	var open []openRow
	err := o.db.PlatformView(ctx, "withdrawals that nobody called back for", func(tx *db.Tx) (err error) {
		open, err = db.All[openRow](ctx, tx, `
			SELECT tenant_id, id, updated_at
			FROM withdrawals
			WHERE status = 'processing' AND updated_at < $1
			ORDER BY updated_at
			LIMIT $2`, tx.Now().Add(-reconcileAfter), reconcilePage)
		return err
	})
	for _, w := range open {
		if ctx.Err() != nil {
			break
		}
		err = errors.Join(err, o.Check(ctx, w.Tenant, w.Withdrawal))
	}
	return err
}

// ReferencePrefix begins the references that Request makes; the tenant's id follows.
const ReferencePrefix = "WD-"

// Find tells whose withdrawal a provider's reference names, in a transaction over all
// tenants; empty ids where there is none.
func Find(ctx context.Context, tx *db.Tx, reference string) (tenant, withdrawal id.ID, err error) {
	r := db.QueueOne[openRow](tx, `
		SELECT tenant_id, id, updated_at
		FROM withdrawals
		WHERE tenant_id = substr($1, 4, 24) AND reference_id = $1`, reference)
	err = tx.Flush(ctx)
	return r.Value.Tenant, r.Value.Withdrawal, err
}
