package tenants

import (
	"context"
	"time"

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
	OverrideRate opt.Field[money.Rate] `json:"override_rate,omitzero" doc:"A share between 0 and 1, with at most six digits; null for the plan's. Without beginning and end."`
}

// FeeOverride is what the operator sets for a business in place of its plan's rate.
type FeeOverride struct {
	Rate        money.Rate
	Mode        *string    // who bears it meanwhile; nil for the setting fee_mode
	From, Until *time.Time // nil where there is no bound
	Reason      string
}

// SetFeeOverride queues the override of the transaction's tenant, which its caller
// has locked with LockFee; nil removes it.
func SetFeeOverride(tx *db.Tx, f *FeeOverride) {
	var rate *int64
	if f == nil {
		f = &FeeOverride{}
	} else {
		millionths := int64(f.Rate)
		rate = &millionths
	}
	tx.Expect(1, "tenants_changed", `
		UPDATE tenants
		SET platform_fee_rate = $2, platform_fee_mode = $3, platform_fee_from = $4, platform_fee_until = $5, platform_fee_reason = $6, updated_at = $7
		WHERE id = $1
		RETURNING id`, tx.Tenant(), rate, f.Mode, f.From, f.Until, f.Reason, tx.Now())
}

// LockFee makes others who change the transaction's tenant wait. It fails with
// ErrUnknown.
func LockFee(ctx context.Context, tx *db.Tx) error {
	_, err := lock(ctx, tx, tx.Tenant())
	return err
}

// feeOf reads the fee of a tenant as it stands in the transaction.
func (o *Operations) feeOf(ctx context.Context, tx *db.Tx, t Tenant) (Fee, error) {
	ofPlan, effective, err := o.config.Plans.FeeRates(ctx, tx)
	fee := Fee{FeeBearer: t.Settings.FeeMode, PlanRate: ofPlan, EffectiveRate: effective}
	if t.fee != nil {
		share := float64(*t.fee) / 1e6 // only shown
		fee.OverrideRate = &share
	}
	return fee, err
}

// Fee reads the platform's fee: a super admin any, a tenant admin their own. It
// fails with ErrOther and ErrUnknown.
func (o *Operations) Fee(ctx context.Context, who access.Staff, tenant id.ID) (Fee, error) {
	if err := reach(who, tenant); err != nil {
		return Fee{}, err
	}
	var out Fee
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		found, err := Load(ctx, tx, tenant)
		if err != nil {
			return err
		}
		out, err = o.feeOf(ctx, tx, found)
		return err
	})
	return out, err
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
		before, err := o.feeOf(ctx, tx, old)
		if err != nil {
			return err
		}
		next := old
		in.FeeBearer.Apply(&next.Settings.FeeMode)
		if in.OverrideRate.Set {
			in.OverrideRate.ApplyPtr(&next.fee)
			var override *FeeOverride
			if next.fee != nil {
				override = &FeeOverride{Rate: *next.fee}
			}
			SetFeeOverride(tx, override)
		}
		tx.Expect(1, "tenants_changed", `
			UPDATE tenants
			SET settings = settings || jsonb_build_object('fee_mode', $2::text), updated_at = $3
			WHERE id = $1
			RETURNING id`, tenant, next.Settings.FeeMode, tx.Now())
		if out, err = o.feeOf(ctx, tx, next); err != nil {
			return err
		}
		audit.Record(tx, who, "tenant.fee_changed", "tenant_fee", tenant, before, out)
		return nil
	})
	return out, err
}
