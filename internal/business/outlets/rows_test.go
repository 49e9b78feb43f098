package outlets_test

import (
	"net/url"
	"strings"
	"time"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func escape(s string) string { return url.QueryEscape(s) }
func upper(s string) string  { return strings.ToUpper(s) }

// The rows of later features are written here as they would write them.

func (w *world) appointment(tenant, outlet id.ID, status string, in time.Duration) id.ID {
	w.Helper()
	customer, appointment, at := id.New(), id.New(), w.Clock.Now().Add(in)
	w.Exec(`
		INSERT INTO customers (tenant_id, id, first_name, last_name, source, created_at, updated_at)
		VALUES ($1, $2, 'Budi', 'Santoso', 'website', $3, $3)`, tenant, customer, w.Clock.Now())
	w.Exec(`
		INSERT INTO appointments (tenant_id, id, outlet_id, customer_id, status, payment_status, appointment_type, source,
			starts_at, ends_at, total_price, currency, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, 'pending', 'scheduled', 'staff', $6::timestamptz, $6::timestamptz + interval '1 hour', 0, 'IDR', $7, $7)`,
		tenant, appointment, outlet, customer, status, at, w.Clock.Now())
	return appointment
}

func (w *world) service(tenant id.ID, status string) id.ID {
	w.Helper()
	service := id.New()
	w.Exec(`
		INSERT INTO services (tenant_id, id, slug, name, duration_minutes, base_price, currency, status, is_active, created_at, updated_at)
		VALUES ($1, $2, $2, 'Haircut', 60, 1, 'IDR', $3::text, $3::text = 'active', $4, $4)`, tenant, service, status, w.Clock.Now())
	return service
}

func (w *world) staff(tenant, outlet id.ID, status string) {
	w.Helper()
	staff := id.New()
	w.Exec(`
		WITH subject AS (INSERT INTO subjects (tenant_id, kind) VALUES ($1, 'staff') RETURNING key)
		INSERT INTO staff (tenant_id, id, subject_key, outlet_id, first_name, last_name, email, phone, status, created_at, updated_at)
		SELECT $1, $2::text, key, $3, 'Ayu', 'Lestari', $2::text || '@x.co', '+62', $4, $5, $5
		FROM subject`, tenant, staff, outlet, status, w.Clock.Now())
	w.Exec(`INSERT INTO staff_outlets (tenant_id, staff_id, outlet_id) VALUES ($1, $2, $3)`, tenant, staff, outlet)
}

// Row reads one row around the product.
func (w *world) Row(sql string, args ...any) func(into ...any) {
	w.Helper()
	return func(into ...any) {
		w.Helper()
		if err := testkit.Superuser(w).QueryRow(w.Context(), sql, args...).Scan(into...); err != nil {
			w.Fatal(err)
		}
	}
}

// works lets somebody work at the outlet from 9 to 17 o'clock on a date, with a break
// of an hour, and be booked there for 105 minutes; at the other outlet, too.
func (w *world) works(tenant, outlet, other id.ID, date string) {
	w.Helper()
	var member id.ID
	var key int64
	w.Row(`SELECT id, subject_key FROM staff WHERE tenant_id = $1 AND outlet_id = $2 LIMIT 1`, tenant, outlet)(&member, &key)
	for _, e := range []struct {
		outlet       id.ID
		kind         string
		starts, ends int
	}{{outlet, "working_hours", 540, 1020}, {outlet, "break", 720, 780}, {other, "working_hours", 1080, 1200}} {
		w.Exec(`
			INSERT INTO availability_entries (tenant_id, id, staff_id, outlet_id, date, starts, ends, type, is_available, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5::date, $6, $7, $8, $8 = 'working_hours', $9, $9)`,
			tenant, id.New(), member, e.outlet, date, e.starts, e.ends, e.kind, w.Clock.Now())
	}
	service := w.service(tenant, "active")
	for _, o := range []struct {
		outlet  id.ID
		from    string
		minutes int
	}{{outlet, "10:00", 105}, {other, "18:00", 60}} {
		session := id.New()
		w.Exec(`
			INSERT INTO sessions (tenant_id, id, outlet_id, service_id, subject_keys, starts_at, ends_at, busy, capacity, created_at)
			SELECT $1, $2, $3, $4, ARRAY[$5::bigint], s, s + $7 * interval '1 minute', tstzmultirange(tstzrange(s, s + $7 * interval '1 minute')), 1, $8
			FROM (SELECT ($6 || '+07')::timestamptz AS s) AS at`,
			tenant, session, o.outlet, service, key, date+" "+o.from, o.minutes, w.Clock.Now())
		w.Exec(`
			INSERT INTO occupancies (tenant_id, subject_key, busy_from, busy_to, session_id)
			SELECT tenant_id, $3, starts_at, ends_at, id FROM sessions WHERE tenant_id = $1 AND id = $2`, tenant, session, key)
	}
}
