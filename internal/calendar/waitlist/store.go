package waitlist

import (
	"context"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// wishRow is a wish as it is at the time of the transaction.
type wishRow struct {
	ID           id.ID       `db:"id"`
	TenantID     id.ID       `db:"tenant_id"`
	OutletID     id.ID       `db:"outlet_id"`
	CustomerID   id.ID       `db:"customer_id"`
	CustomerName string      `db:"customer_name"`
	ServiceID    id.ID       `db:"service_id"`
	ServiceName  string      `db:"service_name"`
	StaffID      *id.ID      `db:"staff_id"`
	StaffName    string      `db:"staff_name"`
	DateFrom     civil.Date  `db:"date_from"`
	DateTo       civil.Date  `db:"date_to"`
	TimeFrom     civil.Clock `db:"time_from"`
	TimeTo       civil.Clock `db:"time_to"`
	Timezone     string      `db:"timezone"`
	Source       string      `db:"source"`
	Status       string      `db:"status"`
	EndedAt      *time.Time  `db:"ended_at"`
	CreatedAt    time.Time   `db:"created_at"`
	UpdatedAt    time.Time   `db:"updated_at"`
}

// statusNow is the status that the world sees: windows and offers end by the clock,
// $2, also before a job has written it down.
const statusNow = `CASE
		WHEN w.status = 'waiting' AND w.date_to < ($2::timestamptz AT TIME ZONE o.timezone)::date THEN 'expired'
		WHEN w.status = 'offered' AND EXISTS (
			SELECT 1 FROM waitlist_offers f
			WHERE f.tenant_id = $1 AND f.wish_id = w.id AND f.outcome IS NULL AND f.expires_at <= $2) THEN 'lapsed'
		ELSE w.status
	END`

const wishColumns = `
	w.id, w.tenant_id, w.outlet_id, w.customer_id, trim(c.first_name || ' ' || c.last_name) AS customer_name, w.service_id, v.name AS service_name,
	w.staff_id, coalesce(nullif(s.display_name, ''), s.first_name || ' ' || s.last_name, '') AS staff_name,
	w.date_from, w.date_to, w.time_from, w.time_to, o.timezone, w.source, ` + statusNow + ` AS status, w.ended_at, w.created_at, w.updated_at`

const fromWishes = `
	FROM waitlist_wishes w
	JOIN outlets o ON o.tenant_id = $1 AND o.id = w.outlet_id
	JOIN customers c ON c.tenant_id = $1 AND c.id = w.customer_id
	JOIN services v ON v.tenant_id = $1 AND v.id = w.service_id
	LEFT JOIN staff s ON s.tenant_id = $1 AND s.id = w.staff_id`

// offerRow is an offer with what it offers.
type offerRow struct {
	ID            id.ID      `db:"id"`
	WishID        id.ID      `db:"wish_id"`
	CustomerID    id.ID      `db:"customer_id"`
	CustomerName  string     `db:"customer_name"`
	AppointmentID id.ID      `db:"appointment_id"`
	OutletID      id.ID      `db:"outlet_id"`
	ServiceID     id.ID      `db:"service_id"`
	ServiceName   string     `db:"service_name"`
	StaffID       *id.ID     `db:"staff_id"`
	StaffName     string     `db:"staff_name"`
	StartsAt      time.Time  `db:"starts_at"`
	EndsAt        time.Time  `db:"ends_at"`
	Timezone      string     `db:"timezone"`
	Total         int64      `db:"total_price"`
	Currency      string     `db:"currency"`
	OfferedAt     time.Time  `db:"offered_at"`
	ExpiresAt     time.Time  `db:"expires_at"`
	Outcome       string     `db:"outcome"`
	EndedAt       *time.Time `db:"ended_at"`
}

const outcomeNow = `coalesce(f.outcome, CASE WHEN f.expires_at <= $2 THEN 'lapsed' ELSE 'open' END)`

const offerColumns = `
	f.id, f.wish_id, w.customer_id, trim(c.first_name || ' ' || c.last_name) AS customer_name, f.appointment_id, w.outlet_id,
	w.service_id, l.service_name, l.staff_id, l.staff_name, f.starts_at, f.ends_at, o.timezone, a.total_price, a.currency,
	f.offered_at, f.expires_at, ` + outcomeNow + ` AS outcome, f.ended_at`

const fromOffers = `
	FROM waitlist_offers f
	JOIN waitlist_wishes w ON w.tenant_id = $1 AND w.id = f.wish_id
	JOIN customers c ON c.tenant_id = $1 AND c.id = w.customer_id
	JOIN outlets o ON o.tenant_id = $1 AND o.id = w.outlet_id
	JOIN appointments a ON a.tenant_id = $1 AND a.id = f.appointment_id
	JOIN appointment_lines l ON l.tenant_id = $1 AND l.appointment_id = f.appointment_id AND l.position = 0`

// load reads one wish, with its open offer or the newest. Offers made by two servers may
// bear times in another order than they were made in. It fails with ErrNotFound.
func load(ctx context.Context, tx *db.Tx, wish id.ID) (Wish, error) {
	row := db.QueueOne[wishRow](tx, `SELECT `+wishColumns+fromWishes+`
		WHERE w.tenant_id = $1 AND w.id = $3`, tx.Tenant(), tx.Now(), wish)
	offers := db.QueueAll[offerRow](tx, `SELECT `+offerColumns+fromOffers+`
		WHERE f.tenant_id = $1 AND f.wish_id = $3
		ORDER BY f.outcome IS NULL DESC, f.offered_at DESC, f.id DESC LIMIT 1`, tx.Tenant(), tx.Now(), wish)
	if err := tx.Flush(ctx); err != nil {
		return Wish{}, err
	}
	if !row.Found {
		return Wish{}, ErrNotFound
	}
	w := row.Value.view()
	for i := range offers.Rows {
		w.add(offers.Rows[i].view())
		w.declined = offers.Rows[i].Outcome == outcomeDeclined
	}
	return w, nil
}

// offersOf reads all offers of a wish, the newest first.
func offersOf(ctx context.Context, tx *db.Tx, wish id.ID) ([]Offer, error) {
	rows, err := db.All[offerRow](ctx, tx, `SELECT `+offerColumns+fromOffers+`
		WHERE f.tenant_id = $1 AND f.wish_id = $3
		ORDER BY f.outcome IS NULL DESC, f.offered_at DESC, f.id DESC`, tx.Tenant(), tx.Now(), wish)
	return offerViews(rows), err
}

// addOffers reads what the wishes of a page are offered, or have accepted.
func addOffers(ctx context.Context, tx *db.Tx, wishes []Wish) error {
	ids := make([]string, len(wishes))
	at := make(map[id.ID]int, len(wishes))
	for i := range wishes {
		ids[i], at[wishes[i].ID] = string(wishes[i].ID), i
	}
	rows, err := db.All[offerRow](ctx, tx, `SELECT `+offerColumns+fromOffers+`
		WHERE f.tenant_id = $1 AND f.wish_id = ANY($3) AND (f.outcome IS NULL OR f.outcome = 'accepted')`, tx.Tenant(), tx.Now(), ids)
	for i := range rows {
		wishes[at[rows[i].WishID]].add(rows[i].view())
	}
	return err
}

// add shows an offer with its wish where it is open or was accepted.
func (w *Wish) add(f Offer) {
	switch f.Outcome {
	case outcomeOpen:
		w.Offer = &f
	case outcomeAccepted:
		w.Appointment = &f.AppointmentID
	}
}

func (r *wishRow) view() Wish {
	return Wish{
		ID: r.ID, TenantID: r.TenantID, OutletID: r.OutletID, CustomerID: r.CustomerID, CustomerName: r.CustomerName,
		ServiceID: r.ServiceID, ServiceName: r.ServiceName, StaffID: r.StaffID, StaffName: r.StaffName,
		DateFrom: r.DateFrom, DateTo: r.DateTo, TimeFrom: r.TimeFrom, TimeTo: r.TimeTo, Timezone: r.Timezone,
		Source: r.Source, Status: r.Status, EndedAt: utc(r.EndedAt), CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}
}

func (r *offerRow) view() Offer {
	loc, err := civil.Zone(r.Timezone)
	if err != nil {
		loc = time.UTC
	}
	return Offer{
		ID: r.ID, WishID: r.WishID, CustomerID: r.CustomerID, CustomerName: r.CustomerName, AppointmentID: r.AppointmentID,
		OutletID: r.OutletID, ServiceID: r.ServiceID, ServiceName: r.ServiceName, StaffID: r.StaffID, StaffName: r.StaffName,
		AppointmentDate: civil.Of(r.StartsAt, loc), StartTime: clockAt(r.StartsAt, loc), EndTime: clockAt(r.EndsAt, loc),
		TotalPrice: money.Number{Minor: r.Total, Currency: money.Currency(r.Currency)}, Currency: r.Currency,
		OfferedAt: r.OfferedAt.UTC(), ExpiresAt: r.ExpiresAt.UTC(), Outcome: r.Outcome, EndedAt: utc(r.EndedAt),
	}
}

func offerViews(rows []offerRow) []Offer {
	out := make([]Offer, len(rows))
	for i := range rows {
		out[i] = rows[i].view()
	}
	return out
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

func texts(ids []id.ID) []string {
	out := make([]string, len(ids))
	for i, v := range ids {
		out[i] = string(v)
	}
	return out
}
