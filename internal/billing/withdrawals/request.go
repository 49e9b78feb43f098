package withdrawals

import (
	"context"
	"errors"
	"fmt"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/audit"
	"reserva/internal/billing/ledger"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/money"
	"reserva/internal/kit/text"
)

// Wish is a withdrawal to make, confirmed with a code.
type Wish struct {
	Amount        money.Decimal `json:"amount" example:"250000"`
	Currency      string        `json:"currency,omitempty" maxLength:"3" example:"IDR" doc:"That of the business when absent. The provider pays out rupiah; the operator pays out the rest by hand."`
	BankAccountID id.ID         `json:"bank_account_id"`
	OTPToken      string        `json:"otp_token" minLength:"1" maxLength:"24" pattern:"^[0-9a-f]*$" patternDescription:"a token as it was told" example:"65f1e2a0c3b4d5e6f7a8b9c0"`
	OTPCode       string        `json:"otp_code" minLength:"1" maxLength:"10" pattern:"^[0-9]*$" patternDescription:"digits" example:"482913"`
	Notes         string        `json:"notes,omitempty" maxLength:"500" example:"March"`
}

// Request takes an amount from the earnings and has it paid out. Faults: ErrMinimum,
// ErrNoAccount, ErrInsufficient, ErrInProgress, those of a code.
func (o *Operations) Request(ctx context.Context, who access.Staff, in Wish) (Withdrawal, error) {
	asked, err := parseCurrency("currency", in.Currency)
	if err != nil {
		return Withdrawal{}, err
	}
	var out Withdrawal
	var refusal *fault.Error
	err = o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		c, err := inCurrency(ctx, tx, asked)
		if err != nil {
			return err
		}
		amount, fee, err := o.terms(in.Amount, c)
		if err != nil {
			return err
		}
		account, err := lockAccount(ctx, tx, in.BankAccountID)
		if err != nil {
			return err
		}
		what := confirmed{purpose: ForWithdrawal, amount: amount, currency: c, account: string(in.BankAccountID)}
		if refusal, err = o.redeem(ctx, tx, who, in.OTPToken, in.OTPCode, what); err != nil || refusal != nil {
			return err
		}
		r := row{
			ID: id.NewAt(tx.Now()), Reference: fmt.Sprintf("WD-%s-%s", who.Tenant, tx.Now().Format("20060102150405")), Status: Pending,
			Currency: c, Amount: amount, Fee: fee, Notes: in.Notes, RequestedBy: who.UserID, RequestedAt: tx.Now(), accountRow: account,
		}
		if err := o.take(ctx, tx, who, r); err != nil {
			return err
		}
		out = r.view(who.Tenant)
		return nil
	})
	switch {
	case refusal != nil:
		return Withdrawal{}, refusal
	case db.IsConflict(err, "withdrawals_one_open", "withdrawals_reference"):
		return Withdrawal{}, ErrInProgress
	}
	return out, err
}

// terms reads an amount, and what its withdrawal costs. Minimum and fee are rupiah's;
// in other currencies everything can be withdrawn, for nothing.
func (o *Operations) terms(asked money.Decimal, c money.Currency) (amount, fee int64, err error) {
	amount, err = positive(asked, c)
	if err != nil || c != money.IDR {
		return amount, 0, err
	}
	if amount < o.minimum || amount <= o.fee {
		return 0, 0, ErrMinimum.WithExtra(map[string]any{"minimum": money.Number{Minor: o.minimum, Currency: c}})
	}
	return amount, o.fee, nil
}

// take stores the withdrawal and puts its amount aside, if there is as much. Whoever
// withdraws at the same time waits for the lock on the earnings.
func (o *Operations) take(ctx context.Context, tx *db.Tx, who access.Staff, r row) error {
	open, err := db.One[bool](ctx, tx, `
		SELECT EXISTS (SELECT 1 FROM withdrawals WHERE tenant_id = $1 AND status IN ('pending', 'processing'))`, tx.Tenant())
	if err != nil {
		return err
	}
	if open {
		return ErrInProgress
	}
	if err := ledger.Lock(ctx, tx, r.Currency, ledger.Merchant, ledger.Withdrawals); err != nil {
		return err
	}
	b, err := o.read(ctx, tx, r.Currency)
	if err != nil {
		return err
	}
	if b.available() < r.Amount {
		return ErrInsufficient.WithExtra(map[string]any{"available_balance": money.Number{Minor: b.available(), Currency: r.Currency}})
	}
	tx.Exec(`
		INSERT INTO withdrawals (tenant_id, id, reference_id, status, currency, amount, fee, bank_account_id, notes, requested_by, requested_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)`,
		tx.Tenant(), r.ID, r.Reference, string(r.Status), string(r.Currency), r.Amount, r.Fee, r.AccountID, r.Notes, r.RequestedBy, tx.Now())
	audit.Record(tx, who, "withdrawal.requested", "withdrawal", r.ID, nil, r.audit())
	if o.byProvider(r.Currency) {
		jobs.PublishAt(tx, requested{WithdrawalID: r.ID}, tx.Now().Add(cancelWindow))
	}
	return r.hold(tx)
}

// Get reads a withdrawal. It fails with ErrNotFound.
func (o *Operations) Get(ctx context.Context, who access.Staff, withdrawal id.ID) (Withdrawal, error) {
	var r row
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		r, err = db.One[row](ctx, tx, `SELECT `+columns+fromSQL+` WHERE w.tenant_id = $1 AND w.id = $2`, who.Tenant, withdrawal)
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		return Withdrawal{}, ErrNotFound
	}
	return r.view(who.Tenant), err
}

// List lists the withdrawals, the newest first; status may be empty.
func (o *Operations) List(ctx context.Context, who access.Staff, status string, page api.Page) (*api.List[Withdrawal], error) {
	var total *db.Result[int]
	var rows *db.Results[row]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		total = db.QueueOne[int](tx, `SELECT count(*) FROM withdrawals WHERE tenant_id = $1 AND ($2 = '' OR status = $2)`, who.Tenant, status)
		rows = db.QueueAll[row](tx, `SELECT `+columns+fromSQL+`
			WHERE w.tenant_id = $1 AND ($2 = '' OR w.status = $2)
			ORDER BY w.requested_at DESC, w.id DESC
			LIMIT $3 OFFSET $4`, who.Tenant, status, page.Limit(), page.Offset())
		return nil
	})
	if err != nil {
		return nil, err
	}
	items := make([]Withdrawal, 0, len(rows.Rows))
	for _, r := range rows.Rows {
		items = append(items, r.view(who.Tenant))
	}
	return api.NewList(items, total.Value, page), nil
}

// Cancel gives the amount back before the provider was asked. Faults: ErrNotFound,
// ErrNotPending.
func (o *Operations) Cancel(ctx context.Context, who access.Staff, withdrawal id.ID) (Withdrawal, error) {
	return o.end(ctx, who, who.Tenant, withdrawal, func(r row) (row, error) {
		if r.Status != Pending {
			return r, ErrNotPending
		}
		r.Status = Cancelled
		return r, nil
	})
}

// Verdict is the operator's word on a withdrawal.
type Verdict struct {
	Status      string `json:"status" enum:"completed,failed,processing"`
	ProviderRef string `json:"provider_ref,omitempty" maxLength:"100" example:"BCA-20260410-0042" doc:"The name of the transfer."`
	Reason      string `json:"reason,omitempty" maxLength:"500" example:"The bank returned it." doc:"Why it failed."`
}

// Resolve changes a withdrawal by the operator's word: one that they pay out by hand,
// or of which the provider never said what became of it. Whoever is about to transfer
// the money says processing first, so that nobody cancels it meanwhile; the provider is
// not asked for what was never sent to it. Faults: ErrNotFound, ErrNotOpen,
// ErrNotPending.
func (o *Operations) Resolve(ctx context.Context, who access.Staff, tenant, withdrawal id.ID, in Verdict) (Withdrawal, error) {
	reference, err := text.Line(in.ProviderRef)
	if err != nil {
		return Withdrawal{}, fault.InvalidField("provider_ref", "must be a single line")
	}
	in.ProviderRef = reference
	return o.end(ctx, who, tenant, withdrawal, func(r row) (row, error) {
		if r.Status != Pending && r.Status != Processing {
			return r, ErrNotOpen
		}
		if Status(in.Status) == Processing && r.Status != Pending {
			return r, ErrNotPending
		}
		r.Status, r.Failure = Status(in.Status), ""
		if r.Status == Failed {
			r.Failure = in.Reason
		}
		if in.ProviderRef != "" {
			r.ProviderRef = in.ProviderRef
		}
		return r, nil
	})
}

// end changes a withdrawal under its lock, and lets the money go or come back.
func (o *Operations) end(ctx context.Context, who access.Actor, tenant, withdrawal id.ID, change func(row) (row, error)) (Withdrawal, error) {
	var out Withdrawal
	err := o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		old, err := lock(ctx, tx, withdrawal)
		if err != nil {
			return err
		}
		next, err := change(old)
		if err != nil {
			return err
		}
		if next.Status != old.Status && next.Status != Processing {
			now := tx.Now()
			next.ProcessedAt = &now
		}
		out = next.view(tenant)
		return next.store(tx, who, old)
	})
	return out, err
}

// lock reads a withdrawal that is about to be changed. It fails with ErrNotFound.
func lock(ctx context.Context, tx *db.Tx, withdrawal id.ID) (row, error) {
	r, err := db.One[row](ctx, tx, `SELECT `+columns+fromSQL+` WHERE w.tenant_id = $1 AND w.id = $2 FOR UPDATE OF w`, tx.Tenant(), withdrawal)
	if errors.Is(err, db.ErrNotFound) {
		return r, ErrNotFound
	}
	return r, err
}

// store queues what changed, with the movement that belongs to a new status; the
// ledger last. Nothing changed is nothing to store.
func (r row) store(tx *db.Tx, who access.Actor, old row) error {
	if r.Status == old.Status && r.SentAt == old.SentAt && r.ProviderRef == old.ProviderRef {
		return nil
	}
	tx.Expect(1, "withdrawals_changed", `
		UPDATE withdrawals
		SET status = $3, provider_ref = $4, failure_reason = $5, sent_at = $6, processed_at = $7, updated_at = $8
		WHERE tenant_id = $1 AND id = $2
		RETURNING id`, tx.Tenant(), r.ID, string(r.Status), r.ProviderRef, r.Failure, r.SentAt, r.ProcessedAt, tx.Now())
	if r.Status == old.Status {
		return nil
	}
	audit.Record(tx, who, "withdrawal."+string(r.Status), "withdrawal", r.ID, old.audit(), r.audit())
	switch r.Status {
	case Completed:
		return r.send(tx)
	case Failed, Cancelled:
		return r.giveBack(tx)
	}
	return nil
}
