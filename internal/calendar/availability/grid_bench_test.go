package availability_test

import (
	"context"
	"testing"
	"time"

	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// BenchmarkGrid is one outlet with 50 staff members and 20,000 appointments over
// 90 days, of which 31 are asked in steps of 15 minutes.
func BenchmarkGrid(b *testing.B) {
	d := testkit.DB(b)
	tenant, outlet, service := id.New(), id.New(), id.New()
	first := civil.Of(time.Now(), time.UTC).AddDays(1)
	err := d.Platform(context.Background(), "fixture", func(tx *db.Tx) error {
		loadOutlet(tx, tenant, outlet, service)
		loadStaff(tx, tenant, outlet, service, first)
		loadBusy(tx, tenant, outlet, service, first)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	d.Pool().Exec(context.Background(), "VACUUM ANALYZE")
	ask := availability.GridAsk{Service: service, Outlet: outlet, Start: first, Days: 31, Interval: 15, Audience: availability.Desk}
	b.ReportAllocs()
	for b.Loop() {
		grid, err := availability.New(d).Grid(context.Background(), tenant, ask) // one that has kept nothing
		if err != nil {
			b.Fatal(err)
		}
		if grid.Metadata.TotalAvailableSlots == 0 {
			b.Fatal("an empty grid")
		}
	}
}

func loadOutlet(tx *db.Tx, tenant, outlet, service id.ID) {
	tx.Exec(`INSERT INTO tenants (id, slug, name, email, phone, created_at, updated_at) VALUES ($1, $2, 'Salon', 'a@b.c', '+62', $3, $3)`,
		tenant, "salon-"+string(tenant), tx.Now())
	tx.Exec(`INSERT INTO outlets (tenant_id, id, slug, name, timezone, hours_set, created_at, updated_at) VALUES ($1, $2, 'main', 'Main', 'Asia/Jakarta', true, $3, $3)`,
		tenant, outlet, tx.Now())
	tx.Exec(`INSERT INTO outlet_hours (tenant_id, outlet_id, day, opens, closes) SELECT $1, $2, n, 540, 1080 FROM generate_series(0, 6) n`, tenant, outlet)
	tx.Exec(`INSERT INTO services (tenant_id, id, slug, name, duration_minutes, base_price, currency, created_at, updated_at)
		VALUES ($1, $2, 'cut', 'Cut', 60, 150000, 'IDR', $3, $3)`, tenant, service, tx.Now())
}

func loadStaff(tx *db.Tx, tenant, outlet, service id.ID, first civil.Date) {
	for range 50 {
		member := id.New()
		tx.Exec(`WITH subject AS (INSERT INTO subjects (tenant_id, kind) VALUES ($1, 'staff') RETURNING key)
			INSERT INTO staff (tenant_id, id, subject_key, outlet_id, first_name, last_name, email, phone, created_at, updated_at)
			SELECT $1, $2, key, $3, 'Ayu', 'Lestari', $4, '+62', $5, $5 FROM subject`, tenant, member, outlet, string(member)+"@example.com", tx.Now())
		tx.Exec(`INSERT INTO staff_outlets (tenant_id, staff_id, outlet_id) VALUES ($1, $2, $3)`, tenant, member, outlet)
		tx.Exec(`INSERT INTO staff_services (tenant_id, staff_id, service_id) VALUES ($1, $2, $3)`, tenant, member, service)
		tx.Exec(`INSERT INTO availability_entries (tenant_id, id, staff_id, outlet_id, date, starts, ends, type, is_available, created_at, updated_at)
			SELECT $1, left(md5($2 || '-' || n), 24), $2, $3, $4::date + n, 540, 1080, 'working_hours', true, $5, $5 FROM generate_series(0, 89) n`,
			tenant, member, outlet, first, tx.Now())
	}
}

// loadBusy gives each of the 50 staff members four or five hours a day.
func loadBusy(tx *db.Tx, tenant, outlet, service id.ID, first civil.Date) {
	tx.Exec(`WITH made AS MATERIALIZED (
			SELECT left(md5(s.subject_key || '-' || d || '-' || k), 24) AS id, s.subject_key AS key,
				($2::date + d + make_interval(hours => 2 + 2 * k)) AT TIME ZONE 'UTC' AS at
			FROM staff s, generate_series(0, 89) d, generate_series(0, 4) k
			WHERE s.tenant_id = $1 AND (k < 4 OR (d + s.subject_key) % 9 < 4)),
		begun AS (
			INSERT INTO sessions (tenant_id, id, outlet_id, service_id, subject_keys, starts_at, ends_at, busy, capacity, created_at)
			SELECT $1, id, $3, $4, ARRAY[key], at, at + interval '1 hour', tstzmultirange(tstzrange(at, at + interval '1 hour')), 1, $5 FROM made)
		INSERT INTO occupancies (tenant_id, subject_key, busy_from, busy_to, session_id)
		SELECT $1, key, at, at + interval '1 hour', id FROM made`, tenant, first, outlet, service, tx.Now())
}
