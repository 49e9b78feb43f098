package outlets

import (
	"encoding/json"
	"fmt"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

type row struct {
	ID          id.ID  `db:"id"`
	TenantID    id.ID  `db:"tenant_id"`
	Slug        string `db:"slug"`
	Name        string `db:"name"`
	Description string `db:"description"`
	Status      Status `db:"status"`
	IsDefault   bool   `db:"is_default"`
	IsDeleted   bool   `db:"is_deleted"`
	Address
	Contact
	Timezone  string    `db:"timezone"`
	HoursSet  bool      `db:"hours_set"`
	Hours     []span    `db:"hours"`
	Settings  []byte    `db:"settings"`
	CreatedAt time.Time `db:"created_at"`
	UpdatedAt time.Time `db:"updated_at"`
	Stats
}

const hoursColumn = `
	coalesce((
		SELECT jsonb_agg(jsonb_build_object('day', h.day, 'opens', h.opens, 'closes', h.closes) ORDER BY h.day, h.opens)
		FROM outlet_hours h
		WHERE h.tenant_id = o.tenant_id AND h.outlet_id = o.id), '[]') AS hours`

const columns = `o.id, o.tenant_id, o.slug, o.name, o.description, o.status, o.is_default, o.deleted_at IS NOT NULL AS is_deleted,
	o.street, o.city, o.state, o.postal_code, o.country, o.phone, o.email, o.website,
	o.timezone, o.hours_set, o.settings, o.created_at, o.updated_at, ` + hoursColumn + `,
	(SELECT count(*)
	 FROM staff_outlets so
	 JOIN staff s ON s.tenant_id = so.tenant_id AND s.id = so.staff_id
	 WHERE so.tenant_id = o.tenant_id AND so.outlet_id = o.id
		AND s.deleted_at IS NULL AND s.is_active AND s.status <> 'terminated') AS staff_count,
	(SELECT count(*)
	 FROM services v
	 WHERE v.tenant_id = o.tenant_id AND v.deleted_at IS NULL AND v.is_active AND v.status = 'active'
		AND (NOT EXISTS (SELECT 1 FROM service_outlets a WHERE a.tenant_id = o.tenant_id AND a.service_id = v.id)
			OR EXISTS (SELECT 1 FROM service_outlets b WHERE b.tenant_id = o.tenant_id AND b.service_id = v.id AND b.outlet_id = o.id))
	) AS active_services_count,
	(SELECT count(*)
	 FROM appointments p
	 WHERE p.tenant_id = o.tenant_id AND p.outlet_id = o.id AND (p.source <> 'waitlist' OR p.accepted_at IS NOT NULL)) AS total_appointments`

// anySQL finds deleted outlets as well.
const anySQL = `
	SELECT ` + columns + `
	FROM outlets o
	WHERE o.tenant_id = $1 AND o.id = $2 AND o.purged_at IS NULL`

const selectSQL = anySQL + ` AND o.deleted_at IS NULL`

const filterSQL = `
	FROM outlets o
	WHERE o.tenant_id = $1 AND (o.deleted_at IS NULL OR $6 AND o.purged_at IS NULL)
		AND ($2::text[] IS NULL OR o.id = ANY ($2))
		AND ($3 = '' OR o.status = $3)
		AND ($4 = '' OR lower(o.city) = lower($4))
		AND ($5 = '' OR strpos(lower(concat_ws(' ', o.name, o.street, o.city, o.state, o.postal_code, o.country)), lower($5)) > 0)`

// queueList reads one page of the outlets, and how many there are in all.
func queueList(tx *db.Tx, scope []id.ID, f Filter) (*db.Result[int], *db.Results[row]) {
	total := db.QueueOne[int](tx, `SELECT count(*)`+filterSQL, tx.Tenant(), scope, f.Status, f.City, f.Search, f.IncludeDeleted)
	rows := db.QueueAll[row](tx, `
		SELECT `+columns+filterSQL+`
		ORDER BY
			CASE WHEN $8 THEN NULL WHEN $7 = 'name' THEN lower(o.name) WHEN $7 = 'status' THEN o.status WHEN $7 = 'city' THEN lower(o.city) END,
			CASE WHEN NOT $8 THEN NULL WHEN $7 = 'name' THEN lower(o.name) WHEN $7 = 'status' THEN o.status WHEN $7 = 'city' THEN lower(o.city) END DESC,
			CASE WHEN $8 AND $7 IN ('', 'created_at') THEN o.created_at END DESC,
			o.created_at, o.id
		LIMIT $9 OFFSET $10`,
		tx.Tenant(), scope, f.Status, f.City, f.Search, f.IncludeDeleted, f.SortBy, f.Descending(false), f.Limit(), f.Offset())
	return total, rows
}

func (r row) outlet() (Outlet, error) {
	settings, err := readSettings(r.Settings, r.Timezone)
	if err != nil {
		return Outlet{}, err
	}
	return Outlet{
		ID: r.ID, TenantID: r.TenantID, Name: r.Name, Slug: r.Slug, Description: r.Description, Status: r.Status,
		IsDefault: r.IsDefault, IsDeleted: r.IsDeleted, Address: r.Address, Contact: r.Contact, BusinessHours: showWeek(r.HoursSet, r.Hours),
		Settings: settings, Stats: r.Stats, CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}, nil
}

// settingsJSON is how settings are stored.
func settingsJSON(s Settings) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("outlets: settings cannot be written: %v", err)) // strings, numbers and switches
	}
	return text
}

// insert queues a new outlet without hours.
func insert(tx *db.Tx, o Outlet) {
	tx.Exec(`
		INSERT INTO outlets (tenant_id, id, slug, name, description, status, is_default, street, city, state, postal_code,
			country, phone, email, website, timezone, settings, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18)`,
		tx.Tenant(), o.ID, o.Slug, o.Name, o.Description, string(o.Status), o.IsDefault,
		o.Address.Street, o.Address.City, o.Address.State, o.Address.PostalCode, o.Address.Country,
		o.Contact.Phone, o.Contact.Email, o.Contact.Website, o.Settings.Timezone, settingsJSON(o.Settings), tx.Now())
}

// update writes all that may change of an outlet but its hours.
func update(tx *db.Tx, o Outlet) {
	tx.Expect(1, "outlets_changed", `
		UPDATE outlets
		SET slug = $3, name = $4, description = $5, status = $6, street = $7, city = $8, state = $9, postal_code = $10,
			country = $11, phone = $12, email = $13, website = $14, timezone = $15, settings = $16, updated_at = $17,
			version = version + 1
		WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL
		RETURNING id`,
		tx.Tenant(), o.ID, o.Slug, o.Name, o.Description, string(o.Status),
		o.Address.Street, o.Address.City, o.Address.State, o.Address.PostalCode, o.Address.Country,
		o.Contact.Phone, o.Contact.Email, o.Contact.Website, o.Settings.Timezone, settingsJSON(o.Settings), tx.Now())
}

// replaceHours writes the weekly schedule. One without intervals may be stated: the
// outlet is closed all week.
func replaceHours(tx *db.Tx, outlet id.ID, stated bool, week []span) {
	days, opens, closes := make([]int, len(week)), make([]int, len(week)), make([]int, len(week))
	for i, s := range week {
		days[i], opens[i], closes[i] = s.Day, s.Opens, s.Closes
	}
	tx.Exec(`DELETE FROM outlet_hours WHERE tenant_id = $1 AND outlet_id = $2`, tx.Tenant(), outlet)
	tx.Exec(`
		INSERT INTO outlet_hours (tenant_id, outlet_id, day, opens, closes)
		SELECT $1, $2, h.day, h.opens, h.closes
		FROM unnest($3::int[], $4::int[], $5::int[]) AS h (day, opens, closes)`, tx.Tenant(), outlet, days, opens, closes)
	tx.Exec(`
		UPDATE outlets
		SET hours_set = $3, updated_at = $4
		WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), outlet, stated, tx.Now())
}

// queueOpening reads what counts when an outlet opens: how many the tenant has and
// had, whether one of them is the default, and which of the slugs are taken.
func queueOpening(tx *db.Tx, slugs []string) (used *db.Result[int], first *db.Result[bool], taken *db.Results[string]) {
	used = db.QueueOne[int](tx, `SELECT count(*) FROM outlets WHERE tenant_id = $1 AND purged_at IS NULL`, tx.Tenant())
	first = db.QueueOne[bool](tx, `
		SELECT NOT EXISTS (SELECT 1 FROM outlets WHERE tenant_id = $1 AND is_default AND deleted_at IS NULL)`, tx.Tenant())
	taken = db.QueueAll[string](tx, `SELECT slug FROM outlets WHERE tenant_id = $1 AND slug = ANY ($2)`, tx.Tenant(), slugs)
	return used, first, taken
}

// slugConstraint is what writing a taken slug conflicts with.
const slugConstraint = "outlets_slug"

func queueDates(tx *db.Tx, outlet id.ID, from, to civil.Date) *db.Results[specialRow] {
	return db.QueueAll[specialRow](tx, `
		SELECT date, opens, closes, reason
		FROM outlet_special_dates
		WHERE tenant_id = $1 AND outlet_id = $2 AND date BETWEEN $3 AND $4
		ORDER BY date, position`, tx.Tenant(), outlet, from, to)
}

// replaceDate writes what is special about the date of the rows.
func replaceDate(tx *db.Tx, outlet id.ID, rows []specialRow) {
	clearDate(tx, outlet, rows[0].Date)
	for i, r := range rows {
		tx.Exec(`
			INSERT INTO outlet_special_dates (tenant_id, outlet_id, date, position, opens, closes, reason)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`, tx.Tenant(), outlet, r.Date, i, r.Opens, r.Closes, r.Reason)
	}
}

func clearDate(tx *db.Tx, outlet id.ID, date civil.Date) {
	tx.Exec(`
		DELETE FROM outlet_special_dates
		WHERE tenant_id = $1 AND outlet_id = $2 AND date = $3`, tx.Tenant(), outlet, date)
}

// queueUpcoming counts the appointments that are still to be kept. Holds that
// lapsed are none.
func queueUpcoming(tx *db.Tx, outlet id.ID) *db.Result[int] {
	return db.QueueOne[int](tx, `
		SELECT count(*)
		FROM appointments
		WHERE tenant_id = $1 AND outlet_id = $2 AND ends_at > $3 AND status IN ('pending', 'confirmed', 'in_progress')
			AND (hold_until IS NULL OR hold_until > $3)`, tx.Tenant(), outlet, tx.Now())
}

// remove marks an outlet as deleted and gives its slug back. The oldest of the
// others becomes the default if it was.
func remove(tx *db.Tx, outlet id.ID) {
	tx.Expect(1, "outlets_changed", `
		UPDATE outlets
		SET deleted_at = $3, updated_at = $3, slug = slug || '-' || id, is_default = false,
			deleted_status = status, status = 'inactive',
			version = version + 1
		WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL
		RETURNING id`, tx.Tenant(), outlet, tx.Now())
	tx.Exec(`
		UPDATE outlets
		SET is_default = true
		WHERE tenant_id = $1
			AND id = (SELECT id FROM outlets WHERE tenant_id = $1 AND deleted_at IS NULL ORDER BY created_at, id LIMIT 1)
			AND NOT EXISTS (SELECT 1 FROM outlets WHERE tenant_id = $1 AND deleted_at IS NULL AND is_default)`, tx.Tenant())
}
