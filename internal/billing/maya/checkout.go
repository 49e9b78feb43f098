package maya

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"reserva/internal/kit/money"
)

// CheckoutInput is a payment to ask for. The total is that of the items.
type CheckoutInput struct {
	Reference string // ours, unique for ever, at most MaxReference characters
	Currency  money.Currency
	Items     []Item
	Buyer     Buyer
	Return    Redirects
	Metadata  map[string]string
}

// Item is a line of a checkout. Price is minor units of the checkout's currency, for one.
type Item struct {
	Name, Code, Description string
	Quantity                int
	Price                   int64
}

// Total is what the checkout comes to, in minor units.
func (in CheckoutInput) Total() int64 {
	total := int64(0)
	for _, i := range in.Items {
		total += int64(i.Quantity) * i.Price
	}
	return total
}

// Buyer is who is asked to pay. What is empty is left out.
type Buyer struct{ FirstName, LastName, Email, Phone string }

// Redirects are where the hosted page sends the buyer. What is empty is left out.
type Redirects struct {
	Success string `json:"success,omitempty"`
	Failure string `json:"failure,omitempty"`
	Cancel  string `json:"cancel,omitempty"`
}

// CreatedCheckout is a checkout that was just made, and the page to send the buyer to.
type CreatedCheckout struct{ ID, URL string }

// CheckoutStatus is where a checkout is in its life.
type CheckoutStatus string

// The states of a checkout.
const (
	CheckoutCreated    CheckoutStatus = "CREATED"
	CheckoutProcessing CheckoutStatus = "PROCESSING"
	CheckoutCompleted  CheckoutStatus = "COMPLETED"
	CheckoutExpired    CheckoutStatus = "EXPIRED"
)

// Checkout is what the provider tells of a checkout.
type Checkout struct {
	ID            string
	Reference     string
	Status        CheckoutStatus
	PaymentStatus Status
	Total         int64 // minor units
	Currency      money.Currency
	CreatedAt     time.Time
	ExpiredAt     time.Time // zero while it has not
}

// CreateCheckout makes a checkout with a hosted page. It fails with ErrUncertain where it may have been made all the
// same; then PaymentsByReference tells.
func (c *Client) CreateCheckout(ctx context.Context, in CheckoutInput) (CreatedCheckout, error) {
	if n := len(in.Reference); n == 0 || n > MaxReference {
		return CreatedCheckout{}, fmt.Errorf("maya: CreateCheckout: the reference has %d characters, of at most %d", n, MaxReference)
	}
	var out struct {
		ID  string `json:"checkoutId"`
		URL string `json:"redirectUrl"`
	}
	_, err := c.do(ctx, call{
		op: "CreateCheckout", method: http.MethodPost, path: "/checkout/v1/checkouts", body: in.wire(), public: true,
	}, &out)
	if err == nil && out.ID == "" {
		err = uncertain(&outage{op: "CreateCheckout", sent: true, cause: fmt.Errorf("the answer names no checkout")})
	}
	if err != nil {
		return CreatedCheckout{}, err
	}
	if out.URL == "" {
		out.URL = c.PageURL(out.ID)
	}
	return CreatedCheckout{ID: out.ID, URL: out.URL}, nil
}

// PageURL is the hosted page of a checkout.
func (c *Client) PageURL(checkout string) string {
	return c.pages + "/v2/checkout?id=" + url.QueryEscape(checkout)
}

// GetCheckout reads a checkout. It fails with ErrNotFound.
func (c *Client) GetCheckout(ctx context.Context, id string) (Checkout, error) {
	path, err := segment("GetCheckout", id)
	if err != nil {
		return Checkout{}, err
	}
	var out checkoutWire
	if _, err := c.do(ctx, call{op: "GetCheckout", method: http.MethodGet, path: "/checkout/v1/checkouts/" + path}, &out); err != nil {
		return Checkout{}, err
	}
	return out.checkout()
}

type checkoutWire struct {
	ID            string         `json:"id"`
	Reference     string         `json:"requestReferenceNumber"`
	Status        CheckoutStatus `json:"status"`
	PaymentStatus Status         `json:"paymentStatus"`
	TotalAmount   struct {
		Amount   money.Decimal  `json:"amount"`
		Value    money.Decimal  `json:"value"`
		Currency money.Currency `json:"currency"`
	} `json:"totalAmount"`
	CreatedAt stamp `json:"createdAt"`
	ExpiredAt stamp `json:"expiredAt"`
}

func (w checkoutWire) checkout() (Checkout, error) {
	total := w.TotalAmount.Value
	if total.Sign() == 0 {
		total = w.TotalAmount.Amount
	}
	amount, err := minor(total, w.TotalAmount.Currency)
	return Checkout{
		ID: w.ID, Reference: w.Reference, Status: w.Status, PaymentStatus: w.PaymentStatus, Total: amount,
		Currency: w.TotalAmount.Currency, CreatedAt: time.Time(w.CreatedAt), ExpiredAt: time.Time(w.ExpiredAt),
	}, err
}

type object = map[string]any

// wire is the body as documented: amounts are numbers of major units, and items are always sent.
func (in CheckoutInput) wire() object {
	amount := func(minor int64) money.Number { return money.Number{Minor: minor, Currency: in.Currency} }
	items := make([]object, 0, len(in.Items))
	for _, i := range in.Items {
		items = append(items, object{
			"name": i.Name, "quantity": i.Quantity, "code": i.Code, "description": i.Description,
			"amount": object{"value": amount(i.Price)}, "totalAmount": object{"value": amount(int64(i.Quantity) * i.Price)},
		})
	}
	body := object{
		"totalAmount":            object{"value": amount(in.Total()), "currency": in.Currency, "details": object{"subtotal": amount(in.Total())}},
		"requestReferenceNumber": in.Reference, "items": items, "redirectUrl": in.Return,
	}
	if in.Metadata != nil {
		body["metadata"] = in.Metadata
	}
	buyer, contact := object{}, object{}
	for _, field := range []struct {
		to          object
		name, value string
	}{
		{buyer, "firstName", in.Buyer.FirstName}, {buyer, "lastName", in.Buyer.LastName},
		{contact, "phone", in.Buyer.Phone}, {contact, "email", in.Buyer.Email},
	} {
		if field.value != "" {
			field.to[field.name] = field.value
		}
	}
	if len(contact) > 0 {
		buyer["contact"] = contact
	}
	if len(buyer) > 0 {
		body["buyer"] = buyer
	}
	return body
}
