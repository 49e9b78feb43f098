package outlets

import (
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// placeRow is an outlet as the platform reads it for the public.
type placeRow struct {
	ID          id.ID  `db:"id"`
	Slug        string `db:"slug"`
	Name        string `db:"name"`
	Description string `db:"description"`
	IsDefault   bool   `db:"is_default"`
	Address
	Contact
	Timezone     string  `db:"timezone"`
	HoursSet     bool    `db:"hours_set"`
	Hours        []span  `db:"hours"`
	Settings     []byte  `db:"settings"`
	TenantSlug   string  `db:"tenant_slug"`
	TenantName   string  `db:"tenant_name"`
	BusinessType string  `db:"business_type"`
	LogoURL      *string `db:"logo_url"`
}

const placeColumns = `o.id, o.slug, o.name, o.description, o.is_default,
	o.street, o.city, o.state, o.postal_code, o.country, o.phone, o.email, o.website,
	o.timezone, o.hours_set, o.settings, ` + hoursColumn + `,
	t.slug AS tenant_slug, t.name AS tenant_name, t.business_type, t.logo_url`

const publicSQL = `
	FROM outlets o
	JOIN tenants t ON t.id = o.tenant_id
	WHERE o.deleted_at IS NULL AND o.status = 'active' AND t.is_active AND t.deleted_at IS NULL`

const placeFilterSQL = publicSQL + `
		AND ($1 = '' OR lower(o.city) = lower($1))
		AND ($2 = '' OR strpos(lower(concat_ws(' ', o.name, t.name, o.street, o.city, o.state, o.postal_code)), lower($2)) > 0)
		AND ($3 = '' OR t.business_type = $3)
		AND ($4 = '' OR t.slug = lower($4))
		AND ($5 = '' OR o.tenant_id = $5)`

// queuePlaces reads one page of the outlets, of the transaction's tenant or, on the
// platform, of all.
func queuePlaces(tx *db.Tx, f PlaceFilter) (*db.Result[int], *db.Results[placeRow]) {
	total := db.QueueOne[int](tx, `SELECT count(*)`+placeFilterSQL, f.City, f.Search, f.BusinessType, f.TenantSlug, tx.Tenant())
	rows := db.QueueAll[placeRow](tx, `
		SELECT `+placeColumns+placeFilterSQL+`
		ORDER BY lower(o.name), o.id
		LIMIT $6 OFFSET $7`, f.City, f.Search, f.BusinessType, f.TenantSlug, tx.Tenant(), f.Limit(), f.Offset())
	return total, rows
}

func queuePlace(tx *db.Tx, outlet id.ID) *db.Result[placeRow] {
	return db.QueueOne[placeRow](tx, `
		SELECT `+placeColumns+publicSQL+`
			AND o.id = $1`, outlet)
}

func queuePublicDates(tx *db.Tx, outlet id.ID, from civil.Date) *db.Results[specialRow] {
	return db.QueueAll[specialRow](tx, `
		SELECT s.date, s.opens, s.closes, s.reason
		FROM outlet_special_dates s
		WHERE s.tenant_id = (SELECT tenant_id FROM outlets WHERE id = $1) AND s.outlet_id = $1 AND s.date >= $2
		ORDER BY s.date, s.position
		LIMIT 1000`, outlet, from)
}
