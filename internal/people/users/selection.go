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

// selectionClaims are those of a choice: sub is the user.
type selectionClaims struct {
	token.Claims
	Proof signin.Proof `json:"proof"`
}

// ask answers a user of several tenants with the choice.
func (o *Operations) ask(user proven, choices []Choice) (Answer, error) {
	c := selectionClaims{Claims: o.tokens.Claims(selectionAudience, string(user.ID), selectionLifetime), Proof: user.Proof}
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
// sign-in that succeeds, so that a mistyped slug can be put right; a password that
// was changed since ends it.
func (o *Operations) completeByToken(ctx context.Context, who access.Visitor, in Choosing) (Answer, error) {
	var c selectionClaims
	if o.tokens.Verify(in.AuthToken, selectionAudience, &c) != nil {
		return Answer{}, ErrSelection
	}
	user := proven{id.ID(c.Subject), c.Proof}
	var b begun
	err := o.db.Platform(ctx, "complete a staff sign-in", func(tx *db.Tx) error {
		account := queueAccount(tx, user.ID)
		ref, err := tenants.FindBySlug(ctx, tx, in.TenantSlug)
		if err != nil {
			return err
		}
		if !account.Found || !account.Value.IsActive {
			return ErrInactive
		}
		holds, err := lockProven(ctx, tx, user)
		if err == nil && !holds {
			err = ErrSelection
		}
		if err != nil {
			return err
		}
		if b, err = begin(ctx, tx, user.ID, ref.ID, who.Origin); err != nil {
			return err
		}
		fresh, err := signin.Spend(ctx, tx, c.ID, c.ExpiresAt.Time)
		if err == nil && !fresh {
			err = ErrSelection
		}
		return err
	})
	if err != nil {
		return Answer{}, err
	}
	out, err := o.signedIn(b)
	return Answer{SignedIn: &out}, err
}
