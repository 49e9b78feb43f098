package paperid_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"reserva/internal/billing/paperid"
	"reserva/internal/billing/paperid/sim"
)

func TestPaymentRequests(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	first := must(w.CreatePaymentRequest(ctx, payRequest("R-1")))(t)
	if first.ID == "" || first.Amount != 50_000 || first.BuyerFee != 4_000 || first.Status != "PENDING" ||
		first.AccountNumber == "" || first.ExpiresAt.IsZero() || first.Channel != "bni" {
		t.Errorf("created %+v", first)
	}
	if again := must(w.CreatePaymentRequest(ctx, payRequest("R-1")))(t); again.ID != first.ID {
		t.Error("the same payload made another request")
	}
	state := must(w.GetPaymentRequest(ctx, first.ID))(t)
	if state.Paid() || state.RefID != "R-1" || state.GrandAmount != 54_000 || state.Subtotal != 50_000 ||
		!strings.HasPrefix(state.PaymentURL, w.url) || state.RedirectURL != "https://salon.example/done" {
		t.Errorf("state %+v", state)
	}
	if err := w.SimulatePayment(ctx, "R-1"); err != nil {
		t.Fatal(err)
	}
	if !must(w.GetPaymentRequest(ctx, first.ID))(t).Paid() {
		t.Error("not paid")
	}
	_, errAgain := w.CreatePaymentRequest(ctx, payRequest("R-1"))
	for _, err := range []error{errAgain, w.CancelPaymentRequest(ctx, first.ID)} {
		if !errors.Is(err, paperid.ErrAlreadyPaid) {
			t.Errorf("a paid request: %v", err)
		}
	}

	qris := payRequest("R-2")
	qris.Method, qris.Channel = paperid.MethodQRIS, "qris"
	second := must(w.CreatePaymentRequest(ctx, qris))(t)
	if second.QR == "" || second.AccountNumber != "" {
		t.Errorf("QRIS %+v", second)
	}
	newer := qris
	newer.Amount = 60_000
	must(w.CreatePaymentRequest(ctx, newer))(t)
	if got := must(w.GetPaymentRequest(ctx, second.ID))(t).Status; got != "canceled" {
		t.Errorf("the older request for the invoice is %s", got)
	}
	third := must(w.CreatePaymentRequest(ctx, payRequest("R-3")))(t)
	if err := w.CancelPaymentRequest(ctx, third.ID); err != nil {
		t.Fatal(err)
	}
	_, errGet := w.GetPaymentRequest(ctx, "nobody")
	for _, err := range []error{errGet, w.CancelPaymentRequest(ctx, "nobody"), w.SimulatePayment(ctx, "R-3")} {
		if !errors.Is(err, paperid.ErrNotFound) {
			t.Errorf("unknown request: %v", err)
		}
	}

	small := payRequest("R-4")
	small.Amount = paperid.MinimumPayment - 1
	if _, err := w.CreatePaymentRequest(ctx, small); !errors.Is(err, paperid.ErrBelowMinimum) {
		t.Errorf("small amount: %v", err)
	}
}

func TestPaymentMethods(t *testing.T) {
	found := map[string]bool{}
	for _, m := range must(newWorld(t).ListPaymentMethods(t.Context()))(t) {
		found[m.Method+"/"+m.Channel] = len(m.Raw) > 0
	}
	for _, want := range []string{"bank_transfer/bni", "qris/qris", "ewallet/ovo", "credit_card/visa"} {
		if !found[want] {
			t.Errorf("no %s in %v", want, found)
		}
	}
}

func TestBalanceAndWithdrawals(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	balance := func() int64 { return must(w.Balance(ctx))(t).Available }
	must(w.CreateInvoice(ctx, invoice("INV-1")))(t)
	if err := w.sim.Pay(clientID, "INV-1", 0); err != nil {
		t.Fatal(err)
	}
	if b := must(w.Balance(ctx))(t); b.Available != 108_000 || b.Currency != "IDR" || b.UpdatedAt.IsZero() {
		t.Errorf("balance %+v", b)
	}
	got := must(w.CreateWithdrawal(ctx, "WD-1", 100_000))(t)
	if got != (paperid.Withdrawal{RefID: "WD-1", Status: "Disbursed Requested"}) || balance() != 8_000 {
		t.Errorf("withdrawal %+v, balance %d", got, balance())
	}
	if _, err := w.CreateWithdrawal(ctx, "WD-1", 1_000); !errors.Is(err, paperid.ErrDuplicateNumber) {
		t.Errorf("same reference: %v", err)
	}
	if _, err := w.CreateWithdrawal(ctx, "WD-2", 8_001); !errors.Is(err, paperid.ErrInsufficientBalance) {
		t.Errorf("too much: %v", err)
	}
	w.sim.SetKnobs(sim.Knobs{FailDisbursements: true})
	if _, err := w.CreateWithdrawal(ctx, "WD-3", 8_000); err != nil || balance() != 8_000 {
		t.Errorf("a failing disbursement: %v, balance %d", err, balance())
	}
}

func TestBankAccounts(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	otp := must(w.RequestOTP(ctx, paperid.OTPRequest{Action: paperid.OTPCreateBankAccount, Method: paperid.OTPByEmail,
		Email: "owner@example.com"}))(t)
	if otp.Token == "" || otp.Attempts == 0 || otp.ExpiresAt.IsZero() {
		t.Errorf("code %+v", otp)
	}
	in := paperid.BankAccountInput{Token: otp.Token, Code: "000000", BankCode: "bca", AccountNumber: "1234567890",
		Currency: "IDR"}
	var api *paperid.APIError
	if _, err := w.AddWithdrawalBankAccount(ctx, in); !errors.As(err, &api) || api.Status != 400 {
		t.Errorf("wrong code: %v", err)
	}
	in.Code = "123456"
	got := must(w.AddWithdrawalBankAccount(ctx, in))(t)
	if got.ID == "" || got.BankCode != "bca" || got.AccountNumber != "1234567890" || !got.IsDefault {
		t.Errorf("account %+v", got)
	}
	if _, err := w.AddWithdrawalBankAccount(ctx, in); !errors.As(err, &api) {
		t.Errorf("a spent code: %v", err)
	}
	stale := must(w.RequestOTP(ctx, paperid.OTPRequest{Action: paperid.OTPUpdateBankAccount,
		Method: paperid.OTPByWhatsApp, Phone: "+62812"}))(t)
	w.sim.Advance(time.Hour)
	in.Token = stale.Token
	if _, err := w.AddWithdrawalBankAccount(ctx, in); !errors.As(err, &api) {
		t.Errorf("a stale code: %v", err)
	}
	if _, err := w.RequestOTP(ctx, paperid.OTPRequest{Method: "pigeon"}); !errors.As(err, &api) {
		t.Errorf("an unknown method: %v", err)
	}
}
