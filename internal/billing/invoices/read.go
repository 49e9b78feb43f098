package invoices

import (
	"context"
	"strings"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/pdf"
)

// Operations are what may be asked of invoices.
type Operations struct {
	db    *db.DB
	fonts *pdf.Library
}

// NewOperations makes the operations on a database; invoices are printed in the fonts.
func NewOperations(d *db.DB, fonts *pdf.Library) *Operations { return &Operations{db: d, fonts: fonts} }

// Reader says whose money records a caller may see: a customer their own, the
// desk those of its outlets, a staff member those of appointments they serve in.
// What belongs to no appointment is open to the whole desk.
type Reader struct {
	Tenant   id.ID
	Customer *id.ID
	Outlets  []string // nil is all
	User     *id.ID   // set for those who see their own appointments only
}

// ReaderOf reads the scope of a caller, of whom exactly one is given.
func ReaderOf(staff *access.Staff, customer *access.Customer) Reader {
	if customer != nil {
		return Reader{Tenant: customer.Tenant, Customer: &customer.ID}
	}
	r := Reader{Tenant: staff.Tenant}
	outlets, all := staff.OutletScope()
	if !all {
		r.Outlets = []string{}
		for _, outlet := range outlets {
			r.Outlets = append(r.Outlets, string(outlet))
		}
	}
	if !staff.Can(access.ReadAppointments) && !staff.Can(access.ReadAll) && !staff.Can(access.ReadTenant) {
		r.User = &staff.UserID
	}
	return r
}

// Filter selects invoices.
type Filter struct {
	api.Page
	Type, Status string // in any case; empty for all
	Customer     id.ID
	Appointment  id.ID
	From, To     civil.Date // of issue, inclusive
	Search       string     // literal, in the numbers
}

// within holds the conditions of a Reader, as $2 customer, $3 outlets, $4 user.
const within = `
	AND ($2::text IS NULL OR i.customer_id = $2 AND i.status <> 'DRAFT')
	AND ($3::text[] IS NULL OR i.appointment_id IS NULL OR a.outlet_id = ANY($3))
	AND ($4::text IS NULL OR EXISTS (
		SELECT 1
		FROM appointment_lines l
		JOIN staff s ON s.tenant_id = $1 AND s.id = l.staff_id
		WHERE l.tenant_id = $1 AND l.appointment_id = i.appointment_id AND s.user_id = $4))`

const selected = `
	FROM invoices i
	LEFT JOIN appointments a ON a.tenant_id = $1 AND a.id = i.appointment_id
	WHERE i.tenant_id = $1` + within + `
		AND ($5::text IS NULL OR i.invoice_type = $5)
		AND ($6::text IS NULL OR i.status = $6)
		AND ($7 = '' OR i.customer_id = $7)
		AND ($8 = '' OR i.appointment_id = $8)
		AND ($9::date IS NULL OR i.issue_date >= $9)
		AND ($10::date IS NULL OR i.issue_date <= $10)
		AND ($11 = '' OR strpos(upper(i.invoice_number), $11) > 0 OR strpos(upper(i.provider_number), $11) > 0)`

// List returns a page of the invoices that the reader may see, newest first.
func (o *Operations) List(ctx context.Context, r Reader, f Filter) (*api.List[Invoice], error) {
	wantedType, okType := parseType(f.Type)
	status, okStatus := parseStatus(f.Status)
	switch {
	case !okType:
		return nil, fault.InvalidField("query:invoice_type", "must be one of SUBSCRIPTION, APPOINTMENT, SETUP_FEE, PACKAGE, WALLET_TOPUP")
	case !okStatus:
		return nil, fault.InvalidField("query:status", "must be one of DRAFT, SENT, PAID, OVERDUE, CANCELLED")
	}
	args := []any{
		r.Tenant, r.Customer, r.Outlets, r.User, wantedType, status, f.Customer, f.Appointment, date(f.From), date(f.To), strings.ToUpper(f.Search),
	}
	var total *db.Result[int]
	var rows *db.Results[Stored]
	err := o.db.View(ctx, r.Tenant, func(tx *db.Tx) error {
		total = db.QueueOne[int](tx, `SELECT count(*)`+selected, args...)
		rows = db.QueueAll[Stored](tx, `SELECT `+columns+selected+`
			ORDER BY i.created_at DESC, i.id DESC
			LIMIT $12 OFFSET $13`, append(args, f.Limit(), f.Offset())...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	views := make([]Invoice, 0, len(rows.Rows))
	for _, row := range rows.Rows {
		view, err := row.view(r.Tenant)
		if err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	return api.NewList(views, total.Value, f.Page), nil
}

// Get reads one invoice; ErrNotFound if the reader may not see it.
func (o *Operations) Get(ctx context.Context, r Reader, invoice id.ID) (Invoice, error) {
	var row Stored
	err := o.db.View(ctx, r.Tenant, func(tx *db.Tx) (err error) {
		row, err = find(ctx, tx, r, invoice)
		return err
	})
	if err != nil {
		return Invoice{}, err
	}
	return row.view(r.Tenant)
}

func find(ctx context.Context, tx *db.Tx, r Reader, invoice id.ID) (Stored, error) {
	return notFound(db.One[Stored](ctx, tx, `
		SELECT `+columns+`
		FROM invoices i
		LEFT JOIN appointments a ON a.tenant_id = $1 AND a.id = i.appointment_id
		WHERE i.tenant_id = $1 AND i.id = $5`+within, r.Tenant, r.Customer, r.Outlets, r.User, invoice))
}

func date(d civil.Date) *civil.Date {
	if d.IsZero() {
		return nil
	}
	return &d
}
