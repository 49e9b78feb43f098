package staff

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/catalog/services"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// Input is a new staff member.
type Input struct {
	TenantID  id.ID   `json:"tenant_id,omitempty" doc:"Redundant: must be your own."`
	OutletID  id.ID   `json:"outlet_id" doc:"The primary outlet."`
	OutletIDs []id.ID `json:"outlet_ids,omitempty" maxItems:"100" doc:"Further outlets."`
	UserID    *id.ID  `json:"user_id,omitempty" doc:"The user of the staff portal who keeps the member's own calendar."`

	FirstName   string `json:"first_name" minLength:"1" maxLength:"100" example:"Ayu"`
	LastName    string `json:"last_name" minLength:"1" maxLength:"100" example:"Lestari"`
	DisplayName string `json:"display_name,omitempty" maxLength:"100" example:"Ayu L."`
	Email       string `json:"email" maxLength:"254" example:"ayu@bellavista.com"`
	Phone       string `json:"phone" minLength:"10" maxLength:"40" example:"+628123456789"`

	Position       string      `json:"position,omitempty" maxLength:"100" example:"Senior Hair Stylist"`
	EmploymentType string      `json:"employment_type,omitempty" enum:"full_time,part_time,contract,freelance,intern" doc:"Where absent, full_time."`
	EmployeeID     string      `json:"employee_id,omitempty" maxLength:"100" example:"EMP-007"`
	HireDate       *civil.Date `json:"hire_date,omitempty"`
	BirthDate      *civil.Date `json:"birth_date,omitempty" example:"1994-08-21"`

	HourlyRate *money.Decimal `json:"hourly_rate,omitempty" doc:"In the business's currency."`
	Salary     *money.Decimal `json:"salary,omitempty" doc:"In the business's currency."`
	Commission Commission     `json:"commission,omitzero"`

	IsBookable            opt.Field[bool] `json:"is_bookable,omitzero" doc:"Where absent, true."`
	AcceptsOnlineBooking  opt.Field[bool] `json:"accepts_online_booking,omitzero" doc:"Where absent, true."`
	MaxAdvanceBookingDays *int            `json:"max_advance_booking_days,omitempty" minimum:"0" maximum:"730" example:"30"`
	Bio                   string          `json:"bio,omitempty" maxLength:"2000"`
	ProfileImageURL       *string         `json:"profile_image_url,omitempty" maxLength:"500" example:"https://bellavista.com/ayu.jpg"`
	InstagramHandle       *string         `json:"instagram_handle,omitempty" maxLength:"100" example:"ayu.hair"`
	Skills                SkillsChange    `json:"skills,omitzero"`

	Status   Status          `json:"status,omitempty" enum:"active,inactive,terminated,on_leave" doc:"Where absent, active."`
	IsActive opt.Field[bool] `json:"is_active,omitzero" doc:"Says the same as the status."`
}

// Create adds a staff member. It fails with tenants.ErrOther, outlets.ErrNotFound,
// outlets.ErrOutOfScope, ErrUnknownService, ErrUnknownUser, ErrEmailTaken,
// ErrUserTaken and subscriptions.ErrStaffLimit.
func (o *Operations) Create(ctx context.Context, who access.Staff, in Input) (Member, error) {
	if err := ownTenant(who, in.TenantID); err != nil {
		return Member{}, err
	}
	wanted := unique(append([]id.ID{in.OutletID}, in.OutletIDs...))
	var out Member
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		r := row{ID: id.NewAt(tx.Now()), OutletIDs: wanted}
		given := unique(append(in.Skills.ServiceIDs.Value, in.Skills.services()...))
		p := lockPlaces(tx, r.ID, wanted)
		rated := in.Commission.services()
		named := queueNamed(tx, append(rated, given...), in.UserID)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if err := in.check(&r, named.Value.Currency, civil.Of(tx.Now(), time.UTC).AddDays(1)); err != nil {
			return err
		}
		if err := p.check(who, wanted); err != nil {
			return err
		}
		if err := named.Value.check(r.gives(), rated, in.UserID); err != nil {
			return err
		}
		if err := r.settleSkills(named.Value.Services); err != nil {
			return err
		}
		insert(tx, &r)
		replaceOutlets(tx, r.ID, wanted)
		replaceSkills(tx, r.ID, r.Gives)
		if err := services.RecordStaff(ctx, tx, who, r.ID, given); err != nil {
			return err
		}
		if r.IsActive {
			if err := p.checkRoom(ctx, tx, wanted); err != nil {
				return err
			}
		}
		audit.Record(tx, who, "staff.created", "staff", r.ID, nil, r.facts())
		var err error
		out, err = reload(ctx, tx, who, r.ID)
		return err
	})
	return out, taken(err)
}

// check reads the input into a row. Tomorrow bounds birthdays: somewhere it is
// today already.
func (in *Input) check(r *row, currency money.Currency, tomorrow civil.Date) error {
	var c checks
	r.OutletID, r.UserID = in.OutletID, in.UserID
	r.FirstName, r.LastName = c.name("first_name", in.FirstName), c.name("last_name", in.LastName)
	r.DisplayName, r.Position = c.line("display_name", in.DisplayName), c.line("position", in.Position)
	r.Email, r.Phone = c.email("email", in.Email), c.phone("phone", in.Phone)
	r.EmploymentType, r.EmployeeID = in.EmploymentType, c.line("employee_id", in.EmployeeID)
	if r.EmploymentType == "" {
		r.EmploymentType = "full_time"
	}
	r.HireDate, r.BirthDate = in.HireDate, c.birth("birth_date", in.BirthDate, tomorrow)
	r.HourlyRate, r.Salary = c.amount("hourly_rate", in.HourlyRate, currency), c.amount("salary", in.Salary, currency)
	r.Commission = asJSON(c.commission("commission.", in.Commission))
	r.IsBookable, r.AcceptsOnlineBooking = in.IsBookable.Or(true), in.AcceptsOnlineBooking.Or(true)
	r.MaxAdvanceBookingDays, r.Bio = in.MaxAdvanceBookingDays, c.bio("bio", in.Bio)
	r.ProfileImageURL = c.image("profile_image_url", in.ProfileImageURL)
	r.InstagramHandle = c.handle("instagram_handle", in.InstagramHandle)
	r.Specialties, r.Certifications = []string{}, []string{}
	in.Skills.apply(&c, "skills.", r)
	r.Status, r.IsActive = Active, true
	changeStatus(&c, r, opt.Field[Status]{Set: in.Status != "", Value: in.Status}, in.IsActive)
	return c.err()
}

// changeStatus keeps status and is_active together: either may be said alone.
func changeStatus(c *checks, r *row, status opt.Field[Status], active opt.Field[bool]) {
	now, said := status.Get()
	is, saidActive := active.Get()
	switch {
	case said && saidActive && now.employed() != is:
		c.refuse("is_active", "Must say the same as the status.", "value_error")
	case said:
		r.Status = now
	case saidActive && is && !r.Status.employed():
		r.Status = Active
	case saidActive && !is && r.Status.employed():
		r.Status = Inactive
	}
	r.IsActive = r.Status.employed()
}

// named is what a body names by id, looked up.
type named struct {
	Currency money.Currency `db:"currency"`
	Services []namedService `db:"services"`
	User     bool           `db:"is_member"`
}

// namedService is what skills have to know of a service.
type namedService struct {
	ID        id.ID          `json:"id"`
	Currency  money.Currency `json:"currency"`
	Active    bool           `json:"active"`
	Processed int            `json:"processed"` // the minute at which the last processing time ends
}

// queueNamed looks up services and a user; user may be nil.
func queueNamed(tx *db.Tx, services []id.ID, user *id.ID) *db.Result[named] {
	return db.QueueOne[named](tx, `
		SELECT t.currency,
			coalesce((
				SELECT json_agg(json_build_object('id', s.id, 'currency', s.currency, 'active', s.is_active AND s.status = 'active',
					'processed', coalesce((SELECT max((g.gap ->> 'to_minute')::int) FROM jsonb_array_elements(s.processing_gaps) AS g (gap)), 0)))
				FROM services s
				WHERE s.tenant_id = $1 AND s.id = ANY ($2) AND s.deleted_at IS NULL), '[]') AS services,
			EXISTS (SELECT 1 FROM memberships m WHERE m.tenant_id = $1 AND m.user_id = $3 AND m.is_active) AS is_member
		FROM tenants t
		WHERE t.id = $1`, tx.Tenant(), services, user)
}

// check refuses services to give that are not there or not active, rates for services
// that are not there, and a user who is not there: ErrUnknownService and
// ErrUnknownUser.
func (n named) check(services, rated []id.ID, user *id.ID) error {
	for _, service := range rated {
		if !slices.ContainsFunc(n.Services, func(s namedService) bool { return s.ID == service }) {
			return ErrUnknownService
		}
	}
	for _, service := range services {
		if !slices.ContainsFunc(n.Services, func(s namedService) bool { return s.ID == service && s.Active }) {
			return ErrUnknownService
		}
	}
	switch {
	case user != nil && !n.User:
		return ErrUnknownUser
	}
	return nil
}

// asJSON is how commission is stored.
func asJSON(c Commission) []byte {
	text, err := json.Marshal(c)
	if err != nil {
		panic(fmt.Sprintf("staff: commission cannot be written: %v", err)) // numbers and texts
	}
	return text
}
