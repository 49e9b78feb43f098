package refunds_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/billing/ledger"
	"reserva/internal/kit/db"
)

// Of a visit that was paid from the wallet and at the desk, the takings fall by what came
// to the desk and no more: others' cash stays, and the earnings that the wallet brought.
func TestWhatTheWalletAndTheDeskPaidGivenBackByHand(t *testing.T) {
	t.Parallel()
	for name, parts := range map[string][]object{
		"at once":  {{"reason": "ill", "method": "manual"}},
		"in parts": {{"reason": "ill", "method": "manual", "amount": 40_000}, {"reason": "ill", "method": "manual", "amount": 100_000}, {"reason": "ill", "method": "manual"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTill(t)
			w.credit(30_000)
			_, payment := w.walletAndDesk("09:00")
			for _, part := range parts { // nothing else is in the takings
				w.call("give back", w.Admin, "POST", "/payments/"+payment+"/refund", part, 201, `{"status": "completed"}`)
			}
			want := map[ledger.Account]int64{ledger.Gateway: -30_000, ledger.Merchant: 30_000}
			if diff := cmp.Diff(want, w.balances()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOthersCashIsNotGivenBackForTheWallet(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	w.credit(30_000)
	_, payment := w.walletAndDesk("09:00")
	_, others := w.cash("11:00", 100_000)
	w.call("give back", w.Admin, "POST", "/payments/"+payment+"/refund", object{"reason": "ill", "method": "manual"}, 201, `{"status": "completed"}`)
	w.call("and the other's", w.Admin, "POST", "/payments/"+others+"/refund", object{"reason": "ill", "method": "manual"}, 201, `{"status": "completed", "amount": 100000}`)
	want := map[ledger.Account]int64{ledger.Gateway: -30_000, ledger.Merchant: 30_000}
	if diff := cmp.Diff(want, w.balances()); diff != "" {
		t.Error(diff)
	}
}

// walletAndDesk books an appointment whose link takes all of the wallet, and whose rest is
// paid in cash; it returns the invoice and the payment.
func (w *till) walletAndDesk(start string) (invoice, payment string) {
	w.t.Helper()
	link := w.JSON(w.Customer.Token, "POST", "/customer/payments/process-appointment",
		object{"appointment_id": w.Salon.Book(1, start), "use_wallet": true})
	invoice, payment = link.Text("invoice.id"), link.Text("payment.id")
	w.JSON(w.Admin, "POST", "/invoices/"+invoice+"/mark-paid", object{"payment_method": "cash"})
	return invoice, payment
}

// credit fills the customer's wallet.
func (w *till) credit(amount int64) {
	w.t.Helper()
	err := w.DB.Update(w.t.Context(), w.Salon.Tenant.ID, func(tx *db.Tx) error {
		return ledger.Post(tx, ledger.Movement{Kind: ledger.WalletMove, Reference: "credit", Entries: []ledger.Entry{
			{Account: ledger.Gateway, Currency: "IDR", Amount: -amount}, {Account: ledger.Wallet(w.Customer.ID), Currency: "IDR", Amount: amount},
		}})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}
