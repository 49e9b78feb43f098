package payments_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/billing/ledger"
	"reserva/internal/billing/paperid"
	"reserva/internal/billing/paperid/sim"
	"reserva/internal/billing/payments"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

type object = testkit.Object

// call is a scenario in short.
func (w *world) call(name string, as testkit.Token, method, path string, body any, status int, want string) testkit.Answer {
	w.t.Helper()
	return testkit.Scenario{Name: name, As: as, Method: method, Path: path, Body: body, Status: status, Want: want}.Run(w.t, w.World)
}

const process = "/customer/payments/process-appointment"

func TestPayingAnAppointmentOnline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon, held)
	link := w.call("link", w.who, "POST", process, object{"appointment_id": appointment, "notes": "See you"}, 201, `{
		"status": "payment_link_created", "message": "*",
		"invoice": {"invoice_number": "INV-2026-0001", "status": "SENT", "amount": 162000, "subtotal": 150000, "platform_fee": 12000,
			"platform_fee_percentage": 8, "currency": "IDR", "due_date": "2026-03-02", "paper_invoice_id": "*", "paper_payment_url": "*", "paper_pdf_url": "*"},
		"payment_link": {"url": "*", "short_url": "*", "expires_at": "2026-03-02T02:00:00Z", "sent_via": ["email"]},
		"payment": {"id": "*", "_id": "*", "status": "pending", "awaiting_customer_payment": true},
		"amounts": {"base_amount": 150000, "wallet_applied": 0, "taxable_base": 150000, "platform_fee": 12000, "platform_fee_rate": 0.08, "total_amount": 162000}
	}`)
	if url := link.Text("payment_link.url"); !strings.HasPrefix(url, "http://") {
		t.Errorf("payment link %s", url)
	}
	if want := "APT-" + string(appointment) + "-20260302010000"; link.Text("payment.reference_id") != want {
		t.Errorf("reference %s, want %s", link.Text("payment.reference_id"), want)
	}
	w.RunJobs()
	if got := w.appointment(appointment); got != "pending 0 pending" {
		t.Errorf("before paying the appointment is %s", got)
	}

	w.pay(link)
	w.RunJobs()
	if got := w.appointment(appointment); got != "paid 150000 confirmed" {
		t.Errorf("the appointment is %s", got)
	}
	want := map[ledger.Account]int64{ledger.Gateway: -162_000, ledger.Merchant: 150_000, ledger.Platform: 12_000}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	invoice := "/invoices/" + link.Text("invoice.id")
	w.call("invoice", w.who, "GET", invoice, nil, 200, `{"status": "PAID", "amount_paid": 162000, "amount_due": 0, "paid_at": "*",
		"total_amount": 162000, "line_items": [{"description": "Hot stone massage", "staff_name": "Ayu Lestari", "amount": 150000}], "notes": "See you"}`)
	w.call("history", w.who, "GET", "/payments/history", nil, 200, `{"total": 1, "items": [{"status": "completed", "amount": "150000.00",
		"platform_fee": "12000.00", "platform_fee_rate": "0.08", "total_amount": "162000.00", "payment_provider": "paper_id", "payment_method": "*", "paid_at": "*"}]}`)
	mails := w.Outbox(w.email())
	if len(mails) != 1 || !strings.Contains(mails[0].Text, "IDR 162,000") || !strings.Contains(mails[0].Subject, "receipt") {
		t.Errorf("mails %+v", mails)
	}
	w.call("pay again", w.who, "POST", process, object{"appointment_id": appointment}, 409, `{"code": "payment.already_paid"}`)

	w.call("pending", w.admin, "GET", "/withdrawals/balance", nil, 200,
		`{"currency": "IDR", "available_balance": 0, "pending_balance": 150000, "on_hold": 0, "total_withdrawn": 0, "last_updated": "*"}`)
	w.Advance(25 * time.Hour)
	w.call("available", w.admin, "GET", "/withdrawals/balance", nil, 200, `{"available_balance": 150000, "pending_balance": 0}`)
	w.call("transactions", w.admin, "GET", "/withdrawals/balance/transactions", nil, 200,
		`{"total": 1, "items": [{"type": "charge", "amount": 150000, "balance_after": 150000, "description": "*", "payment_id": "*"}]}`)
}

func TestTheMerchantMayBearTheFee(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Exec(`UPDATE tenants SET settings = '{"fee_mode": "merchant"}' WHERE id = $1`, w.tenant)
	w.Exec(`UPDATE subscriptions SET plan = 'PRO' WHERE tenant_id = $1`, w.tenant)
	link := w.link(w.book(w.salon))
	if link.Text("amounts.total_amount") != "150000" || link.Text("amounts.platform_fee") != "7500" {
		t.Errorf("amounts %s", link.Body)
	}
	w.pay(link)
	w.RunJobs()
	want := map[ledger.Account]int64{ledger.Gateway: -150_000, ledger.Merchant: 142_500, ledger.Platform: 7_500}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	w.call("history", w.admin, "GET", "/customer-payments/history?payment_type=APPOINTMENT&status=Completed", nil, 200, `{"items": [{
		"amount": "150000.00", "platform_fee": "7500.00", "platform_fee_rate": "0.05", "total_amount": "150000.00", "merchant_amount": "142500.00"}]}`)
}

func TestCurrenciesThatTheProviderDoesNotTake(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, currency := range []string{"PHP", "USD", "KWD", "JPY"} {
		w.salon = w.newSalon(currency, 1_050)
		appointment := w.book(w.salon)
		refusal := `{"code": "payment.currency", "detail": "Payments online are not made in this currency; please pay at the venue."}`
		w.call("link in "+currency, w.who, "POST", process, object{"appointment_id": appointment}, 400, refusal)
		w.call("desk's link in "+currency, w.admin, "POST", "/appointments/"+string(appointment)+"/create-payment-link", nil, 400, refusal)
		if n := w.count(`SELECT count(*) FROM invoices WHERE tenant_id = $1`, w.tenant); n != 0 {
			t.Errorf("%s: %d invoices", currency, n)
		}
		w.call("no fee for a link that cannot be", w.admin, "GET", "/appointments/"+string(appointment)+"/payment-status", nil, 200,
			`{"platform_fee": 0, "platform_fee_percentage": 0}`)
		w.call("at the venue", w.admin, "POST", "/appointments/"+string(appointment)+"/record-payment", object{"amount": 1, "payment_method": "cash"}, 200,
			`{"appointment": {"payment_status": "partially_paid"}}`)
	}
	if n := w.atProvider(); n != 0 {
		t.Errorf("%d invoices at the provider", n)
	}
}

func TestALinkExpiresWithTheHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	forDays := func(n int) func(*appointments.Booking) {
		return func(b *appointments.Booking) { b.AlwaysPending, b.HoldFor = true, time.Duration(n)*24*time.Hour }
	}
	for _, tt := range []struct {
		name       string
		change     func(*appointments.Booking)
		wish       object
		day, until string
	}{
		{"an hour", held, nil, "2026-03-02", "2026-03-02T02:00:00Z"},
		{"a day", forDays(1), nil, "2026-03-03", "2026-03-03T01:00:00Z"},
		{"a day, asked for longer", forDays(1), object{"due_date": "2026-03-05"}, "2026-03-03", "2026-03-03T01:00:00Z"},
		{"a day, asked for shorter", forDays(1), object{"due_date": "2026-03-02"}, "2026-03-02", "2026-03-02T17:00:00Z"},
		{"longer than a link", forDays(9), nil, "2026-03-09", "2026-03-09T17:00:00Z"},
		{"no hold", func(*appointments.Booking) {}, nil, "2026-03-09", "2026-03-09T17:00:00Z"},
	} {
		path := "/appointments/" + string(w.book(w.salon, tt.change)) + "/create-payment-link"
		page := `"payment_link": {"expires_at": "` + tt.until + `"}`
		w.call(tt.name, w.admin, "POST", path, tt.wish, 201, `{"invoice": {"due_date": "`+tt.day+`"}, `+page+`}`)
		w.call(tt.name+", again", w.admin, "POST", path, nil, 409, `{`+page+`}`)
	}
}

func TestWhatCannotBePaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine := w.salon
	theirs := w.newSalon("IDR", 150_000)
	foreign, own := w.book(theirs), w.book(mine)
	link := w.link(own)
	w.call("link exists", w.who, "POST", process, object{"appointment_id": own}, 409,
		`{"code": "payment.link_exists", "invoice": {"id": "`+link.Text("invoice.id")+`", "amount": 162000}, "payment_link": {"url": "`+link.Text("payment_link.url")+`"}}`)
	w.call("also at the desk", w.admin, "POST", "/appointments/"+string(own)+"/create-payment-link", nil, 409, `{"code": "payment.link_exists"}`)
	w.call("foreign", w.who, "POST", process, object{"appointment_id": foreign}, 404, "")
	w.call("foreign at the desk", w.admin, "POST", "/appointments/"+string(foreign)+"/create-payment-link", nil, 404, "")
	w.call("foreign status", w.admin, "GET", "/appointments/"+string(foreign)+"/payment-status", nil, 404, "")
	w.call("foreign record", w.admin, "POST", "/appointments/"+string(foreign)+"/record-payment", object{"amount": 1, "payment_method": "cash"}, 404, "")
	w.call("foreign invoice", theirs.who, "GET", "/invoices/"+link.Text("invoice.id"), nil, 404, "")
	w.call("foreign payment", theirs.admin, "GET", "/payments/history/"+link.Text("payment.id"), nil, 404, "")
	w.call("absent", w.who, "POST", process, object{"appointment_id": id.New()}, 404, "")
	w.call("wallet is empty", w.who, "POST", process, object{"appointment_id": w.book(mine), "use_wallet": true}, 400, `{"code": "payment.wallet"}`)
	w.call("redirect", w.who, "POST", process, object{"appointment_id": w.book(mine), "success_redirect_url": "javascript:alert(1)"}, 422, "")
	w.call("past due date", w.admin, "POST", "/appointments/"+string(w.book(mine))+"/create-payment-link", object{"due_date": "2026-03-01"}, 400, `{"code": "payment.due_date"}`)

	cancelled := w.book(mine)
	if _, err := w.booking.Cancel(t.Context(), w.tokens.staff[string(mine.admin)], cancelled, "ill"); err != nil {
		t.Fatal(err)
	}
	w.call("cancelled", w.who, "POST", process, object{"appointment_id": cancelled}, 409, `{"code": "payment.appointment_ended"}`)
	w.call("cancelled at the desk", w.admin, "POST", "/appointments/"+string(cancelled)+"/record-payment", object{"amount": 1, "payment_method": "cash"}, 409, "")

	other := access.Customer{ID: id.New(), Tenant: mine.tenant}
	w.tokens.customers["other"] = other
	w.call("of another customer", "other", "POST", process, object{"appointment_id": own}, 404, "")
	w.call("their invoices", "other", "GET", "/invoices", nil, 200, `{"total": 0, "items": []}`)
	w.call("their payments", "other", "GET", "/customer/payments/history?customer_id="+string(mine.customer.ID), nil, 200, `{"total": 0, "items": []}`)
}

func TestWithoutAProviderNothingIsPaidOnline(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.off = true })
	appointment := w.book(w.salon)
	w.call("link", w.who, "POST", process, object{"appointment_id": appointment}, 503, `{"code": "payment.no_provider"}`)
	w.call("cash", w.admin, "POST", "/appointments/"+string(appointment)+"/record-payment", object{"amount": 150000, "payment_method": "cash"}, 200, "")
	w.Every("payments.reconcile")
}

func TestAProviderThatRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	w.paper.SetKnobs(sim.Knobs{FailNext: 1, FailStatus: http.StatusUnauthorized})
	request := testkit.Request{As: w.who, Method: "POST", Path: process, Body: object{"appointment_id": appointment}, Header: object{"Idempotency-Key": "once"}}
	if answer := w.Send(request); answer.Status != 502 || answer.Text("code") != "payment.provider" {
		t.Errorf("refused: %d %s", answer.Status, answer.Body)
	}
	w.call("failed", w.admin, "GET", "/payments/history", nil, 200, `{"items": [{"status": "failed"}]}`)
	w.call("cancelled", w.admin, "GET", "/invoices?status=cancelled", nil, 200, `{"total": 1, "items": [{"invoice_number": "INV-2026-0001"}]}`)
	w.RunJobs()

	// The same key works once the provider does, and then repeats its answer.
	first := w.Send(request)
	again := w.Send(request)
	if first.Status != 201 || again.Status != 201 || string(first.Body) != string(again.Body) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("%d %s\n%d %s", first.Status, first.Body, again.Status, again.Body)
	}
	if first.Text("invoice.invoice_number") != "INV-2026-0002" {
		t.Errorf("number %s", first.Text("invoice.invoice_number"))
	}
}

func TestAnAnswerThatWasLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	// The provider makes the invoice, its answer is lost, and no look-up finds out.
	w.paper.SetKnobs(sim.Knobs{LoseNext: 1, LoseStatus: 500, FailNext: 0})
	link := w.link(appointment)
	if w.paper.Knobs().LoseNext != 0 {
		t.Error("no answer was lost")
	}
	if link.Text("invoice.status") != "SENT" {
		t.Errorf("adopted: %s", link.Body)
	}
}

func TestADraftThatWasCutOffIsFinishedByItsJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	invoice := w.cutOff(appointment)
	w.call("in progress", w.who, "POST", process, object{"appointment_id": appointment}, 409, `{"code": "payment.link_in_progress"}`)
	w.call("customers see no drafts", w.who, "GET", "/invoices/"+string(invoice), nil, 404, "")
	w.call("nor print them", w.who, "GET", "/invoices/"+string(invoice)+"/download", nil, 404, "")
	w.call("staff do", w.admin, "GET", "/invoices/"+string(invoice), nil, 200, `{"status": "DRAFT"}`)

	w.RunJobs() // too early
	w.call("still a draft", w.admin, "GET", "/invoices/"+string(invoice), nil, 200, `{"status": "DRAFT"}`)
	w.Advance(61 * time.Second)
	w.RunJobs()
	w.call("finished", w.who, "GET", "/invoices/"+string(invoice), nil, 200, `{"status": "SENT", "paper_payment_url": "*"}`)
	if n := w.atProvider(); n != 1 {
		t.Errorf("%d invoices at the provider", n)
	}
}

func TestADraftThatNobodyWantsAnyMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	invoice := w.cutOff(appointment)
	if _, err := w.booking.Cancel(t.Context(), w.tokens.staff[string(w.admin)], appointment, "ill"); err != nil {
		t.Fatal(err)
	}
	w.Advance(61 * time.Second)
	w.RunJobs()
	w.call("cancelled", w.admin, "GET", "/invoices/"+string(invoice), nil, 200, `{"status": "CANCELLED"}`)
	if n := w.atProvider(); n != 0 {
		t.Errorf("%d invoices at the provider", n)
	}
}

func TestAProviderThatStaysAwayEndsTheDraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	invoice := w.cutOff(appointment)
	w.paper.SetKnobs(sim.Knobs{FailNext: 1000, FailStatus: 503})
	w.Advance(61 * time.Second)
	if failures := w.TryJobs(); len(failures) != 1 {
		t.Errorf("failures %v", failures)
	}
	w.call("waits", w.admin, "GET", "/invoices/"+string(invoice), nil, 200, `{"status": "DRAFT"}`)
	w.Advance(2 * time.Hour)
	w.TryJobs()
	w.call("given up", w.admin, "GET", "/invoices/"+string(invoice), nil, 200, `{"status": "CANCELLED"}`)
	w.paper.SetKnobs(sim.Knobs{})
	w.RunJobs()
	w.link(appointment)
}

// cutOff makes a link of which only the first transaction happened: the provider
// neither answered nor could be asked.
func (w *world) cutOff(appointment id.ID) id.ID {
	w.Helper()
	w.paper.SetKnobs(sim.Knobs{FailNext: 1000, FailStatus: 500})
	w.Do(w.who, "POST", process, object{"appointment_id": appointment}, 502)
	w.paper.SetKnobs(sim.Knobs{})
	var invoice id.ID
	if err := w.DB.Pool().QueryRow(w.t.Context(), `SELECT id FROM invoices WHERE tenant_id = $1 AND status = 'DRAFT'`, w.tenant).Scan(&invoice); err != nil {
		w.Fatal(err)
	}
	return invoice
}

// atProvider counts the invoices at the provider.
func (w *world) atProvider() int {
	w.Helper()
	page, err := w.paperClient.ListInvoices(w.t.Context(), paperid.InvoiceQuery{Limit: 100})
	if err != nil {
		w.Fatal(err)
	}
	return len(page.Invoices)
}

func TestManyAskForALinkAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	appointment := w.book(w.salon)
	var wait sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	for range 8 {
		wait.Go(func() {
			answer := w.Send(testkit.Request{As: w.who, Method: "POST", Path: process, Body: object{"appointment_id": appointment}})
			mu.Lock()
			defer mu.Unlock()
			statuses[answer.Status]++
		})
	}
	wait.Wait()
	if diff := cmp.Diff(map[int]int{201: 1, 409: 7}, statuses); diff != "" {
		t.Error(diff)
	}
	if n := w.atProvider(); n != 1 {
		t.Errorf("%d invoices at the provider", n)
	}
}

func TestInvoiceNumbersHaveNoGaps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var appointments []id.ID
	for range 12 {
		appointments = append(appointments, w.book(w.salon))
	}
	w.paper.SetKnobs(sim.Knobs{FailNext: 3, FailStatus: http.StatusBadRequest})
	var wait sync.WaitGroup
	for _, appointment := range appointments {
		wait.Go(func() {
			w.Send(testkit.Request{As: w.who, Method: "POST", Path: process, Body: object{"appointment_id": appointment}})
		})
	}
	wait.Wait()
	n := w.count(`SELECT count(DISTINCT invoice_number) FROM invoices WHERE tenant_id = $1 AND invoice_number BETWEEN 'INV-2026-0001' AND 'INV-2026-0012'`, w.tenant)
	if n != 12 {
		t.Errorf("%d numbers of 12", n)
	}
	if n := w.count(`SELECT count(*) FROM invoices WHERE tenant_id = $1 AND status = 'CANCELLED'`, w.tenant); n != 3 {
		t.Errorf("%d refused of 3", n)
	}
}

func TestSettleIsForThoseWhoKnowTheTenant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := w.link(w.book(w.salon))
	w.pay(link)
	other := w.newSalon("IDR", 150_000)
	if outcome, err := w.payments.Settle(t.Context(), other.tenant, id.ID(link.Text("invoice.id")), payments.Hint{}); err == nil {
		t.Errorf("another tenant settled: %s", outcome)
	}
}
