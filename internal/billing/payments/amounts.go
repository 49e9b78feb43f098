package payments

import "reserva/internal/kit/money"

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
	return a, nil
}
