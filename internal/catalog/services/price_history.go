package services

import (
	"context"
	"errors"
	"slices"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// PriceNow is what a service costs at this moment.
type PriceNow struct {
	Price      money.Text     `json:"price"`
	Currency   money.Currency `json:"currency"`
	Source     string         `json:"source" enum:"promotional_price,staff_override,outlet_override,base_price"`
	ValidUntil *time.Time     `json:"valid_until" doc:"When the promotion ends that makes the price; null without one."`
}

// Price decides what a service costs now, at an outlet or at none, with a staff member
// or whoever takes nothing else for it. It fails with ErrNotFound, outlets.ErrNotFound
// and ErrNotGiven.
func (o *Operations) Price(ctx context.Context, who access.Staff, service, outlet, staff id.ID) (PriceNow, error) {
	var out PriceNow
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		at, own := queueOutlet(tx, outlet), queueOwnPrice(tx, service, staff)
		r, err := load(ctx, tx, service)
		switch {
		case err != nil:
			return err
		case outlet != "" && !at.Found:
			return outlets.ErrNotFound
		case staff != "" && !own.Found:
			return ErrNotGiven
		}
		price, source := r.at(outlet, tx.Now())
		price, source = WithStaff(own.Value, price, source)
		out = PriceNow{Price: r.text(price), Currency: r.Currency, Source: source}
		if source == SourcePromotion {
			out.ValidUntil = utc(r.ValidUntil)
		}
		return nil
	})
	return out, err
}

// PriceChange is one price of a service that a change touched.
type PriceChange struct {
	ID          id.ID           `json:"id"`
	ServiceID   id.ID           `json:"service_id"`
	Source      string          `json:"source" enum:"promotional_price,outlet_override,base_price" doc:"Which of its prices."`
	OutletID    *id.ID          `json:"outlet_id" doc:"Whose price it is; null but for outlet_override."`
	OldPrice    *money.Text     `json:"old_price" doc:"Null where there was none."`
	OldCurrency *money.Currency `json:"old_currency"`
	NewPrice    *money.Text     `json:"new_price" doc:"Null where it was taken away."`
	NewCurrency *money.Currency `json:"new_currency"`
	ValidUntil  *time.Time      `json:"valid_until" doc:"Of a promotion: when it ends. One without an end is not in force."`
	ActorKind   string          `json:"changed_by_kind" example:"staff"`
	ActorID     *id.ID          `json:"changed_by_id" doc:"The user who changed it."`
	ChangedAt   time.Time       `json:"changed_at"`
}

// PriceHistory lists the changes of a service's prices, the newest first. A removed
// service keeps its history. It fails with ErrNotFound.
func (o *Operations) PriceHistory(ctx context.Context, who access.Staff, service id.ID, page api.Page) (*api.List[PriceChange], error) {
	list := api.NewList[PriceChange](nil, 0, page)
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		total, rows := queuePriceHistory(tx, service, page)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if !total.Found {
			return ErrNotFound
		}
		list = api.NewList(make([]PriceChange, 0, len(rows.Rows)), total.Value, page)
		for _, r := range rows.Rows {
			list.Items = append(list.Items, r.shown())
		}
		return nil
	})
	if errors.Is(err, db.ErrNotFound) {
		return list, ErrNotFound
	}
	return list, err
}

// priceRow is a changed price as it is stored.
type priceRow struct {
	ID          id.ID           `db:"id"`
	ServiceID   id.ID           `db:"service_id"`
	Kind        string          `db:"kind"`
	OutletID    *id.ID          `db:"outlet_id"`
	OldPrice    *int64          `db:"old_price"`
	OldCurrency *money.Currency `db:"old_currency"`
	NewPrice    *int64          `db:"new_price"`
	NewCurrency *money.Currency `db:"new_currency"`
	ValidUntil  *time.Time      `db:"valid_until"`
	ActorKind   string          `db:"actor_kind"`
	ActorID     *id.ID          `db:"actor_id"`
	ChangedAt   time.Time       `db:"changed_at"`
}

func (r priceRow) shown() PriceChange {
	out := PriceChange{
		ID: r.ID, ServiceID: r.ServiceID, Source: r.Kind, OutletID: r.OutletID, OldCurrency: r.OldCurrency, NewCurrency: r.NewCurrency,
		ValidUntil: utc(r.ValidUntil), ActorKind: r.ActorKind, ActorID: r.ActorID, ChangedAt: r.ChangedAt.UTC(),
	}
	if r.OldPrice != nil && r.OldCurrency != nil {
		out.OldPrice = &money.Text{Minor: *r.OldPrice, Currency: *r.OldCurrency}
	}
	if r.NewPrice != nil && r.NewCurrency != nil {
		out.NewPrice = &money.Text{Minor: *r.NewPrice, Currency: *r.NewCurrency}
	}
	return out
}

// priceChanges compares what a service cost with what it costs. Old is nil for a new
// service.
func priceChanges(old *prices, next prices) (changes []priceRow) {
	var was prices
	if old != nil {
		was = *old
	}
	add := func(kind string, outlet *id.ID, before, after *int64, until *time.Time, moved bool) {
		same := before != nil && after != nil && *before == *after && was.Currency == next.Currency && !moved
		if same || before == nil && after == nil {
			return
		}
		c := priceRow{Kind: kind, OutletID: outlet, OldPrice: before, NewPrice: after, ValidUntil: until}
		if before != nil {
			c.OldCurrency = &was.Currency
		}
		if after != nil {
			c.NewCurrency = &next.Currency
		}
		changes = append(changes, c)
	}
	var base *int64
	if old != nil {
		base = &was.Base
	}
	add(SourceBase, nil, base, &next.Base, nil, false)
	add(SourcePromotion, nil, was.Promotion, next.Promotion, next.ValidUntil, !sameInstant(was.ValidUntil, next.ValidUntil))
	var places []id.ID
	for outlet := range was.Outlets {
		places = append(places, outlet)
	}
	for outlet := range next.Outlets {
		places = append(places, outlet)
	}
	slices.Sort(places)
	for _, outlet := range slices.Compact(places) {
		add(SourceOutlet, &outlet, priceAt(was.Outlets, outlet), priceAt(next.Outlets, outlet), nil, false)
	}
	return changes
}

func priceAt(prices map[id.ID]int64, outlet id.ID) *int64 {
	price, ok := prices[outlet]
	if !ok {
		return nil
	}
	return &price
}

func sameInstant(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}
