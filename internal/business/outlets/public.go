package outlets

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Place is what anybody may know of an active outlet.
type Place struct {
	ID                   id.ID   `json:"id"`
	Name                 string  `json:"name" example:"Bella Vista Downtown"`
	Slug                 string  `json:"slug" example:"bella-vista-downtown"`
	Description          string  `json:"description"`
	IsDefault            bool    `json:"is_default" doc:"Where bookings go that name no outlet."`
	Tenant               Brand   `json:"tenant"`
	Address              Address `json:"address"`
	Contact              Contact `json:"contact"`
	Timezone             string  `json:"timezone" example:"Asia/Jakarta" doc:"Of all its wall-clock times."`
	AcceptsOnlineBooking bool    `json:"accepts_online_booking"`
	WalkInsAllowed       bool    `json:"walk_ins_allowed"`
}

// Brand is what a Place shows of its tenant.
type Brand struct {
	Slug         string  `json:"slug" example:"bella-vista-spa"`
	Name         string  `json:"name" example:"Bella Vista Spa"`
	BusinessType string  `json:"business_type" example:"spa"`
	LogoURL      *string `json:"logo_url"`
}

// PlaceDetail is a Place with its hours.
type PlaceDetail struct {
	Place
	Opening
}

// Opening is when an outlet is open.
type Opening struct {
	BusinessHours []DayHours    `json:"business_hours" doc:"Every day of the week; empty if the outlet states no hours."`
	SpecialHours  []SpecialDate `json:"special_hours" doc:"Dates that differ, from today on."`
	IsOpenNow     *bool         `json:"is_open_now" doc:"Null if the outlet states no hours."`
}

// PlaceHours is the answer of the hours alone.
type PlaceHours struct {
	OutletID id.ID  `json:"outlet_id"`
	Timezone string `json:"timezone" example:"Asia/Jakarta"`
	Opening
}

// PlaceFilter says which outlets to browse.
type PlaceFilter struct {
	api.Page
	City         string `query:"city" maxLength:"100" doc:"The whole name, in any case."`
	Search       string `query:"search" maxLength:"100" doc:"Part of the name of the outlet or business, or of the address."`
	BusinessType string `query:"business_type" maxLength:"40" example:"spa"`
	TenantSlug   string `query:"tenant_slug" maxLength:"63" example:"bella-vista-spa"`
}

// Browse lists active outlets of active tenants by name.
func (o *Operations) Browse(ctx context.Context, f PlaceFilter) (*api.List[Place], error) {
	if f.BusinessType != "" {
		kind, known := tenants.ParseBusinessType(f.BusinessType)
		if !known {
			return api.NewList[Place](nil, 0, f.Page), nil
		}
		f.BusinessType = kind
	}
	var list *api.List[Place]
	err := o.db.PlatformView(ctx, "browse outlets", func(tx *db.Tx) (err error) {
		list, err = browse(ctx, tx, f)
		return err
	})
	return list, err
}

// BrowseTenant is Browse within one tenant. It fails with tenants.ErrUnknown.
func (o *Operations) BrowseTenant(ctx context.Context, slug string, page api.Page) (*api.List[Place], error) {
	var list *api.List[Place]
	err := o.db.PlatformView(ctx, "outlets of a business", func(tx *db.Tx) error {
		tenant, err := tenants.FindBySlug(ctx, tx, slug)
		if err != nil {
			return err
		}
		list, err = browse(ctx, tx, PlaceFilter{Page: page, TenantSlug: tenant.Slug})
		return err
	})
	return list, err
}

// BrowseOwn is Browse within the customer's own tenant.
func (o *Operations) BrowseOwn(ctx context.Context, who access.Customer, page api.Page) (*api.List[Place], error) {
	var list *api.List[Place]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		list, err = browse(ctx, tx, PlaceFilter{Page: page})
		return err
	})
	return list, err
}

func browse(ctx context.Context, tx *db.Tx, f PlaceFilter) (*api.List[Place], error) {
	total, rows := queuePlaces(tx, f)
	if err := tx.Flush(ctx); err != nil {
		return nil, err
	}
	items := make([]Place, 0, len(rows.Rows))
	for _, r := range rows.Rows {
		place, err := r.place()
		if err != nil {
			return nil, err
		}
		items = append(items, place)
	}
	return api.NewList(items, total.Value, f.Page), nil
}

// Find reads one active outlet of an active tenant with its hours. It fails with
// ErrNotFound.
func (o *Operations) Find(ctx context.Context, outlet id.ID) (PlaceDetail, error) {
	var out PlaceDetail
	err := o.db.PlatformView(ctx, "a public outlet", func(tx *db.Tx) error {
		found := queuePlace(tx, outlet)
		// The outlet's own date is at most a day away from UTC's.
		dates := queuePublicDates(tx, outlet, civil.Of(tx.Now(), time.UTC).AddDays(-1))
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if !found.Found {
			return ErrNotFound
		}
		place, err := found.Value.place()
		out = PlaceDetail{place, found.Value.opening(dates.Rows, tx.Now())}
		return err
	})
	return out, err
}

// Hours is Find without the place.
func (o *Operations) Hours(ctx context.Context, outlet id.ID) (PlaceHours, error) {
	found, err := o.Find(ctx, outlet)
	return PlaceHours{OutletID: found.ID, Timezone: found.Timezone, Opening: found.Opening}, err
}

func (r placeRow) place() (Place, error) {
	settings, err := readSettings(r.Settings, r.Timezone)
	return Place{
		ID: r.ID, Name: r.Name, Slug: r.Slug, Description: r.Description, IsDefault: r.IsDefault,
		Tenant:  Brand{Slug: r.TenantSlug, Name: r.TenantName, BusinessType: r.BusinessType, LogoURL: r.LogoURL},
		Address: r.Address, Contact: r.Contact, Timezone: r.Timezone,
		AcceptsOnlineBooking: settings.AcceptsOnlineBooking, WalkInsAllowed: settings.WalkInsAllowed,
	}, err
}

// opening leaves out the special dates that are over at the outlet.
func (r placeRow) opening(dates []specialRow, now time.Time) Opening {
	loc, err := civil.Zone(r.Timezone)
	if err != nil {
		loc = time.UTC
	}
	today, coming := civil.Of(now, loc), []specialRow{}
	for _, d := range dates {
		if !d.Date.Before(today) {
			coming = append(coming, d)
		}
	}
	out := Opening{BusinessHours: showWeek(r.HoursSet, r.Hours), SpecialHours: showDates(coming)}
	if r.HoursSet {
		open := openAt(r.Hours, coming, loc, now)
		out.IsOpenNow = &open
	}
	return out
}
