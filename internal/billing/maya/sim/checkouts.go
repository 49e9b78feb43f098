package sim

import (
	"encoding/json"
	"fmt"
	"net/http"

	"reserva/internal/billing/maya"
	"reserva/internal/kit/money"
)

// checkoutBody is what a create sends, as far as it matters here.
type checkoutBody struct {
	TotalAmount struct {
		Value    *money.Decimal `json:"value"`
		Currency string         `json:"currency"`
	} `json:"totalAmount"`
	Reference string `json:"requestReferenceNumber"`
	Items     []struct {
		Name        string      `json:"name"`
		Description string      `json:"description"`
		Quantity    json.Number `json:"quantity"`
		TotalAmount struct {
			Value money.Decimal `json:"value"`
		} `json:"totalAmount"`
	} `json:"items"`
	Buyer       map[string]any `json:"buyer"`
	RedirectURL maya.Redirects `json:"redirectUrl"`
	Metadata    map[string]any `json:"metadata"`
}

// check refuses what the provider would.
func (b checkoutBody) check() (centavos int64, refused *answer) {
	var wrong []string
	if b.TotalAmount.Value != nil {
		centavos, _ = b.TotalAmount.Value.NonNegativeMinor(money.PHP)
	}
	if centavos <= 0 || b.TotalAmount.Value.Finer(money.PHP) {
		wrong = append(wrong, "totalAmount.value", "must be an amount greater than 0")
	}
	if b.TotalAmount.Currency == "" {
		wrong = append(wrong, "totalAmount.currency", "is required")
	}
	if n := len(b.Reference); n == 0 || n > maya.MaxReference {
		wrong = append(wrong, "requestReferenceNumber", fmt.Sprintf("must have 1 to %d characters", maya.MaxReference))
	}
	for name, url := range map[string]string{
		"success": b.RedirectURL.Success, "failure": b.RedirectURL.Failure, "cancel": b.RedirectURL.Cancel,
	} {
		if url != "" && !absolute(url) {
			wrong = append(wrong, "redirectUrl."+name, "must be a URL")
		}
	}
	switch {
	case len(wrong) > 0:
		a := invalid(wrong...)
		return 0, &a
	case b.TotalAmount.Currency != string(money.PHP):
		a := refuse(http.StatusBadRequest, "PY0037", "The currency is not supported.")
		return 0, &a
	}
	return centavos, nil
}

func createCheckout(q *request) answer {
	var b checkoutBody
	if json.Unmarshal(q.body, &b) != nil {
		return malformed()
	}
	amount, refused := b.check()
	if refused != nil {
		return *refused
	}
	p := &payment{
		ID: newUUID(), Reference: b.Reference, Status: maya.PendingToken, Amount: amount, Buyer: b.Buyer, Metadata: b.Metadata,
		Return: b.RedirectURL, CreatedAt: q.now, UpdatedAt: q.now,
	}
	for _, i := range b.Items {
		quantity, _ := i.Quantity.Int64()
		total, _ := i.TotalAmount.Value.Minor(money.PHP)
		p.Items = append(p.Items, item{Name: i.Name, Description: i.Description, Quantity: quantity, Total: total})
	}
	q.book.Payments[p.ID], q.book.Order = p, append(q.book.Order, p.ID)
	q.sim.state.Owners[p.ID] = q.account.PublicKey
	return answer{status: http.StatusOK, changed: true, body: object{"checkoutId": p.ID, "redirectUrl": q.base + "/v2/checkout?id=" + p.ID}}
}

func getCheckout(q *request) answer {
	p := q.book.Payments[q.PathValue("id")]
	if p == nil {
		return noPayment()
	}
	items := []object{}
	for _, i := range p.Items {
		items = append(items, object{"name": i.Name, "description": i.Description, "quantity": i.Quantity, "totalAmount": object{"value": pesos(i.Total)}})
	}
	status := maya.CheckoutCreated
	switch {
	case p.Status == maya.Expired:
		status = maya.CheckoutExpired
	case p.Status.Paid() || p.Status.Over():
		status = maya.CheckoutCompleted
	}
	body := object{
		"id": p.ID, "items": items, "metadata": p.Metadata, "requestReferenceNumber": p.Reference, "receiptNumber": p.Receipt,
		"createdAt": p.CreatedAt, "updatedAt": p.UpdatedAt, "status": status, "paymentStatus": p.Status, "buyer": p.Buyer,
		"totalAmount": object{"value": pesos(p.Amount).String(), "currency": money.PHP}, "redirectUrl": p.Return,
		"refundedAmount": pesos(p.refunded()), "expressCheckout": true, "canPayPal": false,
	}
	if p.Status == maya.Expired {
		body["expiredAt"] = p.expires()
	}
	return answer{status: http.StatusOK, body: body}
}
