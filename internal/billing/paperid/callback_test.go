package paperid_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/billing/paperid"
)

var wib = time.FixedZone("WIB", 7*60*60)

var callbacks = []struct {
	name string
	body string
	want paperid.Callback
}{
	{
		name: "payment in, amounts under the method",
		body: `{"additional_info":{"invoices":[{"uuid":"u-1","number":"INV-1"}]},"external_id":"ext-1",
			"message":"transaction succeed","payment_date":"2025-06-18","payment_info":{"bank_transfer":{"amount":108000,
			"created":"2025-06-18T05:20:00+07:00","paid_amount":108000,"paid_at":"2025-06-18T05:21:16+07:00",
			"status":"PAID","updated":"2025-06-18T05:21:16+07:00"},"channel":"bni","method":"bank_transfer",
			"source":"paper-chain","status":"PAID","grand_amount":112440},"ref_id":"ref-1"}`,
		want: paperid.Callback{
			Kind: paperid.PaymentIn, Outcome: paperid.OutcomePaid, Status: "PAID", Message: "transaction succeed",
			RefID: "ref-1", ExternalID: "ext-1", Invoices: []paperid.InvoiceRef{{ID: "u-1", Number: "INV-1"}},
			Method: "bank_transfer", Channel: "bni", Source: "paper-chain",
			Amount: 108000, PaidAmount: 108000, GrandAmount: 112440,
			At: time.Date(2025, 6, 18, 5, 21, 16, 0, wib),
		},
	},
	{
		name: "older sample: status only under the method, other date, no invoices",
		body: `{"additional_info":null,"message":"transaction success","payment_date":"01-01-2021 23:59:59",
			"payment_info":{"credit_card":{"amount":200000.0,"paid_amount":"200000.00","status":"PAID"},
			"channel":"Visa","method":"credit_card","source":"open-api"},"ref_id":"ref-2"}`,
		want: paperid.Callback{
			Kind: paperid.PaymentIn, Outcome: paperid.OutcomePaid, Status: "PAID", Message: "transaction success",
			RefID: "ref-2", Method: "credit_card", Channel: "visa", Source: "open-api",
			Amount: 200000, PaidAmount: 200000, At: time.Date(2021, 1, 1, 23, 59, 59, 0, wib),
		},
	},
	{
		name: "QRIS nested under ewallet, empty list of extras",
		body: `{"additional_info":[],"payment_date":"2025-06-18","payment_info":{"ewallet":{"amount":50000,
			"paid_amount":50000,"status":"PAID"},"channel":"qris","method":"qris","source":"open-api"},"ref_id":"q"}`,
		want: paperid.Callback{
			Kind: paperid.PaymentIn, Outcome: paperid.OutcomePaid, Status: "PAID", RefID: "q", Method: "qris",
			Channel: "qris", Source: "open-api", Amount: 50000, PaidAmount: 50000,
			At: time.Date(2025, 6, 18, 0, 0, 0, 0, wib),
		},
	},
	{
		name: "amounts directly on payment_info, as the field table has them",
		body: `{"ref_id":7,"payment_info":{"method":"ewallet","channel":"OVO","amount":20000,"paid_amount":0,
			"status":"failed","paid_at":"","updated":"2025-06-18 10:00:00","source":"paper-chain"}}`,
		want: paperid.Callback{
			Kind: paperid.PaymentIn, Outcome: paperid.OutcomeFailed, Status: "FAILED", RefID: "7", Method: "ewallet",
			Channel: "ovo", Source: "paper-chain", Amount: 20000, At: time.Date(2025, 6, 18, 10, 0, 0, 0, wib),
		},
	},
	{
		name: "payment out",
		body: `{"ref_id":"out-1","payment_info":{"method":"bank_transfer","channel":"bca_manual","status":"PAID",
			"source":"payment_out_request","bank_transfer":{"amount":75000}}}`,
		want: paperid.Callback{
			Kind: paperid.PaymentOut, Outcome: paperid.OutcomePaid, Status: "PAID", RefID: "out-1",
			Method: "bank_transfer", Channel: "bca_manual", Source: "payment_out_request", Amount: 75000,
		},
	},
	{
		name: "disbursement in the shape of a payment out",
		body: `{"ref_id":"WD-1","payment_info":{"method":"bank_transfer","channel":"BCA","status":"FAILED",
			"source":"digpayout","bank_transfer":{"amount":75000}}}`,
		want: paperid.Callback{
			Kind: paperid.Disbursement, Outcome: paperid.OutcomeFailed, Status: "FAILED", RefID: "WD-1",
			Method: "bank_transfer", Channel: "bca", Source: "digpayout", Amount: 75000,
		},
	},
	{
		name: "disbursement in the shape of the withdrawal's answer",
		body: `{"message":"ok","data":{"ref_id":"WD-2","transaction_status":"Disbursed","total_amount":50000}}`,
		want: paperid.Callback{
			Kind: paperid.Disbursement, Outcome: paperid.OutcomePaid, Status: "DISBURSED", RefID: "WD-2", Amount: 50000,
		},
	},
	{
		name: "invoice paid",
		body: `{"message":"invoice paid","data":{"invoice":{"id":"u-1","number":"INV-1","partner_id":"p-1",
			"status":"paid","amount_due":0,"total_amount":108000,
			"updated_at":"2025-06-18 05:21:16.529804427 +0700 WIB"}}}`,
		want: paperid.Callback{
			Kind: paperid.InvoicePaid, Outcome: paperid.OutcomePaid, Status: "PAID", Message: "invoice paid",
			Invoices: []paperid.InvoiceRef{{ID: "u-1", Number: "INV-1"}}, PartnerID: "p-1", Amount: 108000,
			At: time.Date(2025, 6, 18, 5, 21, 16, 529804427, wib),
		},
	},
	{
		name: "reconciliation",
		body: `{"message":"reconciled","reconciliation_date":"2025-06-18","reconciled_amount":40000,
			"source":"recon_static_va","additional_info":{"invoices":[{"number":"INV-1"}]},"payment_info":{
			"channel":"BNI","static_va":{"amount":50000,"created_at":"2025-06-17"},"payment_type":"digital_payment",
			"method":"static_va","status":"PARTIALLY_RECONCILED"},"ref_id":"r-1"}`,
		want: paperid.Callback{
			Kind: paperid.Reconciliation, Outcome: paperid.OutcomePartial, Status: "PARTIALLY_RECONCILED",
			Message: "reconciled", RefID: "r-1", Invoices: []paperid.InvoiceRef{{Number: "INV-1"}}, Method: "static_va",
			Channel: "bni", Source: "recon_static_va", Amount: 50000, PaidAmount: 40000,
			At: time.Date(2025, 6, 18, 0, 0, 0, 0, wib),
		},
	},
	{
		name: "odd types lose only themselves",
		body: `{"ref_id":{"x":1},"external_id":null,"additional_info":{"invoices":{"uuid":"u"}},"payment_info":{
			"method":"qris","qris":{"amount":-5,"status":"PAID","paid_at":12},"channel":["x"]}}`,
		want: paperid.Callback{Kind: paperid.PaymentIn, Outcome: paperid.OutcomePaid, Status: "PAID", Method: "qris"},
	},
}

func TestParseCallback(t *testing.T) {
	for _, tt := range callbacks {
		t.Run(tt.name, func(t *testing.T) {
			got, err := paperid.ParseCallback([]byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, cmp.Comparer(time.Time.Equal)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestParseCallbackRefuses(t *testing.T) {
	tests := []struct {
		body string
		want error
	}{
		{"", paperid.ErrMalformedCallback},
		{"null", paperid.ErrMalformedCallback},
		{"[]", paperid.ErrMalformedCallback},
		{`"x"`, paperid.ErrMalformedCallback},
		{`{"ref_id":`, paperid.ErrMalformedCallback},
		{`{} trailing`, paperid.ErrMalformedCallback},
		{`{}`, paperid.ErrUnknownCallback},
		{`{"data":{"invoice":"u-1"}}`, paperid.ErrUnknownCallback},
		{`{"payment_info":[]}`, paperid.ErrUnknownCallback},
		{`{"event":"something new","ref_id":"1"}`, paperid.ErrUnknownCallback},
	}
	for _, tt := range tests {
		if got, err := paperid.ParseCallback([]byte(tt.body)); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %+v, %v; want %v", tt.body, got, err, tt.want)
		}
	}
}

func TestCallbackKey(t *testing.T) {
	seen := map[string]string{}
	for _, tt := range callbacks {
		c, err := paperid.ParseCallback([]byte(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[c.Key()]; ok {
			t.Errorf("%q and %q share the key %s", tt.name, other, c.Key())
		}
		seen[c.Key()] = tt.name

		again, err := paperid.ParseCallback([]byte(" " + strings.ReplaceAll(tt.body, "\t", "")))
		if err != nil || again.Key() != c.Key() {
			t.Errorf("%s: a second delivery has the key %s, not %s", tt.name, again.Key(), c.Key())
		}
	}
	long := paperid.Callback{Kind: paperid.PaymentIn, RefID: strings.Repeat("x", 1000)}
	if len(long.Key()) > 200 {
		t.Errorf("key of %d bytes", len(long.Key()))
	}
}

func FuzzParseCallback(f *testing.F) {
	for _, tt := range callbacks {
		f.Add([]byte(tt.body))
	}
	f.Add([]byte(`{"payment_info":{"method":"\u0000","amount":1e400}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := paperid.ParseCallback(body)
		if err != nil {
			if !errors.Is(err, paperid.ErrMalformedCallback) && !errors.Is(err, paperid.ErrUnknownCallback) {
				t.Fatalf("undeclared error %v", err)
			}
			return
		}
		if c.Kind == "" || c.Outcome == "" {
			t.Fatalf("no kind or outcome: %+v", c)
		}
		if c.Amount < 0 || c.PaidAmount < 0 || c.GrandAmount < 0 || c.AmountDue < 0 {
			t.Fatalf("negative amount: %+v", c)
		}
		if strings.Contains(c.RefID+c.ExternalID+c.Method+c.Status+c.Message, "\x00") {
			t.Fatalf("NUL came through: %+v", c)
		}
		if len(c.Key()) > 200 {
			t.Fatalf("key of %d bytes", len(c.Key()))
		}
	})
}
