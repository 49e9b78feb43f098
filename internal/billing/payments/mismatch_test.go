package payments_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"reserva/internal/billing/paperid/sim"
)

// The digest in a customer's id looks past letter case, and the provider does not: a customer
// whose name is written otherwise can pay all the same, also where answers are lost.
func TestACustomerWhomTheProviderKnowsOtherwise(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.link(w.book(w.salon))
	w.Exec(`UPDATE customers SET first_name = 'SITI' WHERE id = $1`, w.customer.ID)
	second, third := w.book(w.salon), w.book(w.salon)
	w.pay(w.link(second))
	w.RunJobs()

	w.paper.SetKnobs(sim.Knobs{LoseNext: 1})
	w.call("the answer is lost", w.who, "POST", process, map[string]any{"appointment_id": third}, http.StatusBadGateway, `{"code": "payment.provider_unclear"}`)
	w.Advance(10 * time.Minute)
	w.RunJobs()
	page := w.Do(w.admin, "GET", "/appointments/"+string(third)+"/payment-status", nil, 200)
	if err := w.paper.Pay(clientID, page.Text("pending_invoice.paper_invoice_id"), 0); err != nil {
		t.Fatalf("%v: %s", err, page.Body)
	}
	w.flush()
	w.RunJobs()
	for _, appointment := range []string{string(second), string(third)} {
		status := w.Do(w.admin, "GET", "/appointments/"+appointment+"/payment-status", nil, 200)
		if !strings.Contains(status.Text("payment_status"), "paid") {
			t.Errorf("%s", status.Body)
		}
	}
}
