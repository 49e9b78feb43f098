package refunds

import (
	"context"

	"reserva/internal/api"
	"reserva/internal/billing/invoices"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Filter selects refunds; empty is all.
type Filter struct {
	api.Page
	Status            string
	Payment, Customer id.ID
}

// within holds the conditions of an invoices.Reader, as $2 customer, $3 outlets, $4 user.
const within = `
	AND ($2::text IS NULL OR r.customer_id = $2)
	AND ($3::text[] IS NULL OR p.appointment_id IS NULL OR a.outlet_id = ANY($3))
	AND ($4::text IS NULL OR EXISTS (
		SELECT 1
		FROM appointment_lines l
		JOIN staff s ON s.tenant_id = $1 AND s.id = l.staff_id
		WHERE l.tenant_id = $1 AND l.appointment_id = p.appointment_id AND s.user_id = $4))`

const selected = fromRefunds + `
	WHERE r.tenant_id = $1` + within + `
		AND ($5 = '' OR r.status = $5)
		AND ($6 = '' OR r.payment_id = $6)
		AND ($7 = '' OR r.customer_id = $7)`

// List returns a page of the refunds that the reader may see, newest first.
func (o *Operations) List(ctx context.Context, r invoices.Reader, f Filter) (*api.List[Refund], error) {
	args := []any{r.Tenant, r.Customer, r.Outlets, r.User, f.Status, f.Payment, f.Customer}
	var total *db.Result[int]
	var rows *db.Results[row]
	err := o.db.View(ctx, r.Tenant, func(tx *db.Tx) error {
		total = db.QueueOne[int](tx, `SELECT count(*)`+selected, args...)
		rows = db.QueueAll[row](tx, `SELECT `+columns+selected+`
			ORDER BY r.created_at DESC, r.id DESC
			LIMIT $8 OFFSET $9`, append(args, f.Limit(), f.Offset())...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	items := make([]Refund, 0, len(rows.Rows))
	for _, row := range rows.Rows {
		items = append(items, row.shown(r))
	}
	return api.NewList(items, total.Value, f.Page), nil
}

// Get reads one refund; ErrNotFound if the reader may not see it.
func (o *Operations) Get(ctx context.Context, r invoices.Reader, refund id.ID) (Refund, error) {
	var one row
	err := o.db.View(ctx, r.Tenant, func(tx *db.Tx) (err error) {
		one, err = found(db.One[row](ctx, tx, `SELECT `+columns+fromRefunds+`
			WHERE r.tenant_id = $1 AND r.id = $5`+within, r.Tenant, r.Customer, r.Outlets, r.User, refund))
		return err
	})
	return one.shown(r), err
}

// shown hides from customers who of the business decided, and what it noted for itself.
func (r row) shown(to invoices.Reader) Refund {
	out := r.view()
	if to.Customer != nil {
		out.DecidedBy = nil
		if r.Status != Rejected {
			out.DecisionNote = ""
		}
	}
	return out
}
