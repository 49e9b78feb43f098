package resources

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/audit"
	"reserva/internal/business/outlets"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
)

// Operations are what may be done with resources.
type Operations struct{ db *db.DB }

// New makes the operations on a database.
func New(d *db.DB) *Operations { return &Operations{db: d} }

// Add adds a resource with its units. It fails with tenants.ErrOther,
// outlets.ErrNotFound and outlets.ErrOutOfScope.
func (o *Operations) Add(ctx context.Context, who access.Staff, in Input) (Resource, error) {
	if in.TenantID != "" && in.TenantID != who.Tenant {
		return Resource{}, tenants.ErrOther
	}
	if err := in.check(); err != nil {
		return Resource{}, err
	}
	var out Resource
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		outlet := queueOutlet(tx, in.OutletID)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		switch {
		case !outlet.Found:
			return outlets.ErrNotFound
		case !who.CanOutlet(in.OutletID):
			return outlets.ErrOutOfScope
		}
		out = Resource{
			ID: id.NewAt(tx.Now()), TenantID: tx.Tenant(), OutletID: in.OutletID, Kind: in.Kind, Name: in.Name,
			Quantity: in.Quantity.Or(1), IsActive: in.IsActive.Or(true), CreatedAt: tx.Now().UTC(), UpdatedAt: tx.Now().UTC(),
		}
		insert(tx, out)
		addUnits(tx, out.ID, 1, out.Quantity)
		audit.Record(tx, who, "resource.created", "resource", out.ID, nil, out)
		return nil
	})
	return out, err
}

// Get reads a resource of the caller's outlets. It fails with ErrNotFound.
func (o *Operations) Get(ctx context.Context, who access.Staff, resource id.ID) (Resource, error) {
	var out Resource
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		out, err = reached(who)(load(ctx, tx, resource))
		return err
	})
	return out, err
}

// reached hides the resources of others' outlets.
func reached(who access.Staff) func(Resource, error) (Resource, error) {
	return func(r Resource, err error) (Resource, error) {
		if err == nil && !who.CanOutlet(r.OutletID) {
			return Resource{}, ErrNotFound
		}
		return r, err
	}
}

// Filter chooses resources for a list.
type Filter struct {
	api.Page
	OutletID id.ID           `query:"outlet_id" doc:"Only those of this outlet."`
	Kind     string          `query:"kind" maxLength:"40" doc:"Only those of this kind."`
	IsActive opt.Field[bool] `query:"is_active"`
}

// List lists the resources of the caller's outlets, by kind and name.
func (o *Operations) List(ctx context.Context, who access.Staff, f Filter) (*api.List[Resource], error) {
	const filter = `
		FROM resources r
		WHERE r.tenant_id = $1 AND r.deleted_at IS NULL AND ($2::text[] IS NULL OR r.outlet_id = ANY ($2))
			AND ($3 = '' OR r.outlet_id = $3) AND ($4 = '' OR r.kind = $4) AND ($5::boolean IS NULL OR r.is_active = $5)`
	mine, all := who.OutletScope()
	if !all && mine == nil {
		mine = []id.ID{}
	}
	var total *db.Result[int]
	var rows *db.Results[Resource]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		args := []any{tx.Tenant(), mine, f.OutletID, f.Kind, f.IsActive.Ptr()}
		total = db.QueueOne[int](tx, `SELECT count(*)`+filter, args...)
		rows = db.QueueAll[Resource](tx, `
			SELECT `+columns+filter+`
			ORDER BY r.kind, lower(r.name), r.id
			LIMIT $6 OFFSET $7`, append(args, f.Limit(), f.Offset())...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range rows.Rows {
		rows.Rows[i], _ = found(rows.Rows[i], nil)
	}
	return api.NewList(rows.Rows, total.Value, f.Page), nil
}
