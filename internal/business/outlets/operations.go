package outlets

import (
	"context"
	"errors"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Operations are what may be done with outlets.
type Operations struct{ db *db.DB }

// New makes the operations on a database.
func New(d *db.DB) *Operations { return &Operations{db: d} }

// Filter says which outlets to list, and in what order.
type Filter struct {
	api.Page
	api.Order
	Search   string `query:"search" maxLength:"100" doc:"Part of the name or of the address."`
	Status   string `query:"status" enum:"active,inactive,temporarily_closed"`
	City     string `query:"city" maxLength:"100" doc:"The whole name, in any case."`
	SortBy   string `query:"sort_by" enum:"name,created_at,status,city" doc:"Where absent, created_at."`
	TenantID id.ID  `query:"tenant_id" doc:"Redundant: must be your own. Super admins may name any."`

	IncludeDeleted bool `query:"include_deleted" doc:"Also those that can be restored, for administrators."`
}

// List lists the caller's outlets; super admins may ask for those of any tenant.
func (o *Operations) List(ctx context.Context, who access.Staff, f Filter) (*api.List[Outlet], error) {
	if who.Role == access.SuperAdmin && f.TenantID != "" {
		who.Tenant = f.TenantID
	}
	if err := ownTenant(who, f.TenantID); err != nil {
		return nil, err
	}
	f.IncludeDeleted = f.IncludeDeleted && who.Meets(access.OutletsWrite)
	var list *api.List[Outlet]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		total, rows := queueList(tx, scope(who), f)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		items, err := outletsOf(rows.Rows)
		list = api.NewList(items, total.Value, f.Page)
		return err
	})
	return list, err
}

// scope is what a list is limited to: nil for no limit.
func scope(who access.Staff) []id.ID {
	outlets, all := who.OutletScope()
	switch {
	case all:
		return nil
	case outlets == nil:
		return []id.ID{}
	default:
		return outlets
	}
}

// Get reads one outlet. It fails with ErrNotFound and ErrOutOfScope.
func (o *Operations) Get(ctx context.Context, who access.Staff, outlet id.ID) (Outlet, error) {
	var out Outlet
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		out, err = load(ctx, tx, outlet)
		return err
	})
	if err == nil {
		err = reach(who, outlet)
	}
	return out, err
}

// load reads an outlet of the transaction's tenant. It fails with ErrNotFound.
func load(ctx context.Context, tx *db.Tx, outlet id.ID) (Outlet, error) {
	return oneOutlet(db.One[row](ctx, tx, selectSQL, tx.Tenant(), outlet))
}

// lock reads an outlet that is about to be changed, in reach of the caller.
// Bookings go on meanwhile. It fails with ErrNotFound and ErrOutOfScope.
func lock(ctx context.Context, tx *db.Tx, who access.Staff, outlet id.ID) (Outlet, error) {
	out, err := oneOutlet(db.One[row](ctx, tx, selectSQL+` FOR NO KEY UPDATE OF o`, tx.Tenant(), outlet))
	if err == nil {
		err = reach(who, outlet)
	}
	return out, err
}

func oneOutlet(r row, err error) (Outlet, error) {
	if errors.Is(err, db.ErrNotFound) {
		return Outlet{}, ErrNotFound
	}
	if err != nil {
		return Outlet{}, err
	}
	return r.outlet()
}

func outletsOf(rows []row) ([]Outlet, error) {
	list := make([]Outlet, 0, len(rows))
	for _, r := range rows {
		outlet, err := r.outlet()
		if err != nil {
			return nil, err
		}
		list = append(list, outlet)
	}
	return list, nil
}
