package payments

import (
	"reserva/internal/kit/money"
)

// Who bears the platform's fee, as the tenant's setting fee_mode says.
const (
	feeFromCustomer = "customer"
	feeFromMerchant = "merchant"
)

// amounts is what a payment online comes to, in minor units.
type amounts struct {
	Currency money.Currency
	Base     int64 // of the appointment
	Wallet   int64 // the part of it that the wallet pays
	Rate     money.Rate
	Fee      int64
	Rounding int64 // up to the provider's whole units
	Total    int64 // to be paid at the provider
	Merchant int64 // what the merchant receives, the wallet's part included
}

// quote works out a payment: the wallet first, then the fee on the rest, half up
// to the currency's minor unit.
func quote(base, wallet int64, rate money.Rate, mode string, currency money.Currency) (amounts, error) {
	fee, err := money.Fee(base-wallet, rate)
	if err != nil {
		return amounts{}, err
	}
	a := amounts{Currency: currency, Base: base, Wallet: wallet, Rate: rate, Fee: fee, Total: base - wallet, Merchant: base}
	if mode == feeFromMerchant {
		a.Merchant -= fee
	} else {
		a.Total += fee
	}
	if unit := wholeUnit(currency); a.Total%unit != 0 {
		a.Rounding = unit - a.Total%unit
		a.Total += a.Rounding
		a.Merchant += a.Rounding
	}
	return a, nil
}

// wholeUnit is the provider's smallest amount: one unit of the currency.
func wholeUnit(c money.Currency) int64 {
	unit := int64(1)
	for range c.Exponent() {
		unit *= 10
	}
	return unit
}
