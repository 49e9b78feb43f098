package refunds_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/billing/ledger"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

const reconcileAfter = 6 * time.Minute

func TestACustomerAsksAndTheBusinessDecides(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	appointment, payment := w.cash("09:00", 150_000)
	ask := "/customer/payments/" + payment + "/refund-request"
	w.call("no reason", w.Customer.Token, "POST", ask, object{}, 422, "")
	w.call("blank reason", w.Customer.Token, "POST", ask, object{"reason": "  "}, 422, "")
	w.call("nothing", w.Customer.Token, "POST", ask, object{"reason": "ill", "amount": 0}, 422, "")
	w.call("too much", w.Customer.Token, "POST", ask, object{"reason": "ill", "amount": 150_001}, 400,
		`{"code": "refund.too_much", "refundable_amount": 150000}`)
	other := w.Salon.Tenant.Customer()
	w.call("somebody else's", other.Token, "POST", ask, object{"reason": "ill"}, 404, `{"code": "payment.not_found"}`)
	asked := w.call("ask", w.Customer.Token, "POST", ask, object{"reason": "I am ill", "amount": "50000.00"}, 202,
		`{"refund_id": "*", "status": "requested", "refund": {"amount": 50000, "method": null, "requested_by": "customer"}}`)
	w.call("ask again", w.Customer.Token, "POST", ask, object{"reason": "I am ill"}, 409, `{"code": "refund.already_requested"}`)
	refund := "/refunds/" + asked.Text("refund_id")
	w.call("others do not see it", other.Token, "GET", "/customer"+refund, nil, 404, `{"code": "refund.not_found"}`)
	if diff := cmp.Diff(map[ledger.Account]int64{ledger.Cash: -150_000, ledger.Takings: 150_000}, w.balances()); diff != "" {
		t.Error(diff)
	}

	w.call("the desk sees it", w.Admin, "GET", "/refunds?status=requested", nil, 200, `{"total": 1, "items": [{"reason": "I am ill", "status": "requested"}]}`)
	desk := w.Member(access.Receptionist, w.Outlet)
	w.call("a receptionist reads", desk.Token, "GET", refund, nil, 200, "")
	w.call("but does not decide", desk.Token, "POST", refund+"/approve", object{"method": "manual"}, 403, "")
	w.call("another outlet's manager", w.Member(access.OutletManager, w.other).Token, "POST", refund+"/approve", object{"method": "manual"}, 404, "")
	w.call("not covered", w.Admin, "POST", refund+"/approve", object{"method": "wallet"}, 409, `{"code": "refund.not_covered"}`)
	w.call("no provider", w.Admin, "POST", refund+"/approve", object{"method": "gateway"}, 409, `{"code": "payment.no_refunds"}`)
	w.call("approve", w.Admin, "POST", refund+"/approve", object{"method": "manual", "notes": "agreed"}, 200,
		`{"status": "completed", "amount": 50000, "fee_amount": 0, "method": "manual", "decision_note": "agreed", "decided_by": "`+string(w.User)+`", "completed_at": "*"}`)
	w.call("twice", w.Admin, "POST", refund+"/approve", object{"method": "manual"}, 409, `{"code": "refund.decided"}`)
	w.call("its customer sees it", w.Customer.Token, "GET", "/customer"+refund, nil, 200, `{"status": "completed", "decided_by": null, "decision_note": ""}`)
	w.call("the appointment", w.Admin, "GET", "/appointments/"+string(appointment)+"/payment-status", nil, 200,
		`{"payment_status": "partially_paid", "paid_amount": 100000, "payment_history": [{"status": "completed", "refunded_amount": 50000}]}`)

	again := w.call("ask for the rest", w.Customer.Token, "POST", ask, object{"reason": "still ill"}, 202, `{"refund": {"amount": 100000}}`)
	rest := "/refunds/" + again.Text("refund_id")
	w.call("reject", w.Admin, "POST", rest+"/reject", object{"reason": "The visit took place"}, 200, `{"status": "rejected", "method": null}`)
	w.call("reject again", w.Admin, "POST", rest+"/reject", object{"reason": "no"}, 409, `{"code": "refund.decided"}`)
	w.call("the reason is told", w.Customer.Token, "GET", "/customer"+rest, nil, 200, `{"decision_note": "The visit took place"}`)
	w.RunJobs()
	told := ""
	for _, mail := range w.Outbox(w.Customer.Email) {
		told += mail.Text
	}
	if !strings.Contains(told, "gives you back IDR 50,000") || !strings.Contains(told, "The reason: The visit took place") {
		t.Errorf("mails: %s", told)
	}
	if diff := cmp.Diff(map[ledger.Account]int64{ledger.Cash: -100_000, ledger.Takings: 100_000}, w.balances()); diff != "" {
		t.Error(diff)
	}
}

// What was paid online is given back with the fee that it bore, in parts that add up.
// The business gives back by itself while a request is open: as much as was asked for
// decides it, and of less the request asks for what is left.
func TestWhatIsGivenWhileARequestIsOpen(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	_, payment := w.cash("09:00", 150_000)
	give, ask := "/payments/"+payment+"/refund", "/customer/payments/"+payment+"/refund-request"
	asked := w.call("ask", w.Customer.Token, "POST", ask, object{"reason": "ill", "amount": 100_000}, 202, "")
	refund := "/refunds/" + asked.Text("refund_id")
	w.call("a part", w.Admin, "POST", give, object{"amount": 90_000, "reason": "sorry", "method": "manual"}, 201, `{"requested_by": "staff", "amount": 90000}`)
	w.call("what is left is asked for", w.Admin, "GET", refund, nil, 200, `{"status": "requested", "amount": 60000}`)
	w.call("all that is left", w.Admin, "POST", give, object{"reason": "and the rest", "method": "manual"}, 201,
		`{"id": "`+asked.Text("refund_id")+`", "requested_by": "customer", "reason": "ill", "decision_note": "and the rest", "status": "completed", "amount": 60000}`)
	w.call("nothing waits", w.Admin, "GET", "/refunds?status=requested", nil, 200, `{"total": 0}`)
	w.call("two refunds", w.Admin, "GET", "/refunds", nil, 200, `{"total": 2}`)
	if diff := cmp.Diff(map[ledger.Account]int64{}, w.balances()); diff != "" {
		t.Error(diff)
	}
}

// Paper.id cannot give money back: the request stays to be decided in another way.
func TestARequestIsNotDecidedByAProviderThatCannot(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	_, payment := w.online("09:00")
	asked := w.call("ask", w.Customer.Token, "POST", "/customer/payments/"+payment+"/refund-request", object{"reason": "ill"}, 202, "")
	refund := "/refunds/" + asked.Text("refund_id")
	w.call("by the provider", w.Admin, "POST", refund+"/approve", object{"method": "gateway"}, 409, `{"code": "payment.no_refunds"}`)
	w.call("unasked", w.Admin, "POST", "/payments/"+payment+"/refund", object{"reason": "ill", "method": "gateway"}, 409, `{"code": "payment.no_refunds"}`)
	w.call("still asked for", w.Customer.Token, "GET", "/customer/refunds", nil, 200, `{"total": 1, "items": [{"status": "requested", "fee_amount": 0, "method": null}]}`)
	w.call("by hand", w.Admin, "POST", refund+"/approve", object{"method": "manual"}, 200, `{"status": "completed", "amount": 162000}`)
}

func TestPartialRefundsToTheWalletAddUp(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	appointment, payment := w.online("09:00")
	give := "/payments/" + payment + "/refund"
	w.call("a third", w.Admin, "POST", give, object{"reason": "cut short", "method": "wallet", "amount": 54_001}, 201,
		`{"status": "completed", "amount": 54001, "fee_amount": 4000, "requested_by": "staff", "method": "wallet"}`)
	w.call("too much", w.Admin, "POST", give, object{"reason": "more", "method": "wallet", "amount": 108_000}, 400,
		`{"code": "refund.too_much", "refundable_amount": 107999}`)
	w.call("so far", w.Admin, "GET", "/payments/history/"+payment, nil, 200, `{"status": "completed", "refunded_amount": "54001.00", "total_amount": "162000.00"}`)
	w.call("the rest", w.Admin, "POST", give, object{"reason": "all of it", "method": "wallet"}, 201, `{"amount": 107999, "fee_amount": 8000}`)
	w.call("nothing is left", w.Admin, "POST", give, object{"reason": "more", "method": "wallet"}, 409, `{"code": "refund.not_refundable"}`)
	w.call("refunded", w.Admin, "GET", "/payments/history/"+payment, nil, 200, `{"status": "refunded", "refunded_amount": "162000.00"}`)
	w.call("the appointment", w.Admin, "GET", "/appointments/"+string(appointment), nil, 200, `{"payment_status": "refunded", "paid_amount": 0, "status": "confirmed"}`)
	w.call("the wallet", w.Customer.Token, "GET", "/customer/wallet", nil, 200, `{"available_balance": 162000}`)
	if diff := cmp.Diff(map[ledger.Account]int64{ledger.Gateway: -162_000, ledger.Wallet(w.Customer.ID): 162_000}, w.balances()); diff != "" {
		t.Error(diff)
	}

	// It can be paid again with what came back.
	w.payOnline(appointment, object{"use_wallet": true})
	w.call("paid again", w.Admin, "GET", "/appointments/"+string(appointment), nil, 200, `{"payment_status": "paid", "paid_amount": 150000}`)
	if diff := cmp.Diff(map[ledger.Account]int64{ledger.Gateway: -162_000, ledger.Wallet(w.Customer.ID): 12_000, ledger.Merchant: 150_000}, w.balances()); diff != "" {
		t.Error(diff)
	}
}

// What the platform has and the business gives back of its own pocket: the business gets
// the fee again, no more.
func TestOnlineMoneyGivenBackByHand(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	_, payment := w.online("09:00")
	w.call("by hand", w.Admin, "POST", "/payments/"+payment+"/refund", object{"reason": "ill", "method": "manual", "amount": 81_000}, 201, `{"fee_amount": 6000}`)
	if diff := cmp.Diff(map[ledger.Account]int64{ledger.Gateway: -162_000, ledger.Merchant: 156_000, ledger.Platform: 6_000}, w.balances()); diff != "" {
		t.Error(diff)
	}
	w.call("not at this provider", w.Admin, "POST", "/payments/"+payment+"/refund", object{"reason": "ill", "method": "gateway"}, 409, `{"code": "payment.no_refunds"}`)
}

// A business that bears the fee gets its part again with what it gives back.
func TestTheFeeOfABusinessThatBearsIt(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	w.Settings(object{"fee_mode": "merchant"})
	appointment, payment := w.online("09:00")
	w.call("half", w.Admin, "POST", "/payments/"+payment+"/refund", object{"reason": "ill", "method": "wallet", "amount": 75_000}, 201, `{"fee_amount": 6000}`)
	w.call("the appointment", w.Admin, "GET", "/appointments/"+string(appointment), nil, 200, `{"payment_status": "partially_paid", "paid_amount": 75000}`)
	want := map[ledger.Account]int64{
		ledger.Gateway: -150_000, ledger.Merchant: 138_000 - 69_000, ledger.Platform: 6_000, ledger.Wallet(w.Customer.ID): 75_000,
	}
	if diff := cmp.Diff(want, w.balances()); diff != "" {
		t.Error(diff)
	}
}

func TestCashGoesToTheWalletOnlyWhereEarningsCoverIt(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	_, cash := w.cash("09:00", 150_000)
	give := "/payments/" + cash + "/refund"
	w.call("nothing earned online", w.Admin, "POST", give, object{"reason": "ill", "method": "wallet"}, 409, `{"code": "refund.not_covered"}`)
	w.online("11:00")
	w.call("now there is", w.Admin, "POST", give, object{"reason": "ill", "method": "wallet"}, 201, `{"status": "completed", "amount": 150000}`)
	want := map[ledger.Account]int64{
		ledger.Gateway: -162_000, ledger.Platform: 12_000, ledger.Cash: -150_000, ledger.Takings: 150_000, ledger.Wallet(w.Customer.ID): 150_000,
	}
	if diff := cmp.Diff(want, w.balances()); diff != "" {
		t.Error(diff)
	}
}

// However many give back at once, by whatever way, no more goes than came.
func TestManyRefundsOfOnePaymentAtOnce(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	_, payment := w.online("09:00")
	asked := w.JSON(w.Customer.Token, "POST", "/customer/payments/"+payment+"/refund-request", object{"reason": "ill", "amount": 50_000}).Text("refund_id")
	var wait sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	for i := range 12 {
		wait.Go(func() {
			r := testkit.Request{As: w.Admin, Method: "POST", Path: "/payments/" + payment + "/refund",
				Body: object{"amount": 50_000, "method": "wallet", "reason": fmt.Sprint("refund ", i)}}
			if i%3 == 0 {
				r.Path, r.Body = "/refunds/"+asked+"/approve", object{"method": "wallet"}
			}
			answer := w.Send(r)
			mu.Lock()
			defer mu.Unlock()
			statuses[answer.Status]++
		})
	}
	wait.Wait()
	if statuses[200]+statuses[201] != 3 || statuses[200] > 1 || statuses[400]+statuses[409] != 9 {
		t.Errorf("statuses %v", statuses)
	}
	want := map[ledger.Account]int64{ledger.Gateway: -162_000, ledger.Wallet(w.Customer.ID): 150_000, ledger.Merchant: 11_111, ledger.Platform: 889}
	if diff := cmp.Diff(want, w.balances()); diff != "" {
		t.Error(diff)
	}
}

// A key makes one refund, however often the request is sent.
func TestARefundIsMadeOnceForAKey(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	_, payment := w.cash("09:00", 150_000)
	request := testkit.Request{As: w.Admin, Method: "POST", Path: "/payments/" + payment + "/refund", Header: object{"Idempotency-Key": "refund-1"},
		Body: object{"amount": 10_000, "method": "manual", "reason": "ill"}}
	one, two := w.Send(request), w.Send(request)
	if one.Status != 201 || two.Status != 201 || one.Text("id") != two.Text("id") {
		t.Errorf("%d %s, then %d %s", one.Status, one.Body, two.Status, two.Body)
	}
	if got := w.balances()[ledger.Takings]; got != 140_000 {
		t.Errorf("takings %d", got)
	}
	w.call("of nothing", w.Admin, "POST", "/payments/"+string(id.Random())+"/refund", object{"method": "manual", "reason": "x"}, 404, `{"code": "payment.not_found"}`)
}

// A customer asks while the business gives back: what is left after that is asked for.
func TestAskingWhileTheBusinessGivesBack(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	_, payment := w.cash("09:00", 150_000)
	giving, err := w.DB.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = giving.Rollback(t.Context()) }()
	if _, err := giving.Exec(t.Context(), `UPDATE payments SET refunded_amount = 100000 WHERE id = $1`, payment); err != nil {
		t.Fatal(err)
	}
	asked := make(chan testkit.Answer)
	go func() {
		asked <- w.Send(testkit.Request{
			As: w.Customer.Token, Method: "POST", Path: "/customer/payments/" + payment + "/refund-request", Body: object{"reason": "ill", "amount": 60_000},
		})
	}()
	time.Sleep(300 * time.Millisecond)
	if err := giving.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if answer := <-asked; answer.Status != 400 || answer.Text("code") != "refund.too_much" || answer.Text("refundable_amount") != "50000" {
		t.Errorf("%d %s", answer.Status, answer.Body)
	}
}
