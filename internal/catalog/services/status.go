package services

import (
	"context"
	"slices"
	"strings"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
	"reserva/internal/kit/text"
)

// SetStatus makes a service active, inactive or archived, whatever it was. What is
// booked of it stays. It fails with ErrNotFound.
func (o *Operations) SetStatus(ctx context.Context, who access.Staff, service id.ID, status Status) (Service, error) {
	return o.change(ctx, who, service, "service."+statusVerb(status), Change{}, func(r record) (record, error) {
		r.Status = status
		return r, nil
	})
}

func statusVerb(status Status) string {
	switch status {
	case Active:
		return "activated"
	case Archived:
		return "archived"
	default:
		return "deactivated"
	}
}

// Restore brings an archived or removed service back, active again. A removed one
// needs room in the plan, and gets its slug back or, where that was taken since, the
// next free one. It fails with ErrNotFound, ErrNotRetired, ErrSlugTaken and
// subscriptions.ErrServiceLimit.
func (o *Operations) Restore(ctx context.Context, who access.Staff, service id.ID) (Service, error) {
	var out Service
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		plan, used := subscriptions.QueueLocked(tx), queueUsed(tx)
		was := queueRemoved(tx, service)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		switch {
		case !was.Found:
			return ErrNotFound
		case !was.Value.Removed && was.Value.Status != Archived:
			return ErrNotRetired
		case was.Value.Removed && !subscriptions.Allows(plan.Value.Limits().Services, used.Value):
			return plan.Value.Plan.ServiceLimit()
		}
		slug, old, err := was.Value.Slug, any(nil), error(nil)
		if was.Value.Removed {
			slug, err = freeSlug(ctx, tx, strings.TrimSuffix(slug, "-"+string(service)))
		} else {
			var r record
			r, err = load(ctx, tx, service)
			old = r.service("", tx.Now())
		}
		if err != nil {
			return err
		}
		restore(tx, service, slug)
		r, err := load(ctx, tx, service)
		out = r.service("", tx.Now())
		audit.Record(tx, who, "service.restored", "service", service, old, out)
		return err
	})
	if db.IsConflict(err, slugConstraint) {
		return Service{}, ErrSlugTaken
	}
	return out, err
}

// freeSlug is the slug, or the next like it that nobody has.
func freeSlug(ctx context.Context, tx *db.Tx, slug string) (string, error) {
	candidates := text.Slugs(slug, maxSlug)
	taken := queueTaken(tx, candidates)
	if err := tx.Flush(ctx); err != nil {
		return "", err
	}
	for _, candidate := range candidates {
		if !slices.Contains(taken.Rows, candidate) {
			return candidate, nil
		}
	}
	return "", ErrSlugTaken
}

// SetStaff makes exactly these staff members give a service: it is then among their
// skills, and among nobody else's. What is booked already stays. It fails with
// ErrNotFound, ErrStaffUnknown and outlets.ErrOutOfScope.
func (o *Operations) SetStaff(ctx context.Context, who access.Staff, service id.ID, staff []id.ID) (Service, error) {
	return o.change(ctx, who, service, "service.staff_set", Change{AssignedStaff: opt.Some(staff)}, func(r record) (record, error) {
		return r, nil
	})
}
