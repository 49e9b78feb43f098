package sim

import (
	"net/http"

	"reserva/internal/billing/maya"
	"reserva/internal/kit/money"
)

func voidPayment(q *request) answer {
	var b struct {
		Reason string `json:"reason"`
	}
	if !decode(q.body, &b) {
		return malformed()
	}
	p := q.book.Payments[q.PathValue("id")]
	switch {
	case p == nil:
		return noPayment()
	case b.Reason == "":
		return invalid("reason", "is required")
	case !p.canVoid(q.now):
		return refuse(http.StatusBadRequest, "PY0045", "The payment cannot be voided.")
	}
	id := newUUID()
	p.Refunds = append(p.Refunds, refund{ID: id, Status: maya.RefundSuccess, Amount: p.Amount, Reason: b.Reason, CreatedAt: q.now})
	p.Status, p.UpdatedAt = maya.Voided, q.now
	return answer{status: http.StatusOK, changed: true, body: object{
		"id": id, "payment": p.ID, "status": maya.RefundSuccess, "reason": b.Reason, "voidAt": q.now, "createdAt": q.now, "updatedAt": q.now,
	}}
}

func refundPayment(q *request) answer {
	var b struct {
		TotalAmount struct {
			Amount   money.Decimal `json:"amount"`
			Value    money.Decimal `json:"value"`
			Currency string        `json:"currency"`
		} `json:"totalAmount"`
		Reason string `json:"reason"`
	}
	if !decode(q.body, &b) {
		return malformed()
	}
	p := q.book.Payments[q.PathValue("id")]
	asked := b.TotalAmount.Amount
	if asked.Sign() == 0 {
		asked = b.TotalAmount.Value
	}
	amount, err := asked.NonNegativeMinor(money.PHP)
	switch {
	case p == nil:
		return noPayment()
	case b.Reason == "":
		return invalid("reason", "is required")
	case err != nil || amount == 0:
		return invalid("totalAmount.amount", "must be greater than 0")
	case b.TotalAmount.Currency != string(money.PHP):
		return refuse(http.StatusBadRequest, "PY0037", "The currency is not supported.")
	case !p.canRefund(q.now):
		return refuse(http.StatusUnauthorized, "PY0047", "The payment cannot be refunded.")
	case amount > p.Amount-p.refunded():
		return refuse(http.StatusBadRequest, "PY0048", "The amount is more than is left of the payment.")
	}
	r := refund{ID: newUUID(), Status: maya.RefundSuccess, Amount: amount, Reason: b.Reason, CreatedAt: q.now}
	if q.sim.knobs.Ongoing > 0 {
		q.sim.knobs.Ongoing--
		r.Status = maya.RefundOngoing
		p.Refunds = append(p.Refunds, r)
		return answer{status: http.StatusAccepted, changed: true, body: object{
			"message": "The refund is being processed.", "status": maya.RefundOngoing,
		}}
	}
	p.Refunds = append(p.Refunds, r)
	p.Status, p.UpdatedAt = maya.Refunded, q.now
	return answer{status: http.StatusOK, changed: true, body: object{
		"paymentTransactionReferenceNo": p.ID, "refundTransactionReferenceNo": r.ID, "status": r.Status, "createdAt": r.CreatedAt,
		"receipt":           object{"transactionId": r.ID, "approvalCode": "00001234", "batchNo": "20260101", "traceNo": "000001", "receiptNo": p.Receipt},
		"transactionAmount": object{"value": pesos(p.Amount), "currency": money.PHP},
		"refundedAmount":    object{"value": pesos(amount), "currency": money.PHP},
	}}
}

func listRefunds(q *request) answer {
	p := q.book.Payments[q.PathValue("id")]
	if p == nil {
		return noPayment()
	}
	list := []object{}
	for _, r := range p.Refunds {
		list = append(list, object{
			"id": r.ID, "status": r.Status, "amount": pesos(r.Amount).String(), "currency": money.PHP, "reason": r.Reason,
			"createdAt": r.CreatedAt, "updatedAt": r.CreatedAt,
		})
	}
	return answer{status: http.StatusOK, body: list}
}

// FinishRefunds ends the refunds that were answered as ongoing, well or badly.
func (s *Simulator) FinishRefunds(well bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.state.Books {
		for _, p := range b.Payments {
			for i := range p.Refunds {
				switch r := &p.Refunds[i]; {
				case r.Status != maya.RefundOngoing:
				case well:
					r.Status, p.Status = maya.RefundSuccess, maya.Refunded
				default:
					r.Status = maya.RefundFailed
				}
			}
		}
	}
	s.changed()
}
