package payments_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/billing/ledger"
	"reserva/internal/calendar/appointments"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/id"
)

// terms sets what the salon's service asks for; the outlet confirms by itself.
func (w *world) terms(service, outlet string) {
	w.Helper()
	w.Exec(`UPDATE services SET terms = $2::jsonb WHERE id = $1`, w.service, service)
	w.Exec(`UPDATE outlets SET settings = $2::jsonb WHERE id = $1`, w.outlet, outlet)
}

// online is a booking that the customer made.
func online(b *appointments.Booking) {
	b.Audience, b.Type, b.Source = availability.Online, "online", "customer"
}

func (w *world) paymentStatus(appointment id.ID, want string) {
	w.t.Helper()
	w.call("payment status", w.admin, "GET", "/appointments/"+string(appointment)+"/payment-status", nil, 200, want)
}

func TestADepositLetsABookingStand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.terms(`{"prepayment": {"type": "percentage", "value": 30}}`, `{"auto_confirm_bookings": true, "prepayment": {"type": "full"}}`)
	appointment := w.book(w.salon, online)
	if got := w.appointment(appointment); got != "pending 0 pending" {
		t.Errorf("the appointment is %s", got)
	}
	w.paymentStatus(appointment, `{"prepayment": 45000, "prepayment_due": 45000, "remaining_balance": 150000}`)
	// What is promised stays, whatever the service asks for now.
	w.terms(`{"prepayment": {"type": "full"}}`, `{}`)
	link := w.call("deposit", w.who, "POST", process, object{"appointment_id": appointment, "deposit": true}, 201,
		`{"invoice": {"subtotal": 45000, "platform_fee": 3600, "amount": 48600}, "amounts": {"base_amount": 45000}}`)
	w.call("the same again", w.who, "POST", process, object{"appointment_id": appointment, "deposit": true}, 409, `{"code": "payment.link_exists"}`)
	w.call("its line", w.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200, `{"line_items": [{"amount": 45000}]}`)
	w.pay(link)
	w.RunJobs()
	w.flush()
	w.RunJobs()
	if got := w.appointment(appointment); got != "partially_paid 45000 confirmed" {
		t.Errorf("after the deposit the appointment is %s", got)
	}
	w.paymentStatus(appointment, `{"prepayment": 45000, "prepayment_due": 0, "remaining_balance": 105000, "can_complete": false}`)
	w.call("no deposit twice", w.admin, "POST", "/appointments/"+string(appointment)+"/create-payment-link", object{"deposit": true}, 409, `{"code": "payment.no_deposit"}`)
	w.record(appointment, 105_000, 200, `{"appointment": {"payment_status": "paid"}}`)
	want := map[ledger.Account]int64{
		ledger.Gateway: -48_600, ledger.Merchant: 45_000, ledger.Platform: 3_600, ledger.Cash: -105_000, ledger.Takings: 105_000,
	}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}

func TestADepositThatIsNotPaidLapses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.terms(`{}`, `{"auto_confirm_bookings": true, "prepayment": {"type": "fixed", "value": 50000}}`)
	appointment := w.book(w.salon, online)
	link := w.call("deposit", w.who, "POST", process, object{"appointment_id": appointment, "deposit": true}, 201, `{"invoice": {"subtotal": 50000}}`)
	w.Advance(25 * time.Hour)
	if got := w.appointment(appointment); got != "pending 0 cancelled" {
		t.Errorf("the appointment is %s", got)
	}
	w.Every("appointments.expire")
	w.RunJobs()
	// Who pays all the same gets it into the wallet.
	w.pay(link)
	w.RunJobs()
	if got := w.appointment(appointment); got != "pending 0 cancelled" {
		t.Errorf("after a late payment the appointment is %s", got)
	}
	if diff := cmp.Diff(map[ledger.Account]int64{ledger.Gateway: -54_000, ledger.Wallet(w.customer.ID): 54_000}, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}

// A part of the deposit at the desk is not enough, the rest of it is. Who pays all at
// once needs no deposit.
func TestADepositInParts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.terms(`{"prepayment": {"type": "fixed", "value": 50000}}`, `{}`)
	parts, whole, none := w.book(w.salon), w.book(w.salon), w.book(w.salon, func(b *appointments.Booking) {
		w.terms(`{"prepayment": {"type": "none"}}`, `{"prepayment": {"type": "full"}}`)
	})
	w.record(parts, 49_999, 200, `{"appointment": {"status": "pending"}}`)
	w.paymentStatus(parts, `{"prepayment_due": 1}`)
	w.record(parts, 1, 200, `{"appointment": {"status": "confirmed", "payment_status": "partially_paid", "remaining_balance": 100000}}`)
	w.pay(w.link(whole))
	w.RunJobs()
	if got := w.appointment(whole); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
	if got := w.appointment(none); got != "pending 0 confirmed" {
		t.Errorf("without a prepayment the appointment is %s", got)
	}
}
