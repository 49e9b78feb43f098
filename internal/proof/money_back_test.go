package proof_test

import (
	"net/http"
	"time"

	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/testkit"
)

// topUp asks for a page on which to fill the wallet.
func (m *town) topUp(l *life) {
	m.Helper()
	answer := m.send(testkit.Request{
		As: m.customer(l), Method: "POST", Path: "/customer/wallet/topup", Body: object{"amount": l.shop.amount(1 + m.random.Int64N(price))},
	})
	switch answer.Status {
	case http.StatusCreated:
		m.counts["topped up"]++
	case http.StatusConflict, http.StatusBadRequest, http.StatusBadGateway, http.StatusServiceUnavailable:
	default:
		m.Errorf("top up: %d %s", answer.Status, answer.Body)
	}
}

// giveBack gives a part of a payment back, or all that is left of it; or its customer asks
// for that.
func (m *town) giveBack(l *life) {
	m.Helper()
	paid := collect[id.ID](m.World, `
		SELECT id FROM payments
		WHERE customer_id = $1 AND status = 'completed' AND payment_type = 'appointment' AND refunded_amount < merchant_amount + platform_fee
		ORDER BY created_at, payment_provider, total_amount, base_amount, refunded_amount`, l.customer.ID)
	if len(paid) == 0 {
		return
	}
	payment := paid[m.random.IntN(len(paid))]
	body := object{"reason": "ill"}
	if m.oneIn(2) {
		body["amount"] = l.shop.amount(1 + m.random.Int64N(price))
	}
	if m.oneIn(3) {
		answer := m.send(testkit.Request{As: m.customer(l), Method: "POST", Path: "/customer/payments/" + string(payment) + "/refund-request", Body: body})
		switch answer.Status {
		case http.StatusAccepted:
			m.counts["asked for it back"]++
		case http.StatusConflict, http.StatusBadRequest:
		default:
			m.Errorf("ask back: %d %s", answer.Status, answer.Body)
		}
		return
	}
	body["method"] = m.way(l.shop)
	m.handBack(l, testkit.Request{As: m.admin(l.shop), Method: "POST", Path: "/payments/" + string(payment) + "/refund", Body: body}, http.StatusCreated)
}

// way is one on which money goes back. Paper.id gives none back, Maya does.
func (m *town) way(s *shop) string {
	if s.currency == money.PHP && m.oneIn(2) {
		return "gateway"
	}
	return []string{"wallet", "manual", "gateway"}[m.random.IntN(3)]
}

// handBack asks for a refund and takes down what the desk was told of it.
func (m *town) handBack(l *life, r testkit.Request, done int) {
	m.Helper()
	before := m.handed(l, handedOut)
	answer := m.send(r)
	switch answer.Status {
	case done:
		var refund struct {
			Amount         money.Decimal
			Method, Status string
		}
		answer.Into(&refund)
		m.counts["got it back by "+refund.Method]++
		if refund.Method != "manual" {
			return
		}
		amount, err := refund.Amount.NonNegativeMinor(l.shop.currency)
		if err != nil || refund.Status != "completed" {
			m.Errorf("refund: %v: %s", err, answer.Body)
		}
		l.back += amount
	case http.StatusConflict, http.StatusBadRequest, http.StatusBadGateway, http.StatusServiceUnavailable:
		if m.unclear(answer) {
			l.back += m.handed(l, handedOut) - before
		}
	default:
		m.Errorf("refund: %d %s", answer.Status, answer.Body)
	}
}

// decide answers the oldest wish to get something back, whoever had it.
func (m *town) decide(s *shop) {
	m.Helper()
	open := collect[id.ID](m.World, `
		SELECT r.id FROM refunds r JOIN payments p ON p.tenant_id = r.tenant_id AND p.id = r.payment_id
		WHERE r.tenant_id = $1 AND r.status = 'requested'
		ORDER BY r.created_at, p.created_at, r.amount, p.total_amount LIMIT 1`, s.ID)
	if len(open) == 0 {
		return
	}
	whose := collect[id.ID](m.World, `SELECT customer_id FROM refunds WHERE id = $1`, open[0])[0]
	path := "/refunds/" + string(open[0])
	if m.oneIn(4) {
		answer := m.send(testkit.Request{As: m.admin(s), Method: "POST", Path: path + "/reject", Body: object{"reason": "no"}})
		if answer.Status != http.StatusOK && !m.unclear(answer) {
			m.Errorf("reject: %d %s", answer.Status, answer.Body)
		}
		m.counts["was refused"]++
		return
	}
	body := object{"method": m.way(s)}
	if m.oneIn(3) {
		body["amount"] = s.amount(1 + m.random.Int64N(price))
	}
	for _, l := range m.lives {
		if l.customer.ID == whose {
			m.handBack(l, testkit.Request{As: m.admin(s), Method: "POST", Path: path + "/approve", Body: body}, http.StatusOK)
		}
	}
}

// bank adds the account to which a business is paid.
func bank(w *testkit.World, s *testkit.Salon) string {
	w.Helper()
	account := object{"bank_code": "014", "account_number": "1234567890"}
	code := w.JSON(s.Admin, "POST", "/withdrawals/request-otp", object{"purpose": "create_bank_account", "bank_code": "014", "account_number": "1234567890"})
	account["bank_name"], account["account_holder"] = "BCA", "PT Bella Vista"
	account["otp_token"], account["otp_code"] = code.Text("token"), w.Code(s.Email)
	return w.JSON(s.Admin, "POST", "/withdrawals/bank-accounts", account).Text("id")
}

// withdraw has some of the earnings paid out, or more than there are, or takes a
// withdrawal back while it can be.
func (m *town) withdraw(s *shop) {
	m.Helper()
	if s.bank == "" {
		return
	}
	if made := collect[id.ID](m.World, `SELECT id FROM withdrawals WHERE tenant_id = $1 ORDER BY requested_at DESC LIMIT 1`, s.ID); len(made) > 0 && m.oneIn(3) {
		answer := m.send(testkit.Request{As: m.admin(s), Method: "POST", Path: "/withdrawals/" + string(made[0]) + "/cancel"})
		switch answer.Status {
		case http.StatusOK:
			m.counts["took a withdrawal back"]++
		case http.StatusConflict:
		default:
			m.Errorf("cancel a withdrawal: %d %s", answer.Status, answer.Body)
		}
		return
	}
	amount := s.amount(50_000 + m.random.Int64N(1+balance(m.World, s.ID, "merchant")))
	code := m.send(testkit.Request{As: m.admin(s), Method: "POST", Path: "/withdrawals/request-otp",
		Body: object{"purpose": "withdrawal", "amount": amount, "bank_account_id": s.bank}})
	if code.Status == http.StatusTooManyRequests || m.unclear(code) {
		return
	}
	if code.Status != http.StatusCreated {
		m.Errorf("code: %d %s", code.Status, code.Body)
		return
	}
	answer := m.send(testkit.Request{As: m.admin(s), Method: "POST", Path: "/withdrawals", Body: object{
		"amount": amount, "bank_account_id": s.bank, "otp_token": code.Text("token"), "otp_code": m.Code(s.Email),
	}})
	switch answer.Status {
	case http.StatusCreated:
		m.counts["withdrew"]++
		if m.oneIn(2) {
			m.payOut()
		}
	case http.StatusConflict, http.StatusBadRequest:
	default:
		m.Errorf("withdraw: %d %s", answer.Status, answer.Body)
	}
}

// payOut lets the moment come at which withdrawals are sent, at times with an answer that
// is lost: whether the money went only the provider knows then.
func (m *town) payOut() {
	m.Helper()
	m.Advance(time.Minute)
	if m.oneIn(2) {
		k := m.provider.Knobs()
		k.LoseNext = 1
		m.provider.SetKnobs(k)
		m.counts["lost the answer to a payout"]++
	}
	m.workOn(2, "withdrawal.requested")
}
