package payments_test

import (
	"errors"
	"testing"
	"time"

	"reserva/internal/billing/maya"
	mayasim "reserva/internal/billing/maya/sim"
	"reserva/internal/billing/payments"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// paidAtMaya is a payment of 1,000 pesos, and the gateway that took it.
func (w *world) paidAtMaya() (*payments.MayaGateway, string) {
	w.Helper()
	gateway := payments.NewMaya(w.mayaClient)
	made, err := gateway.Open(w.t.Context(), payments.Request{
		Number: "INV-" + string(id.New()), Currency: money.PHP, Lines: []payments.RequestLine{{Name: "Cut", Quantity: 1, Price: 1_000_00}},
	})
	if err == nil {
		err = w.maya.Act(mayaPublic, made.ID, maya.Success)
	}
	if err != nil {
		w.Fatal(err)
	}
	return gateway, made.ID
}

// The whole is voided on its day and refunded later; a part waits for the next day.
// Asked twice under one key, the money goes back once.
func TestMayaGivesMoneyBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *setup) { s.maya = true })
	var _ payments.Refunder = payments.NewMaya(w.mayaClient)

	gateway, today := w.paidAtMaya()
	if _, err := gateway.LookRefund(t.Context(), "", today, "r-1"); !errors.Is(err, payments.ErrNothingThere) {
		t.Errorf("nobody asked: %v", err)
	}
	if _, err := gateway.Refund(t.Context(), "", today, 300_00, money.PHP, "r-1"); !errors.Is(err, payments.ErrUnreachable) {
		t.Errorf("a part on the same day: %v", err)
	}
	for range 2 {
		if got, err := gateway.Refund(t.Context(), "", today, 1_000_00, money.PHP, "r-2"); err != nil || got.Progress != payments.RefundDone {
			t.Errorf("the whole on the same day: %+v, %v", got, err)
		}
	}
	if got := w.maya.Status(mayaPublic, today); got != maya.Voided {
		t.Errorf("the payment is %s", got)
	}

	_, later := w.paidAtMaya()
	w.maya.Advance(24 * time.Hour)
	for range 2 {
		if got, err := gateway.Refund(t.Context(), "", later, 300_00, money.PHP, "r-3"); err != nil || got.Progress != payments.RefundDone {
			t.Errorf("a part: %+v, %v", got, err)
		}
	}
	w.maya.SetKnobs(mayasim.Knobs{Ongoing: 1})
	if got, err := gateway.Refund(t.Context(), "", later, 200_00, money.PHP, "r-4"); err != nil || got.Progress != payments.RefundOngoing {
		t.Errorf("ongoing: %+v, %v", got, err)
	}
	if got, err := gateway.LookRefund(t.Context(), "", later, "r-4"); err != nil || got.Progress != payments.RefundOngoing {
		t.Errorf("still ongoing: %+v, %v", got, err)
	}
	w.maya.FinishRefunds(false)
	if got, err := gateway.LookRefund(t.Context(), "", later, "r-4"); err != nil || got.Progress != payments.RefundFailed {
		t.Errorf("failed: %+v, %v", got, err)
	}
	if _, err := gateway.Refund(t.Context(), "", later, 700_01, money.PHP, "r-5"); !errors.Is(err, payments.ErrRefundRefused) {
		t.Errorf("more than is left: %v", err)
	}
	// The answer is lost, and found again.
	w.maya.SetKnobs(mayasim.Knobs{LoseNext: 1})
	if _, err := gateway.Refund(t.Context(), "", later, 700_00, money.PHP, "r-6"); !errors.Is(err, payments.ErrUncertain) {
		t.Errorf("lost: %v", err)
	}
	if got, err := gateway.LookRefund(t.Context(), "", later, "r-6"); err != nil || got.Progress != payments.RefundDone {
		t.Errorf("found: %+v, %v", got, err)
	}
	if list, err := w.mayaClient.ListRefunds(t.Context(), later); err != nil || len(list) != 3 {
		t.Errorf("%d refunds, %v", len(list), err)
	}
	if _, err := gateway.Refund(t.Context(), "", "nobody", 1, money.PHP, "r-7"); !errors.Is(err, payments.ErrRefundRefused) {
		t.Errorf("of nothing: %v", err)
	}
}
