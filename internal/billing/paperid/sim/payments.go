package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"reserva/internal/billing/paperid"
)

// way is a method and channel with which one can pay.
type way struct {
	Method, Channel, Name string
}

// Value is how a payment page's form names the way.
func (w way) Value() string { return w.Method + ":" + w.Channel }

func ways() []way {
	return []way{
		{paperid.MethodBankTransfer, "bni", "BNI virtual account"},
		{paperid.MethodBankTransfer, "bri", "BRI virtual account"},
		{paperid.MethodBankTransfer, "mandiri", "Mandiri virtual account"},
		{paperid.MethodBankTransfer, "permata", "Permata virtual account"},
		{paperid.MethodQRIS, "qris", "QRIS"},
		{paperid.MethodEWallet, "ovo", "OVO"},
		{paperid.MethodCreditCard, "visa", "Visa"},
		{paperid.MethodCreditCard, "mastercard", "Mastercard"},
		{paperid.MethodCreditCard, "jcb", "JCB"},
		{paperid.MethodDigitalPartner, "tokopedia", "Tokopedia"},
		{paperid.MethodDigitalPartner, "blibli", "Blibli"},
		{paperid.MethodDigitalPartner, "shopee", "Shopee"},
	}
}

func findWay(method, channel string) (way, bool) {
	for _, w := range ways() {
		if w.Method == method && strings.EqualFold(w.Channel, channel) {
			return w, true
		}
	}
	return way{}, false
}

func listMethods(*request) answer {
	list := []object{}
	for _, w := range ways() {
		list = append(list, object{"payment_method": w.Method, "payment_channel": w.Channel, "fee": 0})
	}
	return answer{status: 200, body: object{"status_code": 200, "message": "success", "data": list}}
}

type payRequestBody struct {
	Details struct {
		RefID string `json:"ref_id"`
	} `json:"transaction_details"`
	Total struct {
		Amount   int64 `json:"payment_amount"`
		BuyerFee int64 `json:"buyer_fee"`
	} `json:"total_amount"`
	Partner struct {
		Number string `json:"partner_number"`
		Name   string `json:"company_name"`
	} `json:"partner"`
	Invoices []struct {
		Number string `json:"invoice_number"`
		Date   string `json:"invoice_date"`
		Due    string `json:"invoice_due_date"`
	} `json:"invoices"`
	Way struct {
		Method  string `json:"method"`
		Channel string `json:"channel"`
	} `json:"payment_method"`
	RedirectURL string `json:"redirect_url"`
	Instant     bool   `json:"instant_payment"`
}

func (b *payRequestBody) problem() string {
	_, known := findWay(b.Way.Method, b.Way.Channel)
	switch {
	case b.Details.RefID == "":
		return "ref_id is required"
	case b.Total.Amount < paperid.MinimumPayment:
		return "minimum payment amount is IDR 10,000"
	case !known:
		return "payment method is not available"
	case b.Partner.Number == "" || b.Partner.Name == "":
		return "partner is required"
	case len(b.Invoices) == 0:
		return "invoices is required"
	}
	for _, inv := range b.Invoices {
		_, errFrom := time.Parse(time.DateOnly, inv.Date)
		_, errDue := time.Parse(time.DateOnly, inv.Due)
		if inv.Number == "" || errFrom != nil || errDue != nil {
			return "invoices need a number, and dates as YYYY-MM-DD"
		}
	}
	return ""
}

// createPayRequest answers HTTP 200 with status_code 201, as the provider does. The same payload is the same request;
// another one for the same invoice takes its place.
func createPayRequest(q *request) answer {
	var body payRequestBody
	if !q.decode(&body) {
		return refuse(http.StatusBadRequest, "the body is not valid")
	}
	if problem := body.problem(); problem != "" {
		return refuse(http.StatusBadRequest, problem)
	}
	sum := sha256.Sum256(q.body)
	p := &payRequest{
		ID: newUUID(), Token: newToken(), RefID: body.Details.RefID, ExternalID: newToken(),
		Amount: body.Total.Amount, BuyerFee: body.Total.BuyerFee, Method: body.Way.Method,
		Channel: strings.ToLower(body.Way.Channel), Payer: body.Partner.Name, RedirectURL: body.RedirectURL,
		Status: "pending", Payload: hex.EncodeToString(sum[:]), CreatedAt: q.now,
	}
	switch {
	case p.Method == paperid.MethodBankTransfer:
		p.UntilPaid = q.now.Add(accountLifetime)
	case p.Channel == "ovo":
		p.UntilPaid = q.now.Add(ovoLifetime)
	}
	for _, inv := range body.Invoices {
		p.Numbers = append(p.Numbers, inv.Number)
	}
	if body.Instant {
		q.instant(p, body.Partner.Number)
	}
	for _, other := range q.book.Requests {
		same := slices.ContainsFunc(other.Numbers, func(n string) bool { return slices.Contains(p.Numbers, n) })
		switch {
		case other.Payload == p.Payload && other.state(q.now) == "pending":
			return answer{status: 200, body: q.created(other)}
		case (same || other.RefID == p.RefID) && other.Status == "success":
			return refuse(http.StatusBadRequest, "payment request already paid")
		}
	}
	for _, other := range q.book.Requests {
		if slices.ContainsFunc(other.Numbers, func(n string) bool { return slices.Contains(p.Numbers, n) }) {
			other.Status = "canceled"
		}
	}
	q.book.Requests[p.ID] = p
	q.sim.state.Links[p.Token] = link{ClientID: q.account.ClientID, Request: p.ID}
	return answer{status: 200, body: q.created(p), changed: true}
}

// instant does what instant_payment asks for: a known partner's name wins over the one sent, and a taken invoice number
// makes way for another. Dates in the past are moved by not being looked at.
func (q *request) instant(p *payRequest, partnerNumber string) {
	for _, known := range q.book.Partners {
		if known.text("number") == partnerNumber {
			p.Payer = known.text("name")
		}
	}
	for i, number := range p.Numbers {
		if q.book.Numbers[number] {
			p.Numbers[i] = "INV-01-" + p.RefID
		}
		q.book.Numbers[p.Numbers[i]] = true
	}
}

func (q *request) created(p *payRequest) object {
	data := object{
		"payment_id": p.ID, "ref_id": p.RefID, "external_id": p.ExternalID, "amount": p.Amount,
		"buyer_fee": p.BuyerFee, "merchant_fee": 0, "payment_method": p.Method, "payment_channel": p.Channel,
		"status": "PENDING",
	}
	switch p.Method {
	case paperid.MethodBankTransfer:
		data["account_number"], data["va_name"], data["currency"] = "8808"+p.ExternalID[:10], p.Payer, "IDR"
		data["expiration_date"], data["is_single_use"] = p.UntilPaid.Format(time.RFC3339), true
	case paperid.MethodQRIS:
		data["qr_string"], data["type"] = "SIMULATED-QR-"+p.ID, "DYNAMIC"
	}
	return object{"status_code": 201, "message": "success", "data": data, "links": []object{
		{"rel": "self", "href": q.base + "/api/v1/payment/request/" + p.ID},
		{"rel": "history", "href": q.base + "/api/v1/payment/history"},
	}}
}

func getPayRequest(q *request) answer {
	p := q.book.Requests[q.PathValue("id")]
	if p == nil {
		return refuse(http.StatusNotFound, "payment request not found")
	}
	return answer{status: 200, body: object{"status_code": 200, "message": "success", "data": object{
		"amount":         object{"grand_amount": p.Amount + p.BuyerFee, "subtotal_amount": p.Amount},
		"payment_fee":    object{"buyer_fee_amount": p.BuyerFee, "merchant_fee": 0, "supplier_fee_amount": 0},
		"payment_method": object{"method": p.Method, "channel": p.Channel},
		"payper_url":     bare(q.base) + "/pay/" + p.Token, "redirect_url": p.RedirectURL, "ref_id": p.RefID,
		"transaction_id": p.ExternalID, "transaction_status": p.state(q.now),
	}}}
}

func cancelPayRequest(q *request) answer {
	p := q.book.Requests[q.PathValue("id")]
	switch {
	case p == nil:
		return refuse(http.StatusNotFound, "payment request not found")
	case p.Status == "success":
		return refuse(http.StatusBadRequest, "payment request already paid")
	}
	p.Status = "canceled"
	return answer{status: 200, changed: true, body: object{"status_code": 200, "message": "success", "data": object{
		"date": p.CreatedAt.Format(time.RFC3339), "expired_date": p.CreatedAt.AddDate(0, 0, 30).Format(time.RFC3339),
		"status": "CANCELED", "updated_at": q.now.Format(time.RFC3339),
	}}}
}

// simulatePayment is the staging environment's own way to pay a payment request.
func simulatePayment(q *request) answer {
	var body struct {
		Status string `json:"change_status_to"`
		RefID  string `json:"ref_id"`
	}
	if !q.decode(&body) || body.Status != "PAID" {
		return refuse(http.StatusBadRequest, "change_status_to must be PAID")
	}
	for _, p := range q.book.Requests {
		if p.RefID == body.RefID && p.state(q.now) == "pending" {
			return answer{status: 200, body: object{"status_code": 200, "message": "success", "data": nil}, changed: true,
				events: q.sim.settleRequest(q.account, p, true)}
		}
	}
	return refuse(http.StatusNotFound, "no pending payment request with this ref_id")
}
