package invoices

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"reserva/internal/kit/money"
)

// A bill's lines, whatever their discounts and rates of tax, add up to its total in
// currencies of no, two and three decimals, and the tax of each line is the exact share
// of what the discount leaves, half up.
func TestBillsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]money.Currency{"IDR", "JPY", "PHP", "KWD"}).Draw(t, "currency")
		usual := money.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "usual"))
		bill := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) BillLine { return drawLine(t, currency) }), 1, 12).Draw(t, "lines")
		n := New{Currency: currency}
		if err := n.add(bill, usual); err != nil {
			t.Fatal(err)
		}
		subtotal, discount, tax, total := int64(0), int64(0), int64(0), int64(0)
		for i, l := range n.Lines {
			if want := exactTax(l); want != l.Tax {
				t.Fatalf("the tax of %+v is %d", l, want)
			}
			if l.Tax < 0 || l.Discount > l.Amount || l.Amount != l.UnitPrice*l.Quantity {
				t.Fatalf("%+v", l)
			}
			if rate := bill[i].TaxRate; rate == nil && l.TaxRate != usual || rate != nil && l.TaxRate != *rate {
				t.Fatalf("taxed at %s: %+v", l.TaxRate, bill[i])
			}
			subtotal, discount, tax = subtotal+l.Amount, discount+l.Discount, tax+l.Tax
			total += l.Amount - l.Discount + l.Tax
		}
		if n.Subtotal != subtotal || n.Discount != discount || n.Tax != tax || n.Total != total || n.Total < 0 {
			t.Fatalf("%+v does not add up", n)
		}
		for _, l := range n.Lines {
			if n.TaxRate != 0 && l.TaxRate != n.TaxRate {
				t.Fatalf("named as taxed at %s: %+v", n.TaxRate, l)
			}
		}
	})
}

// drawLine draws amounts of the currency, the discount within what it is for.
func drawLine(t *rapid.T, currency money.Currency) BillLine {
	amount := func(minor int64) money.Decimal {
		d, err := money.ParseDecimal(money.Number{Minor: minor, Currency: currency}.String())
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	price := rapid.Int64Range(0, 1_000_000_000).Draw(t, "price")
	l := BillLine{Description: "Massage", Quantity: rapid.Int64Range(1, 1000).Draw(t, "quantity"), UnitPrice: amount(price)}
	if rapid.Bool().Draw(t, "taxed") {
		l.TaxRate = new(money.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "rate")))
	}
	if rapid.Bool().Draw(t, "discounted") {
		l.Discount = new(amount(rapid.Int64Range(0, price*l.Quantity).Draw(t, "discount")))
	}
	return l
}

// exactTax rounds the exact tax of a line half up.
func exactTax(l Line) int64 {
	exact := new(big.Rat).SetFrac64(int64(l.TaxRate), 1_000_000)
	exact.Mul(exact, new(big.Rat).SetInt64(l.Amount-l.Discount))
	exact.Add(exact, big.NewRat(1, 2))
	return new(big.Int).Div(exact.Num(), exact.Denom()).Int64()
}
