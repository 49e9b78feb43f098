package customers

import (
	"context"
	"strings"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
)

// Filter chooses customers for a list.
type Filter struct {
	Search        string                `query:"search" maxLength:"200" doc:"Part of a name, an e-mail address or a phone number, taken literally."`
	Tags          string                `query:"tags" maxLength:"500" doc:"Comma separated; customers have all of them."`
	HasPassword   opt.Field[bool]       `query:"has_password" doc:"true: may sign in; false: walk-ins and guests."`
	EmailVerified opt.Field[bool]       `query:"email_verified"`
	IsActive      opt.Field[bool]       `query:"is_active"`
	CreatedFrom   opt.Field[civil.Date] `query:"created_from" doc:"First day, in the business's time zone."`
	CreatedTo     opt.Field[civil.Date] `query:"created_to" doc:"Last day."`
	SortBy        string                `query:"sort_by" enum:"created_at,updated_at,first_name,last_name,email,last_login,loyalty_points,total_appointments,total_spent" default:"created_at"`
	api.Order
}

// List returns one page of the tenant's customers.
func (o *Operations) List(ctx context.Context, who access.Staff, f Filter, page api.Page) (*api.List[Customer], error) {
	var total *db.Result[int]
	var rows *db.Results[seen]
	search, numbers := searchTerms(f.Search)
	descending := f.Descending(f.SortBy == "created_at")
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		args := []any{
			tx.Tenant(), tx.Now(), search, numbers, splitTags(f.Tags), f.HasPassword.Ptr(), f.EmailVerified.Ptr(), f.IsActive.Ptr(),
			f.CreatedFrom.Ptr(), f.CreatedTo.Ptr(),
		}
		total = db.QueueOne[int](tx, `
			SELECT count(*)
			FROM customers c
			JOIN tenants t ON t.id = c.tenant_id
			WHERE `+filterSQL, args...)
		rows = db.QueueAll[seen](tx, `
			SELECT `+seenColumns+seenFrom+`
			WHERE `+filterSQL+`
			ORDER BY
				CASE WHEN NOT $12 THEN `+textKey+` END, CASE WHEN $12 THEN `+textKey+` END DESC NULLS LAST,
				CASE WHEN NOT $12 THEN `+timeKey+` END, CASE WHEN $12 THEN `+timeKey+` END DESC NULLS LAST,
				CASE WHEN NOT $12 THEN `+numberKey+` END, CASE WHEN $12 THEN `+numberKey+` END DESC NULLS LAST,
				c.id
			LIMIT $13 OFFSET $14`, append(args, f.SortBy, descending, page.Limit(), page.Offset())...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	items := make([]Customer, len(rows.Rows))
	for i, one := range rows.Rows {
		items[i] = one.customer(who.Tenant)
	}
	return api.NewList(items, total.Value, page), nil
}

// filterSQL leaves the customers that the arguments of List ask for. $2 is used
// by the visits alone.
const filterSQL = `c.tenant_id = $1 AND $2::timestamptz IS NOT NULL AND c.deleted_at IS NULL
	AND ($3 = '' OR strpos(lower(c.first_name || ' ' || c.last_name), $3) > 0 OR strpos(c.email, $3) > 0
	  OR c.middle_name <> '' AND strpos(lower(c.first_name || ' ' || c.middle_name || ' ' || c.last_name), $3) > 0
	  OR EXISTS (SELECT 1 FROM unnest($4::text[]) AS n (digits) WHERE strpos(c.phone, n.digits) > 0))
	AND (cardinality($5::text[]) = 0 OR c.tags @> $5::text[])
	AND ($6::boolean IS NULL OR (c.password_hash IS NOT NULL) = $6)
	AND ($7::boolean IS NULL OR c.email_verified = $7)
	AND ($8::boolean IS NULL OR c.is_active = $8)
	AND ($9::date IS NULL OR c.created_at >= $9::date::timestamp AT TIME ZONE t.timezone)
	AND ($10::date IS NULL OR c.created_at < ($10::date + 1)::timestamp AT TIME ZONE t.timezone)`

// The keys of sort_by, $11, by type; a list is sorted by one of them.
const (
	textKey   = `CASE $11 WHEN 'first_name' THEN lower(c.first_name) WHEN 'last_name' THEN lower(c.last_name) WHEN 'email' THEN c.email END`
	timeKey   = `CASE $11 WHEN 'created_at' THEN c.created_at WHEN 'updated_at' THEN c.updated_at WHEN 'last_login' THEN c.last_login END`
	numberKey = `CASE $11 WHEN 'loyalty_points' THEN c.loyalty_points WHEN 'total_appointments' THEN visits.appointment_count WHEN 'total_spent' THEN visits.spent END`
)

// searchTerms are the text to find, and the numbers of which one is to be found in a
// telephone number: the digits of a text that could be part of one, as they are and
// without what is dialled before them at home (0) or abroad (00).
func searchTerms(raw string) (text string, numbers []string) {
	text = strings.ToLower(strings.Join(strings.Fields(raw), " "))
	if strings.Trim(text, "0123456789 +-().") != "" {
		return text, nil
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
	dialled := strings.TrimPrefix(strings.TrimPrefix(digits, "0"), "0")
	if len(digits) >= shortestNumber {
		numbers = append(numbers, digits)
	}
	if dialled != digits && len(dialled) >= shortestNumber {
		numbers = append(numbers, dialled)
	}
	return text, numbers
}

// shortestNumber is how many digits are looked for in numbers.
const shortestNumber = 3

func splitTags(raw string) []string {
	tags := []string{}
	for tag := range strings.SplitSeq(raw, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}

// Read reads one customer. It fails with ErrUnknown.
func (o *Operations) Read(ctx context.Context, who access.Staff, customer id.ID) (Customer, error) {
	var out Customer
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		found, err := load(ctx, tx, customer)
		out = found.customer(who.Tenant)
		return err
	})
	return out, err
}
