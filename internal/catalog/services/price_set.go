package services

import (
	"context"
	"maps"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// PricesInput are prices by outlet.
type PricesInput struct {
	OutletPrices map[string]money.Decimal `json:"outlet_prices" doc:"Positive prices by the outlets' ids. Other outlets keep theirs."`
}

// writesPrices is a change that writes the outlet prices and no other list.
func writesPrices() Change {
	return Change{Pricing: PricingChange{OutletPrices: opt.Some(map[string]money.Decimal{})}}
}

// SetPrices sets the prices of some outlets. It fails with ErrNotFound,
// outlets.ErrOutOfScope and ErrOutletPricePlan.
func (o *Operations) SetPrices(ctx context.Context, who access.Staff, service id.ID, in PricesInput) (ServicePricing, error) {
	out, err := o.change(ctx, who, service, "service.prices_set", writesPrices(), func(r record) (record, error) {
		set, err := outletPrices("outlet_prices", in.OutletPrices, r.Currency)
		r.Outlets = maps.Clone(r.Outlets)
		maps.Copy(r.Outlets, set)
		return r, err
	})
	return out.servicePricing(), err
}

// ClearPrice takes an outlet's own price away. It fails with ErrNotFound,
// outlets.ErrOutOfScope and ErrPriceNotFound.
func (o *Operations) ClearPrice(ctx context.Context, who access.Staff, service, outlet id.ID) (ServicePricing, error) {
	out, err := o.change(ctx, who, service, "service.price_cleared", writesPrices(), func(r record) (record, error) {
		if _, ok := r.Outlets[outlet]; !ok {
			return r, ErrPriceNotFound
		}
		r.Outlets = maps.Clone(r.Outlets)
		delete(r.Outlets, outlet)
		return r, nil
	})
	return out.servicePricing(), err
}

// Remove marks a service as deleted: it is offered no more, and what was booked of
// it stays. It fails with ErrNotFound, ErrInPackage and ErrUpcoming.
func (o *Operations) Remove(ctx context.Context, who access.Staff, service id.ID) error {
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		// Unlike a change, a removal waits for bookings that are under way.
		old, err := oneRecord(db.One[row](ctx, tx, selectSQL+` FOR UPDATE OF s`, tx.Tenant(), service))
		if err != nil {
			return err
		}
		booked := queueUpcoming(tx, service)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if booked.Value {
			return ErrUpcoming
		}
		if o.links.Packages != nil {
			bundled, err := o.links.Packages.BundlesService(ctx, tx, service)
			if err != nil {
				return err
			}
			if bundled {
				return ErrInPackage
			}
		}
		remove(tx, service)
		audit.Record(tx, who, "service.deleted", "service", service, old.service("", tx.Now()), nil)
		return nil
	})
}
