package payments

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"reserva/internal/billing/maya"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Refund implements Refunder. On the day of the payment, by GMT+8, the whole of it is
// voided; from the next day on any part can be refunded. A part on the same day has to
// wait, which counts as a provider that cannot be reached: nothing was done, and the
// job asks again.
func (m *MayaGateway) Refund(ctx context.Context, tenant id.ID, providerID string, amount int64, currency money.Currency, key string) (RefundState, error) {
	known, err := m.LookRefund(ctx, tenant, providerID, key)
	if !errors.Is(err, ErrNothingThere) {
		return known, err
	}
	p, err := m.client.GetPayment(ctx, providerID)
	if err != nil {
		return RefundState{}, refused(err)
	}
	switch reason := refundReason(key); {
	case currency != p.Currency:
		return RefundState{}, fmt.Errorf("%w: it was paid in %s", ErrRefundRefused, p.Currency)
	case p.CanVoid && amount == p.Amount:
		return m.undone(m.client.Void(ctx, providerID, reason))
	case p.CanVoid:
		return RefundState{}, fmt.Errorf("%w: a part can be refunded from tomorrow on, by GMT+8", ErrUnreachable)
	case p.CanRefund:
		return m.undone(m.client.Refund(ctx, providerID, amount, currency, reason))
	}
	return RefundState{}, fmt.Errorf("%w: the payment is %s", ErrRefundRefused, p.Status)
}

// LookRefund implements Refunder: a refund is known by the key in its reason. A void is
// of the whole, so there is only one.
func (m *MayaGateway) LookRefund(ctx context.Context, _ id.ID, providerID, key string) (RefundState, error) {
	list, err := m.client.ListRefunds(ctx, providerID)
	if err != nil {
		return RefundState{}, refused(err)
	}
	for _, r := range list {
		if strings.HasSuffix(r.Reason, key) {
			return m.undone(r, nil)
		}
	}
	p, err := m.client.GetPayment(ctx, providerID)
	switch {
	case err != nil:
		return RefundState{}, refused(err)
	case p.Status == maya.Voided:
		return RefundState{ID: p.ID, Progress: RefundDone}, nil
	}
	return RefundState{}, ErrNothingThere
}

func refundReason(key string) string { return "Refund " + key }

// undone is the provider's word on a void or refund. An ongoing one has no id yet.
func (m *MayaGateway) undone(r maya.RefundState, err error) (RefundState, error) {
	if err != nil {
		return RefundState{}, refused(err)
	}
	switch r.Status {
	case maya.RefundSuccess:
		return RefundState{ID: r.ID, Progress: RefundDone}, nil
	case maya.RefundFailed:
		return RefundState{ID: r.ID, Progress: RefundFailed}, nil
	}
	return RefundState{ID: r.ID, Progress: RefundOngoing}, nil
}

// refused gives the provider's errors about refunds the meaning that a Refunder's have.
// A payment that is not there cannot be given back.
func refused(err error) error {
	for _, kind := range []error{maya.ErrNotRefundable, maya.ErrNotVoidable, maya.ErrRefundAmount, maya.ErrNotFound} {
		if errors.Is(err, kind) {
			return fmt.Errorf("%w: %w", ErrRefundRefused, err)
		}
	}
	return translateMaya(err)
}
