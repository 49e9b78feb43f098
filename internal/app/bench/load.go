package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
)

// salon is a tenant with one outlet in Jakarta, open on every day, on the plan
// without limits.
type salon struct {
	tenant, outlet id.ID
	slug, email    string
	token          string
	closes         int // minutes of the wall clock
	services       []service
	staff          []member
	customers      []id.ID
	first          civil.Date // of the days on which everybody works
	days           int
}

type service struct {
	id      id.ID
	minutes int
}

type member struct {
	id  id.ID
	key int64 // of the subject that can be occupied
}

const (
	zone         = "Asia/Jakarta"
	password     = "Bench-Pass-123"
	opens        = 9 * 60
	evening      = 21 * 60
	bookedDays   = 90
	allCustomers = 500
)

// register makes the tenant through the server and signs its administrator in.
func (r *run) register(ctx context.Context, name string, closes int) (*salon, error) {
	s := &salon{slug: name, email: "admin@" + name + ".example", closes: closes, days: bookedDays}
	loc, err := civil.Zone(zone)
	if err != nil {
		return nil, err
	}
	s.first = civil.Of(time.Now(), loc).AddDays(1)
	var made struct {
		TenantID id.ID `json:"tenant_id"`
	}
	err = r.api.must(ctx, "", "POST", "/public/register", map[string]any{
		"business_name": name, "business_email": s.email, "business_phone": "+622150812345", "preferred_slug": name,
		"admin_email": s.email, "admin_password": password, "terms_accepted": true, "timezone": zone, "currency": "IDR",
	}, &made)
	if err != nil {
		return nil, err
	}
	s.tenant = made.TenantID
	return s, s.signIn(ctx, r.api)
}

func (s *salon) signIn(ctx context.Context, api *client) error {
	var signedIn struct {
		Token string `json:"access_token"`
	}
	err := api.must(ctx, "", "POST", "/auth/login", s.credentials(), &signedIn)
	s.token = signedIn.Token
	return err
}

func (s *salon) credentials() map[string]any {
	return map[string]any{"email": s.email, "password": password, "tenant_slug": s.slug}
}

// loadSalons makes so many salons with twice the staff: half for the bookings of
// the server, half for those of the limit.
func (r *run) loadSalons(ctx context.Context, n, staff int) ([]*salon, error) {
	salons := make([]*salon, n)
	for i := range salons {
		s, err := r.register(ctx, fmt.Sprintf("salon-%d-of-%d", i+1, n), evening)
		if err != nil {
			return nil, err
		}
		if err := s.load(ctx, r.driver, r.random, 2*staff, []int{30}); err != nil {
			return nil, err
		}
		salons[i] = s
	}
	return salons, nil
}

// load fills a registered salon around the server.
func (s *salon) load(ctx context.Context, db *pgxpool.Pool, random *rand.Rand, staff int, minutes []int) error {
	now := time.Now().UTC()
	if _, err := db.Exec(ctx, `UPDATE subscriptions SET plan = 'ENTERPRISE' WHERE tenant_id = $1`, s.tenant); err != nil {
		return err
	}
	s.outlet = newID(random)
	var hours [][]any
	for day := range 7 {
		hours = append(hours, []any{s.tenant, s.outlet, day, opens, s.closes})
	}
	tables := []rows{
		{"outlets", "tenant_id id slug name city timezone hours_set settings created_at updated_at", [][]any{
			{s.tenant, s.outlet, "main", "Main", "Jakarta", zone, true, `{"auto_confirm_bookings": true, "advance_booking_days": 730}`, now, now}}},
		{"outlet_hours", "tenant_id outlet_id day opens closes", hours},
		s.newServices(random, minutes, now),
		s.newCustomers(random, now),
	}
	members, err := s.newStaff(ctx, db, random, staff, now)
	if err != nil {
		return err
	}
	return copyAll(ctx, db, append(append(tables, members...), s.workingHours(random, now))...)
}

// newServices names one service for each duration.
func (s *salon) newServices(random *rand.Rand, minutes []int, now time.Time) rows {
	t := rows{table: "services", columns: "tenant_id id slug name category duration_minutes max_advance_booking_days base_price currency created_at updated_at"}
	for i, m := range minutes {
		made := service{newID(random), m}
		s.services = append(s.services, made)
		t.values = append(t.values, []any{s.tenant, made.id, fmt.Sprint("service-", i), fmt.Sprintf("Service %d of %d minutes", i, m), "hair", m, 730, 150_000, "IDR", now, now})
	}
	return t
}

func (s *salon) newCustomers(random *rand.Rand, now time.Time) rows {
	t := rows{table: "customers", columns: "tenant_id id first_name last_name source created_at updated_at"}
	for range allCustomers {
		customer := newID(random)
		s.customers = append(s.customers, customer)
		t.values = append(t.values, []any{s.tenant, customer, "Siti", "Rahma", "walk_in", now, now})
	}
	return t
}

// newStaff lets everybody give every service.
func (s *salon) newStaff(ctx context.Context, db *pgxpool.Pool, random *rand.Rand, n int, now time.Time) ([]rows, error) {
	keys, err := db.Query(ctx, `SELECT nextval(pg_get_serial_sequence('subjects', 'key')) FROM generate_series(1, $1)`, n)
	if err != nil {
		return nil, err
	}
	subjects := rows{table: "subjects", columns: "tenant_id key kind"}
	staff := rows{table: "staff", columns: "tenant_id id subject_key outlet_id first_name last_name email phone created_at updated_at"}
	outlets := rows{table: "staff_outlets", columns: "tenant_id staff_id outlet_id"}
	services := rows{table: "staff_services", columns: "tenant_id staff_id service_id"}
	var key int64
	_, err = pgx.ForEachRow(keys, []any{&key}, func() error {
		m := member{newID(random), key}
		s.staff = append(s.staff, m)
		subjects.values = append(subjects.values, []any{s.tenant, key, "staff"})
		staff.values = append(staff.values, []any{s.tenant, m.id, key, s.outlet, "Ayu", "Lestari", string(m.id) + "@example.com", "+628123456789", now, now})
		outlets.values = append(outlets.values, []any{s.tenant, m.id, s.outlet})
		for _, service := range s.services {
			services.values = append(services.values, []any{s.tenant, m.id, service.id})
		}
		return nil
	})
	return []rows{subjects, staff, outlets, services}, err
}

// workingHours are one row a date, as the server stores them.
func (s *salon) workingHours(random *rand.Rand, now time.Time) rows {
	t := rows{table: "availability_entries", columns: "tenant_id id staff_id outlet_id date starts ends type is_available created_at updated_at"}
	for _, m := range s.staff {
		for day := range s.days {
			t.values = append(t.values, []any{s.tenant, newID(random), m.id, s.outlet, s.first.AddDays(day).Start(time.UTC), opens, s.closes, "working_hours", true, now, now})
		}
	}
	return t
}

// newID makes the ids of a seed.
func newID(random *rand.Rand) id.ID {
	return id.ID(fmt.Sprintf("%016x%08x", random.Uint64(), random.Uint32()))
}
