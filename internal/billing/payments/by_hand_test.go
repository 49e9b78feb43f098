package payments_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/billing/ledger"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/printed"
)

// bill is the body of an invoice over two lines: 2 × 100,000 less 10,000, and 55,555,
// taxed with 11 % and not at all.
func bill(customer id.ID) testkit.Object {
	return testkit.Object{
		"invoice_type": "package", "customer_id": customer, "notes": "Thank you",
		"line_items": []any{
			testkit.Object{"description": "Bridal package", "quantity": 2, "unit_price": "100000", "discount": 10000, "tax_rate": 0.11},
			testkit.Object{"description": "Tea", "unit_price": 55555},
		},
	}
}

func TestWritingAnInvoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.call("write", w.admin, "POST", "/invoices", bill(w.customer.ID), 201, `{
		"invoice_number": "INV-2026-0001", "invoice_type": "PACKAGE", "status": "DRAFT", "customer_id": "`+string(w.customer.ID)+`",
		"subtotal": 255555, "discount_amount": 10000, "tax_amount": 20900, "tax_rate": 0, "total_amount": 266455, "amount_due": 266455,
		"currency": "IDR", "issue_date": "2026-03-02", "due_date": "2026-03-09", "notes": "Thank you",
		"line_items": [
			{"description": "Bridal package", "quantity": 2, "unit_price": 100000, "discount": 10000, "tax_rate": 0.11, "tax_amount": 20900, "amount": 200000},
			{"description": "Tea", "quantity": 1, "unit_price": 55555, "tax_amount": 0, "amount": 55555}
		]}`)
	path := "/invoices/" + made.Text("id")
	w.call("a draft is not the customer's to see", w.who, "GET", path, nil, 404, "")
	w.call("nor to print", w.who, "GET", path+"/download", nil, 404, "")
	w.call("the desk prints it", w.admin, "GET", path+"/download", nil, 200, "%PDF-")

	w.call("the tenant's tax", w.admin, "PUT", "/tenants/"+string(w.tenant)+"/settings", testkit.Object{"tax_rate": 0.11}, 200, `{"tax_rate": 0.11}`)
	w.call("taxed by default", w.admin, "POST", "/invoices", testkit.Object{
		"invoice_type": "APPOINTMENT", "customer_id": w.customer.ID, "currency": "php", "due_date": "2026-03-31",
		"line_items": []any{testkit.Object{"description": "Facial", "unit_price": 33.35}, testkit.Object{"description": "Scrub", "unit_price": 0.05}},
	}, 201, `{"invoice_number": "INV-2026-0002", "currency": "PHP", "tax_rate": 0.11, "subtotal": 33.4, "tax_amount": 3.68, "total_amount": 37.08,
		"due_date": "2026-03-31"}`)
	w.call("another year counts anew", w.admin, "POST", "/invoices", with(bill(w.customer.ID), "issue_date", "2027-01-02"), 201,
		`{"invoice_number": "INV-2027-0001", "due_date": "2027-01-09"}`)
}

func with(body testkit.Object, key string, value any) testkit.Object {
	body[key] = value
	return body
}

func TestInvoicesThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.newSalon("IDR", 100_000)
	booked := w.book(w.salon)
	w.link(booked)
	line := func(more testkit.Object) []any {
		out := testkit.Object{"description": "Tea", "unit_price": 10000}
		for k, v := range more {
			out[k] = v
		}
		return []any{out}
	}
	for name, tt := range map[string]struct {
		body   testkit.Object
		status int
		want   string
	}{
		"unknown type":            {with(bill(w.customer.ID), "invoice_type", "GIFT"), 422, "invoice_type"},
		"no lines":                {with(bill(w.customer.ID), "line_items", []any{}), 422, "line_items"},
		"no customer":             {testkit.Object{"invoice_type": "PACKAGE", "line_items": line(nil)}, 422, "customer_id"},
		"other tenant":            {with(bill(w.customer.ID), "tenant_id", other.tenant), 403, "invoice.other_tenant"},
		"other tenant's customer": {bill(other.customer.ID), 400, "invoice.customer"},
		"absent appointment":      {with(with(bill(w.customer.ID), "invoice_type", "APPOINTMENT"), "appointment_id", id.New()), 400, "invoice.appointment"},
		"open link":               {with(with(bill(w.customer.ID), "invoice_type", "APPOINTMENT"), "appointment_id", booked), 409, "invoice.open_exists"},
		"appointment of a type":   {with(bill(w.customer.ID), "appointment_id", booked), 422, "appointment_id"},
		"absent subscription":     {with(bill(w.customer.ID), "subscription_id", id.New()), 400, "invoice.subscription"},
		"due before issued":       {with(bill(w.customer.ID), "due_date", "2026-03-01"), 400, "invoice.due_date"},
		"currency":                {with(bill(w.customer.ID), "currency", "XXX"), 422, "currency"},
		"discount beyond":         {with(bill(w.customer.ID), "line_items", line(testkit.Object{"discount": 10001})), 422, "discount"},
		"negative":                {with(bill(w.customer.ID), "line_items", line(testkit.Object{"unit_price": -1})), 422, "unit_price"},
		"too much":                {with(bill(w.customer.ID), "line_items", line(testkit.Object{"unit_price": 99999999999999999, "quantity": 100000})), 422, "unit_price"},
		"tax above all":           {with(bill(w.customer.ID), "line_items", line(testkit.Object{"tax_rate": 1.1})), 422, "tax_rate"},
		"another currency than its appointment's": {with(with(with(bill(w.customer.ID), "invoice_type", "APPOINTMENT"), "appointment_id", w.book(w.salon)), "currency", "USD"), 422, "currency"},
		"two lines in one":                        {with(bill(w.customer.ID), "line_items", line(testkit.Object{"description": "a\nb"})), 422, "description"},
	} {
		w.call(name, w.admin, "POST", "/invoices", tt.body, tt.status, tt.want)
	}
	if n := w.count(`SELECT count(*) FROM invoices WHERE written`); n != 0 {
		t.Errorf("%d were written", n)
	}
}

func TestNumbersHaveNoGaps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const hands = 64
	linked := w.book(w.salon)
	w.link(linked) // takes the first number
	var wait sync.WaitGroup
	for i := range hands {
		wait.Go(func() {
			body := bill(w.customer.ID)
			if i%4 == 3 { // refused by the database, once the number was taken
				body["invoice_type"], body["appointment_id"] = "APPOINTMENT", linked
			}
			w.Send(testkit.Request{As: w.admin, Method: "POST", Path: "/invoices", Body: body})
		})
	}
	wait.Wait()
	var numbers []string
	err := w.DB.View(t.Context(), w.tenant, func(tx *db.Tx) (err error) {
		numbers, err = db.All[string](t.Context(), tx, `SELECT invoice_number FROM invoices`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(numbers)
	var want []string
	for i := range 1 + hands*3/4 {
		want = append(want, fmt.Sprintf("INV-2026-%04d", i+1))
	}
	if diff := cmp.Diff(want, numbers); diff != "" {
		t.Error(diff)
	}
}

func TestSendingAnInvoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.Do(w.admin, "POST", "/invoices", bill(w.customer.ID), 201)
	path := "/invoices/" + made.Text("id")
	w.call("send", w.admin, "POST", path+"/send", testkit.Object{"channels": []string{"sms", "email"}}, 200,
		`{"status": "SENT", "metadata": {"sent_via": ["email", "sms"]}}`)
	w.call("the customer sees it", w.who, "GET", path, nil, 200, `{"status": "SENT"}`)
	if n := w.count(`SELECT count(*) FROM messages WHERE file_name = 'INV-2026-0001.pdf' AND file_type = 'application/pdf'
		AND convert_from(substr(file, 1, 5), 'latin1') = '%PDF-'`); n != 1 {
		t.Errorf("%d e-mails carry the invoice", n)
	}
	if n := w.count(`SELECT count(*) FROM messages WHERE channel = 'sms' AND body_text LIKE '%INV-2026-0001%IDR 266,455%'`); n != 1 {
		t.Errorf("%d short messages", n)
	}
	w.call("again", w.admin, "POST", path+"/send", nil, 200, `{"status": "SENT"}`)
	w.call("sent at once", w.admin, "POST", "/invoices", with(bill(w.customer.ID), "send_email", true), 201, `{"status": "SENT"}`)

	w.Exec(`UPDATE customers SET email = NULL WHERE id = $1`, w.customer.ID)
	w.call("no address", w.admin, "POST", path+"/send", nil, 400, "invoice.no_address")
	w.call("no address to send to at once", w.admin, "POST", "/invoices", with(bill(w.customer.ID), "send_email", true), 400, "invoice.no_address")
	if n := w.count(`SELECT count(*) FROM invoices`); n != 2 {
		t.Errorf("%d invoices", n)
	}
	w.call("unknown channel", w.admin, "POST", path+"/send", testkit.Object{"channels": []string{"pigeon"}}, 422, "")
	w.call("absent", w.admin, "POST", "/invoices/"+string(id.New())+"/send", nil, 404, "")
	w.Do(w.admin, "POST", path+"/cancel", nil, 200)
	w.call("cancelled", w.admin, "POST", path+"/send", testkit.Object{"channels": []string{"sms"}}, 409, "invoice.cancelled")
}

func TestCancellingAnInvoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.Do(w.admin, "POST", "/invoices", bill(w.customer.ID), 201)
	path := "/invoices/" + made.Text("id")
	w.call("cancel", w.admin, "POST", path+"/cancel", nil, 200, `{"status": "CANCELLED", "invoice_number": "INV-2026-0001", "amount_due": 0}`)
	w.call("again", w.admin, "POST", path+"/cancel", nil, 409, "invoice.ended")
	w.call("paid", w.admin, "POST", path+"/mark-paid", testkit.Object{"payment_method": "cash"}, 409, "invoice.ended")
	w.call("next number", w.admin, "POST", "/invoices", bill(w.customer.ID), 201, `{"invoice_number": "INV-2026-0002"}`)

	booked := w.book(w.salon)
	link := w.link(booked)
	w.call("a link", w.admin, "POST", "/invoices/"+link.Text("invoice.id")+"/cancel", nil, 200, `{"status": "CANCELLED"}`)
	w.RunJobs()
	if n := w.count(`SELECT count(*) FROM payments WHERE status = 'cancelled'`); n != 1 {
		t.Errorf("%d payments are cancelled", n)
	}
	again := w.link(booked)
	w.pay(again)
	w.RunJobs()
	w.call("paid", w.admin, "POST", "/invoices/"+again.Text("invoice.id")+"/cancel", nil, 409, "invoice.paid")
	w.call("absent", w.admin, "POST", "/invoices/"+string(id.New())+"/cancel", nil, 404, "")
}

func TestMarkingAnInvoiceAsPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.Do(w.admin, "POST", "/invoices", bill(w.customer.ID), 201)
	path, cash := "/invoices/"+made.Text("id"), testkit.Object{"payment_method": "bank_transfer", "receipt_number": "T-7"}
	w.call("paid", w.admin, "POST", path+"/mark-paid", cash, 200, `{"status": "PAID", "amount_paid": 266455, "amount_due": 0, "paid_at": "*"}`)
	w.call("twice", w.admin, "POST", path+"/mark-paid", cash, 409, "invoice.paid")
	w.call("cancel", w.admin, "POST", path+"/cancel", nil, 409, "invoice.paid")
	w.call("history", w.who, "GET", "/payments/history", nil, 200, `{"total": 1, "items": [{"status": "completed", "payment_type": "package",
		"total_amount": "266455.00", "payment_method": "bank_transfer", "payment_provider": "manual", "receipt_number": "T-7"}]}`)
	want := map[ledger.Account]int64{ledger.Cash: -266_455, ledger.Takings: 266_455, ledger.Tax: 20_900, ledger.Taxed: -20_900}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}

	fee := w.Do(w.admin, "POST", "/invoices", with(with(bill(w.customer.ID), "invoice_type", "setup_fee"), "customer_id", nil), 201)
	w.call("the platform's bill", w.admin, "POST", "/invoices/"+fee.Text("id")+"/mark-paid", cash, 403, "invoice.platform_bill")
	boss := testkit.Token("boss")
	w.tokens.staff["boss"] = access.Staff{UserID: id.New(), Tenant: w.tenant, Role: access.SuperAdmin}
	w.call("the platform", boss, "POST", "/invoices/"+fee.Text("id")+"/mark-paid", cash, 200, `{"status": "PAID"}`)
	want[ledger.Cash], want[ledger.Platform] = -2*266_455, 266_455 // whose tax it is
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	w.call("to the platform", w.admin, "GET", "/payments/history?payment_type=setup_fee", nil, 200, `{"total": 1, "items": [
		{"total_amount": "266455.00", "tax_amount": "0.00", "platform_fee": "0.00", "merchant_amount": "0.00", "credited_amount": "0.00"}]}`)
	w.verify()
}

func TestMarkingALinkAsPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	booked := w.book(w.salon, held)
	link := w.link(booked)
	path := "/invoices/" + link.Text("invoice.id")
	w.call("at the desk", w.admin, "POST", path+"/mark-paid", testkit.Object{"payment_method": "cash"}, 200,
		`{"status": "PAID", "subtotal": 150000, "platform_fee": 0, "total_amount": 150000, "amount_paid": 150000, "amount_due": 0}`)
	if got := w.appointment(booked); got != "paid 150000 confirmed" {
		t.Error(got)
	}
	want := map[ledger.Account]int64{ledger.Cash: -150_000, ledger.Takings: 150_000}
	if diff := cmp.Diff(want, w.balances(w.salon)); diff != "" {
		t.Error(diff)
	}
	w.call("without a fee", w.admin, "GET", "/payments/history/"+link.Text("payment.id"), nil, 200,
		`{"base_amount": "150000.00", "platform_fee": "0.00", "platform_fee_rate": "0", "total_amount": "150000.00", "merchant_amount": "150000.00"}`)
	page := printed.Read(t, w.Do(w.admin, "GET", path+"/download", nil, 200).Body).Text()
	if strings.Contains(page, "Service fee") || strings.Contains(page, "162,000") || !strings.Contains(page, "150,000") {
		t.Errorf("printed %q", page)
	}
	w.RunJobs()
	if err := w.paper.Pay(clientID, link.Text("invoice.paper_invoice_id"), 0); err == nil {
		t.Error("the page can still be paid")
	}

	second := w.link(w.book(w.salon))
	if err := w.paper.Pay(clientID, second.Text("invoice.paper_invoice_id"), 0); err != nil {
		t.Fatal(err)
	}
	w.call("paid online first", w.admin, "POST", "/invoices/"+second.Text("invoice.id")+"/mark-paid", testkit.Object{"payment_method": "cash"}, 409, "invoice.paid")
	if n := w.count(`SELECT count(*) FROM payments WHERE invoice_id = $1 AND status = 'completed' AND payment_provider = 'paper_id'`, second.Text("invoice.id")); n != 1 {
		t.Errorf("%d payments online", n)
	}
}

func TestWrittenInvoicesOfAppointments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	write := func(appointment id.ID) string {
		return "/invoices/" + w.Do(w.admin, "POST", "/invoices", testkit.Object{
			"invoice_type": "APPOINTMENT", "appointment_id": appointment,
			"line_items": []any{testkit.Object{"description": "Massage", "unit_price": 150000}},
		}, 201).Text("id")
	}
	atDesk, marked, linked, ended := w.book(w.salon), w.book(w.salon), w.book(w.salon), w.book(w.salon)

	path := write(atDesk)
	pay := testkit.Object{"amount": 50000, "payment_method": "cash"}
	w.Do(w.admin, "POST", "/appointments/"+string(atDesk)+"/record-payment", pay, 200)
	w.call("a part", w.admin, "GET", path, nil, 200, `{"status": "DRAFT", "amount_paid": 50000, "amount_due": 100000}`)
	w.call("cancel", w.admin, "POST", path+"/cancel", nil, 409, "invoice.paid_in_part")
	pay["amount"] = 100000
	w.Do(w.admin, "POST", "/appointments/"+string(atDesk)+"/record-payment", pay, 200)
	w.call("all", w.admin, "GET", path, nil, 200, `{"status": "PAID", "amount_paid": 150000}`)

	path = write(marked)
	w.Do(w.admin, "POST", path+"/mark-paid", testkit.Object{"payment_method": "pos_terminal"}, 200)
	if got := w.appointment(marked); !strings.HasPrefix(got, "paid 150000") {
		t.Error(got)
	}

	path = write(linked)
	link := w.link(linked)
	w.call("the link stands for a draft", w.admin, "GET", path, nil, 200, `{"status": "CANCELLED"}`)
	w.pay(link)
	w.RunJobs()

	path = write(ended)
	by := w.tokens.staff[string(w.admin)]
	if _, err := w.booking.Cancel(t.Context(), by, ended, "ill"); err != nil {
		t.Fatal(err)
	}
	w.RunJobs()
	w.call("of a cancelled appointment", w.admin, "GET", path, nil, 200, `{"status": "CANCELLED"}`)
	if n := w.count(`SELECT count(*) FROM payments WHERE status = 'completed'`); n != 4 {
		t.Errorf("%d payments", n)
	}
}

func TestInvoiceStatistics(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := w.Do(w.admin, "POST", "/invoices", bill(w.customer.ID), 201)
	w.Do(w.admin, "POST", "/invoices/"+paid.Text("id")+"/mark-paid", testkit.Object{"payment_method": "cash"}, 200)
	w.Do(w.admin, "POST", "/invoices", with(bill(w.customer.ID), "send_email", true), 201)
	w.Do(w.admin, "POST", "/invoices", bill(w.customer.ID), 201)
	dollars := w.Do(w.admin, "POST", "/invoices", with(with(bill(w.customer.ID), "currency", "USD"), "issue_date", "2026-02-01"), 201)
	w.Do(w.admin, "POST", "/invoices/"+dollars.Text("id")+"/send", nil, 200)
	w.Every("invoices.overdue")
	w.call("all", w.admin, "GET", "/invoices/statistics", nil, 200, `{"total_invoices": 4,
		"by_status": {"DRAFT": 1, "SENT": 1, "PAID": 1, "OVERDUE": 1, "CANCELLED": 0}, "by_type": {"PACKAGE": 4},
		"currencies": [
			{"currency": "IDR", "invoices": 2, "total_billed": 532910, "total_tax": 41800, "total_paid": 266455, "total_outstanding": 266455, "total_overdue": 0},
			{"currency": "USD", "invoices": 1, "total_billed": 266455, "total_outstanding": 266455, "total_overdue": 266455}
		]}`)
	w.call("one month", w.admin, "GET", "/invoices/statistics?date_from=2026-02-01&date_to=2026-02-28", nil, 200, `{"total_invoices": 1}`)
	w.call("backwards", w.admin, "GET", "/invoices/statistics?date_from=2026-02-02&date_to=2026-02-01", nil, 422, "date_to")
	w.call("not for customers", w.who, "GET", "/invoices/statistics", nil, http.StatusForbidden, "")
}
