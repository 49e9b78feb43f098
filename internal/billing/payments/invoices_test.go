package payments_test

import (
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func TestDownloadingAnInvoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := w.link(w.book(w.salon))
	path := "/invoices/" + link.Text("invoice.id") + "/download"
	first := w.Do(w.who, "GET", path, nil, 200)
	if first.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(string(first.Body), "%PDF-") {
		t.Errorf("%s %.20s", first.Header.Get("Content-Type"), first.Body)
	}
	if got := first.Header.Get("Content-Disposition"); !strings.Contains(got, "INV-2026-0001.pdf") || !strings.HasPrefix(got, "attachment") {
		t.Errorf("disposition %s", got)
	}
	if got := first.Header.Get("Cache-Control"); !strings.HasPrefix(got, "private") {
		t.Errorf("cache control %s", got)
	}
	tag := first.Header.Get("ETag")
	if tag == "" || string(w.Do(w.admin, "GET", path, nil, 200).Body) != string(first.Body) {
		t.Error("the same invoice is printed differently")
	}
	known := testkit.Request{As: w.who, Method: "GET", Path: path, Header: object{"If-None-Match": `"x", W/` + tag}}
	if answer := w.Send(known); answer.Status != 304 || len(answer.Body) != 0 || answer.Header.Get("ETag") != tag {
		t.Errorf("known: %d %s", answer.Status, answer.Body)
	}
	if answer := w.Send(testkit.Request{As: w.who, Method: "GET", Path: path + "?source=provider"}); answer.Status != 302 ||
		answer.Header.Get("Location") != link.Text("invoice.paper_pdf_url") {
		t.Errorf("provider: %d %s", answer.Status, answer.Header.Get("Location"))
	}
	w.pay(link)
	w.RunJobs()
	if answer := w.Send(known); answer.Status != 200 || answer.Header.Get("ETag") == tag {
		t.Errorf("paid: %d", answer.Status)
	}
	w.call("absent", w.who, "GET", "/invoices/"+string(id.New())+"/download", nil, 404, "")
	w.call("malformed", w.who, "GET", "/invoices/1/download", nil, 404, "")
}

func TestFilteringInvoicesAndPayments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two := w.book(w.salon), w.book(w.salon)
	paid := w.link(one)
	w.pay(paid)
	w.RunJobs()
	w.Advance(time.Second)
	w.link(two)
	for query, want := range map[string]string{
		"":                                         `{"total": 2, "page": 1, "items": [{"invoice_number": "INV-2026-0002"}, {"invoice_number": "INV-2026-0001"}]}`,
		"?size=1&page=2":                           `{"total": 2, "pages": 2, "items": [{"invoice_number": "INV-2026-0001"}]}`,
		"?status=paid":                             `{"total": 1, "items": [{"status": "PAID"}]}`,
		"?status=SENT":                             `{"total": 1, "items": [{"status": "SENT"}]}`,
		"?invoice_type=appointment":                `{"total": 2}`,
		"?invoice_type=PACKAGE":                    `{"total": 0, "items": []}`,
		"?appointment_id=" + string(two):           `{"total": 1}`,
		"?customer_id=" + string(id.New()):         `{"total": 0}`,
		"?search=inv-2026-0001":                    `{"total": 1}`,
		"?search=" + string(one):                   `{"total": 1}`,
		"?search=%25":                              `{"total": 0}`,
		"?date_from=2026-03-02":                    `{"total": 2}`,
		"?date_from=2026-03-03":                    `{"total": 0}`,
		"?date_to=2026-03-01":                      `{"total": 0}`,
		"?date_from=2026-03-01&date_to=2026-03-02": `{"total": 2}`,
	} {
		w.call("invoices"+query, w.admin, "GET", "/invoices"+query, nil, 200, want)
	}
	for _, query := range []string{"?status=open", "?invoice_type=gift", "?date_from=today", "?customer_id=1"} {
		w.call("invoices"+query, w.admin, "GET", "/invoices"+query, nil, 422, "")
	}
	for query, want := range map[string]string{
		"":                                         `{"total": 2, "skip": 0, "limit": 20, "has_more": false}`,
		"?limit=1":                                 `{"total": 2, "has_more": true, "items": [{"status": "pending"}]}`,
		"?limit=1&skip=1":                          `{"total": 2, "has_more": false, "items": [{"status": "completed"}]}`,
		"?payment_type=APPOINTMENT":                `{"total": 2}`,
		"?payment_type=wallet_topup":               `{"total": 0, "items": []}`,
		"?status=COMPLETED":                        `{"total": 1}`,
		"?customer_id=" + string(w.customer.ID):    `{"total": 2}`,
		"?customer_id=" + string(id.New()):         `{"total": 0}`,
		"?date_from=2026-03-02&date_to=2026-03-02": `{"total": 2}`,
		"?date_to=2026-03-02T00:59:00Z":            `{"total": 0}`,
		"?date_from=2026-03-02T01:00:00Z":          `{"total": 2}`,
	} {
		for _, path := range []string{"/customer/payments/history", "/customer-payments/history", "/payments/history"} {
			w.call(path+query, w.admin, "GET", path+query, nil, 200, want)
		}
	}
	w.call("backwards", w.admin, "GET", "/payments/history?date_from=2026-03-03&date_to=2026-03-01", nil, 400, `{"code": "payment.dates"}`)
	for _, query := range []string{"?status=open", "?payment_type=gift", "?date_from=today", "?limit=101", "?skip=-1"} {
		w.call("history"+query, w.admin, "GET", "/payments/history"+query, nil, 422, "")
	}
}
