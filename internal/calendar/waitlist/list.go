package waitlist

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Filter narrows a list of wishes; empty fields do not.
type Filter struct {
	Outlet, Customer, Service, Staff id.ID
	Status                           string
	From, To                         civil.Date // windows that meet these dates
	Page                             api.Page
}

// scope are the outlets that the caller reaches.
type scope struct {
	all     bool
	outlets []string
}

func scopeOf(who access.Staff) scope {
	outlets, all := who.OutletScope()
	return scope{all, texts(outlets)}
}

// List lists the wishes of the caller's outlets, the first in line first.
func (o *Operations) List(ctx context.Context, who access.Staff, f Filter) (*api.List[Wish], error) {
	return o.list(ctx, who.Tenant, scopeOf(who), f)
}

// ListOwn lists the wishes of the customer who asks.
func (o *Operations) ListOwn(ctx context.Context, who access.Customer, f Filter) (*api.List[Wish], error) {
	f.Customer = who.ID
	return o.list(ctx, who.Tenant, scope{all: true}, f)
}

const listWhere = `
	WHERE w.tenant_id = $1 AND ($3 OR w.outlet_id = ANY ($4)) AND ($5 = '' OR w.outlet_id = $5) AND ($6 = '' OR w.customer_id = $6)
		AND ($7 = '' OR w.service_id = $7) AND ($8 = '' OR w.staff_id = $8) AND ($9 = '' OR ` + statusNow + ` = $9)
		AND ($10::date IS NULL OR w.date_to >= $10) AND ($11::date IS NULL OR w.date_from <= $11)`

func (o *Operations) list(ctx context.Context, tenant id.ID, s scope, f Filter) (*api.List[Wish], error) {
	var out *api.List[Wish]
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		where := []any{
			tx.Tenant(), tx.Now(), s.all, s.outlets, string(f.Outlet), string(f.Customer), string(f.Service), string(f.Staff), f.Status,
			dateOrNil(f.From), dateOrNil(f.To),
		}
		total := db.QueueOne[int](tx, `
			SELECT count(*) FROM waitlist_wishes w JOIN outlets o ON o.tenant_id = $1 AND o.id = w.outlet_id`+listWhere, where...)
		rows := db.QueueAll[wishRow](tx, `SELECT `+wishColumns+fromWishes+listWhere+`
			ORDER BY w.created_at, w.id
			LIMIT $12 OFFSET $13`, append(where, f.Page.Limit(), f.Page.Offset())...)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		wishes := make([]Wish, len(rows.Rows))
		for i := range rows.Rows {
			wishes[i] = rows.Rows[i].view()
		}
		out = api.NewList(wishes, total.Value, f.Page)
		return addOffers(ctx, tx, wishes)
	})
	return out, err
}

func dateOrNil(d civil.Date) *civil.Date {
	if d.IsZero() {
		return nil
	}
	return &d
}

// Get reads a wish of the caller's outlets with all that was offered for it.
func (o *Operations) Get(ctx context.Context, who access.Staff, wish id.ID) (Detail, error) {
	return o.detail(ctx, who.Tenant, who, wish)
}

// GetOwn reads a wish of the customer who asks.
func (o *Operations) GetOwn(ctx context.Context, who access.Customer, wish id.ID) (Detail, error) {
	return o.detail(ctx, who.Tenant, who, wish)
}

func (o *Operations) detail(ctx context.Context, tenant id.ID, who access.Actor, wish id.ID) (out Detail, err error) {
	err = o.db.View(ctx, tenant, func(tx *db.Tx) error {
		if out.Wish, err = load(ctx, tx, wish); err != nil {
			return err
		}
		if err := out.visible(who); err != nil {
			return err
		}
		out.Offers, err = offersOf(ctx, tx, wish)
		return err
	})
	return out, err
}

// read reads a wish that who may see.
func (o *Operations) read(ctx context.Context, tenant id.ID, who access.Actor, wish id.ID) (w Wish, err error) {
	err = o.db.View(ctx, tenant, func(tx *db.Tx) error {
		if w, err = load(ctx, tx, wish); err != nil {
			return err
		}
		return w.visible(who)
	})
	return w, err
}

// visible hides what is not the caller's.
func (w *Wish) visible(who access.Actor) error {
	switch who := who.(type) {
	case access.Customer:
		if w.CustomerID != who.ID {
			return ErrNotFound
		}
	case access.Staff:
		if !who.CanOutlet(w.OutletID) {
			return ErrNotFound
		}
	}
	return nil
}

// OfferFilter narrows a list of offers; empty fields do not.
type OfferFilter struct {
	Outlet, Customer id.ID
	Outcome          string
	From, To         civil.Date // of what was offered, at the outlet
	Page             api.Page
}

const offersWhere = `
	WHERE f.tenant_id = $1 AND ($3 OR w.outlet_id = ANY ($4)) AND ($5 = '' OR w.outlet_id = $5) AND ($6 = '' OR w.customer_id = $6)
		AND ($7 = '' OR ` + outcomeNow + ` = $7)
		AND ($8::date IS NULL OR (f.starts_at AT TIME ZONE o.timezone)::date >= $8)
		AND ($9::date IS NULL OR (f.starts_at AT TIME ZONE o.timezone)::date <= $9)`

// Offers lists who was offered what in the caller's outlets, the newest first.
func (o *Operations) Offers(ctx context.Context, who access.Staff, f OfferFilter) (*api.List[Offer], error) {
	var out *api.List[Offer]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		s := scopeOf(who)
		where := []any{
			tx.Tenant(), tx.Now(), s.all, s.outlets, string(f.Outlet), string(f.Customer), f.Outcome, dateOrNil(f.From), dateOrNil(f.To),
		}
		total := db.QueueOne[int](tx, `SELECT count(*)`+fromOffers+offersWhere, where...)
		rows := db.QueueAll[offerRow](tx, `SELECT `+offerColumns+fromOffers+offersWhere+`
			ORDER BY f.offered_at DESC, f.id DESC
			LIMIT $10 OFFSET $11`, append(where, f.Page.Limit(), f.Page.Offset())...)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		out = api.NewList(offerViews(rows.Rows), total.Value, f.Page)
		return nil
	})
	return out, err
}
