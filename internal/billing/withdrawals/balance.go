package withdrawals

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/billing/ledger"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Balance is what a merchant earned online and has not withdrawn.
type Balance struct {
	Currency         money.Currency `json:"currency"`
	AvailableBalance money.Number   `json:"available_balance" doc:"Can be withdrawn."`
	PendingBalance   money.Number   `json:"pending_balance" example:"0" doc:"Earned too recently to be withdrawn."`
	OnHold           money.Number   `json:"on_hold" example:"0" doc:"Asked for, and on its way."`
	TotalWithdrawn   money.Number   `json:"total_withdrawn" example:"0"`
	LastUpdated      *time.Time     `json:"last_updated" doc:"When money last moved; null before it ever did."`
}

// balances are what is kept of the earnings and of what is on its way.
type balances struct {
	Earned  int64      `db:"earned"`
	Held    int64      `db:"held"`
	Paid    int64      `db:"paid"`
	Last    *time.Time `db:"last"`
	pending int64
}

// available is what can be withdrawn. What was withdrawn or given back is taken from
// what is available.
func (b balances) available() int64 { return b.Earned - min(b.pending, b.Earned) }

// read reads the earnings in a currency. The amounts are kept sums; only what came in
// lately is summed here.
func (o *Operations) read(ctx context.Context, tx *db.Tx, c money.Currency) (balances, error) {
	b, err := db.One[balances](ctx, tx, `
		SELECT
			coalesce((SELECT amount FROM ledger_balances WHERE tenant_id = $1 AND account = 'merchant' AND currency = $2), 0) AS earned,
			coalesce((SELECT amount FROM ledger_balances WHERE tenant_id = $1 AND account = 'withdrawals' AND currency = $2), 0) AS held,
			coalesce((SELECT sum(amount)::bigint FROM withdrawals WHERE tenant_id = $1 AND currency = $2 AND status = 'completed'), 0) AS paid,
			(SELECT m.created_at
				FROM ledger_entries e
				JOIN ledger_movements m ON m.tenant_id = $1 AND m.id = e.movement_id
				WHERE e.tenant_id = $1 AND e.account = 'merchant' AND e.currency = $2
				ORDER BY e.movement_id DESC
				LIMIT 1) AS last`, tx.Tenant(), string(c))
	if err != nil {
		return b, err
	}
	b.pending, err = ledger.Pending(ctx, tx, ledger.Merchant, c, tx.Now().Add(-o.delay))
	return b, err
}

// Balance reads the earnings in a currency, the tenant's own where none is given.
func (o *Operations) Balance(ctx context.Context, who access.Staff, currency string) (Balance, error) {
	c, err := parseCurrency("query:currency", currency)
	if err != nil {
		return Balance{}, err
	}
	var b balances
	err = o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		if c, err = inCurrency(ctx, tx, c); err != nil {
			return err
		}
		b, err = o.read(ctx, tx, c)
		return err
	})
	amount := func(minor int64) money.Number { return money.Number{Minor: minor, Currency: c} }
	out := Balance{
		Currency: c, AvailableBalance: amount(b.available()), PendingBalance: amount(b.Earned - b.available()), OnHold: amount(b.Held),
		TotalWithdrawn: amount(b.Paid),
	}
	if b.Last != nil {
		last := b.Last.UTC()
		out.LastUpdated = &last
	}
	return out, err
}

// Transaction is one movement of the earnings.
type Transaction struct {
	ID           id.ID          `json:"id"`
	Type         string         `json:"type" enum:"charge,fee,refund,wallet,withdrawal,adjustment"`
	Amount       money.Number   `json:"amount" doc:"Negative where it left the earnings."`
	BalanceAfter money.Number   `json:"balance_after"`
	Currency     money.Currency `json:"currency"`
	PaymentID    *id.ID         `json:"payment_id"`
	ReferenceID  string         `json:"reference_id" example:"APT-65f1e2a0c3b4d5e6f7a8b9c0-20260410090000"`
	Description  string         `json:"description" example:"Appointment on 2026-04-10 at 14:30"`
	AvailableAt  time.Time      `json:"available_at" doc:"From when on it can be withdrawn."`
	CreatedAt    time.Time      `json:"created_at"`
}

type transactionRow struct {
	ID          id.ID     `db:"id"`
	Kind        string    `db:"kind"`
	Reference   string    `db:"reference"`
	Amount      int64     `db:"amount"`
	After       int64     `db:"balance_after"`
	CreatedAt   time.Time `db:"created_at"`
	PaymentID   *id.ID    `db:"payment_id"`
	PaymentRef  *string   `db:"payment_reference"`
	Description *string   `db:"description"`
}

// transactionsSQL counts back from the balance over the newest entries alone, so that a
// first page takes as long with a million of them. A movement's id begins with its
// second: the entries of the page's last second are read whole, since within a second
// ids have no order.
const transactionsSQL = `
	WITH newest AS (
		SELECT m.id, m.kind, m.reference, m.created_at, e.amount,
			coalesce(sum(e.amount) OVER (ORDER BY m.created_at DESC, m.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS newer
		FROM ledger_entries e
		JOIN ledger_movements m ON m.tenant_id = $1 AND m.id = e.movement_id
		WHERE e.tenant_id = $1 AND e.account = $2 AND e.currency = $3 AND e.movement_id >= coalesce((
			SELECT substr(last.movement_id, 1, 8)
			FROM ledger_entries last
			WHERE last.tenant_id = $1 AND last.account = $2 AND last.currency = $3
			ORDER BY last.movement_id DESC
			LIMIT 1 OFFSET $6), '')
	)
	SELECT e.id, e.kind, e.reference, e.amount, (b.amount - e.newer)::bigint AS balance_after, e.created_at,
		p.id AS payment_id, p.reference_id AS payment_reference, p.description
	FROM newest e
	JOIN ledger_balances b ON b.tenant_id = $1 AND b.account = $2 AND b.currency = $3
	LEFT JOIN payments p ON p.tenant_id = $1 AND p.id = e.reference
	ORDER BY e.created_at DESC, e.id DESC
	LIMIT $4 OFFSET $5`

// Transactions lists what the earnings are made of, newest first.
func (o *Operations) Transactions(ctx context.Context, who access.Staff, currency string, page api.Page) (*api.List[Transaction], error) {
	c, err := parseCurrency("query:currency", currency)
	if err != nil {
		return nil, err
	}
	var total *db.Result[int]
	var rows *db.Results[transactionRow]
	err = o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		if c, err = inCurrency(ctx, tx, c); err != nil {
			return err
		}
		total = db.QueueOne[int](tx, `
			SELECT count(*)
			FROM ledger_entries
			WHERE tenant_id = $1 AND account = $2 AND currency = $3`, who.Tenant, string(ledger.Merchant), string(c))
		rows = db.QueueAll[transactionRow](tx, transactionsSQL, who.Tenant, string(ledger.Merchant), string(c), page.Limit(), page.Offset(), page.Offset()+page.Limit()-1)
		return nil
	})
	if err != nil {
		return nil, err
	}
	items := make([]Transaction, 0, len(rows.Rows))
	for _, row := range rows.Rows {
		items = append(items, row.view(c, o.delay))
	}
	return api.NewList(items, total.Value, page), nil
}

func (r transactionRow) view(c money.Currency, delay time.Duration) Transaction {
	t := Transaction{
		ID: r.ID, Type: r.Kind, Amount: money.Number{Minor: r.Amount, Currency: c}, BalanceAfter: money.Number{Minor: r.After, Currency: c},
		Currency: c, PaymentID: r.PaymentID, ReferenceID: r.Reference, AvailableAt: r.CreatedAt.UTC(), CreatedAt: r.CreatedAt.UTC(),
	}
	if r.PaymentRef != nil {
		t.ReferenceID = *r.PaymentRef
	}
	if r.Description != nil {
		t.Description = *r.Description
	}
	if r.Kind == string(ledger.Charge) && r.Amount > 0 {
		t.AvailableAt = t.AvailableAt.Add(delay)
	}
	return t
}

// parseCurrency reads a currency that may be absent; at is the field that it came in.
func parseCurrency(at, raw string) (money.Currency, error) {
	if raw == "" {
		return "", nil
	}
	c, err := money.ParseCurrency(raw)
	if err != nil {
		return "", fault.InvalidField(at, "must be a currency of ISO 4217 such as IDR")
	}
	return c, nil
}

// inCurrency is c, or the tenant's currency where c is none.
func inCurrency(ctx context.Context, tx *db.Tx, c money.Currency) (money.Currency, error) {
	if c != "" {
		return c, nil
	}
	return db.One[money.Currency](ctx, tx, `SELECT currency FROM tenants WHERE id = $1`, tx.Tenant())
}
