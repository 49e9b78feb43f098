package webhooks_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestMain(m *testing.M) { testkit.Main(m) }

type object = testkit.Object

// A customer books, pays on the provider's page in the browser, and the salon sees
// the money: with the whole server, its own simulated provider and real callbacks.
func TestFromTheBookingToTheEarnings(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	appointment := salon.Book(1, "10:00")
	path := "/appointments/" + string(appointment)
	if tenant := w.JSON(salon.Admin, "GET", "/tenants/"+string(salon.ID), nil); !tenant.Has("client_partner_id") {
		t.Error("the business is no partner of the provider")
	}

	link := w.Do(salon.Customer.Token, "POST", "/customer/payments/process-appointment", object{"appointment_id": appointment}, 201)
	if got := link.Text("amounts.total_amount"); got != "154500" { // ENTERPRISE: 3 %
		t.Errorf("total %s", got)
	}
	w.Do(salon.Customer.Token, "POST", "/customer/payments/process-appointment", object{"appointment_id": appointment}, 409)
	w.Do(salon.Admin, "GET", path+"/payment-status", nil, 200)

	payOnPage(t, link.Text("payment_link.url"))
	waitFor(t, "the callbacks", func() bool {
		return count(w, `SELECT count(*) FROM webhook_events`) == 2
	})
	w.RunJobs()

	status := w.Do(salon.Admin, "GET", path+"/payment-status", nil, 200)
	if status.Text("payment_status") != "paid" || status.Text("can_complete") != "true" || status.Has("pending_invoice") {
		t.Errorf("status %s", status.Body)
	}
	w.Do(salon.Admin, "GET", path, nil, 200)
	balance := w.Do(salon.Admin, "GET", "/withdrawals/balance", nil, 200)
	if balance.Text("pending_balance") != "150000" {
		t.Errorf("balance %s", balance.Body)
	}
	w.Do(salon.Admin, "GET", "/withdrawals/balance/transactions", nil, 200)
	for _, token := range []testkit.Token{salon.Admin, salon.Customer.Token} {
		w.Do(token, "GET", "/invoices", nil, 200)
		w.Do(token, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200)
		print := w.Do(token, "GET", "/invoices/"+link.Text("invoice.id")+"/download", nil, 200)
		known := testkit.Request{As: token, Method: "GET", Path: "/invoices/" + link.Text("invoice.id") + "/download", Header: object{"If-None-Match": print.Header.Get("ETag")}}
		if answer := w.Send(known); answer.Status != 304 {
			t.Errorf("known print: %d", answer.Status)
		}
		w.Do(token, "GET", "/invoices/"+link.Text("invoice.id")+"/download?source=provider", nil, 302)
		w.Do(token, "GET", "/payments/history", nil, 200)
		w.Do(token, "GET", "/customer/payments/history/"+link.Text("payment.id"), nil, 200)
	}
	receipts := 0
	for _, m := range w.Outbox(salon.Customer.Email) {
		if strings.Contains(m.Subject, "receipt") {
			receipts++
		}
	}
	if receipts != 1 {
		t.Errorf("%d receipts", receipts)
	}

	// The desk takes the next one in cash.
	next := salon.Book(2, "10:00")
	w.Do(salon.Admin, "POST", "/appointments/"+string(next)+"/record-payment", object{"amount": 150000, "payment_method": "cash"}, 200)
	w.Do(salon.Admin, "POST", "/appointments/"+string(next)+"/create-payment-link", nil, 409)
	third := salon.Book(3, "10:00")
	w.Do(salon.Admin, "POST", "/appointments/"+string(third)+"/create-payment-link", object{"send_email": false}, 201)
	w.RunJobs()
}

func TestTheRoutesAnswerAsDocumented(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	tenant := w.Tenant()
	body := `{"message": "paid", "data": {"invoice": {"id": "x", "number": "y", "status": "paid", "total_amount": 1}}}`
	for path, status := range map[string]int{
		"/webhooks/paper-id": 401, "/webhooks/paper-id-invoice": 401, "/webhooks/paper-id-withdrawal": 401,
		"/webhooks/paper-invoice": 200, "/webhooks/paper-invoice/tenant/" + string(tenant.ID): 200,
		"/webhooks/paper-invoice/tenant/" + string(id.New()): 404,
	} {
		w.Do("", "POST", path, body, status)
	}
	w.Do("", "POST", "/webhooks/paper-invoice", `{"broken`, 400)
}

// payOnPage does what a browser does.
func payOnPage(t *testing.T, address string) {
	t.Helper()
	answer, err := http.PostForm(address, url.Values{"outcome": {"success"}, "method": {"qris:qris"}})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("payment page: status %d", answer.StatusCode)
	}
}

// waitFor waits for what happens on another goroutine.
func waitFor(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for range 400 {
		if happened() {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("%s did not come", what)
}

func count(w *testkit.World, sql string) (n int) {
	if err := w.DB.Pool().QueryRow(w.Context(), sql).Scan(&n); err != nil {
		w.Fatal(err)
	}
	return n
}
