package fees

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/text"
)

// ErrNoOverride is a business that has its plan's fee.
var ErrNoOverride = fault.New(fault.NotFound, "platform_fee.no_override", "The business has the fee of its plan.")

// Effective is what the next payment of a business carries.
type Effective struct {
	TenantID         id.ID          `json:"tenant_id"`
	SubscriptionPlan string         `json:"subscription_plan" enum:"FREE,PRO,ENTERPRISE"`
	Enabled          bool           `json:"enabled" example:"true" doc:"Whether there is a fee at all."`
	FeeRate          money.Rate     `json:"fee_rate" example:"0.08"`
	FeePercentage    string         `json:"fee_percentage" example:"8%"`
	FeeMode          string         `json:"fee_mode" enum:"customer,merchant" doc:"Who bears it: on top of the price, or out of it."`
	PlanRate         money.Rate     `json:"plan_rate" example:"0.08"`
	MinFee           *money.Number  `json:"min_fee" example:"1000"`
	MaxFee           *money.Number  `json:"max_fee" example:"50000"`
	Currency         money.Currency `json:"currency" example:"IDR" doc:"That of min_fee and max_fee, which bind payments in it."`
	ExemptTypes      []string       `json:"exempt_types" example:"[\"package\",\"setup_fee\",\"subscription\"]"`
	OwnAccount       bool           `json:"own_account" example:"false" doc:"Whether the business collects at an account of its own: then there is no fee."`
	Override         *Override      `json:"override" doc:"What is set for this business in place of its plan's rate; null for nothing."`
}

// Override is what is set for a business.
type Override struct {
	Rate           money.Rate `json:"rate" example:"0.04"`
	FeeMode        *string    `json:"fee_mode" example:"merchant" doc:"Null for the setting of the business."`
	EffectiveFrom  *time.Time `json:"effective_from"`
	EffectiveUntil *time.Time `json:"effective_until"`
	Reason         string     `json:"reason" example:"Launch offer"`
	InEffect       bool       `json:"in_effect" example:"true"`
}

// OverrideWish sets a rate for a business.
type OverrideWish struct {
	Rate           money.Rate `json:"rate" example:"0.04" doc:"A share between 0 and 1, with at most six digits."`
	FeeMode        *string    `json:"fee_mode,omitempty" enum:"customer,merchant" doc:"Who bears it meanwhile; the setting of the business when absent."`
	EffectiveFrom  *time.Time `json:"effective_from,omitempty" doc:"At once when absent."`
	EffectiveUntil *time.Time `json:"effective_until,omitempty" doc:"For ever when absent."`
	Reason         string     `json:"reason" minLength:"1" maxLength:"500" example:"Launch offer"`
}

// Effective reads what the caller's business pays.
func (o *Operations) Effective(ctx context.Context, who access.Staff) (Effective, error) {
	return o.Of(ctx, who.Tenant)
}

// Of reads what a business pays. It fails with tenants.ErrUnknown.
func (o *Operations) Of(ctx context.Context, tenant id.ID) (Effective, error) {
	var out Effective
	err := o.db.View(ctx, tenant, func(tx *db.Tx) (err error) {
		if _, err = tenants.Load(ctx, tx, tenant); err != nil {
			return err
		}
		out, err = effective(ctx, tx)
		return err
	})
	return out, err
}

func effective(ctx context.Context, tx *db.Tx) (Effective, error) {
	found := subscriptions.QueueFee(tx)
	if err := tx.Flush(ctx); err != nil {
		return Effective{}, err
	}
	basis, now := found.Value.Basis, tx.Now()
	plain := basis
	plain.Own, plain.Override = false, nil
	terms := basis.Terms(now)
	out := Effective{
		TenantID: tx.Tenant(), SubscriptionPlan: string(terms.Plan), Enabled: terms.Rate > 0, FeeRate: terms.Rate, FeePercentage: terms.Rate.Percent() + "%",
		FeeMode: terms.Mode, PlanRate: plain.Terms(now).Rate, MinFee: number(terms.Min, terms.Currency), MaxFee: number(terms.Max, terms.Currency),
		Currency: terms.Currency, ExemptTypes: terms.Exempt, OwnAccount: basis.Own,
	}
	if v := basis.Override; v != nil {
		out.Override = &Override{
			Rate: money.Rate(v.Rate), FeeMode: v.Mode, EffectiveFrom: utc(v.From), EffectiveUntil: utc(v.Until), Reason: v.Reason, InEffect: v.InEffect(now),
		}
	}
	return out, nil
}

// SetOverride sets a rate for a business. What was asked for keeps its fee. It fails
// with tenants.ErrUnknown.
func (o *Operations) SetOverride(ctx context.Context, who access.Staff, tenant id.ID, in OverrideWish) (Effective, error) {
	reason, err := text.Line(in.Reason)
	switch {
	case err != nil || reason == "":
		return Effective{}, fault.InvalidField("reason", "must be a single line")
	case in.EffectiveUntil != nil && !in.EffectiveUntil.After(o.db.Now()):
		return Effective{}, fault.InvalidField("effective_until", "is over")
	case in.EffectiveUntil != nil && in.EffectiveFrom != nil && !in.EffectiveUntil.After(*in.EffectiveFrom):
		return Effective{}, fault.InvalidField("effective_until", "must be after effective_from")
	}
	return o.change(ctx, who, tenant, "platform_fee.override_set", &tenants.FeeOverride{
		Rate: in.Rate, Mode: in.FeeMode, From: in.EffectiveFrom, Until: in.EffectiveUntil, Reason: reason,
	})
}

// RemoveOverride gives a business the fee of its plan again. It fails with
// tenants.ErrUnknown and ErrNoOverride.
func (o *Operations) RemoveOverride(ctx context.Context, who access.Staff, tenant id.ID) error {
	_, err := o.change(ctx, who, tenant, "platform_fee.override_removed", nil)
	return err
}

func (o *Operations) change(ctx context.Context, who access.Staff, tenant id.ID, action string, next *tenants.FeeOverride) (Effective, error) {
	var out Effective
	err := o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		if err := tenants.LockFee(ctx, tx); err != nil {
			return err
		}
		old, err := effective(ctx, tx)
		if err != nil {
			return err
		}
		if next == nil && old.Override == nil {
			return ErrNoOverride
		}
		tenants.SetFeeOverride(tx, next)
		if out, err = effective(ctx, tx); err != nil {
			return err
		}
		audit.Record(tx, who, action, "platform_fee", tenant, old.Override, out.Override)
		return nil
	})
	return out, err
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
