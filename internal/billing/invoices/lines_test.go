package invoices

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"reserva/internal/kit/money"
)

// Currencies of no, two and three decimals.
var currencies = []money.Currency{"IDR", "JPY", "USD", "PHP", "KWD", "BHD"}

// price draws an amount as people type it, often finer than the currency.
func price(t *rapid.T, most int64, label string) money.Decimal {
	minor, digits := rapid.Int64Range(0, most).Draw(t, label), rapid.IntRange(0, 6).Draw(t, label+" digits")
	text := strconv.FormatInt(minor, 10)
	if digits > 0 {
		text = strings.Repeat("0", max(0, digits+1-len(text))) + text
		text = text[:len(text)-digits] + "." + text[len(text)-digits:]
	}
	d, err := money.ParseDecimal(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func drawLines(t *rapid.T) []BillLine {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) BillLine {
		l := BillLine{Description: "x", Quantity: rapid.Int64Range(1, 100_000).Draw(t, "quantity"), UnitPrice: price(t, 1_000_000_000, "price")}
		if rapid.Bool().Draw(t, "taxed") {
			rate := money.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "rate"))
			l.TaxRate = &rate
		}
		if rapid.Bool().Draw(t, "reduced") {
			discount := price(t, 1_000_000, "discount")
			l.Discount = &discount
		}
		return l
	}), 1, 20).Draw(t, "lines")
}

// exact is a JSON number of major units, without rounding.
func exact(t *rapid.T, n money.Number) *big.Rat {
	text, err := json.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	r, ok := new(big.Rat).SetString(string(text))
	if !ok {
		t.Fatalf("%s is no number", text)
	}
	return r
}

// Whatever prices, quantities, discounts and taxes a bill has: each line's tax is the
// exact one, half up to the minor unit, and what is shown adds up to what is shown as the
// total, to the last digit.
func TestLinesAddUpToTheTotal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := New{Currency: rapid.SampledFrom(currencies).Draw(t, "currency"), Type: ForPackage}
		usual := money.Rate(rapid.Int64Range(0, 250_000).Draw(t, "usual"))
		if err := n.add(drawLines(t), usual); err != nil {
			return // a discount of more than the line
		}
		for _, l := range n.Lines {
			if l.Amount != l.UnitPrice*l.Quantity || l.Discount > l.Amount {
				t.Fatalf("%+v", l)
			}
			// tax - 1/2 <= taxable * rate < tax + 1/2, in halves of millionths
			taxable := big.NewInt(l.Amount - l.Discount)
			twice := new(big.Int).Mul(taxable, big.NewInt(2*int64(l.TaxRate)))
			low := new(big.Int).Mul(big.NewInt(2*l.Tax-1), big.NewInt(1_000_000))
			high := new(big.Int).Mul(big.NewInt(2*l.Tax+1), big.NewInt(1_000_000))
			if twice.Cmp(low) < 0 || twice.Cmp(high) >= 0 {
				t.Fatalf("the tax of %+v", l)
			}
		}
		items, err := json.Marshal(n.Lines)
		if err != nil {
			t.Fatal(err)
		}
		shown, err := Stored{
			Type: n.Type, Status: Draft, Currency: n.Currency, LineItems: items, Metadata: json.RawMessage(`{}`),
			Subtotal: n.Subtotal, Discount: n.Discount, Tax: n.Tax, TaxRate: n.TaxRate, Total: n.Total,
		}.view("65f1e2a0c3b4d5e6f7a8b9c0")
		if err != nil {
			t.Fatal(err)
		}
		subtotal, discount, tax := new(big.Rat), new(big.Rat), new(big.Rat)
		for _, l := range shown.LineItems {
			subtotal.Add(subtotal, exact(t, l.Amount))
			discount.Add(discount, exact(t, l.Discount))
			tax.Add(tax, exact(t, l.TaxAmount))
		}
		for name, sum := range map[string][2]*big.Rat{
			"subtotal": {subtotal, exact(t, shown.Subtotal)},
			"discount": {discount, exact(t, shown.DiscountAmount)},
			"tax":      {tax, exact(t, shown.TaxAmount)},
			"total":    {new(big.Rat).Add(new(big.Rat).Sub(subtotal, discount), tax), exact(t, shown.TotalAmount)},
			"due":      {exact(t, shown.TotalAmount), exact(t, shown.AmountDue)},
		} {
			if sum[0].Cmp(sum[1]) != 0 {
				t.Fatalf("%s: the lines come to %s, shown is %s", name, sum[0].FloatString(3), sum[1].FloatString(3))
			}
		}
	})
}

// What the print lists adds up to its total as well: no sum that somebody has to pay is
// left out of it.
func TestPrintedSumsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := sheet{paper: paper{Stored: Stored{
			Written: rapid.Bool().Draw(t, "written"), Currency: "IDR", Status: Sent,
			Subtotal: rapid.Int64Range(0, 1_000_000).Draw(t, "subtotal"), Tax: rapid.Int64Range(0, 100_000).Draw(t, "tax"),
		}}}
		p.Discount = rapid.Int64Range(0, p.Subtotal).Draw(t, "discount")
		p.Total = p.Subtotal - p.Discount + p.Tax
		p.Fee = rapid.Int64Range(0, p.Total).Draw(t, "fee")
		if rapid.Bool().Draw(t, "the customer bears it") {
			p.Total += p.Fee
		}
		p.AmountPaid = rapid.Int64Range(0, p.Total).Draw(t, "paid")
		listed := map[string]int64{}
		sum := int64(0)
		for _, row := range p.sums() {
			listed[row.name] += row.amount
			if row.name == "Total" {
				if sum != row.amount {
					t.Fatalf("listed before it is %d: %+v", sum, p.sums())
				}
				continue
			}
			if row.name != "To pay" {
				sum += row.amount
			}
		}
		if listed["Total"] != p.Total || listed["To pay"] != p.Due() || sum != p.Due() {
			t.Fatalf("%+v", p.sums())
		}
	})
}
