package waitlist

import (
	"context"
	"time"

	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// waiting reads the next wishes in order, behind the last that was looked at. The
// statement is its own: it has to see what was committed before the lock was had.
func (m *match) waiting(ctx context.Context, tx *db.Tx, last *candidate) ([]candidate, error) {
	var joined *time.Time
	var behind id.ID
	if last != nil {
		joined, behind = &last.Joined, last.ID
	}
	return db.All[candidate](ctx, tx, `
		SELECT w.id, w.customer_id, w.service_id, w.staff_id, w.date_from, w.date_to, w.time_from, w.time_to, w.source, w.created_at
		FROM waitlist_wishes w
		JOIN customers c ON c.tenant_id = $1 AND c.id = w.customer_id AND c.deleted_at IS NULL
		WHERE w.tenant_id = $1 AND w.outlet_id = $2 AND w.status = 'waiting' AND w.date_from <= $4 AND w.date_to >= $3
			AND ($5::timestamptz IS NULL OR (w.created_at, w.id) > ($5, $6))
		ORDER BY w.created_at, w.id
		LIMIT $7`, tx.Tenant(), m.outlet, m.on.from, m.on.to, joined, behind, pageOfWishes)
}

// readDeclined reads what those who wait cannot be offered again.
func (m *match) readDeclined(ctx context.Context, tx *db.Tx) error {
	declined, err := db.All[declinedRow](ctx, tx, `
		SELECT f.wish_id, f.starts_at, f.ends_at
		FROM waitlist_wishes w
		JOIN waitlist_offers f ON f.tenant_id = $1 AND f.wish_id = w.id AND f.outcome IS NOT NULL
		WHERE w.tenant_id = $1 AND w.outlet_id = $2 AND w.status = 'waiting' AND w.date_from <= $4 AND w.date_to >= $3`,
		tx.Tenant(), m.outlet, m.on.from, m.on.to)
	m.no = map[id.ID][]span{}
	for _, d := range declined {
		m.no[d.Wish] = append(m.no[d.Wish], span{d.From, d.To})
	}
	return err
}

type declinedRow struct {
	Wish id.ID     `db:"wish_id"`
	From time.Time `db:"starts_at"`
	To   time.Time `db:"ends_at"`
}

// read reads a diary for each service, over the dates that anybody waits for, in one
// round trip.
func (m *match) read(ctx context.Context, tx *db.Tx, waiting []candidate) (map[key]*availability.Diary, error) {
	spans, customers := map[key]dates{}, []id.ID{}
	earliest := civil.Of(tx.Now().Add(-widest), time.UTC)
	for i := range waiting {
		c := &waiting[i]
		customers = append(customers, c.Customer)
		from, to := latest(c.From, m.on.from, earliest), earliestOf(c.To, m.on.to)
		if to.Before(from) {
			continue
		}
		if s, ok := spans[c.key()]; ok {
			from, to = earliestOf(from, s.from), latest(to, s.to)
		}
		spans[c.key()] = dates{from, to}
	}
	diaries := make(map[key]*availability.Diary, len(spans))
	for k, s := range spans {
		diaries[k] = availability.Queue(tx, availability.Ask{
			Outlet: m.outlet, Services: []id.ID{k.service}, From: s.from, To: s.to, Audience: k.audience,
		})
	}
	busy := queueBusy(tx, customers, m.on.from, m.on.to)
	if err := tx.Flush(ctx); err != nil {
		return nil, err
	}
	m.busy = map[id.ID][]span{}
	for _, b := range busy.Rows {
		m.busy[b.Customer] = append(m.busy[b.Customer], span{b.From, b.To})
	}
	for k, d := range diaries {
		err := d.Build()
		if _, refused := fault.As(err); refused {
			delete(diaries, k)
		} else if err != nil {
			return nil, err
		}
	}
	return diaries, nil
}

func latest(first civil.Date, others ...civil.Date) civil.Date {
	for _, d := range others {
		if d.After(first) {
			first = d
		}
	}
	return first
}

func earliestOf(first civil.Date, others ...civil.Date) civil.Date {
	for _, d := range others {
		if d.Before(first) {
			first = d
		}
	}
	return first
}
