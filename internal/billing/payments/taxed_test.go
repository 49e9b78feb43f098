package payments_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/billing/ledger"
)

// A deposit carries its part of the tax, the rest the rest; a link for another tax than the
// business now takes makes way for one that is right.
func TestADepositCarriesItsPartOfTheTax(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Exec(`UPDATE tenants SET settings = '{"tax_rate": 0.1}' WHERE id = $1`, w.tenant)
	w.terms(`{"prepayment": {"type": "percentage", "value": 30}}`, `{"auto_confirm_bookings": true}`)
	appointment := w.book(w.salon, online)
	body := object{"appointment_id": appointment, "deposit": true}
	w.call("deposit", w.who, "POST", process, body, 201, `{"amounts": {"base_amount": 45000, "tax_amount": 4500, "total_amount": 53100}}`)
	w.Exec(`UPDATE tenants SET settings = '{"tax_rate": 0.11}' WHERE id = $1`, w.tenant)
	link := w.call("another tax", w.who, "POST", process, body, 201, `{"amounts": {"base_amount": 45000, "tax_amount": 4950, "platform_fee": 3600, "total_amount": 53550}}`)
	w.call("its line", w.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200,
		`{"tax_rate": 0.11, "tax_amount": 4950, "line_items": [{"amount": 45000, "tax_rate": 0.11, "tax_amount": 4950}]}`)
	w.pay(link)
	w.RunJobs()
	w.paymentStatus(appointment, `{"paid_amount": 45000, "remaining_balance": 105000}`)
	w.pay(w.link(appointment))
	w.RunJobs()
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
	want := map[ledger.Account]int64{ledger.Gateway: -178_500, ledger.Merchant: 166_500, ledger.Platform: 12_000}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}
