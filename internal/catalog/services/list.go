package services

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// Browse narrows what is listed, for every audience.
type Browse struct {
	Search   string                      `query:"search" maxLength:"100" doc:"Part of the name, the description or a tag."`
	Category string                      `query:"category" maxLength:"100" doc:"The whole name, in lower snake case or as it would be written: Hair Styling finds hair_styling."`
	MinPrice opt.Field[api.DecimalParam] `query:"min_price" doc:"Of the effective price, in the business's currency."`
	MaxPrice opt.Field[api.DecimalParam] `query:"max_price"`
}

// Filter says which services staff list, and in what order.
type Filter struct {
	api.Page
	api.Order
	Browse
	OutletID       id.ID           `query:"outlet_id" doc:"Offered at this outlet, at its prices."`
	Status         string          `query:"status" enum:"active,inactive,archived"`
	IsActive       opt.Field[bool] `query:"is_active"`
	MinDuration    opt.Field[int]  `query:"min_duration" minimum:"0" maximum:"1440" doc:"Of duration_minutes."`
	MaxDuration    opt.Field[int]  `query:"max_duration" minimum:"0" maximum:"1440"`
	Tags           []string        `query:"tags" maxItems:"20" doc:"All of them, separated by commas."`
	AllowParallel  opt.Field[bool] `query:"allow_parallel_bookings"`
	IncludeDeleted bool            `query:"include_deleted" doc:"Also those that can be restored, for managers."`
	IncludeStaff   bool            `query:"include_staff" doc:"Adds staff_ids and staff_count."`
	SortBy         string          `query:"sort_by" enum:"name,base_price,duration_minutes,created_at" doc:"Where absent, name."`
	TenantID       id.ID           `query:"tenant_id" doc:"Redundant: must be your own."`
}

// List lists services. It fails with tenants.ErrOther and outlets.ErrNotFound.
func (o *Operations) List(ctx context.Context, who access.Staff, f Filter) (*api.List[Service], error) {
	if err := ownTenant(who, f.TenantID); err != nil {
		return nil, err
	}
	f.IncludeDeleted = f.IncludeDeleted && who.Meets(access.ServicesWrite)
	list := api.NewList[Service](nil, 0, f.Page)
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		total, rows, err := find(ctx, tx, f, false)
		if err != nil {
			return err
		}
		list = api.NewList(make([]Service, 0, len(rows)), total, f.Page)
		for _, r := range rows {
			service := r.record().service(f.OutletID, tx.Now())
			if f.IncludeStaff {
				service = service.withStaff()
			}
			list.Items = append(list.Items, service)
		}
		return nil
	})
	return list, err
}

// find reads one page of services, at an outlet that is there. For customers
// tenant and outlet have to be active as well.
func find(ctx context.Context, tx *db.Tx, f Filter, forCustomers bool) (int, []row, error) {
	outlet := queueOutlet(tx, f.OutletID)
	brand := tenants.Queue(tx)
	if f.MinPrice.Set || f.MaxPrice.Set {
		// Prices in a query have no currency of their own.
		if err := tx.Flush(ctx); err != nil {
			return 0, nil, err
		}
	}
	total, rows := queueList(tx, f, forCustomers, brand.Value.Currency)
	if err := tx.Flush(ctx); err != nil {
		return 0, nil, err
	}
	switch {
	case forCustomers && (!brand.Found || !brand.Value.IsActive):
		return 0, nil, tenants.ErrUnknown
	case f.OutletID != "" && (!outlet.Found || forCustomers && outlet.Value != string(outlets.Active)):
		return 0, nil, outlets.ErrNotFound
	}
	return total.Value, rows.Rows, nil
}

// inMinor is a price of a query in minor units.
func inMinor(price opt.Field[api.DecimalParam], currency money.Currency) *int64 {
	number, ok := price.Get()
	if !ok {
		return nil
	}
	amount, err := number.Minor(currency)
	if err != nil {
		amount = maxPrice
	}
	return &amount
}

// Offers lists what customers of the tenant may book. It fails with
// tenants.ErrUnknown and outlets.ErrNotFound.
func (o *Operations) Offers(ctx context.Context, tenant, outlet id.ID, page api.Page, b Browse) (*api.List[Offer], error) {
	list := api.NewList[Offer](nil, 0, page)
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		total, rows, err := find(ctx, tx, Filter{Page: page, Browse: b, OutletID: outlet}, true)
		if err != nil {
			return err
		}
		list = api.NewList(make([]Offer, 0, len(rows)), total, page)
		for _, r := range rows {
			list.Items = append(list.Items, r.record().offer(outlet, tx.Now()))
		}
		return nil
	})
	return list, err
}

// OffersAt is Offers for somebody who knows nothing but the outlet. It fails with
// outlets.ErrNotFound.
func (o *Operations) OffersAt(ctx context.Context, outlet id.ID, page api.Page, b Browse) (*api.List[Offer], error) {
	tenant, err := o.router.TenantOf(ctx, outlet)
	if err != nil {
		return nil, err
	}
	list, err := o.Offers(ctx, tenant, outlet, page, b)
	if err == tenants.ErrUnknown {
		err = outlets.ErrNotFound
	}
	return list, err
}

// OffersOf is Offers for somebody who knows the tenant's slug. It fails with
// tenants.ErrUnknown and outlets.ErrNotFound.
func (o *Operations) OffersOf(ctx context.Context, slug string, outlet id.ID, page api.Page, b Browse) (*api.List[Offer], error) {
	tenant, err := o.router.TenantBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	return o.Offers(ctx, tenant, outlet, page, b)
}

// Categories are the categories in use, and those that the business is offered.
type Categories struct {
	Categories []Category `json:"categories"`
	Templates  []string   `json:"templates" doc:"The setting service_category_templates."`
}

// Category is a category in use.
type Category struct {
	Name         string `json:"name" db:"name" example:"hair_styling"`
	ServiceCount int    `json:"service_count" db:"service_count"`
}

// CategoryTemplates are the categories that the business may choose from.
type CategoryTemplates struct {
	Templates []string `json:"templates" doc:"The setting service_category_templates." example:"[\"hair_styling\"]"`
}

// CategoryTemplates reads them from the tenant's settings.
func (o *Operations) CategoryTemplates(ctx context.Context, who access.Staff) (CategoryTemplates, error) {
	var out CategoryTemplates
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		tenant, err := tenants.Load(ctx, tx, who.Tenant)
		out.Templates = tenant.Settings.ServiceCategoryTemplates
		return err
	})
	return out, err
}

// Categories lists the categories of the services.
func (o *Operations) Categories(ctx context.Context, who access.Staff) (Categories, error) {
	var out Categories
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		used := queueCategories(tx)
		tenant, err := tenants.Load(ctx, tx, who.Tenant)
		out = Categories{Categories: used.Rows, Templates: tenant.Settings.ServiceCategoryTemplates}
		return err
	})
	return out, err
}
