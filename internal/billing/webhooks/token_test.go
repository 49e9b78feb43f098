package webhooks_test

import (
	"net/url"
	"strings"
	"testing"

	"reserva/internal/billing/webhooks"
	"reserva/internal/config"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Where callbacks have to bring a token, those of the platform's account do, and each business
// finds one of its own in the address that it registers.
func TestCallbacksThatBringAToken(t *testing.T) {
	t.Parallel()
	w := world.New(t, func(f *config.Flags) { f.PaperWebhookToken = "operators&token" })
	salon, other := w.Salon(), w.Tenant()
	paid := func(days, callbacks int) {
		t.Helper()
		appointment := salon.Book(days, "10:00")
		link := w.Do(salon.Customer.Token, "POST", "/customer/payments/process-appointment", object{"appointment_id": appointment}, 201)
		payOnPage(t, link.Text("payment_link.url"))
		waitFor(t, "the callbacks", func() bool { return count(w, `SELECT count(*) FROM webhook_events`) == callbacks })
		w.RunJobs()
		if status := w.Do(salon.Admin, "GET", "/appointments/"+string(appointment)+"/payment-status", nil, 200); status.Text("payment_status") != "paid" {
			t.Errorf("%s", status.Body)
		}
	}
	paid(1, 2) // at the platform's account
	account := func(of *testkit.Tenant) *url.URL {
		own := w.JSON(of.Admin, "PUT", "/tenants/"+string(of.ID)+"/paper-id-config", object{"client_id": "own-" + string(of.ID), "client_secret": "s3cret"})
		address, err := url.Parse(own.Text("callback_url"))
		if err != nil || address.Query().Get("token") == "" || strings.Contains(address.RawQuery, "operators") {
			t.Fatalf("%v: %s", err, own.Body)
		}
		return address
	}
	mine, others := account(salon.Tenant), account(other)
	paid(2, 4)

	path := "/webhooks/paper-invoice/tenant/" + string(salon.ID)
	for query, status := range map[string]int{
		"": 401, "?" + mine.RawQuery: 200, "?" + others.RawQuery: 401, "?token=" + url.QueryEscape("operators&token"): 200,
	} {
		w.Do("", "POST", path+query, object{"hello": "there"}, status)
	}
	if got := w.Do("", "POST", "/webhooks/paper-invoice?"+mine.RawQuery, object{"hello": "there"}, 401); got.Text("code") != webhooks.ErrUnverified.Code {
		t.Errorf("a business's token opens the platform's: %s", got.Body)
	}
}
