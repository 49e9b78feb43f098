package history

import (
	"context"
	"errors"

	"reserva/internal/billing/payments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Operations are what may be asked of the history.
type Operations struct{ db *db.DB }

// New makes the operations on a database.
func New(d *db.DB) *Operations { return &Operations{db: d} }

// view reads as the reader may: in one tenant, or over all of them.
func (o *Operations) view(ctx context.Context, r Reader, fn func(tx *db.Tx) error) error {
	if r.All {
		return o.db.PlatformView(ctx, "payments of all businesses", fn)
	}
	return o.db.View(ctx, r.Tenant, fn)
}

// within holds the conditions of a Reader in one tenant, as $2 customer, $3 outlets, $4
// user.
const within = `
	AND ($2::text IS NULL OR p.customer_id = $2)
	AND ($3::text[] IS NULL OR p.appointment_id IS NULL OR a.outlet_id = ANY($3))
	AND ($4::text IS NULL OR EXISTS (
		SELECT 1
		FROM appointment_lines l
		JOIN staff s ON s.tenant_id = $1 AND s.id = l.staff_id
		WHERE l.tenant_id = $1 AND l.appointment_id = p.appointment_id AND s.user_id = $4))`

const period = `
		AND ($7::timestamptz IS NULL OR p.created_at >= $7)
		AND ($8::timestamptz IS NULL OR p.created_at < $8)`

const filters = `
		AND ($5 = '' OR p.payment_type = $5)
		AND ($6 = '' OR p.status = $6)` + period + `
		AND ($9 = '' OR p.customer_id = $9)`

// selected are the payments that a reader of one tenant may see.
const selected = `
	FROM payments p
	LEFT JOIN appointments a ON a.tenant_id = $1 AND a.id = p.appointment_id
	WHERE p.tenant_id = $1` + within + filters

// everywhere are those of all tenants.
const everywhere = `
	FROM payments p
	WHERE p.tenant_id IS NOT NULL AND $1::text IS NOT NULL AND $2::text IS NULL AND $3::text[] IS NULL AND $4::text IS NULL` + filters

const page = `
	ORDER BY p.created_at DESC, p.id DESC
	LIMIT $10 OFFSET $11`

func (s selection) args(r Reader) []any {
	return []any{r.Tenant, r.Customer, r.Outlets, r.User, s.Kind, s.Status, s.from, s.to, s.Customer}
}

// List lists the payments that the reader may see, newest first. Faults: ErrDates.
func (o *Operations) List(ctx context.Context, r Reader, f Filter) (History, error) {
	var total *db.Result[int]
	var rows *db.Results[row]
	err := o.view(ctx, r, func(tx *db.Tx) error {
		s, err := f.read(ctx, tx, r)
		if err != nil {
			return err
		}
		switch {
		case r.All:
			total = db.QueueOne[int](tx, `SELECT count(*)`+everywhere, s.args(r)...)
			rows = db.QueueAll[row](tx, `SELECT `+columns+everywhere+page, append(s.args(r), f.Limit, f.Skip)...)
		case r.wide() && s.Customer == "":
			total, rows = queueCount(tx, r.Tenant, s), queueWide(tx, r.Tenant, s)
		default:
			total = db.QueueOne[int](tx, `SELECT count(*)`+selected, s.args(r)...)
			rows = db.QueueAll[row](tx, `SELECT `+columns+selected+page, append(s.args(r), f.Limit, f.Skip)...)
		}
		return nil
	})
	if err != nil {
		return History{}, err
	}
	out := History{
		Items: make([]Entry, 0, len(rows.Rows)), Total: total.Value, Skip: f.Skip, Limit: f.Limit, HasMore: f.Skip+len(rows.Rows) < total.Value,
	}
	for _, p := range rows.Rows {
		out.Items = append(out.Items, p.entry(r.Customer != nil))
	}
	return out, nil
}

// queueWide reads a page of all payments of a tenant. Each of the filters that have an
// index has a statement, since the plan of one for all of them could use none.
func queueWide(tx *db.Tx, tenant id.ID, s selection) *db.Results[row] {
	const from = `
		FROM payments p
		WHERE p.tenant_id = $1
			AND ($2::timestamptz IS NULL OR p.created_at >= $2)
			AND ($3::timestamptz IS NULL OR p.created_at < $3)`
	const order = `
		ORDER BY p.created_at DESC, p.id DESC
		LIMIT $4 OFFSET $5`
	switch {
	case s.Kind == "" && s.Status == "":
		return db.QueueAll[row](tx, `SELECT `+columns+from+order, tenant, s.from, s.to, s.Limit, s.Skip)
	case s.Kind == "":
		return db.QueueAll[row](tx, `SELECT `+columns+from+` AND p.status = $6`+order, tenant, s.from, s.to, s.Limit, s.Skip, s.Status)
	case s.Status == "":
		return db.QueueAll[row](tx, `SELECT `+columns+from+` AND p.payment_type = $6`+order, tenant, s.from, s.to, s.Limit, s.Skip, s.Kind)
	}
	return db.QueueAll[row](tx, `SELECT `+columns+from+` AND p.payment_type = $6 AND p.status = $7`+order,
		tenant, s.from, s.to, s.Limit, s.Skip, s.Kind, s.Status)
}

// queueCount reads how many payments of a tenant there are from the counts that are kept,
// and counts only on the days that the period cuts.
func queueCount(tx *db.Tx, tenant id.ID, s selection) *db.Result[int] {
	days := spanOf(s.from, s.to)
	return db.QueueOne[int](tx, `
		SELECT (coalesce((
			SELECT sum(n)
			FROM payment_counts
			WHERE tenant_id = $1 AND day >= $2 AND day < $3 AND ($4 = '' OR payment_type = $4) AND ($5 = '' OR status = $5)), 0)
			+ (
			SELECT count(*)
			FROM payments p
			WHERE p.tenant_id = $1 AND p.created_at >= $6 AND p.created_at < $7 AND ($4 = '' OR p.payment_type = $4) AND ($5 = '' OR p.status = $5))
			+ (
			SELECT count(*)
			FROM payments p
			WHERE p.tenant_id = $1 AND p.created_at >= $8 AND p.created_at < $9 AND ($4 = '' OR p.payment_type = $4) AND ($5 = '' OR p.status = $5)))::bigint`,
		tenant, days.day, days.until, s.Kind, s.Status, days.headFrom, days.headTo, days.tailFrom, days.tailTo)
}

// Get reads one payment of one tenant; payments.ErrNotFound if the reader may not see it.
func (o *Operations) Get(ctx context.Context, r Reader, payment id.ID) (Entry, error) {
	var p row
	err := o.db.View(ctx, r.Tenant, func(tx *db.Tx) (err error) {
		p, err = db.One[row](ctx, tx, `
			SELECT `+columns+`
			FROM payments p
			LEFT JOIN appointments a ON a.tenant_id = $1 AND a.id = p.appointment_id
			WHERE p.tenant_id = $1 AND p.id = $5`+within, r.Tenant, r.Customer, r.Outlets, r.User, payment)
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		err = payments.ErrNotFound
	}
	return p.entry(r.Customer != nil), err
}
