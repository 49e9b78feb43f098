package refunds_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"reserva/internal/billing/ledger"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// The business withdraws its earnings and gives payments back from them, while the customer
// pays from the wallet that this fills, and the desk takes money: all at once, and more in
// all than there is. Each gets an answer, no balance falls below zero, and the books are right.
func TestOneBalanceInManyHands(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	var paid []string
	for i := range 3 {
		_, payment := w.online(fmt.Sprintf("%02d:00", 9+2*i))
		paid = append(paid, payment)
	}
	w.JSON(w.Salon.Admin, "POST", "/payments/"+paid[0]+"/refund", object{"amount": 40_000, "method": "wallet", "reason": "for a start"})
	w.Advance(25 * time.Hour) // the earnings can be withdrawn
	w.Salon.Admin = w.SignIn(w.Salon.Email)
	customer := testkit.Token(w.JSON("", "POST", "/customer/auth/login",
		object{"email": w.Customer.Email, "password": testkit.Password, "tenant_slug": w.Slug}).Text("access_token"))
	account := id.New()
	w.Exec(`INSERT INTO bank_accounts (tenant_id, id, bank_code, bank_name, holder, account_number, last_four, is_default, created_at, updated_at)
		VALUES ($1, $2, '014', 'Bank Central Asia', 'PT Salon', 'sealed', '7890', true, $3, $3)`, w.Salon.Tenant.ID, account, w.Clock.Now())
	code := w.JSON(w.Salon.Admin, "POST", "/withdrawals/request-otp", object{"purpose": "withdrawal", "amount": 300_000, "bank_account_id": account}).Text("token")
	var visits []id.ID
	for i := range 6 {
		visits = append(visits, w.Salon.Book(2, fmt.Sprintf("%02d:00", 9+i)))
	}
	post := func(as testkit.Token, path string, body object) testkit.Request {
		return testkit.Request{As: as, Method: "POST", Path: path, Body: body}
	}
	requests := []testkit.Request{}
	for i := range 24 {
		requests = append(requests,
			post(w.Salon.Admin, "/payments/"+paid[i%len(paid)]+"/refund", object{"amount": 40_000, "method": "wallet", "reason": "sorry"}),
			post(customer, "/customer/payments/process-appointment", object{"appointment_id": visits[i%len(visits)], "use_wallet": true}),
			post(w.Salon.Admin, "/appointments/"+string(visits[3+i%3])+"/record-payment", object{"amount": 10_000, "payment_method": "cash"}))
	}
	withdrawal := post(w.Salon.Admin, "/withdrawals",
		object{"amount": 300_000, "bank_account_id": account, "otp_token": code, "otp_code": w.Code(w.Salon.Email)})
	requests = append(requests[:9], append([]testkit.Request{withdrawal, withdrawal, withdrawal}, requests[9:]...)...)
	made := map[string]int{}
	var lock sync.Mutex
	var wait sync.WaitGroup
	for _, r := range requests {
		wait.Go(func() {
			answer := w.Send(r)
			lock.Lock()
			defer lock.Unlock()
			if answer.Status >= 500 {
				t.Errorf("%s: %d %s", r.Path, answer.Status, answer.Body)
			}
			if answer.Status < 300 {
				made[r.Path[strings.LastIndex(r.Path, "/"):]]++
			}
		})
	}
	wait.Wait()
	if made["/withdrawals"] > 1 || made["/refund"] == 0 || made["/process-appointment"] == 0 || made["/record-payment"] == 0 {
		t.Errorf("made %v", made)
	}
	sum := int64(0)
	for account, amount := range w.balances() {
		sum += amount
		if amount < 0 && account != ledger.Gateway && account != ledger.Cash {
			t.Errorf("%s holds %d", account, amount)
		}
	}
	if sum != 0 {
		t.Errorf("the books are out by %d", sum)
	}
	if _, err := ledger.Verify(t.Context(), w.DB, "", func(f ledger.Finding) error { t.Error(f); return nil }); err != nil {
		t.Error(err)
	}
	t.Log(made)
}
