package hooks_test

import (
	"strings"
	"testing"

	"reserva/internal/testkit/world"
)

func TestRefundsAreTold(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon, till := w.Salon(), newReceiver(t)
	listen(w, salon.Admin, till, "payment.refunded")
	paid := w.JSON(salon.Admin, "POST", "/appointments/"+string(salon.Book(1, "10:00"))+"/record-payment", object{"amount": 150000, "payment_method": "cash"})
	for range 2 {
		w.Do(salon.Admin, "POST", "/payments/"+paid.Text("payment.id")+"/refund", object{"amount": 50000, "reason": "Too long a wait.", "method": "manual"}, 201)
	}
	w.RunJobs()
	told := till.taken()
	if len(told) != 2 {
		t.Fatalf("told %d times of two refunds: %v", len(told), told)
	}
	for _, l := range told {
		if !strings.Contains(l.body, `"payment.refunded"`) || !strings.Contains(l.body, `"refunded_amount":"100000.00"`) {
			t.Errorf("told %s", l.body)
		}
	}
}
