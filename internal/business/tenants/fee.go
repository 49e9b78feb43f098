package tenants

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// Fee is the platform's share of what a business is paid online.
type Fee struct {
	FeeBearer     string     `json:"fee_bearer" enum:"customer,merchant" doc:"Who bears it: on top of the price, or out of it. The setting fee_mode is the same."`
	OverrideRate  *float64   `json:"override_rate" example:"0.04" doc:"In place of the plan's; null for the plan's."`
	PlanRate      money.Rate `json:"plan_rate" example:"0.08"`
	EffectiveRate money.Rate `json:"effective_rate" example:"0.04" doc:"What the next payment is charged."`
}

// FeeChange is a partial update of the fee.
type FeeChange struct {
	FeeBearer    opt.Field[string]     `json:"fee_bearer,omitzero" enum:"customer,merchant"`
	OverrideRate opt.Field[money.Rate] `json:"override_rate,omitzero" doc:"A share between 0 and 1, with at most six digits; null for the plan's."`
}

func (o *Operations) feeOf(t Tenant) Fee {
	ofPlan := o.config.Plans.FeeRate(t.Subscription.PlanType)
	fee := Fee{FeeBearer: t.Settings.FeeMode, PlanRate: ofPlan, EffectiveRate: t.FeeRate(ofPlan)}
	if t.fee != nil {
		share := float64(*t.fee) / 1e6 // only shown
		fee.OverrideRate = &share
	}
	return fee
}

// Fee reads the platform's fee: a super admin any, a tenant admin their own. It
// fails with ErrOther and ErrUnknown.
func (o *Operations) Fee(ctx context.Context, who access.Staff, tenant id.ID) (Fee, error) {
	found, err := o.Get(ctx, who, tenant)
	return o.feeOf(found), err
}

// SetFee changes the platform's fee, for super admins. What was invoiced keeps its
// fee. It fails with ErrUnknown.
func (o *Operations) SetFee(ctx context.Context, who access.Staff, tenant id.ID, in FeeChange) (Fee, error) {
	if in.FeeBearer.Null {
		return Fee{}, fault.InvalidField("fee_bearer", "cannot be null")
	}
	var out Fee
	err := o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		old, err := lock(ctx, tx, tenant)
		if err != nil {
			return err
		}
		next := old
		in.FeeBearer.Apply(&next.Settings.FeeMode)
		in.OverrideRate.ApplyPtr(&next.fee)
		out = o.feeOf(next)
		tx.Expect(1, "tenants_changed", `
			UPDATE tenants
			SET platform_fee_rate = $2, settings = settings || jsonb_build_object('fee_mode', $3::text), updated_at = $4
			WHERE id = $1
			RETURNING id`, tenant, (*int64)(next.fee), next.Settings.FeeMode, tx.Now())
		audit.Record(tx, who, "tenant.fee_changed", "tenant_fee", tenant, o.feeOf(old), out)
		return nil
	})
	return out, err
}
