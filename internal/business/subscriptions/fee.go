package subscriptions

import (
	"context"
	"slices"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/money"
)

// Who bears the platform's fee, as fee_mode says: the customer, on top of the price,
// or the merchant, out of it.
const (
	FeeFromCustomer = "customer"
	FeeFromMerchant = "merchant"
)

// FreeOfFee are the kinds of payments that never carry a fee, whatever is set.
func FreeOfFee() []string { return []string{"package", "setup_fee", "subscription"} }

// FeeBasis is everything stored that decides the platform's fee of a business.
type FeeBasis struct {
	Plan     Plan         `json:"plan"`
	Own      bool         `json:"own"` // the business collects at an account of its own
	Mode     string       `json:"mode"`
	Tax      money.Rate   `json:"tax"`      // what the business adds to its prices
	Set      *FeeRules    `json:"set"`      // for the plan; nil where nothing was
	Override *FeeOverride `json:"override"` // for the business; nil where nothing is
}

// FeeRules are what the operator set for a plan. Rate is parts per million, amounts
// are minor units of Currency.
type FeeRules struct {
	Enabled  bool           `json:"enabled" db:"enabled"`
	Rate     int64          `json:"rate" db:"rate"`
	Min      *int64         `json:"min_fee" db:"min_fee"`
	Max      *int64         `json:"max_fee" db:"max_fee"`
	Currency money.Currency `json:"currency" db:"currency"`
	Exempt   []string       `json:"exempt_types" db:"exempt_types"`
}

// FeeOverride is what the operator set for a business: for ever, or from and until
// certain times. Rate is parts per million.
type FeeOverride struct {
	Rate   int64      `json:"rate"`
	Mode   *string    `json:"mode"` // nil for the business's own setting
	From   *time.Time `json:"from"`
	Until  *time.Time `json:"until"`
	Reason string     `json:"reason"`
}

// InEffect tells whether the override counts at a time.
func (o *FeeOverride) InEffect(at time.Time) bool {
	return o != nil && (o.From == nil || !at.Before(*o.From)) && (o.Until == nil || at.Before(*o.Until))
}

// FeeColumn is the FeeBasis of the tenant $1 as JSON.
const FeeColumn = `(
		SELECT ` + feeOf + `
		FROM tenants t
		LEFT JOIN subscriptions s ON s.tenant_id = t.id
		LEFT JOIN plan_fees f ON f.plan = coalesce(s.plan, 'FREE')
		WHERE t.id = $1)`

// feeOf is the FeeBasis of a tenant t with its subscription s and the fee f of its plan.
const feeOf = `jsonb_build_object(
			'plan', coalesce(s.plan, 'FREE'),
			'own', EXISTS (SELECT 1 FROM tenant_gateways g WHERE g.tenant_id = t.id AND g.retired_at IS NULL AND g.enabled),
			'mode', coalesce(t.settings ->> 'fee_mode', 'customer'),
			'tax', coalesce(t.settings -> 'tax_rate', '0'),
			'set', to_jsonb(f),
			'override', CASE WHEN t.platform_fee_rate IS NOT NULL THEN jsonb_build_object('rate', t.platform_fee_rate,
				'mode', t.platform_fee_mode, 'from', t.platform_fee_from, 'until', t.platform_fee_until, 'reason', t.platform_fee_reason) END)`

// FeeRow is a FeeBasis as it is read.
type FeeRow struct {
	Basis FeeBasis `db:"fee"`
}

// QueueFee reads the basis of the transaction's tenant with the next batch.
func QueueFee(tx *db.Tx) *db.Result[FeeRow] {
	return db.QueueOne[FeeRow](tx, `SELECT `+FeeColumn+` AS fee`, tx.Tenant())
}

// LoadFee is QueueFee at once, as terms of the transaction's time.
func LoadFee(ctx context.Context, tx *db.Tx) (FeeTerms, error) {
	basis := QueueFee(tx)
	if err := tx.Flush(ctx); err != nil {
		return FeeTerms{}, err
	}
	return basis.Value.Basis.Terms(tx.Now()), nil
}

// Rules are those of the basis's plan, the documented ones where nothing was set.
func (b FeeBasis) Rules() FeeRules { return b.Plan.FeeRules(b.Set) }

// FeeRules are what was set for the plan, or the documented rate.
func (p Plan) FeeRules(set *FeeRules) FeeRules {
	rules := FeeRules{Enabled: true, Rate: int64(p.FeeRate()), Currency: Currency}
	if set != nil {
		rules = *set
	}
	rules.Exempt = slices.Concat(FreeOfFee(), rules.Exempt)
	slices.Sort(rules.Exempt)
	rules.Exempt = slices.Compact(rules.Exempt)
	return rules
}

// Terms are the fee at a time: nothing where the business collects by itself, else
// what was set for it and is in effect, else its plan's.
func (b FeeBasis) Terms(at time.Time) FeeTerms {
	rules := b.Rules()
	t := FeeTerms{Plan: b.Plan, Mode: b.Mode, Tax: b.Tax, Min: rules.Min, Max: rules.Max, Currency: rules.Currency, Exempt: rules.Exempt}
	if t.Mode == "" {
		t.Mode = FeeFromCustomer
	}
	if rules.Enabled {
		t.Rate = money.Rate(rules.Rate)
	}
	if b.Override.InEffect(at) {
		t.Rate = money.Rate(b.Override.Rate)
		if b.Override.Mode != nil {
			t.Mode = *b.Override.Mode
		}
	}
	if b.Own {
		t.Rate = 0
	}
	return t
}

// FeeTerms decide the fee of one payment online. Min and Max are minor units of
// Currency, for payments in it; nil where there is no bound.
type FeeTerms struct {
	Plan     Plan
	Rate     money.Rate
	Mode     string
	Tax      money.Rate // on the price of an appointment, beside the fee
	Min, Max *int64
	Currency money.Currency
	Exempt   []string
}

// Free are terms without a fee, for what is not collected by the platform.
func (t FeeTerms) Free() FeeTerms {
	t.Rate = 0
	return t
}

// FeeAmounts are what a payment comes to, in minor units of one currency.
type FeeAmounts struct {
	Base     int64 // of the price
	Wallet   int64 // the part of price and tax that the wallet pays
	Tax      int64 // on the price
	Rate     money.Rate
	Fee      int64
	Total    int64 // to be paid online
	Merchant int64 // what the merchant receives, the wallet's part included
}

// Quote works out a payment of a kind: the wallet first, then the rate on the rest,
// half up to the currency's minor unit, then the bounds. Base is at least wallet,
// and neither is negative. It fails with money.ErrRange.
func (t FeeTerms) Quote(kind string, base, wallet int64, currency money.Currency) (FeeAmounts, error) {
	a := FeeAmounts{Base: base, Wallet: wallet, Total: base - wallet, Merchant: base}
	if t.Rate == 0 || slices.Contains(t.Exempt, kind) {
		return a, nil
	}
	fee, err := money.Fee(a.Total, t.Rate)
	if err != nil {
		return FeeAmounts{}, err
	}
	a.Rate, a.Fee = t.Rate, t.bound(fee, a.Total, currency)
	if t.Mode == FeeFromMerchant {
		a.Merchant -= a.Fee
		return a, nil
	}
	if a.Total > a.Total+a.Fee {
		return FeeAmounts{}, money.ErrRange
	}
	a.Total += a.Fee
	return a, nil
}

// QuoteTaxed is Quote for a price that a tax comes on top of. The business gets the tax
// with the price, and the fee is of the price alone: the wallet pays for the price first,
// and of the tax what it still can. Base and tax together are at least wallet.
func (t FeeTerms) QuoteTaxed(kind string, base, tax, wallet int64, currency money.Currency) (FeeAmounts, error) {
	ofPrice := min(wallet, base)
	a, err := t.Quote(kind, base, ofPrice, currency)
	if err != nil {
		return FeeAmounts{}, err
	}
	a.Wallet, a.Tax = wallet, tax
	a.Total, a.Merchant = a.Total+tax-(wallet-ofPrice), a.Merchant+tax
	if a.Total < 0 || a.Merchant < 0 {
		return FeeAmounts{}, money.ErrRange
	}
	return a, nil
}

// bound brings a fee within its bounds. Nothing online has no fee, and a merchant
// never owes more than is paid.
func (t FeeTerms) bound(fee, online int64, currency money.Currency) int64 {
	if online == 0 {
		return 0
	}
	if currency == t.Currency && t.Min != nil {
		fee = max(fee, *t.Min)
	}
	if currency == t.Currency && t.Max != nil {
		fee = min(fee, *t.Max)
	}
	if t.Mode == FeeFromMerchant {
		fee = min(fee, online)
	}
	return fee
}
