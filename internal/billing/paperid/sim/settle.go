package sim

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"reserva/internal/billing/paperid"
)

// Why a payment was not taken.
var (
	ErrUnknown   = errors.New("paperid simulator: no such invoice or payment request")
	ErrSettled   = errors.New("paperid simulator: already paid")
	ErrExpired   = errors.New("paperid simulator: overdue")
	ErrWithdrawn = errors.New("paperid simulator: cancelled")
)

// Pay pays amount rupiah of the invoice with this number or id, 0 for all that is open, as the customer would on the
// payment page, overdue or not. Callbacks follow; see Flush.
func (s *Simulator) Pay(clientID, invoice string, amount int64) error {
	s.mu.Lock()
	account := s.accounts[clientID]
	inv := s.book(clientID).findInvoice(invoice)
	if inv == nil {
		s.mu.Unlock()
		return ErrUnknown
	}
	open := inv.Total - inv.Paid
	if open <= 0 {
		s.mu.Unlock()
		return ErrSettled
	}
	if amount <= 0 || amount > open {
		amount = open
	}
	events := s.settleInvoice(account, inv, ways()[0], amount)
	s.mu.Unlock()
	s.announce(events...)
	return nil
}

// Credit adds to an account's balance without a payment.
func (s *Simulator) Credit(clientID string, amount int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.book(clientID).Balance += amount
	s.changed()
}

func (b *book) findInvoice(numberOrID string) *invoice {
	if inv := b.Invoices[numberOrID]; inv != nil {
		return inv
	}
	for _, inv := range b.Invoices {
		if inv.Number == numberOrID {
			return inv
		}
	}
	return nil
}

// settleInvoice books a payment and returns the callbacks to send: the payment first, then, when nothing is open any
// more, the invoice. The lock is held.
func (s *Simulator) settleInvoice(account Account, inv *invoice, w way, amount int64) []event {
	inv.Paid += amount
	inv.ModifiedAt = s.now()
	s.book(account.ClientID).Balance += amount
	s.changed()
	events := []event{s.paymentIn(account, payment{
		ref: newUUID(), invoices: []object{{"uuid": inv.ID, "number": inv.Number}}, way: w, amount: amount,
		source: "paper-chain", status: "PAID",
	})}
	if inv.Paid >= inv.Total {
		events = append(events, s.invoicePaid(account, inv))
	}
	return events
}

// failInvoice is a payment that the customer's bank refused. The lock is held.
func (s *Simulator) failInvoice(account Account, inv *invoice, w way) []event {
	return []event{s.paymentIn(account, payment{
		ref: newUUID(), invoices: []object{{"uuid": inv.ID, "number": inv.Number}}, way: w, amount: inv.Total - inv.Paid,
		source: "paper-chain", status: "FAILED",
	})}
}

// settleRequest ends a payment request, which after a failure stays open. The lock is held.
func (s *Simulator) settleRequest(account Account, p *payRequest, paid bool) []event {
	status := "FAILED"
	if paid {
		p.Status, status = "success", "PAID"
		s.book(account.ClientID).Balance += p.Amount
		s.changed()
	}
	invoices := []object{}
	for _, number := range p.Numbers {
		invoices = append(invoices, object{"uuid": "", "number": number})
	}
	w, _ := findWay(p.Method, p.Channel)
	return []event{s.paymentIn(account, payment{
		ref: p.RefID, external: p.ExternalID, invoices: invoices, way: w, amount: p.Amount, fee: p.BuyerFee,
		source: "open-api", status: status,
	})}
}

// payment is what the callbacks about money have in common.
type payment struct {
	ref, external  string
	invoices       []object
	way            way
	amount, fee    int64
	source, status string
}

// body has the amounts under the method's name. In the old shape the status is only there, the date has another form,
// and QRIS goes under "ewallet".
func (s *Simulator) body(p payment) object {
	now := s.now().In(jakarta())
	stamp := now.Format(time.RFC3339Nano)
	nested := object{"amount": p.amount, "created": stamp, "paid_amount": 0, "paid_at": nil, "status": p.status,
		"updated": stamp}
	message := "transaction failed"
	if p.status == "PAID" {
		nested["paid_amount"], nested["paid_at"] = p.amount+p.fee, stamp
		message = "transaction succeed"
	}
	key, channel, date := p.way.Method, p.way.Channel, now.Format(time.DateOnly)
	info := object{"method": p.way.Method, "channel": channel, "source": p.source, "grand_amount": p.amount + p.fee}
	if s.knobs.OldShape {
		if key == paperid.MethodQRIS {
			key = paperid.MethodEWallet
		}
		info["channel"], date = strings.ToUpper(channel), now.Format("02-01-2006 15:04:05")
	} else {
		info["status"] = p.status
	}
	info[key] = nested
	body := object{"ref_id": p.ref, "payment_date": date, "message": message, "payment_info": info}
	if p.external != "" {
		body["external_id"] = p.external
	}
	if len(p.invoices) > 0 {
		body["additional_info"] = object{"invoices": p.invoices}
	} else {
		body["additional_info"] = nil
	}
	return body
}

func (s *Simulator) paymentIn(account Account, p payment) event {
	return newEvent(paperid.PaymentIn, account, account.Callbacks.PaymentIn, s.body(p))
}

// disbursement is ours: the provider announces the callback but publishes no body. It looks like a payment out.
func (s *Simulator) disbursement(account Account, w *withdrawal) event {
	return newEvent(paperid.Disbursement, account, account.Callbacks.Disbursement, s.body(payment{
		ref: w.RefID, way: way{Method: paperid.MethodBankTransfer, Channel: "bca"}, amount: w.Amount,
		source: "digpayout", status: w.Status,
	}))
}

// invoicePaid writes its time as Go prints one, zone name included.
func (s *Simulator) invoicePaid(account Account, inv *invoice) event {
	return newEvent(paperid.InvoicePaid, account, account.Callbacks.InvoicePaid, object{
		"message": "invoice has been paid",
		"data": object{"invoice": object{
			"id": inv.ID, "number": inv.Number, "partner_id": inv.Customer.ID, "status": "paid",
			"amount_due": inv.Total - inv.Paid, "total_amount": inv.Total,
			"updated_at": s.now().In(jakarta()).Format("2006-01-02 15:04:05.999999999 -0700 MST"),
		}},
	})
}

func newEvent(kind paperid.CallbackKind, account Account, url string, body object) event {
	raw, _ := json.Marshal(body) // strings and numbers only
	return event{kind: kind, account: account, url: url, body: raw}
}
