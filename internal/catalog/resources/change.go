package resources

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Update changes a resource. A smaller quantity takes units out of use in which
// nothing is booked from now on. It fails with ErrNotFound and ErrBooked.
func (o *Operations) Update(ctx context.Context, who access.Staff, resource id.ID, c Change) (Resource, error) {
	if err := c.check(); err != nil {
		return Resource{}, err
	}
	var out Resource
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		old, err := reached(who)(lock(ctx, tx, resource))
		if err != nil {
			return err
		}
		out = old
		c.Name.Apply(&out.Name)
		if c.Quantity.Set {
			out.Quantity = c.Quantity.Or(1)
		}
		if c.IsActive.Set {
			out.IsActive = c.IsActive.Or(true)
		}
		if out.Quantity != old.Quantity {
			units, err := lockUnits(ctx, tx, resource)
			if err != nil {
				return err
			}
			if err := resize(tx, resource, units, out.Quantity); err != nil {
				return err
			}
		}
		update(tx, out)
		out.UpdatedAt = tx.Now().UTC()
		audit.Record(tx, who, "resource.updated", "resource", resource, old, out)
		return nil
	})
	return out, err
}

// resize brings units back or makes new ones, or retires those that are not booked,
// the last first.
func resize(tx *db.Tx, resource id.ID, units []unit, quantity int) error {
	var retired, idle []int
	used := 0
	for _, u := range units {
		switch {
		case u.Retired:
			retired = append(retired, u.Number)
		case u.Booked:
			used++
		default:
			idle = append(idle, u.Number)
		}
	}
	used += len(idle)
	if surplus := used - quantity; surplus > 0 {
		if surplus > len(idle) {
			return ErrBooked.WithExtra(map[string]any{"booked_units": used - len(idle)})
		}
		slices.Reverse(idle)
		retireUnits(tx, resource, idle[:surplus], true)
		return nil
	}
	back := min(quantity-used, len(retired))
	retireUnits(tx, resource, retired[:back], false)
	if fresh := quantity - used - back; fresh > 0 {
		addUnits(tx, resource, len(units)+1, fresh)
	}
	return nil
}

// Remove takes a resource away in which nothing is booked from now on. Services that
// need its kind cannot be booked at the outlet unless it has others. It fails with
// ErrNotFound and ErrBooked.
func (o *Operations) Remove(ctx context.Context, who access.Staff, resource id.ID) error {
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		old, err := reached(who)(lock(ctx, tx, resource))
		if err != nil {
			return err
		}
		units, err := lockUnits(ctx, tx, resource)
		if err != nil {
			return err
		}
		booked := 0
		for _, u := range units {
			if u.Booked {
				booked++
			}
		}
		if booked > 0 {
			return ErrBooked.WithExtra(map[string]any{"booked_units": booked})
		}
		remove(tx, resource)
		audit.Record(tx, who, "resource.removed", "resource", resource, old, nil)
		return nil
	})
}
