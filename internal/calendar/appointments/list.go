package appointments

import (
	"context"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Filter narrows a list; empty fields do not.
type Filter struct {
	From, To      civil.Date // dates at the outlet, inclusive
	Status        string
	PaymentStatus string
	Type          string
	Customer      id.ID
	Staff         id.ID
	Outlet        id.ID
	Service       id.ID
	NotesSearch   string // in completion notes, literally, in any case
	Upcoming      bool   // still to come, and standing
	Today         bool   // of this day, as each outlet has it
	SortBy        string // starts_at (default), created_at, total_price
	Descending    bool
	Page          api.Page
}

// List returns the appointments that the caller may see.
func (o *Operations) List(ctx context.Context, who access.Staff, f Filter) (*api.List[Appointment], error) {
	outlets, all := who.OutletScope()
	scope := scope{allOutlets: all, outlets: texts(outlets)}
	if !who.Can(access.ReadAppointments) && !who.Can(access.ReadAll) {
		scope.user = who.UserID
	}
	return o.list(ctx, who.Tenant, scope, f)
}

// ListOwn returns a customer's appointments.
func (o *Operations) ListOwn(ctx context.Context, who access.Customer, f Filter) (*api.List[Appointment], error) {
	f.Customer = who.ID
	return o.list(ctx, who.Tenant, scope{allOutlets: true}, f)
}

type scope struct {
	allOutlets bool
	outlets    []string
	user       id.ID // only appointments that this user's staff member serves in
}

// inTeam tells whether a staff member s is among those who serve in a line l together.
const inTeam = `EXISTS (SELECT 1 FROM sessions z WHERE z.tenant_id = $1 AND z.id = l.session_id AND s.subject_key = ANY (z.subject_keys))`

const listWhere = `
	WHERE a.tenant_id = $1
		AND ($2 OR a.outlet_id = ANY($3))
		AND (a.source <> 'waitlist' OR a.accepted_at IS NOT NULL OR (a.status = 'pending' AND a.hold_until > $8))
		AND ($4 = '' OR EXISTS (
			SELECT 1 FROM appointment_lines l JOIN staff s ON s.tenant_id = $1 AND s.user_id = $4 AND (s.id = l.staff_id OR ` + inTeam + `)
			WHERE l.tenant_id = $1 AND l.appointment_id = a.id))
		AND ($5::date IS NULL OR (a.starts_at >= $5::date - interval '15 hours' AND (a.starts_at AT TIME ZONE o.timezone)::date >= $5))
		AND ($6::date IS NULL OR (a.starts_at < $6::date + interval '39 hours' AND (a.starts_at AT TIME ZONE o.timezone)::date <= $6))
		AND ($7 = '' OR $7 = CASE WHEN a.status = 'pending' AND a.hold_until <= $8 THEN 'cancelled' ELSE a.status END)
		AND ($9 = '' OR a.payment_status = $9)
		AND ($10 = '' OR a.appointment_type = $10)
		AND ($11 = '' OR a.customer_id = $11)
		AND ($12 = '' OR a.outlet_id = $12)
		AND (($13 = '' AND $14 = '') OR EXISTS (
			SELECT 1 FROM appointment_lines l
			WHERE l.tenant_id = $1 AND l.appointment_id = a.id AND ($14 = '' OR l.service_id = $14)
				AND ($13 = '' OR l.staff_id = $13 OR EXISTS (SELECT 1 FROM staff s WHERE s.tenant_id = $1 AND s.id = $13 AND ` + inTeam + `))))
		AND ($15 = '' OR position(lower($15) IN lower(a.completion_notes)) > 0)
		AND (NOT $16 OR (a.starts_at > $8 AND (a.status = 'confirmed' OR a.status = 'pending' AND (a.hold_until IS NULL OR a.hold_until > $8))))
		AND (NOT $17 OR (a.starts_at BETWEEN $8::timestamptz - interval '26 hours' AND $8::timestamptz + interval '26 hours'
			AND (a.starts_at AT TIME ZONE o.timezone)::date = ($8::timestamptz AT TIME ZONE o.timezone)::date))`

const listOrder = `
	ORDER BY
		CASE WHEN $18 = 'total_price' AND NOT $19 THEN a.total_price END,
		CASE WHEN $18 = 'total_price' AND $19 THEN a.total_price END DESC,
		CASE WHEN $18 = 'created_at' AND NOT $19 THEN a.created_at END,
		CASE WHEN $18 = 'created_at' AND $19 THEN a.created_at END DESC,
		CASE WHEN $18 = 'starts_at' AND NOT $19 THEN a.starts_at END,
		CASE WHEN $18 = 'starts_at' AND $19 THEN a.starts_at END DESC,
		a.id
	LIMIT $20 OFFSET $21`

func (o *Operations) list(ctx context.Context, tenant id.ID, s scope, f Filter) (*api.List[Appointment], error) {
	if f.SortBy == "" {
		f.SortBy = "starts_at"
	}
	var out *api.List[Appointment]
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		where := []any{
			tx.Tenant(), s.allOutlets, s.outlets, string(s.user), dateOrNil(f.From), dateOrNil(f.To), f.Status, tx.Now(),
			f.PaymentStatus, f.Type, string(f.Customer), string(f.Outlet), string(f.Staff), string(f.Service), f.NotesSearch, f.Upcoming, f.Today,
		}
		total := db.QueueOne[int](tx, `
			SELECT count(*) FROM appointments a JOIN outlets o ON o.tenant_id = $1 AND o.id = a.outlet_id`+listWhere, where...)
		found := db.QueueAll[row](tx, `SELECT `+columns+fromAppointments+listWhere+listOrder,
			append(where, f.SortBy, f.Descending, f.Page.Limit(), f.Page.Offset())...)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		lines, err := linesOf(ctx, tx, found.Rows)
		if err != nil {
			return err
		}
		out = api.NewList(views(found.Rows, lines, tx.Now()), total.Value, f.Page)
		return nil
	})
	return out, err
}

func views(rows []row, lines map[id.ID][]line, now time.Time) []Appointment {
	out := make([]Appointment, len(rows))
	for i := range rows {
		out[i] = view(&rows[i], lines[rows[i].ID], now)
	}
	return out
}

func dateOrNil(d civil.Date) *civil.Date {
	if d.IsZero() {
		return nil
	}
	return &d
}

// Get returns one appointment that who may see.
func (o *Operations) Get(ctx context.Context, tenant id.ID, who access.Actor, appointment id.ID) (out Appointment, err error) {
	err = o.db.View(ctx, tenant, func(tx *db.Tx) error {
		r, lines, err := find(ctx, tx, appointment)
		if err != nil {
			return err
		}
		if err := visible(ctx, tx, who, r, lines); err != nil {
			return err
		}
		out = view(r, lines, tx.Now())
		return nil
	})
	return out, err
}
