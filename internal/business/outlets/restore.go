package outlets

import (
	"context"
	"slices"
	"strings"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/text"
)

// SetStatus lets an outlet take bookings, or not: nobody books at, or sees, one that
// is not active, from the next request on. What is booked stays. It fails with
// ErrNotFound and ErrOutOfScope.
func (o *Operations) SetStatus(ctx context.Context, who access.Staff, outlet id.ID, status Status) (Outlet, error) {
	action := "outlet.deactivated"
	if status == Active {
		action = "outlet.activated"
	}
	return o.change(ctx, who, outlet, action, func(tx *db.Tx, next *Outlet, _ Settings) {
		next.Status = status
		update(tx, *next)
	})
}

// Restore brings a deleted outlet back as it was, under its slug where nobody took
// that meanwhile. It was counted all the time, so it is over the limit only where the
// plan is smaller than it was. It fails with ErrNotFound, ErrNotDeleted and
// subscriptions.ErrOutletLimit.
func (o *Operations) Restore(ctx context.Context, who access.Staff, outlet id.ID) (Outlet, error) {
	var out Outlet
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		plan := subscriptions.QueueLocked(tx)
		old, err := lockAlone(ctx, tx, who, outlet)
		switch {
		case err != nil:
			return err
		case !old.IsDeleted:
			return ErrNotDeleted
		}
		base := strings.TrimSuffix(old.Slug, "-"+string(outlet))
		slugs := text.Slugs(base, maxSlug)
		used, first, taken := queueOpening(tx, slugs)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		// The outlet is one of those that are used.
		if !subscriptions.Allows(plan.Value.Limits().Outlets, used.Value-1) {
			return plan.Value.Plan.OutletLimit()
		}
		free := slices.IndexFunc(slugs, func(slug string) bool { return !slices.Contains(taken.Rows, slug) })
		if free < 0 {
			return ErrSlugTaken
		}
		restore(tx, outlet, slugs[free], first.Value)
		if out, err = load(ctx, tx, outlet); err != nil {
			return err
		}
		audit.Record(tx, who, "outlet.restored", "outlet", outlet, nil, out)
		return nil
	})
	if db.IsConflict(err, slugConstraint) {
		return Outlet{}, ErrSlugTaken
	}
	return out, err
}

func restore(tx *db.Tx, outlet id.ID, slug string, first bool) {
	tx.Expect(1, "outlets_changed", `
		UPDATE outlets
		SET deleted_at = NULL, deleted_status = NULL, status = coalesce(deleted_status, 'inactive'), slug = $3, is_default = $4,
			updated_at = $5, version = version + 1
		WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NOT NULL AND purged_at IS NULL
		RETURNING id`, tx.Tenant(), outlet, slug, first, tx.Now())
}
