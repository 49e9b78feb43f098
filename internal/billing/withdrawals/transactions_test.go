package withdrawals_test

import (
	"fmt"
	"testing"
	"time"

	"reserva/internal/kit/money"
)

// On whatever page, each entry's balance is that of the one before it and its amount.
func TestTransactionsHaveTheBalanceAfterThem(t *testing.T) {
	t.Parallel()
	s := newTill(t, money.IDR, 100_000)
	s.account("1234567890")
	sum := int64(100_000)
	for i := range int64(8) {
		amount := (i + 1) * 1000
		if i%3 == 2 {
			amount = -amount
		}
		s.move(t, money.IDR, amount)
		sum += amount
		if i%3 == 0 {
			s.Clock.Advance(time.Second) // the others are of one second
		}
	}
	type transaction struct {
		Amount int64 `json:"amount"`
		After  int64 `json:"balance_after"`
	}
	for _, size := range []int{1, 2, 4, 100} {
		var all []transaction
		for page := 1; ; page++ {
			var got struct {
				Items []transaction
				Total int
			}
			s.Do(s.admin.Token, "GET", fmt.Sprintf("/withdrawals/balance/transactions?page=%d&size=%d", page, size), nil, 200).Into(&got)
			if got.Total != 9 {
				t.Fatalf("%d in all", got.Total)
			}
			if all = append(all, got.Items...); len(got.Items) == 0 {
				break
			}
		}
		after := sum
		for _, entry := range all {
			if entry.After != after {
				t.Errorf("pages of %d: %+v, want %d after it", size, entry, after)
			}
			after -= entry.Amount
		}
		if len(all) != 9 || after != 0 {
			t.Errorf("pages of %d: %d entries, and %d is left", size, len(all), after)
		}
	}
}
