package ledger

import (
	"context"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// InsufficientConstraint is the constraint of the db.Violation that a transaction
// ends with when an account would fall below zero.
const InsufficientConstraint = "ledger_balances_not_negative"

// Post queues a movement of the transaction's tenant. A kind and reference that
// were posted before have no effect. Call it last: it locks balances.
func Post(tx *db.Tx, m Movement) error {
	entries, err := m.normal()
	if err != nil {
		return err
	}
	n := len(entries)
	positions, amounts := make([]int32, n), make([]int64, n)
	accounts, currencies := make([]string, n), make([]string, n)
	for i, e := range entries {
		positions[i], accounts[i], currencies[i], amounts[i] = int32(i), string(e.Account), string(e.Currency), e.Amount
	}
	lockBalances(tx, accounts, currencies)
	tx.Exec(`
		WITH movement AS (
			INSERT INTO ledger_movements (tenant_id, id, kind, reference, created_at)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT ON CONSTRAINT ledger_movements_once DO NOTHING
			RETURNING id
		), entries AS (
			INSERT INTO ledger_entries (tenant_id, movement_id, position, account, currency, amount)
			SELECT $1, movement.id, e.position, e.account, e.currency, e.amount
			FROM movement
			CROSS JOIN unnest($6::int[], $7::text[], $8::text[], $9::bigint[]) AS e (position, account, currency, amount)
			RETURNING account, currency, amount
		)
		UPDATE ledger_balances b
		SET amount = b.amount + entries.amount
		FROM entries
		WHERE b.tenant_id = $1 AND b.account = entries.account AND b.currency = entries.currency`,
		tx.Tenant(), id.NewAt(tx.Now()), string(m.Kind), m.Reference, tx.Now(), positions, accounts, currencies, amounts)
	return nil
}

// Lock makes others who move money of the accounts wait until tx ends, for whoever
// decides by a balance what to post. It locks what Post locks, in the same order.
func Lock(ctx context.Context, tx *db.Tx, currency money.Currency, accounts ...Account) error {
	names, currencies := make([]string, len(accounts)), make([]string, len(accounts))
	for i, a := range accounts {
		names[i], currencies[i] = string(a), string(currency)
	}
	lockBalances(tx, names, currencies)
	return tx.Flush(ctx)
}

// lockBalances makes the balances that there are not yet, and locks all of them
// in order, so that two movements cannot wait for each other.
func lockBalances(tx *db.Tx, accounts, currencies []string) {
	tx.Exec(`
		INSERT INTO ledger_balances (tenant_id, account, currency, amount)
		SELECT $1, e.account, e.currency, 0
		FROM unnest($2::text[], $3::text[]) AS e (account, currency)
		ORDER BY e.account, e.currency
		ON CONFLICT (tenant_id, account, currency) DO NOTHING`, tx.Tenant(), accounts, currencies)
	tx.Exec(`
		SELECT 1
		FROM ledger_balances b
		JOIN unnest($2::text[], $3::text[]) AS e (account, currency) ON e.account = b.account AND e.currency = b.currency
		WHERE b.tenant_id = $1
		ORDER BY b.account, b.currency
		FOR UPDATE OF b`, tx.Tenant(), accounts, currencies)
}
