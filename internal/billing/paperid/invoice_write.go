package paperid

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

type createdWire struct {
	Data struct {
		ID          text            `json:"id"`
		Number      text            `json:"number"`
		PaymentURL  text            `json:"payper_url"`
		PDFURL      text            `json:"pdf_url"`
		PDFShortURL text            `json:"pdf_url_short"`
		Sent        json.RawMessage `json:"status_send"` // an object, or an empty list in older answers
	} `json:"data"`
}

// CreateInvoice creates a sales invoice and with it its payment page.
//
// It is sent once. When the answer is lost (timeout, 5xx) the number is looked up, and an invoice found over the same
// total is returned with Adopted set. Without a deadline on ctx the request has the client's timeout and the look-up
// half as long again; with one the request has two thirds of what is left.
//
// Errors: ErrDuplicateNumber, ErrPartnerMismatch, ErrUnauthorized, ErrUnavailable when the request certainly did not
// arrive, ErrUncertain when nobody can tell. After ErrUncertain repeat [Client.EnsureInvoice] with the same number.
func (c *Client) CreateInvoice(ctx context.Context, in InvoiceInput) (CreatedInvoice, error) {
	first, rest, cancel := c.split(ctx)
	defer cancel()

	created, err := c.storeInvoice(first, in)
	if err == nil || !mayHaveHappened(err) {
		return created, err
	}
	found, lookErr := look(rest, c.backoff, func(ctx context.Context) (CreatedInvoice, error) {
		return c.AdoptInvoice(ctx, in)
	})
	return found, afterLook(err, lookErr)
}

func (c *Client) storeInvoice(ctx context.Context, in InvoiceInput) (CreatedInvoice, error) {
	k := call{op: "CreateInvoice", method: http.MethodPost, path: "/api/v1/store-invoice", body: in.wire(), number: true}
	var answer createdWire
	if err := c.do(ctx, k, &answer); err != nil {
		return CreatedInvoice{}, err
	}
	data := answer.Data
	if data.ID == "" {
		return CreatedInvoice{}, &outage{op: k.op, sent: true, cause: errNoID}
	}
	return CreatedInvoice{
		ID: string(data.ID), Number: string(data.Number),
		PaymentURL:  absolute(string(data.PaymentURL), c.scheme),
		PDFURL:      absolute(string(data.PDFURL), c.scheme),
		PDFShortURL: absolute(string(data.PDFShortURL), c.scheme),
		Sent:        readSent(data.Sent),
	}, nil
}

func readSent(raw json.RawMessage) Send {
	channels := readObject(raw)
	on := func(name string) bool { return channels.text(name) == "true" }
	return Send{Email: on("email"), WhatsApp: on("whatsapp"), SMS: on("sms")}
}

// UpdateInvoice replaces an invoice. in.Send needs at least one channel. Its own answer repeats only part of the
// invoice, so read it again with GetInvoice. A paid invoice is refused with ErrAlreadyPaid. It may be repeated, but
// every success tells the customer once more.
func (c *Client) UpdateInvoice(ctx context.Context, id string, in InvoiceInput) error {
	escaped, err := segment("UpdateInvoice", id)
	if err != nil {
		return err
	}
	body, totals := in.wire(), ""
	body.Totals = &totals
	return uncertain(c.do(ctx, call{
		op: "UpdateInvoice", method: http.MethodPost, path: "/api/v1/sales-invoice/" + escaped + "/update", body: body,
		number: true,
	}, nil))
}

// SendTo names the receivers of SendInvoice; a channel without receivers is not used.
type SendTo struct {
	Email    string
	EmailCC  string
	WhatsApp []string // E.164
	SMS      []string // E.164
}

// SendInvoice has the provider send the invoice again. It is never repeated: each success is a message to a person.
func (c *Client) SendInvoice(ctx context.Context, id string, to SendTo) (Send, error) {
	escaped, err := segment("SendInvoice", id)
	if err != nil {
		return Send{}, err
	}
	body := map[string]any{}
	if to.Email != "" {
		body["email"] = map[string]string{"to": to.Email, "cc": to.EmailCC}
	}
	if len(to.WhatsApp) > 0 {
		body["whatsapp"] = map[string]any{"number": to.WhatsApp}
	}
	if len(to.SMS) > 0 {
		body["sms"] = map[string]any{"number": to.SMS}
	}
	var answer object
	// The trailing slash is part of the documented path.
	k := call{op: "SendInvoice", method: http.MethodPost, path: "/api/v1/sales-invoices/send-all/" + escaped + "/", body: body}
	if err := c.do(ctx, k, &answer); err != nil {
		return Send{}, uncertain(err)
	}
	if data := answer.object("data"); data != nil {
		answer = data
	}
	ok := func(channel string) bool { return strings.HasPrefix(answer.object(channel).text("status"), "2") }
	return Send{Email: ok("email"), WhatsApp: ok("whatsapp"), SMS: ok("sms")}, nil
}

// DeleteInvoice removes an unpaid invoice; its payment page stops answering and its number stays burned. The provider
// has no "cancel". It may be repeated: ErrNotFound then means that it is done. A paid one is ErrAlreadyPaid.
func (c *Client) DeleteInvoice(ctx context.Context, id string) error {
	escaped, err := segment("DeleteInvoice", id)
	if err != nil {
		return err
	}
	return uncertain(c.do(ctx, call{
		op: "DeleteInvoice", method: http.MethodDelete, path: "/api/v1/sales-invoice/" + escaped,
	}, nil))
}

// split divides the time for a creation between the request and the look-up after a lost answer. Both contexts end
// with cancel.
func (c *Client) split(ctx context.Context) (first, rest context.Context, cancel context.CancelFunc) {
	total, forFirst := c.timeout*3/2, c.timeout
	if deadline, ok := ctx.Deadline(); ok {
		total = time.Until(deadline)
		forFirst = total * 2 / 3
	}
	rest, cancelRest := context.WithTimeout(ctx, total)
	first, cancelFirst := context.WithTimeout(rest, forFirst)
	return first, rest, func() { cancelFirst(); cancelRest() }
}
