package webhooks_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// said is a callback that an invoice is paid.
func said(number, paperID string) object {
	return object{"message": "invoice has been paid", "data": object{"invoice": object{
		"id": paperID, "number": number, "status": "paid", "amount_due": 0, "total_amount": 154500,
	}}}
}

func TestCallbacksAreSeenAndWorkedAgain(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon, other := w.Salon(), w.Tenant()
	super := salon.Member(access.SuperAdmin).Token
	link := w.Do(salon.Customer.Token, "POST", "/customer/payments/process-appointment", object{"appointment_id": salon.Book(1, "10:00")}, 201)
	number, paperID := link.Text("payment.reference_id"), link.Text("invoice.paper_invoice_id")

	// One of nobody, one for another's account, one of no kind, and one of ours that is not paid.
	w.Do("", "POST", "/webhooks/paper-invoice", said("none", string(id.New())), 200)
	w.Do("", "POST", "/webhooks/paper-invoice/tenant/"+string(other.ID), said(number, paperID), 200)
	w.Do("", "POST", "/webhooks/paper-invoice", object{"hello": "there"}, 200)
	w.Do("", "POST", "/webhooks/paper-invoice", said(number, ""), 200)
	w.RunJobs()
	for filter, total := range map[string]string{
		"": "4", "?outcome=ignored": "3", "?outcome=not_paid": "1", "?outcome=open": "0", "?provider=maya": "0", "?kind=invoice_paid": "3", "?kind=unknown": "1",
		"?tenant_id=" + string(salon.ID): "1", "?tenant_id=" + string(other.ID): "1", "?tenant_id=" + string(id.New()): "0",
		"?received_from=" + stamp(w.Clock.Now()): "4", "?received_to=" + stamp(w.Clock.Now()): "0", "?received_from=" + stamp(w.Clock.Now().Add(time.Second)): "0",
	} {
		if got := w.Do(super, "GET", "/webhooks/events"+filter, nil, 200); got.Text("total") != total {
			t.Errorf("%q: %s, want %s: %s", filter, got.Text("total"), total, got.Body)
		}
	}
	detail := func(event string) testkit.Answer { return w.Do(super, "GET", "/webhooks/events/"+event, nil, 200) }
	only := func(filter string) string {
		return w.Do(super, "GET", "/webhooks/events"+filter, nil, 200).Text("items.0.id")
	}
	mine, foreign := only("?outcome=not_paid"), only("?tenant_id="+string(other.ID))
	if body := detail(mine).Text("body"); !strings.Contains(body, number) {
		t.Errorf("the body is %q", body)
	}

	// Another's callback stays another's, and one of nobody nobody's.
	for _, event := range []string{foreign, only("?kind=unknown")} {
		if again := w.Do(super, "POST", "/webhooks/events/"+event+"/replay", nil, 202); again.Text("status") != "ignored" {
			t.Errorf("%s", again.Body)
		}
	}
	// Paid, and the callbacks of it lost: the one that came too early is worked again.
	w.Exec(`UPDATE webhook_events SET outcome = '' WHERE id = $1`, mine)
	loseCallbacks(t, link.Text("payment_link.url"))
	payOnPage(t, link.Text("payment_link.url"))
	w.Exec(`DELETE FROM river.river_job`)
	for range 3 {
		if again := w.Do(super, "POST", "/webhooks/events/"+mine+"/replay", nil, 202); again.Text("status") != "accepted" {
			t.Errorf("%s", again.Body)
		}
	}
	w.RunJobs()
	if got := detail(mine); got.Text("outcome") != "settled" || !got.Has("processed_at") {
		t.Errorf("%s", got.Body)
	}
	if balance := w.Do(salon.Admin, "GET", "/withdrawals/balance", nil, 200); balance.Text("pending_balance") != "150000" {
		t.Errorf("worked three times: %s", balance.Body)
	}
	log := w.JSON(salon.Admin, "GET", "/audit-logs?object_kind=webhook_event", nil)
	if n := strings.Count(string(log.Body), `"webhook_event.replayed"`); n < 3 {
		t.Errorf("%d replays in the audit log: %s", n, log.Body)
	}

	w.Do(super, "GET", "/webhooks/events/"+string(id.New()), nil, 404)
	w.Do(super, "POST", "/webhooks/events/"+string(id.New())+"/replay", nil, 404)
	w.Do(salon.Admin, "GET", "/webhooks/events", nil, 403)
	w.Do(salon.Admin, "POST", "/webhooks/events/"+mine+"/replay", nil, 403)
	w.Advance(200 * 24 * time.Hour)
	w.Every("webhooks.tidy")
	super = salon.Member(access.SuperAdmin).Token
	w.Do(super, "POST", "/webhooks/events/"+mine+"/replay", nil, 409)
}

// loseCallbacks has the simulator that serves a page send no more of them.
func loseCallbacks(t *testing.T, page string) {
	t.Helper()
	at, err := url.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	at.Path, at.RawQuery = "/sim/paper-id/sim/knobs", ""
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, at.String(), strings.NewReader(`{"drop": -1}`))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("knobs: status %d", answer.StatusCode)
	}
}

func stamp(at time.Time) string {
	return strings.ReplaceAll(fmt.Sprint(at.UTC().Format(time.RFC3339)), "+", "%2B")
}
