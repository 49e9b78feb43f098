package payments_test

import (
	"io"
	"net/http"
	"regexp"
	"sync"
	"testing"
	"time"

	"reserva/internal/billing/maya"
	mayasim "reserva/internal/billing/maya/sim"
	"reserva/internal/billing/paperid/sim"
	"reserva/internal/testkit"
)

// asks counts the questions to a provider that wait to be asked.
func (w *world) asks() int {
	w.Helper()
	return w.count(`SELECT count(*) FROM river.river_job WHERE args ->> 'event' = 'payment.awaited' AND finalized_at IS NULL`)
}

// The callback is lost, and the desk looks whether the customer has paid: it sees it when it
// looks again, long before the reconciler comes by. However many look, the provider is asked
// once in a while.
func TestWhoLooksHasTheProviderAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.paper.Knobs = sim.Knobs{Drop: -1} })
	appointment := w.book(w.salon)
	status := "/appointments/" + string(appointment) + "/payment-status"
	w.call("nothing to look for", w.admin, "GET", status, nil, 200, "")
	if n := w.asks(); n != 0 {
		t.Errorf("%d questions about no link", n)
	}
	link := w.link(appointment)
	w.pay(link)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() { w.Do(w.admin, "GET", status, nil, http.StatusOK) })
	}
	wait.Wait()
	w.Do(w.who, "POST", process, object{"appointment_id": appointment}, http.StatusConflict)
	if n := w.asks(); n != 1 {
		t.Errorf("%d questions", n)
	}
	w.RunJobs()
	w.call("paid", w.admin, "GET", status, nil, 200, `{"payment_status": "paid", "pending_invoice": null}`)
	if n := w.asks(); n != 0 {
		t.Errorf("%d questions about a paid link", n)
	}
}

func TestACustomerWhoLooksHasTheProviderAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.paper.Knobs = sim.Knobs{Drop: -1} })
	appointment := w.book(w.salon, held)
	own := "/customer/booking/appointments/" + string(appointment)
	w.call("no link", w.who, "GET", own, nil, 200, "")
	if n := w.asks(); n != 0 {
		t.Errorf("%d questions about no link", n)
	}
	w.pay(w.link(appointment))
	w.call("not yet", w.who, "GET", own, nil, 200, `{"status": "pending"}`)
	w.call("again", w.who, "GET", own, nil, 200, "")
	if n := w.asks(); n != 1 {
		t.Errorf("%d questions", n)
	}
	w.RunJobs()
	w.call("paid", w.who, "GET", own, nil, 200, `{"status": "confirmed", "payment_status": "paid"}`)
	if n := w.asks(); n != 0 {
		t.Errorf("%d questions about what is paid", n)
	}
}

func TestALookAtALinkThatIsNotPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.paper.Knobs = sim.Knobs{Drop: -1} })
	appointment := w.book(w.salon)
	link := w.link(appointment)
	w.paymentStatus(appointment, `{"pending_invoice": {"status": "SENT"}}`)
	w.RunJobs()
	w.pay(link)
	w.paymentStatus(appointment, `{"payment_status": "pending"}`) // asked a moment ago
	w.RunJobs()
	w.paymentStatus(appointment, `{"payment_status": "pending"}`)
	w.Advance(16 * time.Second)
	w.paymentStatus(appointment, `{"payment_status": "pending"}`)
	w.RunJobs()
	w.paymentStatus(appointment, `{"payment_status": "paid"}`)

	// A provider that is away does not keep anybody from looking.
	other := w.book(w.salon)
	w.link(other)
	w.paper.SetKnobs(sim.Knobs{FailNext: 1000})
	w.paymentStatus(other, `{"pending_invoice": {"status": "SENT"}}`)
	w.RunJobs()
	w.paymentStatus(other, `{"pending_invoice": {"status": "SENT"}}`)
}

// comeBack follows the way back from the provider's page, as the payer's browser does.
func (w *world) comeBack(link testkit.Answer, outcome string) {
	w.Helper()
	page := w.get(link.Text("payment_link.url"))
	found := regexp.MustCompile(`http[^"]*/payment/` + outcome + `\?payment=[0-9a-f]{24}-[0-9a-f]{24}`).FindString(page)
	if found == "" {
		w.Fatalf("no way back to %s: %s", outcome, page)
	}
	w.get(found)
}

func (w *world) get(url string) string {
	w.Helper()
	answer, err := http.Get(url)
	if err != nil {
		w.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		w.Fatalf("%s: %d %v", url, answer.StatusCode, err)
	}
	return string(text)
}

func TestWhoComesBackHasTheProviderAsked(t *testing.T) {
	t.Parallel()
	w := manila(t)
	w.maya.SetKnobs(mayasim.Knobs{Drop: -1})
	appointment := w.book(w.salon, held)
	link := w.link(appointment)
	w.act(link, maya.Success)
	w.RunJobs()
	if got := w.appointment(appointment); got != "pending 0 pending" {
		t.Fatalf("the callback was not lost: %s", got)
	}
	w.comeBack(link, "success")
	w.comeBack(link, "success")
	if n := w.asks(); n != 1 {
		t.Errorf("%d questions", n)
	}
	w.RunJobs()
	if got := w.appointment(appointment); got != "paid 1500 confirmed" {
		t.Errorf("the appointment is %s", got)
	}

	// Who gave up on the page can have another at once.
	other := w.book(w.salon, held)
	given := w.link(other)
	w.act(given, maya.Cancelled)
	w.comeBack(given, "cancel")
	w.RunJobs()
	w.link(other)

	for _, query := range []string{"", "?payment=", "?payment=x", "?payment=6b0122f129abbffc7f79db7a-6b0122f129abbffc7f79db7a", "?payment=%00-%00"} {
		w.get(w.BaseURL + "/payment/success" + query)
	}
	if n := w.asks(); n != 0 {
		t.Errorf("%d questions about nothing", n)
	}
}

// The payer is back before the provider's own books show the payment: it is asked once more.
func TestThePayerMayComeBackBeforeTheProviderKnows(t *testing.T) {
	t.Parallel()
	w := manila(t)
	w.maya.SetKnobs(mayasim.Knobs{Drop: -1})
	appointment := w.book(w.salon, held)
	link := w.link(appointment)
	w.get(w.BaseURL + "/payment/success?payment=" + string(w.tenant) + "-" + link.Text("invoice.id"))
	w.RunJobs()
	w.act(link, maya.Success)
	w.Advance(21 * time.Second)
	w.RunJobs()
	if got := w.appointment(appointment); got != "paid 1500 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
}

// One account that does not answer leaves the others their turn, and whom nobody asked
// about for longest comes first.
func TestTheReconcilerLeavesOutWhoDoesNotAnswer(t *testing.T) {
	t.Parallel()
	w := manila(t, func(s *setup) { s.paper.Knobs = sim.Knobs{Drop: -1} })
	w.maya.SetKnobs(mayasim.Knobs{Drop: -1})
	pesos := w.book(w.salon)
	link := w.link(pesos)
	w.act(link, maya.Success)
	manila := w.salon
	w.salon = w.newSalon("IDR", 150_000)
	for range 6 {
		w.link(w.book(w.salon))
	}
	w.Advance(6 * time.Minute)
	w.paper.SetKnobs(sim.Knobs{FailNext: 1000, Drop: -1})
	if err := w.payments.Reconcile(t.Context()); err == nil {
		t.Error("nobody hears of the provider that is away")
	}
	if n := w.count(`SELECT count(*) FROM payments WHERE tenant_id = $1 AND asked_at IS NOT NULL`, w.tenant); n != 3 {
		t.Errorf("%d questions to who does not answer", n)
	}
	w.salon = manila
	if got := w.appointment(pesos); got != "paid 1500 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
}
