package services

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"reserva/internal/business/outlets"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

type row struct {
	ID          id.ID  `db:"id"`
	TenantID    id.ID  `db:"tenant_id"`
	Slug        string `db:"slug"`
	Name        string `db:"name"`
	Description string `db:"description"`
	Category    string `db:"category"`
	Timing
	Booking
	BasePrice    int64           `db:"base_price"`
	Currency     money.Currency  `db:"currency"`
	Promotion    *int64          `db:"promotional_price"`
	ValidUntil   *time.Time      `db:"promotional_valid_until"`
	OutletPrices map[id.ID]int64 `db:"outlet_prices"`
	Terms        outlets.Terms   `db:"terms"`
	Tags         []string        `db:"tags"`
	ImageURL     *string         `db:"image_url"`
	Status       Status          `db:"status"`
	IsDeleted    bool            `db:"is_deleted"`
	OutletIDs    []id.ID         `db:"outlet_ids"`
	Staff        []id.ID         `db:"staff_ids"`
	CreatedAt    time.Time       `db:"created_at"`
	UpdatedAt    time.Time       `db:"updated_at"`
}

// record gives a removed service the slug back that it had.
func (r row) record() record {
	return record{
		ID: r.ID, TenantID: r.TenantID, Name: r.Name, Slug: strings.TrimSuffix(r.Slug, "-"+string(r.ID)), Description: r.Description, Category: r.Category,
		Timing: r.Timing, Booking: r.Booking,
		prices: prices{Currency: r.Currency, Base: r.BasePrice, Promotion: r.Promotion, ValidUntil: r.ValidUntil, Outlets: r.OutletPrices},
		Terms:  r.Terms,
		Tags:   r.Tags, ImageURL: r.ImageURL, Status: r.Status, IsDeleted: r.IsDeleted, OutletIDs: r.OutletIDs, Staff: r.Staff,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
}

const columns = `s.id, s.tenant_id, s.slug, s.name, s.description, s.category,
	s.duration_minutes, s.preparation_minutes, s.cleanup_minutes, s.processing_gaps,
	s.max_advance_booking_days, s.min_advance_booking_hours, s.requires_staff, s.required_staff_count,
	s.allow_parallel_bookings, s.max_parallel_bookings, s.required_resources,
	s.base_price, s.currency, s.promotional_price, s.promotional_valid_until,
	coalesce((
		SELECT jsonb_object_agg(p.outlet_id, p.price)
		FROM service_outlet_prices p
		WHERE p.tenant_id = s.tenant_id AND p.service_id = s.id), '{}') AS outlet_prices,
	s.terms, s.tags, s.image_url, s.status, s.deleted_at IS NOT NULL AS is_deleted,
	ARRAY(
		SELECT so.outlet_id
		FROM service_outlets so
		WHERE so.tenant_id = s.tenant_id AND so.service_id = s.id
		ORDER BY so.outlet_id) AS outlet_ids,
	ARRAY(
		SELECT ss.staff_id
		FROM staff_services ss
		JOIN staff m ON m.tenant_id = ss.tenant_id AND m.id = ss.staff_id AND m.deleted_at IS NULL
		WHERE ss.tenant_id = s.tenant_id AND ss.service_id = s.id
		ORDER BY ss.staff_id) AS staff_ids,
	s.created_at, s.updated_at`

const selectSQL = `
	SELECT ` + columns + `
	FROM services s
	WHERE s.tenant_id = $1 AND s.id = $2 AND s.deleted_at IS NULL`

// slugConstraint is what writing a taken slug conflicts with.
const slugConstraint = "services_slug"

func queueUsed(tx *db.Tx) *db.Result[int] {
	return db.QueueOne[int](tx, `SELECT count(*) FROM services WHERE tenant_id = $1 AND deleted_at IS NULL`, tx.Tenant())
}

func queueTaken(tx *db.Tx, slugs []string) *db.Results[string] {
	return db.QueueAll[string](tx, `SELECT slug FROM services WHERE tenant_id = $1 AND slug = ANY ($2)`, tx.Tenant(), slugs)
}

// queueOutlets returns which of the outlets are there.
func queueOutlets(tx *db.Tx, outlets []id.ID) *db.Results[id.ID] {
	return db.QueueAll[id.ID](tx, `
		SELECT id
		FROM outlets
		WHERE tenant_id = $1 AND id = ANY ($2) AND deleted_at IS NULL`, tx.Tenant(), outlets)
}

func insert(tx *db.Tx, r record) {
	tx.Exec(`
		INSERT INTO services (tenant_id, id, slug, name, description, category, duration_minutes, preparation_minutes,
			cleanup_minutes, processing_gaps, max_advance_booking_days, min_advance_booking_hours, requires_staff,
			required_staff_count, allow_parallel_bookings, max_parallel_bookings, base_price, currency, promotional_price,
			promotional_valid_until, tags, image_url, is_active, status, created_at, updated_at, required_resources, terms)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $25, $26, $27)`,
		values(tx, r)...)
}

func update(tx *db.Tx, r record) {
	tx.Expect(1, "services_changed", `
		UPDATE services
		SET slug = $3, name = $4, description = $5, category = $6, duration_minutes = $7, preparation_minutes = $8,
			cleanup_minutes = $9, processing_gaps = $10, max_advance_booking_days = $11, min_advance_booking_hours = $12,
			requires_staff = $13, required_staff_count = $14, allow_parallel_bookings = $15, max_parallel_bookings = $16,
			base_price = $17, currency = $18, promotional_price = $19, promotional_valid_until = $20, tags = $21,
			image_url = $22, is_active = $23, status = $24, updated_at = $25, required_resources = $26, terms = $27, version = version + 1
		WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL
		RETURNING id`, values(tx, r)...)
}

// values are the arguments of insert and update.
func values(tx *db.Tx, r record) []any {
	gaps, needs := asJSON(r.ProcessingGaps), asJSON(r.Resources)
	return []any{
		tx.Tenant(), r.ID, r.Slug, r.Name, r.Description, r.Category, r.Duration, r.Preparation, r.Cleanup, gaps,
		r.MaxAdvanceDays, r.MinAdvanceHours, r.RequiresStaff, r.StaffCount, r.AllowParallel, r.MaxParallel,
		r.Base, string(r.Currency), r.Promotion, r.ValidUntil, r.Tags, r.ImageURL, r.Status == Active, string(r.Status), tx.Now(), needs, asJSON(r.Terms),
	}
}

func asJSON(list any) []byte {
	written, err := json.Marshal(list)
	if err != nil {
		panic(fmt.Sprintf("services: %T cannot be written: %v", list, err)) // numbers and texts
	}
	return written
}

// knownKinds refuses resources of a kind that no outlet of the tenant has: most likely
// it is misspelt, and the service could be booked nowhere.
func knownKinds(ctx context.Context, tx *db.Tx, old, next []ResourceNeed) error {
	var asked []string
	for _, need := range next {
		if !slices.ContainsFunc(old, func(n ResourceNeed) bool { return n.Kind == need.Kind }) {
			asked = append(asked, need.Kind)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	known, err := db.One[int](ctx, tx, `
		SELECT count(DISTINCT kind)
		FROM resources
		WHERE tenant_id = $1 AND kind = ANY ($2) AND deleted_at IS NULL`, tx.Tenant(), asked)
	if err == nil && known < len(asked) {
		err = fault.InvalidField("required_resources", "names a kind of which no outlet has any")
	}
	return err
}

// replaceOutlets writes where a service is offered; nothing means everywhere.
func replaceOutlets(tx *db.Tx, service id.ID, outlets []id.ID) {
	tx.Exec(`DELETE FROM service_outlets WHERE tenant_id = $1 AND service_id = $2`, tx.Tenant(), service)
	tx.Exec(`
		INSERT INTO service_outlets (tenant_id, service_id, outlet_id)
		SELECT DISTINCT $1, $2, o.id
		FROM unnest($3::text[]) AS o (id)`, tx.Tenant(), service, outlets)
}

// replacePrices writes the prices of a service that differ by outlet.
func replacePrices(tx *db.Tx, service id.ID, prices map[id.ID]int64) {
	outlets, amounts := make([]id.ID, 0, len(prices)), make([]int64, 0, len(prices))
	for outlet, price := range prices {
		outlets, amounts = append(outlets, outlet), append(amounts, price)
	}
	tx.Exec(`DELETE FROM service_outlet_prices WHERE tenant_id = $1 AND service_id = $2`, tx.Tenant(), service)
	tx.Exec(`
		INSERT INTO service_outlet_prices (tenant_id, service_id, outlet_id, price)
		SELECT $1, $2, p.outlet_id, p.price
		FROM unnest($3::text[], $4::bigint[]) AS p (outlet_id, price)`, tx.Tenant(), service, outlets, amounts)
}

// remove marks a service as deleted and gives its slug back.
func remove(tx *db.Tx, service id.ID) {
	tx.Expect(1, "services_changed", `
		UPDATE services
		SET deleted_at = $3, updated_at = $3, slug = slug || '-' || id, is_active = false, status = 'archived',
			version = version + 1
		WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL
		RETURNING id`, tx.Tenant(), service, tx.Now())
}
