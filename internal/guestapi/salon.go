package guestapi

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"reserva/internal/api"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// salon is the tenant of a request and the outlet that it is about.
type salon struct {
	tenantRow
	outlet   outletRow
	location *time.Location // of the outlet
	settings settings
}

type tenantRow struct {
	ID           id.ID           `db:"id"`
	Slug         string          `db:"slug"`
	Name         string          `db:"name"`
	BusinessType string          `db:"business_type"`
	Timezone     string          `db:"timezone"`
	Settings     json.RawMessage `db:"settings"`
	Active       bool            `db:"active"`
}

const tenantColumns = `t.id, t.slug, t.name, t.business_type, t.timezone, t.settings, t.is_active AND t.deleted_at IS NULL AS active`

type outletRow struct {
	Tenant   id.ID  `db:"tenant_id"`
	ID       id.ID  `db:"id"`
	Slug     string `db:"slug"`
	Name     string `db:"name"`
	Timezone string `db:"timezone"`
	Country  string `db:"country"`
	Online   bool   `db:"online"` // takes bookings online
}

// settings are those of the tenant that bind guests, with their defaults.
type settings struct {
	CashEnabled                 bool   `json:"cash_enabled"`
	PreferredPaymentMethod      string `json:"preferred_payment_method"`
	ConfirmRequiresPayment      bool   `json:"confirm_requires_payment"`
	AllowBareIDVerification     bool   `json:"allow_bare_id_verification"`
	RequiresOwnerApproval       bool   `json:"requires_owner_approval"`
	StrictBookingType           bool   `json:"strict_booking_type"`
	RejectDuplicateGuestBooking bool   `json:"reject_duplicate_guest_booking"`
	BookingHorizonDays          int    `json:"booking_horizon_days"`
	GuestVerificationMinutes    int    `json:"guest_verification_minutes"` // 0: the installation's
}

func readSettings(stored []byte) (settings, error) {
	s := settings{CashEnabled: true, AllowBareIDVerification: true, BookingHorizonDays: 365}
	if err := json.Unmarshal(stored, &s); err != nil {
		return s, fmt.Errorf("read tenant settings: %w", err)
	}
	return s, nil
}

// wanted says which tenant and outlet a request is about.
type wanted struct {
	Hints
	// organization is the id in the path, of the routes that have one.
	organization *string
	branch       string // X-Branch-Slug
	needsBranch  bool
}

// find resolves tenant and outlet in one round trip. Without a branch the outlet is
// the default one: that which is marked, else the oldest, of the active ones. Faults:
// ErrTenantUndetermined, ErrTenantsDiffer, ErrOrganizationNotFound,
// ErrBranchUndetermined, and 422 for a malformed id.
func (o *Operations) find(ctx context.Context, w wanted) (salon, error) {
	hints, err := w.list(api.Host(ctx), o.config.Domain)
	var path id.ID
	if w.organization != nil {
		if path, err = id.Parse(*w.organization); err != nil {
			return salon{}, fault.InvalidField("path:organizationId", "must be 24 hexadecimal characters")
		}
		hints = append(hints, hint{id: path})
	}
	if err != nil {
		return salon{}, err
	}
	if len(hints) == 0 {
		return salon{}, ErrTenantUndetermined
	}
	branch := strings.ToLower(strings.TrimSpace(w.branch))
	found, outlets, err := o.read(ctx, hints, branch)
	if err != nil {
		return salon{}, err
	}
	tenant, err := agree(hints, found, path)
	if err != nil {
		return salon{}, err
	}
	i := slices.IndexFunc(outlets, func(r outletRow) bool { return r.Tenant == tenant.ID })
	if i < 0 || w.needsBranch && branch == "" {
		return salon{}, ErrBranchUndetermined
	}
	return newSalon(tenant, outlets[i])
}

func newSalon(tenant tenantRow, outlet outletRow) (salon, error) {
	location, err := civil.Zone(outlet.Timezone)
	if err != nil {
		return salon{}, fmt.Errorf("outlet %s: %w", outlet.ID, err)
	}
	s, err := readSettings(tenant.Settings)
	return salon{tenantRow: tenant, outlet: outlet, location: location, settings: s}, err
}

// read finds the tenants that the hints name, and of each the outlet in question.
func (o *Operations) read(ctx context.Context, hints []hint, branch string) ([]tenantRow, []outletRow, error) {
	ids, slugs := []string{}, []string{}
	for _, h := range hints {
		if h.id != "" {
			ids = append(ids, string(h.id))
		} else {
			slugs = append(slugs, h.slug)
		}
	}
	var found *db.Results[tenantRow]
	var outlets *db.Results[outletRow]
	err := o.db.PlatformView(ctx, "the tenant of a guest", func(tx *db.Tx) error {
		found = db.QueueAll[tenantRow](tx, `
			SELECT `+tenantColumns+`
			FROM tenants t
			WHERE t.id = ANY($1) OR t.slug = ANY($2)`, ids, slugs)
		outlets = db.QueueAll[outletRow](tx, `
			SELECT DISTINCT ON (o.tenant_id) o.tenant_id, o.id, o.slug, o.name, o.timezone, o.country,
				coalesce((o.settings ->> 'accepts_online_booking')::boolean, true) AS online
			FROM tenants t
			JOIN outlets o ON o.tenant_id = t.id
			WHERE (t.id = ANY($1) OR t.slug = ANY($2)) AND o.deleted_at IS NULL AND o.status = 'active'
				AND ($3 = '' OR o.slug = $3)
			ORDER BY o.tenant_id, o.is_default DESC, o.created_at, o.id`, ids, slugs, branch)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return found.Rows, outlets.Rows, nil
}

// agree returns the one tenant that all hints name. Hints that name different ones
// are refused before a tenant that is not there or not active, except that a path
// decides first.
func agree(hints []hint, found []tenantRow, path id.ID) (tenantRow, error) {
	if path != "" && !slices.ContainsFunc(found, func(t tenantRow) bool { return t.ID == path && t.Active }) {
		return tenantRow{}, ErrOrganizationNotFound
	}
	if len(found) > 1 {
		return tenantRow{}, ErrTenantsDiffer
	}
	if len(found) == 0 {
		if unlike(hints) {
			return tenantRow{}, ErrTenantsDiffer
		}
		return tenantRow{}, ErrOrganizationNotFound
	}
	tenant := found[0]
	for _, h := range hints {
		if !h.names(tenant.ID, tenant.Slug) {
			return tenantRow{}, ErrTenantsDiffer
		}
	}
	if !tenant.Active {
		return tenantRow{}, ErrOrganizationNotFound
	}
	return tenant, nil
}

// unlike tells whether two hints of one kind are different. An id and a slug that
// nobody has may mean the same.
func unlike(hints []hint) bool {
	for _, a := range hints {
		for _, b := range hints {
			if (a.id == "") == (b.id == "") && a != b {
				return true
			}
		}
	}
	return false
}

// today is the date at the outlet.
func (s salon) today(now time.Time) civil.Date { return civil.Of(now, s.location) }

// holdFor is how long a booking waits to be verified.
func (s salon) holdFor(standard time.Duration) time.Duration {
	if s.settings.GuestVerificationMinutes > 0 {
		return time.Duration(s.settings.GuestVerificationMinutes) * time.Minute
	}
	return standard
}
