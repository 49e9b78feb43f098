package tenants

import (
	"context"
	"errors"
	"strings"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Row is a tenant as it is stored, for those who queue its read with their own.
type Row struct {
	ID                 id.ID          `db:"id"`
	Slug               string         `db:"slug"`
	Name               string         `db:"name"`
	Email              string         `db:"email"`
	Phone              string         `db:"phone"`
	Description        string         `db:"description"`
	Website            string         `db:"website"`
	BusinessType       string         `db:"business_type"`
	LogoURL            *string        `db:"logo_url"`
	Timezone           string         `db:"timezone"`
	Currency           money.Currency `db:"currency"`
	Settings           []byte         `db:"settings"`
	ClientPartnerID    *string        `db:"client_partner_id"`
	FeeRate            *int64         `db:"platform_fee_rate"`
	IsActive           bool           `db:"is_active"`
	CreatedAt          time.Time      `db:"created_at"`
	UpdatedAt          time.Time      `db:"updated_at"`
	Plan               string         `db:"plan"`
	SubscriptionStatus string         `db:"subscription_status"`
	PeriodStart        time.Time      `db:"current_period_start"`
	PeriodEnd          time.Time      `db:"current_period_end"`
}

const columns = `t.id, t.slug, t.name, t.email, t.phone, t.description, t.website, t.business_type, t.logo_url,
	t.timezone, t.currency, t.settings, t.client_partner_id, t.platform_fee_rate, t.is_active, t.created_at, t.updated_at,
	s.plan, s.status AS subscription_status, s.current_period_start, s.current_period_end`

const selectSQL = `
	SELECT ` + columns + `
	FROM tenants t
	JOIN subscriptions s ON s.tenant_id = t.id
	WHERE t.id = $1 AND t.deleted_at IS NULL`

// Queue reads the transaction's tenant with the next batch.
func Queue(tx *db.Tx) *db.Result[Row] {
	return db.QueueOne[Row](tx, selectSQL, tx.Tenant())
}

// Load reads a tenant, in its own transaction or the platform's. It fails with
// ErrUnknown.
func Load(ctx context.Context, tx *db.Tx, tenant id.ID) (Tenant, error) {
	row, err := db.One[Row](ctx, tx, selectSQL, tenant)
	if err != nil {
		return Tenant{}, unknown(err)
	}
	return row.Tenant()
}

// lock reads a tenant that is about to be changed.
func lock(ctx context.Context, tx *db.Tx, tenant id.ID) (Tenant, error) {
	row, err := db.One[Row](ctx, tx, selectSQL+` FOR UPDATE OF t`, tenant)
	if err != nil {
		return Tenant{}, unknown(err)
	}
	return row.Tenant()
}

// Tenant is the row with its settings read.
func (r Row) Tenant() (Tenant, error) {
	options, err := readOptions(r.Settings)
	if err != nil {
		return Tenant{}, err
	}
	return Tenant{
		ID: r.ID, Name: r.Name, Slug: r.Slug, Email: r.Email, Phone: r.Phone, Description: r.Description,
		Website: r.Website, LogoURL: r.LogoURL, ThemeColor: options.ThemeColor, IsActive: r.IsActive,
		Subscription: Subscription{
			Plan: strings.ToLower(r.Plan), PlanType: r.Plan, Status: r.SubscriptionStatus,
			CurrentPeriodStart: r.PeriodStart.UTC(), CurrentPeriodEnd: r.PeriodEnd.UTC(),
		},
		Settings: Settings{
			Timezone: r.Timezone, Currency: r.Currency, BusinessType: r.BusinessType, Options: options,
		},
		fee:             rateOf(r.FeeRate),
		ClientPartnerID: r.ClientPartnerID, CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}, nil
}

func rateOf(millionths *int64) *money.Rate {
	if millionths == nil {
		return nil
	}
	rate := money.Rate(*millionths)
	return &rate
}

// update writes what a partial update may have changed; options are merged into
// the stored ones.
func update(tx *db.Tx, t Tenant, options []byte) {
	tx.Expect(1, "tenants_changed", `
		UPDATE tenants
		SET name = $2, email = $3, phone = $4, description = $5, website = $6, logo_url = $7,
			timezone = $8, currency = $9, business_type = $10, settings = settings || $11::jsonb, updated_at = $12
		WHERE id = $1
		RETURNING id`,
		t.ID, t.Name, t.Email, t.Phone, t.Description, t.Website, t.LogoURL,
		t.Settings.Timezone, t.Settings.Currency, t.Settings.BusinessType, options, tx.Now())
}

// SetPartner stores the payment gateway's name of a tenant; the first one stays.
func SetPartner(tx *db.Tx, tenant id.ID, partner string) {
	tx.Exec(`
		UPDATE tenants
		SET client_partner_id = $2, updated_at = $3
		WHERE id = $1 AND client_partner_id IS NULL`, tenant, partner, tx.Now())
}

// OutletRef names an outlet of a tenant.
type OutletRef struct {
	ID   id.ID  `json:"id" db:"id"`
	Name string `json:"name" db:"name"`
}

func queueOutlets(tx *db.Tx) *db.Results[OutletRef] {
	return db.QueueAll[OutletRef](tx, `
		SELECT id, name
		FROM outlets
		WHERE tenant_id = $1 AND deleted_at IS NULL
		ORDER BY is_default DESC, created_at, id`, tx.Tenant())
}

// Ref is what a public address leads to.
type Ref struct {
	ID   id.ID  `db:"id"`
	Slug string `db:"slug"`
	Name string `db:"name"`
}

// FindBySlug finds an active tenant from a platform transaction. It fails with
// ErrUnknown.
func FindBySlug(ctx context.Context, tx *db.Tx, slug string) (Ref, error) {
	ref, err := db.One[Ref](ctx, tx, `
		SELECT id, slug, name
		FROM tenants
		WHERE slug = $1 AND is_active AND deleted_at IS NULL`, strings.ToLower(slug))
	return ref, unknown(err)
}

func findCard(ctx context.Context, tx *db.Tx, slug string) (Card, error) {
	card, err := db.One[Card](ctx, tx, `
		SELECT t.name, t.slug, t.description, t.website, t.business_type, t.logo_url,
			t.email AS support_email, t.phone AS support_phone,
			(SELECT count(*)
			 FROM outlets o
			 WHERE o.tenant_id = t.id AND o.deleted_at IS NULL AND o.status = 'active') AS outlets_count
		FROM tenants t
		WHERE t.slug = $1 AND t.is_active AND t.deleted_at IS NULL`, strings.ToLower(slug))
	return card, unknown(err)
}

func unknown(err error) error {
	if errors.Is(err, db.ErrNotFound) {
		return ErrUnknown
	}
	return err
}
