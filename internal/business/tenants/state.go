package tenants

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// SetActive opens or closes a business for everybody but super admins. Each request
// asks the database whether the business of its token, address or outlet is active,
// so that on every server the next one is refused. It fails with ErrUnknown.
func (o *Operations) SetActive(ctx context.Context, who access.Staff, tenant id.ID, active bool) (Tenant, error) {
	var out Tenant
	err := o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		old, err := lock(ctx, tx, tenant)
		if err != nil {
			return err
		}
		if out = old; old.IsActive == active {
			return nil
		}
		tx.Expect(1, "tenants_changed", `
			UPDATE tenants
			SET is_active = $2, updated_at = $3
			WHERE id = $1
			RETURNING id`, tenant, active, tx.Now())
		out.IsActive, out.UpdatedAt = active, tx.Now()
		action := "tenant.deactivated"
		if active {
			action = "tenant.activated"
		}
		audit.Record(tx, who, action, "tenant", tenant, old, out)
		return nil
	})
	return out, err
}

// Remove marks a business as deleted: nobody can sign in to it or see it any more,
// and its slug stays taken. It fails with ErrUnknown and, without force, with
// ErrPaidPlan.
func (o *Operations) Remove(ctx context.Context, who access.Staff, tenant id.ID, force bool) error {
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		// The subscription is locked as well: it must not be paid for at this moment.
		row, err := db.One[Row](ctx, tx, selectSQL+` FOR UPDATE OF s, t`, tenant)
		if err != nil {
			return unknown(err)
		}
		if !force && row.paid() {
			return ErrPaidPlan
		}
		old, err := row.Tenant()
		if err != nil {
			return err
		}
		tx.Expect(1, "tenants_changed", `
			UPDATE tenants
			SET deleted_at = $2, is_active = false, updated_at = $2
			WHERE id = $1
			RETURNING id`, tenant, tx.Now())
		audit.Record(tx, who, "tenant.deleted", "tenant", tenant, old, nil)
		return nil
	})
}

// paid reports whether somebody pays for the plan, or still owes it.
func (r Row) paid() bool {
	return r.Plan != "FREE" && slices.Contains([]string{"active", "trialing", "past_due"}, r.SubscriptionStatus)
}
