package payments_test

import (
	"testing"

	"reserva/internal/billing/paperid/sim"
)

// The callback about the invoice comes first, and the one that tells how it was paid last.
func TestHowItWasPaidIsToldLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	w.paper.SetKnobs(sim.Knobs{Reverse: true})
	w.pay(link)
	w.RunJobs()
	status := w.Do(w.admin, "GET", "/appointments/"+string(appointment)+"/payment-status", nil, 200)
	if status.Text("payment_history.0.method") != "bank_transfer" || status.Text("payment_history.0.status") != "completed" {
		t.Errorf("%s", status.Body)
	}
	if n := w.count(`SELECT count(*) FROM audit_log WHERE action = 'payment.method_told'`); n != 1 {
		t.Errorf("told %d times", n)
	}
}
