package staff

import (
	"context"
	"strings"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/business/outlets"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
)

// Filter chooses staff members for a list.
type Filter struct {
	OutletID             id.ID           `query:"outlet_id" doc:"Who works there, as the primary outlet or another."`
	ServiceID            id.ID           `query:"service_id" doc:"Who can be booked for it."`
	Status               string          `query:"status" enum:"active,inactive,terminated,on_leave"`
	Search               string          `query:"search" maxLength:"200" doc:"Part of a name, an e-mail address, a phone number or a position, taken literally."`
	Position             string          `query:"position" maxLength:"100" doc:"The whole position, in any case."`
	Role                 string          `query:"role" maxLength:"100" doc:"Another name of position."`
	EmploymentType       string          `query:"employment_type" enum:"full_time,part_time,contract,freelance,intern"`
	IncludeDeleted       bool            `query:"include_deleted" doc:"Also those who can be restored, for managers."`
	IsActive             opt.Field[bool] `query:"is_active"`
	IsBookable           opt.Field[bool] `query:"is_bookable"`
	AcceptsOnlineBooking opt.Field[bool] `query:"accepts_online_booking"`
	SortBy               string          `query:"sort_by" enum:"created_at,first_name,last_name,position,average_rating,total_bookings" default:"created_at"`
	api.Order
}

// filterSQL leaves the staff members that the arguments of List ask for. The user
// $3 is always seen by themselves.
const filterSQL = `s.tenant_id = $1 AND (s.deleted_at IS NULL OR $13)
	AND ($2::text[] IS NULL OR s.user_id = $3 OR EXISTS (
		SELECT 1 FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = ANY ($2)))
	AND ($4 = '' OR EXISTS (SELECT 1 FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = $4))
	AND ($5 = '' OR EXISTS (SELECT 1 FROM staff_services ss WHERE ss.tenant_id = $1 AND ss.staff_id = s.id AND ss.service_id = $5))
	AND ($6 = '' OR s.status = $6)
	AND ($7 = '' OR strpos(lower(concat_ws(' ', s.first_name, s.last_name, s.display_name, s.email, s.phone, s.position)), $7) > 0)
	AND ($8 = '' OR lower(s.position) = $8)
	AND ($9 = '' OR s.employment_type = $9)
	AND ($10::boolean IS NULL OR s.is_active = $10)
	AND ($11::boolean IS NULL OR s.is_bookable = $11)
	AND ($12::boolean IS NULL OR s.accepts_online_booking = $12)`

// The keys of sort_by, $14, by type; a list is sorted by one of them. Nobody is
// rated yet where reviews are not kept, and equal keys go by age.
const (
	textKey   = `CASE $14 WHEN 'first_name' THEN lower(s.first_name) WHEN 'last_name' THEN lower(s.last_name) WHEN 'position' THEN lower(s.position) END`
	numberKey = `CASE WHEN $14 = 'total_bookings' THEN ` + bookingsColumn + ` END`
)

// List returns one page of the staff members at the caller's outlets.
func (o *Operations) List(ctx context.Context, who access.Staff, f Filter, page api.Page) (*api.List[Member], error) {
	var total *db.Result[int]
	var rows *db.Results[row]
	position := f.Position
	if position == "" {
		position = f.Role
	}
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		args := []any{
			tx.Tenant(), scope(who), who.UserID, f.OutletID, f.ServiceID, f.Status, literal(f.Search), literal(position),
			f.EmploymentType, f.IsActive.Ptr(), f.IsBookable.Ptr(), f.AcceptsOnlineBooking.Ptr(),
			f.IncludeDeleted && who.Meets(access.StaffWrite),
		}
		total = db.QueueOne[int](tx, `
			SELECT count(*)
			FROM staff s
			WHERE `+filterSQL, args...)
		rows = db.QueueAll[row](tx, `
			SELECT `+columns+`
			FROM staff s
			JOIN tenants t ON t.id = s.tenant_id
			WHERE `+filterSQL+`
			ORDER BY
				CASE WHEN NOT $15 THEN `+textKey+` END, CASE WHEN $15 THEN `+textKey+` END DESC,
				CASE WHEN NOT $15 THEN `+numberKey+` END, CASE WHEN $15 THEN `+numberKey+` END DESC,
				CASE WHEN $15 AND $14 = 'created_at' THEN s.created_at END DESC,
				s.created_at, s.id
			LIMIT $16 OFFSET $17`, append(args, f.SortBy, f.Descending(false), page.Limit(), page.Offset())...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	items := make([]Member, len(rows.Rows))
	for i := range rows.Rows {
		if items[i], err = rows.Rows[i].member(who, who.Tenant); err != nil {
			return nil, err
		}
	}
	return api.NewList(items, total.Value, page), nil
}

func literal(raw string) string { return strings.ToLower(strings.TrimSpace(raw)) }

// Summary counts the staff members at the caller's outlets.
type Summary struct {
	Total         int      `json:"total_staff" db:"total"`
	Active        int      `json:"active_staff" db:"active"`
	Bookable      int      `json:"bookable_staff" db:"bookable" doc:"Active with the status active, and bookable."`
	AverageRating *float64 `json:"average_rating" db:"-" doc:"Null without ratings."`
}

// Summary counts them, at one outlet where it is given.
func (o *Operations) Summary(ctx context.Context, who access.Staff, outlet id.ID) (Summary, error) {
	var out Summary
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		out, err = db.One[Summary](ctx, tx, `
			SELECT count(*) AS total, count(*) FILTER (WHERE s.is_active) AS active,
				count(*) FILTER (WHERE s.status = 'active' AND s.is_bookable) AS bookable
			FROM staff s
			WHERE s.tenant_id = $1 AND s.deleted_at IS NULL
				AND ($2::text[] IS NULL OR EXISTS (
					SELECT 1 FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = ANY ($2)))
				AND ($3 = '' OR EXISTS (
					SELECT 1 FROM staff_outlets so WHERE so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = $3))`,
			tx.Tenant(), scope(who), outlet)
		return err
	})
	return out, err
}

// Card is what customers see of a staff member.
type Card struct {
	ID              id.ID    `json:"id" db:"id"`
	AlsoID          id.ID    `json:"_id" db:"also_id" doc:"The same as id."`
	DisplayName     string   `json:"display_name" db:"name" example:"Ayu L."`
	Position        string   `json:"position" db:"position" example:"Senior Hair Stylist"`
	Bio             string   `json:"bio" db:"bio"`
	ProfileImageURL *string  `json:"profile_image_url" db:"profile_image_url" example:"https://bellavista.com/ayu.jpg"`
	InstagramHandle *string  `json:"instagram_handle" db:"instagram_handle" example:"ayu.hair"`
	Specialties     []string `json:"specialties" db:"specialties"`
	ServiceIDs      []id.ID  `json:"service_ids" db:"-" doc:"What the member can be booked for."`
	Services        []Skill  `json:"services" db:"-" doc:"The same services, with what the member takes for each."`
	Gives           []skill  `json:"-" db:"gives"`
	AverageRating   *float64 `json:"average_rating" db:"-" doc:"Null without ratings."`
	RatingCount     int      `json:"rating_count" db:"-"`
}

// offeredColumn are the skills of services that are offered at outlet $2.
const offeredColumn = `coalesce((
		SELECT json_agg(json_build_object('service_id', ss.service_id, 'level', ss.level, 'duration_minutes', ss.duration_minutes,
			'price', ss.price, 'currency', ss.currency) ORDER BY ss.service_id)
		FROM staff_services ss
		JOIN services v ON v.tenant_id = s.tenant_id AND v.id = ss.service_id AND v.deleted_at IS NULL AND v.is_active AND v.status = 'active'
		WHERE ss.tenant_id = s.tenant_id AND ss.staff_id = s.id
			AND (NOT EXISTS (SELECT 1 FROM service_outlets o WHERE o.tenant_id = s.tenant_id AND o.service_id = v.id)
				OR EXISTS (SELECT 1 FROM service_outlets o WHERE o.tenant_id = s.tenant_id AND o.service_id = v.id AND o.outlet_id = $2))), '[]')`

// Cards lists who can be booked online at an outlet that is open for business. It
// fails with outlets.ErrNotFound.
func (o *Operations) Cards(ctx context.Context, tenant, outlet, service id.ID) ([]Card, error) {
	var open *db.Result[bool]
	var cards *db.Results[Card]
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		open = queueOpen(tx, outlet)
		cards = db.QueueAll[Card](tx, `
			SELECT s.id, s.id AS also_id, coalesce(nullif(s.display_name, ''), trim(s.first_name || ' ' || s.last_name)) AS name,
				s.position, s.bio, s.profile_image_url, s.instagram_handle, s.specialties, `+offeredColumn+` AS gives
			FROM staff s
			JOIN staff_outlets so ON so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = $2
			WHERE s.tenant_id = $1 AND s.deleted_at IS NULL AND s.is_active AND s.status = 'active'
				AND s.is_bookable AND s.accepts_online_booking
				AND ($3 = '' OR EXISTS (
					SELECT 1 FROM staff_services ss WHERE ss.tenant_id = $1 AND ss.staff_id = s.id AND ss.service_id = $3))
			ORDER BY lower(s.first_name), lower(s.last_name), s.id`, tx.Tenant(), outlet, service)
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case !open.Value:
		return nil, outlets.ErrNotFound
	}
	for i := range cards.Rows {
		card := &cards.Rows[i]
		card.ServiceIDs, card.Services = views(card.Gives)
	}
	return cards.Rows, nil
}

// queueOpen asks whether the public may see an outlet.
func queueOpen(tx *db.Tx, outlet id.ID) *db.Result[bool] {
	return db.QueueOne[bool](tx, `
		SELECT EXISTS (
			SELECT 1
			FROM outlets o
			JOIN tenants t ON t.id = o.tenant_id
			WHERE o.tenant_id = $1 AND o.id = $2 AND o.deleted_at IS NULL AND o.status = 'active'
				AND t.is_active AND t.deleted_at IS NULL)`, tx.Tenant(), outlet)
}
