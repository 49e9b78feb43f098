package payments

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"reserva/internal/billing/invoices"
	"reserva/internal/billing/ledger"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

func TestQuote(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name              string
		base, tax, wallet int64
		rate              money.Rate
		mode              string
		currency          money.Currency
		want              amounts
	}{
		{"documented", 100_000, 0, 0, 80_000, "customer", "IDR", amounts{Fee: 8_000, Total: 108_000, Merchant: 100_000}},
		{"documented, with wallet", 100_000, 0, 20_000, 80_000, "customer", "IDR", amounts{Fee: 6_400, Total: 86_400, Merchant: 100_000}},
		{"documented, merchant's fee", 150_000, 0, 0, 50_000, "merchant", "IDR", amounts{Fee: 7_500, Total: 150_000, Merchant: 142_500}},
		{"half up", 125, 0, 0, 60_000, "customer", "IDR", amounts{Fee: 8, Total: 133, Merchant: 125}},
		{"all from the wallet", 5_000, 0, 5_000, 80_000, "customer", "IDR", amounts{Merchant: 5_000}},
		{"cents", 125_050, 0, 0, 80_000, "customer", "PHP", amounts{Fee: 10_004, Total: 135_054, Merchant: 125_050}},
		{"taxed", 100_000, 11_000, 0, 80_000, "customer", "IDR", amounts{Fee: 8_000, Total: 119_000, Merchant: 111_000}},
		{"taxed, merchant's fee", 100_000, 11_000, 0, 80_000, "merchant", "IDR", amounts{Fee: 8_000, Total: 111_000, Merchant: 103_000}},
		{"taxed, with wallet", 100_000, 11_000, 20_000, 80_000, "customer", "IDR", amounts{Fee: 6_400, Total: 97_400, Merchant: 111_000}},
		{"taxed, the price from the wallet", 100_000, 11_000, 105_000, 80_000, "customer", "IDR", amounts{Total: 6_000, Merchant: 111_000}},
		{"taxed, all from the wallet", 100_000, 11_000, 111_000, 80_000, "customer", "IDR", amounts{Merchant: 111_000}},
	}
	for _, tt := range tests {
		tt.want.Currency, tt.want.Base, tt.want.Tax, tt.want.Wallet, tt.want.Rate = tt.currency, tt.base, tt.tax, tt.wallet, tt.rate
		got, err := quote(tt.base, tt.tax, tt.wallet, subscriptions.FeeTerms{Rate: tt.rate, Mode: tt.mode}, ForAppointment, tt.currency)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", tt.name, err, diff)
		}
	}
}

func drawAmounts(t *rapid.T) amounts {
	base := rapid.OneOf(rapid.Int64Range(1, 1_000_000_000), rapid.SampledFrom([]int64{99, 150_000, 999_999_999})).Draw(t, "base")
	taxes := money.Rate(rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(0, 1_000_000), rapid.Just(int64(110_000))).Draw(t, "tax rate"))
	tax, err := money.Fee(base, taxes)
	if err != nil {
		t.Fatal(err)
	}
	wallet := rapid.OneOf(rapid.Int64Range(0, base), rapid.Int64Range(0, base+tax), rapid.Just(base+tax)).Draw(t, "wallet")
	rate := money.Rate(rapid.Int64Range(0, 200_000).Draw(t, "rate"))
	currencies := []money.Currency{"IDR", "JPY", "PHP", "KWD"} // rupiah are counted whole, like yen; dinars have three decimals
	terms := subscriptions.FeeTerms{
		Rate: rate, Mode: rapid.SampledFrom([]string{subscriptions.FeeFromCustomer, subscriptions.FeeFromMerchant}).Draw(t, "mode"),
		Min: rapid.Ptr(rapid.Int64Range(0, 100_000), true).Draw(t, "min"),
	}
	if rapid.Bool().Draw(t, "bounded") {
		most := rapid.SampledFrom([]int64{0, 1, 9, 1_000, 1_000_000}).Draw(t, "max")
		if terms.Min != nil {
			most += *terms.Min
		}
		terms.Max = &most
	}
	currency := rapid.SampledFrom(currencies).Draw(t, "currency")
	terms.Currency = currency // that of the bounds
	if rapid.IntRange(0, 3).Draw(t, "elsewhere") == 0 {
		terms.Currency = "USD"
	}
	a, err := quote(base, tax, wallet, terms, ForAppointment, currency)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Nothing is lost and nothing is made: what the customer and the wallet give is what
// merchant and platform get.
func TestQuoteAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := drawAmounts(t)
		if a.Total+a.Wallet != a.Merchant+a.Fee || a.Merchant+a.Fee != a.Base+a.Tax+a.Fee && a.Merchant+a.Fee != a.Base+a.Tax {
			t.Fatalf("%+v does not add up", a)
		}
		if a.Total < 0 || a.Fee < 0 || a.Merchant < 0 {
			t.Fatalf("%+v", a)
		}
	})
}

// Whatever of a payment is still wanted when it arrives, the ledger balances, nobody
// gets a negative part, and in full it is shared out as it was quoted.
func TestArrivalsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := drawAmounts(t)
		customer := id.ID("65f1e2a0c3b4d5e6f7a8b9c0")
		s := invoices.Stored{
			Currency: a.Currency, CustomerID: &customer, Subtotal: a.Base, Tax: a.Tax, Discount: a.Wallet, Fee: a.Fee, Total: a.Total,
			Status: rapid.SampledFrom([]invoices.Status{invoices.Draft, invoices.Sent, invoices.Overdue, invoices.Cancelled}).Draw(t, "status"),
		}
		p := stored{ID: id.New(), Base: a.Base, Tax: a.Tax, Fee: a.Fee, FeeRate: a.Rate, Merchant: a.Merchant, Total: a.Total}
		m := arrived(s, p)
		part := rapid.Map(rapid.Int64Range(1, 99), func(percent int64) int64 { return m.base * percent / 100 })
		wanted := rapid.OneOf(part, rapid.Int64Range(0, m.base), rapid.Just(m.base), rapid.Just(int64(0))).Draw(t, "wanted")
		if err := m.use(wanted); err != nil {
			t.Fatal(err)
		}
		if m.fee < 0 || m.merchant < 0 || m.wallet < 0 {
			t.Fatalf("somebody gives what is not theirs: %+v", m)
		}
		if wanted == 0 && m.base > 0 && m.merchant+m.fee != 0 {
			t.Fatalf("nobody waits for it, and yet %+v", m)
		}
		// Of a part the merchant gets what was wanted, less the fee where that is theirs to
		// bear, which is never more than what was quoted for all of it.
		earned := m.merchant
		if m.fromMerchant {
			earned += m.fee
		}
		if wanted != m.base && earned != wanted+m.tax || m.fee > a.Fee || m.tax != money.Part(a.Tax, wanted, a.Base) {
			t.Fatalf("%d of %+v is wanted, and shared out %+v", wanted, a, m)
		}
		if s.Status.Open() && wanted == m.base && (m.fee != a.Fee || m.merchant != a.Merchant || m.wallet != 0) {
			t.Fatalf("quoted %+v, shared out %+v", a, m)
		}
		sum, noted := int64(0), int64(0)
		for _, e := range m.movement(p).Entries {
			sum += e.Amount
			if e.Account == ledger.Tax {
				noted += e.Amount
			}
		}
		if sum != 0 || noted != m.tax {
			t.Fatalf("off by %d, with %d of tax: %+v", sum, noted, m)
		}
		// Without a customer the money stays with the merchant.
		m.customer, m.held = nil, 0
		for _, e := range m.movement(p).Entries {
			switch e.Account {
			case ledger.Gateway, ledger.Merchant, ledger.Platform, ledger.Tax, ledger.Taxed:
			default:
				t.Fatalf("%+v", e)
			}
		}
	})
}

func TestRequestLinesComeToTheTotal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := drawAmounts(t)
		s := invoices.Stored{
			Number: "INV-2026-0001", ProviderNumber: "APT-1", Currency: a.Currency, Subtotal: a.Base, Tax: a.Tax, Discount: a.Wallet, Fee: a.Fee, Total: a.Total,
			LineItems: []byte(`[]`),
		}
		if rapid.Bool().Draw(t, "lines") {
			half := a.Base / 2
			s.LineItems = asJSON(t, []invoices.Line{
				{Description: "One", Quantity: 1, UnitPrice: half, Amount: half},
				{Description: "Two", Quantity: 1, UnitPrice: a.Base - half, Amount: a.Base - half},
			})
		}
		lines, err := requestLines(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			if l.Name == "" || l.Description == "" || l.Quantity < 1 || l.Price <= 0 && a.Total > 0 {
				t.Fatalf("%+v", l)
			}
		}
		if got, want := (Request{Lines: lines}).Total(), a.Total; got != want {
			t.Fatalf("the request comes to %d, want %d", got, want)
		}
	})
}

func asJSON(t *rapid.T, v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
