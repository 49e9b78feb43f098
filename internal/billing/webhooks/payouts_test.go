package webhooks_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Callbacks about withdrawals are stored, worked, listed and worked again like those about
// payments.
func TestCallbacksAboutWithdrawals(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon, other := w.Salon(), w.Tenant()
	reference := withdraw(t, w, salon, 100_000)
	super := salon.Member(access.SuperAdmin).Token
	body := object{"ref_id": reference, "payment_info": object{"source": "digpayout", "status": "PAID"}}

	// Somebody says so before anybody was asked, at another's address, and without a source.
	w.Do("", "POST", "/webhooks/paper-invoice", body, 200)
	if got := w.Do("", "POST", "/webhooks/paper-invoice/tenant/"+string(other.ID), object{
		"ref_id": reference, "payment_info": object{"source": "digpayout", "status": "FAILED"},
	}, 200); got.Text("status") != "ignored" {
		t.Errorf("at another's address: %s", got.Body)
	}
	if got := w.Do("", "POST", "/webhooks/paper-invoice", object{"ref_id": reference, "payment_info": object{"status": "PAID"}}, 200); got.Text("status") != "accepted" {
		t.Errorf("without a source: %s", got.Body)
	}
	w.RunJobs()
	events := func(filter string) testkit.Answer {
		return w.Do(super, "GET", "/webhooks/events?provider=paper_id&tenant_id="+string(salon.ID)+filter, nil, 200)
	}
	if got := events("&kind=disbursement"); got.Text("total") != "1" || got.Text("items.0.outcome") != "not_paid" || !got.Has("items.0.processed_at") {
		t.Errorf("before it is asked for: %s", got.Body)
	}
	early := events("&kind=disbursement").Text("items.0.id")
	if status := w.Do(salon.Admin, "GET", "/withdrawals", nil, 200).Text("items.0.status"); status != "pending" {
		t.Errorf("the withdrawal is %s on somebody's word", status)
	}

	// The provider is asked and pays, and its callback is lost.
	if set := w.Send(testkit.Request{Method: "PUT", Path: "//sim/paper-id/sim/knobs", Body: object{"drop": -1}}); set.Status != 200 {
		t.Fatalf("knobs: %d %s", set.Status, set.Body)
	}
	waiting := w.Do(salon.Admin, "GET", "/withdrawals", nil, 200).Text("items.0.id")
	w.Exec(`DELETE FROM river.river_job`) // or it would run a second time, and ask
	if err := w.Jobs.Run(w.Context(), salon.ID, "withdrawal.requested", "withdrawals", json.RawMessage(`{"withdrawal_id":"`+waiting+`"}`)); err != nil {
		t.Fatal(err)
	}
	if status := w.Do(salon.Admin, "GET", "/withdrawals", nil, 200).Text("items.0.status"); status != "processing" {
		t.Errorf("the withdrawal is %s", status)
	}
	for range 2 {
		if again := w.Do(super, "POST", "/webhooks/events/"+early+"/replay", nil, 202); again.Text("status") != "accepted" {
			t.Errorf("%s", again.Body)
		}
	}
	w.RunJobs()
	if got := events("&kind=disbursement&outcome=settled"); got.Text("total") != "1" || got.Text("items.0.id") != early {
		t.Errorf("worked again: %s", got.Body)
	}
	done := w.Do(salon.Admin, "GET", "/withdrawals", nil, 200)
	if done.Text("items.0.status") != "completed" || done.Has("items.1") {
		t.Errorf("%s", done.Body)
	}
	if got := w.Do("", "POST", "/webhooks/paper-invoice", body, 200); got.Text("status") != "duplicate" {
		t.Errorf("once more: %s", got.Body)
	}
	w.RunJobs()
	if got := events("&kind=disbursement"); got.Text("total") != "1" || got.Text("items.0.outcome") != "settled" {
		t.Errorf("after all: %s", got.Body)
	}
}

// What a stranger says of a payment is not kept with it.
func TestHintsAreWordsOfTheProvider(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	appointment := salon.Book(1, "10:00")
	link := w.Do(salon.Customer.Token, "POST", "/customer/payments/process-appointment", object{"appointment_id": appointment}, 201)
	payOnPage(t, link.Text("payment_link.url"))
	waitFor(t, "the callbacks", func() bool { return count(w, `SELECT count(*) FROM webhook_events`) == 2 })
	w.Exec(`DELETE FROM river.river_job`)
	w.Do("", "POST", "/webhooks/paper-invoice", object{
		"ref_id": "<b>" + strings.Repeat("x", 5000), "additional_info": object{"invoices": []object{{"number": link.Text("payment.reference_id")}}},
		"payment_info": object{"method": "<script>alert(1)</script>", "channel": strings.Repeat("y", 5000), "status": "PAID"},
	}, 200)
	w.RunJobs()
	status := w.Do(salon.Admin, "GET", "/appointments/"+string(appointment)+"/payment-status", nil, 200)
	if status.Text("payment_status") != "paid" || status.Text("payment_history.0.method") != "" {
		t.Errorf("%s", status.Body)
	}
	if n := count(w, `SELECT count(*) FROM payments WHERE provider_payment_id ~ '[^0-9a-f-]' OR payment_channel <> ''`); n != 0 {
		t.Errorf("%d payments keep what a stranger said", n)
	}
}

// withdraw has an amount of the salon's earnings paid out, and returns its reference.
func withdraw(t *testing.T, w *testkit.World, salon *testkit.Salon, amount int) string {
	t.Helper()
	link := w.Do(salon.Customer.Token, "POST", "/customer/payments/process-appointment", object{"appointment_id": salon.Book(1, "10:00")}, 201)
	payOnPage(t, link.Text("payment_link.url"))
	waitFor(t, "the callbacks", func() bool { return count(w, `SELECT count(*) FROM webhook_events`) == 2 })
	w.RunJobs()
	w.Advance(25 * time.Hour) // earnings are there a day later
	salon.Admin = salon.SignIn(salon.Email)
	confirmed := func(path string, body, asking, rest object) testkit.Answer {
		maps.Copy(asking, body)
		body["otp_token"] = w.JSON(salon.Admin, "POST", "/withdrawals/request-otp", asking).Text("token")
		body["otp_code"] = w.Code(salon.Email)
		maps.Copy(body, rest)
		return w.JSON(salon.Admin, "POST", path, body)
	}
	account := confirmed("/withdrawals/bank-accounts", object{"bank_code": "014", "account_number": "1234567890"},
		object{"purpose": "create_bank_account"}, object{"bank_name": "BCA", "account_holder": "PT Bella Vista"})
	w.Advance(time.Minute) // until another code may be asked for
	return confirmed("/withdrawals", object{"amount": amount, "bank_account_id": account.Text("id")}, object{"purpose": "withdrawal"}, nil).Text("reference_id")
}
