package guestapi

import (
	"context"
	"strings"
	"time"

	"reserva/internal/catalog/services"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/text"
)

// Organization is what a booking page needs to know of a tenant.
type Organization struct {
	ID            id.ID                 `json:"_id"`
	Name          string                `json:"name" example:"Jane's Salon"`
	Slug          string                `json:"slug" example:"janes-salon"`
	ServiceName   string                `json:"serviceName" example:"Hair Salon" doc:"What kind of business it is."`
	MayaConnected bool                  `json:"mayaConnected"`
	CashConnected bool                  `json:"cashConnected"`
	Hours         BusinessHours         `json:"businessHoursSettings" doc:"Of the default branch."`
	Branches      []Branch              `json:"branches" doc:"The open ones, the default branch first."`
	Packages      []OrganizationPackage `json:"packages" doc:"What can be booked at any of the branches."`
}

// BusinessHours are a week at a branch.
type BusinessHours struct {
	Days            []DayHours `json:"businessHours" doc:"From Monday to Sunday; empty where the branch states no hours."`
	Timezone        string     `json:"timezone" example:"Asia/Manila"`
	IntervalMinutes int        `json:"intervalMinutes" example:"30"`
}

// DayHours is one day of it: from the first opening to the last closing.
type DayHours struct {
	Day       string `json:"day" enum:"monday,tuesday,wednesday,thursday,friday,saturday,sunday"`
	IsOpen    bool   `json:"isOpen"`
	OpenTime  string `json:"openTime" example:"08:00" doc:"Empty when closed."`
	CloseTime string `json:"closeTime" example:"17:00" doc:"Empty when closed."`
}

// Branch is an outlet.
type Branch struct {
	ID   id.ID  `json:"_id"`
	Name string `json:"name" example:"Main Branch"`
	Slug string `json:"slug" example:"main-branch"`
}

// OrganizationPackage is a service that can be booked.
type OrganizationPackage struct {
	ID          id.ID        `json:"_id"`
	Name        string       `json:"name" example:"Haircut"`
	Description string       `json:"description"`
	Amount      money.Number `json:"amount" doc:"What it costs now, at the default branch where branches differ."`
}

type branchRow struct {
	ID       id.ID  `db:"id"`
	Name     string `db:"name"`
	Slug     string `db:"slug"`
	Timezone string `db:"timezone"`
	HoursSet bool   `db:"hours_set"`
	Interval int    `db:"interval"`
}

func (r branchRow) view() Branch { return Branch{ID: r.ID, Name: r.Name, Slug: r.Slug} }

type openRow struct {
	Day    int         `db:"day"`
	Opens  civil.Clock `db:"opens"`
	Closes civil.Clock `db:"closes"`
}

type packageRow struct {
	ID          id.ID          `db:"id"`
	Name        string         `db:"name"`
	Description string         `db:"description"`
	Base        int64          `db:"base_price"`
	Currency    money.Currency `db:"currency"`
	Promotion   *int64         `db:"promotional_price"`
	Until       *time.Time     `db:"promotional_valid_until"`
	Outlet      *int64         `db:"outlet_price"`
}

// longestSlug is that of a host name's label.
const longestSlug = 63

// Organization describes an active tenant. Fault: ErrOrganizationNotFound.
func (o *Operations) Organization(ctx context.Context, slug string) (*Organization, error) {
	tenant, branches, err := o.bySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	s, err := readSettings(tenant.Settings)
	if err != nil {
		return nil, err
	}
	out := &Organization{
		ID: tenant.ID, Name: tenant.Name, Slug: tenant.Slug, ServiceName: title(tenant.BusinessType), CashConnected: s.CashEnabled,
		Hours:    BusinessHours{Days: []DayHours{}, Timezone: tenant.Timezone, IntervalMinutes: standardInterval},
		Branches: []Branch{}, Packages: []OrganizationPackage{},
	}
	if out.MayaConnected, err = o.mayaConnected(ctx, tenant.ID); err != nil || len(branches) == 0 {
		return out, err
	}
	for _, b := range branches {
		out.Branches = append(out.Branches, b.view())
	}
	return out, o.describe(ctx, out, branches[0])
}

// DefaultBranch is where bookings go that name no branch. Faults:
// ErrOrganizationNotFound, ErrNoBranch.
func (o *Operations) DefaultBranch(ctx context.Context, slug string) (*Branch, error) {
	_, branches, err := o.bySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	if len(branches) == 0 {
		return nil, ErrNoBranch
	}
	branch := branches[0].view()
	return &branch, nil
}

// standardInterval is that of an outlet that says nothing else.
const standardInterval = 30

// bySlug reads an active tenant and its active outlets, the default one first.
func (o *Operations) bySlug(ctx context.Context, slug string) (tenantRow, []branchRow, error) {
	slug = strings.ToLower(slug)
	if !text.IsSlug(slug, longestSlug) {
		return tenantRow{}, nil, ErrOrganizationNotFound
	}
	var tenant *db.Result[tenantRow]
	var branches *db.Results[branchRow]
	err := o.db.PlatformView(ctx, "a tenant's page for guests", func(tx *db.Tx) error {
		tenant = db.QueueOne[tenantRow](tx, `
			SELECT `+tenantColumns+`
			FROM tenants t
			WHERE t.slug = $1`, slug)
		branches = db.QueueAll[branchRow](tx, `
			SELECT o.id, o.name, o.slug, o.timezone, o.hours_set, coalesce((o.settings ->> 'slot_interval_minutes')::int, 0) AS interval
			FROM tenants t
			JOIN outlets o ON o.tenant_id = t.id
			WHERE t.slug = $1 AND o.deleted_at IS NULL AND o.status = 'active'
			ORDER BY o.is_default DESC, o.created_at, o.id`, slug)
		return nil
	})
	if err != nil {
		return tenantRow{}, nil, err
	}
	if !tenant.Found || !tenant.Value.Active {
		return tenantRow{}, nil, ErrOrganizationNotFound
	}
	return tenant.Value, branches.Rows, nil
}

// describe fills in the hours of the default outlet and the services.
func (o *Operations) describe(ctx context.Context, out *Organization, branch branchRow) error {
	var hours *db.Results[openRow]
	var offered *db.Results[packageRow]
	err := o.db.View(ctx, out.ID, func(tx *db.Tx) error {
		hours = db.QueueAll[openRow](tx, `
			SELECT day, opens, closes
			FROM outlet_hours
			WHERE tenant_id = $1 AND outlet_id = $2
			ORDER BY day, opens`, tx.Tenant(), branch.ID)
		offered = db.QueueAll[packageRow](tx, `
			SELECT s.id, s.name, s.description, s.base_price, s.currency, s.promotional_price, s.promotional_valid_until, p.price AS outlet_price
			FROM services s
			LEFT JOIN service_outlet_prices p ON p.tenant_id = $1 AND p.service_id = s.id AND p.outlet_id = $2
			WHERE s.tenant_id = $1 AND s.deleted_at IS NULL AND s.is_active AND s.status = 'active'
				AND (NOT EXISTS (SELECT 1 FROM service_outlets so WHERE so.tenant_id = $1 AND so.service_id = s.id)
					OR EXISTS (
						SELECT 1
						FROM service_outlets so
						JOIN outlets o ON o.tenant_id = $1 AND o.id = so.outlet_id AND o.deleted_at IS NULL AND o.status = 'active'
						WHERE so.tenant_id = $1 AND so.service_id = s.id))
			ORDER BY lower(s.name), s.id`, tx.Tenant(), branch.ID)
		return nil
	})
	if err != nil {
		return err
	}
	out.Hours.Timezone = branch.Timezone
	if branch.Interval > 0 {
		out.Hours.IntervalMinutes = branch.Interval
	}
	if branch.HoursSet {
		out.Hours.Days = week(hours.Rows)
	}
	for _, p := range offered.Rows {
		price, _ := services.EffectivePrice(p.Base, p.Promotion, p.Until, p.Outlet, o.db.Now())
		out.Packages = append(out.Packages, OrganizationPackage{
			ID: p.ID, Name: p.Name, Description: p.Description, Amount: money.Number{Minor: price, Currency: p.Currency},
		})
	}
	return nil
}

func week(open []openRow) []DayHours {
	days := make([]DayHours, 7)
	for i, name := range []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		days[i].Day = name
	}
	for _, o := range open {
		d := &days[o.Day]
		if !d.IsOpen {
			d.IsOpen, d.OpenTime = true, o.Opens.String()
		}
		d.CloseTime = o.Closes.String()
	}
	return days
}

// title writes a kind of business, "hair_salon", for people.
func title(kind string) string {
	words := strings.Split(kind, "_")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}
