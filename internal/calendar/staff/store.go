package staff

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// row is a staff member as stored, with what is counted when asked.
type row struct {
	ID                    id.ID          `db:"id"`
	SubjectKey            int64          `db:"subject_key"`
	OutletID              id.ID          `db:"outlet_id"`
	UserID                *id.ID         `db:"user_id"`
	FirstName             string         `db:"first_name"`
	LastName              string         `db:"last_name"`
	DisplayName           string         `db:"display_name"`
	Email                 string         `db:"email"`
	Phone                 string         `db:"phone"`
	Position              string         `db:"position"`
	EmploymentType        string         `db:"employment_type"`
	EmployeeID            string         `db:"employee_id"`
	HireDate              *civil.Date    `db:"hire_date"`
	BirthDate             *civil.Date    `db:"birth_date"`
	HourlyRate            *int64         `db:"hourly_rate"`
	Salary                *int64         `db:"salary"`
	Commission            []byte         `db:"commission"`
	IsBookable            bool           `db:"is_bookable"`
	AcceptsOnlineBooking  bool           `db:"accepts_online_booking"`
	MaxAdvanceBookingDays *int           `db:"max_advance_booking_days"`
	Bio                   string         `db:"bio"`
	ProfileImageURL       *string        `db:"profile_image_url"`
	InstagramHandle       *string        `db:"instagram_handle"`
	Specialties           []string       `db:"specialties"`
	Certifications        []string       `db:"certifications"`
	YearsExperience       int            `db:"years_experience"`
	Status                Status         `db:"status"`
	IsActive              bool           `db:"is_active"`
	IsDeleted             bool           `db:"is_deleted"`
	CreatedAt             time.Time      `db:"created_at"`
	UpdatedAt             time.Time      `db:"updated_at"`
	OutletIDs             []id.ID        `db:"outlet_ids"`
	Gives                 []skill        `db:"gives"`
	TotalBookings         int            `db:"total_bookings"`
	Currency              money.Currency `db:"currency"`

	unlike string // the field of a list of skills that disagrees with the other
}

const bookingsColumn = `(
		SELECT count(*)
		FROM appointment_lines l
		JOIN appointments a ON a.tenant_id = l.tenant_id AND a.id = l.appointment_id
		WHERE l.tenant_id = s.tenant_id AND l.staff_id = s.id AND a.status <> 'cancelled')`

// skillsColumn leaves out services that were removed: their staff come back with them.
const skillsColumn = `coalesce((
		SELECT json_agg(json_build_object('service_id', ss.service_id, 'level', ss.level, 'duration_minutes', ss.duration_minutes,
			'price', ss.price, 'currency', ss.currency) ORDER BY ss.service_id)
		FROM staff_services ss
		JOIN services v ON v.tenant_id = s.tenant_id AND v.id = ss.service_id AND v.deleted_at IS NULL
		WHERE ss.tenant_id = s.tenant_id AND ss.staff_id = s.id), '[]')`

const columns = `s.id, s.subject_key, s.outlet_id, s.user_id, s.first_name, s.last_name, s.display_name, s.email, s.phone,
	s.position, s.employment_type, s.employee_id, s.hire_date, s.birth_date, s.hourly_rate, s.salary, s.commission,
	s.is_bookable, s.accepts_online_booking, s.max_advance_booking_days, s.bio, s.profile_image_url, s.instagram_handle,
	s.specialties, s.certifications, s.years_experience, s.status, s.is_active, s.deleted_at IS NOT NULL AS is_deleted, s.created_at, s.updated_at,
	ARRAY(SELECT so.outlet_id FROM staff_outlets so WHERE so.tenant_id = s.tenant_id AND so.staff_id = s.id
		ORDER BY so.outlet_id <> s.outlet_id, so.outlet_id) AS outlet_ids,
	` + skillsColumn + ` AS gives,
	` + bookingsColumn + ` AS total_bookings,
	t.currency`

const selectSQL = `
	SELECT ` + columns + `
	FROM staff s
	JOIN tenants t ON t.id = s.tenant_id
	WHERE s.tenant_id = $1 AND s.id = $2 AND s.deleted_at IS NULL`

// load reads a staff member. It fails with ErrNotFound.
func load(ctx context.Context, tx *db.Tx, member id.ID) (row, error) {
	r, err := db.One[row](ctx, tx, selectSQL, tx.Tenant(), member)
	return r, unknown(err)
}

// lock reads a staff member who is about to be changed; bookings go on meanwhile.
// It fails with ErrNotFound.
func lock(ctx context.Context, tx *db.Tx, member id.ID) (row, error) {
	r, err := db.One[row](ctx, tx, selectSQL+` FOR NO KEY UPDATE OF s`, tx.Tenant(), member)
	return r, unknown(err)
}

func unknown(err error) error {
	if errors.Is(err, db.ErrNotFound) {
		return ErrNotFound
	}
	return err
}

// taken turns the engine's refusals into faults.
func taken(err error) error {
	switch {
	case db.IsConflict(err, "staff_email"):
		return ErrEmailTaken
	case db.IsConflict(err, "staff_user"):
		return ErrUserTaken
	}
	return err
}

// insert queues a new staff member and the subject that is booked.
func insert(tx *db.Tx, r *row) {
	tx.Exec(`
		WITH subject AS (
			INSERT INTO subjects (tenant_id, kind) VALUES ($1, 'staff')
			RETURNING key)
		INSERT INTO staff (tenant_id, id, subject_key, outlet_id, user_id, first_name, last_name, display_name, email, phone,
			position, employment_type, employee_id, hire_date, birth_date, hourly_rate, salary, commission,
			is_bookable, accepts_online_booking, max_advance_booking_days, bio, profile_image_url, instagram_handle,
			specialties, certifications, years_experience, status, is_active, created_at, updated_at)
		SELECT $1, $2, key, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
			$24, $25, $26, $27, $28, $29, $29
		FROM subject`, append([]any{tx.Tenant(), r.ID}, r.values(tx)...)...)
}

// update queues all that may change of a staff member.
func update(tx *db.Tx, r *row) {
	tx.Expect(1, "staff_changed", `
		UPDATE staff
		SET outlet_id = $3, user_id = $4, first_name = $5, last_name = $6, display_name = $7, email = $8, phone = $9,
			position = $10, employment_type = $11, employee_id = $12, hire_date = $13, birth_date = $14, hourly_rate = $15,
			salary = $16, commission = $17, is_bookable = $18, accepts_online_booking = $19, max_advance_booking_days = $20,
			bio = $21, profile_image_url = $22, instagram_handle = $23, specialties = $24, certifications = $25,
			years_experience = $26, status = $27, is_active = $28, updated_at = $29, version = version + 1
		WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL
		RETURNING id`, append([]any{tx.Tenant(), r.ID}, r.values(tx)...)...)
}

func (r *row) values(tx *db.Tx) []any {
	return []any{
		r.OutletID, r.UserID, r.FirstName, r.LastName, r.DisplayName, r.Email, r.Phone,
		r.Position, r.EmploymentType, r.EmployeeID, r.HireDate, r.BirthDate, r.HourlyRate, r.Salary, r.Commission,
		r.IsBookable, r.AcceptsOnlineBooking, r.MaxAdvanceBookingDays, r.Bio, r.ProfileImageURL, r.InstagramHandle,
		r.Specialties, r.Certifications, r.YearsExperience, string(r.Status), r.IsActive, tx.Now(),
	}
}

// replaceOutlets queues where a staff member works.
func replaceOutlets(tx *db.Tx, member id.ID, outlets []id.ID) {
	tx.Exec(`
		DELETE FROM staff_outlets
		WHERE tenant_id = $1 AND staff_id = $2 AND NOT outlet_id = ANY ($3)`, tx.Tenant(), member, outlets)
	tx.Exec(`
		INSERT INTO staff_outlets (tenant_id, staff_id, outlet_id)
		SELECT $1, $2, o.id
		FROM unnest($3::text[]) AS o (id)
		ON CONFLICT DO NOTHING`, tx.Tenant(), member, outlets)
}

// member is the row as the caller may see it.
func (r *row) member(who access.Staff, tenant id.ID) (Member, error) {
	m := Member{
		ID: r.ID, AlsoID: r.ID, TenantID: tenant, OutletID: r.OutletID, OutletIDs: r.OutletIDs, UserID: r.UserID,
		FirstName: r.FirstName, LastName: r.LastName, DisplayName: Name(r.DisplayName, r.FirstName, r.LastName),
		Email: r.Email, Phone: r.Phone, Position: r.Position, EmploymentType: r.EmploymentType, EmployeeID: r.EmployeeID,
		HireDate: r.HireDate, BirthDate: r.BirthDate, IsBookable: r.IsBookable, AcceptsOnlineBooking: r.AcceptsOnlineBooking,
		MaxAdvanceBookingDays: r.MaxAdvanceBookingDays, Bio: r.Bio, ProfileImageURL: r.ProfileImageURL,
		InstagramHandle: r.InstagramHandle, Skills: r.skills(), Status: r.Status, IsActive: r.IsActive, IsDeleted: r.IsDeleted,
		TotalBookings: r.TotalBookings, CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}
	if !seesPay(who) {
		return m, nil
	}
	commission, err := r.commission()
	m.Commission, m.HourlyRate, m.Salary = &commission, r.amount(r.HourlyRate), r.amount(r.Salary)
	return m, err
}

func (r *row) skills() Skills {
	ids, services := views(r.Gives)
	return Skills{
		ServiceIDs: ids, Services: services, Specialties: r.Specialties, Certifications: r.Certifications, YearsExperience: r.YearsExperience,
	}
}

func (r *row) commission() (c Commission, err error) {
	if err := json.Unmarshal(r.Commission, &c); err != nil {
		return c, fmt.Errorf("commission of staff member %s: %w", r.ID, err)
	}
	return c, nil
}

// rated are the services that have a rate of their own.
func (r *row) rated() []id.ID {
	commission, _ := r.commission() // what cannot be read names none
	return commission.services()
}

func (r *row) amount(minor *int64) opt.Field[money.Number] {
	if minor == nil {
		return opt.Null[money.Number]()
	}
	return opt.Some(money.Number{Minor: *minor, Currency: r.Currency})
}

// isOf tells whether the member is linked to the user.
func (r *row) isOf(who access.Staff) bool { return r.UserID != nil && *r.UserID == who.UserID }

// reachedBy tells whether the member works at an outlet of the user's, or is the user.
func (r *row) reachedBy(who access.Staff) bool {
	return r.isOf(who) || slices.ContainsFunc(r.OutletIDs, who.CanOutlet)
}
