package proof_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"reserva/internal/billing/maya"
	mayasim "reserva/internal/billing/maya/sim"
	"reserva/internal/kit/money"
	"reserva/internal/testkit"
)

// link asks for a page to pay on, as the customer or at the desk. Now and then the page is
// paid, and the callback there, before the server hears that there is a page.
func (m *town) link(l *life) {
	m.Helper()
	if m.oneIn(6) {
		m.provider.mu.Lock()
		m.provider.before = func() { m.payEarly(l) }
		m.provider.mu.Unlock()
	}
	r := testkit.Request{As: m.customer(l), Method: "POST", Path: "/customer/payments/process-appointment", Body: object{"appointment_id": l.appointment}}
	wallet := m.wallet(l)
	switch {
	case m.oneIn(3):
		r = testkit.Request{As: m.admin(l.shop), Method: "POST", Path: "/appointments/" + string(l.appointment) + "/create-payment-link", Body: object{"send_email": false}}
	case wallet > 0 && m.oneIn(2):
		part := object{"appointment_id": l.appointment, "use_wallet": true}
		if m.oneIn(2) {
			part["wallet_amount"] = l.shop.amount(1 + m.random.Int64N(min(wallet, price)))
		}
		r.Body = part
	}
	answer := m.send(r)
	m.provider.mu.Lock()
	m.provider.before = nil
	m.provider.mu.Unlock()
	switch answer.Status {
	case http.StatusCreated:
		m.counts["linked"]++
		if strings.Contains(fmt.Sprint(r.Body), "use_wallet") {
			m.counts["used the wallet"]++
		}
	case http.StatusConflict, http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusBadGateway, http.StatusServiceUnavailable:
	default:
		m.Errorf("link: %d %s", answer.Status, answer.Body)
	}
}

// payEarly pays the page that was just made, and delivers the callback at once.
func (m *town) payEarly(l *life) {
	m.Work.Watch(nil) // who was to die here dies another time
	m.provider.await(nil)
	pages := m.provider.pages(m.World)
	for _, number := range m.numbers(l) {
		if p := pages[number]; p.Paid == 0 && p.payable() {
			if err := m.provider.paid(p, 0); err != nil {
				m.Errorf("pay early: %v", err)
			}
			m.flush()
			for _, letter := range m.provider.take() {
				m.post(letter)
				m.counts["called back first"]++
			}
			return
		}
	}
}

// numbers are those of all pages that were ever asked for by a life, in order.
func (m *town) numbers(l *life) []string {
	m.Helper()
	return collect[string](m.World, `
		SELECT provider_number FROM invoices WHERE customer_id = $1 AND NOT written ORDER BY created_at, invoice_number`, l.customer.ID)
}

func (m *town) wallet(l *life) int64 {
	return balance(m.World, l.shop.ID, "wallet:"+string(l.customer.ID))
}

// pay pays one of a life's pages on the provider's side, wholly or in part, or fails to,
// whatever has become of the appointment.
func (m *town) pay(l *life) {
	m.Helper()
	pages := m.provider.pages(m.World)
	open := slices.DeleteFunc(m.numbers(l), func(n string) bool { return !pages[n].payable() })
	if len(open) == 0 {
		return
	}
	p := pages[open[m.random.IntN(len(open))]]
	amount, said := int64(0), "paid"
	switch {
	case l.shop.currency == money.PHP && m.oneIn(6):
		m.counts["failed to pay"]++
		m.fail(p)
		return
	case l.shop.currency == money.PHP && m.oneIn(6):
		amount, said = p.Total+m.random.Int64N(2*price)-price, "paid another amount"
	case p.Paid > 0:
		said = "paid the rest"
	case l.shop.currency == money.IDR && m.oneIn(5):
		amount, said = 1+m.random.Int64N(p.Total-1), "paid in part"
	}
	if err := m.provider.paid(p, max(amount, 0)); errors.Is(err, mayasim.ErrOver) {
		return // its hour is over
	} else if err != nil {
		m.Errorf("pay: %v", err)
	}
	if l.cancelled {
		m.counts["paid late"]++
	}
	m.counts[said]++
	m.flush()
}

// fail ends a page at Maya without a payment.
func (m *town) fail(p page) {
	m.Helper()
	outcome := []maya.Status{maya.Failed, maya.Cancelled}[m.random.IntN(2)]
	if err := m.provider.maya.Act(mayaPublic, p.open[0], outcome); err != nil && !errors.Is(err, mayasim.ErrOver) {
		m.Errorf("fail to pay: %v", err)
	}
	m.flush()
}

func (m *town) flush() {
	if err := errors.Join(m.provider.Flush(m.Context()), m.provider.maya.Flush(m.Context())); err != nil {
		m.Error(err)
	}
}

// payAtDesk takes cash, a part or all that is left, and some of the tax with it. Under one
// key it is taken once.
func (m *town) payAtDesk(l *life) {
	m.Helper()
	amount := int64(price)
	if m.oneIn(2) {
		amount = 1 + m.random.Int64N(price)
	}
	before := m.handed(l, handedIn)
	body := object{"amount": l.shop.amount(amount), "payment_method": "cash"}
	if tax := int64(l.shop.tax * float64(amount)); tax > 0 && m.oneIn(2) {
		body["tax_amount"], amount = l.shop.amount(tax), amount+tax
	}
	answer := m.send(testkit.Request{As: m.admin(l.shop), Method: "POST", Path: "/appointments/" + string(l.appointment) + "/record-payment", Body: body})
	switch answer.Status {
	case http.StatusOK:
		l.cash += amount
		m.counts["paid at the desk"]++
		if body["tax_amount"] != nil {
			m.counts["taxed at the desk"]++
		}
	case http.StatusConflict, http.StatusBadRequest, http.StatusUnprocessableEntity:
		if m.handed(l, handedIn) > before && m.unclear(answer) {
			l.cash += amount
		}
	default:
		m.Errorf("cash: %d %s", answer.Status, answer.Body)
	}
}

// unclear is busy, counted.
func (m *town) unclear(answer testkit.Answer) bool {
	if !busy(answer) {
		return false
	}
	m.counts["had to look"]++
	return true
}

// What the desk has taken from a customer by hand, and given back, as it can look up.
const (
	handedIn  = `SELECT coalesce(sum(total_amount), 0)::bigint FROM payments WHERE customer_id = $1 AND payment_provider = 'manual'`
	handedOut = `SELECT coalesce(sum(amount), 0)::bigint FROM refunds WHERE customer_id = $1 AND method = 'manual' AND status = 'completed'`
)

func (m *town) handed(l *life, sql string) int64 {
	return collect[int64](m.World, sql, l.customer.ID)[0]
}

// cancel ends the appointment, by the desk or by the customer; some book another.
func (m *town) cancel(l *life) {
	m.Helper()
	said := "cancelled"
	r := testkit.Request{As: m.admin(l.shop), Method: "POST", Path: "/appointments/" + string(l.appointment) + "/cancel", Body: object{"cancellation_reason": "ill"}}
	if m.oneIn(2) {
		r.As, r.Path = m.customer(l), "/customer/booking"+r.Path
		if l.shop != m.shops[0] {
			said = "cancelled late"
		}
	}
	switch answer := m.send(r); answer.Status {
	case http.StatusOK:
		m.counts[said]++
		l.cancelled = true
	case http.StatusConflict, http.StatusBadRequest:
	default:
		m.Errorf("cancel: %d %s", answer.Status, answer.Body)
	}
	if l.cancelled && m.oneIn(2) {
		m.pay(l) // who is on the page at this moment
	}
	if l.cancelled && m.oneIn(2) && l.shop.booked < 12*18 {
		m.book(l)
	}
}

// deliver takes a callback from the postbag: it arrives, arrives and will once more, goes
// to another business, or is lost.
func (m *town) deliver() {
	m.Helper()
	if len(m.bag) == 0 {
		return
	}
	i := m.random.IntN(len(m.bag))
	l := m.bag[i]
	m.bag = slices.Delete(m.bag, i, i+1)
	switch m.random.IntN(8) {
	case 0, 1:
		m.counts["never called back"]++
	case 2:
		m.counts["called another"]++
		other := m.shops[m.random.IntN(len(m.shops))]
		path := "/webhooks/paper-invoice/tenant/"
		if l.ofMaya() {
			path = "/maya/webhook/tenant/"
		}
		m.post(letter{path: path + string(other.ID), body: l.body})
		m.bag = append(m.bag, l)
	case 3:
		m.counts["called back twice"]++
		m.post(l)
		m.bag = append(m.bag, l)
	default:
		m.post(l)
	}
}

// post delivers a callback. One that found the server dead is delivered again.
func (m *town) post(l letter) {
	m.Helper()
	answer := m.send(testkit.Request{Method: "POST", Path: l.path, Body: l.body, Header: l.header})
	if answer.Status != http.StatusOK {
		m.Errorf("callback at %s: %d %s: %s", l.path, answer.Status, answer.Body, l.body)
	}
}

// forge says that a page is paid, which may be true or not.
func (m *town) forge(l *life) {
	m.Helper()
	numbers := m.numbers(l)
	if len(numbers) == 0 {
		return
	}
	m.counts["forged"]++
	number := numbers[m.random.IntN(len(numbers))]
	if l.shop.currency == money.PHP {
		m.post(letter{path: "/maya/webhook", body: fmt.Sprintf(
			`{"id":%q,"isPaid":true,"status":"PAYMENT_SUCCESS","amount":"1","currency":"PHP","requestReferenceNumber":%q}`,
			m.provider.pages(m.World)[number].id(), number)})
		return
	}
	m.post(letter{path: "/webhooks/paper-invoice", body: fmt.Sprintf(
		`{"message":"invoice has been paid","data":{"invoice":{"id":"","number":%q,"status":"paid","amount_due":0,"total_amount":1}}}`, number)})
}

// trouble makes a provider refuse its next calls, or lose an answer, or take its time with
// what it pays out.
func (m *town) trouble() {
	k, n := m.provider.Knobs(), m.provider.maya.Knobs()
	switch m.random.IntN(6) {
	case 0:
		k.FailNext = 1 + m.random.IntN(2)
		m.counts["refused by the provider"]++
	case 1:
		n.FailNext = 1 + m.random.IntN(2)
		m.counts["refused by the provider"]++
	case 2:
		k.LoseNext = 1
		m.counts["answer lost"]++
	case 3:
		n.LoseNext = 1
		m.counts["answer lost"]++
	case 4:
		k.FailDisbursements = !k.FailDisbursements
	default:
		n.Ongoing = m.random.IntN(2)
		m.provider.maya.FinishRefunds(m.oneIn(2))
	}
	m.provider.SetKnobs(k)
	m.provider.maya.SetKnobs(n)
}
