package subscriptions

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"reserva/internal/kit/money"
)

func TestTermsOfABasis(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC)
	before, after := now.Add(-time.Second), now.Add(time.Second)
	merchant := FeeFromMerchant
	rules := &FeeRules{Enabled: true, Rate: 60_000, Currency: "IDR"}
	tests := []struct {
		name  string
		basis FeeBasis
		rate  money.Rate
		mode  string
	}{
		{"documented", FeeBasis{Plan: Free}, 80_000, FeeFromCustomer},
		{"by the setting", FeeBasis{Plan: Pro, Mode: merchant}, 50_000, merchant},
		{"set for the plan", FeeBasis{Plan: Free, Set: rules}, 60_000, FeeFromCustomer},
		{"switched off for the plan", FeeBasis{Plan: Free, Set: &FeeRules{Rate: 60_000}}, 0, FeeFromCustomer},
		{"set for the business", FeeBasis{Plan: Free, Set: rules, Override: &FeeOverride{Rate: 10_000, Mode: &merchant}}, 10_000, merchant},
		{"set though the plan's is off", FeeBasis{Plan: Free, Set: &FeeRules{}, Override: &FeeOverride{Rate: 10_000}}, 10_000, FeeFromCustomer},
		{"not yet", FeeBasis{Plan: Free, Override: &FeeOverride{Rate: 10_000, Mode: &merchant, From: &after}}, 80_000, FeeFromCustomer},
		{"from now", FeeBasis{Plan: Free, Override: &FeeOverride{Rate: 10_000, From: &now, Until: &after}}, 10_000, FeeFromCustomer},
		{"until now", FeeBasis{Plan: Free, Override: &FeeOverride{Rate: 10_000, From: &before, Until: &now}}, 80_000, FeeFromCustomer},
		{"at an account of its own", FeeBasis{Plan: Free, Own: true, Override: &FeeOverride{Rate: 10_000}}, 0, FeeFromCustomer},
	}
	for _, tt := range tests {
		if got := tt.basis.Terms(now); got.Rate != tt.rate || got.Mode != tt.mode {
			t.Errorf("%s: %s from the %s, want %s from the %s", tt.name, got.Rate, got.Mode, tt.rate, tt.mode)
		}
	}
}

func TestQuoteKeepsItsBounds(t *testing.T) {
	t.Parallel()
	least, most := int64(5_000), int64(20_000)
	terms := FeeTerms{Rate: 80_000, Mode: FeeFromCustomer, Min: &least, Max: &most, Currency: "IDR", Exempt: FreeOfFee()}
	merchant := terms
	merchant.Mode = FeeFromMerchant
	tests := []struct {
		name         string
		terms        FeeTerms
		kind         string
		base, wallet int64
		currency     money.Currency
		want         FeeAmounts
	}{
		{"between", terms, "appointment", 100_000, 0, "IDR", FeeAmounts{Base: 100_000, Rate: 80_000, Fee: 8_000, Total: 108_000, Merchant: 100_000}},
		{"too small", terms, "appointment", 10_000, 0, "IDR", FeeAmounts{Base: 10_000, Rate: 80_000, Fee: 5_000, Total: 15_000, Merchant: 10_000}},
		{"too large", terms, "appointment", 1_000_000, 0, "IDR", FeeAmounts{Base: 1_000_000, Rate: 80_000, Fee: 20_000, Total: 1_020_000, Merchant: 1_000_000}},
		{"another currency", terms, "appointment", 10_000, 0, "PHP", FeeAmounts{Base: 10_000, Rate: 80_000, Fee: 800, Total: 10_800, Merchant: 10_000}},
		{"all from the wallet", terms, "appointment", 10_000, 10_000, "IDR", FeeAmounts{Base: 10_000, Wallet: 10_000, Rate: 80_000, Merchant: 10_000}},
		{"more than the price", merchant, "appointment", 3_000, 0, "IDR", FeeAmounts{Base: 3_000, Rate: 80_000, Fee: 3_000, Total: 3_000}},
		{"a package", terms, "package", 100_000, 0, "IDR", FeeAmounts{Base: 100_000, Total: 100_000, Merchant: 100_000}},
	}
	for _, tt := range tests {
		got, err := tt.terms.Quote(tt.kind, tt.base, tt.wallet, tt.currency)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", tt.name, err, diff)
		}
	}
}

// What the customer and the wallet give is what merchant and platform get, whatever
// the terms, and no fee leaves its bounds without a reason.
func TestQuoteAddsUp(t *testing.T) {
	t.Parallel()
	currencies := []money.Currency{"IDR", "JPY", "USD", "KWD"}
	rapid.Check(t, func(t *rapid.T) {
		terms := FeeTerms{
			Rate: money.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "rate")), Mode: rapid.SampledFrom([]string{FeeFromCustomer, FeeFromMerchant}).Draw(t, "mode"),
			Currency: rapid.SampledFrom(currencies).Draw(t, "bounds"), Exempt: FreeOfFee(),
		}
		if rapid.Bool().Draw(t, "bounded") {
			least := rapid.Int64Range(0, 1_000_000).Draw(t, "min")
			most := least + rapid.Int64Range(0, 1_000_000).Draw(t, "room")
			terms.Min, terms.Max = &least, &most
		}
		base := rapid.Int64Range(0, 1<<50).Draw(t, "base")
		wallet := rapid.Int64Range(0, base).Draw(t, "wallet")
		currency := rapid.SampledFrom(currencies).Draw(t, "currency")
		kind := rapid.SampledFrom([]string{"appointment", "wallet_topup", "package"}).Draw(t, "kind")
		a, err := terms.Quote(kind, base, wallet, currency)
		if err != nil {
			t.Fatal(err)
		}
		if a.Total+a.Wallet != a.Merchant+a.Fee || a.Total < 0 || a.Fee < 0 || a.Merchant < 0 {
			t.Fatalf("%+v does not add up", a)
		}
		if kind == "package" && a.Fee != 0 {
			t.Fatalf("a package carries %d", a.Fee)
		}
		if terms.Max != nil && currency == terms.Currency && a.Fee > *terms.Max {
			t.Fatalf("%d is above the highest fee", a.Fee)
		}
		if terms.Mode == FeeFromMerchant && a.Total != base-wallet || terms.Mode == FeeFromCustomer && a.Merchant != base {
			t.Fatalf("%+v: the wrong one bears the fee", a)
		}
	})
}
