package visitfees

import (
	"context"
	"errors"

	"reserva/internal/api"
	"reserva/internal/billing/invoices"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

const columns = `f.id, f.appointment_id, f.customer_id, f.kind, f.amount, f.kept_amount, f.currency, f.invoice_id,
	i.status AS invoice_status, i.invoice_number, f.waived_at, f.waived_by, f.waive_reason, f.created_at`

const fromFees = `
	FROM visit_fees f
	JOIN appointments a ON a.tenant_id = $1 AND a.id = f.appointment_id
	LEFT JOIN invoices i ON i.tenant_id = $1 AND i.id = f.invoice_id`

// within holds the conditions of an invoices.Reader, as $2 customer, $3 outlets, $4 user.
const within = `
	AND ($2::text IS NULL OR f.customer_id = $2)
	AND ($3::text[] IS NULL OR a.outlet_id = ANY($3))
	AND ($4::text IS NULL OR EXISTS (
		SELECT 1
		FROM appointment_lines l
		JOIN staff s ON s.tenant_id = $1 AND s.id = l.staff_id
		WHERE l.tenant_id = $1 AND l.appointment_id = f.appointment_id AND s.user_id = $4))`

const selected = fromFees + `
	WHERE f.tenant_id = $1` + within + `
		AND ($5 = '' OR $5 = CASE
			WHEN f.waived_at IS NOT NULL OR i.status = 'CANCELLED' THEN 'waived'
			WHEN f.invoice_id IS NULL THEN 'kept'
			WHEN i.status = 'PAID' THEN 'paid'
			ELSE 'due' END)
		AND ($6 = '' OR f.customer_id = $6)
		AND ($7 = '' OR f.appointment_id = $7)`

// Filter selects fees; empty is all.
type Filter struct {
	api.Page
	Status                string
	Customer, Appointment id.ID
}

// List returns a page of the fees that the reader may see, newest first.
func (o *Operations) List(ctx context.Context, r invoices.Reader, f Filter) (*api.List[Fee], error) {
	args := []any{r.Tenant, r.Customer, r.Outlets, r.User, f.Status, f.Customer, f.Appointment}
	var total *db.Result[int]
	var rows *db.Results[row]
	err := o.db.View(ctx, r.Tenant, func(tx *db.Tx) error {
		total = db.QueueOne[int](tx, `SELECT count(*)`+selected, args...)
		rows = db.QueueAll[row](tx, `SELECT `+columns+selected+`
			ORDER BY f.created_at DESC, f.id DESC
			LIMIT $8 OFFSET $9`, append(args, f.Limit(), f.Offset())...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	items := make([]Fee, 0, len(rows.Rows))
	for _, one := range rows.Rows {
		items = append(items, one.view(r))
	}
	return api.NewList(items, total.Value, f.Page), nil
}

// Get reads one fee; ErrNotFound if the reader may not see it.
func (o *Operations) Get(ctx context.Context, r invoices.Reader, fee id.ID) (Fee, error) {
	var one row
	err := o.db.View(ctx, r.Tenant, func(tx *db.Tx) (err error) {
		one, err = found(db.One[row](ctx, tx, `SELECT `+columns+fromFees+`
			WHERE f.tenant_id = $1 AND f.id = $5`+within, r.Tenant, r.Customer, r.Outlets, r.User, fee))
		return err
	})
	return one.view(r), err
}

// load reads a fee of the tenant; ErrNotFound if there is none.
func load(ctx context.Context, tx *db.Tx, fee id.ID) (row, error) {
	return found(db.One[row](ctx, tx, `SELECT `+columns+fromFees+`
		WHERE f.tenant_id = $1 AND f.id = $2`, tx.Tenant(), fee))
}

func found(r row, err error) (row, error) {
	if errors.Is(err, db.ErrNotFound) {
		err = ErrNotFound
	}
	return r, err
}
