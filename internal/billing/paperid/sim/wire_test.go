package sim_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/billing/paperid/sim"
)

// ask sends a raw request with credentials, as a client that forgives nothing would.
func ask(t *testing.T, w *world, method, path, body string) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("client_id", clientID)
	req.Header.Set("client_secret", secret)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, answer
}

const storeInvoice = `{"invoice_date":"10-03-2026","due_date":"17-03-2026","number":"INV-1","customer":{"id":"c","name":"Siti",
	"phone":"+62812"},"items":[{"name":"Hair spa","description":"","quantity":2,"price":60000,"discount":10}],
	"send":{"email":true,"whatsapp":false,"sms":false},"additional_fee":[{"delivery_fee":5000}],"additional_discount":3000}`

func TestInvoicesOnTheWire(t *testing.T) {
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(nil)}})
	host := strings.TrimPrefix(w.url, "http://")

	status, answer := ask(t, w, "POST", "/api/v1/store-invoice", storeInvoice)
	data, _ := answer["data"].(map[string]any)
	id, _ := data["id"].(string)
	payper, _ := data["payper_url"].(string)
	pdf, _ := data["pdf_url"].(string)
	if status != 201 || answer["status_code"] != 201.0 || id == "" || !strings.HasPrefix(payper, host+"/pay/") ||
		!strings.HasPrefix(pdf, "http://"+host+"/pdf/") {
		t.Errorf("%d %v", status, answer)
	}

	_, detail := ask(t, w, "GET", "/api/v1/sales-invoices/"+id, "")
	inner := detail["data"].(map[string]any)
	// 2 x 60,000 less 10 per cent, plus 5,000, less 3,000.
	if detail["total"] != 110_000.0 || detail["created_at"] != "2026-03-10 10:00:00" {
		t.Errorf("outside of data: %v", detail)
	}
	if inner["id"] != nil || inner["total"] != nil || inner["invoice_date"] != "2026-03-10" ||
		inner["due_date"] != "2026-03-17" {
		t.Errorf("data: %v", inner)
	}
	_, list := ask(t, w, "GET", "/api/v1/sales-invoices/all?limit=5", "")
	if list["total_records"] != 1.0 || list["limit"] != 5.0 || list["data"] != nil {
		t.Errorf("list: %v", list)
	}
}

func TestRefusalsOnTheWire(t *testing.T) {
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(nil)}})
	ask(t, w, "POST", "/api/v1/store-invoice", storeInvoice)
	type m = map[string]any
	tests := []struct {
		name, method, path, body string
		status                   int
		want                     m
	}{
		{"number taken", "POST", "/api/v1/store-invoice", storeInvoice, 400,
			m{"error": m{"status_code": 400.0, "message": "number sudah dipakai."}}},
		{"date the other way round", "POST", "/api/v1/store-invoice",
			strings.Replace(storeInvoice, "10-03-2026", "2026-03-10", 1), 400,
			m{"error": m{"status_code": 400.0, "message": "invoice_date must be DD-MM-YYYY"}}},
		{"unknown invoice", "GET", "/api/v1/sales-invoices/x", "", 404,
			m{"error": m{"status_code": 404.0, "message": "invoice not found"}}},
		{"deleting the unknown", "DELETE", "/api/v1/sales-invoice/x", "", 404,
			m{"status_code": 404.0, "code": "ERR-CMN-000", "error": "record not found", "message": "record not found"}},
		{"small payment request", "POST", "/api/v1/payment/request",
			`{"transaction_details":{"ref_id":"r"},"total_amount":{"payment_amount":9999}}`, 400,
			m{"status_code": 400.0, "message": "minimum payment amount is IDR 10,000", "data": nil}},
		{"unknown partner", "GET", "/api/v2/partners/x", "", 404,
			m{"status_code": 404.0, "error_code": "ERR-CMN-404", "message": "partner not found", "data": nil}},
		{"unknown path", "GET", "/api/v3/anything", "", 404,
			m{"status_code": 404.0, "message": "no such path", "data": nil}},
		{"not JSON", "POST", "/api/v1/withdrawal/request", "{", 400,
			m{"status_code": 400.0, "message": "ref_id and total_amount are required", "data": nil}},
	}
	for _, tt := range tests {
		status, got := ask(t, w, tt.method, tt.path, tt.body)
		if diff := cmp.Diff(tt.want, got); status != tt.status || diff != "" {
			t.Errorf("%s: %d, -want +got:\n%s", tt.name, status, diff)
		}
	}
}

func TestPaymentRequestsSay201Inside200(t *testing.T) {
	w := newWorld(t, sim.Config{Accounts: []sim.Account{account(nil)}})
	status, answer := ask(t, w, "POST", "/api/v1/payment/request", `{"transaction_details":{"ref_id":"r"},
		"total_amount":{"payment_amount":10000},"partner":{"partner_number":"p","company_name":"Siti"},
		"invoices":[{"invoice_number":"I","invoice_date":"2026-03-10","invoice_due_date":"2026-03-17"}],
		"payment_method":{"method":"qris","channel":"qris"}}`)
	if status != 200 || answer["status_code"] != 201.0 {
		t.Errorf("%d %v", status, answer)
	}
}
