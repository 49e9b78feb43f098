package maya

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// Events are the names under which callbacks are registered. Those of manual capture and the superseded ones about
// checkouts are left out.
func Events() []string {
	return []string{string(Success), string(Failed), string(Expired), string(Cancelled)}
}

// Webhook is a registration: where the callbacks of one event go. An account has one for each event.
type Webhook struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	CallbackURL string `json:"callbackUrl"`
}

const webhooksPath = "/checkout/v1/webhooks"

// CreateWebhook registers an event. It fails with ErrWebhookExists.
func (c *Client) CreateWebhook(ctx context.Context, name, url string) (Webhook, error) {
	var out Webhook
	_, err := c.do(ctx, call{
		op: "CreateWebhook", method: http.MethodPost, path: webhooksPath, body: object{"name": name, "callbackUrl": url},
	}, &out)
	return out, err
}

// ListWebhooks reads all registrations of the account, those of others included.
func (c *Client) ListWebhooks(ctx context.Context) ([]Webhook, error) {
	var out []Webhook
	_, err := c.do(ctx, call{op: "ListWebhooks", method: http.MethodGet, path: webhooksPath}, &out)
	if errors.Is(err, ErrNotFound) { // as an account without any was seen to answer
		return nil, nil
	}
	return out, err
}

// UpdateWebhook sends the callbacks of a registration elsewhere.
func (c *Client) UpdateWebhook(ctx context.Context, w Webhook) (Webhook, error) {
	path, err := segment("UpdateWebhook", w.ID)
	if err != nil {
		return Webhook{}, err
	}
	var out Webhook
	_, err = c.do(ctx, call{
		op: "UpdateWebhook", method: http.MethodPut, path: webhooksPath + "/" + path, body: object{"name": w.Name, "callbackUrl": w.CallbackURL},
	}, &out)
	return out, err
}

// DeleteWebhook ends a registration.
func (c *Client) DeleteWebhook(ctx context.Context, id string) error {
	path, err := segment("DeleteWebhook", id)
	if err != nil {
		return err
	}
	_, err = c.do(ctx, call{op: "DeleteWebhook", method: http.MethodDelete, path: webhooksPath + "/" + path}, nil)
	return err
}

// Callback is what a callback says. It proves nothing.
type Callback struct {
	ID        string // of the payment and of its checkout
	Reference string
	Status    Status // of the payment; the event's name
}

// ErrMalformedCallback is a body that is not a JSON object.
var ErrMalformedCallback = errors.New("maya: the callback is not a JSON object")

// ParseCallback reads a callback: a payment, or, from older registrations, a checkout. What it lacks is empty.
func ParseCallback(body []byte) (Callback, error) {
	var o struct {
		ID            text   `json:"id"`
		Reference     text   `json:"requestReferenceNumber"`
		Status        text   `json:"status"`
		PaymentStatus Status `json:"paymentStatus"`
	}
	var any map[string]json.RawMessage
	if json.Unmarshal(body, &any) != nil || any == nil {
		return Callback{}, ErrMalformedCallback
	}
	_ = json.Unmarshal(body, &o) // members of other types stay empty
	c := Callback{ID: string(o.ID), Reference: string(o.Reference), Status: Status(o.Status)}
	if o.PaymentStatus != "" {
		c.Status = o.PaymentStatus
	}
	return c, nil
}

// text reads a string, and anything else as "". NUL characters are dropped, for no database takes them.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	_ = json.Unmarshal(b, &s)
	*t = text(withoutNUL(s))
	return nil
}
