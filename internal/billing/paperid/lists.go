package paperid

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
)

// Listed is an entry of a list whose entries the provider does not document: what every one will have, and all of it.
type Listed struct {
	ID, Name string
	Raw      json.RawMessage
}

// ListTaxes lists the account's taxes; an id is what Item.TaxID names.
func (c *Client) ListTaxes(ctx context.Context) ([]Listed, error) {
	return c.listed(ctx, "ListTaxes", "/api/v1/tax/list")
}

// ListUnits lists the units of measure that items of payment requests may have.
func (c *Client) ListUnits(ctx context.Context) ([]Listed, error) {
	return c.listed(ctx, "ListUnits", "/api/v1/uom/list")
}

func (c *Client) listed(ctx context.Context, op, path string) ([]Listed, error) {
	var answer struct {
		Data []json.RawMessage `json:"data"`
	}
	if err := c.do(ctx, call{op: op, method: http.MethodGet, path: path, repeat: true}, &answer); err != nil {
		return nil, err
	}
	list := make([]Listed, 0, len(answer.Data))
	for _, raw := range answer.Data {
		o := readObject(raw)
		list = append(list, Listed{ID: firstText(o.text("id"), o.text("uuid"), o.text("code")), Name: o.text("name"), Raw: raw})
	}
	return list, nil
}

// PaymentRecord is a payment request in the history, whose entries are not documented: what is not under the names of
// a payment request is empty.
type PaymentRecord struct {
	ID, RefID string
	Status    string // lower case
	Amount    int64
	Raw       json.RawMessage
}

// PaymentHistory lists payment requests, at most a hundred.
func (c *Client) PaymentHistory(ctx context.Context, limit, offset int) ([]PaymentRecord, error) {
	var answer struct {
		Data []json.RawMessage `json:"data"`
	}
	k := call{op: "PaymentHistory", method: http.MethodGet, path: "/api/v1/payment/history", query: pageOf(limit, offset), repeat: true}
	if err := c.do(ctx, k, &answer); err != nil {
		return nil, err
	}
	list := make([]PaymentRecord, 0, len(answer.Data))
	for _, raw := range answer.Data {
		o := readObject(raw)
		r := PaymentRecord{
			ID: firstText(o.text("payment_id"), o.text("id")), RefID: o.text("ref_id"),
			Status: strings.ToLower(firstText(o.text("transaction_status"), o.text("status"))), Raw: raw,
		}
		r.Amount, _ = o.rupiah("amount", "payment_amount")
		list = append(list, r)
	}
	return list, nil
}

// CardPage is the address of the page on which a card's holder proves themselves (3-D Secure), for a payment request
// by credit card. The provider knows it by the request's ExternalID; that this is what the body names is our reading.
func (c *Client) CardPage(ctx context.Context, externalID string) (string, error) {
	var answer struct {
		URL  text `json:"url"`
		Data struct {
			URL text `json:"url"`
		} `json:"data"`
	}
	k := call{
		op: "CardPage", method: http.MethodPost, path: "/api/v1/payment/request/credit-card", card: true,
		body: map[string]string{"external_id": externalID},
	}
	if err := c.do(ctx, k, &answer); err != nil {
		return "", uncertain(err)
	}
	return absolute(firstText(string(answer.URL), string(answer.Data.URL)), c.scheme), nil
}
