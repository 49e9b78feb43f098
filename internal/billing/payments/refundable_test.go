package payments

import (
	"testing"

	"pgregory.net/rapid"

	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Refunds of a payment, however it came and into how many parts it falls, give back
// each minor unit once: the customer gets what was paid, the platform gives its whole
// fee, the business the rest, and the appointment is paid by nothing any more.
func TestSharesOfRefundsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := drawAmounts(t)
		r := Refundable{stored: stored{Status: Completed, AppointmentID: new(id.ID), Base: a.Base, Tax: a.Tax, Fee: a.Fee, Total: a.Total, Merchant: a.Merchant, Applied: a.Base}}
		paid := r.Paid()
		if paid != a.Total+a.Wallet {
			t.Fatalf("refundable %d of %+v", paid, a)
		}
		var sum Share
		for r.Left() > 0 {
			amount := rapid.Int64Range(1, r.Left()).Draw(t, "amount")
			if rapid.IntRange(0, 3).Draw(t, "last") == 0 {
				amount = r.Left()
			}
			s, err := r.Share(amount)
			if err != nil {
				t.Fatal(err)
			}
			if rapid.IntRange(0, 3).Draw(t, "of the price") == 0 {
				if of := r.ShareOfPrice(amount); of.Amount > 0 {
					s, amount = of, of.Amount
				}
			}
			if s.Fee < 0 || s.Merchant() < 0 || s.Applied < 0 || s.Tax < 0 || s.Applied+s.Tax > s.Amount || s.Amount != amount {
				t.Fatalf("share %+v", s)
			}
			r.add(s.Amount, s.Fee, s.Tax)
			sum = Share{sum.Amount + s.Amount, sum.Fee + s.Fee, sum.Tax + s.Tax, sum.Applied + s.Applied}
		}
		if sum != (Share{paid, a.Fee, a.Tax, a.Base}) || sum.Merchant() != a.Merchant {
			t.Fatalf("gave back %+v of %+v", sum, a)
		}
		if _, err := r.Share(1); err == nil {
			t.Fatal("more than was paid")
		}
	})
}

// What the business got without being owed it goes back first, and takes nothing from
// the appointment.
func TestASurplusGoesBackFirst(t *testing.T) {
	t.Parallel()
	r := Refundable{stored: stored{Status: Completed, AppointmentID: new(id.ID), Merchant: 150_000, Applied: 100_000}}
	for _, step := range []struct{ amount, applied int64 }{{20_000, 0}, {40_000, 10_000}, {90_000, 90_000}} {
		s, err := r.Share(step.amount)
		if err != nil || s.Applied != step.applied || s.Fee != 0 {
			t.Errorf("%d: %+v, %v", step.amount, s, err)
		}
		r.RefundedAmount += s.Amount
	}
}

func TestNothingIsRefundableThatWasNotPaid(t *testing.T) {
	t.Parallel()
	for _, status := range []Status{Pending, Failed, Cancelled, NeedsReview} {
		r := Refundable{stored: stored{Status: status, Merchant: 10, Fee: 1}}
		if r.Left() != 0 {
			t.Errorf("%s: %d", status, r.Left())
		}
	}
}

func TestPart(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ n, part, whole, want int64 }{
		{8_000, 54_000, 108_000, 4_000}, {1, 1, 2, 1}, {1, 1, 3, 0}, {3, 1, 2, 2}, {7, 0, 9, 0}, {7, 9, 9, 7}, {7, 1, 0, 0},
		{1 << 62, 1 << 62, 1<<62 + 1, 1<<62 - 1},
	} {
		if got := money.Part(tt.n, tt.part, tt.whole); got != tt.want {
			t.Errorf("%d of %d to %d: %d, want %d", tt.n, tt.part, tt.whole, got, tt.want)
		}
	}
}
