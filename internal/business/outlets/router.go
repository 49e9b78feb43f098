package outlets

import (
	"context"
	"sync"

	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// ErrNotFound is an outlet that is absent, or another tenant's.
var ErrNotFound = fault.New(fault.NotFound, "outlet.not_found", "There is no such outlet.")

// Router finds the tenant of an outlet for requests that name no tenant. An outlet
// never moves to another tenant, so what was found once stays true.
type Router struct {
	db    *db.DB
	known sync.Map // id.ID to id.ID
}

// NewRouter returns a Router with nothing known.
func NewRouter(d *db.DB) *Router { return &Router{db: d} }

// TenantOf returns the tenant of an outlet, or ErrNotFound. It says nothing about
// whether either is active.
func (r *Router) TenantOf(ctx context.Context, outlet id.ID) (id.ID, error) {
	if tenant, ok := r.known.Load(outlet); ok {
		return tenant.(id.ID), nil
	}
	var tenant id.ID
	err := r.db.PlatformView(ctx, "tenant of a public outlet", func(tx *db.Tx) error {
		var err error
		tenant, err = db.One[id.ID](ctx, tx, `SELECT tenant_id FROM outlets WHERE id = $1 AND deleted_at IS NULL`, outlet)
		return err
	})
	if err == db.ErrNotFound {
		return "", ErrNotFound
	}
	if err == nil {
		r.known.Store(outlet, tenant)
	}
	return tenant, err
}

// TenantBySlug returns the tenant that a public address names, if it is active. It
// fails with tenants.ErrUnknown.
func (r *Router) TenantBySlug(ctx context.Context, slug string) (id.ID, error) {
	var tenant tenants.Ref
	err := r.db.PlatformView(ctx, "tenant of a public address", func(tx *db.Tx) (err error) {
		tenant, err = tenants.FindBySlug(ctx, tx, slug)
		return err
	})
	return tenant.ID, err
}
