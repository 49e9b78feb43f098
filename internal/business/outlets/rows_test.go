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
