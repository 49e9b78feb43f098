package ledger

import (
	"context"
	"errors"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Balance is what an account holds.
type Balance struct {
	Account  Account        `db:"account"`
	Currency money.Currency `db:"currency"`
	Amount   int64          `db:"amount"`
}

// Balances reads all balances of the transaction's tenant, by account.
func Balances(ctx context.Context, tx *db.Tx) ([]Balance, error) {
	return db.All[Balance](ctx, tx, `
		SELECT account, currency, amount
		FROM ledger_balances
		WHERE tenant_id = $1
		ORDER BY account, currency`, tx.Tenant())
}

// BalanceOf reads one balance; an account that nothing moved yet holds nothing.
func BalanceOf(ctx context.Context, tx *db.Tx, account Account, currency money.Currency) (int64, error) {
	amount, err := db.One[int64](ctx, tx, `
		SELECT amount
		FROM ledger_balances
		WHERE tenant_id = $1 AND account = $2 AND currency = $3`, tx.Tenant(), string(account), string(currency))
	if errors.Is(err, db.ErrNotFound) {
		return 0, nil
	}
	return amount, err
}

// BalancesOf reads the balances of some accounts in all currencies, by currency.
func BalancesOf(ctx context.Context, tx *db.Tx, accounts ...Account) ([]Balance, error) {
	names := make([]string, len(accounts))
	for i, a := range accounts {
		names[i] = string(a)
	}
	return db.All[Balance](ctx, tx, `
		SELECT account, currency, amount
		FROM ledger_balances
		WHERE tenant_id = $1 AND account = ANY($2)
		ORDER BY currency, account`, tx.Tenant(), names)
}

// Pending reads how much of an account came in by charges after since.
func Pending(ctx context.Context, tx *db.Tx, account Account, currency money.Currency, since time.Time) (int64, error) {
	return db.One[int64](ctx, tx, `
		SELECT coalesce(sum(e.amount), 0)::bigint
		FROM ledger_entries e
		JOIN ledger_movements m ON m.tenant_id = $1 AND m.id = e.movement_id
		WHERE e.tenant_id = $1 AND e.account = $2 AND e.currency = $3 AND e.movement_id >= $4 AND e.amount > 0
			AND m.kind = 'charge' AND m.created_at > $5`,
		tx.Tenant(), string(account), string(currency), id.First(since), since)
}

// Earned reads the platform's own books in a transaction over all tenants: the fees
// of each currency.
func Earned(ctx context.Context, tx *db.Tx) ([]Balance, error) {
	return db.All[Balance](ctx, tx, `
		SELECT account, currency, sum(amount)::bigint AS amount
		FROM ledger_balances
		WHERE account = $1
		GROUP BY account, currency
		ORDER BY currency`, string(Platform))
}

// Difference is a balance that is not the sum of its entries.
type Difference struct {
	Account  Account        `db:"account"`
	Currency money.Currency `db:"currency"`
	Balance  int64          `db:"balance"`
	Sum      int64          `db:"entries"`
}

// Check compares the balances of the transaction's tenant with the sums of the
// entries and returns what differs: nothing, unless somebody wrote around Post.
func Check(ctx context.Context, tx *db.Tx) ([]Difference, error) {
	return db.All[Difference](ctx, tx, `
		WITH sums AS (
			SELECT account, currency, sum(amount)::bigint AS amount
			FROM ledger_entries
			WHERE tenant_id = $1
			GROUP BY account, currency
		), balances AS (
			SELECT account, currency, amount
			FROM ledger_balances
			WHERE tenant_id = $1
		)
		SELECT account, currency, coalesce(b.amount, 0) AS balance, coalesce(s.amount, 0) AS entries
		FROM balances b
		FULL JOIN sums s USING (account, currency)
		WHERE coalesce(b.amount, 0) <> coalesce(s.amount, 0)
		ORDER BY account, currency`, tx.Tenant())
}
