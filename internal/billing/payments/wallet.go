package payments

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/billing/ledger"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Wallet is what a customer has in hand at a business, in one currency.
type Wallet struct {
	Currency         money.Currency `json:"currency"`
	AvailableBalance money.Number   `json:"available_balance" example:"20000"`
	OnHold           money.Number   `json:"on_hold" example:"0" doc:"Put aside for payment links that are open."`
	// A business may sell in several currencies, and late payments are in theirs.
	OtherCurrencies []money.Currency `json:"other_currencies" example:"[\"PHP\"]" doc:"In which there is something as well; read it with the parameter currency."`
}

// Wallet reads the customer's wallet in a currency: that of the business, where it is empty.
func (o *Operations) Wallet(ctx context.Context, who access.Customer, currency string) (Wallet, error) {
	return o.wallet(ctx, who.Tenant, who.ID, false, currency)
}

func (o *Operations) wallet(ctx context.Context, tenant, customer id.ID, check bool, currency string) (Wallet, error) {
	var w Wallet
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		if check {
			if err := customerThere(ctx, tx, customer); err != nil {
				return err
			}
		}
		c, err := walletCurrency(ctx, tx, currency)
		if err != nil {
			return err
		}
		found, err := ledger.BalancesOf(ctx, tx, ledger.Wallet(customer), ledger.Held(customer))
		none := money.Number{Currency: c}
		w = Wallet{Currency: c, AvailableBalance: none, OnHold: none, OtherCurrencies: []money.Currency{}}
		for _, b := range found {
			switch {
			case b.Amount == 0:
			case b.Currency != c:
				w.OtherCurrencies = append(w.OtherCurrencies, b.Currency)
			case b.Account == ledger.Wallet(customer):
				w.AvailableBalance.Minor = b.Amount
			default:
				w.OnHold.Minor = b.Amount
			}
		}
		w.OtherCurrencies = slices.Compact(w.OtherCurrencies)
		return err
	})
	return w, err
}

// walletCurrency is the currency that a wallet is looked at in.
func walletCurrency(ctx context.Context, tx *db.Tx, asked string) (money.Currency, error) {
	if asked != "" {
		c, err := money.ParseCurrency(asked)
		if err != nil {
			err = fault.InvalidField("query:currency", "must be a currency code of ISO 4217")
		}
		return c, err
	}
	business, err := tenants.Load(ctx, tx, tx.Tenant())
	return business.Settings.Currency, err
}
