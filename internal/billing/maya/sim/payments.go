package sim

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"reserva/internal/billing/maya"
	"reserva/internal/kit/money"
)

// object is the payment as documented: the amount is a string. The lock is held.
func (s *Simulator) paymentObject(p *payment) object {
	now := s.now()
	body := object{
		"id": p.ID, "isPaid": p.Status.Paid(), "status": p.Status, "amount": pesos(p.Amount).String(), "currency": money.PHP,
		"canVoid": p.canVoid(now), "canRefund": p.canRefund(now), "canCapture": false, "createdAt": p.CreatedAt, "updatedAt": p.UpdatedAt,
		"description": "Charge for " + p.Reference, "requestReferenceNumber": p.Reference, "paymentTokenId": nil, "metadata": p.Metadata,
	}
	if p.Method != "" {
		details := object{}
		if p.Scheme != "" {
			details = object{"scheme": p.Scheme, "last4": "1111", "first6": "411111", "masked": "411111******1111", "issuer": "Others"}
		}
		body["fundSource"] = object{"type": p.Method, "id": nil, "description": p.Method, "details": details}
		body["receiptNumber"], body["approvalCode"] = p.Receipt, "00001234"
		body["receipt"] = object{"transactionId": p.ID, "receiptNo": p.Receipt, "approvalCode": "00001234", "approval_code": "00001234", "batchNo": "20260101"}
	}
	return body
}

func getPayment(q *request) answer {
	p := q.book.Payments[q.PathValue("id")]
	if p == nil {
		return noPayment()
	}
	return answer{status: http.StatusOK, body: q.sim.paymentObject(p)}
}

func getByReference(q *request) answer {
	found := []object{}
	for _, id := range q.book.Order {
		if p := q.book.Payments[id]; p.Reference == q.PathValue("rrn") {
			found = append(found, q.sim.paymentObject(p))
		}
	}
	if len(found) == 0 {
		return noPayment()
	}
	return answer{status: http.StatusOK, body: found}
}

func cancelPayment(q *request) answer {
	p := q.book.Payments[q.PathValue("id")]
	switch {
	case p == nil:
		return noPayment()
	case !p.open():
		return refuse(http.StatusBadRequest, "PY0001", "The payment cannot be cancelled.")
	}
	return answer{status: http.StatusOK, changed: true, events: q.sim.become(q.account, p, maya.Cancelled), body: q.sim.paymentObject(p)}
}

func capturePayment(q *request) answer {
	if q.book.Payments[q.PathValue("id")] == nil {
		return noPayment()
	}
	return refuse(http.StatusBadRequest, "PY0001", "The payment was not authorised for manual capture.")
}

// become ends a payment, and returns the callbacks to send. The lock is held.
func (s *Simulator) become(account Account, p *payment, status maya.Status) []event {
	p.Status, p.UpdatedAt = status, s.now()
	s.changed()
	events := s.callbacks(account, p, status)
	if status == maya.Success && s.knobs.LateExpiry {
		events = append(events, s.callbacks(account, p, maya.Expired)...)
	}
	return events
}

// expire ends what nobody paid within its hour. The lock is held.
func (s *Simulator) expire() []event {
	now := s.now()
	var events []event
	for publicKey, b := range s.state.Books {
		for _, id := range slices.Backward(b.Order) {
			p := b.Payments[id]
			if p.open() && !now.Before(p.expires()) {
				events = append(events, s.become(s.accounts[publicKey], p, maya.Expired)...)
			}
		}
	}
	return events
}

// Why a payment could not be made.
var (
	ErrUnknown = errors.New("maya simulator: no such payment")
	ErrOver    = errors.New("maya simulator: the payment was made or has ended")
)

// Act does what a buyer does on the page of the payment with this id or reference: Success, Failed or Cancelled; or
// what time does: Expired. Callbacks follow; see Flush.
func (s *Simulator) Act(publicKey, name string, outcome maya.Status) error {
	s.mu.Lock()
	p := s.book(publicKey).find(name)
	events, err := s.act(s.accounts[publicKey], p, outcome, ways()[0])
	s.mu.Unlock()
	s.announce(events...)
	return err
}

// act is Act with the lock held.
func (s *Simulator) act(account Account, p *payment, outcome maya.Status, how way) ([]event, error) {
	switch {
	case p == nil:
		return nil, ErrUnknown
	case !p.open():
		return nil, ErrOver
	}
	if outcome == maya.Success {
		p.Method, p.Scheme, p.PaidAt, p.Receipt = how.Method, how.Scheme, s.now(), newUUID()[:13]
	}
	return s.become(account, p, outcome), nil
}

// Forge changes what a payment was made for, in centavos, as a fraud or a mistake at the provider would.
func (s *Simulator) Forge(publicKey, name string, centavos int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.book(publicKey).find(name); p != nil {
		p.Amount = centavos
		s.changed()
	}
}

// Status tells how a payment stands, "" where there is none.
func (s *Simulator) Status(publicKey, name string) maya.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.book(publicKey).find(name); p != nil {
		return p.Status
	}
	return ""
}

// Count is how many checkouts were made under a reference.
func (s *Simulator) Count(publicKey, reference string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.book(publicKey).Payments {
		if p.Reference == reference {
			n++
		}
	}
	return n
}

func decode(body []byte, v any) bool { return json.Unmarshal(body, v) == nil }
