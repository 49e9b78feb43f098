package payments_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/billing/ledger"
	"reserva/internal/billing/paperid/sim"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func (w *world) record(appointment id.ID, amount any, status int, want string) testkit.Answer {
	w.t.Helper()
	return w.call("record", w.admin, "POST", "/appointments/"+string(appointment)+"/record-payment",
		object{"amount": amount, "payment_method": "cash", "receipt_number": "R-1", "notes": "at the desk"}, status, want)
}

func TestTakingMoneyAtTheDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon, held)
	status := "/appointments/" + string(appointment) + "/payment-status"
	w.call("nothing yet", w.admin, "GET", status, nil, 200, `{"payment_status": "pending", "total_amount": 150000, "paid_amount": 0,
		"remaining_balance": 150000, "platform_fee": 12000, "platform_fee_percentage": 8, "payment_history": [], "pending_invoice": null, "can_complete": false}`)
	w.record(appointment, 0, 422, "")
	w.record(appointment, -5, 422, "")
	w.record(appointment, "0.4", 422, "")
	w.record(appointment, 150_001, 400, `{"code": "appointment.overpaid", "remaining_balance": 150000}`)
	w.call("method", w.admin, "POST", "/appointments/"+string(appointment)+"/record-payment", object{"amount": 1, "payment_method": "barter"}, 422, "")
	w.call("customers cannot", w.who, "POST", "/appointments/"+string(appointment)+"/record-payment", object{"amount": 1, "payment_method": "cash"}, 403, "")

	w.record(appointment, "50000.00", 200, `{"status": "success", "payment": {"amount": 50000, "method": "cash", "status": "completed",
		"recorded_by": "Dewi Anggraini", "recorded_at": "*", "receipt_number": "R-1"},
		"appointment": {"payment_status": "partially_paid", "paid_amount": 50000, "remaining_balance": 100000}}`)
	w.record(appointment, 100_001, 400, "")
	w.Advance(time.Second)
	w.record(appointment, 100_000, 200, `{"appointment": {"payment_status": "paid", "status": "confirmed", "remaining_balance": 0}}`)
	w.record(appointment, 1, 409, `{"code": "payment.already_paid"}`)
	w.call("status", w.admin, "GET", status, nil, 200, `{"payment_status": "paid", "remaining_balance": 0, "platform_fee": 0, "can_complete": true,
		"payment_history": [{"amount": 50000, "provider": "manual", "method": "cash", "recorded_by": "Dewi Anggraini", "notes": "at the desk"}, {"amount": 100000}]}`)

	want := map[ledger.Account]int64{ledger.Cash: -150_000, ledger.Takings: 150_000}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	w.call("nothing of it can be withdrawn", w.admin, "GET", "/withdrawals/balance", nil, 200,
		`{"available_balance": 0, "pending_balance": 0, "last_updated": null}`)
	w.RunJobs()
}

func TestTheDeskTakesTheLastPartOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	var wait sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	for range 8 {
		wait.Go(func() {
			answer := w.Send(testkit.Request{As: w.admin, Method: "POST", Path: "/appointments/" + string(appointment) + "/record-payment",
				Body: object{"amount": 50_000, "payment_method": "cash"}})
			mu.Lock()
			defer mu.Unlock()
			statuses[answer.Status]++
		})
	}
	wait.Wait()
	if diff := cmp.Diff(map[int]int{200: 3, 409: 5}, statuses); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[ledger.Account]int64{ledger.Cash: -150_000, ledger.Takings: 150_000}, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}

func TestPayingAtTheDeskClosesTheLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	w.record(appointment, 50_000, 200, "")
	w.call("cancelled", w.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200, `{"status": "CANCELLED", "amount_due": 0}`)
	w.call("payment too", w.admin, "GET", "/payments/history/"+link.Text("payment.id"), nil, 200, `{"status": "cancelled"}`)
	w.RunJobs()
	if n := w.atProvider(); n != 0 {
		t.Errorf("%d invoices at the provider", n)
	}
	rest := w.call("the rest", w.admin, "POST", "/appointments/"+string(appointment)+"/create-payment-link", object{"due_date": "2026-03-05"}, 201,
		`{"invoice": {"subtotal": 100000, "platform_fee": 8000, "amount": 108000, "due_date": "2026-03-05"}, "payment_link": {"expires_at": "2026-03-05T17:00:00Z"}}`)
	w.pay(rest)
	w.RunJobs()
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
	want := map[ledger.Account]int64{
		ledger.Gateway: -108_000, ledger.Merchant: 100_000, ledger.Platform: 8_000, ledger.Cash: -50_000, ledger.Takings: 50_000,
	}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}

func TestWhoPaidOnlineAMomentAgoDoesNotPayAtTheDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.paper.Knobs = sim.Knobs{Drop: -1} })
	appointment := w.book(w.salon)
	w.pay(w.link(appointment))
	w.record(appointment, 150_000, 409, `{"code": "payment.already_paid"}`)
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
	if diff := cmp.Diff(paidOnce(), w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}

func TestTheDeskWorksWithoutTheProvider(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	w.paper.SetKnobs(sim.Knobs{FailNext: 1000})
	w.record(appointment, 150_000, 200, "")
	w.TryJobs()
	w.paper.SetKnobs(sim.Knobs{})

	// The page is still there, and its customer pays once more.
	w.pay(link)
	w.RunJobs()
	wallet := ledger.Wallet(w.customer.ID)
	want := map[ledger.Account]int64{ledger.Gateway: -162_000, wallet: 162_000, ledger.Cash: -150_000, ledger.Takings: 150_000}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}

func TestOutletsAreKeptApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	member := func(name string, role access.Role, outlets ...id.ID) testkit.Token {
		w.tokens.staff[name] = access.Staff{UserID: id.New(), Tenant: w.tenant, Role: role, Outlets: outlets}
		return testkit.Token(name)
	}
	here, elsewhere := member("here", access.Receptionist, w.outlet), member("elsewhere", access.OutletManager, id.New())
	provider := member("provider", access.StaffRole, w.outlet)
	path := "/appointments/" + string(appointment)
	w.call("elsewhere", elsewhere, "GET", path+"/payment-status", nil, 404, "")
	w.call("elsewhere", elsewhere, "POST", path+"/record-payment", object{"amount": 1, "payment_method": "cash"}, 404, "")
	w.call("elsewhere", elsewhere, "GET", "/invoices", nil, 200, `{"total": 0}`)
	w.call("elsewhere", elsewhere, "GET", "/payments/history", nil, 200, `{"total": 0}`)
	w.call("elsewhere", elsewhere, "GET", "/invoices/"+link.Text("invoice.id")+"/download", nil, 404, "")
	w.call("elsewhere", elsewhere, "GET", "/payments/history/"+link.Text("payment.id"), nil, 404, "")
	w.call("here", here, "GET", "/invoices", nil, 200, `{"total": 1}`)
	w.call("here", here, "POST", path+"/record-payment", object{"amount": 1, "payment_method": "pos_terminal"}, 200, "")
	w.call("not one's own customer", provider, "GET", "/payments/history", nil, 200, `{"total": 0}`)
	w.call("providers take no money", provider, "POST", path+"/record-payment", object{"amount": 1, "payment_method": "cash"}, 403, "")
	w.call("earnings are for administrators", here, "GET", "/withdrawals/balance", nil, 403, "")
}

func TestLatePaymentsGoToTheWallet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon, held)
	link := w.link(appointment)
	w.Advance(61 * time.Minute)
	w.Every("appointments.expire")
	w.RunJobs()
	w.call("lapsed", w.admin, "GET", "/appointments/"+string(appointment)+"/payment-status", nil, 200,
		`{"remaining_balance": 0, "platform_fee": 0, "pending_invoice": null, "can_complete": false}`)
	w.pay(link) // within the grace
	w.RunJobs()
	wallet := ledger.Wallet(w.customer.ID)
	if diff := cmp.Diff(map[ledger.Account]int64{ledger.Gateway: -162_000, wallet: 162_000}, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	w.call("invoice", w.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200, `{"status": "PAID", "metadata": {"wallet_credit": "162000.00"}}`)
	w.call("payment", w.admin, "GET", "/payments/history/"+link.Text("payment.id"), nil, 200,
		`{"status": "completed", "platform_fee": "0.00", "merchant_amount": "0.00", "total_amount": "162000.00"}`)
	mails := w.Outbox(w.email())
	if len(mails) != 1 || !contains(mails[0].Text, "wallet", "IDR 162,000") {
		t.Errorf("mails %+v", mails)
	}
	if got := w.appointment(appointment); got != "pending 0 cancelled" {
		t.Errorf("the appointment is %s", got)
	}
	w.Advance(time.Hour)
	w.RunJobs()
}

func TestTheLinkOfACancelledAppointmentEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	if _, err := w.booking.Cancel(t.Context(), w.tokens.staff[string(w.admin)], appointment, "ill"); err != nil {
		t.Fatal(err)
	}
	status := "/appointments/" + string(appointment) + "/payment-status"
	settled := `{"payment_status": "pending", "remaining_balance": 0, "platform_fee": 0, "pending_invoice": null}`
	w.call("before the jobs", w.admin, "GET", status, nil, 200, settled)
	w.RunJobs()
	w.call("cancelled", w.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200, `{"status": "CANCELLED"}`)
	w.call("after the jobs", w.admin, "GET", status, nil, 200, settled)
	if err := w.paper.Pay(clientID, link.Text("invoice.paper_invoice_id"), 0); err == nil {
		t.Error("the page still takes money")
	}
}

func TestTheLinkOfALapsedHoldEndsAfterAGrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := w.link(w.book(w.salon, held))
	invoice := "/invoices/" + link.Text("invoice.id")
	w.Advance(61 * time.Minute)
	w.Every("appointments.expire")
	w.RunJobs()
	w.call("in the grace", w.who, "GET", invoice, nil, 200, `{"status": "SENT"}`)
	w.Advance(16 * time.Minute)
	w.RunJobs()
	w.call("after it", w.who, "GET", invoice, nil, 200, `{"status": "CANCELLED"}`)
	if err := w.paper.Pay(clientID, link.Text("invoice.paper_invoice_id"), 0); err == nil {
		t.Error("the page still takes money")
	}
}

// The page was paid before it could be withdrawn.
func TestAPaymentUnderWayAtTheCancellation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	if _, err := w.booking.Cancel(t.Context(), w.tokens.staff[string(w.admin)], appointment, "ill"); err != nil {
		t.Fatal(err)
	}
	if err := w.paper.Pay(clientID, link.Text("invoice.paper_invoice_id"), 0); err != nil {
		t.Fatal(err)
	}
	w.RunJobs()
	w.flush()
	w.RunJobs()
	want := map[ledger.Account]int64{ledger.Gateway: -162_000, ledger.Wallet(w.customer.ID): 162_000}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	w.call("invoice", w.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200, `{"status": "PAID"}`)
}

func TestTheLinkOfAMissedAppointmentEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	w.Due(appointment)
	if _, err := w.booking.MarkNoShow(t.Context(), w.tokens.staff[string(w.admin)], appointment, ""); err != nil {
		t.Fatal(err)
	}
	w.RunJobs()
	w.call("cancelled", w.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200, `{"status": "CANCELLED"}`)
}

func TestPayingFromTheWallet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.credit(20_000)
	wallet, held := ledger.Wallet(w.customer.ID), ledger.Held(w.customer.ID)
	appointment := w.book(w.salon)
	body := object{"appointment_id": appointment, "use_wallet": true}
	w.call("too much", w.who, "POST", process, object{"appointment_id": appointment, "use_wallet": true, "wallet_amount": 20_001}, 400, `{"code": "payment.wallet"}`)
	w.call("wallet or not", w.who, "POST", process, object{"appointment_id": appointment, "wallet_amount": 20_000}, 422, `{"code": "request.invalid"}`)
	link := w.call("a part", w.who, "POST", process, body, 201, `{"amounts": {"base_amount": 150000, "wallet_applied": 20000,
		"taxable_base": 130000, "platform_fee": 10400, "total_amount": 140400}}`)
	if got := w.balances(w.salon); got[wallet] != 0 || got[held] != 20_000 {
		t.Errorf("held: %v", got)
	}
	w.call("wallet", w.who, "GET", "/customer/wallet", nil, 200, `{"currency": "IDR", "available_balance": 0, "on_hold": 20000}`)
	w.call("held once", w.who, "POST", process, object{"appointment_id": w.book(w.salon), "use_wallet": true}, 400, "")
	w.pay(link)
	w.RunJobs()
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
	want := map[ledger.Account]int64{ledger.Gateway: -160_400, ledger.Merchant: 150_000, ledger.Platform: 10_400}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}

	// A link that is given up gives the wallet its part back.
	w.credit(30_000)
	given := w.book(w.salon)
	w.link(given, object{"use_wallet": true, "wallet_amount": "30000"})
	w.record(given, 150_000, 200, "")
	if got := w.balances(w.salon); got[wallet] != 30_000 || got[held] != 0 {
		t.Errorf("released: %v", got)
	}

	// And one that the provider does not take.
	w.paper.SetKnobs(sim.Knobs{FailNext: 1, FailStatus: 400})
	w.call("refused", w.who, "POST", process, object{"appointment_id": w.book(w.salon), "use_wallet": true}, 502, "")
	if got := w.balances(w.salon); got[wallet] != 30_000 || got[held] != 0 {
		t.Errorf("released: %v", got)
	}
	w.RunJobs()
}

func TestTheWalletMayPayEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.credit(200_000)
	appointment := w.book(w.salon, held)
	w.call("all", w.who, "POST", process, object{"appointment_id": appointment, "use_wallet": true}, 201,
		`{"status": "paid", "payment_link": null, "payment": {"status": "completed", "awaiting_customer_payment": false}, "invoice": {"status": "PAID"},
			"amounts": {"wallet_applied": 150000, "platform_fee": 0, "total_amount": 0}}`)
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
	want := map[ledger.Account]int64{ledger.Gateway: -200_000, ledger.Merchant: 150_000, ledger.Wallet(w.customer.ID): 50_000}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	w.RunJobs()
	if n := w.atProvider(); n != 0 {
		t.Errorf("%d invoices at the provider", n)
	}
}

func TestPricesThatFellMeanwhileLeaveTheRestInTheWallet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	link := w.link(appointment)
	w.Exec(`UPDATE appointments SET total_price = 100000 WHERE id = $1`, appointment)
	w.pay(link)
	w.RunJobs()
	want := map[ledger.Account]int64{
		ledger.Gateway: -162_000, ledger.Merchant: 100_000, ledger.Platform: 8_000, ledger.Wallet(w.customer.ID): 54_000,
	}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}

func TestLinksThatAreOverdueOrOfAnotherAmountAreReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	first := w.link(appointment)
	w.Advance(9 * 24 * time.Hour)
	w.Every("invoices.overdue")
	w.call("overdue", w.who, "GET", "/invoices/"+first.Text("invoice.id"), nil, 200, `{"status": "OVERDUE"}`)
	second := w.link(appointment)
	w.call("replaced", w.who, "GET", "/invoices/"+first.Text("invoice.id"), nil, 200, `{"status": "CANCELLED"}`)
	w.Exec(`UPDATE appointments SET total_price = 100000 WHERE id = $1`, appointment)
	w.link(appointment)
	w.call("replaced", w.who, "GET", "/invoices/"+second.Text("invoice.id"), nil, 200, `{"status": "CANCELLED"}`)
	w.RunJobs()
	if n := w.atProvider(); n != 1 {
		t.Errorf("%d invoices at the provider", n)
	}
}

// credit fills the customer's wallet, as a late payment would.
func (w *world) credit(amount int64) {
	w.Helper()
	err := w.DB.Update(w.t.Context(), w.tenant, func(tx *db.Tx) error {
		return ledger.Post(tx, ledger.Movement{Kind: ledger.WalletMove, Reference: "credit-" + string(id.New()), Entries: []ledger.Entry{
			{Account: ledger.Gateway, Currency: "IDR", Amount: -amount}, {Account: ledger.Wallet(w.customer.ID), Currency: "IDR", Amount: amount},
		}})
	})
	if err != nil {
		w.Fatal(err)
	}
}

func contains(text string, parts ...string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}

func TestALatePaymentOfALinkThatUsedTheWallet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.credit(20_000)
	appointment := w.book(w.salon)
	link := w.link(appointment, object{"use_wallet": true})
	w.paper.SetKnobs(sim.Knobs{FailNext: 1000})
	w.record(appointment, 150_000, 200, "")
	w.TryJobs()
	w.paper.SetKnobs(sim.Knobs{})
	w.pay(link)
	w.RunJobs()
	// What was held has gone back before, and the online part follows.
	want := map[ledger.Account]int64{
		ledger.Gateway: -160_400, ledger.Wallet(w.customer.ID): 160_400, ledger.Cash: -150_000, ledger.Takings: 150_000,
	}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
}
