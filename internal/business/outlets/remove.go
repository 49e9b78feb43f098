package outlets

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Remove marks an outlet as deleted: it is shown no more, but the plan still
// counts it. It fails with ErrNotFound, ErrOutOfScope and ErrHasFuture.
func (o *Operations) Remove(ctx context.Context, who access.Staff, outlet id.ID) error {
	return o.remove(ctx, who, outlet, false)
}

// Purge is Remove for good, also of an outlet that was removed before: the plan
// counts it no more, and it cannot be restored. Its history stays. It fails with
// ErrPurge, ErrNotFound and ErrHasFuture.
func (o *Operations) Purge(ctx context.Context, who access.Staff, outlet id.ID) error {
	if who.Role != access.SuperAdmin {
		return ErrPurge
	}
	return o.remove(ctx, who, outlet, true)
}

func (o *Operations) remove(ctx context.Context, who access.Staff, outlet id.ID, forGood bool) error {
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		// In the order of Open, which also decides on the default.
		subscriptions.QueueLocked(tx)
		old, err := lockAlone(ctx, tx, who, outlet)
		if err != nil {
			return err
		}
		if old.IsDeleted && !forGood {
			return ErrNotFound
		}
		upcoming := queueUpcoming(tx, outlet)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if upcoming.Value > 0 {
			return ErrHasFuture
		}
		action := "outlet.deleted"
		if !old.IsDeleted {
			remove(tx, outlet)
		}
		if forGood {
			action = "outlet.purged"
			purge(tx, outlet)
		}
		audit.Record(tx, who, action, "outlet", outlet, old, nil)
		return nil
	})
}

// lockAlone is lock without bookings meanwhile, those begun are waited for. It finds
// deleted outlets as well.
func lockAlone(ctx context.Context, tx *db.Tx, who access.Staff, outlet id.ID) (Outlet, error) {
	out, err := oneOutlet(db.One[row](ctx, tx, anySQL+` FOR UPDATE OF o`, tx.Tenant(), outlet))
	if err == nil {
		err = reach(who, outlet)
	}
	return out, err
}

// purge queues the end of an outlet that is marked as deleted.
func purge(tx *db.Tx, outlet id.ID) {
	tx.Expect(1, "outlets_changed", `
		UPDATE outlets
		SET purged_at = $3, updated_at = $3
		WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NOT NULL AND purged_at IS NULL
		RETURNING id`, tx.Tenant(), outlet, tx.Now())
}
