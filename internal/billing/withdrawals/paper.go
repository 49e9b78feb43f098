package withdrawals

import (
	"context"
	"errors"
	"fmt"

	"reserva/internal/billing/paperid"
)

// Paper is a Paper.id account as Payouts.
type Paper struct{ client *paperid.Client }

// NewPaper returns the payouts of an account.
func NewPaper(client *paperid.Client) *Paper { return &Paper{client: client} }

// Send implements Payouts. A reference that is known already was taken before.
func (p *Paper) Send(ctx context.Context, reference string, amount int64) error {
	_, err := p.client.CreateWithdrawal(ctx, reference, amount)
	switch {
	case errors.Is(err, paperid.ErrDuplicateNumber):
		return nil
	case errors.Is(err, paperid.ErrInsufficientBalance), errors.Is(err, paperid.ErrBelowMinimum):
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return err
}

// Look implements Payouts.
func (p *Paper) Look(ctx context.Context, reference string) (Payout, error) {
	found, err := p.client.FindWithdrawal(ctx, reference)
	if errors.Is(err, paperid.ErrNotFound) {
		return Payout{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return Payout{
		Ref: found.ID, Amount: found.Amount, Done: found.Outcome == paperid.OutcomePaid, Failed: found.Outcome == paperid.OutcomeFailed,
	}, err
}
