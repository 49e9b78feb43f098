package payments

import (
	"testing"

	"pgregory.net/rapid"

	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/money"
)

// Into however many links the price falls, they carry together the tax of the whole, which
// is worked out service by service, in any currency.
func TestTaxesOfPartsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]money.Currency{"IDR", "JPY", "PHP", "KWD"}).Draw(t, "currency")
		rate := money.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "rate"))
		due, whole := appointments.Due{Currency: currency}, int64(0)
		for _, price := range rapid.SliceOfN(rapid.Int64Range(0, 1_000_000_000), 1, 4).Draw(t, "prices") {
			tax, err := money.Fee(price, rate)
			if err != nil {
				t.Fatal(err)
			}
			due.Total, whole = due.Total+price, whole+tax
			due.Appointment.Services = append(due.Appointment.Services, appointments.ServiceLine{Price: money.Number{Minor: price, Currency: currency}})
		}
		due.Appointment.TotalPrice = money.Number{Minor: due.Total, Currency: currency}
		in, sum := order{rate: rate}, int64(0)
		for due.Remaining() > 0 {
			base := due.Remaining()
			if rapid.Bool().Draw(t, "a part") {
				base = rapid.Int64Range(1, base).Draw(t, "base")
			}
			var err error
			if in.tax, err = taxOf(due, base, rate); err != nil {
				t.Fatal(err)
			}
			if in.tax < 0 || in.tax > base {
				t.Fatalf("%d of tax on %d", in.tax, base)
			}
			lines, err := in.lines(due, base)
			if err != nil {
				t.Fatal(err)
			}
			var subtotal, tax int64
			for _, l := range lines {
				subtotal, tax = subtotal+l.Amount, tax+l.Tax
			}
			if subtotal != base || tax != in.tax {
				t.Fatalf("the lines come to %d and %d, want %d and %d", subtotal, tax, base, in.tax)
			}
			due.Paid, sum = due.Paid+base, sum+in.tax
		}
		if sum != whole && due.Total > 0 {
			t.Fatalf("the parts carry %d, the whole %d", sum, whole)
		}
	})
}
