package refunds_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/billing/ledger"
)

// A link asks for the tax on the price, which the business gets and gives back with it;
// the fee is of the price alone, and so is what the appointment is paid by.
func TestTaxedLinks(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	w.Settings(object{"tax_rate": 0.11})
	w.call("worked out", w.Admin, "POST", "/platform-fees/calculate", object{"amount": 150_000}, 200,
		`{"base_amount": 150000, "tax_amount": 16500, "taxable_base": 150000, "platform_fee": 12000, "total_with_fee": 178500, "merchant_amount": 166500}`)
	w.call("other kinds carry none", w.Admin, "POST", "/platform-fees/calculate", object{"amount": 150_000, "payment_type": "wallet_topup"}, 200,
		`{"tax_amount": 0, "total_with_fee": 162000}`)
	appointment := w.Salon.Book(1, "09:00")
	at := "/appointments/" + string(appointment)
	w.call("as booked", w.Admin, "GET", at, nil, 200,
		`{"total_price": 150000, "fee_breakdown": {"base_amount": 150000, "tax_amount": 16500, "platform_fee": 12000, "total_with_fee": 178500}}`)
	link := w.call("link", w.Admin, "POST", at+"/create-payment-link", object{"send_email": false}, 201,
		`{"invoice": {"amount": 178500, "subtotal": 150000, "tax_amount": 16500, "platform_fee": 12000},
			"amounts": {"base_amount": 150000, "tax_amount": 16500, "taxable_base": 150000, "platform_fee": 12000, "total_amount": 178500}}`)
	w.call("its invoice", w.Admin, "GET", "/invoices/"+link.Text("invoice.id"), nil, 200,
		`{"subtotal": 150000, "tax_rate": 0.11, "tax_amount": 16500, "platform_fee": 12000, "total_amount": 178500,
			"line_items": [{"amount": 150000, "tax_rate": 0.11, "tax_amount": 16500}]}`)
	w.call("once", w.Admin, "POST", at+"/create-payment-link", object{}, 409, `{"code": "payment.link_exists"}`)
	w.pay(link.Text("payment_link.url"))
	w.call("paid by the price", w.Admin, "GET", at+"/payment-status", nil, 200,
		`{"payment_status": "paid", "paid_amount": 150000, "remaining_balance": 0, "payment_history": [{"amount": 150000}]}`)
	payment := link.Text("payment.id")
	w.call("the payment", w.Admin, "GET", "/payments/history/"+payment, nil, 200,
		`{"base_amount": "150000.00", "tax_amount": "16500.00", "platform_fee": "12000.00", "total_amount": "178500.00", "merchant_amount": "166500.00"}`)
	if diff := cmp.Diff(map[ledger.Account]int64{
		ledger.Gateway: -178_500, ledger.Merchant: 166_500, ledger.Platform: 12_000, ledger.Tax: 16_500, ledger.Taxed: -16_500,
	}, w.balances()); diff != "" {
		t.Error(diff)
	}

	give := "/payments/" + payment + "/refund"
	w.call("half", w.Admin, "POST", give, object{"reason": "cut short", "method": "wallet", "amount": 89_250}, 201,
		`{"amount": 89250, "fee_amount": 6000, "tax_amount": 8250}`)
	w.call("half is paid", w.Admin, "GET", at, nil, 200, `{"payment_status": "partially_paid", "paid_amount": 75000}`)
	w.call("the rest", w.Admin, "POST", give, object{"reason": "all of it", "method": "wallet"}, 201, `{"amount": 89250, "fee_amount": 6000, "tax_amount": 8250}`)
	w.call("nothing is paid", w.Admin, "GET", at, nil, 200, `{"payment_status": "refunded", "paid_amount": 0}`)
	w.call("refunded", w.Admin, "GET", "/payments/history/"+payment, nil, 200, `{"status": "refunded", "refunded_amount": "178500.00"}`)
	if diff := cmp.Diff(map[ledger.Account]int64{ledger.Gateway: -178_500, ledger.Wallet(w.Customer.ID): 178_500}, w.balances()); diff != "" {
		t.Error(diff)
	}

	// The wallet pays price and tax, without a fee.
	again := w.call("from the wallet", w.Customer.Token, "POST", "/customer/payments/process-appointment",
		object{"appointment_id": appointment, "use_wallet": true}, 201,
		`{"status": "paid", "amounts": {"wallet_applied": 166500, "tax_amount": 16500, "taxable_base": 0, "platform_fee": 0, "total_amount": 0}}`)
	w.call("paid again", w.Admin, "GET", at, nil, 200, `{"payment_status": "paid", "paid_amount": 150000}`)
	w.call("by hand", w.Admin, "POST", "/payments/"+again.Text("payment.id")+"/refund", object{"reason": "ill", "method": "wallet", "amount": 16_650}, 201,
		`{"fee_amount": 0, "tax_amount": 1650}`)
	want := map[ledger.Account]int64{
		ledger.Gateway: -178_500, ledger.Wallet(w.Customer.ID): 28_650, ledger.Merchant: 149_850, ledger.Tax: 14_850, ledger.Taxed: -14_850,
	}
	if diff := cmp.Diff(want, w.balances()); diff != "" {
		t.Error(diff)
	}
	if _, err := ledger.Verify(t.Context(), w.DB, "", func(f ledger.Finding) error { t.Error(f); return nil }); err != nil {
		t.Error(err)
	}
}

// Who pays the taxed link of a visit that was cancelled has all of it in the wallet.
func TestATaxedLinkPaidTooLate(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	w.Settings(object{"tax_rate": 0.11})
	appointment := w.Salon.Book(1, "09:00")
	link := w.JSON(w.Customer.Token, "POST", "/customer/payments/process-appointment", object{"appointment_id": appointment})
	w.Exec(`UPDATE appointments SET status = 'cancelled', cancelled_at = now() WHERE id = $1`, appointment)
	w.pay(link.Text("payment_link.url"))
	if diff := cmp.Diff(map[ledger.Account]int64{ledger.Gateway: -178_500, ledger.Wallet(w.Customer.ID): 178_500}, w.balances()); diff != "" {
		t.Error(diff)
	}
	if _, err := ledger.Verify(t.Context(), w.DB, "", func(f ledger.Finding) error { t.Error(f); return nil }); err != nil {
		t.Error(err)
	}
}

// What the desk takes for a taxed link is price and tax as well.
func TestATaxedLinkMarkedAsPaid(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	w.Settings(object{"tax_rate": 0.11})
	appointment := w.Salon.Book(1, "09:00")
	link := w.JSON(w.Customer.Token, "POST", "/customer/payments/process-appointment", object{"appointment_id": appointment})
	w.call("marked", w.Admin, "POST", "/invoices/"+link.Text("invoice.id")+"/mark-paid", object{"payment_method": "cash"}, 200, `{"status": "PAID", "tax_amount": 16500}`)
	w.call("paid by the price", w.Admin, "GET", "/appointments/"+string(appointment), nil, 200, `{"payment_status": "paid", "paid_amount": 150000}`)
	w.call("the payment", w.Admin, "GET", "/payments/history/"+link.Text("payment.id"), nil, 200, `{"tax_amount": "16500.00", "platform_fee": "0.00"}`)
	w.call("all of it back", w.Admin, "POST", "/payments/"+link.Text("payment.id")+"/refund", object{"reason": "ill", "method": "manual"}, 201, `{"tax_amount": 16500}`)
	w.call("nothing is paid", w.Admin, "GET", "/appointments/"+string(appointment), nil, 200, `{"payment_status": "refunded", "paid_amount": 0}`)
	if diff := cmp.Diff(map[ledger.Account]int64{}, w.balances()); diff != "" {
		t.Error(diff)
	}
	if _, err := ledger.Verify(t.Context(), w.DB, "", func(f ledger.Finding) error { t.Error(f); return nil }); err != nil {
		t.Error(err)
	}
}
