package payments

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/billing/ledger"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Wallet is what a customer has in hand at a business.
type Wallet struct {
	Currency         money.Currency `json:"currency"`
	AvailableBalance money.Number   `json:"available_balance" example:"20000"`
	OnHold           money.Number   `json:"on_hold" example:"0" doc:"Put aside for payment links that are open."`
}

// Wallet reads the customer's wallet in the currency of the business.
func (o *Operations) Wallet(ctx context.Context, who access.Customer) (Wallet, error) {
	return o.wallet(ctx, who.Tenant, who.ID, false)
}

func (o *Operations) wallet(ctx context.Context, tenant, customer id.ID, check bool) (Wallet, error) {
	var w Wallet
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		if check {
			if err := customerThere(ctx, tx, customer); err != nil {
				return err
			}
		}
		business, err := tenants.Load(ctx, tx, tenant)
		if err != nil {
			return err
		}
		c := business.Settings.Currency
		available, err := ledger.BalanceOf(ctx, tx, ledger.Wallet(customer), c)
		if err != nil {
			return err
		}
		held, err := ledger.BalanceOf(ctx, tx, ledger.Held(customer), c)
		w = Wallet{
			Currency: c, AvailableBalance: money.Number{Minor: available, Currency: c}, OnHold: money.Number{Minor: held, Currency: c},
		}
		return err
	})
	return w, err
}
