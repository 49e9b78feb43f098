package users

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
	"reserva/internal/people/signin"
)

// selectionAudience keeps the token of a choice from being anything else.
const selectionAudience = "staff-selection"

// ask answers a user of several tenants with the choice.
func (o *Operations) ask(user id.ID, choices []Choice) (Answer, error) {
	c := o.tokens.Claims(selectionAudience, string(user), selectionLifetime)
	c.ID = string(id.Random())
	signed, err := o.tokens.Sign(c)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Selection: &Selection{
		RequiresTenantSelection: true, AvailableTenants: choices, AuthToken: signed,
		Message: "Choose the business to sign in to.",
	}}, nil
}

// completeByToken signs in with the token of a choice. It is spent by the
// sign-in that succeeds, so that a mistyped slug can be put right.
func (o *Operations) completeByToken(ctx context.Context, who access.Visitor, in Choosing) (Answer, error) {
	var c token.Claims
	if o.tokens.Verify(in.AuthToken, selectionAudience, &c) != nil {
		return Answer{}, ErrSelection
	}
	user := id.ID(c.Subject)
	var tenant id.ID
	err := o.db.Platform(ctx, "complete a staff sign-in", func(tx *db.Tx) error {
		account := queueAccount(tx, user)
		ref, err := tenants.FindBySlug(ctx, tx, in.TenantSlug)
		if err != nil {
			return err
		}
		if !account.Found || !account.Value.IsActive {
			return ErrInactive
		}
		if _, _, err := findMember(ctx, tx, user, ref.ID); err != nil {
			return err
		}
		tenant = ref.ID
		fresh, err := signin.Spend(ctx, tx, c.ID, c.ExpiresAt.Time)
		if err == nil && !fresh {
			err = ErrSelection
		}
		return err
	})
	if err != nil {
		return Answer{}, err
	}
	return o.open(ctx, who, user, tenant, nil)
}
