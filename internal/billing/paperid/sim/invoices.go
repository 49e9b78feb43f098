package sim

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// invoiceBody is the body of store-invoice and update.
type invoiceBody struct {
	InvoiceDate string   `json:"invoice_date"`
	DueDate     string   `json:"due_date"`
	Number      string   `json:"number"`
	Customer    customer `json:"customer"`
	Items       []struct {
		Name         string `json:"name"`
		Description  string `json:"description"`
		Quantity     int64  `json:"quantity"`
		Price        int64  `json:"price"`
		Discount     int64  `json:"discount"`
		DiscountType string `json:"discount_type"`
	} `json:"items"`
	Send *struct {
		Email    bool `json:"email"`
		WhatsApp bool `json:"whatsapp"`
		SMS      bool `json:"sms"`
	} `json:"send"`
	Signer       string          `json:"signature_text_header"`
	Notes        string          `json:"notes"`
	Discount     int64           `json:"additional_discount"`
	DiscountType string          `json:"additional_discount_type"`
	Fee          json.RawMessage `json:"additional_fee"`
	Totals       *string         `json:"totals"`
}

// invoice checks the body and works out what it comes to.
func (b *invoiceBody) invoice() (*invoice, string) {
	from, errFrom := time.ParseInLocation("02-01-2006", b.InvoiceDate, jakarta())
	due, errDue := time.ParseInLocation("02-01-2006", b.DueDate, jakarta())
	switch {
	case errFrom != nil:
		return nil, "invoice_date must be DD-MM-YYYY"
	case errDue != nil:
		return nil, "due_date must be DD-MM-YYYY"
	case due.Before(from):
		return nil, "due_date is before invoice_date"
	case b.Number == "":
		return nil, "number is required"
	case b.Customer.ID == "" || b.Customer.Name == "" || b.Customer.Phone == "":
		return nil, "customer id, name and phone are required"
	case len(b.Items) == 0:
		return nil, "items is required"
	case b.Send == nil:
		return nil, "send is required"
	}
	inv := &invoice{
		Number: b.Number, InvoiceDate: from, DueDate: due, Customer: b.Customer,
		DeliveryFee: deliveryFee(b.Fee), Signer: b.Signer, Notes: b.Notes,
	}
	for _, line := range b.Items {
		if line.Name == "" || line.Quantity < 1 || line.Price < 0 {
			return nil, "items need name, quantity and price"
		}
		gross := line.Quantity * line.Price
		off := line.Discount
		if line.DiscountType != "amount" {
			off = percent(gross, line.Discount)
		}
		inv.Items = append(inv.Items, item{Name: line.Name, Description: line.Description, Quantity: line.Quantity,
			Price: line.Price, Amount: gross - off})
		inv.Total += gross - off
	}
	inv.Discount = b.Discount
	if b.DiscountType == "percentage" {
		inv.Discount = percent(inv.Total, b.Discount)
	}
	inv.Total += inv.DeliveryFee - inv.Discount
	if inv.Total <= 0 {
		return nil, "the total must be positive"
	}
	return inv, ""
}

func percent(of, rate int64) int64 { return (of*rate + 50) / 100 }

// deliveryFee reads additional_fee as an object or as a list of them.
func deliveryFee(raw json.RawMessage) int64 {
	type fee struct {
		Amount int64 `json:"delivery_fee"`
	}
	var one fee
	var list []fee
	if json.Unmarshal(raw, &one) != nil && json.Unmarshal(raw, &list) == nil {
		for _, f := range list {
			one.Amount += f.Amount
		}
	}
	return one.Amount
}

// mismatch tells whether the customer's id is known with other contact data. The first invoice makes the customer.
func (b *book) mismatch(c customer) bool {
	known, ok := b.Customers[c.ID]
	return ok && known != c
}

func createInvoice(q *request) answer {
	var body invoiceBody
	if !q.decode(&body) {
		return refuseInvoice(http.StatusBadRequest, "the body is not valid")
	}
	inv, problem := body.invoice()
	switch {
	case problem != "":
		return refuseInvoice(http.StatusBadRequest, problem)
	case q.book.Numbers[inv.Number]:
		return refuseInvoice(http.StatusBadRequest, "number sudah dipakai.")
	case q.book.mismatch(inv.Customer):
		return refuseInvoice(http.StatusBadRequest, "partner doesn't match")
	}
	inv.ID, inv.Token, inv.CreatedAt, inv.ModifiedAt = newUUID(), newToken(), q.now, q.now
	q.book.Invoices[inv.ID] = inv
	q.book.Order = append(q.book.Order, inv.ID)
	q.book.Numbers[inv.Number] = true
	q.book.Customers[inv.Customer.ID] = inv.Customer
	q.sim.state.Links[inv.Token] = link{ClientID: q.account.ClientID, Invoice: inv.ID}

	view := q.links(inv)
	view["id"], view["number"], view["status_send"] = inv.ID, inv.Number, body.Send
	return answer{status: 201, body: object{"status_code": 201, "data": view}, changed: true}
}

// links are an invoice's URLs: the short ones without scheme, as the provider sends them.
func (q *request) links(inv *invoice) object {
	return object{
		"payper_url":    bare(q.base) + "/pay/" + inv.Token,
		"pdf_url":       q.base + "/pdf/" + inv.Token,
		"pdf_url_short": bare(q.base) + "/pdf/" + inv.Token,
	}
}

func updateInvoice(q *request) answer {
	old := q.book.Invoices[q.PathValue("id")]
	if old == nil {
		return refuseInvoice(http.StatusNotFound, "invoice not found")
	}
	var body invoiceBody
	if !q.decode(&body) {
		return refuseInvoice(http.StatusBadRequest, "the body is not valid")
	}
	inv, problem := body.invoice()
	switch {
	case problem != "":
		return refuseInvoice(http.StatusBadRequest, problem)
	case body.Totals == nil:
		return refuseInvoice(http.StatusBadRequest, "totals is required")
	case !body.Send.Email && !body.Send.WhatsApp && !body.Send.SMS:
		return refuseInvoice(http.StatusBadRequest, "at least one of send must be true")
	case old.Paid > 0:
		return refuseInvoice(http.StatusBadRequest, "invoice is already paid")
	case inv.Number != old.Number && q.book.Numbers[inv.Number]:
		return refuseInvoice(http.StatusBadRequest, "number sudah dipakai.")
	case q.book.mismatch(inv.Customer):
		return refuseInvoice(http.StatusBadRequest, "partner doesn't match")
	}
	inv.ID, inv.Token, inv.CreatedAt, inv.ModifiedAt = old.ID, old.Token, old.CreatedAt, q.now
	q.book.Invoices[inv.ID] = inv
	q.book.Numbers[inv.Number] = true
	q.book.Customers[inv.Customer.ID] = inv.Customer

	view := q.links(inv)
	view["id"], view["number"], view["total"] = inv.ID, inv.Number, inv.Total
	view["payment_status"], view["acceptance_status"] = inv.status(q.now), "not accepted"
	return answer{status: 200, body: object{"status_code": 200, "data": view}, changed: true}
}

func deleteInvoice(q *request) answer {
	inv := q.book.Invoices[q.PathValue("id")]
	switch {
	case inv == nil:
		return answer{status: 404, body: object{"status_code": 404, "code": "ERR-CMN-000",
			"error": "record not found", "message": "record not found"}}
	case inv.Paid > 0:
		return answer{status: 400, body: object{"status_code": 400, "code": "ERR-CMN-000",
			"error": "invoice is already paid", "message": "invoice is already paid"}}
	}
	delete(q.book.Invoices, inv.ID)
	delete(q.sim.state.Links, inv.Token)
	q.book.Order = slices.DeleteFunc(q.book.Order, func(id string) bool { return id == inv.ID })
	return answer{status: 200, body: object{"status_code": 200, "code": "SI-DLT-200", "message": "success"}, changed: true}
}

// sendInvoice pretends to send: each channel with a receiver answers 200.
func sendInvoice(q *request) answer {
	if q.book.Invoices[q.PathValue("id")] == nil {
		return refuseInvoice(http.StatusNotFound, "invoice not found")
	}
	var body map[string]json.RawMessage
	if !q.decode(&body) {
		return refuseInvoice(http.StatusBadRequest, "the body is not valid")
	}
	view := object{}
	for _, channel := range [...]string{"email", "whatsapp", "sms"} {
		if _, asked := body[channel]; asked {
			view[channel] = object{"status": 200}
		}
	}
	if len(view) == 0 {
		return refuseInvoice(http.StatusBadRequest, "no receiver")
	}
	return answer{status: 200, body: view}
}
