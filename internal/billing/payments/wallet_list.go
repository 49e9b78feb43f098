package payments

import (
	"context"
	"strings"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/billing/ledger"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// WalletTransaction is one movement of a wallet.
type WalletTransaction struct {
	ID           id.ID          `json:"id"`
	Type         string         `json:"type" enum:"topup,credit,payment,release,refund,fee,adjustment" doc:"credit is a payment that nobody waited for any more; payment is put aside for a link, or paid; release is given back of that."`
	Amount       money.Number   `json:"amount" example:"100000" doc:"Negative where it left the wallet."`
	BalanceAfter money.Number   `json:"balance_after" example:"100000"`
	Currency     money.Currency `json:"currency"`
	PaymentID    *id.ID         `json:"payment_id"`
	RefundID     *id.ID         `json:"refund_id"`
	Description  string         `json:"description" example:"Wallet top-up"`
	CreatedAt    time.Time      `json:"created_at"`
}

type walletRow struct {
	ID          id.ID     `db:"id"`
	Kind        string    `db:"kind"`
	Reference   string    `db:"reference"`
	Amount      int64     `db:"amount"`
	After       int64     `db:"balance_after"`
	CreatedAt   time.Time `db:"created_at"`
	PaymentID   *id.ID    `db:"payment_id"`
	PaymentKind *string   `db:"payment_type"`
	Description *string   `db:"description"`
	RefundID    *id.ID    `db:"refund_id"`
}

// WalletTransactions lists what a customer's own wallet is made of, newest first.
func (o *Operations) WalletTransactions(ctx context.Context, who access.Customer, currency string, page api.Page) (*api.List[WalletTransaction], error) {
	return o.walletTransactions(ctx, who.Tenant, who.ID, false, currency, page)
}

// WalletOf reads the wallet of a customer for the desk. Faults:
// appointments.ErrCustomerNotFound.
func (o *Operations) WalletOf(ctx context.Context, who access.Staff, customer id.ID, currency string) (Wallet, error) {
	return o.wallet(ctx, who.Tenant, customer, true, currency)
}

// WalletTransactionsOf lists what the wallet of a customer is made of, newest first.
// Faults: appointments.ErrCustomerNotFound.
func (o *Operations) WalletTransactionsOf(ctx context.Context, who access.Staff, customer id.ID, currency string, page api.Page) (*api.List[WalletTransaction], error) {
	return o.walletTransactions(ctx, who.Tenant, customer, true, currency, page)
}

// customerThere refuses a customer whom the tenant does not have.
func customerThere(ctx context.Context, tx *db.Tx, customer id.ID) error {
	there, err := db.One[bool](ctx, tx, `
		SELECT EXISTS (SELECT 1 FROM customers WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL)`, tx.Tenant(), customer)
	if err == nil && !there {
		err = appointments.ErrCustomerNotFound
	}
	return err
}

func (o *Operations) walletTransactions(
	ctx context.Context, tenant, customer id.ID, check bool, currency string, page api.Page,
) (*api.List[WalletTransaction], error) {
	var total *db.Result[int]
	var rows *db.Results[walletRow]
	var c money.Currency
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		if check {
			if err := customerThere(ctx, tx, customer); err != nil {
				return err
			}
		}
		var err error
		if c, err = walletCurrency(ctx, tx, currency); err != nil {
			return err
		}
		account := string(ledger.Wallet(customer))
		total = db.QueueOne[int](tx, `
			SELECT count(*)
			FROM ledger_entries
			WHERE tenant_id = $1 AND account = $2 AND currency = $3`, tenant, account, string(c))
		// The reference of a movement ends with the id of its payment or refund. Of those of
		// one transaction what came in is first: what was given back is used again.
		rows = db.QueueAll[walletRow](tx, `
			SELECT e.id, e.kind, e.reference, e.amount, e.balance_after, e.created_at,
				p.id AS payment_id, p.payment_type, p.description, r.id AS refund_id
			FROM (
				SELECT m.id, m.kind, m.reference, m.created_at, e.amount,
					sum(e.amount) OVER (ORDER BY m.created_at, e.amount < 0, m.id)::bigint AS balance_after
				FROM ledger_entries e
				JOIN ledger_movements m ON m.tenant_id = $1 AND m.id = e.movement_id
				WHERE e.tenant_id = $1 AND e.account = $2 AND e.currency = $3) e
			LEFT JOIN refunds r ON r.tenant_id = $1 AND r.id = right(e.reference, 24) AND e.kind = 'refund'
			LEFT JOIN payments p ON p.tenant_id = $1 AND p.id = coalesce(r.payment_id, right(e.reference, 24))
			ORDER BY e.created_at DESC, e.amount < 0 DESC, e.id DESC
			LIMIT $4 OFFSET $5`, tenant, account, string(c), page.Limit(), page.Offset())
		return nil
	})
	if err != nil {
		return nil, err
	}
	items := make([]WalletTransaction, 0, len(rows.Rows))
	for _, row := range rows.Rows {
		items = append(items, row.view(c))
	}
	return api.NewList(items, total.Value, page), nil
}

func (r walletRow) view(c money.Currency) WalletTransaction {
	t := WalletTransaction{
		ID: r.ID, Type: r.named(), Amount: money.Number{Minor: r.Amount, Currency: c}, BalanceAfter: money.Number{Minor: r.After, Currency: c},
		Currency: c, PaymentID: r.PaymentID, RefundID: r.RefundID, CreatedAt: r.CreatedAt.UTC(),
	}
	if r.Description != nil {
		t.Description = *r.Description
	}
	return t
}

// named is what the movement is for the wallet.
func (r walletRow) named() string {
	switch ledger.Kind(r.Kind) {
	case ledger.Charge:
		if r.PaymentKind != nil && Kind(*r.PaymentKind) == WalletTopUp {
			return "topup"
		}
		return "credit"
	case ledger.WalletMove:
		if strings.HasPrefix(r.Reference, "release:") {
			return "release"
		}
		return "payment"
	case ledger.Refund:
		return "refund"
	case ledger.Fee:
		return "fee"
	}
	return "adjustment"
}
