package testkit

import (
	"maps"

	"reserva/internal/access"
	"reserva/internal/kit/id"
)

// Password is of everybody in a World.
const Password = "SecurePass123!"

// Tenant is a registered business with its administrator signed in.
type Tenant struct {
	w     *World
	ID    id.ID
	Slug  string
	Email string // of the administrator
	User  id.ID
	Admin Token
}

// Tenant registers a business, on the FREE plan, and signs its administrator in.
// The changes are to the body of the registration.
func (w *World) Tenant(changes ...Object) *Tenant {
	w.Helper()
	slug := w.made.next("salon-")
	body := with(Object{
		"business_name":  "Bella Vista Spa",
		"business_email": "contact@bellavista.com",
		"business_phone": "+1-555-987-6543",
		"admin_email":    slug + "@bellavista.com",
		"admin_password": Password,
		"terms_accepted": true,
		"preferred_slug": slug,
	}, changes)
	made := w.JSON("", "POST", "/public/register", body)
	t := &Tenant{
		w: w, ID: id.ID(made.Text("tenant_id")), Slug: made.Text("slug"), User: id.ID(made.Text("user_id")),
		Email: body["admin_email"].(string),
	}
	t.Admin = t.SignIn(t.Email)
	return t
}

// SignIn signs a user of the staff portal in.
func (t *Tenant) SignIn(email string) Token {
	t.w.Helper()
	return Token(t.w.JSON("", "POST", "/auth/login",
		Object{"email": email, "password": Password, "tenant_slug": t.Slug}).Text("access_token"))
}

// Plan puts the tenant on a plan: FREE, PRO or ENTERPRISE.
func (t *Tenant) Plan(plan string) *Tenant {
	t.w.Helper()
	t.w.Exec(`UPDATE subscriptions SET plan = $2 WHERE tenant_id = $1`, t.ID, plan)
	return t
}

// Settings changes settings of the tenant.
func (t *Tenant) Settings(settings Object) *Tenant {
	t.w.Helper()
	t.w.JSON(t.Admin, "PUT", "/tenants/"+string(t.ID), Object{"settings": settings})
	return t
}

// SignedIn is a user of the staff portal.
type SignedIn struct {
	ID    id.ID
	Email string
	Token Token
}

// Member makes a user with a role and signs it in. No operation makes users, so the
// rows are written here.
func (t *Tenant) Member(role access.Role, outlets ...*Outlet) SignedIn {
	t.w.Helper()
	user := SignedIn{ID: id.New(), Email: t.w.made.next("user") + "@" + t.Slug + ".com"}
	t.w.Exec(`
		INSERT INTO users (id, email, password_hash, first_name, is_super_admin, created_at, updated_at)
		SELECT $1, $2, password_hash, 'Test', $4, created_at, updated_at
		FROM users
		WHERE id = $3`, user.ID, user.Email, t.User, role == access.SuperAdmin)
	ids := make([]id.ID, 0, len(outlets))
	for _, outlet := range outlets {
		ids = append(ids, outlet.ID)
	}
	if role != access.SuperAdmin {
		t.w.Exec(`
			WITH member AS (
				INSERT INTO memberships (tenant_id, user_id, role, created_at) VALUES ($1, $2, $3, now())
				RETURNING tenant_id, user_id)
			INSERT INTO membership_outlets (tenant_id, user_id, outlet_id)
			SELECT m.tenant_id, m.user_id, o.id
			FROM member m, unnest($4::text[]) AS o (id)`,
			t.ID, user.ID, string(role), ids)
	}
	user.Token = t.SignIn(user.Email)
	return user
}

// Outlet is a place of a tenant.
type Outlet struct {
	ID   id.ID
	Slug string
}

// Outlet opens an outlet in Zone, from 8 to 20 o'clock on every day, that takes
// online bookings and confirms them at once.
func (t *Tenant) Outlet(changes ...Object) *Outlet {
	t.w.Helper()
	hours := make([]Object, 7)
	for day := range hours {
		hours[day] = Object{"day": day, "is_open": true, "open_time": "08:00", "close_time": "20:00"}
	}
	made := t.w.JSON(t.Admin, "POST", "/outlets", with(Object{
		"name":           t.w.made.next("Outlet "),
		"address":        Object{"street": "Jl. Senopati 10", "city": "Jakarta", "country": "ID"},
		"contact":        Object{"phone": "+622150812345"},
		"business_hours": hours,
		"settings":       Object{"timezone": Zone, "auto_confirm_bookings": true},
	}, changes))
	return &Outlet{ID: id.ID(made.Text("id")), Slug: made.Text("slug")}
}

// Service is what a tenant sells by time.
type Service struct{ ID id.ID }

// Service adds a service of an hour for IDR 150,000 that can be booked until the
// last minute.
func (t *Tenant) Service(changes ...Object) *Service {
	t.w.Helper()
	made := t.w.JSON(t.Admin, "POST", "/services", with(Object{
		"name":                      t.w.made.next("Haircut "),
		"category":                  "hair",
		"duration_minutes":          60,
		"min_advance_booking_hours": 0,
		"pricing":                   Object{"base_price": 150000, "currency": "IDR"},
	}, changes))
	return &Service{ID: id.ID(made.Text("id"))}
}

// StaffMember provides services.
type StaffMember struct {
	t     *Tenant
	ID    id.ID
	Email string
}

// Staff adds a staff member to an outlet, qualified for the services, without
// working hours.
func (t *Tenant) Staff(outlet *Outlet, services []*Service, changes ...Object) *StaffMember {
	t.w.Helper()
	ids := make([]id.ID, 0, len(services))
	for _, service := range services {
		ids = append(ids, service.ID)
	}
	email := t.w.made.next("staff") + "@" + t.Slug + ".com"
	made := t.w.JSON(t.Admin, "POST", "/staff", with(Object{
		"outlet_id": outlet.ID, "first_name": "Ayu", "last_name": "Lestari", "email": email, "phone": "+628123456789",
		"position": "Stylist", "is_bookable": true, "accepts_online_booking": true,
		"skills": Object{"service_ids": ids},
	}, changes))
	return &StaffMember{t: t, ID: id.ID(made.Text("id")), Email: email}
}

// WorkingHours lets the staff member work on one date, "2006-01-02", from "15:04" to
// "15:04".
func (m *StaffMember) WorkingHours(date, from, to string) *StaffMember {
	m.entry(Object{"date": date, "start_time": from, "end_time": to, "recurrence_type": "none"})
	return m
}

// WorksDaily lets the staff member work from 8 to 20 o'clock for so many days from
// today on.
func (m *StaffMember) WorksDaily(days int) *StaffMember {
	m.entry(Object{
		"date": m.t.w.Day(0), "start_time": "08:00", "end_time": "20:00",
		"recurrence_type": "daily", "recurrence_end_date": m.t.w.Day(days - 1),
	})
	return m
}

func (m *StaffMember) entry(when Object) {
	m.t.w.Helper()
	body := Object{"staff_id": m.ID, "availability_type": "working_hours", "is_available": true}
	maps.Copy(body, when)
	m.t.w.JSON(m.t.Admin, "POST", "/availability", body)
}
