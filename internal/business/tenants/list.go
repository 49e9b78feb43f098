package tenants

import (
	"context"
	"strings"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/db"
	"reserva/internal/kit/opt"
)

// Filter says which tenants to list, and in what order.
type Filter struct {
	api.Page
	api.Order
	Search       string          `query:"search" maxLength:"100" doc:"Part of the name, the slug or the e-mail address."`
	IsActive     opt.Field[bool] `query:"is_active"`
	Plan         string          `query:"plan" enum:"free,pro,enterprise,FREE,PRO,ENTERPRISE"`
	BusinessType string          `query:"business_type" maxLength:"40" example:"spa"`
	SortBy       string          `query:"sort_by" enum:"name,slug,plan,created_at,updated_at" doc:"Where absent, created_at."`
}

// List lists the tenants of the platform, for super admins. Deleted ones are not
// among them.
func (o *Operations) List(ctx context.Context, _ access.Staff, f Filter) (*api.List[Tenant], error) {
	if f.BusinessType != "" {
		kind, known := ParseBusinessType(f.BusinessType)
		if !known {
			return api.NewList[Tenant](nil, 0, f.Page), nil
		}
		f.BusinessType = kind
	}
	f.Plan = strings.ToUpper(f.Plan)
	var list *api.List[Tenant]
	err := o.db.PlatformView(ctx, "the operator's list of businesses", func(tx *db.Tx) error {
		total, rows := queueList(tx, f)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		items := make([]Tenant, 0, len(rows.Rows))
		for _, r := range rows.Rows {
			tenant, err := r.Tenant()
			if err != nil {
				return err
			}
			items = append(items, tenant)
		}
		list = api.NewList(items, total.Value, f.Page)
		return nil
	})
	return list, err
}

const filterSQL = `
	FROM tenants t
	JOIN subscriptions s ON s.tenant_id = t.id
	WHERE t.deleted_at IS NULL
		AND ($1 = '' OR strpos(lower(concat_ws(' ', t.name, t.slug, t.email)), lower($1)) > 0)
		AND ($2::boolean IS NULL OR t.is_active = $2)
		AND ($3 = '' OR s.plan = $3)
		AND ($4 = '' OR t.business_type = $4)`

// queueList reads one page of the tenants, and how many there are in all.
func queueList(tx *db.Tx, f Filter) (*db.Result[int], *db.Results[Row]) {
	total := db.QueueOne[int](tx, `SELECT count(*)`+filterSQL, f.Search, f.IsActive.Ptr(), f.Plan, f.BusinessType)
	rows := db.QueueAll[Row](tx, `
		SELECT `+columns+filterSQL+`
		ORDER BY
			CASE WHEN $6 THEN NULL WHEN $5 = 'name' THEN lower(t.name) WHEN $5 = 'slug' THEN t.slug WHEN $5 = 'plan' THEN s.plan END,
			CASE WHEN NOT $6 THEN NULL WHEN $5 = 'name' THEN lower(t.name) WHEN $5 = 'slug' THEN t.slug WHEN $5 = 'plan' THEN s.plan END DESC,
			CASE WHEN NOT $6 AND $5 = 'updated_at' THEN t.updated_at END,
			CASE WHEN $6 AND $5 = 'updated_at' THEN t.updated_at WHEN $6 AND $5 IN ('', 'created_at') THEN t.created_at END DESC,
			t.created_at, t.id
		LIMIT $7 OFFSET $8`,
		f.Search, f.IsActive.Ptr(), f.Plan, f.BusinessType, f.SortBy, f.Descending(false), f.Limit(), f.Offset())
	return total, rows
}
