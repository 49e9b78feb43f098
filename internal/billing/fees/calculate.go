package fees

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/money"
)

// Question is a payment to work out.
type Question struct {
	Amount       money.Decimal  `json:"amount" example:"100000"`
	PaymentType  string         `json:"payment_type,omitempty" enum:"appointment,package,wallet_topup,subscription,setup_fee" doc:"An appointment when absent."`
	WalletAmount *money.Decimal `json:"wallet_amount,omitempty" example:"20000" doc:"The part of it, and of the tax, that the customer's wallet pays."`
	Currency     string         `json:"currency,omitempty" maxLength:"3" example:"IDR" doc:"That of the business when absent."`
}

// Breakdown is what a payment comes to.
type Breakdown struct {
	BaseAmount       money.Number   `json:"base_amount" example:"100000"`
	WalletApplied    money.Number   `json:"wallet_applied" example:"20000"`
	TaxAmount        money.Number   `json:"tax_amount" example:"0" doc:"On an appointment, by the setting tax_rate of the business."`
	TaxableBase      money.Number   `json:"taxable_base" example:"80000" doc:"What the fee is taken on."`
	PlatformFee      money.Number   `json:"platform_fee" example:"6400"`
	TotalWithFee     money.Number   `json:"total_with_fee" example:"86400" doc:"What the customer pays online."`
	MerchantAmount   money.Number   `json:"merchant_amount" example:"100000" doc:"What the business receives, the wallet's part included."`
	Currency         money.Currency `json:"currency" example:"IDR"`
	FeeRate          money.Rate     `json:"fee_rate" example:"0.08"`
	FeePercentage    string         `json:"fee_percentage" example:"8%"`
	FeeMode          string         `json:"fee_mode" enum:"customer,merchant"`
	Exempt           bool           `json:"exempt" example:"false" doc:"Whether this kind of payment is free of the fee."`
	SubscriptionPlan string         `json:"subscription_plan" enum:"FREE,PRO,ENTERPRISE"`
	Note             string         `json:"note" example:"The fee is added to payments online."`
}

// Calculate works out what a payment would come to now; nothing is stored.
func (o *Operations) Calculate(ctx context.Context, who access.Staff, in Question) (Breakdown, error) {
	var c money.Currency
	if in.Currency != "" {
		parsed, err := money.ParseCurrency(in.Currency)
		if err != nil {
			return Breakdown{}, fault.InvalidField("currency", "must be a currency of ISO 4217 such as IDR")
		}
		c = parsed
	}
	var terms subscriptions.FeeTerms
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		tenant, err := tenants.Load(ctx, tx, who.Tenant)
		if err != nil {
			return err
		}
		if c == "" {
			c = tenant.Settings.Currency
		}
		terms, err = subscriptions.LoadFee(ctx, tx)
		return err
	})
	if err != nil {
		return Breakdown{}, err
	}
	return in.answer(terms, c)
}

func (in Question) answer(terms subscriptions.FeeTerms, c money.Currency) (Breakdown, error) {
	base, err := in.Amount.NonNegativeMinor(c)
	if err != nil {
		return Breakdown{}, fault.InvalidField("amount", "must be an amount of "+string(c)+", not below 0")
	}
	kind, tax := in.PaymentType, int64(0)
	if kind == "" {
		kind = "appointment"
	}
	if kind == "appointment" {
		if tax, err = money.Fee(base, terms.Tax); err != nil {
			return Breakdown{}, fault.InvalidField("amount", "is too large")
		}
	}
	wallet := int64(0)
	if in.WalletAmount != nil {
		if wallet, err = in.WalletAmount.NonNegativeMinor(c); err != nil || wallet > base+tax {
			return Breakdown{}, fault.InvalidField("wallet_amount", "must be an amount of "+string(c)+" up to amount and tax")
		}
	}
	toppedUp := kind == "wallet_topup"
	if toppedUp { // whoever bears it otherwise: the business earns nothing yet (ADR 0021)
		terms.Mode = subscriptions.FeeFromCustomer
		if wallet > 0 {
			return Breakdown{}, fault.InvalidField("wallet_amount", "a wallet is not filled from itself")
		}
	}
	a, err := terms.QuoteTaxed(kind, base, tax, wallet, c)
	if err != nil {
		return Breakdown{}, fault.InvalidField("amount", "is too large")
	}
	if toppedUp {
		a.Merchant = 0
	}
	amount := func(minor int64) money.Number { return money.Number{Minor: minor, Currency: c} }
	b := Breakdown{
		BaseAmount: amount(a.Base), WalletApplied: amount(a.Wallet), TaxAmount: amount(a.Tax), TaxableBase: amount(max(a.Base-a.Wallet, 0)), PlatformFee: amount(a.Fee),
		TotalWithFee: amount(a.Total), MerchantAmount: amount(a.Merchant), Currency: c, FeeRate: a.Rate, FeePercentage: a.Rate.Percent() + "%",
		FeeMode: terms.Mode, Exempt: slices.Contains(terms.Exempt, kind), SubscriptionPlan: string(terms.Plan), Note: "The fee is added to payments online.",
	}
	switch {
	case b.Exempt:
		b.Note = "This kind of payment is free of the fee."
	case terms.Rate == 0:
		b.Note = "Payments online carry no fee."
	case toppedUp:
		b.Note = "The fee is added to top-ups, whoever bears it otherwise; the amount is the customer's."
	case terms.Mode == subscriptions.FeeFromMerchant:
		b.Note = "The business bears the fee of payments online."
	}
	return b, nil
}
