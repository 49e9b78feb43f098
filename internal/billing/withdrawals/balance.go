package withdrawals

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/billing/ledger"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Config are the terms of withdrawals.
type Config struct {
	// AvailableAfter is how long earnings are pending; 0 means a day, negative none.
	AvailableAfter time.Duration
}

const defaultDelay = 24 * time.Hour

// Operations are what may be asked of earnings.
type Operations struct {
	db    *db.DB
	delay time.Duration
}

// New makes the operations on a database.
func New(d *db.DB, c Config) *Operations {
	delay := c.AvailableAfter
	if delay == 0 {
		delay = defaultDelay
	}
	return &Operations{db: d, delay: max(delay, 0)}
}

// Balance is what a merchant earned online and has not withdrawn.
type Balance struct {
	Currency         money.Currency `json:"currency"`
	AvailableBalance money.Number   `json:"available_balance" doc:"Can be withdrawn."`
	PendingBalance   money.Number   `json:"pending_balance" example:"0" doc:"Earned too recently to be withdrawn."`
	OnHold           money.Number   `json:"on_hold" example:"0" doc:"Asked for, and on its way."`
	TotalWithdrawn   money.Number   `json:"total_withdrawn" example:"0"`
	LastUpdated      *time.Time     `json:"last_updated" doc:"When money last moved; null before it ever did."`
}

type balanceRow struct {
	Balance   int64      `db:"balance"`
	Pending   int64      `db:"pending"`
	Withdrawn int64      `db:"withdrawn"`
	Last      *time.Time `db:"last"`
}

// Balance reads the earnings in a currency, the tenant's own where none is given.
func (o *Operations) Balance(ctx context.Context, who access.Staff, currency string) (Balance, error) {
	c, err := parseCurrency(currency)
	if err != nil {
		return Balance{}, err
	}
	var row balanceRow
	err = o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		if c, err = inCurrency(ctx, tx, c); err != nil {
			return err
		}
		row, err = db.One[balanceRow](ctx, tx, `
			SELECT coalesce(sum(e.amount), 0)::bigint AS balance,
				coalesce(sum(e.amount) FILTER (WHERE m.kind = 'charge' AND e.amount > 0 AND m.created_at > $4), 0)::bigint AS pending,
				coalesce(-sum(e.amount) FILTER (WHERE m.kind = 'withdrawal'), 0)::bigint AS withdrawn,
				max(m.created_at) AS last
			FROM ledger_entries e
			JOIN ledger_movements m ON m.tenant_id = $1 AND m.id = e.movement_id
			WHERE e.tenant_id = $1 AND e.account = $2 AND e.currency = $3`,
			who.Tenant, string(ledger.Merchant), string(c), tx.Now().Add(-o.delay))
		return err
	})
	amount := func(minor int64) money.Number { return money.Number{Minor: minor, Currency: c} }
	// What was withdrawn is taken from what is available.
	pending := min(row.Pending, row.Balance)
	out := Balance{
		Currency: c, AvailableBalance: amount(row.Balance - pending), PendingBalance: amount(pending), OnHold: amount(0),
		TotalWithdrawn: amount(row.Withdrawn),
	}
	if row.Last != nil {
		last := row.Last.UTC()
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

// Transactions lists what the earnings are made of, newest first.
func (o *Operations) Transactions(ctx context.Context, who access.Staff, currency string, page api.Page) (*api.List[Transaction], error) {
	c, err := parseCurrency(currency)
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
		rows = db.QueueAll[transactionRow](tx, `
			SELECT e.id, e.kind, e.reference, e.amount, e.balance_after, e.created_at,
				p.id AS payment_id, p.reference_id AS payment_reference, p.description
			FROM (
				SELECT m.id, m.kind, m.reference, m.created_at, e.amount,
					sum(e.amount) OVER (ORDER BY m.created_at, m.id)::bigint AS balance_after
				FROM ledger_entries e
				JOIN ledger_movements m ON m.tenant_id = $1 AND m.id = e.movement_id
				WHERE e.tenant_id = $1 AND e.account = $2 AND e.currency = $3) e
			LEFT JOIN payments p ON p.tenant_id = $1 AND p.id = e.reference
			ORDER BY e.created_at DESC, e.id DESC
			LIMIT $4 OFFSET $5`, who.Tenant, string(ledger.Merchant), string(c), page.Limit(), page.Offset())
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

func parseCurrency(raw string) (money.Currency, error) {
	if raw == "" {
		return "", nil
	}
	c, err := money.ParseCurrency(raw)
	if err != nil {
		return "", fault.InvalidField("query:currency", "must be a currency of ISO 4217 such as IDR")
	}
	return c, nil
}

// inCurrency is c, or the tenant's currency where c is none.
func inCurrency(ctx context.Context, tx *db.Tx, c money.Currency) (money.Currency, error) {
	if c != "" {
		return c, nil
	}
	tenant, err := tenants.Load(ctx, tx, tx.Tenant())
	return tenant.Settings.Currency, err
}
