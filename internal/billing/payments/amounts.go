package payments

import (
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/money"
)

// amounts is what a payment online comes to, in minor units.
type amounts struct {
	Currency money.Currency
	Base     int64 // of the appointment
	Tax      int64 // on that
	Wallet   int64 // the part of both that the wallet pays
	Rate     money.Rate
	Fee      int64
	Total    int64 // to be paid at the provider
	Merchant int64 // what the merchant receives, the wallet's part included
}

// quote works out a payment of a kind by the terms of the moment, which are the only
// place where the fee is decided.
func quote(base, tax, wallet int64, terms subscriptions.FeeTerms, kind Kind, currency money.Currency) (amounts, error) {
	a, err := terms.QuoteTaxed(string(kind), base, tax, wallet, currency)
	return amounts{
		Currency: currency, Base: a.Base, Tax: a.Tax, Wallet: a.Wallet, Rate: a.Rate, Fee: a.Fee, Total: a.Total, Merchant: a.Merchant,
	}, err
}
