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
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		// In the order of Open, which also decides on the default.
		subscriptions.QueueLocked(tx)
		old, err := lockAlone(ctx, tx, who, outlet)
		if err != nil {
			return err
		}
		upcoming := queueUpcoming(tx, outlet)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if upcoming.Value > 0 {
			return ErrHasFuture
		}
		remove(tx, outlet)
		audit.Record(tx, who, "outlet.deleted", "outlet", outlet, old, nil)
		return nil
	})
}

// lockAlone is lock without bookings meanwhile: those begun are waited for.
func lockAlone(ctx context.Context, tx *db.Tx, who access.Staff, outlet id.ID) (Outlet, error) {
	out, err := oneOutlet(db.One[row](ctx, tx, selectSQL+` FOR UPDATE OF o`, tx.Tenant(), outlet))
	if err == nil {
		err = reach(who, outlet)
	}
	return out, err
}
