package customers

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/opt"
)

// ProfileChanges are what customers may change of themselves; what is absent
// stays. The e-mail address is not among them, since it proves who they are.
type ProfileChanges struct {
	FirstName   opt.Field[string]     `json:"first_name,omitzero" maxLength:"100" example:"Amelia"`
	MiddleName  opt.Field[string]     `json:"middle_name,omitzero" maxLength:"100"`
	LastName    opt.Field[string]     `json:"last_name,omitzero" maxLength:"100" example:"Hart"`
	Phone       opt.Field[string]     `json:"phone,omitzero" maxLength:"40" example:"+628123456789" doc:"A new number is not verified."`
	DateOfBirth opt.Field[civil.Date] `json:"date_of_birth,omitzero" example:"1990-05-17"`
	Gender      opt.Field[string]     `json:"gender,omitzero" enum:"male,female,other,prefer_not_to_say"`
	Preferences PreferencesChanges    `json:"preferences,omitzero"`
}

// Profile reads the customer's own record.
func (o *Operations) Profile(ctx context.Context, who access.Customer) (Profile, error) {
	var out Profile
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		found, err := load(ctx, tx, who.ID)
		out = found.profile(who.Tenant)
		return err
	})
	return out, err
}

// ChangeProfile changes the customer's own record. It fails with ErrPhoneTaken
// and ErrPreference.
func (o *Operations) ChangeProfile(ctx context.Context, who access.Customer, in ProfileChanges) (Profile, error) {
	return o.changeProfile(ctx, who, in, "preferences.")
}

// changeProfile is ChangeProfile; preferences is where those stand in the body.
func (o *Operations) changeProfile(ctx context.Context, who access.Customer, in ProfileChanges, preferences string) (Profile, error) {
	var out Profile
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		b := queueBusiness(tx)
		old, err := lock(ctx, tx, who.ID)
		if err != nil {
			return err
		}
		r := old
		var c checks
		in.apply(&c, &r, b.Value.region(), civil.Of(tx.Now(), zone(b.Value.Timezone)), preferences)
		if err := c.err(); err != nil {
			return err
		}
		if in.Preferences.namesRows() {
			if err := r.Preferences.checkExist(ctx, tx); err != nil {
				return err
			}
		}
		store(tx, r)
		recordChanged(tx, who, "customer.updated", old, r)
		found, err := load(ctx, tx, who.ID)
		out = found.profile(who.Tenant)
		return err
	})
	return out, taken(err)
}

// ChangePreferences changes the customer's own preferences. It fails with
// ErrPreference.
func (o *Operations) ChangePreferences(ctx context.Context, who access.Customer, in PreferencesChanges) (Preferences, error) {
	profile, err := o.changeProfile(ctx, who, ProfileChanges{Preferences: in}, "")
	return profile.Preferences, err
}

func (in ProfileChanges) apply(c *checks, r *row, region string, today civil.Date, preferences string) {
	if in.FirstName.Set {
		r.FirstName = c.name("first_name", in.FirstName.Value)
	}
	if in.MiddleName.Set {
		r.MiddleName = c.line("middle_name", in.MiddleName.Value, maxName)
	}
	if in.LastName.Set {
		r.LastName = c.name("last_name", in.LastName.Value)
	}
	if in.Phone.Set {
		setPhone(c, r, c.phone("phone", in.Phone.Value, region))
	}
	if in.DateOfBirth.Set {
		r.DateOfBirth = c.birth("date_of_birth", in.DateOfBirth.Ptr(), today)
	}
	in.Gender.ApplyPtr(&r.Gender)
	in.Preferences.MarketingConsent.Apply(&r.Marketing)
	in.Preferences.apply(c, preferences, &r.Preferences)
}

// setPhone changes the number, which has to be proven anew.
func setPhone(c *checks, r *row, number *string) {
	if number == nil && r.Email == nil {
		c.refuse("phone", "A customer needs an e-mail address or a phone number.", "value_error")
		return
	}
	if !same(r.Phone, number) {
		r.Phone, r.PhoneVerified = number, false
	}
}

func same(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
