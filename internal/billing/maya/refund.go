package maya

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"reserva/internal/kit/money"
)

// RefundStatus is what became of a void or refund.
type RefundStatus string

// The states. An ongoing one is looked up with ListRefunds.
const (
	RefundSuccess RefundStatus = "SUCCESS"
	RefundOngoing RefundStatus = "ONGOING"
	RefundFailed  RefundStatus = "FAILED"
)

// RefundState is a refund or void. Amount is minor units, 0 where the provider does not say it.
type RefundState struct {
	ID        string // empty while it is ongoing
	Status    RefundStatus
	Amount    int64
	Currency  money.Currency
	Reason    string
	CreatedAt time.Time
}

type refundWire struct {
	ID       string       `json:"id"`
	Number   string       `json:"refundTransactionReferenceNo"`
	Void     string       `json:"voidId"`
	Status   RefundStatus `json:"status"`
	Reason   string       `json:"reason"`
	Amount   wireAmount   `json:"amount"`
	Taken    wireAmount   `json:"transactionAmount"`
	Refunded wireAmount   `json:"refundedAmount"`

	CreatedAt stamp `json:"createdAt"`
}

// wireAmount is an amount as a number or string, or an object of value or amount and currency.
type wireAmount struct {
	value    money.Decimal
	currency money.Currency
}

func (a *wireAmount) UnmarshalJSON(b []byte) error {
	var o struct {
		Value    money.Decimal  `json:"value"`
		Amount   money.Decimal  `json:"amount"`
		Currency money.Currency `json:"currency"`
	}
	if len(b) == 0 || b[0] != '{' {
		return a.value.UnmarshalJSON(b)
	}
	if err := json.Unmarshal(b, &o); err != nil {
		return err
	}
	a.value, a.currency = o.Value, o.Currency
	if a.value.Sign() == 0 {
		a.value = o.Amount
	}
	return nil
}

func (w refundWire) state(status int) (RefundState, error) {
	r := RefundState{ID: first(w.Number, w.ID, w.Void), Status: w.Status, Reason: w.Reason, CreatedAt: time.Time(w.CreatedAt)}
	if status == http.StatusAccepted {
		r.Status = RefundOngoing
	}
	for _, amount := range []wireAmount{w.Refunded, w.Amount, w.Taken} {
		if amount.value.Sign() <= 0 {
			continue
		}
		var err error
		r.Currency = amount.currency
		r.Amount, err = minor(amount.value, amount.currency)
		return r, err
	}
	return r, nil
}

// Void takes the whole of a payment back on the day that it was made, by GMT+8. It fails with ErrNotVoidable.
func (c *Client) Void(ctx context.Context, payment, reason string) (RefundState, error) {
	return c.undo(ctx, "Void", payment, "/voids", object{"reason": reason})
}

// Refund gives an amount in minor units back, from the day after the payment on, by GMT+8. What cannot be done at once
// is answered as RefundOngoing. It fails with ErrNotRefundable and ErrRefundAmount.
func (c *Client) Refund(ctx context.Context, payment string, amount int64, currency money.Currency, reason string) (RefundState, error) {
	return c.undo(ctx, "Refund", payment, "/refunds", object{
		"totalAmount": object{"amount": money.Number{Minor: amount, Currency: currency}, "currency": currency}, "reason": reason,
	})
}

func (c *Client) undo(ctx context.Context, op, payment, rest string, body object) (RefundState, error) {
	path, err := segment(op, payment)
	if err != nil {
		return RefundState{}, err
	}
	var out refundWire
	status, err := c.do(ctx, call{op: op, method: http.MethodPost, path: "/payments/v1/payments/" + path + rest, body: body}, &out)
	if err != nil {
		return RefundState{}, err
	}
	state, err := out.state(status)
	if err == nil && state.Status == "" {
		err = fmt.Errorf("maya: %s: the answer has no status: %w", op, ErrUncertain)
	}
	return state, err
}

// ListRefunds reads the refunds of a payment.
func (c *Client) ListRefunds(ctx context.Context, payment string) ([]RefundState, error) {
	var out []refundWire
	if err := c.payment(ctx, "ListRefunds", http.MethodGet, payment, "/refunds", nil, &out); err != nil {
		return nil, err
	}
	list := make([]RefundState, 0, len(out))
	for _, w := range out {
		state, err := w.state(http.StatusOK)
		if err != nil {
			return nil, err
		}
		list = append(list, state)
	}
	return list, nil
}
