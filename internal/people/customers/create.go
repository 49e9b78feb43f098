package customers

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Entry is a customer whom staff enter.
type Entry struct {
	FirstName          string             `json:"first_name" maxLength:"100" example:"Amelia"`
	MiddleName         string             `json:"middle_name,omitempty" maxLength:"100"`
	LastName           string             `json:"last_name,omitempty" maxLength:"100" example:"Hart"`
	Email              string             `json:"email,omitempty" maxLength:"254" example:"amelia.hart@example.com" doc:"This or phone."`
	Phone              string             `json:"phone,omitempty" maxLength:"40" example:"+628123456789" doc:"This or email."`
	Password           string             `json:"password,omitempty" maxLength:"1000" example:"Hart#2026secure" doc:"Opens the customer portal."`
	DateOfBirth        *civil.Date        `json:"date_of_birth,omitempty" example:"1990-05-17"`
	Gender             *string            `json:"gender,omitempty" enum:"male,female,other,prefer_not_to_say"`
	Address            Address            `json:"address,omitzero"`
	Notes              string             `json:"notes,omitempty" maxLength:"500"`
	Tags               []string           `json:"tags,omitempty" maxItems:"50"`
	Preferences        PreferencesChanges `json:"preferences,omitzero"`
	MarketingConsent   bool               `json:"marketing_consent,omitempty"`
	Source             string             `json:"source,omitempty" enum:"website,staff_portal,walk_in,import,mobile_app"`
	RegistrationSource string             `json:"registration_source,omitempty" enum:"website,staff_portal,walk_in,import,mobile_app" doc:"Another name of source."`
	TenantID           id.ID              `json:"tenant_id,omitempty" doc:"May be left out; otherwise the caller's."`
}

// Create enters a customer: with a password one who may sign in, else a walk-in.
// It fails with tenants.ErrOther, ErrPreference, ErrEmailTaken and ErrPhoneTaken,
// which name the field and the customer who has it.
func (o *Operations) Create(ctx context.Context, who access.Staff, in Entry) (Customer, error) {
	if in.TenantID != "" && in.TenantID != who.Tenant {
		return Customer{}, tenants.ErrOther
	}
	var s secrets
	if in.Password != "" {
		var c checks
		if c.password("password", in.Password); c.err() != nil {
			return Customer{}, c.err()
		}
		hash, err := o.hasher.Hash(ctx, in.Password)
		if err != nil {
			return Customer{}, err
		}
		s.password = &hash
	}
	var out Customer
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		b := queueBusiness(tx)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		r, err := in.check(b.Value.region(), civil.Of(tx.Now(), zone(b.Value.Timezone)))
		if err != nil {
			return err
		}
		if in.Preferences.namesRows() {
			if err := r.Preferences.checkExist(ctx, tx); err != nil {
				return err
			}
		}
		r.ID = id.NewAt(tx.Now())
		added, err := insert(ctx, tx, r, s)
		if err != nil {
			return err
		}
		if !added {
			return duplicateOf(ctx, tx, r)
		}
		found, err := load(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		recordAdded(tx, who, "customer.created", found.row)
		out = found.customer(who.Tenant)
		return err
	})
	return out, taken(err)
}

func (in Entry) check(region string, today civil.Date) (row, error) {
	var c checks
	r := row{
		Email: c.email("email", in.Email), Phone: c.phone("phone", in.Phone, region),
		FirstName: c.name("first_name", in.FirstName), MiddleName: c.line("middle_name", in.MiddleName, maxName),
		LastName: c.line("last_name", in.LastName, maxName), DateOfBirth: c.birth("date_of_birth", in.DateOfBirth, today),
		Gender: in.Gender, Address: in.Address.checked(&c), Notes: c.notes("notes", in.Notes), Tags: c.tags("tags", in.Tags),
		Source: sourceStaff, Marketing: in.MarketingConsent || in.Preferences.MarketingConsent.Value,
	}
	in.Preferences.apply(&c, "preferences.", &r.Preferences)
	for _, source := range []string{in.Source, in.RegistrationSource} {
		if source != "" {
			r.Source = source
			break
		}
	}
	if in.Password == "" && !slices.Contains(r.Tags, tagStaffCreated) {
		r.Tags = append(r.Tags, tagStaffCreated)
	}
	if r.Email == nil && r.Phone == nil && c.err() == nil {
		c.refuse("phone", "A customer needs an e-mail address or a phone number.", "missing")
	}
	return r, c.err()
}

// duplicateOf says who has the address or number of r already.
func duplicateOf(ctx context.Context, tx *db.Tx, r row) error {
	found, err := holders(ctx, tx, r.Email, r.Phone)
	if err != nil {
		return err
	}
	for _, h := range found {
		if r.Email != nil && same(h.Email, r.Email) {
			return ErrEmailTaken.WithExtra(map[string]any{"duplicate_field": "email", "existing_customer_id": h.ID})
		}
	}
	for _, h := range found {
		return ErrPhoneTaken.WithExtra(map[string]any{"duplicate_field": "phone", "existing_customer_id": h.ID})
	}
	return &db.Conflict{Constraint: "customers_email"}
}
