package customers

import (
	"context"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// row is a customer as stored, without what is secret.
type row struct {
	ID            id.ID       `db:"id"`
	Email         *string     `db:"email"`
	EmailVerified bool        `db:"email_verified"`
	Phone         *string     `db:"phone"`
	PhoneVerified bool        `db:"phone_verified"`
	FirstName     string      `db:"first_name"`
	MiddleName    string      `db:"middle_name"`
	LastName      string      `db:"last_name"`
	DateOfBirth   *civil.Date `db:"date_of_birth"`
	Gender        *string     `db:"gender"`
	Address       Address     `db:"address"`
	Notes         string      `db:"notes"`
	Tags          []string    `db:"tags"`
	Source        string      `db:"source"`
	IsGuest       bool        `db:"is_guest"`
	HasPassword   bool        `db:"has_password"`
	Preferences   likes       `db:"preferences"`
	Marketing     bool        `db:"marketing_consent"`
	Points        int64       `db:"loyalty_points"`
	IsActive      bool        `db:"is_active"`
	LastLogin     *time.Time  `db:"last_login"`
	CreatedAt     time.Time   `db:"created_at"`
	UpdatedAt     time.Time   `db:"updated_at"`
}

// columns are the columns of row, of customers c.
const columns = `
	c.id, c.email, c.email_verified, c.phone, c.phone_verified, c.first_name, c.middle_name, c.last_name,
	c.date_of_birth, c.gender, c.address, c.notes, c.tags, c.source, c.is_guest,
	c.password_hash IS NOT NULL AS has_password, c.preferences, c.marketing_consent, c.loyalty_points,
	c.is_active, c.last_login, c.created_at, c.updated_at`

// seen is a row with what follows from the customer's appointments.
type seen struct {
	row
	Currency  money.Currency `db:"currency"`
	Timezone  string         `db:"timezone"`
	Count     int            `db:"appointment_count"`
	Spent     int64          `db:"spent"`
	FirstDate *civil.Date    `db:"first_date"`
	LastDate  *civil.Date    `db:"last_date"`
}

// seenColumns and seenFrom read seen. Dates are those of the outlets' walls;
// an appointment to come, or one that was called off, is no visit. Of the
// statement's arguments $1 is the tenant and $2 the present.
const seenColumns = columns + `,
	t.currency, t.timezone, visits.appointment_count, visits.spent, visits.first_date, visits.last_date`

const seenFrom = `
	FROM customers c
	JOIN tenants t ON t.id = c.tenant_id
	CROSS JOIN LATERAL (
		SELECT
			count(*) AS appointment_count,
			coalesce(sum(a.paid_amount) FILTER (WHERE a.currency = t.currency), 0)::bigint AS spent,
			min((a.starts_at AT TIME ZONE o.timezone)::date) FILTER (WHERE a.status NOT IN ('cancelled', 'no_show') AND a.starts_at <= $2) AS first_date,
			max((a.starts_at AT TIME ZONE o.timezone)::date) FILTER (WHERE a.status NOT IN ('cancelled', 'no_show') AND a.starts_at <= $2) AS last_date
		FROM appointments a
		JOIN outlets o ON o.tenant_id = a.tenant_id AND o.id = a.outlet_id
		WHERE a.tenant_id = c.tenant_id AND a.customer_id = c.id AND (a.source <> 'waitlist' OR a.accepted_at IS NOT NULL)) AS visits`

func (s seen) customer(tenant id.ID) Customer {
	return Customer{
		ID: s.ID, TenantID: tenant, Email: s.Email, EmailVerified: s.EmailVerified, Phone: s.Phone, PhoneVerified: s.PhoneVerified,
		FirstName: s.FirstName, MiddleName: s.MiddleName, LastName: s.LastName, DateOfBirth: s.DateOfBirth, Gender: s.Gender,
		Address: s.Address, Notes: s.Notes, Tags: s.Tags, Source: s.Source, IsActive: s.IsActive, IsGuest: s.IsGuest,
		HasPassword: s.HasPassword, LoyaltyPoints: s.Points, MembershipTier: Tier(s.Points),
		TotalAppointments: s.Count, TotalSpent: money.Number{Minor: s.Spent, Currency: s.Currency},
		FirstAppointmentDate: s.FirstDate, LastAppointmentDate: s.LastDate,
		Preferences: s.Preferences.view(s.Marketing, s.Timezone),
		LastLogin:   s.LastLogin, CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt,
	}
}

func (s seen) profile(tenant id.ID) Profile {
	return Profile{
		ID: s.ID, TenantID: tenant, Email: s.Email, FirstName: s.FirstName, MiddleName: s.MiddleName, LastName: s.LastName,
		Phone: s.Phone, DateOfBirth: s.DateOfBirth, Gender: s.Gender, EmailVerified: s.EmailVerified, PhoneVerified: s.PhoneVerified,
		Preferences: s.Preferences.view(s.Marketing, s.Timezone), LoyaltyPoints: s.Points, MembershipTier: Tier(s.Points),
		TotalAppointments: s.Count, LastAppointmentDate: s.LastDate, CreatedAt: s.CreatedAt,
	}
}

// load reads one customer, or answers ErrUnknown.
func load(ctx context.Context, tx *db.Tx, customer id.ID) (seen, error) {
	found := db.QueueOne[seen](tx, `
		SELECT `+seenColumns+seenFrom+`
		WHERE c.tenant_id = $1 AND c.id = $3 AND c.deleted_at IS NULL`, tx.Tenant(), tx.Now(), customer)
	if err := tx.Flush(ctx); err != nil {
		return seen{}, err
	}
	if !found.Found {
		return seen{}, ErrUnknown
	}
	return found.Value, nil
}

// lock reads one customer for changing, or answers ErrUnknown.
func lock(ctx context.Context, tx *db.Tx, customer id.ID) (row, error) {
	found := db.QueueOne[row](tx, `
		SELECT `+columns+`
		FROM customers c
		WHERE c.tenant_id = $1 AND c.id = $2 AND c.deleted_at IS NULL
		FOR UPDATE`, tx.Tenant(), customer)
	if err := tx.Flush(ctx); err != nil {
		return row{}, err
	}
	if !found.Found {
		return row{}, ErrUnknown
	}
	return found.Value, nil
}

// secrets are what a new customer's passwords hash to; each may be nil.
type secrets struct {
	password *string
	pending  *string
}

// insert adds a customer, unless another one has its address or number: false.
func insert(ctx context.Context, tx *db.Tx, r row, s secrets) (bool, error) {
	n, err := tx.ExecNow(ctx, `
		INSERT INTO customers (
			tenant_id, id, email, phone, first_name, middle_name, last_name, date_of_birth, gender, address, notes, tags,
			source, is_guest, password_hash, pending_password, preferences, marketing_consent, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19)
		ON CONFLICT DO NOTHING`,
		tx.Tenant(), r.ID, r.Email, r.Phone, r.FirstName, r.MiddleName, r.LastName, r.DateOfBirth, r.Gender, r.Address, r.Notes,
		r.Tags, r.Source, r.IsGuest, s.password, s.pending, r.Preferences, r.Marketing, tx.Now())
	return n == 1, err
}

// store queues what may change of a customer.
func store(tx *db.Tx, r row) {
	tx.Exec(`
		UPDATE customers
		SET email = $3, email_verified = $4, phone = $5, phone_verified = $6, first_name = $7, middle_name = $8, last_name = $9,
		    date_of_birth = $10, gender = $11, address = $12, notes = $13, tags = $14, preferences = $15,
		    marketing_consent = $16, is_active = $17, updated_at = $18, version = version + 1
		WHERE tenant_id = $1 AND id = $2`,
		tx.Tenant(), r.ID, r.Email, r.EmailVerified, r.Phone, r.PhoneVerified, r.FirstName, r.MiddleName, r.LastName,
		r.DateOfBirth, r.Gender, r.Address, r.Notes, r.Tags, r.Preferences, r.Marketing, r.IsActive, tx.Now())
}

// holder is who has an address or a number.
type holder struct {
	ID           id.ID   `db:"id"`
	Email        *string `db:"email"`
	Phone        *string `db:"phone"`
	PasswordHash *string `db:"password_hash"`
	Pending      *string `db:"pending_password"`
	Source       string  `db:"source"`
	IsActive     bool    `db:"is_active"`
}

// holders reads, for changing, who has the address or the number.
func holders(ctx context.Context, tx *db.Tx, email, phone *string) ([]holder, error) {
	return db.All[holder](ctx, tx, `
		SELECT id, email, phone, password_hash, pending_password, source, is_active
		FROM customers
		WHERE tenant_id = $1 AND (email = $2 OR phone = $3)
		ORDER BY id
		FOR UPDATE`, tx.Tenant(), email, phone)
}
