package maya

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"reserva/internal/kit/money"
)

// Status is where a payment is in its life.
type Status string

// The states of a payment.
const (
	PendingToken      Status = "PENDING_TOKEN"
	PendingPayment    Status = "PENDING_PAYMENT"
	ForAuthentication Status = "FOR_AUTHENTICATION"
	Authenticating    Status = "AUTHENTICATING"
	AuthSuccess       Status = "AUTH_SUCCESS"
	AuthFailed        Status = "AUTH_FAILED"
	Processing        Status = "PAYMENT_PROCESSING"
	Success           Status = "PAYMENT_SUCCESS"
	Failed            Status = "PAYMENT_FAILED"
	Expired           Status = "PAYMENT_EXPIRED"
	Cancelled         Status = "PAYMENT_CANCELLED"
	Voided            Status = "VOIDED"
	Refunded          Status = "REFUNDED" // in full or in part
	Authorized        Status = "AUTHORIZED"
	Captured          Status = "CAPTURED"
	Done              Status = "DONE"
	HoldExpired       Status = "AUTHORIZATION_HOLD_EXPIRED"
)

// Paid tells whether the money was taken.
func (s Status) Paid() bool { return s == Success || s == Captured || s == Done }

// Over tells whether no money was taken, or not kept, and none will be.
func (s Status) Over() bool {
	switch s {
	case Failed, Expired, Cancelled, AuthFailed, HoldExpired, Voided, Refunded:
		return true
	}
	return false
}

// Payment is what the provider tells of a payment. Amount is minor units.
type Payment struct {
	ID            string
	Reference     string
	Status        Status
	Amount        int64
	Currency      money.Currency
	CanVoid       bool // today, in GMT+8
	CanRefund     bool // from tomorrow on, in GMT+8
	Method        string
	Scheme        string
	ReceiptNumber string
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// paymentWire is the object as documented. The amount is a string in callbacks.
type paymentWire struct {
	ID         string         `json:"id"`
	Reference  string         `json:"requestReferenceNumber"`
	Status     Status         `json:"status"`
	Amount     money.Decimal  `json:"amount"`
	Currency   money.Currency `json:"currency"`
	CanVoid    bool           `json:"canVoid"`
	CanRefund  bool           `json:"canRefund"`
	FundSource struct {
		Type    string `json:"type"`
		Details struct {
			Scheme string `json:"scheme"`
		} `json:"details"`
	} `json:"fundSource"`
	ReceiptNumber string `json:"receiptNumber"`
	CreatedAt     stamp  `json:"createdAt"`
	UpdatedAt     stamp  `json:"updatedAt"`
}

func (w paymentWire) payment() (Payment, error) {
	amount, err := minor(w.Amount, w.Currency)
	return Payment{
		ID: w.ID, Reference: w.Reference, Status: w.Status, Amount: amount, Currency: w.Currency, CanVoid: w.CanVoid, CanRefund: w.CanRefund,
		Method: w.FundSource.Type, Scheme: w.FundSource.Details.Scheme, ReceiptNumber: w.ReceiptNumber,
		CreatedAt: time.Time(w.CreatedAt), UpdatedAt: time.Time(w.UpdatedAt),
	}, err
}

// minor reads an amount; one without a currency, as in what is not paid yet, is in pesos.
func minor(amount money.Decimal, c money.Currency) (int64, error) {
	if c == "" {
		c = money.PHP
	}
	return amount.Minor(c)
}

// GetPayment reads a payment by its id, which is that of its checkout. It fails with ErrNotFound.
func (c *Client) GetPayment(ctx context.Context, id string) (Payment, error) {
	var out paymentWire
	if err := c.payment(ctx, "GetPayment", http.MethodGet, id, "", nil, &out); err != nil {
		return Payment{}, err
	}
	return out.payment()
}

// PaymentsByReference reads the payments that were made under a reference of ours: none where nothing was.
func (c *Client) PaymentsByReference(ctx context.Context, reference string) ([]Payment, error) {
	path, err := segment("PaymentsByReference", reference)
	if err != nil {
		return nil, err
	}
	var out []paymentWire
	_, err = c.do(ctx, call{op: "PaymentsByReference", method: http.MethodGet, path: "/payments/v1/payment-rrns/" + path}, &out)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found := make([]Payment, 0, len(out))
	for _, w := range out {
		p, err := w.payment()
		if err != nil {
			return nil, err
		}
		found = append(found, p)
	}
	return found, nil
}

// Cancel ends a payment that was not made yet. It fails with ErrNotFound, and with ErrNotCancellable where the
// payment was made or has ended.
func (c *Client) Cancel(ctx context.Context, id string) error {
	err := c.payment(ctx, "Cancel", http.MethodPost, id, "/cancel", object{}, nil)
	var refused *APIError
	if errors.As(err, &refused) && refused.kind == nil && refused.Status == http.StatusBadRequest {
		refused.kind = ErrNotCancellable
	}
	return err
}

// Capture takes an amount, in minor units, of a payment that was only authorised.
func (c *Client) Capture(ctx context.Context, id string, amount int64, currency money.Currency) error {
	return c.payment(ctx, "Capture", http.MethodPost, id, "/capture", object{
		"captureAmount": object{"amount": money.Number{Minor: amount, Currency: currency}, "currency": currency},
	}, nil)
}

// payment makes a call about one payment.
func (c *Client) payment(ctx context.Context, op, method, id, rest string, body, out any) error {
	path, err := segment(op, id)
	if err != nil {
		return err
	}
	_, err = c.do(ctx, call{op: op, method: method, path: "/payments/v1/payments/" + path + rest, body: body}, out)
	return err
}

// stamp reads a time leniently: what is absent or unreadable is the zero time, for nothing hangs on it.
type stamp time.Time

func (s *stamp) UnmarshalJSON(b []byte) error {
	t, err := time.Parse(time.RFC3339Nano, strings.Trim(string(b), `"`))
	if err != nil || t.Year() < 1900 || t.Year() > 2199 {
		t = time.Time{}
	}
	*s = stamp(t)
	return nil
}
