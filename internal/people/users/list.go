package users

import (
	"context"
	"strings"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
)

// Filter chooses users for a list.
type Filter struct {
	Search   string          `query:"search" maxLength:"200" doc:"Part of a name, an e-mail address, a phone number or a position, taken literally."`
	Role     string          `query:"role" enum:"super_admin,tenant_admin,outlet_manager,receptionist,staff"`
	IsActive opt.Field[bool] `query:"is_active"`
	OutletID id.ID           `query:"outlet_id" doc:"Who works there."`
	SortBy   string          `query:"sort_by" enum:"created_at,email,last_name,last_login" default:"created_at"`
	api.Order
}

// scopeSQL leaves the members whom a caller reaches: $2 are the outlets, null for
// all of the tenant; the caller $3 is always among them.
const scopeSQL = `m.tenant_id = $1 AND m.deleted_at IS NULL
	AND ($2::text[] IS NULL OR m.user_id = $3 OR EXISTS (
		SELECT 1
		FROM membership_outlets mo
		JOIN outlets o ON o.tenant_id = mo.tenant_id AND o.id = mo.outlet_id AND o.deleted_at IS NULL
		WHERE mo.tenant_id = $1 AND mo.user_id = m.user_id AND mo.outlet_id = ANY ($2)))`

// filterSQL leaves the members that the arguments of List ask for.
const filterSQL = scopeSQL + `
	AND ($4 = '' OR strpos(lower(concat_ws(' ', u.first_name, u.last_name, u.email, u.phone, m.position)), $4) > 0)
	AND ($5 = '' OR CASE WHEN u.is_super_admin THEN 'super_admin' ELSE m.role END = $5)
	AND ($6::boolean IS NULL OR (m.is_active AND u.is_active) = $6)
	AND ($7 = '' OR EXISTS (
		SELECT 1
		FROM membership_outlets mo
		JOIN outlets o ON o.tenant_id = mo.tenant_id AND o.id = mo.outlet_id AND o.deleted_at IS NULL
		WHERE mo.tenant_id = $1 AND mo.user_id = m.user_id AND mo.outlet_id = $7))`

// The keys of sort_by, $8, by type; a list is sorted by one of them. Who never
// signed in comes last either way, and equal keys go by age.
const (
	textKey = `CASE $8 WHEN 'email' THEN u.email WHEN 'last_name' THEN lower(u.last_name) END`
	timeKey = `CASE $8 WHEN 'last_login' THEN u.last_login WHEN 'created_at' THEN m.created_at END`
)

// scope is what a caller is limited to: nil for no limit.
func scope(who access.Staff) []id.ID {
	mine, all := who.OutletScope()
	switch {
	case all:
		return nil
	case mine == nil:
		return []id.ID{}
	default:
		return mine
	}
}

// List returns one page of the users whom the caller may see.
func (o *Operations) List(ctx context.Context, who access.Staff, f Filter, page api.Page) (*api.List[User], error) {
	var total *db.Result[int]
	var rows *db.Results[managed]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		args := []any{
			tx.Tenant(), scope(who), who.UserID, strings.ToLower(strings.TrimSpace(f.Search)), f.Role, f.IsActive.Ptr(), f.OutletID,
		}
		total = db.QueueOne[int](tx, `
			SELECT count(*)
			FROM memberships m
			JOIN users u ON u.id = m.user_id
			WHERE `+filterSQL, args...)
		rows = db.QueueAll[managed](tx, `
			SELECT `+managedColumns+`
			FROM memberships m
			JOIN users u ON u.id = m.user_id
			WHERE `+filterSQL+`
			ORDER BY
				CASE WHEN NOT $9 THEN `+textKey+` END, CASE WHEN $9 THEN `+textKey+` END DESC NULLS LAST,
				CASE WHEN NOT $9 THEN `+timeKey+` END, CASE WHEN $9 THEN `+timeKey+` END DESC NULLS LAST,
				m.created_at, m.user_id
			LIMIT $10 OFFSET $11`, append(args, f.SortBy, f.Descending(false), page.Limit(), page.Offset())...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	items := make([]User, len(rows.Rows))
	for i := range rows.Rows {
		items[i] = rows.Rows[i].user(who.Tenant)
	}
	return api.NewList(items, total.Value, page), nil
}

// recent is how long a sign-in counts as recent.
const recent = 7 * 24 * time.Hour

// Statistics count the users whom the caller may see.
type Statistics struct {
	Total         int                 `json:"total"`
	Active        int                 `json:"active"`
	Inactive      int                 `json:"inactive"`
	ByRole        map[access.Role]int `json:"by_role" doc:"Of every role, those without users too."`
	ByOutlet      []OutletCount       `json:"by_outlet" doc:"Somebody who works at two outlets counts at both. Administrators work at none."`
	RecentLogins  int                 `json:"recent_logins" doc:"Users who signed in within the last seven days."`
	NeverLoggedIn int                 `json:"never_logged_in"`
	GeneratedAt   time.Time           `json:"generated_at"`
}

// OutletCount is how many users work at an outlet.
type OutletCount struct {
	OutletID id.ID `json:"outlet_id" db:"outlet_id"`
	Count    int   `json:"count" db:"count"`
}

// roleCount is how many users of one role there are.
type roleCount struct {
	Role   access.Role `db:"role"`
	Total  int         `db:"total"`
	Active int         `db:"active"`
	Recent int         `db:"recent"`
	Never  int         `db:"never"`
}

// Statistics counts them.
func (o *Operations) Statistics(ctx context.Context, who access.Staff) (Statistics, error) {
	out := Statistics{ByRole: map[access.Role]int{}}
	var byRole *db.Results[roleCount]
	var byOutlet *db.Results[OutletCount]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		out.GeneratedAt = tx.Now()
		byRole = db.QueueAll[roleCount](tx, `
			SELECT CASE WHEN u.is_super_admin THEN 'super_admin' ELSE m.role END AS role, count(*) AS total,
				count(*) FILTER (WHERE m.is_active AND u.is_active) AS active,
				count(*) FILTER (WHERE u.last_login >= $4) AS recent,
				count(*) FILTER (WHERE u.last_login IS NULL) AS never
			FROM memberships m
			JOIN users u ON u.id = m.user_id
			WHERE `+scopeSQL+`
			GROUP BY 1`, tx.Tenant(), scope(who), who.UserID, tx.Now().Add(-recent))
		byOutlet = db.QueueAll[OutletCount](tx, `
			SELECT o.id AS outlet_id, count(m.user_id) AS count
			FROM outlets o
			LEFT JOIN membership_outlets mo ON mo.tenant_id = $1 AND mo.outlet_id = o.id
			LEFT JOIN memberships m ON m.tenant_id = $1 AND m.user_id = mo.user_id AND m.deleted_at IS NULL
			WHERE o.tenant_id = $1 AND o.deleted_at IS NULL AND ($2::text[] IS NULL OR o.id = ANY ($2))
			GROUP BY o.id, o.created_at
			ORDER BY o.created_at, o.id`, tx.Tenant(), scope(who))
		return nil
	})
	if err != nil {
		return Statistics{}, err
	}
	for _, role := range access.Roles() {
		out.ByRole[role] = 0
	}
	for _, c := range byRole.Rows {
		out.ByRole[c.Role] = c.Total
		out.Total += c.Total
		out.Active += c.Active
		out.RecentLogins += c.Recent
		out.NeverLoggedIn += c.Never
	}
	out.Inactive, out.ByOutlet = out.Total-out.Active, byOutlet.Rows
	return out, nil
}
