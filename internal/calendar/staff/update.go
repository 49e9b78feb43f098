package staff

import (
	"context"
	"reflect"
	"slices"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/outlets"
	"reserva/internal/catalog/services"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// Change is a partial update: what is absent stays, null empties.
type Change struct {
	TenantID  id.ID              `json:"tenant_id,omitempty" doc:"Redundant: must be your own."`
	OutletID  opt.Field[id.ID]   `json:"outlet_id,omitzero" doc:"Moves the member from the primary outlet to another."`
	OutletIDs opt.Field[[]id.ID] `json:"outlet_ids,omitzero" maxItems:"100" doc:"All outlets; the primary one stays among them."`
	UserID    opt.Field[id.ID]   `json:"user_id,omitzero"`

	FirstName   opt.Field[string] `json:"first_name,omitzero" maxLength:"100" example:"Ayu"`
	LastName    opt.Field[string] `json:"last_name,omitzero" maxLength:"100" example:"Lestari"`
	DisplayName opt.Field[string] `json:"display_name,omitzero" maxLength:"100" example:"Ayu L."`
	Email       opt.Field[string] `json:"email,omitzero" maxLength:"254" example:"ayu@bellavista.com"`
	Phone       opt.Field[string] `json:"phone,omitzero" minLength:"10" maxLength:"40" example:"+628123456789"`

	Position       opt.Field[string]     `json:"position,omitzero" maxLength:"100" example:"Senior Hair Stylist"`
	EmploymentType opt.Field[string]     `json:"employment_type,omitzero" enum:"full_time,part_time,contract,freelance,intern"`
	EmployeeID     opt.Field[string]     `json:"employee_id,omitzero" maxLength:"100"`
	HireDate       opt.Field[civil.Date] `json:"hire_date,omitzero"`
	BirthDate      opt.Field[civil.Date] `json:"birth_date,omitzero" example:"1994-08-21"`

	HourlyRate opt.Field[money.Decimal] `json:"hourly_rate,omitzero"`
	Salary     opt.Field[money.Decimal] `json:"salary,omitzero"`
	Commission opt.Field[Commission]    `json:"commission,omitzero" doc:"As a whole."`

	IsBookable            opt.Field[bool] `json:"is_bookable,omitzero"`
	AcceptsOnlineBooking  opt.Field[bool] `json:"accepts_online_booking,omitzero"`
	MaxAdvanceBookingDays opt.Field[int]  `json:"max_advance_booking_days,omitzero" minimum:"0" maximum:"730" example:"30"`
	OwnChange
	Skills opt.Field[SkillsChange] `json:"skills,omitzero"`

	Status   opt.Field[Status] `json:"status,omitzero" enum:"active,inactive,terminated,on_leave"`
	IsActive opt.Field[bool]   `json:"is_active,omitzero" doc:"Says the same as the status; either may be sent alone."`
}

// OwnChange is what somebody may change of their own profile.
type OwnChange struct {
	Bio             opt.Field[string] `json:"bio,omitzero" maxLength:"2000"`
	ProfileImageURL opt.Field[string] `json:"profile_image_url,omitzero" maxLength:"500" example:"https://bellavista.com/ayu.jpg"`
	InstagramHandle opt.Field[string] `json:"instagram_handle,omitzero" maxLength:"100" example:"ayu.hair"`
}

// SkillsChange is a partial update of skills.
type SkillsChange struct {
	ServiceIDs      opt.Field[[]id.ID]      `json:"service_ids,omitzero" maxItems:"500" doc:"The services that the member can be booked for. Alone, it leaves what is known of those that stay."`
	Services        opt.Field[[]SkillInput] `json:"services,omitzero" maxItems:"500" doc:"The same, with what the member takes for each."`
	Specialties     opt.Field[[]string]     `json:"specialties,omitzero" maxItems:"50"`
	Certifications  opt.Field[[]string]     `json:"certifications,omitzero" maxItems:"50"`
	YearsExperience opt.Field[int]          `json:"years_experience,omitzero" minimum:"0" maximum:"80" example:"7"`
}

// Update changes a staff member. Who manages the primary outlet may change
// everything, members themselves only an OwnChange. It fails as Create does, and
// with ErrNotFound, ErrOwnProfile, ErrManagers and, where an outlet is left in which
// the member is booked, ErrUpcoming.
func (o *Operations) Update(ctx context.Context, who access.Staff, member id.ID, in Change) (Member, error) {
	if err := ownTenant(who, in.TenantID); err != nil {
		return Member{}, err
	}
	var out Member
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		p := lockPlaces(tx, member, in.places())
		old, err := lock(ctx, tx, member)
		if err != nil {
			return err
		}
		if err := in.allowed(who, &old); err != nil {
			return err
		}
		r := old
		if err := in.apply(&r, civil.Of(tx.Now(), time.UTC).AddDays(1)); err != nil {
			return err
		}
		if r.Status == OnLeave && old.Status != OnLeave {
			tx.Alone(Schedules)
		}
		if err := write(ctx, tx, who, p, &old, &r); err != nil {
			return err
		}
		audit.Record(tx, who, "staff.updated", "staff", member, old.facts(), r.since(&old))
		if out, err = reload(ctx, tx, who, member); err == nil && r.Status == OnLeave && old.Status != OnLeave {
			out.AffectedAppointments, err = affected(ctx, tx, r.SubjectKey, nil)
		}
		return err
	})
	return out, taken(err)
}

// write checks what a change of old into r names by id, and queues the change.
func write(ctx context.Context, tx *db.Tx, who access.Staff, p places, old, r *row) error {
	joined, left := without(r.OutletIDs, old.OutletIDs), without(old.OutletIDs, r.OutletIDs)
	if err := p.check(who, joined); err != nil {
		return err
	}
	if slices.ContainsFunc(left, func(outlet id.ID) bool { return !who.CanOutlet(outlet) }) {
		return outlets.ErrOutOfScope
	}
	learned, forgotten := without(r.gives(), old.gives()), without(old.gives(), r.gives())
	user := r.UserID
	if user != nil && old.UserID != nil && *user == *old.UserID {
		user = nil
	}
	rated := without(r.rated(), old.rated())
	found := queueNamed(tx, append(r.gives(), rated...), user)
	at := left
	leaves := r.Status != old.Status && !r.Status.employed()
	if leaves {
		at = nil // all outlets
	}
	if leaves || len(left) > 0 {
		// Unlike other changes, leaving waits for bookings that are under way.
		tx.Exec(`
			SELECT s.id FROM staff s WHERE s.tenant_id = $1 AND s.id = $2 FOR UPDATE OF s`, tx.Tenant(), old.ID)
	}
	upcoming := queueUpcoming(tx, old.SubjectKey, at)
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	if err := found.Value.check(learned, rated, user); err != nil {
		return err
	}
	if err := r.settleSkills(found.Value.Services); err != nil {
		return err
	}
	if upcoming.Value {
		return booked(ctx, tx, old.SubjectKey, at)
	}
	update(tx, r)
	replaceOutlets(tx, r.ID, r.OutletIDs)
	replaceSkills(tx, r.ID, r.Gives)
	if err := services.RecordStaff(ctx, tx, who, r.ID, append(forgotten, learned...)); err != nil {
		return err
	}
	switch {
	case !r.IsActive:
		return nil
	case !old.IsActive:
		joined = r.OutletIDs
	}
	return p.checkRoom(ctx, tx, joined)
}

// allowed tells whether the caller may make the change.
func (in *Change) allowed(who access.Staff, r *row) error {
	if who.Meets(access.StaffWrite) && who.CanOutlet(r.OutletID) {
		return nil
	}
	switch {
	case !r.reachedBy(who):
		return outlets.ErrOutOfScope
	case !r.isOf(who):
		return ErrManagers
	case !reflect.DeepEqual(*in, Change{TenantID: in.TenantID, OwnChange: in.OwnChange}):
		return ErrOwnProfile
	}
	return nil
}

// places are the outlets that the change names.
func (in *Change) places() []id.ID {
	wanted := slices.Clone(in.OutletIDs.Value)
	if outlet, ok := in.OutletID.Get(); ok {
		wanted = append(wanted, outlet)
	}
	return wanted
}

// apply changes the row.
func (in *Change) apply(r *row, tomorrow civil.Date) error {
	var c checks
	in.applyPlaces(&c, r)
	in.applyPerson(&c, r, tomorrow)
	in.applyWork(&c, r)
	in.OwnChange.apply(&c, r)
	in.Skills.Value.apply(&c, "skills.", r)
	changeStatus(&c, r, in.Status, in.IsActive)
	return c.err()
}

func (in *Change) applyPlaces(c *checks, r *row) {
	before := r.OutletID
	in.OutletID.Apply(&r.OutletID)
	switch {
	case r.OutletID == "":
		c.refuse("outlet_id", "Must not be empty.", "value_error")
	case in.OutletIDs.Set:
		r.OutletIDs = unique(append([]id.ID{r.OutletID}, in.OutletIDs.Value...))
	case r.OutletID != before:
		others := slices.DeleteFunc(slices.Clone(r.OutletIDs), func(outlet id.ID) bool { return outlet == before })
		r.OutletIDs = unique(append([]id.ID{r.OutletID}, others...))
	}
	in.UserID.ApplyPtr(&r.UserID)
}

func (in *Change) applyPerson(c *checks, r *row, tomorrow civil.Date) {
	for _, f := range []struct {
		field  opt.Field[string]
		path   string
		target *string
		read   func(path, raw string) string
	}{
		{in.FirstName, "first_name", &r.FirstName, c.name},
		{in.LastName, "last_name", &r.LastName, c.name},
		{in.DisplayName, "display_name", &r.DisplayName, c.line},
		{in.Email, "email", &r.Email, c.email},
		{in.Phone, "phone", &r.Phone, c.phone},
		{in.Position, "position", &r.Position, c.line},
		{in.EmployeeID, "employee_id", &r.EmployeeID, c.line},
	} {
		if f.field.Set {
			*f.target = f.read(f.path, f.field.Value)
		}
	}
	if in.BirthDate.Set {
		r.BirthDate = c.birth("birth_date", in.BirthDate.Ptr(), tomorrow)
	}
	in.HireDate.ApplyPtr(&r.HireDate)
}

func (in *Change) applyWork(c *checks, r *row) {
	if in.EmploymentType.Set {
		r.EmploymentType = in.EmploymentType.Or("full_time")
	}
	if in.HourlyRate.Set {
		r.HourlyRate = c.amount("hourly_rate", in.HourlyRate.Ptr(), r.Currency)
	}
	if in.Salary.Set {
		r.Salary = c.amount("salary", in.Salary.Ptr(), r.Currency)
	}
	if in.Commission.Set {
		r.Commission = asJSON(c.commission("commission.", in.Commission.Value))
	}
	if in.IsBookable.Set {
		r.IsBookable = in.IsBookable.Or(true)
	}
	if in.AcceptsOnlineBooking.Set {
		r.AcceptsOnlineBooking = in.AcceptsOnlineBooking.Or(true)
	}
	in.MaxAdvanceBookingDays.ApplyPtr(&r.MaxAdvanceBookingDays)
}

func (in OwnChange) apply(c *checks, r *row) {
	if in.Bio.Set {
		r.Bio = c.bio("bio", in.Bio.Value)
	}
	if in.ProfileImageURL.Set {
		r.ProfileImageURL = c.image("profile_image_url", in.ProfileImageURL.Ptr())
	}
	if in.InstagramHandle.Set {
		r.InstagramHandle = c.handle("instagram_handle", in.InstagramHandle.Ptr())
	}
}

// apply changes what the row says of skills; path ends in a point, or is empty.
func (in SkillsChange) apply(c *checks, path string, r *row) {
	in.applySkills(c, path, r)
	if in.Specialties.Set {
		r.Specialties = c.lines(path+"specialties", in.Specialties.Value)
	}
	if in.Certifications.Set {
		r.Certifications = c.lines(path+"certifications", in.Certifications.Value)
	}
	in.YearsExperience.Apply(&r.YearsExperience)
}

// without are the ids of one list that another lacks.
func without(ids, other []id.ID) []id.ID {
	return slices.DeleteFunc(slices.Clone(ids), func(one id.ID) bool { return slices.Contains(other, one) })
}
